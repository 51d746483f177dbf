package communication_test

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Another environment has another person's record under the same id, or one
// that is exactly alike. Neither a refresh takes it over, nor an update or a
// delete without one reaches it; it is not even asked for.
func TestRecordOfAnotherEnvironment(t *testing.T) {
	t.Parallel()
	home := acctest.Simulator(t)
	state := acctest.NewConfigured(t, home, acctest.Realm, nil).Created(typeName, billing(nil))
	for _, value := range []string{"boss@example.com", "billing@example.com"} {
		other := acctest.Simulator(t)
		theirs := acctest.NewConfigured(t, other, acctest.Realm, nil).Created(typeName, billing(map[string]any{"value": value}))
		if theirs.Attribute("communication_id") != state.Attribute("communication_id") {
			t.Fatal("the two have different ids")
		}
		for _, verify := range []bool{true, false} {
			server := acctest.NewConfigured(t, other, acctest.Realm, map[string]any{"verify_before_delete": verify})
			before := other.Log.Count("GET /communication")
			_, diagnostics := server.Refresh(typeName, state)
			acctest.OneError(t, diagnostics, services.SummaryElsewhere, home.URL(), other.URL(), "seveng.endpoint (SEVENG_ENDPOINT)", "terraform state rm", `id = "1001"`)
			// What follows reaches the provider with -refresh=false.
			_, diagnostics = server.Change(typeName, state, billing(map[string]any{"value": "accounts@example.com"}))
			acctest.OneError(t, diagnostics, services.SummaryElsewhere, home.URL())
			kept, diagnostics := server.Change(typeName, state, nil)
			acctest.OneError(t, diagnostics, services.SummaryElsewhere, home.URL())
			if !kept.Exists() || other.Log.Count("GET /communication") != before {
				t.Errorf("in state %v, asked %d times", kept.Exists(), other.Log.Count("GET /communication")-before)
			}
			server = acctest.NewConfigured(t, other, acctest.Realm, map[string]any{"deletion_policy": "abandon"})
			if left, diagnostics := server.Change(typeName, state, nil); left.Exists() || len(acctest.Errors(diagnostics)) > 0 {
				t.Errorf("it is not forgotten:\n%s", acctest.Texts(diagnostics))
			}
		}
		if left := other.SevenG.Communications(); len(left) != 1 || left[0].Name != value {
			t.Errorf("the other environment holds %v", left)
		}
	}
}

// The same address in another spelling is the same environment.
func TestEnvironmentInAnotherSpelling(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, billing(nil))
	server := acctest.NewServer(t)
	acctest.NoErrors(t, server.Configure(map[string]any{"seveng": map[string]any{
		"endpoint": strings.Replace(sim.URL(), "http://", "HTTP://", 1) + "/", "username": acctest.Username, "password": acctest.PasswordOf(acctest.Username),
	}}))
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
}
