package contact_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// family is a realm with two contacts on one address and one on another.
func family(t *testing.T) *simulator.Simulator {
	t.Helper()
	sim := acctest.Simulator(t)
	for _, c := range []simulated.Contact{
		{Email: "family@example.com", First: "Jane", Fields: map[string]string{"last": "Doe", "city": "Perth"}, Custom: map[string]string{"plan": "gold"},
			Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}, {ListID: 6, Format: 1}}},
		{Email: "family@example.com", First: "John"},
		{Email: "single@example.com"},
	} {
		_, err := sim.WhatCounts.AddContact(acctest.Realm, c)
		must(t, err)
	}
	return sim
}

func TestAccContactDataSource(t *testing.T) {
	t.Parallel()
	sim := family(t)
	look := func(arguments string) string {
		return acctest.Configuration(sim, fmt.Sprintf("data \"reach_contact\" \"this\" {\n%s\n}\n", arguments))
	}
	const this = "data.reach_contact.this"
	jane := []statecheck.StateCheck{
		statecheck.ExpectKnownValue(this, tfjsonpath.New("subscriber_id"), knownvalue.Int64Exact(1001)),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("email"), knownvalue.StringExact("family@example.com")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("first_name"), knownvalue.StringExact("Jane")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("last_name"), knownvalue.StringExact("Doe")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("city"), knownvalue.StringExact("Perth")),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("company"), knownvalue.Null()),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("custom_fields"), knownvalue.MapExact(map[string]knownvalue.Check{"plan": knownvalue.StringExact("gold")})),
		statecheck.ExpectKnownValue(this, tfjsonpath.New("subscriptions"), knownvalue.SetExact([]knownvalue.Check{
			knownvalue.ObjectExact(map[string]knownvalue.Check{"list_id": knownvalue.Int64Exact(5), "format": knownvalue.StringExact("html")}),
			knownvalue.ObjectExact(map[string]knownvalue.Check{"list_id": knownvalue.Int64Exact(6), "format": knownvalue.StringExact("text")}),
		})),
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: look(`subscriber_id = 1001`), ConfigStateChecks: jane},
			{Config: look(`email = "family@example.com"` + "\n" + `first_name = "Jane"`), ConfigStateChecks: jane},
			{Config: look(`email = "single@example.com"`), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(this, tfjsonpath.New("subscriber_id"), knownvalue.Int64Exact(1003)),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("custom_fields"), knownvalue.Null()),
				statecheck.ExpectKnownValue(this, tfjsonpath.New("subscriptions"), knownvalue.SetExact(nil)),
			}},
			{Config: look(`email = "nobody@example.com"`), ExpectError: regexp.MustCompile(contact.SummaryNoMatch)},
			{Config: look(`email = "family@example.com"` + "\n" + `first_name = "Joan"`), ExpectError: regexp.MustCompile(`(?s)` + contact.SummaryNoMatch + `.*"Joan"`)},
			{Config: look(`email = "family@example.com"`), ExpectError: regexp.MustCompile(`(?s)` + contact.SummarySeveralMatches + `.*1001.*"Jane".*1002.*"John"`)},
			{Config: look(`subscriber_id = 9999`), ExpectError: regexp.MustCompile(`(?s)` + contact.SummaryNotRead + `.*9999`)},
			{Config: look(`subscriber_id = 1001` + "\n" + `email = "family@example.com"`), ExpectError: regexp.MustCompile("subscriber_id,email")},
			{Config: look(``), ExpectError: regexp.MustCompile("subscriber_id,email")},
			{Config: look(`email = "single@example.com"`)}, // something that the framework can destroy
		},
	})
}

func TestAccOptoutDataSources(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "gone@example.com", 0))
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "listed@example.com", 5))
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "Other@example.com", 5))
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: acctest.Configuration(sim, `
data "reach_optout" "global" {
  email = "GONE@example.com"
}
data "reach_optout" "of_another_kind" {
  email = "listed@example.com"
}
data "reach_optout" "of_the_list" {
  email   = "listed@example.com"
  list_id = 5
}
data "reach_optout" "lately" {
  email = "gone@example.com"
  days  = 1
}
data "reach_optouts" "global" {}
data "reach_optouts" "of_the_list" {
  list_id = 5
}
data "reach_optouts" "none" {
  list_id = 6
}
`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr("data.reach_optout.global", "opted_out", "true"),
					resource.TestCheckResourceAttr("data.reach_optout.of_another_kind", "opted_out", "false"),
					resource.TestCheckResourceAttr("data.reach_optout.of_the_list", "opted_out", "true"),
					resource.TestCheckResourceAttr("data.reach_optout.lately", "opted_out", "true"),
				),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue("data.reach_optouts.global", tfjsonpath.New("emails"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("gone@example.com")})),
					statecheck.ExpectKnownValue("data.reach_optouts.of_the_list", tfjsonpath.New("emails"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact("listed@example.com"), knownvalue.StringExact("other@example.com")})),
					statecheck.ExpectKnownValue("data.reach_optouts.none", tfjsonpath.New("emails"), knownvalue.SetExact(nil)),
				},
			},
			{Config: acctest.Configuration(sim, "data \"reach_optout\" \"this\" {\n  email   = \"a@example.com\"\n  list_id = 99\n}\n"), ExpectError: regexp.MustCompile(`(?s)` + contact.SummaryOptoutsNotRead + `.*list_id`)},
			{Config: acctest.Configuration(sim, "data \"reach_optouts\" \"this\" {\n  list_id = 99\n}\n"), ExpectError: regexp.MustCompile(contact.SummaryOptoutsNotRead)},
			{Config: acctest.Configuration(sim, "data \"reach_optout\" \"this\" {\n  email = \"nobody\"\n}\n"), ExpectError: regexp.MustCompile(contact.SummaryInvalidEmail)},
			{Config: acctest.Configuration(sim, "data \"reach_optouts\" \"global\" {}")}, // something that the framework can destroy
		},
	})
}

// However many addresses a plan looks up, the service is asked once.
func TestManyOptoutsAreOneRequest(t *testing.T) {
	sim := acctest.Simulator(t)
	must(t, sim.WhatCounts.AddOptouts(acctest.Realm, 50, "user%d@example.com"))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	acctest.ExpectRequests(t, sim, func() {
		for i := range 100 {
			found, diagnostics := server.Look("reach_optout", map[string]any{"email": fmt.Sprintf("user%d@example.com", i+1)})
			acctest.NoErrors(t, diagnostics)
			if found["opted_out"] != (i < 50) {
				t.Errorf("user%d: opted_out is %v", i+1, found["opted_out"])
			}
		}
	}, "show_optglobal")
	// A delete makes what was read before stale.
	state := server.Created(typeName, jane(nil))
	_, diagnostics := server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if found, _ := server.Look("reach_optout", map[string]any{"email": "jane@example.com"}); found["opted_out"] != true {
		t.Error("the opt-out that a delete has just left is not seen")
	}
}

func TestAccListsDataSource(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.Configuration(sim, `data "reach_lists" "all" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("data.reach_lists.all", tfjsonpath.New("lists").AtSliceIndex(0), knownvalue.ObjectExact(map[string]knownvalue.Check{
					"list_id": knownvalue.Int64Exact(5), "name": knownvalue.StringExact("Newsletter"), "description": knownvalue.NotNull(),
				})),
				statecheck.ExpectKnownValue("data.reach_lists.all", tfjsonpath.New("lists"), knownvalue.ListSizeExact(4)),
			},
		}},
	})
}
