package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/reachops/terraform-provider-reach/internal/provider"
)

// TestEverythingIsDescribed walks what the registry shows: every schema,
// block, attribute, identity, function and parameter has a text, and each text
// is whole sentences.
func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	texts := descriptions(decoded(t))
	if len(texts) < 150 {
		t.Fatalf("only %d descriptions were found", len(texts))
	}
	for path, text := range texts {
		if !strings.HasSuffix(text, ".") {
			t.Errorf("%s: the description does not end with a full stop: %q", path, text)
		}
	}
}

// descriptions are the texts of everything that a provider offers, by path.
func descriptions(offered *tfjson.ProviderSchema) map[string]string {
	texts := map[string]string{}
	describeBlock(texts, "provider", offered.ConfigSchema.Block)
	for kind, schemas := range map[string]map[string]*tfjson.Schema{
		"resource": offered.ResourceSchemas, "data": offered.DataSourceSchemas,
		"ephemeral": offered.EphemeralResourceSchemas, "list": offered.ListResourceSchemas,
	} {
		for name, schema := range schemas {
			describeBlock(texts, kind+" "+name, schema.Block)
		}
	}
	for name, schema := range offered.ActionSchemas {
		describeBlock(texts, "action "+name, schema.Block)
	}
	for name, identity := range offered.ResourceIdentitySchemas {
		for attribute, schema := range identity.Attributes {
			texts["identity "+name+"."+attribute] = schema.Description
		}
	}
	for name, function := range offered.Functions {
		texts["function "+name] = function.Description
		for _, parameter := range function.Parameters {
			texts["function "+name+"."+parameter.Name] = parameter.Description
		}
		if function.VariadicParameter != nil {
			texts["function "+name+"."+function.VariadicParameter.Name] = function.VariadicParameter.Description
		}
	}
	return texts
}

func describeBlock(texts map[string]string, path string, block *tfjson.SchemaBlock) {
	texts[path] = block.Description
	describeAttributes(texts, path, block.Attributes)
	for name, nested := range block.NestedBlocks {
		describeBlock(texts, path+"."+name, nested.Block)
	}
}

func describeAttributes(texts map[string]string, path string, attributes map[string]*tfjson.SchemaAttribute) {
	for name, attribute := range attributes {
		texts[path+"."+name] = attribute.Description
		if attribute.AttributeNestedType != nil {
			describeAttributes(texts, path+"."+name, attribute.AttributeNestedType.Attributes)
		}
	}
}

// TestDescriptionsTellWhatTheSchemaHolds finds a default, a limit, a choice or
// a replacement that is in a schema and not in its description, and an optional
// attribute that does not say what holds without it.
func TestDescriptionsTellWhatTheSchemaHolds(t *testing.T) {
	t.Parallel()
	seen := 0
	walk := func(path string, attributes any) {
		for name, attribute := range attributesIn(attributes) {
			eachAttribute(path+"."+name, attribute, func(path string, attribute definition) {
				seen++
				for _, missing := range untold(t.Context(), attribute) {
					t.Errorf("%s does not tell %s: %q", path, missing, textOf(attribute))
				}
			})
		}
	}
	ctx, reach := t.Context(), &provider.Reach{}
	var block frameworkprovider.SchemaResponse
	reach.Schema(ctx, frameworkprovider.SchemaRequest{}, &block)
	walk("provider", block.Schema.Attributes)
	for _, build := range reach.Resources(ctx) {
		var r resource.SchemaResponse
		build().Schema(ctx, resource.SchemaRequest{}, &r)
		walk(fmt.Sprintf("resource %T", build()), r.Schema.Attributes)
	}
	for _, build := range reach.DataSources(ctx) {
		var r datasource.SchemaResponse
		build().Schema(ctx, datasource.SchemaRequest{}, &r)
		walk(fmt.Sprintf("data %T", build()), r.Schema.Attributes)
	}
	for _, build := range reach.EphemeralResources(ctx) {
		var r ephemeral.SchemaResponse
		build().Schema(ctx, ephemeral.SchemaRequest{}, &r)
		walk(fmt.Sprintf("ephemeral %T", build()), r.Schema.Attributes)
	}
	for _, build := range reach.ListResources(ctx) {
		var r list.ListResourceSchemaResponse
		build().ListResourceConfigSchema(ctx, list.ListResourceSchemaRequest{}, &r)
		walk(fmt.Sprintf("list %T", build()), r.Schema.Attributes)
	}
	for _, build := range reach.Actions(ctx) {
		var r action.SchemaResponse
		build().Schema(ctx, action.SchemaRequest{}, &r)
		walk(fmt.Sprintf("action %T", build()), r.Schema.Attributes)
	}
	if seen < 100 {
		t.Fatalf("only %d attributes were found", seen)
	}
}

