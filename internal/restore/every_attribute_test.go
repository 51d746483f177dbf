package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// What a configuration may set on each resource. A text that is not named here
// is its own name, so that a new attribute is set by itself.
var everyValue = map[string]map[string]any{
	"reach_contact": {
		"email":                 "jane@example.com",
		"custom_fields":         map[string]any{"plan": "gold"},
		"subscriptions":         []any{map[string]any{"list_id": 50, "format": "text"}},
		"force_sub":             true,
		"override_confirmation": true,
		"deletion_policy":       "delete",
		"timeouts":              map[string]any{"create": "1m", "read": "1m", "update": "1m", "delete": "1m"},
	},
	"reach_communication": {
		"type":            "email",
		"value":           "billing@example.com",
		"owner":           map[string]any{"type": "biz_entity", "id": 42},
		"deletion_policy": "delete",
		"timeouts":        map[string]any{"create": "1m", "read": "1m", "update": "1m", "delete": "1m"},
	},
}

// stateOnly are the attributes that no service holds. Neither does the record
// in a journal: its line names the policy beside the record, and the others say
// how to work, and not what there is.
var stateOnly = []string{"force_sub", "override_confirmation", "deletion_policy", "timeouts"}

// Every attribute that a configuration can set is read back, listed, written to
// the journal, and restored.
func TestEveryAttributeIsRestored(t *testing.T) {
	t.Parallel()
	for resource, values := range everyValue {
		t.Run(resource, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			path := filepath.Join(t.TempDir(), "deleted.jsonl")
			server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, map[string]any{"journal_path": path})
			config := setEverything(t, server, resource, values)
			held := map[string]any{} // by a service
			for name, value := range config {
				if !slices.Contains(stateOnly, name) {
					held[name] = value
				}
			}
			state := server.Created(resource, config)

			identity := identityOf(t, server, resource, state)
			another := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil) // of another run, which imports it
			imported, diagnostics := another.Import(resource, "", identity)
			acctest.NoErrors(t, diagnostics)
			expectAll(t, "what is imported", acctest.Plain(imported.Value), held)
			found, diagnostics := server.Look(resource, identity)
			acctest.NoErrors(t, diagnostics)
			expectAll(t, "what the data source shows", found, held)

			_, diagnostics = server.Change(resource, state, nil)
			acctest.NoErrors(t, diagnostics)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var line struct {
				Policy string
				Record map[string]any
			}
			if err := json.Unmarshal(text, &line); err != nil {
				t.Fatal(err)
			}
			expectAll(t, "the line of the journal", line.Record, held)

			lines, err := journalAt(path)
			if err != nil {
				t.Fatal(err)
			}
			blocks := evaluated(t, configuration("deleted.jsonl", lines))
			restored := map[string]any{}
			for _, block := range blocks {
				for name, value := range block {
					restored[name] = plain(value)
				}
			}
			held["deletion_policy"] = line.Policy
			expectAll(t, "the restored block", restored, held)
		})
	}
}

// setEverything is a configuration with every attribute that one may set.
func setEverything(t *testing.T, server *acctest.Server, resource string, values map[string]any) map[string]any {
	t.Helper()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	config := map[string]any{}
	for _, attribute := range schemas.ResourceSchemas[resource].Block.Attributes {
		value, named := values[attribute.Name]
		switch {
		case !attribute.Required && !attribute.Optional:
		case named:
			config[attribute.Name] = value
		case attribute.Type != nil && attribute.Type.Is(tftypes.String):
			config[attribute.Name] = attribute.Name
		default:
			t.Fatalf("say in everyValue what to set %s to", attribute.Name)
		}
	}
	return config
}

// identityOf is the id of a resource by its attribute.
func identityOf(t *testing.T, server *acctest.Server, resource string, state acctest.State) map[string]any {
	t.Helper()
	schemas, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identity := map[string]any{}
	for _, attribute := range schemas.IdentitySchemas[resource].IdentityAttributes {
		identity[attribute.Name] = state.Attribute(attribute.Name)
	}
	return identity
}

// expectAll fails the test for each wanted value that is not there.
func expectAll(t *testing.T, where string, got any, want map[string]any) {
	t.Helper()
	inJSON := func(value any) (converted map[string]any) {
		text, err := json.Marshal(value)
		if err == nil {
			err = json.Unmarshal(text, &converted)
		}
		if err != nil {
			t.Fatal(err)
		}
		return converted
	}
	all := inJSON(got)
	for name, value := range inJSON(want) {
		there := all[name]
		if object, isObject := value.(map[string]any); isObject {
			// The services fill in what was left out, such as the owner's other id.
			more, _ := there.(map[string]any)
			shown := map[string]any{}
			for key := range object {
				shown[key] = more[key]
			}
			there = shown
		}
		if !reflect.DeepEqual(there, value) {
			t.Errorf("%s has the %s %v, not %v", where, name, there, value)
		}
	}
}
