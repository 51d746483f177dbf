package services_test

import (
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// TestTimeoutsThatAllowNothing are refused in the plan, by name, and not when
// the first operation has run out of its time.
func TestTimeoutsThatAllowNothing(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	for _, wrong := range []string{"0s", "-2m", "120", "2 minutes", "1d", ""} {
		for resource, rest := range map[string]map[string]any{
			"reach_contact":       {"email": "jane@example.com", "subscriptions": []any{map[string]any{"list_id": 5}}},
			"reach_communication": {"type": "email", "value": "jane@example.com", "owner": map[string]any{"type": "person", "id": 7}},
		} {
			rest["timeouts"] = map[string]any{"create": "2m", "delete": wrong}
			acctest.OneError(t, server.Validate(resource, rest), services.SummaryInvalidDuration, "timeouts.delete", `"30s"`)
		}
	}
}

// Nothing has all the time in the world.
func TestDeadlineThatIsNotSet(t *testing.T) {
	ctx, cancel := services.Deadline{}.Within(t.Context())
	defer cancel()
	if end, limited := ctx.Deadline(); !limited || time.Until(end) > services.DefaultTimeout || time.Until(end) < services.DefaultTimeout-time.Minute {
		t.Errorf("it ends at %s: %v", end, limited)
	}
}
