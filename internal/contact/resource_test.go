package contact_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const address = "reach_contact.jane"

func config(sim *simulator.Simulator, body string) string {
	return acctest.Configuration(sim, block(body))
}

func block(body string) string {
	return fmt.Sprintf("resource \"reach_contact\" \"jane\" {\n%s\n}\n", body)
}

const basic = `
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5, format = "html" }]`

// whole sets every attribute that WhatCounts holds.
const whole = `
  email         = "jane@example.com"
  first_name    = "Jane"
  last_name     = "Doe"
  company       = "Doe, Miller & Co"
  address_1     = "1 High Street"
  address_2     = "Flat \"B\""
  city          = "Sydney"
  state         = "NSW"
  zip           = "2000"
  country       = "Australia"
  phone         = "+61 2 0000 0000"
  fax           = "+61 2 0000 0001"
  custom_fields = { plan = "gold", source = "form, paper" }
  subscriptions = [{ list_id = 5 }, { list_id = 6, format = "text" }]`

// only is the one contact that the realm holds.
func only(sim *simulator.Simulator) (simulated.Contact, error) {
	held := sim.WhatCounts.Contacts(acctest.Realm)
	if len(held) != 1 {
		return simulated.Contact{}, fmt.Errorf("WhatCounts holds %d contacts, not 1: %v", len(held), held)
	}
	return held[0], nil
}

func noneLeft(sim *simulator.Simulator) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) > 0 {
			return fmt.Errorf("WhatCounts still holds %v", left)
		}
		return nil
	}
}

func subscriberID(s *terraform.State) (string, error) {
	return s.RootModule().Resources[address].Primary.Attributes["subscriber_id"], nil
}

func TestAccContact_basic(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	imported := resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "subscriber_id"}
	byID, byEmail, byName := imported, imported, imported
	byID.ImportStateIdFunc = subscriberID
	byEmail.ImportStateId = "JANE@example.com"
	byName.ImportStateId = "jane@example.com,Jane"
	// The case of the address is what the service holds, not what was asked for.
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             noneLeft(sim),
		Steps: []resource.TestStep{
			{
				Config: config(sim, whole),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("subscriber_id"), knownvalue.NotNull()),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("force_sub"), knownvalue.Bool(false)),
				},
				Check: func(*terraform.State) error {
					held, err := only(sim)
					if err != nil {
						return err
					}
					if held.Fields["company"] != "Doe, Miller & Co" || held.Fields["address_2"] != `Flat "B"` || held.Custom["source"] != "form, paper" || len(held.Subscriptions) != 2 {
						return fmt.Errorf("WhatCounts holds %+v", held)
					}
					return nil
				},
			},
			byID, byEmail, byName,
			{ResourceName: address, ImportState: true, ImportStateId: "nobody@example.com", ExpectError: regexp.MustCompile("Contact not imported")},
			{ResourceName: address, ImportState: true, ImportStateId: "jane", ExpectError: regexp.MustCompile("jane@example.com,Jane")},
		},
	})
	if left := sim.WhatCounts.Optouts(acctest.Realm); len(left) != 1 || left[0].ListID != 0 {
		t.Errorf("a delete leaves one Global Optout, not %v", left)
	}
}