// definition is what the attributes of all kinds of schemas have in common.
type definition interface {
	GetMarkdownDescription() string
	GetDescription() string
	IsRequired() bool
	IsOptional() bool
	IsComputed() bool
}

func textOf(attribute definition) string {
	return cmp.Or(attribute.GetMarkdownDescription(), attribute.GetDescription())
}

// attributesIn are the attributes of a map, whichever kind of schema it is of.
func attributesIn(attributes any) map[string]definition {
	found := map[string]definition{}
	for name, attribute := range reflect.ValueOf(attributes).Seq2() {
		found[name.String()] = attribute.Interface().(definition)
	}
	return found
}

// eachAttribute calls do with an attribute and all that are nested in it.
func eachAttribute(path string, attribute definition, do func(string, definition)) {
	do(path, attribute)
	nested, nests := attribute.(resourceschema.NestedAttribute)
	if !nests {
		return
	}
	for name, inner := range attributesIn(nested.GetNestedObject().GetAttributes()) {
		eachAttribute(path+"."+name, inner, do)
	}
}

// untold is what a schema holds of an attribute and its description does not
// say. Defaults, modifiers and validators are found by the names that their
// fields have in every type of attribute.
func untold(ctx context.Context, attribute definition) []string {
	text := textOf(attribute)
	var missing []string
	if attribute.IsOptional() && !withoutIt.MatchString(text) {
		missing = append(missing, "what holds when it is left out")
	}
	for _, value := range held(attribute, "Default") {
		given := strings.Trim(strings.TrimPrefix(value.MarkdownDescription(ctx), "value defaults to "), "`")
		if !regexp.MustCompile("Default `?" + regexp.QuoteMeta(given)).MatchString(text) {
			missing = append(missing, "its default "+given)
		}
	}
	for _, modifier := range held(attribute, "PlanModifiers") {
		if strings.Contains(fmt.Sprintf("%T", modifier), "equiresReplace") && !strings.Contains(text, "replaces the ") {
			missing = append(missing, "that it replaces the record")
		}
	}
	for _, validator := range held(attribute, "Validators") {
		accepted := strings.ReplaceAll(validator.MarkdownDescription(ctx), "UTF-8 character count", "length")
		if strings.Contains(accepted, "must be one of") {
			for _, choice := range quoted.FindAllStringSubmatch(accepted, -1) {
				if !strings.Contains(text, "`"+choice[1]+"`") {
					missing = append(missing, "its value "+choice[1])
				}
			}
		}
		for _, limit := range numbers.FindAllString(quoted.ReplaceAllString(accepted, ""), -1) {
			number, err := strconv.ParseFloat(limit, 64)
			if plain := strconv.FormatFloat(number, 'f', -1, 64); err != nil || number != 0 && number != 1 && !slices.Contains(numbers.FindAllString(text, -1), plain) {
				missing = append(missing, "its limit "+plain)
			}
		}
		for _, rule := range slices.Sorted(maps.Keys(told)) {
			if strings.Contains(accepted, rule) && !regexp.MustCompile(told[rule]).MatchString(text) {
				missing = append(missing, fmt.Sprintf("that it %s (%s)", accepted, rule))
			}
		}
	}
	return missing
}

var (
	quoted  = regexp.MustCompile(`"([^"]*)"`)
	numbers = regexp.MustCompile(`\d+(\.\d+)?`)
)

// withoutIt matches how a description says what holds when the attribute is
// left out.
var withoutIt = regexp.MustCompile("Default|[Ll]eft out|Set (this|exactly one|at least one)|Goes with|Environment variable|[Rr]equired|[Nn]eeded")

// told is how a description may say what a validator says in these words.
var told = map[string]string{
	"comma":                          "comma",
	"caret":                          "caret",
	"double quote":                   "double quote",
	"backslash":                      "backslash",
	"control character":              "control character",
	"blanks":                         "blank",
	"letters, digits":                "letters, digits and underscores",
	"must be unique":                 "once|unique",
	"duration":                       "duration",
	"exactly one of id":              "`id`.*`external_id`",
	"at least 1 elements":            "at least one",
	"these attributes are specified": "Goes with",
}

// speaker is a default, a plan modifier or a validator.
type speaker interface {
	MarkdownDescription(ctx context.Context) string
}

// held are the values of a field, none where the attribute has no such field.
func held(attribute definition, field string) []speaker {
	value := reflect.ValueOf(attribute).FieldByName(field)
	switch {
	case !value.IsValid() || value.IsZero():
		return nil
	case value.Kind() != reflect.Slice:
		return []speaker{value.Interface().(speaker)}
	}
	var all []speaker
	for i := range value.Len() {
		all = append(all, value.Index(i).Interface().(speaker))
	}
	return all
}
