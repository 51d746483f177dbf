package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// unread is an update after which the contact cannot be read.
func unread(t *testing.T, written bool, before func(*simulator.Simulator)) (*simulator.Simulator, *acctest.Server, acctest.State) {
	t.Helper()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	// A custom field without a value is as little managed as one that is not named.
	state := server.Created(typeName, jane(map[string]any{"custom_fields": map[string]any{"plan": nil}}))
	before(sim)
	if !written {
		for _, operation := range []string{"sub", "update"} {
			sim.Faults.Add(ledger.Fault{Operation: operation, Kind: ledger.StatusBefore, Status: 502, Count: -1})
		}
	}
	sim.Faults.Add(ledger.Fault{Operation: "detail", Kind: ledger.StatusBefore, Status: 502, Count: -1})
	state, diagnostics := server.Change(typeName, state, jane(map[string]any{
		"last_name": "Doe", "custom_fields": map[string]any{"plan": "gold"}, "subscriptions": []any{subscription(5), subscription(6)},
	}))
	acctest.OneError(t, diagnostics, contact.SummaryNotUpdated, "502")
	sim.Faults.Clear()
	return sim, server, state
}

// What an update has written unseen is in state after the next refresh, and
// goes when the configuration gives it up.
func TestUnseenUpdateIsNotLost(t *testing.T) {
	sim, server, state := unread(t, true, func(*simulator.Simulator) {})
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	if state.Attribute("last_name") != "Doe" || state.Attribute("custom_fields") == nil || len(state.Attribute("subscriptions").([]any)) != 2 {
		t.Errorf("not everything that was written is in state: %v", acctest.Plain(state.Value))
	}
	_, diagnostics = server.Change(typeName, state, jane(nil))
	acctest.NoErrors(t, diagnostics)
	if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); held.Fields["last"] != "" || held.Custom["plan"] != "" || len(held.Subscriptions) != 1 {
		t.Errorf("the update that was given up is still there: %+v", held)
	}
}

// What it has not written stays somebody else's.
func TestUnseenUpdateTakesNothingOver(t *testing.T) {
	sim, server, state := unread(t, false, func(sim *simulator.Simulator) {
		must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) {
			c.Fields, c.Custom = map[string]string{"last": "Outside"}, map[string]string{"plan": "outside"}
		}))
	})
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	server.ExpectNoChange(typeName, state, jane(nil))
	if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); held.Fields["last"] != "Outside" || held.Custom["plan"] != "outside" {
		t.Errorf("the contact was changed: %+v", held)
	}
}

// The same change is made again without a refresh in between.
func TestUnseenUpdateIsRepeated(t *testing.T) {
	sim, server, state := unread(t, false, func(*simulator.Simulator) {})
	_, diagnostics := server.Change(typeName, state, jane(map[string]any{"last_name": "Doe"}))
	acctest.NoErrors(t, diagnostics)
	if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); held.Fields["last"] != "Doe" {
		t.Errorf("the change was not made: %+v", held)
	}
}
