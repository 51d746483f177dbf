package contact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const deleteAction = "reach_delete_contacts"

// club is a realm with Member 1 (id 1001) and on at club1@test.example.com and
// on, all of them on list 5.
func club(t testing.TB, count int) *simulator.Simulator {
	t.Helper()
	seed := simulator.DefaultSeed()
	for i := range count {
		seed.WhatCounts.Realms[0].Contacts = append(seed.WhatCounts.Realms[0].Contacts, member(i+1))
	}
	return simulatortest.Start(t, simulator.Options{Seed: seed})
}

func member(number int) simulated.Contact {
	return simulated.Contact{
		ID: int64(1000 + number), Email: fmt.Sprintf("club%d@test.example.com", number), First: fmt.Sprintf("Member %d", number),
		Fields: map[string]string{"last": "Doe"}, Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}},
	}
}

// told is how reports name a member.
func told(number int) string {
	return fmt.Sprintf("contact %d (club%d@test.example.com)", 1000+number, number)
}

// named is a target; without a first name it is the address alone.
func named(number int) map[string]any {
	return map[string]any{"email": fmt.Sprintf("Club%d@test.example.com", number)}
}

func firstNamed(number int) map[string]any {
	target := named(number)
	target["first_name"] = fmt.Sprintf("Member %d", number)
	return target
}

// ending is a configuration that deletes.
func ending(expected int, targets ...any) map[string]any {
	return map[string]any{"contacts": targets, "dry_run": false, "expected_count": expected}
}

func leftIn(sim *simulator.Simulator, realm string) []int64 {
	var ids []int64
	for _, c := range sim.WhatCounts.Contacts(realm) {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

func optedOut(sim *simulator.Simulator) []string {
	var emails []string
	for _, o := range sim.WhatCounts.Optouts(acctest.Realm) {
		emails = append(emails, o.Email)
	}
	slices.Sort(emails)
	return emails
}

// What every action that deletes promises.
func TestDeleteContactsPromises(t *testing.T) {
	t.Parallel()
	acctest.Deletion{
		Action: deleteAction, Resource: typeName, Kind: "contact",
		Unconfigured: services.SummaryWhatCountsNotConfigured, Credential: "WHATCOUNTS_PASSWORD",
		Start: club,
		Naming: func(numbers ...int) map[string]any {
			targets := []any{}
			for _, number := range numbers {
				targets = append(targets, named(number))
			}
			return map[string]any{"contacts": targets}
		},
		NamingOtherwise: func(numbers ...int) map[string]any {
			ids := []any{}
			for _, number := range numbers {
				ids = append(ids, 1000+number)
			}
			return map[string]any{"subscriber_ids": ids}
		},
		Told:     told,
		ToldGone: func(number int) string { return named(number)["email"].(string) },
		Left:     func(sim *simulator.Simulator) []int64 { return leftIn(sim, acctest.Realm) },
	}.Check(t)
}

// Named by address alone or with the first name, there or gone: what is
// deleted, with how many commands, and what a person is told.
func TestDeleteContacts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		withoutOptout bool
		commands      map[string]int
		optouts       []string
		summary       string
		warning       string
	}{
		"with an opt-out": {
			false, map[string]int{"delete": 1}, []string{"club1@test.example.com", "club2@test.example.com", "club3@test.example.com"},
			contact.SummaryLeavesOptout, "needs force_sub = true",
		},
		"without": {
			true, map[string]int{"deletesubid": 3}, nil,
			contact.SummaryLeavesNoOptout, "leaves no Global Optout",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := club(t, 4)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := ending(3, firstNamed(1), firstNamed(99), firstNamed(2), named(3))
			config["without_optout"] = test.withoutOptout
			since := sim.Log.Len()
			progress, diagnostics := server.Act(deleteAction, config)
			acctest.NoErrors(t, diagnostics)
			warnings := acctest.Warnings(diagnostics)
			if len(warnings) != 1 || warnings[0].Summary != test.summary || !strings.Contains(warnings[0].Detail, "names 4 contacts, and deletes what it finds of them if that is exactly 3") || !strings.Contains(warnings[0].Detail, test.warning) {
				t.Errorf("warned of\n%s", acctest.Texts(warnings))
			}
			if !slices.Equal(leftIn(sim, acctest.Realm), []int64{1004}) || !slices.Equal(optedOut(sim), test.optouts) {
				t.Errorf("left are %v, opted out %v", leftIn(sim, acctest.Realm), optedOut(sim))
			}
			sent := requests(sim, since)
			for command, most := range test.commands {
				// A contact named by its address alone is never in a command with others.
				if sent[command] < most || sent[command] > most+1 {
					t.Errorf("sent %v", sent)
				}
			}
			want := fmt.Sprintf("3 contacts deleted:\n  - %s\n  - %s\n  - %s\n1 already gone:\n  - Club99@test.example.com,Member 99", told(1), told(2), told(3))
			if got := progress[len(progress)-1]; got != want {
				t.Errorf("told\n%s", got)
			}
		})
	}
}

