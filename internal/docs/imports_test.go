package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// importedID is the id, in either service, of the record that the examples
// import and look up.
const importedID = 12345

// inhabited is the default world with the records that the resource examples
// describe, as if they had been made by hand.
func inhabited() *simulator.Seed {
	seed := simulator.DefaultSeed()
	seed.SevenG.Communications = []seveng.Communication{{
		ID: importedID, ExternalID: "EMAIL-001", TypeID: 1, Name: "billing@example.com",
		Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42},
	}}
	seed.WhatCounts.Realms[0].Contacts = []whatcounts.Contact{{
		ID: importedID, Email: "jane@example.com", First: "Jane",
		Fields:        map[string]string{"last": "Doe", "company": "Example Pty Ltd"},
		Custom:        map[string]string{"plan": "gold"},
		Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: 2}, {ListID: 6, Format: 1}},
	}}
	return seed
}

// importsByBlock imports with an import block beside the resource example, and
// finds that the example describes what is imported.
func importsByBlock(t *testing.T, example, resources string) {
	t.Helper()
	target := importTarget(importBlock(t, example))
	surroundings(t, inhabited())
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: withProvider(example + "\n" + resources),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(target, plancheck.ResourceActionNoop),
				importing(target),
			}},
		}},
	})
}

// importing expects that a plan imports one resource.
type importing string

// CheckPlan looks for the import.
func (address importing) CheckPlan(_ context.Context, request plancheck.CheckPlanRequest, response *plancheck.CheckPlanResponse) {
	for _, change := range request.Plan.ResourceChanges {
		if change.Address == string(address) && change.Change.Importing != nil {
			return
		}
	}
	response.Error = fmt.Errorf("the plan does not import %s", address)
}

// importsByCommand runs each terraform import of a script.
func importsByCommand(t *testing.T, script, resources string) {
	t.Helper()
	var steps []resource.TestStep
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if len(words) != 4 || words[0] != "terraform" || words[1] != "import" {
			t.Fatalf("%q is not of the form: terraform import ADDRESS ID", line)
		}
		steps = append(steps, resource.TestStep{
			Config:           withProvider(resources),
			ResourceName:     words[2],
			ImportState:      true,
			ImportStateId:    words[3],
			ImportStateCheck: isImported,
		})
	}
	surroundings(t, inhabited())
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: steps})
}

func isImported(states []*terraform.InstanceState) error {
	if len(states) != 1 {
		return fmt.Errorf("%d resources imported, not 1", len(states))
	}
	for _, name := range []string{"communication_id", "subscriber_id"} {
		if states[0].Attributes[name] == fmt.Sprint(importedID) {
			return nil
		}
	}
	return fmt.Errorf("another record was imported: %v", states[0].Attributes)
}

// importsByIdentity imports in-process, since Terraform before 1.12 takes no
// identity in an import block.
func importsByIdentity(t *testing.T, example string) {
	t.Helper()
	body := importBlock(t, example)
	kind, _, _ := strings.Cut(importTarget(body), ".")
	items, problems := hcl.ExprMap(body.Attributes["identity"].Expr)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	identity := map[string]any{}
	for _, item := range items {
		value, problems := item.Value.Value(nil)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		number, _ := value.AsBigFloat().Int64()
		identity[hcl.ExprAsKeyword(item.Key)] = number
	}

	server := acctest.NewConfigured(t, simulatortest.Start(t, simulator.Options{Seed: inhabited()}), acctest.Realm, nil)
	imported, diagnostics := server.Import(kind, "", identity)
	acctest.NoErrors(t, diagnostics)
	for name := range identity {
		if got := imported.Attribute(name); got != int64(importedID) {
			t.Errorf("%s of the imported %s is %v", name, kind, got)
		}
	}
}

// importBlock is the body of the only block of an example.
func importBlock(t *testing.T, example string) *hclsyntax.Body {
	t.Helper()
	file, problems := hclsyntax.ParseConfig([]byte(example), "", hcl.InitialPos)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || len(body.Blocks) != 1 || body.Blocks[0].Type != "import" {
		t.Fatal("the file does not hold one import block")
	}
	return body.Blocks[0].Body
}
