package communication_test

import (
	"fmt"
	"regexp"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

const address = "reach_communication.this"

func config(sim *simulator.Simulator, body string) string {
	return acctest.Configuration(sim, fmt.Sprintf("resource \"reach_communication\" \"this\" {\n%s\n}\n", body))
}

const basic = `
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", id = 42 }`

// noneLeft is the destroy check: the service itself must hold nothing.
func noneLeft(sim *simulator.Simulator) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if left := sim.SevenG.Communications(); len(left) > 0 {
			return fmt.Errorf("7G still holds %v", left)
		}
		return nil
	}
}

func TestAccCommunication_basic(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             noneLeft(sim),
		Steps: []resource.TestStep{
			{
				Config: config(sim, basic),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("communication_id"), knownvalue.NotNull()),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("type_id"), knownvalue.Int64Exact(1)),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("owner"), knownvalue.ObjectExact(map[string]knownvalue.Check{
						"type":        knownvalue.StringExact("biz_entity"),
						"id":          knownvalue.Int64Exact(42),
						"external_id": knownvalue.StringExact("BE-1"),
					})),
				},
			},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateIdFunc: nativeID, ImportStateVerifyIdentifierAttribute: "communication_id"},
			{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: "external:EMAIL-001", ImportStateVerifyIdentifierAttribute: "communication_id"},
			{ResourceName: address, ImportState: true, ImportStateId: "EMAIL-001", ExpectError: regexp.MustCompile("external:EMAIL-001")},
			{ResourceName: address, ImportState: true, ImportStateId: "external:NONE", ExpectError: regexp.MustCompile("Communication not imported")},
		},
	})
}

func nativeID(s *terraform.State) (string, error) {
	return s.RootModule().Resources[address].Primary.Attributes["communication_id"], nil
}

// Every attribute that can change does so in place, and the record keeps its
// native id.
func TestAccCommunication_update(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	sameRecord := statecheck.CompareValue(sameValues{})
	steps := []struct{ body, value, owner string }{
		{basic, "billing@example.com", "biz_entity 42"},
		{`
  type        = "email"
  value       = "accounts@example.com"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", id = 42 }`, "accounts@example.com", "biz_entity 42"},
		{`
  type        = "Mobile"
  value       = "+61 400 000 000"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", external_id = "BE-1" }`, "+61 400 000 000", "biz_entity 42"},
		{`
  type        = "mobile"
  value       = "+61 400 000 000"
  external_id = "EMAIL-001"
  owner       = { type = "person", external_id = "P-1" }`, "+61 400 000 000", "person 7"},
		{`
  type            = "mobile"
  value           = "+61 400 000 000"
  external_id     = "EMAIL-001"
  owner           = { type = "organisation", id = 9 }
  deletion_policy = "delete"
  timeouts        = { create = "2m", read = "1m", update = "2m", delete = "2m" }`, "+61 400 000 000", "organisation 9"},
	}
	var testSteps []resource.TestStep
	for i, step := range steps {
		action := plancheck.ResourceActionUpdate
		if i == 0 {
			action = plancheck.ResourceActionCreate
		}
		testSteps = append(testSteps, resource.TestStep{
			Config:            config(sim, step.body),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}},
			ConfigStateChecks: []statecheck.StateCheck{sameRecord.AddStateValue(address, tfjsonpath.New("communication_id"))},
			Check: func(*terraform.State) error {
				held := sim.SevenG.Communications()
				if len(held) != 1 {
					return fmt.Errorf("7G holds %v", held)
				}
				owner := fmt.Sprintf("%s %d", held[0].Owner.Kind, held[0].Owner.ID)
				if held[0].Name != step.value || owner != step.owner || held[0].ExternalID != "EMAIL-001" {
					return fmt.Errorf("7G holds %+v, not %s of %s", held[0], step.value, step.owner)
				}
				return nil
			},
		})
	}
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), CheckDestroy: noneLeft(sim), Steps: testSteps})
}

// sameValues compares neighbouring values of one attribute.
type sameValues struct{}

func (sameValues) CompareValues(values ...any) error {
	for i := 1; i < len(values); i++ {
		if fmt.Sprint(values[i]) != fmt.Sprint(values[0]) {
			return fmt.Errorf("the record was replaced: %v became %v", values[0], values[i])
		}
	}
	return nil
}

// A record that somebody else deleted is planned anew.
func TestAccCommunication_disappears(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config(sim, basic),
				Check: func(s *terraform.State) error {
					text, err := nativeID(s)
					if err != nil {
						return err
					}
					id, err := strconv.ParseInt(text, 10, 64)
					if err != nil {
						return err
					}
					sim.SevenG.RemoveCommunication(id)
					return nil
				},
				ExpectNonEmptyPlan: true,
			},
		},
	})
}

// Another external id is another record.
func TestAccCommunication_externalIDReplaces(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             noneLeft(sim),
		Steps: []resource.TestStep{
			{Config: config(sim, basic)},
			{
				Config: config(sim, `
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-002"
  owner       = { type = "biz_entity", id = 42 }`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate),
				}},
			},
			{
				// Left out it stays as it is: no record ends because a line was removed.
				Config: config(sim, `
  type  = "email"
  value = "billing@example.com"
  owner = { type = "biz_entity", id = 42 }`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

// What the configuration shows to be wrong is refused before anything is sent.
func TestAccCommunication_invalid(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	long := regexp.MustCompile(`(?s)value.*255`)
	cases := map[string]struct {
		body string
		want *regexp.Regexp
	}{
		"a value of 256 characters": {fmt.Sprintf(`
  type  = "email"
  value = %q
  owner = { type = "person", id = 7 }`, regexp.MustCompile(".").ReplaceAllString(fmt.Sprintf("%0256d", 0), "x")), long},
		"an external id of 51 characters": {fmt.Sprintf(`
  type        = "email"
  value       = "a@example.com"
  external_id = %q
  owner       = { type = "person", id = 7 }`, fmt.Sprintf("%051d", 0)), regexp.MustCompile(`(?s)external_id.*50`)},
		"an unknown kind of owner": {`
  type  = "email"
  value = "a@example.com"
  owner = { type = "company", id = 7 }`, regexp.MustCompile(`(?s)owner.type.*biz_entity`)},
		"neither id of the owner": {`
  type  = "email"
  value = "a@example.com"
  owner = { type = "person" }`, regexp.MustCompile(`(?s)Owner without an id.*owner.id.*owner.external_id`)},
		"another deletion policy": {basic + "\n" + `  deletion_policy = "unsubscribe"`, regexp.MustCompile(`(?s)deletion_policy.*abandon`)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps:                    []resource.TestStep{{Config: config(sim, c.body), PlanOnly: true, ExpectError: c.want}},
			})
		})
	}
	if sent := sim.Log.Entries(); len(sent) > 0 {
		t.Errorf("%d requests were sent", len(sent))
	}
}

func TestAccCommunication_unknownType(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             noneLeft(sim),
		Steps: []resource.TestStep{{
			Config: config(sim, `
  type  = "telegram"
  value = "a@example.com"
  owner = { type = "person", id = 7 }`),
			ExpectError: regexp.MustCompile(`(?s)Unknown communication type.*email`),
		}},
	})
}
