package main

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// Examples of what only a newer Terraform takes are run in-process: block by
// block, with the arguments as they are written.

// argumentsOf are the arguments of a block that is written without references.
func argumentsOf(t *testing.T, body *hclsyntax.Body) map[string]any {
	t.Helper()
	arguments := map[string]any{}
	for name, attribute := range body.Attributes {
		if name == "provider" {
			continue
		}
		arguments[name] = plain(t, attribute.Expr)
	}
	return arguments
}

// plain is an expression without references as a Go value.
func plain(t *testing.T, expression hcl.Expression) any {
	t.Helper()
	value, problems := expression.Value(nil)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	written, err := ctyjson.SimpleJSONValue{Value: value}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	var read any
	if err := json.Unmarshal(written, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

// outermost are the blocks of a configuration.
func outermost(t *testing.T, configuration string) hclsyntax.Blocks {
	t.Helper()
	file, problems := hclsyntax.ParseConfig([]byte(configuration), "", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	return file.Body.(*hclsyntax.Body).Blocks
}

// eachBlock calls do with every block of a type, and fails when there is none.
func eachBlock(t *testing.T, example, blockType string, do func(block *hclsyntax.Block)) {
	t.Helper()
	found := false
	for _, block := range outermost(t, example) {
		if block.Type == blockType {
			found = true
			do(block)
		}
	}
	if !found {
		t.Fatalf("there is no block %s", blockType)
	}
}

// configOf is the block config within a block.
func configOf(t *testing.T, block *hclsyntax.Block) map[string]any {
	t.Helper()
	for _, nested := range block.Body.Blocks {
		if nested.Type == "config" {
			return argumentsOf(t, nested.Body)
		}
	}
	t.Fatalf("%s has no config", block.Labels)
	return nil
}

// populated is the inhabited world with a contact of a test environment.
func populated() *simulator.Seed {
	seed := inhabited()
	leftover := seed.WhatCounts.Realms[0].Contacts[0]
	leftover.ID, leftover.Email = importedID+1, "left@test.example.com"
	seed.WhatCounts.Realms[0].Contacts = append(seed.WhatCounts.Realms[0].Contacts, leftover)
	return seed
}

// lists runs every list of an example. Each finds something.
func lists(t *testing.T, example string) {
	server := acctest.NewConfigured(t, simulatortest.Start(t, simulator.Options{Seed: populated()}), acctest.Realm, nil)
	eachBlock(t, example, "list", func(block *hclsyntax.Block) {
		asked := acctest.Listing{Config: configOf(t, block)}
		beside := argumentsOf(t, block.Body)
		asked.IncludeResource, _ = beside["include_resource"].(bool)
		limit, _ := beside["limit"].(float64)
		asked.Limit = int64(limit)
		listed, diagnostics := server.List(block.Labels[0], asked)
		acctest.NoErrors(t, diagnostics)
		if len(listed) == 0 {
			t.Errorf("%s finds nothing", block.Labels[1])
		}
	})
}

// acts runs every action of an example, in its order. The last has deleted one
// record.
func acts(t *testing.T, example string) {
	sim := simulatortest.Start(t, simulator.Options{Seed: inhabited()})
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	records := func() int { return len(sim.SevenG.Communications()) + len(sim.WhatCounts.Contacts(acctest.Realm)) }
	before := records()
	eachBlock(t, example, "action", func(block *hclsyntax.Block) {
		_, diagnostics := server.Act(block.Labels[0], configOf(t, block))
		acctest.NoErrors(t, diagnostics)
	})
	if left := records(); left != before-1 {
		t.Errorf("left are %d of %d", left, before)
	}
}

// opens opens every ephemeral resource of an example.
func opens(t *testing.T, example string) {
	server := acctest.NewConfigured(t, simulatortest.Start(t, simulator.Options{Seed: inhabited()}), acctest.Realm, nil)
	eachBlock(t, example, "ephemeral", func(block *hclsyntax.Block) {
		opened, diagnostics := server.Open(block.Labels[0], argumentsOf(t, block.Body))
		acctest.NoErrors(t, diagnostics)
		acctest.NoErrors(t, server.Close(opened))
	})
}

// plans plans an example. It is not applied: the test framework does not take a
// state with keys of for_each.
func plans(t *testing.T, example string) {
	surroundings(t, simulator.DefaultSeed())
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    []resource.TestStep{{Config: withProvider(example), PlanOnly: true, ExpectNonEmptyPlan: true}},
	})
}

// example is the content of one example.
func example(t *testing.T, parts ...string) string {
	t.Helper()
	return read(t, filepath.Join(append([]string{examplesFolder}, parts...)...))
}

// Covered in-process by TestExamples.
func TestAccListExamples_cli(t *testing.T) {
	var steps []resource.TestStep
	for _, name := range names(decoded(t).ListResourceSchemas) {
		steps = append(steps, resource.TestStep{Query: true, Config: "provider \"reach\" {}\n\n" + example(t, "list-resources", name, "list-resource.tfquery.hcl")})
	}
	surroundings(t, populated())
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    append([]resource.TestStep{{Config: withProvider(`data "reach_lists" "all" {}`)}}, steps...),
	})
}

// Covered in-process by TestExamples.
func TestAccActionExamples_cli(t *testing.T) {
	var steps []resource.TestStep
	for _, name := range names(decoded(t).ActionSchemas) {
		// Nothing triggers the actions: they are validated, and not run.
		steps = append(steps, resource.TestStep{Config: withProvider(example(t, "actions", name, "action.tf") + "\ndata \"reach_lists\" \"all\" {}\n")})
	}
	surroundings(t, inhabited())
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps:                    steps,
	})
}
