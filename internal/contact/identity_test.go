package contact_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// Identity is there after every call; whichever way a contact is named, and in
// whatever case, it is the same one.
func TestIdentity(t *testing.T) {
	t.Parallel()
	acctest.Identity{
		Resource: typeName, IDAttribute: "subscriber_id", NotImported: contact.SummaryNotImported,
		Record: jane(nil), Changed: jane(map[string]any{"email": "JANE.DOE@example.com", "city": "Perth"}),
		ImportIDs: []string{"1001", "jane.doe@example.com", "JANE.Doe@Example.com", "Jane.Doe@example.com,Jane"},
		Remove:    func(sim *simulator.Simulator, id int64) error { return sim.WhatCounts.RemoveContact(acctest.Realm, id) },
	}.Check(t)
}

// A contact that was added in part only has an identity, and so has one whose
// update was done in part only.
func TestIdentityAfterAFailure(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	lost := traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: out of order", Skip: 1}
	sim.Faults.Add(lost)
	partly, diagnostics := server.Change(typeName, server.None(typeName), jane(map[string]any{"subscriptions": []any{subscription(5), subscription(6)}}))
	acctest.OneError(t, diagnostics, contact.SummaryIncomplete)
	imported, diagnostics := server.Import(typeName, "1001", nil)
	acctest.NoErrors(t, diagnostics)
	if !partly.SameIdentity(imported) {
		t.Error("the identity is missing or another one after a create that was done in part")
	}
	sim.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: out of order"})
	kept, diagnostics := server.Change(typeName, partly, jane(map[string]any{"email": "jane.doe@example.com", "subscriptions": []any{subscription(5), subscription(7)}}))
	if len(acctest.Errors(diagnostics)) == 0 {
		t.Fatal("the update did not fail")
	}
	if !kept.SameIdentity(imported) {
		t.Error("the identity is missing or another one after an update that was done in part")
	}
}

// An address is imported as WhatCounts spells it, however it was asked for.
func TestImportKeepsTheSpelling(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	server.Created(typeName, jane(map[string]any{"email": "JANE.DOE@example.com"}))
	imported, diagnostics := server.Import(typeName, "jane.doe@example.com", nil)
	acctest.NoErrors(t, diagnostics)
	if email := imported.Attribute("email"); email != "JANE.DOE@example.com" {
		t.Errorf("imported %v", email)
	}
}

// Covered in-process by TestIdentity.
func TestAccIdentity_cli(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	const this = "reach_contact.this"
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: acctest.Configuration(sim, `
resource "reach_contact" "this" {
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]
}
`),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(this, map[string]knownvalue.Check{"subscriber_id": knownvalue.Int64Exact(1001)})},
			},
			{ResourceName: this, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
