package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

// The state of a generic provider is taken over where it holds one subscriber id.
func TestMoveState(t *testing.T) {
	t.Parallel()
	acctest.MoveState{
		Resource: typeName, Record: jane(nil), NotRead: contact.SummaryNotRead,
		States: []acctest.ForeignState{
			{Provider: "registry.terraform.io/mastercard/restapi", Type: "restapi_object", JSON: `{"id": "1001", "path": "/rest/subscribers", "api_data": {"email": "jane@example.com"}}`},
			{Provider: "registry.terraform.io/magodo/restful", Type: "restful_resource", JSON: `{"id": "/rest/subscribers/1001", "output": {"value": {"subscriberId": 1001}, "type": "dynamic"}}`},
			{Provider: "terraform.io/builtin/terraform", Type: "terraform_data", JSON: `{"id": "5f0f8f0e-4d6c-4f41-9e12-000000000042", "output": {"value": {"subscriber_id": 1001}, "type": ["object", {"subscriber_id": "number"}]}}`},
		},
		Refused: []acctest.ForeignState{
			{Provider: "terraform.io/builtin/terraform", Type: "terraform_data", JSON: `{"id": "5f0f8f0e-4d6c-4f41-9e12-000000000042", "output": {"value": "jane@example.com", "type": "string"}}`},
			{Provider: "registry.terraform.io/mastercard/restapi", Type: "restapi_object", JSON: `{}`},
		},
	}.Check(t)
}
