package object_test

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/object"
)

type place struct {
	City types.String `tfsdk:"city"`
}

type person struct {
	place
	ID    types.Int64  `tfsdk:"id"`
	Name  types.String `tfsdk:"name"`
	Known types.Bool   `tfsdk:"known"`
	Lists types.Set    `tfsdk:"lists"`
}

var personSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"city":  schema.StringAttribute{Optional: true},
	"id":    schema.Int64Attribute{Computed: true},
	"name":  schema.StringAttribute{Required: true},
	"known": schema.BoolAttribute{Optional: true},
	"lists": schema.SetAttribute{Optional: true, ElementType: types.Int64Type},
}}

var (
	listsType  = tftypes.Set{ElementType: tftypes.Number}
	personType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"city": tftypes.String, "id": tftypes.Number, "name": tftypes.String, "known": tftypes.Bool, "lists": listsType,
	}}
)

func state(value any) tfsdk.State {
	return tfsdk.State{Schema: personSchema, Raw: tftypes.NewValue(personType, value)}
}

func values(city, id, name, known, lists any) map[string]tftypes.Value {
	return map[string]tftypes.Value{
		"city": tftypes.NewValue(tftypes.String, city), "id": tftypes.NewValue(tftypes.Number, id), "name": tftypes.NewValue(tftypes.String, name),
		"known": tftypes.NewValue(tftypes.Bool, known), "lists": tftypes.NewValue(listsType, lists),
	}
}

var people = map[string]map[string]tftypes.Value{
	"full":    values("Perth", 1<<40, "Ann", true, []tftypes.Value{tftypes.NewValue(tftypes.Number, 7)}),
	"null":    values(nil, nil, nil, nil, nil),
	"unknown": values(tftypes.UnknownValue, tftypes.UnknownValue, tftypes.UnknownValue, tftypes.UnknownValue, tftypes.UnknownValue),
	"partly":  values("", 0, "Ann", false, []tftypes.Value{tftypes.NewValue(tftypes.Number, tftypes.UnknownValue)}),
}

// TestAsTheFramework reads and writes what the framework reads and writes.
func TestAsTheFramework(t *testing.T) {
	for name, values := range people {
		t.Run(name, func(t *testing.T) {
			from := state(values)
			var read, expected person
			mustWork(t, from.Get(t.Context(), &expected))
			mustWork(t, object.Get(t.Context(), from, &read))
			if !reflect.DeepEqual(read, expected) {
				t.Errorf("read %#v, the framework %#v", read, expected)
			}

			written := state(nil)
			mustWork(t, object.Set(t.Context(), &written, read))
			if !written.Raw.Equal(from.Raw) {
				t.Errorf("wrote %s, the framework %s", written.Raw, from.Raw)
			}

			whole, problems := object.From(t.Context(), read)
			mustWork(t, problems)
			var part person
			mustWork(t, object.As(t.Context(), whole, &part))
			if !reflect.DeepEqual(part, read) {
				t.Errorf("an object of %#v was read as %#v", read, part)
			}
		})
	}
}

// TestMisfits get the framework's own errors.
func TestMisfits(t *testing.T) {
	tests := map[string]func() (own, framework diag.Diagnostics){
		"nothing to read": func() (own, framework diag.Diagnostics) {
			return object.Get(t.Context(), state(nil), &person{}), state(nil).Get(t.Context(), &person{})
		},
		"too few fields to read": func() (own, framework diag.Diagnostics) {
			return object.Get(t.Context(), state(people["full"]), &place{}), state(people["full"]).Get(t.Context(), &place{})
		},
		"a field of another type": func() (own, framework diag.Diagnostics) {
			type renamed struct {
				place
				ID    types.String `tfsdk:"id"`
				Name  types.String `tfsdk:"name"`
				Known types.Bool   `tfsdk:"known"`
				Lists types.Set    `tfsdk:"lists"`
			}
			return object.Get(t.Context(), state(people["full"]), &renamed{}), state(people["full"]).Get(t.Context(), &renamed{})
		},
		"too few fields to write": func() (own, framework diag.Diagnostics) {
			to := state(nil)
			return object.Set(t.Context(), &to, place{types.StringValue("Perth")}), to.Set(t.Context(), place{types.StringValue("Perth")})
		},
	}
	for name, read := range tests {
		t.Run(name, func(t *testing.T) {
			own, framework := read()
			if !own.HasError() || !framework.HasError() {
				t.Fatalf("%v, the framework says %v", own, framework)
			}
		})
	}
}

// TestPlainGoValues are read and written as the framework does it.
func TestPlainGoValues(t *testing.T) {
	type plain struct {
		City *string `tfsdk:"city"`
		ID   int64   `tfsdk:"id"`
		Name string  `tfsdk:"name"`
		Yes  bool    `tfsdk:"known"`
		List []int64 `tfsdk:"lists"`
	}
	from, to := state(people["full"]), state(nil)
	var read plain
	mustWork(t, object.Get(t.Context(), from, &read))
	if read.Name != "Ann" || *read.City != "Perth" || read.List[0] != 7 {
		t.Errorf("read %#v", read)
	}
	mustWork(t, object.Set(t.Context(), &to, read))
	if !to.Raw.Equal(from.Raw) {
		t.Errorf("wrote %s", to.Raw)
	}
}

func mustWork(t *testing.T, problems diag.Diagnostics) {
	t.Helper()
	if problems.HasError() {
		t.Fatal(problems)
	}
}

func BenchmarkGet(b *testing.B) {
	from := state(people["full"])
	b.Run("object", func(b *testing.B) {
		for b.Loop() {
			var read person
			object.Get(b.Context(), from, &read)
		}
	})
	b.Run("framework", func(b *testing.B) {
		for b.Loop() {
			var read person
			from.Get(b.Context(), &read)
		}
	})
}

func BenchmarkSet(b *testing.B) {
	from, to := state(people["full"]), state(nil)
	var read person
	from.Get(b.Context(), &read)
	b.Run("object", func(b *testing.B) {
		for b.Loop() {
			object.Set(b.Context(), &to, read)
		}
	})
	b.Run("framework", func(b *testing.B) {
		for b.Loop() {
			to.Set(b.Context(), read)
		}
	})
}
