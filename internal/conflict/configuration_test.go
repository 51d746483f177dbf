package conflict_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
)

// TestConfigurationsThatDiffer have different digests, and equal ones the same.
func TestConfigurationsThatDiffer(t *testing.T) {
	t.Parallel()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"a": tftypes.String, "b": tftypes.String, "n": tftypes.Number, "yes": tftypes.Bool,
		"list": tftypes.List{ElementType: tftypes.String}, "map": tftypes.Map{ElementType: tftypes.String},
	}}
	seen := map[string]int{}
	for i, config := range []map[string]any{
		{},
		{"a": ""},
		{"a": "x"}, {"b": "x"},
		{"a": "x", "b": "y"}, {"a": "xy"}, {"a": "x:y"},
		{"a": acctest.Unknown},
		{"n": 0}, {"n": 1}, {"n": 12}, {"n": 1.2},
		{"yes": true}, {"yes": false},
		{"list": []any{}}, {"list": []any{"x"}}, {"list": []any{"x", "y"}}, {"list": []any{"y", "x"}}, {"list": []any{"xy"}},
		{"map": map[string]any{}}, {"map": map[string]any{"x": "y"}}, {"map": map[string]any{"w": "y"}}, {"map": map[string]any{"y": "x"}}, {"map": map[string]any{"x": "y", "z": "y"}},
	} {
		digest := conflict.Configuration(tfsdk.Config{Raw: acctest.Value(typ, config)})
		if digest != conflict.Configuration(tfsdk.Config{Raw: acctest.Value(typ, config)}) {
			t.Errorf("configuration %d has two digests", i)
		}
		if other, found := seen[digest]; found {
			t.Errorf("configurations %d and %d have one digest", other, i)
		}
		seen[digest] = i
	}
}