// Every attribute that can change does so in place, and the contact keeps its
// subscriber id.
func TestAccContact_update(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	steps := []struct {
		name, body string
		holds      func(simulated.Contact) bool
	}{
		{"as created", basic, func(c simulated.Contact) bool { return c.Email == "jane@example.com" && c.Fields["last"] == "" }},
		{"fields are set", whole, func(c simulated.Contact) bool {
			return c.Fields["last"] == "Doe" && c.Fields["fax"] == "+61 2 0000 0001" && c.Custom["plan"] == "gold" && len(c.Subscriptions) == 2
		}},
		{"fields are changed", `
  email         = "jane@example.com"
  first_name    = "Jane"
  last_name     = "Miller"
  company       = "Miller"
  city          = "Perth"
  custom_fields = { plan = "silver" }
  subscriptions = [{ list_id = 6, format = "mime" }, { list_id = 7 }]`, func(c simulated.Contact) bool {
			return c.Fields["last"] == "Miller" && c.Fields["fax"] == "" && c.Fields["city"] == "Perth" && c.Custom["plan"] == "silver" && c.Custom["source"] == "" &&
				len(c.Subscriptions) == 2 && c.Subscriptions[0].ListID == 6 && c.Subscriptions[0].Format == 99 && c.Subscriptions[1].ListID == 7
		}},
		{"removed fields are cleared", basic, func(c simulated.Contact) bool {
			return c.Fields["last"] == "" && c.Fields["city"] == "" && c.Custom["plan"] == "" && len(c.Subscriptions) == 1 && c.Subscriptions[0].ListID == 5
		}},
		{"the address is changed", `
  email         = "jane.doe@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]`, func(c simulated.Contact) bool { return c.Email == "jane.doe@example.com" && c.First == "Jane" }},
		{"the first name is changed", `
  email         = "jane.doe@example.com"
  first_name    = "Janet"
  subscriptions = [{ list_id = 5 }]`, func(c simulated.Contact) bool { return c.Email == "jane.doe@example.com" && c.First == "Janet" }},
		{"what lives in state alone", `
  email                 = "jane.doe@example.com"
  first_name            = "Janet"
  subscriptions         = [{ list_id = 5 }]
  force_sub             = true
  override_confirmation = true
  deletion_policy       = "delete_without_optout"
  timeouts              = { create = "1m", read = "1m", update = "1m", delete = "1m" }`, func(c simulated.Contact) bool { return c.First == "Janet" }},
	}
	var id int64
	var testSteps []resource.TestStep
	for i, step := range steps {
		action := plancheck.ResourceActionUpdate
		if i == 0 {
			action = plancheck.ResourceActionCreate
		}
		testSteps = append(testSteps, resource.TestStep{
			Config:           config(sim, step.body),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}},
			Check: func(*terraform.State) error {
				held, err := only(sim)
				if err != nil {
					return err
				}
				if id == 0 {
					id = held.ID
				}
				if held.ID != id || !step.holds(held) {
					return fmt.Errorf("%s: WhatCounts holds %+v", step.name, held)
				}
				return nil
			},
		})
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), CheckDestroy: noneLeft(sim), Steps: testSteps})
	if left := sim.WhatCounts.Optouts(acctest.Realm); len(left) != 0 {
		t.Errorf("delete_without_optout leaves no opt-out, not %v", left)
	}
}

// A contact that somebody else deleted is planned anew.
func TestAccContact_disappears(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: config(sim, basic),
			Check: func(*terraform.State) error {
				held, err := only(sim)
				if err != nil {
					return err
				}
				return sim.WhatCounts.RemoveContact(acctest.Realm, held.ID)
			},
			ExpectNonEmptyPlan: true,
		}},
	})
}

