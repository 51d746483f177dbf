package contact_test

import (
	"maps"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const typeName = "reach_contact"

func subscription(list int) map[string]any { return map[string]any{"list_id": list} }

// jane is a configuration, with changes.
func jane(changes map[string]any) map[string]any {
	config := map[string]any{
		"email":         "jane@example.com",
		"first_name":    "Jane",
		"subscriptions": []any{subscription(5)},
	}
	maps.Copy(config, changes)
	return config
}

func TestRequestsPerContact(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	var one, two acctest.State
	acctest.ExpectRequests(t, sim, func() { one = server.Created(typeName, jane(nil)) }, "find", "sub", "find")
	acctest.ExpectRequests(t, sim, func() {
		two = server.Created(typeName, jane(map[string]any{"first_name": "Joan", "subscriptions": []any{subscription(5), subscription(6), subscription(7)}}))
	}, "find", "sub", "sub", "sub", "find")
	acctest.ExpectRequests(t, sim, func() {
		refreshed, diagnostics := server.Refresh(typeName, one)
		acctest.NoErrors(t, diagnostics)
		one = refreshed
	}, "detail")
	acctest.ExpectRequests(t, sim, func() {
		_, diagnostics := server.Change(typeName, one, nil)
		acctest.NoErrors(t, diagnostics)
	}, "find", "delete", "detail")
	two, diagnostics := server.Change(typeName, two, jane(map[string]any{
		"first_name": "Joan", "deletion_policy": "delete_without_optout",
		"subscriptions": []any{subscription(5), subscription(6), subscription(7)},
	}))
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, two, nil)
	acctest.NoErrors(t, diagnostics)
	// Once in a run the provider looks whether this service leaves an opt-out.
	if sim.Log.Count("deletesubid") != 1 || sim.Log.Count("show_optglobal") != 1 {
		t.Errorf("unexpected requests: deletesubid %d, show_optglobal %d", sim.Log.Count("deletesubid"), sim.Log.Count("show_optglobal"))
	}
}

// Planning asks the service nothing, whatever is planned.
func TestPlanIsSilent(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, jane(nil))
	acctest.ExpectSilence(t, sim, func() {
		for _, config := range []map[string]any{jane(nil), jane(map[string]any{"email": "other@example.com"}), jane(map[string]any{"customer_key": "1"}), nil} {
			server.Plan(typeName, state, config)
			server.Plan(typeName, server.None(typeName), jane(nil))
		}
	})
}

func TestStateOnlyChangesAreSilent(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, jane(nil))
	acctest.ExpectSilence(t, sim, func() {
		changed, diagnostics := server.Change(typeName, state, jane(map[string]any{
			"force_sub": true, "override_confirmation": true, "deletion_policy": "abandon", "timeouts": map[string]any{"delete": "5m"},
		}))
		acctest.NoErrors(t, diagnostics)
		if changed.Attribute("deletion_policy") != "abandon" || changed.Attribute("force_sub") != true {
			t.Errorf("the state did not change: %v", acctest.Plain(changed.Value))
		}
	})
}

