package provider_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// core is both resources with what they can hold, and a look-up of each kind.
const core = `
resource "reach_communication" "billing" {
  type        = %[1]q
  value       = %[2]q
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", external_id = "BE-1" }
}

resource "reach_communication" "office" {
  type  = "phone"
  value = "+61 2 0000 0000"
  owner = { type = "person", id = 7 }
}

resource "reach_contact" "jane" {
  email         = %[3]q
  first_name    = "Jane"
  last_name     = %[4]q
  city          = "Sydney"
  custom_fields = { plan = %[5]q }
  subscriptions = %[6]s
}

resource "reach_contact" "test" {
  email           = "test@test.example.com"
  subscriptions   = [{ list_id = 7 }]
  deletion_policy = "delete_without_optout"
}

data "reach_optout" "stranger" {
  email = "stranger@example.com"
}

data "reach_communications" "of_the_person" {
  owner      = { type = "person", id = 7 }
  depends_on = [reach_communication.office]
}

output "types" {
  value = join(",", [for c in data.reach_communications.of_the_person.communications : c.type])
}
`

// The core of what a user does, with a real CLI, under every dialect of both
// services. Each run takes one dialect of each, since they share nothing. The
// test framework itself fails a step whose second plan is not empty.
func TestAccDialects(t *testing.T) {
	t.Parallel()
	sevenG, whatCounts := seveng.Dialects(), whatcounts.Dialects()
	for i := range max(len(sevenG), len(whatCounts)) {
		var names []string
		if i < len(sevenG) {
			names = append(names, sevenG[i].Name)
		}
		if i < len(whatCounts) {
			names = append(names, whatCounts[i].Name)
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, names...)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				CheckDestroy:             nothingLeft(sim),
				Steps: []resource.TestStep{
					{
						Config: acctest.Configuration(sim, fmt.Sprintf(core, "email", "billing@example.com", "jane@example.com", "Doe", "gold", "[{ list_id = 5 }, { list_id = 6, format = \"text\" }]")),
						Check:  resource.TestCheckOutput("types", "phone"),
					},
					{
						Config: acctest.Configuration(sim, fmt.Sprintf(core, "Mobile", "+61 400 000 000", "jane.doe@example.com", "Miller", "silver", "[{ list_id = 6, format = \"mime\" }, { list_id = 7 }]")),
						Check:  holdsChanged(sim),
					},
				},
			})
		})
	}
}

func holdsChanged(sim *simulator.Simulator) resource.TestCheckFunc {
	return func(*terraform.State) error {
		for _, c := range sim.WhatCounts.Contacts(acctest.Realm) {
			if c.First == "Jane" && (c.Email != "jane.doe@example.com" || c.Fields["last"] != "Miller" || c.Fields["city"] != "Sydney" || c.Custom["plan"] != "silver" ||
				len(c.Subscriptions) != 2 || c.Subscriptions[0].ListID != 6 || c.Subscriptions[1].ListID != 7) {
				return fmt.Errorf("WhatCounts holds %+v", c)
			}
		}
		for _, c := range sim.SevenG.Communications() {
			if c.ExternalID == "EMAIL-001" && c.Name != "+61 400 000 000" || c.Owner.Kind != seveng.BizEntity && c.ExternalID == "EMAIL-001" {
				return fmt.Errorf("7G holds %+v", c)
			}
		}
		if len(sim.WhatCounts.Contacts(acctest.Realm)) != 2 || len(sim.SevenG.Communications()) != 2 {
			return fmt.Errorf("not two records in each service:\n%s", sim.Dump())
		}
		return nil
	}
}

func nothingLeft(sim *simulator.Simulator) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 || len(sim.SevenG.Communications()) != 0 {
			return fmt.Errorf("records are left:\n%s", sim.Dump())
		}
		return nil
	}
}

// Where a service does not do what was asked, the answer says so and nothing
// is believed: each of these dialects refuses one thing that others do.
func TestAccDialects_refusals(t *testing.T) {
	t.Parallel()
	contact := func(fields string) string {
		return "resource \"reach_contact\" \"jane\" {\n  email = \"jane@example.com\"\n  first_name = \"Jane\"\n  subscriptions = [{ list_id = 5 }]\n" + fields + "\n}\n"
	}
	communication := func(owner string) string {
		return "resource \"reach_communication\" \"billing\" {\n  type = \"email\"\n  value = \"billing@example.com\"\n  owner = " + owner + "\n}\n"
	}
	cases := []struct {
		dialect, before, after string
		want                   string
	}{
		{"7g-owner-change-refused", communication(`{ type = "biz_entity", id = 42 }`), communication(`{ type = "person", id = 7 }`), "Communication not updated"},
		{"7g-owner-change-ignored", communication(`{ type = "biz_entity", id = 42 }`), communication(`{ type = "person", id = 7 }`), "Communication not updated"},
		{"wc-data-empty-keeps", contact(`  last_name = "Doe"`), contact(""), `(?s)Contact not updated.*last`},
		{"wc-data-quotes-literal", contact(""), contact(`  company = "Doe, Miller"`), "Contact not updated"},
	}
	for _, c := range cases {
		t.Run(c.dialect, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, c.dialect)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: acctest.Configuration(sim, c.before)},
					{Config: acctest.Configuration(sim, c.after), ExpectError: regexp.MustCompile(c.want)},
				},
			})
		})
	}
}
