package communication_test

import (
	"maps"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

const typeName = "reach_communication"

// billing is a configuration, with changes.
func billing(changes map[string]any) map[string]any {
	config := map[string]any{
		"type": "email", "value": "billing@example.com", "external_id": "EMAIL-001",
		"owner": map[string]any{"type": "biz_entity", "id": 42},
	}
	maps.Copy(config, changes)
	return config
}

func TestRequestsPerCommunication(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	var state acctest.State
	acctest.ExpectRequests(t, sim, func() { state = server.Created(typeName, billing(nil)) }, "GET /bizentity", "POST /communication")
	acctest.ExpectRequests(t, sim, func() {
		server.Created(typeName, billing(map[string]any{"value": "accounts@example.com", "external_id": nil}))
	}, "POST /communication")
	acctest.ExpectRequests(t, sim, func() {
		refreshed, diagnostics := server.Refresh(typeName, state)
		acctest.NoErrors(t, diagnostics)
		state = refreshed
	}, "GET /communication")
	acctest.ExpectRequests(t, sim, func() {
		changed, diagnostics := server.Change(typeName, state, billing(map[string]any{
			"type": "phone", "value": "+61 2 0000 0000", "owner": map[string]any{"type": "person", "external_id": "P-1"},
		}))
		acctest.NoErrors(t, diagnostics)
		state = changed
	}, "PUT /communication")
	acctest.ExpectSilence(t, sim, func() {
		changed, diagnostics := server.Change(typeName, state, billing(map[string]any{
			"type": "PHONE", "value": "+61 2 0000 0000", "owner": map[string]any{"type": "person", "id": 7},
			"deletion_policy": "delete", "timeouts": map[string]any{"delete": "5m"},
		}))
		acctest.NoErrors(t, diagnostics)
		state = changed
	})
	acctest.ExpectRequests(t, sim, func() {
		_, diagnostics := server.Change(typeName, state, nil)
		acctest.NoErrors(t, diagnostics)
	}, "GET /communication", "DELETE /communication")
	// The read has begun a second run, which trusts nothing that was read before.
	for once, want := range map[string]int{"POST /user/login": 1, "GET /common/lookup": 2} {
		if got := sim.Log.Count(once); got != want {
			t.Errorf("%s: %d times in two runs, want %d", once, got, want)
		}
	}
}

// Planning asks the service nothing, whatever is planned.
func TestPlanIsSilent(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, billing(nil))
	acctest.ExpectSilence(t, sim, func() {
		for _, config := range []map[string]any{billing(nil), billing(map[string]any{"type": "fax"}), billing(map[string]any{"external_id": "EMAIL-002"}), nil} {
			server.Plan(typeName, state, config)
			server.Plan(typeName, server.None(typeName), billing(nil))
		}
	})
}

// A plan leaves unknown only what the change makes unknown.
func TestPlannedUnknowns(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, billing(nil))
	cases := map[string]struct {
		changes                 map[string]any
		typeID, ownerExternalID any
	}{
		"another value":           {map[string]any{"value": "accounts@example.com"}, int64(1), "BE-1"},
		"another type":            {map[string]any{"type": "fax"}, acctest.Unknown, "BE-1"},
		"another owner":           {map[string]any{"owner": map[string]any{"type": "biz_entity", "id": 43}}, int64(1), acctest.Unknown},
		"a type in another case":  {map[string]any{"type": "EMAIL"}, int64(1), "BE-1"},
		"a value in another case": {map[string]any{"value": "Billing@Example.com"}, int64(1), "BE-1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			planned := server.Plan(typeName, state, billing(c.changes))
			acctest.NoErrors(t, planned.Diagnostics)
			if planned.State.Attribute("communication_id") != state.Attribute("communication_id") {
				t.Error("the native id is not kept")
			}
			if got := planned.State.Attribute("type_id"); got != c.typeID {
				t.Errorf("type_id is %v", got)
			}
			if got := planned.State.Attribute("owner").(map[string]any)["external_id"]; got != c.ownerExternalID {
				t.Errorf("owner.external_id is %v", got)
			}
		})
	}
}

func TestDeletionPolicies(t *testing.T) {
	cases := map[string]struct {
		left, warnings int
		refused        string
	}{
		"delete":  {0, 1, ""},
		"abandon": {1, 0, ""},
		"prevent": {1, 0, deletion.SummaryPrevented},
	}
	for policy, want := range cases {
		t.Run(policy, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(typeName, billing(map[string]any{"deletion_policy": policy}))
			planned := server.Plan(typeName, state, nil)
			if got := len(acctest.Warnings(planned.Diagnostics)); got != want.warnings {
				t.Errorf("%d warnings, not %d", got, want.warnings)
			}
			if want.refused != "" {
				acctest.OneError(t, planned.Diagnostics, want.refused, "billing@example.com", "deletion_policy")
				// -replace and taint reach Delete all the same.
				planned = acctest.Planned{State: server.None(typeName), Config: server.None(typeName).Value}
				_, diagnostics := server.Apply(typeName, state, planned)
				acctest.OneError(t, diagnostics, want.refused)
			} else {
				_, diagnostics := server.Apply(typeName, state, planned)
				acctest.NoErrors(t, diagnostics)
			}
			if got := len(sim.SevenG.Communications()); got != want.left {
				t.Errorf("7G holds %d records, not %d", got, want.left)
			}
		})
	}
	t.Run("the provider's default counts where the resource is silent", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"deletion_policy": "prevent"})
		state := server.Created(typeName, billing(nil))
		acctest.OneError(t, server.Plan(typeName, state, nil).Diagnostics, deletion.SummaryPrevented, "safeguards.deletion_policy")
		acctest.OneError(t, server.Plan(typeName, state, billing(map[string]any{"external_id": "EMAIL-002"})).Diagnostics, deletion.SummaryPrevented)
	})
}

