package communication_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

var phone = map[string]any{"type": "phone", "value": "+61 2 5550 0000", "owner": map[string]any{"type": "biz_entity", "id": 42}}

// A record that is found after the answer was lost is managed, and a person is
// told, since nothing tells it from one that was there before.
func TestLostAnswerIsTold(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	sim.Faults.Add(traffic.Fault{Operation: "POST /communication", Kind: traffic.CutAfter})
	made, diagnostics := server.Change("reach_communication", server.None("reach_communication"), phone)
	acctest.NoErrors(t, diagnostics)
	warnings := acctest.Warnings(diagnostics)
	if len(warnings) != 1 || warnings[0].Summary != communication.SummaryRecognised {
		t.Errorf("warned of\n%s", acctest.Texts(warnings))
	}
	if len(sim.SevenG.Communications()) != 1 || made.Attribute("communication_id") != sim.SevenG.Communications()[0].ID {
		t.Errorf("7G holds %v, state %v", sim.SevenG.Communications(), made.Attribute("communication_id"))
	}
	if _, diagnostics = server.Change("reach_communication", server.None("reach_communication"), phone); len(diagnostics) != 0 {
		t.Errorf("an answered create says\n%s", acctest.Texts(diagnostics))
	}
}

// A record that is known to be older than the create is never taken for its
// own, however alike: neither one that was read before, nor one that another
// resource has made.
func TestLostAnswerTakesNoOtherRecord(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*acctest.Server, *simulator.Simulator){
		"read before": func(server *acctest.Server, sim *simulator.Simulator) {
			_, err := sim.SevenG.AddCommunication(simulated.Communication{TypeID: 2, Name: "+61 2 5550 0000", Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42}})
			if err != nil {
				t.Error(err)
			}
			_, diagnostics := server.Look("reach_communications", map[string]any{"owner": map[string]any{"type": "biz_entity", "id": 42}})
			acctest.NoErrors(t, diagnostics)
		},
		"made by another resource": func(server *acctest.Server, _ *simulator.Simulator) {
			_, diagnostics := server.Change("reach_communication", server.None("reach_communication"), phone)
			acctest.NoErrors(t, diagnostics)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			prepare(server, sim)
			older := sim.SevenG.Communications()
			sim.Faults.Add(traffic.Fault{Operation: "POST /communication", Kind: traffic.CutBefore})
			made, diagnostics := server.Change("reach_communication", server.None("reach_communication"), phone)
			acctest.NoErrors(t, diagnostics)
			if len(older) != 1 || made.Attribute("communication_id") == older[0].ID || len(sim.SevenG.Communications()) != 2 {
				t.Errorf("before there was %v, now there is %v, and state has %v", older, sim.SevenG.Communications(), made.Attribute("communication_id"))
			}
		})
	}
}
