package server_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/server"
)

// TestNumbersThatAreNotWhole are refused in words that name the attribute, and
// not as a defect of the provider, wherever a configuration can hold them.
func TestNumbersThatAreNotWhole(t *testing.T) {
	t.Parallel()
	served := server.New(provider.New("test")(), false)
	schemas, err := served.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	config := func(schema *tfprotov6.Schema, value map[string]any) *tfprotov6.DynamicValue {
		t.Helper()
		dynamic, err := tfprotov6.NewDynamicValue(schema.ValueType(), acctest.Value(schema.ValueType(), value))
		if err != nil {
			t.Fatal(err)
		}
		return &dynamic
	}
	resource := func(name string, value map[string]any) ([]*tfprotov6.Diagnostic, error) {
		response, err := served.ValidateResourceConfig(t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config(schemas.ResourceSchemas[name], value)})
		return response.Diagnostics, err
	}
	for says, validate := range map[string]func() ([]*tfprotov6.Diagnostic, error){
		"2.5 in safeguards": func() ([]*tfprotov6.Diagnostic, error) {
			response, err := served.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{
				Config: config(schemas.Provider, map[string]any{"safeguards": map[string]any{"max_deletes_per_run": 2.5}}),
			})
			return response.Diagnostics, err
		},
		"4.2 in owner": func() ([]*tfprotov6.Diagnostic, error) {
			return resource("reach_communication", map[string]any{"type": "email", "value": "jane@example.com", "owner": map[string]any{"type": "person", "id": 4.2}})
		},
		"1e+30 in owner": func() ([]*tfprotov6.Diagnostic, error) {
			return resource("reach_communication", map[string]any{"type": "email", "value": "jane@example.com", "owner": map[string]any{"type": "person", "id": 1e30}})
		},
		"5.5 in subscriptions": func() ([]*tfprotov6.Diagnostic, error) {
			return resource("reach_contact", map[string]any{"email": "jane@example.com", "subscriptions": []any{map[string]any{"list_id": 5.5}}})
		},
		"1.5 in days": func() ([]*tfprotov6.Diagnostic, error) {
			response, err := served.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
				TypeName: "reach_optouts", Config: config(schemas.DataSourceSchemas["reach_optouts"], map[string]any{"days": 1.5}),
			})
			return response.Diagnostics, err
		},
		"5.5 in list_id": func() ([]*tfprotov6.Diagnostic, error) {
			lists, ok := served.(tfprotov6.ListResourceServer)
			if !ok {
				t.Fatal("list resources are not served")
			}
			response, err := lists.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
				TypeName: "reach_contact", Config: config(schemas.ListResourceSchemas["reach_contact"], map[string]any{"list_id": 5.5}),
			})
			return response.Diagnostics, err
		},
		"7.5 in communication_ids": func() ([]*tfprotov6.Diagnostic, error) {
			actions, ok := served.(tfprotov6.ActionServer)
			if !ok {
				t.Fatal("actions are not served")
			}
			response, err := actions.ValidateActionConfig(t.Context(), &tfprotov6.ValidateActionConfigRequest{
				ActionType: "reach_delete_communications",
				Config:     config(schemas.ActionSchemas["reach_delete_communications"].Schema, map[string]any{"communication_ids": []any{7, 7.5}}),
			})
			return response.Diagnostics, err
		},
	} {
		diagnostics, err := validate()
		if err != nil {
			t.Fatal(err)
		}
		acctest.OneError(t, diagnostics, server.SummaryWholeNumber, says)
		if strings.Contains(acctest.Texts(diagnostics), "report") {
			t.Errorf("a mistake is called a defect of the provider:\n%s", acctest.Texts(diagnostics))
		}
	}
}

// TestOtherDiagnosticsStay as they are.
func TestOtherDiagnosticsStay(t *testing.T) {
	t.Parallel()
	given := &tfprotov6.Diagnostic{Summary: "Other", Detail: "Value 5 is wrong", Attribute: tftypes.NewAttributePath().WithAttributeName("a")}
	if got := server.InPlainWords([]*tfprotov6.Diagnostic{given}); len(got) != 1 || got[0] != given {
		t.Errorf("changed to %+v", got)
	}
}

// TestRequiredValuesThatAreNull: the text names the attribute and the usual cause,
// and prints no element of a set.
func TestRequiredValuesThatAreNull(t *testing.T) {
	t.Parallel()
	tested := acctest.NewServer(t)
	list := func(id any) []any { return []any{map[string]any{"list_id": id}} }
	owner := map[string]any{"type": "person", "id": 7}
	for says, one := range map[string]struct {
		resource string
		config   map[string]any
	}{
		"list_id in an entry of subscriptions is null": {"reach_contact", map[string]any{"email": "jane@example.com", "subscriptions": list(nil)}},
		"subscriptions is null":                        {"reach_contact", map[string]any{"email": "jane@example.com"}},
		"email is null":                                {"reach_contact", map[string]any{"subscriptions": list(5)}},
		"owner.type is null":                           {"reach_communication", map[string]any{"type": "email", "value": "jane@example.com", "owner": map[string]any{"id": 7}}},
		"value is null":                                {"reach_communication", map[string]any{"type": "email", "owner": owner}},
	} {
		diagnostics := tested.Validate(one.resource, one.config)
		acctest.OneError(t, diagnostics, server.SummaryNull, says, "finds nothing")
		for _, d := range diagnostics {
			if strings.Contains(d.Detail, "null>") {
				t.Errorf("the framework's own notation is shown: %s", d.Detail)
			}
		}
	}
}
