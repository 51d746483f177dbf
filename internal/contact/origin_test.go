package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// A realm that does not know a contact of another realm says nothing about it:
// it is neither dropped nor taken for gone.
func TestContactOfAnotherRealm(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, jane(nil))

	elsewhere := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
	_, diagnostics := elsewhere.Refresh(typeName, state)
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "realm "+acctest.Realm, "whatcounts.realm (WHATCOUNTS_REALM)")
	_, diagnostics = elsewhere.Change(typeName, state, jane(map[string]any{"last_name": "Doe"}))
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "-refresh=false")
	kept, diagnostics := elsewhere.Change(typeName, state, nil)
	acctest.OneError(t, diagnostics, services.SummaryElsewhere, "-refresh=false")
	if !kept.Exists() {
		t.Error("the contact is in state no longer")
	}

	home := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state, diagnostics = home.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = home.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
}
