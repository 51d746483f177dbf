package communication_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// Identity is there after every call, and whichever way a record is named.
func TestIdentity(t *testing.T) {
	t.Parallel()
	acctest.Identity{
		Resource: typeName, IDAttribute: "communication_id", NotImported: communication.SummaryNotImported,
		Record: billing(nil), Changed: billing(map[string]any{"value": "ACCOUNTS@example.com", "type": "Email"}),
		ImportIDs: []string{"1001", "external:EMAIL-001"},
		Remove: func(sim *simulator.Simulator, id int64) error {
			sim.SevenG.RemoveCommunication(id)
			return nil
		},
	}.Check(t)
}

// A failed update leaves the identity as it is, whether or not part of it was
// done.
func TestIdentityAfterAFailedUpdate(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"7g-owner-change-refused", "7g-owner-change-ignored"} {
		sim := acctest.Simulator(t, dialect)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		state := server.Created(typeName, billing(nil))
		kept, diagnostics := server.Change(typeName, state, billing(map[string]any{"value": "accounts@example.com", "owner": map[string]any{"type": "person", "id": 7}}))
		acctest.OneError(t, diagnostics, communication.SummaryNotUpdated)
		if !kept.SameIdentity(state) {
			t.Errorf("%s: the identity is missing or another one", dialect)
		}
	}
}

// An import that may not read the record says which one it was.
func TestImportThatIsForbidden(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	sim.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.StatusBefore, Status: 403})
	_, diagnostics := server.Import(typeName, "", map[string]any{"communication_id": 12345})
	acctest.OneError(t, diagnostics, communication.SummaryNotRead, "communication 12345")
}

// Covered in-process by TestIdentity.
func TestAccIdentity_cli(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	const this = "reach_communication.this"
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: acctest.Configuration(sim, `
resource "reach_communication" "this" {
  type  = "email"
  value = "billing@example.com"
  owner = { type = "biz_entity", id = 42 }
}
`),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(this, map[string]knownvalue.Check{"communication_id": knownvalue.Int64Exact(1001)})},
			},
			{ResourceName: this, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}