// What is refused before anything is deleted: in the plan, or when all contacts
// were looked up.
func TestDeleteContactsRefusals(t *testing.T) {
	t.Parallel()
	scope := map[string]any{"deletable": []any{"club1@*"}}
	for name, test := range map[string]struct {
		safeguards map[string]any
		config     map[string]any
		fault      *traffic.Fault
		summary    string
		texts      []string
		inPlan     bool
	}{
		"several on the address": {nil, ending(2, named(1), named(5)), nil, contact.SummaryAmbiguous,
			[]string{"first_name", "Nothing was deleted", `first name "Member 5"`, `first name "Another"`}, false},
		"one by two names": {nil, ending(2, named(1), firstNamed(1)), nil, contact.SummaryNamedTwice, []string{told(1)}, false},
		"outside":          {scope, ending(3, named(1), named(2), named(3)), nil, deletion.SummaryOutside, []string{"Club2@", "Club3@", "club1@*"}, true},
		"outside, dry":     {scope, map[string]any{"contacts": []any{named(1), named(2)}}, nil, deletion.SummaryOutside, []string{told(2)}, false},
		"one that is not read": {nil, ending(2, named(1), named(2)), &traffic.Fault{Operation: "find", Kind: traffic.Replace, Body: "FAILURE: Out of order"}, contact.SummaryNotRead,
			[]string{"Out of order", "Nothing was deleted"}, false},
		"wrong password":      {nil, ending(2, named(1), named(2)), &traffic.Fault{Kind: traffic.Replace, Count: -1, Body: "Invalid credentials"}, contact.SummaryNotRead, []string{"WHATCOUNTS_PASSWORD", "Nothing was deleted"}, false},
		"one twice":           {nil, ending(2, named(1), map[string]any{"email": "club1@TEST.example.com"}), nil, contact.SummaryNamedTwice, []string{"contacts[0]"}, true},
		"no address":          {nil, ending(1, map[string]any{"email": "jane"}), nil, contact.SummaryInvalidEmail, nil, true},
		"an address of two":   {nil, ending(1, map[string]any{"email": "a@b.example^victim@example.com"}), nil, contact.SummaryInvalidEmail, nil, true},
		"a name of two":       {nil, ending(1, map[string]any{"email": "a@b.example", "first_name": "A^b@c.example"}), nil, contact.SummaryNotEncodable, nil, true},
		"a key of another":    {nil, ending(1, map[string]any{"email": "a@b.example", "customer_key": "K^1"}), nil, contact.SummaryNotEncodable, nil, true},
		"a key, and no realm": {nil, ending(1, map[string]any{"email": "a@b.example", "customer_key": "K1"}), nil, contact.SummaryNotRead, []string{"customer_key"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := club(t, 5)
			_, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: "club5@test.example.com", First: "Another"})
			must(t, err)
			server := acctest.NewConfigured(t, sim, acctest.Realm, test.safeguards)
			if test.fault != nil {
				sim.Faults.Add(*test.fault)
			}
			since := sim.Log.Len()
			planned := server.PlanAction(deleteAction, test.config)
			if test.inPlan {
				acctest.OneError(t, planned, test.summary, test.texts...)
				if sim.Log.Len() != since {
					t.Error("the plan asked the service")
				}
			} else {
				acctest.NoErrors(t, planned)
				_, diagnostics := server.Invoke(deleteAction, test.config)
				acctest.OneError(t, diagnostics, test.summary, test.texts...)
			}
			if sent := requests(sim, since); len(leftIn(sim, acctest.Realm)) != 6 || sent["delete"]+sent["deletesubid"] != 0 {
				t.Errorf("left are %v, sent %v", leftIn(sim, acctest.Realm), sent)
			}
		})
	}
}

