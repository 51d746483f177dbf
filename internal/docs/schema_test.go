package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func TestEverythingTheProviderOffersIsWritten(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	for _, offered := range []struct {
		what string
		got  []string
		want []string
	}{
		{"resources", names(provider.ResourceSchemas), []string{"reach_communication", "reach_contact"}},
		{"identities", names(provider.ResourceIdentitySchemas), []string{"reach_communication", "reach_contact"}},
		{"data sources", names(provider.DataSourceSchemas), []string{
			"reach_communication", "reach_communication_types", "reach_communications",
			"reach_contact", "reach_lists", "reach_optout", "reach_optouts",
		}},
		{"list resources", names(provider.ListResourceSchemas), []string{"reach_communication", "reach_contact"}},
		{"actions", names(provider.ActionSchemas), []string{"reach_delete_communications"}},
		{"ephemeral resources", names(provider.EphemeralResourceSchemas), []string{"reach_access_token"}},
		{"functions", names(provider.Functions), []string{"normalize_email"}},
	} {
		for _, name := range offered.want {
			if !slices.Contains(offered.got, name) {
				t.Errorf("%s: %s is missing from %v", offered.what, name, offered.got)
			}
		}
	}
}

func TestAttributes(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	communication := provider.ResourceSchemas["reach_communication"].Block.Attributes
	contact := provider.ResourceSchemas["reach_contact"].Block.Attributes

	value := communication["value"]
	if !value.Required || value.Optional || value.Computed || value.AttributeType != cty.String {
		t.Errorf("reach_communication.value: %+v", value)
	}
	if value.Description == "" || value.DescriptionKind != tfjson.SchemaDescriptionKindMarkdown {
		t.Errorf("reach_communication.value has the description %q of kind %q", value.Description, value.DescriptionKind)
	}
	if id := communication["external_id"]; !id.Optional || !id.Computed {
		t.Errorf("reach_communication.external_id: %+v", id)
	}
	if fields := contact["custom_fields"]; !fields.AttributeType.Equals(cty.Map(cty.String)) {
		t.Errorf("reach_contact.custom_fields is a %s", fields.AttributeType.GoString())
	}
}

func TestNesting(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	owner := provider.ResourceSchemas["reach_communication"].Block.Attributes["owner"]
	if nested := owner.AttributeNestedType; nested == nil || nested.NestingMode != tfjson.SchemaNestingModeSingle || !nested.Attributes["type"].Required {
		t.Errorf("reach_communication.owner: %+v", nested)
	}
	subscriptions := provider.ResourceSchemas["reach_contact"].Block.Attributes["subscriptions"]
	if nested := subscriptions.AttributeNestedType; nested == nil || nested.NestingMode != tfjson.SchemaNestingModeSet || nested.Attributes["list_id"].AttributeType != cty.Number {
		t.Errorf("reach_contact.subscriptions: %+v", nested)
	}
	inner := provider.DataSourceSchemas["reach_communications"].Block.Attributes["communications"].AttributeNestedType.Attributes["owner"]
	if inner.AttributeNestedType == nil || !inner.AttributeNestedType.Attributes["external_id"].Computed {
		t.Errorf("reach_communications.communications.owner: %+v", inner)
	}
}

func TestSensitivity(t *testing.T) {
	t.Parallel()
	blocks := decoded(t).ConfigSchema.Block.Attributes
	for block, sensitive := range map[string][]string{
		"seveng":     {"access_token", "password"},
		"whatcounts": {"client_auth", "password"},
		"safeguards": nil,
	} {
		for name, attribute := range blocks[block].AttributeNestedType.Attributes {
			if want := slices.Contains(sensitive, name); attribute.Sensitive != want {
				t.Errorf("%s.%s: sensitive is %t", block, name, attribute.Sensitive)
			}
		}
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	identities := decoded(t).ResourceIdentitySchemas
	for resource, name := range map[string]string{"reach_communication": "communication_id", "reach_contact": "subscriber_id"} {
		attribute := identities[resource].Attributes[name]
		if attribute == nil || !attribute.RequiredForImport || attribute.IdentityType != cty.Number || attribute.Description == "" {
			t.Errorf("%s is identified by %+v", resource, identities[resource].Attributes)
		}
	}
}

// TestNewerForms converts what a provider of this protocol can offer, whether
// or not this one does.
func TestNewerForms(t *testing.T) {
	t.Parallel()
	configured := &tfprotov6.Schema{Version: 3, Block: &tfprotov6.SchemaBlock{
		Description: "plain words",
		Attributes:  []*tfprotov6.SchemaAttribute{{Name: "secret", Type: tftypes.String, Optional: true, WriteOnly: true, Deprecated: true}},
		BlockTypes: []*tfprotov6.SchemaNestedBlock{{
			TypeName: "rule", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 2,
			Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "on", Type: tftypes.Bool, Required: true}}},
		}},
	}}
	described, err := describe(t.Context(), fixed{schemas: &tfprotov6.GetProviderSchemaResponse{
		Provider:                 configured,
		EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"reach_token": configured},
		ListResourceSchemas:      map[string]*tfprotov6.Schema{"reach_thing": configured},
		ActionSchemas:            map[string]*tfprotov6.ActionSchema{"reach_act": {Schema: configured}},
		Functions: map[string]*tfprotov6.Function{"tidy": {
			Summary:           "Tidies.",
			Return:            &tfprotov6.FunctionReturn{Type: tftypes.List{ElementType: tftypes.String}},
			Parameters:        []*tfprotov6.FunctionParameter{{Name: "text", Type: tftypes.String, AllowNullValue: true}},
			VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.DynamicPseudoType},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(described)
	if err != nil {
		t.Fatal(err)
	}
	provider := decode(t, written)

	for what, schema := range map[string]*tfjson.Schema{
		"provider": provider.ConfigSchema, "ephemeral resource": provider.EphemeralResourceSchemas["reach_token"], "list resource": provider.ListResourceSchemas["reach_thing"],
	} {
		if schema.Version != 3 || schema.Block.Description != "plain words" || schema.Block.DescriptionKind != tfjson.SchemaDescriptionKindPlain {
			t.Errorf("%s: %+v", what, schema)
		}
	}
	block := provider.ActionSchemas["reach_act"].Block
	if secret := block.Attributes["secret"]; !secret.WriteOnly || !secret.Deprecated {
		t.Errorf("action attribute: %+v", secret)
	}
	rule := block.NestedBlocks["rule"]
	if rule.NestingMode != tfjson.SchemaNestingModeList || rule.MinItems != 1 || rule.MaxItems != 2 || !rule.Block.Attributes["on"].Required {
		t.Errorf("action block: %+v", rule)
	}
	tidy := provider.Functions["tidy"]
	if !tidy.ReturnType.Equals(cty.List(cty.String)) || !tidy.Parameters[0].IsNullable || tidy.VariadicParameter.Type != cty.DynamicPseudoType {
		t.Errorf("function: %+v", tidy)
	}
}

func TestErrorOfTheProviderIsTold(t *testing.T) {
	t.Parallel()
	_, err := describe(t.Context(), fixed{schemas: &tfprotov6.GetProviderSchemaResponse{
		Diagnostics: []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Bad schema", Detail: "twice"}},
	}})
	if err == nil || err.Error() != "Bad schema: twice" {
		t.Errorf("got %v", err)
	}
}

// fixed is a provider that answers with what a test has written down.
type fixed struct {
	tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

func (f fixed) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return f.schemas, nil
}

func (f fixed) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func names[Schema any](schemas map[string]Schema) []string {
	return slices.Sorted(maps.Keys(schemas))
}
