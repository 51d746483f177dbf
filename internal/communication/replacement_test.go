package communication_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// A replacement follows the policy that was applied, so another one in the
// same plan is refused instead of being ignored.
func TestReplacementWithAnotherPolicyIsRefused(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, billing(nil))
	for _, policy := range []string{"prevent", "abandon"} {
		planned := server.Plan(typeName, state, billing(map[string]any{"external_id": "EMAIL-002", "deletion_policy": policy}))
		acctest.OneError(t, planned.Diagnostics, deletion.SummaryPolicyFirst, `"delete"`, "external_id")
	}
	// An id that nobody has seen may turn out to be the same.
	planned := server.Plan(typeName, state, billing(map[string]any{"external_id": acctest.Unknown}))
	acctest.OneError(t, planned.Diagnostics, deletion.SummaryNotKnown, "external_id")
}

// A value that 7G keeps in another form is told and is no drift: not in a
// refresh, and not right before the delete. Somebody else's change is one.
func TestValueThatIsStoredOtherwise(t *testing.T) {
	sim := acctest.Simulator(t, "7g-name-normalised", "7g-format-unchecked")
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	config := billing(map[string]any{"type": " Mobile ", "value": "EXT 5"})
	state, diagnostics := server.Change(typeName, server.None(typeName), config)
	acctest.NoErrors(t, diagnostics)
	if state.Attribute("value") != "EXT 5" || state.Attribute("type") != " Mobile " {
		t.Errorf("the plan's own words are gone: %v", acctest.Plain(state.Value))
	}
	warned := false
	for _, w := range acctest.Warnings(diagnostics) {
		warned = warned || w.Summary == communication.SummaryStoredOtherwise
	}
	refreshed, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	if refreshed.Attribute("value") != "EXT 5" || !warned {
		t.Errorf("warned: %v, the value is %v", warned, refreshed.Attribute("value"))
	}

	held := sim.SevenG.Communications()[0]
	refreshed, diagnostics = server.Change(typeName, refreshed, billing(map[string]any{"type": "mobile", "value": "EXT 5", "owner": map[string]any{"type": "person", "id": 7}}))
	acctest.NoErrors(t, diagnostics)
	refreshed, diagnostics = server.Change(typeName, refreshed, billing(map[string]any{"type": "mobile", "value": "EXT 5", "owner": map[string]any{"type": "person", "id": 7}, "deletion_policy": "delete"}))
	acctest.NoErrors(t, diagnostics)
	if refreshed, diagnostics = server.Refresh(typeName, refreshed); refreshed.Attribute("value") != "EXT 5" {
		t.Errorf("after other changes it is %v\n%s", refreshed.Attribute("value"), acctest.Texts(diagnostics))
	}

	// 7G keeps lower case, so a change of case sends a change, and drifts no more.
	refreshed, diagnostics = server.Change(typeName, refreshed, billing(map[string]any{"type": "mobile", "value": "Ext 5", "owner": map[string]any{"type": "person", "id": 7}}))
	acctest.NoErrors(t, diagnostics)
	if n := sim.Log.Count("PUT /communication"); n != 2 {
		t.Errorf("%d changes were sent", n)
	}

	sim.SevenG.ChangeCommunication(held.ID, func(c *simulated.Communication) { c.Name = "ext 6" })
	if drifted, _ := server.Refresh(typeName, refreshed); drifted.Attribute("value") != "ext 6" {
		t.Errorf("somebody else's change shows as %v", drifted.Attribute("value"))
	}
	sim.SevenG.ChangeCommunication(held.ID, func(c *simulated.Communication) { c.Name = "ext 5" })
	if _, diagnostics = server.Change(typeName, refreshed, nil); len(acctest.Errors(diagnostics)) > 0 || len(sim.SevenG.Communications()) > 0 {
		t.Errorf("it is still there after a delete\n%s", acctest.Texts(diagnostics))
	}
}
