package communication_test

import (
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

var phone = map[string]any{"type": "phone", "value": "+61 2 5550 0000", "owner": map[string]any{"type": "biz_entity", "id": 42}}

// A record that is proved to be new after the answer was lost is managed, and a
// person is told.
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

// older puts phone into 7G before the run.
func older(t *testing.T, sim *simulator.Simulator) {
	t.Helper()
	if _, err := sim.SevenG.AddCommunication(simulated.Communication{TypeID: 2, Name: "+61 2 5550 0000", Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42}}); err != nil {
		t.Fatal(err)
	}
}

// A record that is older than the create is never taken for its own, however
// alike: neither one that nobody has read, nor one that another resource has
// made.
func TestLostAnswerTakesNoOtherRecord(t *testing.T) {
	t.Parallel()
	named := map[string]any{"external_id": "PHONE-1"}
	maps.Copy(named, phone)
	for name, c := range map[string]struct {
		config  map[string]any
		prepare func(*testing.T, *acctest.Server, *simulator.Simulator)
	}{
		"there before": {phone, func(t *testing.T, _ *acctest.Server, sim *simulator.Simulator) { older(t, sim) }},
		"made by another resource": {phone, func(t *testing.T, server *acctest.Server, _ *simulator.Simulator) {
			server.Created(typeName, phone)
		}},
		"in the state of an earlier run": {phone, func(t *testing.T, _ *acctest.Server, sim *simulator.Simulator) {
			acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, phone)
		}},
		"there before, without its external id": {named, func(t *testing.T, _ *acctest.Server, sim *simulator.Simulator) { older(t, sim) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			c.prepare(t, server, sim)
			older := sim.SevenG.Communications()
			sim.Faults.Add(traffic.Fault{Operation: "POST /communication", Kind: traffic.CutBefore})
			made, diagnostics := server.Change(typeName, server.None(typeName), c.config)
			acctest.NoErrors(t, diagnostics)
			if len(older) != 1 || made.Attribute("communication_id") == older[0].ID || len(sim.SevenG.Communications()) != 2 {
				t.Errorf("before there was %v, now there is %v, and state has %v", older, sim.SevenG.Communications(), made.Attribute("communication_id"))
			}
		})
	}
}

// Where nothing proves whose a record is, it is an error that names it: the
// owner could not be read before, or 7G shows records late.
func TestLostAnswerThatProvesNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialects []string
		fault    traffic.Fault
	}{
		"owner that may not be read":     {nil, traffic.Fault{Operation: "GET /bizentity", Kind: traffic.StatusBefore, Status: 403}},
		"owner that shows records late":  {[]string{"7g-stale-reads"}, traffic.Fault{Operation: "GET /nothing"}},
		"owner whose list is not a list": {nil, traffic.Fault{Operation: "GET /bizentity", Kind: traffic.Replace, Body: `{"result":true,"data":[{"bizEntityID":42}]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, c.dialects...)
			acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, phone)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			sim.Faults.Add(c.fault)
			sim.Faults.Add(traffic.Fault{Operation: "POST /communication", Kind: traffic.CutBefore})
			made, diagnostics := server.Change(typeName, server.None(typeName), phone)
			acctest.OneError(t, diagnostics, communication.SummaryNotCreated, "communication 1001", "phone", "+61 2 5550 0000", "biz_entity 42", "import or delete it before you apply again")
			if made.Exists() || len(sim.SevenG.Communications()) != 1 {
				t.Errorf("7G holds %v", sim.SevenG.Communications())
			}
		})
	}
}

// Several identical creates at once, each of whose answers is lost, have a
// record each in the end, and none is shared or left behind.
func TestLostAnswersOfIdenticalCreates(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	kinds := []traffic.FaultKind{traffic.CutBefore, traffic.CutAfter, traffic.StatusAfter, traffic.CutBefore}
	for _, kind := range kinds {
		sim.Faults.Add(traffic.Fault{Operation: "POST /communication", Kind: kind, Status: 500})
	}
	var mu sync.Mutex
	held := map[any]bool{}
	var group sync.WaitGroup
	for range 6 {
		planned := server.Plan(typeName, server.None(typeName), phone)
		group.Go(func() {
			made, diagnostics := server.Apply(typeName, server.None(typeName), planned)
			acctest.NoErrors(t, diagnostics)
			mu.Lock()
			defer mu.Unlock()
			held[made.Attribute("communication_id")] = true
		})
	}
	group.Wait()
	if len(held) != 6 || len(sim.SevenG.Communications()) != 6 {
		t.Errorf("states hold %v, 7G holds %v", held, sim.SevenG.Communications())
	}
}

// A record that 7G keeps in another form is seen after a lost answer, so that it
// is not asked for twice.
func TestLostAnswerOfAValueInAnotherForm(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t, "7g-name-normalised", "7g-format-unchecked")
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	vanity := maps.Clone(phone)
	vanity["value"] = "1800-FLOWERS"
	sim.Faults.Add(traffic.Fault{Operation: "POST /communication", Kind: traffic.CutAfter})
	_, diagnostics := server.Change(typeName, server.None(typeName), vanity)
	if n := len(sim.SevenG.Communications()); n != 1 {
		t.Errorf("7G holds %d communications\n%s", n, acctest.Texts(diagnostics))
	}
	if text := acctest.Texts(diagnostics); !strings.Contains(text, "1800-flowers") {
		t.Errorf("the record is not named:\n%s", text)
	}
}
