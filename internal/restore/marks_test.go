package main

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// What the provider refuses to send is marked, and all that is not a comment is a
// configuration that it takes.
func TestWhatCannotBeCreatedAgainIsMarked(t *testing.T) {
	on := []whatcounts.Subscription{{ListID: 5, Format: whatcounts.HTML}}
	contact := func(id int64, email, first string, values map[string]string) deletion.Line {
		return contactLine(int(id), "delete", deletion.ContactEntry{
			Identity: whatcounts.Identity{SubscriberID: id, Email: email, FirstName: first}, Values: values, Subscriptions: on,
		})
	}
	communication := func(id int64, value, externalID string) deletion.Line {
		return communicationLine(int(id), deletion.CommunicationEntry{CommunicationID: id, Value: value, ExternalID: externalID})
	}
	text := configuration("deleted.jsonl", collected(t,
		contact(1, "values@example.com", "Jane", map[string]string{"last": `"Doe"`, "company": "a\u0085b", "city": "Sydney", "custom_plan": "a^b", "custom_source": `back\`, "custom_e-mail": "x"}),
		contact(2, "zoe@example.com", "Zoe\u0308", map[string]string{"last": "Doe"}),
		contact(3, "zoe@example.com", "Zo\u00eb", nil),
		contact(4, "names@example.com", "Ann, B", nil), contact(5, "a b@example.com", "", nil), contact(6, "a b@example.com", "Bob", nil),
		communication(11, "\u00a0", ""), communication(12, strings.Repeat("x", 256), ""), communication(13, "ok@example.com", strings.Repeat("x", 51)), communication(14, "fine@example.com", "F-1"),
	))
	blocks := evaluated(t, text)
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for name, block := range blocks {
		config := map[string]any{}
		for attribute, value := range block {
			if attribute != "depends_on" {
				config[attribute] = plain(value)
			}
		}
		resource, _, _ := strings.Cut(name, ".")
		acctest.NoErrors(t, server.Validate(resource, config))
		acctest.NoErrors(t, server.Plan(resource, server.None(resource), config).Diagnostics)
	}
	if len(blocks) != 3 {
		t.Errorf("%d blocks are planned", len(blocks))
	}
	values := blocks["reach_contact.values_example_com"]
	if _, set := values["last_name"]; set || plain(values["city"]) != "Sydney" || len(plain(values["custom_fields"]).(map[string]any)) != 1 {
		t.Errorf("the block of values is %v", values)
	}
	for line, want := range map[string]int{
		"  # last_name cannot be created again as it was: it begins with a double quote":                 1,
		"  # last_name = \"\\\"Doe\\\"\"\n":                                                              1,
		"  # company = \"a\\u0085b\"\n":                                                                  1,
		"  #   plan = \"a^b\"\n":                                                                         1,
		"# first_name was stored as \"Zoe\\u0308\". Terraform writes such letters in one piece.":         1,
		"as contact 2, which cannot be beside 3. In its place:\n# resource \"reach_contact\"":            1,
		refusedBlock + "\n# resource \"reach_contact\" ":                                                 3,
		refusedBlock + "\n# resource \"reach_communication\" ":                                           3,
		"#   # first_name cannot be created again as it was: it contains a comma, a ^ or a double quote": 1,
		"#   # value cannot be created again as it was: it has more than 255 characters.":                1,
		"#   # external_id cannot be created again as it was: it has more than 50 characters.":           1,
	} {
		if got := strings.Count(string(text), line); got != want {
			t.Errorf("%q is there %d times, not %d", line, got, want)
		}
	}
	if t.Failed() {
		t.Logf("the whole:\n%s", text)
	}
}
