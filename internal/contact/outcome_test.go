package contact_test

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// The record is read again just before it ends. One that is no longer the one
// in state is left alone.
func TestVerifyBeforeDelete(t *testing.T) {
	changes := map[string]func(*simulated.Contact){
		"another address":    func(c *simulated.Contact) { c.Email = "somebody@example.com" },
		"another first name": func(c *simulated.Contact) { c.First = "Janet" },
	}
	for name, change := range changes {
		for _, policy := range []string{"delete", "delete_without_optout"} {
			t.Run(name+", "+policy, func(t *testing.T) {
				sim := acctest.Simulator(t)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				state := server.Created(typeName, jane(map[string]any{"deletion_policy": policy}))
				must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, change))
				left, diagnostics := server.Change(typeName, state, nil)
				acctest.OneError(t, diagnostics, contact.SummaryChanged, "In state:", "In WhatCounts:")
				if !left.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 1 {
					t.Error("the contact was deleted or left state")
				}
			})
		}
	}
}

// The service's word alone ends nothing: a delete that is refused, or whose
// answer is lost, is looked at.
func TestDeleteIsNotBelievedUnread(t *testing.T) {
	cases := map[string]struct {
		fault   traffic.Fault
		refused bool
	}{
		"a refusal with status 200":   {traffic.Fault{Operation: "delete", Kind: traffic.Replace, Body: "FAILURE: not today", Count: -1}, true},
		"an empty answer":             {traffic.Fault{Operation: "delete", Kind: traffic.Replace, Count: -1}, true},
		"an HTML page":                {traffic.Fault{Operation: "delete", Kind: traffic.Replace, Body: "<html>maintenance</html>", Count: -1}, true},
		"nobody deleted":              {traffic.Fault{Operation: "delete", Kind: traffic.Replace, Body: "SUCCESS: 1 record(s) processed. 0 users deleted", Count: -1}, true},
		"done, but the answer is cut": {traffic.Fault{Operation: "delete", Kind: traffic.CutAfter}, false},
		"done, but the answer is 500": {traffic.Fault{Operation: "delete", Kind: traffic.StatusAfter, Status: 500}, false},
		"not done, and 500 once":      {traffic.Fault{Operation: "delete", Kind: traffic.StatusBefore, Status: 500}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(typeName, jane(nil))
			sim.Faults.Add(c.fault)
			left, diagnostics := server.Change(typeName, state, nil)
			if c.refused {
				acctest.OneError(t, diagnostics, contact.SummaryNotDeleted, "jane@example.com")
			} else {
				acctest.NoErrors(t, diagnostics)
			}
			if left.Exists() != c.refused || (len(sim.WhatCounts.Contacts(acctest.Realm)) == 1) != c.refused {
				t.Errorf("state and service disagree:\n%s", sim.Dump())
			}
		})
	}
}

// A create whose answer is lost makes one contact, and Terraform knows it.
func TestCreateIsNotRepeatedBlindly(t *testing.T) {
	for name, fault := range map[string]traffic.Fault{
		"done, but the answer is cut":   {Operation: "sub", Kind: traffic.CutAfter},
		"done, but the answer is 500":   {Operation: "sub", Kind: traffic.StatusAfter, Status: 500},
		"done, but the answer is empty": {Operation: "sub", Kind: traffic.EmptyAfter},
		"not done, and 503":             {Operation: "sub", Kind: traffic.StatusBefore, Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			sim.Faults.Add(fault)
			state := server.Created(typeName, jane(nil))
			if held := sim.WhatCounts.Contacts(acctest.Realm); len(held) != 1 || state.Attribute("subscriber_id") != held[0].ID {
				t.Errorf("not one contact on both sides:\n%s", sim.Dump())
			}
		})
	}
}

// A contact that was added, and cannot be read back to see how its values were
// stored, is in state as it was asked for: it is not tainted for that.
func TestCreateThatCannotBeReadBack(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	config := jane(map[string]any{"custom_fields": map[string]any{"plan": "gold"}, "subscriptions": []any{subscription(5), subscription(6)}})
	sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.StatusBefore, Status: 503, Count: -1})
	state, diagnostics := server.Change(typeName, server.None(typeName), config)
	acctest.NoErrors(t, diagnostics)
	if warnings := acctest.Warnings(diagnostics); len(warnings) != 1 || warnings[0].Summary != contact.SummaryUnread || !strings.Contains(warnings[0].Detail, "HTTP 503") {
		t.Errorf("the warnings are:\n%s", acctest.Texts(warnings))
	}
	sim.Faults.Clear()
	refreshed, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	if !refreshed.Value.Equal(state.Value) {
		t.Errorf("the state was %v and is %v", acctest.Plain(state.Value), acctest.Plain(refreshed.Value))
	}
}

// One bad answer to the look for a contact that was just added does not lose
// it.
func TestCreateSurvivesABadLook(t *testing.T) {
	for name, fault := range map[string]traffic.Fault{
		"a page with HTTP 404": {Operation: "find", Kind: traffic.Replace, Status: 404, Body: "<html>not here</html>", Skip: 1},
		"half a row":           {Operation: "find", Kind: traffic.Replace, Body: "\"subscriber_id\",\"email", Skip: 1},
	} {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			sim.Faults.Add(fault)
			state := server.Created(typeName, jane(nil))
			if held := sim.WhatCounts.Contacts(acctest.Realm); len(held) != 1 || state.Attribute("subscriber_id") != held[0].ID || sim.Log.Count("sub") != 1 {
				t.Errorf("not one contact on both sides:\n%s", sim.Dump())
			}
		})
	}
}

// A service that shows writes late loses nothing.
func TestStaleReads(t *testing.T) {
	sim := acctest.Simulator(t, "wc-stale-reads")
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for _, policy := range []string{"delete", "delete_without_optout"} {
		state := server.Created(typeName, jane(map[string]any{"deletion_policy": policy, "force_sub": true}))
		changed, diagnostics := server.Change(typeName, state, jane(map[string]any{"deletion_policy": policy, "force_sub": true, "last_name": "Doe"}))
		acctest.NoErrors(t, diagnostics)
		left, diagnostics := server.Change(typeName, changed, nil)
		acctest.NoErrors(t, diagnostics)
		if left.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 {
			t.Fatalf("%s: the contact is left:\n%s", policy, sim.Dump())
		}
	}
	// Destroyed right after it was made, by another process.
	state := server.Created(typeName, jane(map[string]any{"force_sub": true}))
	_, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) != 0 {
		t.Errorf("the contact is left:\n%s", sim.Dump())
	}
}
