package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
)

// TestExamplesNameExistingAttributes finds what Terraform does not: an
// attribute of a nested object that does not exist is dropped without a word.
func TestExamplesNameExistingAttributes(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	for _, file := range configurationFiles(t) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, problem := range unknownNames(source, provider) {
			t.Errorf("%s: %s", file, problem)
		}
	}
}

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	provider := decoded(t)
	for configuration, want := range map[string]string{
		`provider "reach" { whatcounts = { relm = "demo" } }`:                            "whatcounts.relm",
		`resource "reach_contact" "a" { mail = "a@example.com" }`:                        "mail",
		`resource "reach_contact" "a" { subscriptions = [{ list = 5 }] }`:                "subscriptions.list",
		`resource "reach_contact" "a" { subscriptions = [for n in [5] : { list = n }] }`: "subscriptions.list",
		`resource "reach_contact" "a" { subscriber_id = 7 }`:                             "subscriber_id",
		`resource "reach_contact" "a" { subscription { list_id = 5 } }`:                  "subscription",
		`resource "reach_person" "a" {}`:                                                 "reach_person",
		`data "reach_communications" "a" { owner = { kind = "person" } }`:                "owner.kind",
		"import {\nto = reach_contact.a\nidentity = { contact_id = 7 }\n}":               "contact_id",
		"list \"reach_contact\" \"a\" {\nconfig {\nmail = \"a@\"\n}\n}":                  "mail",
		`list "reach_lists" "a" {}`:                                                      "reach_lists",
		"list \"reach_contact\" \"a\" {\nlimits = 5\nconfig {}\n}":                       "limits",
		"list \"reach_contact\" \"a\" {\nconfig {}\nfilter {}\n}":                        "filter",
		"action \"reach_delete_communications\" \"a\" {\nconfig {\nids = [1]\n}\n}":      "ids",
		`action "reach_delete_communications" "a" { dry_run = true }`:                    "dry_run",
		`action "reach_delete" "a" {}`:                                                   "reach_delete",
		`ephemeral "reach_access_token" "a" { access_token = "x" }`:                      "access_token",
		`frobnicate "reach_contact" {}`:                                                  "frobnicate",
		`resource "reach_contact" "a" { timeouts = { create = "1m", destroy = "1m" } }`:  "timeouts.destroy",
		`resource "reach_contact" "a" { email = "x", phone = "1" }`:                      "Invalid single-argument block",
	} {
		if found := unknownNames([]byte(configuration), provider); len(found) != 1 || !strings.Contains(found[0], want) {
			t.Errorf("%s\nwant one problem with %q, got %q", configuration, want, found)
		}
	}
	const correct = `
resource "reach_contact" "a" {
  for_each      = toset(["a@example.com"])
  email         = each.key
  custom_fields = { anything = "1" }
  subscriptions = [{ list_id = 5, format = "html" }]
  lifecycle {
    prevent_destroy = true
  }
}
import {
  to       = reach_contact.a
  identity = { subscriber_id = 7 }
}`
	if found := unknownNames([]byte(correct), provider); len(found) > 0 {
		t.Errorf("found %q where nothing is wrong", found)
	}
}

// What Terraform itself understands, beside what the provider does.
var (
	ownBlocks     = []string{"terraform", "locals", "variable", "output", "check", "removed", "moved", "module"}
	metaArguments = []string{"count", "for_each", "depends_on", "provider", "alias"}
	metaBlocks    = []string{"lifecycle"}

	// The same of the blocks that have their arguments in a block config.
	argumentsBesideConfig = []string{"count", "for_each", "provider", "include_resource", "limit"}
)

// unknownNames are the names in a configuration that the provider does not
// know or does not let a configuration set.
func unknownNames(source []byte, provider *tfjson.ProviderSchema) []string {
	file, problems := hclsyntax.ParseConfig(source, "", hcl.InitialPos)
	if problems.HasErrors() {
		return []string{problems.Error()}
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return []string{fmt.Sprintf("a body of type %T", file.Body)}
	}
	var unknown []string
	for _, block := range body.Blocks {
		switch {
		case slices.Contains(ownBlocks, block.Type):
		case block.Type == "provider":
			unknown = append(unknown, unknownInBody(block.Body, provider.ConfigSchema.Block)...)
		case block.Type == "resource":
			unknown = append(unknown, unknownInSchema(block, provider.ResourceSchemas)...)
		case block.Type == "data":
			unknown = append(unknown, unknownInSchema(block, provider.DataSourceSchemas)...)
		case block.Type == "ephemeral":
			unknown = append(unknown, unknownInSchema(block, provider.EphemeralResourceSchemas)...)
		case block.Type == "list":
			unknown = append(unknown, unknownInConfigOf(block, blocksIn(provider.ListResourceSchemas, func(s *tfjson.Schema) *tfjson.SchemaBlock { return s.Block }))...)
		case block.Type == "action":
			unknown = append(unknown, unknownInConfigOf(block, blocksIn(provider.ActionSchemas, func(s *tfjson.ActionSchema) *tfjson.SchemaBlock { return s.Block }))...)
		case block.Type == "import":
			unknown = append(unknown, unknownInImport(block.Body, provider.ResourceIdentitySchemas)...)
		default:
			unknown = append(unknown, fmt.Sprintf("a %s block, which this test knows nothing of", block.Type))
		}
	}
	return unknown
}