// A change of case in an address is no change.
func TestAccContact_emailCase(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(sim, basic)},
			{
				Config: config(sim, `
  email         = "Jane@Example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

// Two contacts on one address have lives of their own.
func TestAccContact_sharedAddress(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	two := func(lastName, policy string) string {
		return acctest.Configuration(sim, fmt.Sprintf(`
resource "reach_contact" "jane" {
  email         = "family@example.com"
  first_name    = "Jane"
  last_name     = %q
  subscriptions = [{ list_id = 5 }]

  deletion_policy = %q
}

resource "reach_contact" "john" {
  email         = "family@example.com"
  first_name    = "John"
  last_name     = "Doe"
  subscriptions = [{ list_id = 6 }]
}
`, lastName, policy))
	}
	john := func(last string) resource.TestCheckFunc {
		return func(*terraform.State) error {
			for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
				if held.First == "John" && (held.Fields["last"] != "Doe" || len(held.Subscriptions) != 1 || held.Subscriptions[0].ListID != 6) {
					return fmt.Errorf("John was touched: %+v", held)
				}
				if held.First == "Jane" && held.Fields["last"] != last {
					return fmt.Errorf("Jane was not changed: %+v", held)
				}
			}
			return nil
		}
	}
	johnAlone := acctest.Configuration(sim, `
resource "reach_contact" "john" {
  email         = "family@example.com"
  first_name    = "John"
  last_name     = "Doe"
  subscriptions = [{ list_id = 6 }]
}
`)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: two("Doe", "delete"), Check: john("Doe")},
			{Config: two("Miller", "delete"), Check: john("Miller")},
			{ResourceName: address, ImportState: true, ImportStateId: "family@example.com", ExpectError: regexp.MustCompile(`(?s)Several contacts.*first name "J(ane|ohn)".*first name "J(ane|ohn)"`)},
			// Jane's end would opt out John's address.
			{Config: johnAlone, ExpectError: regexp.MustCompile(`(?s)` + conflict.SummaryOptout + `.*family@example.com.*delete_without_optout`)},
			{Config: two("Miller", "delete_without_optout"), Check: john("Miller")},
			{
				Config: johnAlone,
				Check: func(s *terraform.State) error {
					if _, err := only(sim); err != nil {
						return err
					}
					return john("")(s)
				},
			},
		},
	})
}

// What the configuration shows to be wrong is refused before anything is sent.
func TestAccContact_invalid(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	cases := map[string]struct {
		body string
		want string
	}{
		"no address":                        {`email = "jane"` + "\n" + `subscriptions = [{ list_id = 5 }]`, `(?s)Invalid e-mail address.*"jane"`},
		"an address with a comma":           {`email = "a,b@example.com"` + "\n" + `subscriptions = [{ list_id = 5 }]`, "Invalid e-mail address"},
		"a first name that is two rows":     {`email = "jane@example.com"` + "\n" + `first_name = "Jane^john@example.com"` + "\n" + `subscriptions = [{ list_id = 5 }]`, "Value cannot be sent to WhatCounts"},
		"a first name with a comma":         {`email = "jane@example.com"` + "\n" + `first_name = "Jane, Dr"` + "\n" + `subscriptions = [{ list_id = 5 }]`, "Value cannot be sent to WhatCounts"},
		"a field with a caret":              {basic + "\n" + `company = "A^B"`, "Value cannot be sent to WhatCounts"},
		"a field with a line feed":          {basic + "\n" + `company = "A\nB"`, "Value cannot be sent to WhatCounts"},
		"a custom field name with a comma":  {basic + "\n" + `custom_fields = { "a,b" = "c" }`, "Invalid custom field name"},
		"a custom field value with a caret": {basic + "\n" + `custom_fields = { plan = "^" }`, "Value cannot be sent to WhatCounts"},
		"no subscription":                   {`email = "jane@example.com"` + "\n" + `subscriptions = []`, `(?s)New contact on no list.*subscriptions`},
		"a list named twice":                {`email = "jane@example.com"` + "\n" + `subscriptions = [{ list_id = 5, format = "text" }, { list_id = 5, format = "html" }]`, "List named twice"},
		"another format":                    {`email = "jane@example.com"` + "\n" + `subscriptions = [{ list_id = 5, format = "rtf" }]`, `(?s)format.*mime`},
		"another deletion policy":           {basic + "\n" + `deletion_policy = "erase"`, `(?s)deletion_policy.*delete_without_optout`},
		"an empty customer key":             {basic + "\n" + `customer_key = ""`, "customer_key"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps:                    []resource.TestStep{{Config: config(sim, c.body), PlanOnly: true, ExpectError: regexp.MustCompile(c.want)}},
			})
		})
	}
	if sent := sim.Log.Entries(); len(sent) > 0 {
		t.Errorf("%d requests were sent", len(sent))
	}
}
