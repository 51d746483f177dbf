package communication_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
)

const builtin = "terraform.io/builtin/terraform"

// The state of a generic provider is taken over where it holds one native id,
// and refused where it holds none, or two.
func TestMoveState(t *testing.T) {
	t.Parallel()
	acctest.MoveState{
		Resource: typeName, Record: billing(nil), NotRead: communication.SummaryNotRead,
		States: []acctest.ForeignState{
			{Provider: "registry.terraform.io/mastercard/restapi", Type: "restapi_object", JSON: `{"id": "1001", "path": "/communication", "data": "{\"name\":\"a\"}", "api_data": {"name": "a"}}`},
			{Provider: "registry.opentofu.org/Mastercard/restapi", Type: "restapi_object", JSON: `{"id": "EMAIL-001", "path": "/communication", "api_response": "{\"result\":true,\"data\":{\"communicationID\":1001}}"}`},
			{Provider: "registry.terraform.io/magodo/restful", Type: "restful_resource", JSON: `{"id": "/communication/1001", "output": {"value": {"name": "a"}, "type": ["object", {"name": "string"}]}}`},
			{Provider: "registry.terraform.io/magodo/restful", Type: "restful_resource", JSON: `{"id": "/communication", "output": {"value": {"data": {"communicationID": 1001}}, "type": "dynamic"}}`},
			{Provider: builtin, Type: "terraform_data", JSON: `{"id": "5f0f8f0e-4d6c-4f41-9e12-000000000042", "output": {"value": 1001, "type": "number"}, "input": {"value": 1001, "type": "number"}}`},
			{Provider: builtin, Type: "terraform_data", JSON: `{"id": "5f0f8f0e-4d6c-4f41-9e12-000000000042", "output": {"value": {"communication_id": "1001"}, "type": ["object", {"communication_id": "string"}]}}`},
		},
		Refused: []acctest.ForeignState{
			{Provider: builtin, Type: "terraform_data", JSON: `{"id": "5f0f8f0e-4d6c-4f41-9e12-000000000042", "output": null}`},
			{Provider: builtin, Type: "terraform_data", JSON: `{"id": "42", "output": {"value": "billing@example.com", "type": "string"}}`},
			{Provider: "registry.terraform.io/mastercard/restapi", Type: "restapi_object", JSON: `{"id": "EMAIL-001", "api_data": {}}`},
			{Provider: "registry.terraform.io/mastercard/restapi", Type: "restapi_object", JSON: `{"id": "1001", "api_response": "{\"communicationID\":1001}", "data": "{\"communicationID\":1002}"}`},
			{Provider: "registry.terraform.io/other/restapi", Type: "restapi_object", JSON: `{"id": "1001"}`},
		},
	}.Check(t)
}

// A moved block, as a person writes it.
func TestAccMoveState(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	made := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, billing(nil))
	id := made.Attribute("communication_id").(int64)
	moved := config(sim, `
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", id = 42 }`) + "moved {\n  from = terraform_data.billing\n  to   = reach_communication.this\n}\n"
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		Steps: []resource.TestStep{
			{Config: fmt.Sprintf("resource \"terraform_data\" \"billing\" {\n  input = %d\n}\n", id)},
			{Config: moved, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}},
		},
	})
}