// What a destroy does under each policy, and what stays behind.
func TestDeletionPolicies(t *testing.T) {
	cases := map[string]struct {
		contacts, subscriptions, optouts, warnings int
		refused                                    string
	}{
		"delete":                {0, 0, 1, 1, ""},
		"delete_without_optout": {0, 0, 0, 1, ""},
		"unsubscribe":           {1, 1, 0, 0, ""}, // the subscription that Terraform does not manage stays
		"abandon":               {1, 3, 0, 0, ""},
		"prevent":               {1, 3, 0, 0, deletion.SummaryPrevented},
	}
	for policy, want := range cases {
		t.Run(policy, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(typeName, jane(map[string]any{"deletion_policy": policy, "subscriptions": []any{subscription(5), subscription(6)}}))
			held := sim.WhatCounts.Contacts(acctest.Realm)[0]
			must(t, sim.WhatCounts.ChangeContact(acctest.Realm, held.ID, func(c *simulated.Contact) {
				c.Subscriptions = append(c.Subscriptions, simulated.Subscription{ListID: 7, Format: 2})
			}))
			must(t, sim.WhatCounts.AddRow(acctest.Realm, "orders", simulated.RegularTable, held.ID, nil))
			must(t, sim.WhatCounts.AddRow(acctest.Realm, "visits", simulated.FlatTable, held.ID, nil))

			planned := server.Plan(typeName, state, nil)
			if got := len(acctest.Warnings(planned.Diagnostics)); got != want.warnings {
				t.Errorf("%d warnings, not %d:\n%s", got, want.warnings, acctest.Texts(planned.Diagnostics))
			}
			if want.refused != "" {
				acctest.OneError(t, planned.Diagnostics, want.refused, "jane@example.com", "deletion_policy")
				// -replace and taint reach Delete all the same.
				planned = acctest.Planned{State: server.None(typeName), Config: server.None(typeName).Value}
				left, diagnostics := server.Apply(typeName, state, planned)
				acctest.OneError(t, diagnostics, want.refused)
				if !left.Exists() {
					t.Error("the contact left state")
				}
			} else {
				left, diagnostics := server.Apply(typeName, state, planned)
				acctest.NoErrors(t, diagnostics)
				if left.Exists() {
					t.Error("the contact is still in state")
				}
			}
			contacts, subscriptions := sim.WhatCounts.Contacts(acctest.Realm), 0
			for _, c := range contacts {
				subscriptions += len(c.Subscriptions)
			}
			if len(contacts) != want.contacts || subscriptions != want.subscriptions || len(sim.WhatCounts.Optouts(acctest.Realm)) != want.optouts {
				t.Errorf("unexpected records:\n%s", sim.Dump())
			}
			if got := len(sim.WhatCounts.Rows(acctest.Realm, "orders")); got != want.contacts {
				t.Errorf("%d dependent rows", got)
			}
			if got := len(sim.WhatCounts.Rows(acctest.Realm, "visits")); got != 1 {
				t.Errorf("%d rows of the flat table", got)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A contact that is there already is neither changed nor adopted.
func TestExistingContactIsLeftAlone(t *testing.T) {
	sim := acctest.Simulator(t)
	held, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: "Jane@Example.com", First: "Jane", Fields: map[string]string{"last": "Smith"}})
	must(t, err)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	none, diagnostics := server.Change(typeName, server.None(typeName), jane(map[string]any{"last_name": "Doe"}))
	acctest.OneError(t, diagnostics, contact.SummaryExists, "import {", "reach_contact", "\"1001\"")
	if after, _ := sim.WhatCounts.Contact(acctest.Realm, held.ID); none.Exists() || after.Fields["last"] != "Smith" || len(after.Subscriptions) != 0 {
		t.Errorf("the contact was touched: %+v", after)
	}
}

func oneOrNone(dialect string) []string {
	if dialect == "" {
		return nil
	}
	return []string{dialect}
}

// When a further list refuses, the contact that was made is not lost, and its
// replacement does not end in an opt-out.
func TestPartlyCreated(t *testing.T) {
	sim := acctest.Simulator(t)
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 6))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	config := jane(map[string]any{"subscriptions": []any{subscription(5), subscription(6)}})
	state, diagnostics := server.Change(typeName, server.None(typeName), config)
	if len(sim.WhatCounts.Contacts(acctest.Realm)) == 0 {
		// Refused before anything was done is as good.
		acctest.OneError(t, diagnostics, contact.SummaryOptedOut, "list 6")
		return
	}
	acctest.OneError(t, diagnostics, contact.SummaryIncomplete, "list 6", "terraform untaint")
	if !state.Exists() || len(state.Attribute("subscriptions").([]any)) != 1 {
		t.Fatalf("the contact is not in state as it is: %v", acctest.Plain(state.Value))
	}
	// A destroy that is planned as such follows the policy, as its warning says.
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if left := sim.WhatCounts.Optouts(acctest.Realm); len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 || len(left) != 2 {
		t.Errorf("not the recipient's own opt-out and that of the delete are left: %v", left)
	}
}