func unknownInSchema(block *hclsyntax.Block, schemas map[string]*tfjson.Schema) []string {
	schema, known := schemas[block.Labels[0]]
	if !known {
		return []string{fmt.Sprintf("no %s %s", block.Type, block.Labels[0])}
	}
	return unknownInBody(block.Body, schema.Block)
}

func blocksIn[Schema any](schemas map[string]Schema, block func(Schema) *tfjson.SchemaBlock) map[string]*tfjson.SchemaBlock {
	blocks := map[string]*tfjson.SchemaBlock{}
	for name, schema := range schemas {
		blocks[name] = block(schema)
	}
	return blocks
}

// unknownInConfigOf looks into a list or an action, whose own arguments are in
// a block config.
func unknownInConfigOf(block *hclsyntax.Block, schemas map[string]*tfjson.SchemaBlock) []string {
	schema, known := schemas[block.Labels[0]]
	if !known {
		return []string{fmt.Sprintf("no %s %s", block.Type, block.Labels[0])}
	}
	var unknown []string
	for name := range block.Body.Attributes {
		if !slices.Contains(argumentsBesideConfig, name) {
			unknown = append(unknown, fmt.Sprintf("no argument %s outside of config", name))
		}
	}
	for _, nested := range block.Body.Blocks {
		if nested.Type == "config" {
			unknown = append(unknown, unknownInBody(nested.Body, schema)...)
		} else {
			unknown = append(unknown, fmt.Sprintf("no block %s", nested.Type))
		}
	}
	return unknown
}

func unknownInBody(body *hclsyntax.Body, schema *tfjson.SchemaBlock) []string {
	var unknown []string
	for name, attribute := range body.Attributes {
		if !slices.Contains(metaArguments, name) {
			unknown = append(unknown, unknownInAttribute(name, attribute.Expr, schema.Attributes[name])...)
		}
	}
	for _, block := range body.Blocks {
		nested, known := schema.NestedBlocks[block.Type]
		switch {
		case known:
			unknown = append(unknown, unknownInBody(block.Body, nested.Block)...)
		case !slices.Contains(metaBlocks, block.Type):
			unknown = append(unknown, fmt.Sprintf("no block %s", block.Type))
		}
	}
	return unknown
}

func unknownInAttribute(path string, value hclsyntax.Expression, schema *tfjson.SchemaAttribute) []string {
	switch {
	case schema == nil:
		return []string{fmt.Sprintf("no attribute %s", path)}
	case !schema.Required && !schema.Optional:
		return []string{fmt.Sprintf("attribute %s cannot be set", path)}
	case schema.AttributeNestedType == nil:
		return nil
	}
	return unknownInValue(path, value, schema.AttributeNestedType.Attributes)
}

// unknownInValue looks into objects that are written out, also within a list.
func unknownInValue(path string, value hclsyntax.Expression, attributes map[string]*tfjson.SchemaAttribute) []string {
	var unknown []string
	switch value := value.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range value.Items {
			name := hcl.ExprAsKeyword(item.KeyExpr)
			unknown = append(unknown, unknownInAttribute(path+"."+name, item.ValueExpr, attributes[name])...)
		}
	case *hclsyntax.TupleConsExpr:
		for _, element := range value.Exprs {
			unknown = append(unknown, unknownInValue(path, element, attributes)...)
		}
	case *hclsyntax.ForExpr:
		unknown = unknownInValue(path, value.ValExpr, attributes)
	}
	return unknown
}

func unknownInImport(body *hclsyntax.Body, identities map[string]*tfjson.IdentitySchema) []string {
	identity, present := body.Attributes["identity"]
	if !present {
		return nil
	}
	resource, _, _ := strings.Cut(importTarget(body), ".")
	schema, known := identities[resource]
	if !known {
		return []string{fmt.Sprintf("%q has no identity", resource)}
	}
	var unknown []string
	items, problems := hcl.ExprMap(identity.Expr)
	if problems.HasErrors() {
		return []string{problems.Error()}
	}
	for _, item := range items {
		if name := hcl.ExprAsKeyword(item.Key); schema.Attributes[name] == nil {
			unknown = append(unknown, fmt.Sprintf("%s has no identity attribute %s", resource, name))
		}
	}
	return unknown
}

// importTarget is the address that an import block imports to.
func importTarget(body *hclsyntax.Body) string {
	to, present := body.Attributes["to"]
	if !present {
		return ""
	}
	traversal, problems := hcl.AbsTraversalForExpr(to.Expr)
	if problems.HasErrors() {
		return ""
	}
	var steps []string
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			steps = append(steps, step.Name)
		case hcl.TraverseAttr:
			steps = append(steps, step.Name)
		}
	}
	return strings.Join(steps, ".")
}
