package communication_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// A registry that retires a type must not take the record out of state, and
// the error has to say which record it is about.
func TestRefreshNamesTheRecordOfAnUnknownType(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	s := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	made, diagnostics := s.Change("reach_communication", s.None("reach_communication"), map[string]any{
		"type": "email", "value": "billing@example.com", "owner": map[string]any{"type": "biz_entity", "id": 42},
	})
	acctest.NoErrors(t, diagnostics)
	sim.SevenG.ChangeCommunication(sim.SevenG.Communications()[0].ID, func(c *seveng.Communication) { c.TypeID = 99 })

	kept, diagnostics := s.Refresh("reach_communication", made)
	acctest.OneError(t, diagnostics, communication.SummaryUnknownType, "billing@example.com", "type id 99")
	if !kept.Exists() {
		t.Error("the communication was dropped from state")
	}
}
