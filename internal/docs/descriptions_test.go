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

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/list"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/reachops/terraform-provider-reach/internal/provider"
)

// TestDescriptionsTellWhatTheSchemaHolds finds a default, a limit, a choice or
// a replacement that is in a schema and not in its description.
func TestDescriptionsTellWhatTheSchemaHolds(t *testing.T) {
	t.Parallel()
	seen := 0
	for path, attributes := range attributesOfTheProvider(t.Context()) {
		for name, attribute := range attributesIn(attributes) {
			eachAttribute(path+"."+name, attribute, func(path string, attribute definition) {
				seen++
				for _, missing := range untold(t.Context(), attribute) {
					t.Errorf("%s does not tell %s: %q", path, missing, textOf(attribute))
				}
			})
		}
	}
	if seen < 100 {
		t.Fatalf("only %d attributes were found", seen)
	}
}

// attributesOfTheProvider are the maps of attributes of everything that it
// offers.
func attributesOfTheProvider(ctx context.Context) map[string]any {
	all, reach := map[string]any{}, &provider.Reach{}
	var block frameworkprovider.SchemaResponse
	reach.Schema(ctx, frameworkprovider.SchemaRequest{}, &block)
	for name, settings := range block.Schema.Blocks {
		all["provider."+name] = settings.(providerschema.SingleNestedBlock).Attributes
	}
	for _, build := range reach.Resources(ctx) {
		var r resource.SchemaResponse
		build().Schema(ctx, resource.SchemaRequest{}, &r)
		all[fmt.Sprintf("resource %T", build())] = r.Schema.Attributes
	}
	for _, build := range reach.DataSources(ctx) {
		var r datasource.SchemaResponse
		build().Schema(ctx, datasource.SchemaRequest{}, &r)
		all[fmt.Sprintf("data %T", build())] = r.Schema.Attributes
	}
	for _, build := range reach.EphemeralResources(ctx) {
		var r ephemeral.SchemaResponse
		build().Schema(ctx, ephemeral.SchemaRequest{}, &r)
		all[fmt.Sprintf("ephemeral %T", build())] = r.Schema.Attributes
	}
	for _, build := range reach.ListResources(ctx) {
		var r list.ListResourceSchemaResponse
		build().ListResourceConfigSchema(ctx, list.ListResourceSchemaRequest{}, &r)
		all[fmt.Sprintf("list %T", build())] = r.Schema.Attributes
	}
	for _, build := range reach.Actions(ctx) {
		var r action.SchemaResponse
		build().Schema(ctx, action.SchemaRequest{}, &r)
		all[fmt.Sprintf("action %T", build())] = r.Schema.Attributes
	}
	return all
}

// definition is what the attributes of all kinds of schemas have in common.
type definition interface {
	GetMarkdownDescription() string
	GetDescription() string
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
	if nested, nests := attribute.(resourceschema.NestedAttribute); nests {
		for name, inner := range attributesIn(nested.GetNestedObject().GetAttributes()) {
			eachAttribute(path+"."+name, inner, do)
		}
	}
}

var (
	quoted  = regexp.MustCompile(`"([^"]*)"`)
	numbers = regexp.MustCompile(`\d+(\.\d+)?`)
)

// untold is what a schema holds of an attribute and its description does not
// say. Defaults, modifiers and validators are found by the names that their
// fields have in every type of attribute.
func untold(ctx context.Context, attribute definition) []string {
	text := textOf(attribute)
	var missing []string
	if text == "" {
		missing = append(missing, "anything")
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
		for _, choice := range quoted.FindAllStringSubmatch(accepted, -1) {
			if strings.Contains(accepted, "must be one of") && !strings.Contains(text, "`"+choice[1]+"`") {
				missing = append(missing, "its value "+choice[1])
			}
		}
		for _, limit := range numbers.FindAllString(quoted.ReplaceAllString(accepted, ""), -1) {
			number, err := strconv.ParseFloat(limit, 64)
			if plain := strconv.FormatFloat(number, 'f', -1, 64); err != nil || number > 1 && !slices.Contains(numbers.FindAllString(text, -1), plain) {
				missing = append(missing, "its limit "+plain)
			}
		}
	}
	return missing
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

var (
	variableInDescription = regexp.MustCompile("Environment variable `([A-Z_]+)`")
	variableInTable       = regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| `([a-z_.]+)` \\|")
)

// TestEnvironmentVariablesOfTheIndex compares the table of the index page, which
// is written by hand, with the descriptions of the attributes.
func TestEnvironmentVariablesOfTheIndex(t *testing.T) {
	t.Parallel()
	described, listed := map[string]string{}, map[string]string{}
	for path, attributes := range attributesOfTheProvider(t.Context()) {
		for name, attribute := range attributesIn(attributes) {
			if found := variableInDescription.FindStringSubmatch(textOf(attribute)); found != nil {
				described[found[1]] = strings.TrimPrefix(path, "provider.") + "." + name
			}
		}
	}
	for _, row := range variableInTable.FindAllStringSubmatch(read(t, root+"/docs/index.md"), -1) {
		listed[row[1]] = row[2]
	}
	if len(listed) == 0 || !maps.Equal(described, listed) {
		t.Errorf("the attributes name %v\nthe table names %v", described, listed)
	}
}