// Ten thousand contacts take twenty commands.
func TestDeleteContactsInBatches(t *testing.T) {
	t.Parallel()
	const many = 10_000
	sim := club(t, many+1)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": false})
	var targets []any
	for i := range many {
		targets = append(targets, firstNamed(i+1))
	}
	progress, diagnostics := server.Invoke(deleteAction, ending(many, targets...))
	acctest.NoErrors(t, diagnostics)
	if !slices.Equal(leftIn(sim, acctest.Realm), []int64{1001 + many}) {
		t.Errorf("%d contacts are left", len(leftIn(sim, acctest.Realm)))
	}
	if sent := sim.Log.Count("delete"); sent > 25 {
		t.Errorf("%d commands were sent", sent)
	}
	if len(progress) != 2*many/500+1 || !strings.HasPrefix(progress[len(progress)-1], "10000 contacts deleted:") {
		t.Errorf("%d messages, the last one %.100s", len(progress), progress[len(progress)-1])
	}
}

// In a realm with customer keys the key says who is meant.
func TestDeleteContactsByKey(t *testing.T) {
	t.Parallel()
	seed := simulator.DefaultSeed()
	for i, key := range []string{"K1", "K2", "K3"} {
		seed.WhatCounts.Realms[1].Contacts = append(seed.WhatCounts.Realms[1].Contacts, simulated.Contact{
			ID: int64(1 + i), Email: "family@test.example.com", CustomerKey: key, Subscriptions: []simulated.Subscription{{ListID: 50, Format: 2}},
		})
	}
	sim := simulatortest.Start(t, simulator.Options{Seed: seed})
	server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
	key := func(key string) map[string]any {
		return map[string]any{"email": "family@test.example.com", "customer_key": key}
	}
	_, diagnostics := server.Invoke(deleteAction, ending(2, key("K1"), key("K3"), key("K4")))
	acctest.NoErrors(t, diagnostics)
	if !slices.Equal(leftIn(sim, acctest.KeyedRealm), []int64{2}) {
		t.Errorf("left are %v", leftIn(sim, acctest.KeyedRealm))
	}
}

// What is not known in a plan yet is not refused, and nothing is sent.
func TestDeleteContactsPlansWhatIsKnown(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"deletable": []any{}})
	acctest.ExpectSilence(t, sim, func() {
		for _, config := range []map[string]any{
			{"contacts": acctest.Unknown, "dry_run": false, "expected_count": 5},
			{"contacts": []any{map[string]any{"email": acctest.Unknown}}, "dry_run": false, "expected_count": 1},
			{"contacts": []any{named(1)}, "dry_run": acctest.Unknown},
			{"contacts": []any{named(1)}},
		} {
			if told := server.PlanAction(deleteAction, config); len(told) != 0 {
				t.Errorf("%v: %s", config, acctest.Texts(told))
			}
		}
	})
}

// Covered in-process by TestDeleteContacts.
func TestAccDeleteContacts_cli(t *testing.T) {
	t.Parallel()
	sim := club(t, 4)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.Configuration(sim, `
action "reach_delete_contacts" "leavers" {
  config {
    contacts = [
      { email = "club1@test.example.com", first_name = "Member 1" },
      { email = "club2@test.example.com" },
      { email = "nobody@test.example.com" },
    ]
    without_optout = true
    dry_run        = false
    expected_count = 2
  }
}

action "reach_delete_contacts" "nightly" {
  config {
    list_id   = 5
    email     = "club3@*"
    dry_run   = false
    max_count = 10
  }
}

resource "terraform_data" "trigger" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.reach_delete_contacts.leavers, action.reach_delete_contacts.nightly]
    }
  }
}
`),
			Check: func(*terraform.State) error {
				if ids := leftIn(sim, acctest.Realm); !slices.Equal(ids, []int64{1004}) {
					return fmt.Errorf("left are %v", ids)
				}
				return nil
			},
		}},
	})
}
