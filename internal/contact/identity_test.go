package contact_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// A state from before there were identities gets one from whatever comes first.
func TestIdentityOfAnOlderState(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := created(t, server, jane(nil))
	older := state
	older.Identity = nil
	refreshed, diagnostics := server.Refresh(typeName, older)
	acctest.NoErrors(t, diagnostics)
	changed, diagnostics := server.Change(typeName, older, jane(map[string]any{"city": "Perth"}))
	acctest.NoErrors(t, diagnostics)
	if !refreshed.SameIdentity(state) || !changed.SameIdentity(state) {
		t.Error("the identity is missing or another one")
	}
}

// A contact that was added in part only has an identity, and so has one whose
// update was done in part only.
func TestIdentityAfterAFailure(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	lost := ledger.Fault{Operation: "sub", Kind: ledger.Replace, Body: "FAILURE: out of order", Skip: 1}
	sim.Faults.Add(lost)
	partly, diagnostics := server.Change(typeName, server.None(typeName), jane(map[string]any{"subscriptions": []any{subscription(5), subscription(6)}}))
	acctest.OneError(t, diagnostics, contact.SummaryIncomplete)
	imported, diagnostics := server.Import(typeName, "1001", nil)
	acctest.NoErrors(t, diagnostics)
	if !partly.SameIdentity(imported) {
		t.Error("the identity is missing or another one after a create that was done in part")
	}
	sim.Faults.Add(ledger.Fault{Operation: "sub", Kind: ledger.Replace, Body: "FAILURE: out of order"})
	kept, diagnostics := server.Change(typeName, partly, jane(map[string]any{"email": "jane.doe@example.com", "subscriptions": []any{subscription(5), subscription(7)}}))
	if len(acctest.Errors(diagnostics)) == 0 {
		t.Fatal("the update did not fail")
	}
	if !kept.SameIdentity(imported) {
		t.Error("the identity is missing or another one after an update that was done in part")
	}
}

// Whichever way a contact is named, and in whatever case, it is the same one.
func TestIdentityOfEveryImport(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := created(t, server, jane(nil))
	for _, id := range []string{"1001", "jane@example.com", "JANE@Example.COM", "Jane@example.com,Jane"} {
		imported, diagnostics := server.Import(typeName, id, nil)
		acctest.NoErrors(t, diagnostics)
		if !imported.SameIdentity(state) {
			t.Errorf("the identity is missing or another one after the import of %s", id)
		}
	}
}

func TestImportByIdentityFails(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	acctest.ExpectSilence(t, sim, func() {
		for _, id := range []any{0, -1, nil} {
			_, diagnostics := server.Import(typeName, "", map[string]any{"subscriber_id": id})
			acctest.OneError(t, diagnostics, contact.SummaryNotImported, "subscriber_id", "above zero")
		}
	})
}

// Twin: TestIdentity
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
