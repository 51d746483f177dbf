package acctest

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Unknown stands for a value that is only known after apply.
var Unknown = struct{ unknown bool }{true}

// Value makes a protocol value of a type out of Go values: map[string]any for
// objects and maps, []any for lists and sets, string, int, int64, float64,
// bool, nil and [Unknown]. Attributes that a map leaves out are null.
func Value(typ tftypes.Type, value any) tftypes.Value {
	switch value {
	case nil:
		return tftypes.NewValue(typ, nil)
	case any(Unknown):
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		given, ok := value.(map[string]any)
		if !ok {
			panic(fmt.Sprintf("%T is no object", value))
		}
		attributes := map[string]tftypes.Value{}
		for name, attributeType := range typ.AttributeTypes {
			attributes[name] = Value(attributeType, given[name])
		}
		for name := range given {
			if _, known := typ.AttributeTypes[name]; !known {
				panic(fmt.Sprintf("no attribute %q", name))
			}
		}
		return tftypes.NewValue(typ, attributes)
	case tftypes.Map:
		elements := map[string]tftypes.Value{}
		for name, element := range value.(map[string]any) {
			elements[name] = Value(typ.ElementType, element)
		}
		return tftypes.NewValue(typ, elements)
	case tftypes.List:
		return tftypes.NewValue(typ, elementValues(typ.ElementType, value))
	case tftypes.Set:
		return tftypes.NewValue(typ, elementValues(typ.ElementType, value))
	}
	switch number := value.(type) {
	case int:
		return tftypes.NewValue(typ, int64(number))
	}
	return tftypes.NewValue(typ, value)
}

func elementValues(typ tftypes.Type, value any) []tftypes.Value {
	elements := []tftypes.Value{}
	for _, element := range value.([]any) {
		elements = append(elements, Value(typ, element))
	}
	return elements
}

// Plain is a protocol value as Go values, the reverse of [Value]: numbers are
// int64 where they are whole.
func Plain(value tftypes.Value) any {
	switch {
	case value.IsNull():
		return nil
	case !value.IsKnown():
		return Unknown
	}
	switch value.Type().(type) {
	case tftypes.Object, tftypes.Map:
		parts := map[string]tftypes.Value{}
		must(value.As(&parts))
		plain := map[string]any{}
		for name, part := range parts {
			plain[name] = Plain(part)
		}
		return plain
	case tftypes.List, tftypes.Set, tftypes.Tuple:
		var parts []tftypes.Value
		must(value.As(&parts))
		plain := []any{}
		for _, part := range parts {
			plain = append(plain, Plain(part))
		}
		return plain
	}
	switch {
	case value.Type().Is(tftypes.String):
		var text string
		must(value.As(&text))
		return text
	case value.Type().Is(tftypes.Bool):
		var truth bool
		must(value.As(&truth))
		return truth
	}
	number := new(big.Float)
	must(value.As(&number))
	if whole, accuracy := number.Int64(); accuracy == big.Exact {
		return whole
	}
	fraction, _ := number.Float64()
	return fraction
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
