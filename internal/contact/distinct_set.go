package contact

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// distinctStrings is the type of a set of strings that the provider computes
// and knows to be distinct. The framework's own set compares every element with
// every other, more than once, which takes hours for a realm with a million
// opt-outs.
type distinctStrings struct{ basetypes.SetType }

var (
	_ basetypes.SetTypable  = distinctStrings{}
	_ basetypes.SetValuable = distinctStringsValue{}
)

func newDistinctStrings() distinctStrings {
	return distinctStrings{basetypes.SetType{ElemType: types.StringType}}
}

// Equal reports whether other is the same type.
func (d distinctStrings) Equal(other attr.Type) bool {
	o, same := other.(distinctStrings)
	return same && d.SetType.Equal(o.SetType)
}

// Validate finds nothing.
func (d distinctStrings) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics {
	return nil
}

// ValueType is the type of its values.
func (d distinctStrings) ValueType(context.Context) attr.Value { return distinctStringsValue{} }

// ValueFromSet makes a value of the framework's.
func (d distinctStrings) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return distinctStringsValue{set}, nil
}

// ValueFromTerraform makes a value of Terraform's.
func (d distinctStrings) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := d.SetType.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	set, _ := value.(basetypes.SetValue)
	return distinctStringsValue{set}, nil
}

// distinctStringsValue is a value of that type.
type distinctStringsValue struct{ basetypes.SetValue }

// Type is distinctStrings.
func (v distinctStringsValue) Type(context.Context) attr.Type { return newDistinctStrings() }

// Equal compares in one pass.
func (v distinctStringsValue) Equal(other attr.Value) bool {
	o, same := other.(distinctStringsValue)
	if !same || v.IsNull() != o.IsNull() || v.IsUnknown() != o.IsUnknown() {
		return false
	}
	mine, others := v.Elements(), o.Elements()
	if len(mine) != len(others) {
		return false
	}
	held := make(map[attr.Value]struct{}, len(mine))
	for _, element := range mine {
		held[element] = struct{}{}
	}
	for _, element := range others {
		if _, found := held[element]; !found {
			return false
		}
	}
	return true
}
