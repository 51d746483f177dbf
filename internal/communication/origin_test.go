package communication_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Another environment has another person's record under the same id. Neither a
// refresh takes it over, nor an update or a delete without one reaches it.
func TestRecordOfAnotherEnvironment(t *testing.T) {
	t.Parallel()
	state := acctest.NewConfigured(t, acctest.Simulator(t), acctest.Realm, nil).Created(typeName, billing(nil))

	other := acctest.Simulator(t)
	server := acctest.NewConfigured(t, other, acctest.Realm, map[string]any{"verify_before_delete": false})
	_, diagnostics := server.Refresh(typeName, state)
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "no such record is", "seveng.endpoint (SEVENG_ENDPOINT)")

	theirs := acctest.NewConfigured(t, other, acctest.Realm, nil).Created(typeName, billing(map[string]any{"value": "boss@example.com"}))
	if theirs.Attribute("communication_id") != state.Attribute("communication_id") {
		t.Fatal("the two have different ids")
	}
	_, diagnostics = server.Refresh(typeName, state)
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "boss@example.com")
	_, diagnostics = server.Change(typeName, state, billing(map[string]any{"value": "accounts@example.com"}))
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "-refresh=false")
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "-refresh=false")
	if left := other.SevenG.Communications(); len(left) != 1 || left[0].Name != "boss@example.com" {
		t.Errorf("the other environment holds %v", left)
	}
}

// An environment that has got another address is the same one.
func TestEnvironmentWithAnotherAddress(t *testing.T) {
	t.Parallel()
	state := acctest.NewConfigured(t, acctest.Simulator(t), acctest.Realm, nil).Created(typeName, billing(nil))
	moved := acctest.Simulator(t)
	acctest.NewConfigured(t, moved, acctest.Realm, nil).Created(typeName, billing(nil))

	server := acctest.NewConfigured(t, moved, acctest.Realm, nil)
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
}
