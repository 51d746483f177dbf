package server

import (
	"context"
	"encoding/json"
	"math/big"
	"reflect"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/redaction"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// learner teaches what is to be kept out of messages: the texts of records in
// whatever Terraform hands in and gets back.
type learner struct {
	texts   *redaction.Texts
	schemas func() *tfprotov6.GetProviderSchemaResponse
}

func newLearner(texts *redaction.Texts, from tfprotov6.ProviderServer) learner {
	return learner{texts, sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
		schemas, err := from.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			return &tfprotov6.GetProviderSchemaResponse{} // without schemas, e-mail addresses alone are known
		}
		return schemas
	})}
}

// learn learns from a request, or from the response to it.
func (l learner) learn(request, message any) {
	from := reflect.ValueOf(message)
	if !l.texts.IsOn() || from.IsNil() {
		return
	}
	if imported, ok := message.(*tfprotov6.ImportResourceStateRequest); ok {
		l.importID(imported.ID)
	}
	if response, ok := message.(*tfprotov6.ImportResourceStateResponse); ok {
		for _, imported := range response.ImportedResources {
			l.dynamic(imported.State, l.schemas().ResourceSchemas[imported.TypeName])
		}
	}
	schema := l.schemaOf(request)
	if schema == nil {
		return
	}
	for i := range from.Elem().NumField() {
		switch value := from.Elem().Field(i).Interface().(type) {
		case *tfprotov6.DynamicValue:
			l.dynamic(value, schema)
		case *tfprotov6.RawState:
			if value != nil {
				held, err := value.UnmarshalWithOpts(schema.ValueType(), tfprotov6.UnmarshalOpts{ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true}})
				if err == nil {
					l.value(held, redaction.Record{}, "")
				}
			}
		}
	}
}

// schemaOf is the schema of the values of a request and its response, or nil.
func (l learner) schemaOf(request any) *tfprotov6.Schema {
	of := reflect.TypeOf(request).Elem().Name()
	named := func(field string) string {
		if name := reflect.ValueOf(request).Elem().FieldByName(field); name.IsValid() {
			return name.String()
		}
		return ""
	}
	switch {
	case strings.Contains(of, "Identity") || strings.HasPrefix(of, "MoveResourceState"):
		return l.schemas().ResourceSchemas[named("TargetTypeName")]
	case strings.Contains(of, "Action"):
		if action := l.schemas().ActionSchemas[named("ActionType")]; action != nil {
			return action.Schema
		}
		return nil
	case strings.Contains(of, "Data"):
		return l.schemas().DataSourceSchemas[named("TypeName")]
	case strings.Contains(of, "ListResource"):
		return l.schemas().ListResourceSchemas[named("TypeName")]
	}
	return l.schemas().ResourceSchemas[named("TypeName")]
}

func (l learner) dynamic(value *tfprotov6.DynamicValue, schema *tfprotov6.Schema) {
	if value == nil || schema == nil {
		return
	}
	if held, err := value.Unmarshal(schema.ValueType()); err == nil {
		l.value(held, redaction.Record{}, "")
	}
}

// value learns the texts in a value of an attribute, which is a record's.
func (l learner) value(value tftypes.Value, of redaction.Record, attribute string) {
	if !value.IsKnown() || value.IsNull() {
		return
	}
	var members map[string]tftypes.Value
	var elements []tftypes.Value
	switch {
	case value.Type().Is(tftypes.String):
		l.texts.Learn(of, attribute, textOf(value))
	case value.Type().Is(tftypes.Object{}):
		if value.As(&members) != nil {
			return
		}
		if id := numberOf(members["subscriber_id"]); id != 0 {
			of = redaction.Record{Kind: deletion.KindContact, ID: id}
		}
		if id := numberOf(members["communication_id"]); id != 0 {
			of = redaction.Record{Kind: deletion.KindCommunication, ID: id}
		}
		if contacts := textOf(members["contacts"]); contacts != "" {
			l.rows(contacts, textOf(members["subscriber_ids"]))
		}
		for name, member := range members {
			l.value(member, of, name)
		}
	case value.Type().Is(tftypes.Map{}):
		if value.As(&members) != nil {
			return
		}
		for _, member := range members {
			l.value(member, of, attribute)
		}
	default:
		if value.As(&elements) != nil {
			return
		}
		for _, element := range elements {
			l.value(element, of, attribute)
		}
	}
}

// rows learns from the contacts of a set, of which the ids of some are known. A
// row without one is named by its place: its key may be an address.
func (l learner) rows(contacts, ids string) {
	known := map[string]int64{}
	if ids != "" && json.Unmarshal([]byte(ids), &known) != nil {
		known = nil
	}
	decoder := json.NewDecoder(strings.NewReader(contacts))
	if _, err := decoder.Token(); err != nil {
		return
	}
	for row := 1; decoder.More(); row++ {
		name, err := decoder.Token()
		key, ok := name.(string)
		var cells map[string]any
		if err != nil || !ok || decoder.Decode(&cells) != nil {
			return // the set says what is wrong with it
		}
		of := redaction.Record{Kind: deletion.KindContact, ID: known[key]}
		named := of
		if of.ID == 0 {
			of, named = redaction.Record{}, redaction.Record{Row: row}
		}
		l.texts.Learn(named, "key", key)
		for column, cell := range cells {
			if text, ok := cell.(string); ok {
				if strings.HasPrefix(column, whatcounts.CustomPrefix) {
					column = "custom_fields"
				}
				l.texts.Learn(of, column, text)
			}
		}
	}
}

// importID learns from address and first name, as contacts are imported by.
func (l learner) importID(id string) {
	if email, name, found := strings.Cut(id, ","); found && strings.Contains(email, "@") {
		l.texts.Learn(redaction.Record{}, "first_name", name)
	}
}

// pointing is the path of a diagnostic, or nil where Terraform would print the line of
// the configuration with a text that is kept out.
func (l learner) pointing(path *tftypes.AttributePath) *tftypes.AttributePath {
	if !l.texts.IsOn() {
		return path
	}
	for _, step := range path.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok && (redaction.IsPersonal(string(name)) || name == "contacts") {
			return nil
		}
	}
	return path
}

func textOf(value tftypes.Value) (text string) {
	if value.Type() == nil || !value.Type().Is(tftypes.String) || !value.IsKnown() || value.IsNull() || value.As(&text) != nil {
		return ""
	}
	return text
}

func numberOf(value tftypes.Value) int64 {
	number := new(big.Float)
	if value.Type() == nil || !value.Type().Is(tftypes.Number) || !value.IsKnown() || value.IsNull() || value.As(&number) != nil {
		return 0
	}
	id, _ := number.Int64()
	return id
}
