package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// A first name that Terraform does not manage does not lock the contact.
func TestUnmanagedFirstName(t *testing.T) {
	for _, policy := range []string{"delete", "delete_without_optout", "unsubscribe"} {
		t.Run(policy, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := map[string]any{"email": "jane@example.com", "subscriptions": []any{subscription(5)}, "deletion_policy": policy}
			state := server.Created(typeName, config)
			must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) { c.First = "Jane" }))
			state, diagnostics := server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			config["last_name"] = "Doe"
			state, diagnostics = server.Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)
			if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); held.First != "Jane" || held.Fields["last"] != "Doe" {
				t.Errorf("unexpected contact: %+v", held)
			}
			_, diagnostics = server.Change(typeName, state, nil)
			acctest.NoErrors(t, diagnostics)
		})
	}
}

// A subscription that waits for confirmation does not keep other changes out.
func TestUpdateBesideAPendingSubscription(t *testing.T) {
	for _, dialect := range []string{"", "wc-sub-pending-counted"} {
		t.Run(dialect, func(t *testing.T) {
			sim := acctest.Simulator(t, oneOrNone(dialect)...)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := jane(map[string]any{"subscriptions": []any{subscription(5), subscription(8)}})
			state := server.Created(typeName, config)
			state, diagnostics := server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			config["last_name"] = "Doe"
			state, diagnostics = server.Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)
			if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); held.Fields["last"] != "Doe" {
				t.Errorf("unexpected contact: %+v", held)
			}
			server.ExpectNoChange(typeName, state, config)
		})
	}
}

// What an update did before it failed is in state, so that the next plan shows
// the rest of it and nothing is left behind unseen.
func TestUpdateThatFailsHalfWay(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, jane(nil))
	sim.Faults.Add(traffic.Fault{Operation: "update", Kind: traffic.Replace, Body: "FAILURE: not today", Count: -1})
	left, diagnostics := server.Change(typeName, state, jane(map[string]any{
		"email": "jane.doe@example.com", "last_name": "Doe", "subscriptions": []any{subscription(5), subscription(6)},
	}))
	acctest.OneError(t, diagnostics, contact.SummaryNotUpdated, "Not today")
	held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001)
	if left.Attribute("email") != held.Email || len(left.Attribute("subscriptions").([]any)) != len(held.Subscriptions) || left.Attribute("last_name") != held.Fields["last"] {
		t.Errorf("state holds %v, WhatCounts %+v", acctest.Plain(left.Value), held)
	}
}

// An empty text is a value: what WhatCounts holds there is cleared.
func TestEmptyTextClears(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, jane(nil))
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) { c.Fields = map[string]string{"last": "Outside"} }))
	_, diagnostics := server.Change(typeName, state, jane(map[string]any{"last_name": ""}))
	acctest.NoErrors(t, diagnostics)
	if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); held.Fields["last"] != "" {
		t.Errorf("last_name is still %q", held.Fields["last"])
	}
}

// A replacement never deletes for what is not known yet, nor under a policy
// that has not been applied.
func TestReplacementHasToBeKnown(t *testing.T) {
	_, server := keyed(t)
	state := server.Created(typeName, keyedConfig("1", "jane@example.com"))
	config := keyedConfig("2", "jane@example.com")
	config["force_sub"] = acctest.Unknown
	acctest.OneError(t, server.Plan(typeName, state, config).Diagnostics, contact.SummaryReplacement, "force_sub")
	config = keyedConfig(acctest.Unknown, "jane@example.com")
	config["force_sub"] = true
	acctest.OneError(t, server.Plan(typeName, state, config).Diagnostics, deletion.SummaryNotKnown, "customer_key")
	config = keyedConfig("2", "jane@example.com")
	config["deletion_policy"] = "abandon"
	acctest.OneError(t, server.Plan(typeName, state, config).Diagnostics, deletion.SummaryPolicyFirst, "deletion_policy")
}

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
			sim.Faults.Add(traffic.Fault{Operation: operation, Kind: traffic.StatusBefore, Status: 502, Count: -1})
		}
	}
	sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.StatusBefore, Status: 502, Count: -1})
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
