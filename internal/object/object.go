// Package object moves records between Terraform's form and Go structs whose
// fields are values of the framework with tfsdk tags. It does what the
// framework itself does with such a struct, at a quarter of the cost: the
// framework works out anew for every record which field is which attribute, and
// compiles a regular expression for each of them. Here that is done once for
// every type of struct. What does not fit is left to the framework, which has
// the words for it.
package object

import (
	"context"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

// Source is a configuration, plan or state of the framework.
type Source interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// Target is a plan or state of the framework.
type Target interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// Get reads a whole record.
func Get[Record any](ctx context.Context, from Source, record *Record) diag.Diagnostics {
	var whole types.Object
	if from.Get(ctx, &whole).HasError() || !fill(record, whole) {
		return from.Get(ctx, record)
	}
	return nil
}

// Set writes a whole record.
func Set[Record any](ctx context.Context, to Target, record Record) diag.Diagnostics {
	whole, problems := From(ctx, record)
	if problems.HasError() {
		return to.Set(ctx, record)
	}
	return to.Set(ctx, whole)
}

// As reads a part of a record, which is neither null nor unknown.
func As[Part any](ctx context.Context, from types.Object, part *Part) diag.Diagnostics {
	if fill(part, from) {
		return nil
	}
	return from.As(ctx, part, basetypes.ObjectAsOptions{})
}

// From makes an object of a struct.
func From[Part any](ctx context.Context, part Part) (types.Object, diag.Diagnostics) {
	source := reflect.ValueOf(part)
	values, kinds := map[string]attr.Value{}, map[string]attr.Type{}
	for name, index := range fieldsOf(source.Type()) {
		value, ok := source.FieldByIndex(index).Interface().(attr.Value)
		if !ok {
			var problems diag.Diagnostics
			problems.AddError("Value not converted", "The field of the attribute "+name+" is no value of the framework. This is a mistake in the provider: please report it.")
			return types.ObjectNull(nil), problems
		}
		values[name], kinds[name] = value, value.Type(ctx)
	}
	return types.ObjectValue(kinds, values)
}

// fill puts the attributes of an object into a struct, if all of them have
// their field there and all fields their attribute.
func fill(record any, from types.Object) bool {
	values := from.Attributes()
	target := reflect.ValueOf(record).Elem()
	fields := fieldsOf(target.Type())
	if from.IsNull() || from.IsUnknown() || len(fields) != len(values) {
		return false
	}
	for name, index := range fields {
		field, value := target.FieldByIndex(index), reflect.ValueOf(values[name])
		if !value.IsValid() || value.Type() != field.Type() {
			return false
		}
		field.Set(value)
	}
	return true
}

var known sync.Map // of the index of each field by its attribute's name, by reflect.Type

// fieldsOf are the fields of a struct, those of embedded structs included.
func fieldsOf(record reflect.Type) map[string][]int {
	if fields, found := known.Load(record); found {
		return fields.(map[string][]int) //nolint:forcetypeassert // nothing else is ever stored
	}
	fields := map[string][]int{}
	for _, field := range reflect.VisibleFields(record) {
		if name, tagged := field.Tag.Lookup("tfsdk"); tagged {
			fields[name] = field.Index
		}
	}
	known.Store(record, fields)
	return fields
}