// A record that is there already is neither changed nor adopted.
func TestExistingRecordIsLeftAlone(t *testing.T) {
	cases := map[string]map[string]any{
		"the same external id":    billing(map[string]any{"value": "other@example.com"}),
		"the same address":        billing(map[string]any{"external_id": "EMAIL-002"}),
		"the same without any id": {"type": "email", "value": "Billing@example.com", "owner": map[string]any{"type": "biz_entity", "id": 42}},
	}
	for name, config := range cases {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			held, err := sim.SevenG.AddCommunication(simulated.Communication{ExternalID: "EMAIL-001", TypeID: 1, Name: "billing@example.com", Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42}})
			if err != nil {
				t.Fatal(err)
			}
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			none, diagnostics := server.Change(typeName, server.None(typeName), config)
			acctest.OneError(t, diagnostics, communication.SummaryExists, "import {", "\"1001\"")
			if after, found := sim.SevenG.Communication(held.ID); none.Exists() || !found || after != held {
				t.Errorf("the record was touched: %+v", after)
			}
		})
	}
}

// State is dropped on a recognised not-found alone.
func TestReadKeepsWhatItCannotJudge(t *testing.T) {
	faults := map[string]traffic.Fault{
		"500":                   {Kind: traffic.StatusBefore, Status: 500},
		"403":                   {Kind: traffic.StatusBefore, Status: 403},
		"404 with an HTML page": {Kind: traffic.StatusBefore, Status: 404, Body: "<html>not found</html>"},
		"an HTML page":          {Kind: traffic.Replace, Body: "<html>maintenance</html>"},
		"an unknown refusal":    {Kind: traffic.Replace, Body: `{"result":false,"message":"The session was not found","recordCount":0,"data":{}}`},
		"half an answer":        {Kind: traffic.Truncate},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(typeName, billing(nil))
			fault.Operation, fault.Count = "GET /communication", -1
			sim.Faults.Add(fault)
			kept, diagnostics := server.Refresh(typeName, state)
			acctest.OneError(t, diagnostics, communication.SummaryNotRead, "communication 1001")
			if !kept.Exists() || kept.Identity == nil {
				t.Error("the record left state")
			}
		})
	}
}

// A create whose answer is lost makes one record, and Terraform knows it.
func TestCreateIsNotRepeatedBlindly(t *testing.T) {
	for name, fault := range map[string]traffic.Fault{
		"done, but the answer is cut":   {Kind: traffic.CutAfter},
		"done, but the answer is 500":   {Kind: traffic.StatusAfter, Status: 500},
		"done, but the answer is empty": {Kind: traffic.EmptyAfter},
		"not done, and 503":             {Kind: traffic.StatusBefore, Status: 503},
	} {
		for _, config := range []map[string]any{billing(nil), billing(map[string]any{"external_id": nil})} {
			t.Run(name, func(t *testing.T) {
				sim := acctest.Simulator(t)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				fault.Operation = "POST /communication"
				sim.Faults.Add(fault)
				state := server.Created(typeName, config)
				if held := sim.SevenG.Communications(); len(held) != 1 || state.Attribute("communication_id") != held[0].ID {
					t.Errorf("not one record on both sides: %v", held)
				}
			})
		}
	}
}

// The record is read again just before it ends.
func TestVerifyBeforeDelete(t *testing.T) {
	changes := map[string]func(*simulated.Communication){
		"another value": func(c *simulated.Communication) { c.Name = "somebody@example.com" },
		"another type":  func(c *simulated.Communication) { c.TypeID = 2 },
		"another owner": func(c *simulated.Communication) { c.Owner = simulated.OwnerKey{Kind: simulated.Person, ID: 7} },
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(typeName, billing(nil))
			sim.SevenG.ChangeCommunication(1001, change)
			left, diagnostics := server.Change(typeName, state, nil)
			acctest.OneError(t, diagnostics, communication.SummaryChanged, "In state:", "In 7G:")
			if !left.Exists() || len(sim.SevenG.Communications()) != 1 {
				t.Error("the record was deleted or left state")
			}
		})
	}
	t.Run("gone already is done", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		state := server.Created(typeName, billing(nil))
		sim.SevenG.RemoveCommunication(1001)
		left, diagnostics := server.Change(typeName, state, nil)
		acctest.NoErrors(t, diagnostics)
		if left.Exists() {
			t.Error("the record is still in state")
		}
	})
}

// A service that shows writes late loses nothing.
func TestStaleReads(t *testing.T) {
	sim := acctest.Simulator(t, "7g-stale-reads")
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, billing(nil))
	// Destroyed right after it was made, by another process.
	_, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if left := sim.SevenG.Communications(); len(left) != 0 {
		t.Errorf("the record is left: %v", left)
	}
}
