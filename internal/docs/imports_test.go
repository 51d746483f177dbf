package main

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

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

// imports imports one record, by id or by identity, and finds that the resource
// example describes it. It does so in-process: Terraform before 1.12 takes no
// identity in an import block.
func imports(t *testing.T, resources, address, id string, identity map[string]any) {
	t.Helper()
	server := acctest.NewConfigured(t, simulatortest.Start(t, simulator.Options{Seed: inhabited()}), acctest.Realm, nil)
	described := false
	for _, block := range outermost(t, resources) {
		if strings.Join(block.Labels, ".") != address {
			continue
		}
		described = true
		imported, problems := server.Import(block.Labels[0], id, identity)
		acctest.NoErrors(t, problems)
		for _, name := range []string{"communication_id", "subscriber_id"} {
			if found := imported.Attribute(name); found != nil && found != int64(importedID) {
				t.Errorf("%s is imported with the id %v", address, found)
			}
		}
		server.ExpectNoChange(block.Labels[0], imported, argumentsOf(t, block.Body))
	}
	if !described {
		t.Errorf("the resource example has no %s", address)
	}
}

// importsByBlock imports as the import block of an example says.
func importsByBlock(t *testing.T, example, resources string) {
	t.Helper()
	for _, block := range outermost(t, example) {
		to, problems := hcl.AbsTraversalForExpr(block.Body.Attributes["to"].Expr)
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		address := to.RootName() + "." + to[1].(hcl.TraverseAttr).Name
		if by := block.Body.Attributes["identity"]; by != nil {
			imports(t, resources, address, "", plain(t, by.Expr).(map[string]any))
			continue
		}
		imports(t, resources, address, plain(t, block.Body.Attributes["id"].Expr).(string), nil)
	}
}

// importsByCommand runs each terraform import of a script.
func importsByCommand(t *testing.T, script, resources string) {
	t.Helper()
	for _, command := range commandsIn(script) {
		words := strings.Fields(command)
		if len(words) != 4 || words[0] != "terraform" || words[1] != "import" {
			t.Fatalf("%q is not of the form: terraform import ADDRESS ID", command)
		}
		imports(t, resources, words[2], words[3], nil)
	}
}
