package main

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	ctyfunction "github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
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
	value, problems := expression.Value(&hcl.EvalContext{Functions: map[string]ctyfunction.Function{"jsonencode": stdlib.JSONEncodeFunc}})
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
	blocks := file.Body.(*hclsyntax.Body).Blocks
	if len(blocks) == 0 {
		t.Fatal("there is no block")
	}
	return blocks
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

// runsInProcess runs what only a newer Terraform takes, block by block and in
// its order: lists, which find something, actions and ephemeral resources. It
// returns how many records are gone after that.
func runsInProcess(t *testing.T, seed *simulator.Seed, configuration string) (deleted int) {
	t.Helper()
	sim := simulatortest.Start(t, simulator.Options{Seed: seed})
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	records := func() int { return len(sim.SevenG.Communications()) + len(sim.WhatCounts.Contacts(acctest.Realm)) }
	before := records()
	for _, block := range outermost(t, configuration) {
		switch block.Type {
		case "list":
			asked := acctest.Listing{Config: configOf(t, block)}
			beside := argumentsOf(t, block.Body)
			asked.IncludeResource, _ = beside["include_resource"].(bool)
			limit, _ := beside["limit"].(float64)
			asked.Limit = int64(limit)
			listed, problems := server.List(block.Labels[0], asked)
			acctest.NoErrors(t, problems)
			if len(listed) == 0 {
				t.Errorf("%s finds nothing", block.Labels[1])
			}
		case "action":
			_, problems := server.Act(block.Labels[0], configOf(t, block))
			acctest.NoErrors(t, problems)
		case "ephemeral":
			opened, problems := server.Open(block.Labels[0], argumentsOf(t, block.Body))
			acctest.NoErrors(t, problems)
			acctest.NoErrors(t, server.Close(opened))
		}
	}
	return before - records()
}

// Covered in-process by TestExamples.
func TestAccNewerExamples_cli(t *testing.T) {
	steps := []resource.TestStep{{Config: withProvider(`data "reach_lists" "all" {}`)}}
	for _, file := range exampleFiles(t, ".tfquery.hcl") {
		steps = append(steps, resource.TestStep{Query: true, Config: "provider \"reach\" {}\n\n" + read(t, file)})
	}
	for _, file := range exampleFiles(t, "action.tf") {
		// Nothing triggers the actions: they are validated, and not run.
		steps = append(steps, resource.TestStep{Config: withProvider(read(t, file) + "\ndata \"reach_lists\" \"all\" {}\n")})
	}
	runsWithCLI(t, populated(), []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)}, steps...)
}
