package communication_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// A replacement follows the policy that was applied, so another one in the
// same plan is refused instead of being passed over.
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

// A value that 7G keeps in another form is told and shows as drift. It is no
// reason to replace the record, which Terraform would do after an inconsistent
// result.
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
	if drifted := refreshed.Attribute("value") != "EXT 5"; drifted != warned {
		t.Errorf("warned: %v, drifted: %v", warned, drifted)
	}
}
