package contact_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
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

// created is a contact made through the provider.
func created(t *testing.T, server *acctest.Server, config map[string]any) acctest.State {
	t.Helper()
	state, diagnostics := server.Change(typeName, server.None(typeName), config)
	acctest.NoErrors(t, diagnostics)
	return state
}

func TestRequestsPerContact(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	var one, two acctest.State
	acctest.ExpectRequests(t, sim, func() { one = created(t, server, jane(nil)) }, "find", "sub", "find")
	acctest.ExpectRequests(t, sim, func() {
		two = created(t, server, jane(map[string]any{"first_name": "Joan", "subscriptions": []any{subscription(5), subscription(6), subscription(7)}}))
	}, "find", "sub", "find", "sub", "sub")
	acctest.ExpectRequests(t, sim, func() {
		refreshed, diagnostics := server.Refresh(typeName, one)
		acctest.NoErrors(t, diagnostics)
		one = refreshed
	}, "detail")
	acctest.ExpectRequests(t, sim, func() {
		_, diagnostics := server.Change(typeName, one, nil)
		acctest.NoErrors(t, diagnostics)
	}, "find", "delete")
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
	state := created(t, server, jane(nil))
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
	state := created(t, server, jane(nil))
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
		"prevent":               {1, 3, 0, 0, safeguard.SummaryPrevented},
	}
	for policy, want := range cases {
		t.Run(policy, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := created(t, server, jane(map[string]any{"deletion_policy": policy, "subscriptions": []any{subscription(5), subscription(6)}}))
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
				// -replace and a shrinking count reach Delete all the same.
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

// After a delete an ordinary create is refused and says what to do; force_sub
// passes.
func TestAddingAgain(t *testing.T) {
	for _, dialects := range [][]string{{}, {"wc-sub-optout-success"}, {"wc-sub-optout-uncounted"}, {"wc-sub-text-older"}, {"wc-sub-text-short"}, {"wc-force-sub-keeps-optout"}, {"wc-force-sub-list-only"}} {
		t.Run(strings.Join(dialects, ","), func(t *testing.T) {
			sim := acctest.Simulator(t, dialects...)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := created(t, server, jane(nil))
			_, diagnostics := server.Change(typeName, state, nil)
			acctest.NoErrors(t, diagnostics)

			none, diagnostics := server.Change(typeName, server.None(typeName), jane(nil))
			acctest.OneError(t, diagnostics, contact.SummaryOptedOut, "jane@example.com", "force_sub = true")
			if none.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 {
				t.Errorf("something was added:\n%s", sim.Dump())
			}

			again, diagnostics := server.Change(typeName, server.None(typeName), jane(map[string]any{"force_sub": true}))
			acctest.NoErrors(t, diagnostics)
			refreshed, diagnostics := server.Refresh(typeName, again)
			acctest.NoErrors(t, diagnostics)
			if !refreshed.Value.Equal(again.Value) {
				t.Errorf("the refresh differs: %v", acctest.Plain(refreshed.Value))
			}
		})
	}
}

// force_sub belongs to the create. A recipient who opts out later is never
// overridden, and the error says who opted out of what.
func TestLaterOptoutIsNeverOverridden(t *testing.T) {
	for name, list := range map[string]int64{"of the list": 5, "globally": 0} {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := jane(map[string]any{"force_sub": true, "last_name": "Doe"})
			state := created(t, server, config)
			must(t, sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", list))

			state, diagnostics := server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			if len(state.Attribute("subscriptions").([]any)) != 0 {
				t.Fatalf("the lost subscription does not show: %v", acctest.Plain(state.Value))
			}
			config["last_name"] = "Miller"
			_, diagnostics = server.Change(typeName, state, config)
			acctest.OneError(t, diagnostics, contact.SummaryOptedOut, "jane@example.com", "list 5")
			held := sim.WhatCounts.Contacts(acctest.Realm)[0]
			if len(held.Subscriptions) != 0 || held.Fields["last"] != "Doe" {
				t.Errorf("something was changed: %+v", held)
			}
			for _, entry := range sim.Log.Entries() {
				if _, forced := entry.Argument("force_sub"); forced && entry.Number > 10 {
					t.Errorf("force_sub was sent again: %v", entry)
				}
			}
		})
	}
}

// A subscription that went without an opt-out is ordinary drift.
func TestLostSubscriptionIsPutBack(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := created(t, server, jane(nil))
	must(t, sim.WhatCounts.Unsubscribe(acctest.Realm, sim.WhatCounts.Contacts(acctest.Realm)[0].ID, 5))
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, state, jane(nil))
	acctest.NoErrors(t, diagnostics)
	if len(sim.WhatCounts.Contacts(acctest.Realm)[0].Subscriptions) != 1 {
		t.Error("the subscription was not put back")
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

// A subscription that waits for the recipient is told, stays in state, and is
// not asked for again and again.
func TestDoubleOptIn(t *testing.T) {
	for _, dialect := range []string{"", "wc-sub-pending-counted", "wc-sub-text-older"} {
		t.Run(dialect, func(t *testing.T) {
			sim := acctest.Simulator(t, only1(dialect)...)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := jane(map[string]any{"subscriptions": []any{subscription(5), subscription(8)}})
			state, diagnostics := server.Change(typeName, server.None(typeName), config)
			acctest.NoErrors(t, diagnostics)
			if dialect != "wc-sub-pending-counted" {
				// There only a read can tell.
				expectWarning(t, diagnostics, contact.SummaryPending, 1)
			}

			state, diagnostics = server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			expectWarning(t, diagnostics, contact.SummaryPending, 1)
			planned := server.Plan(typeName, state, config)
			if !planned.State.Value.Equal(state.Value) {
				t.Error("the second plan is not empty")
			}

			must(t, sim.WhatCounts.Confirm(acctest.Realm, "jane@example.com", 8))
			state, diagnostics = server.Refresh(typeName, state)
			expectWarning(t, diagnostics, contact.SummaryPending, 0)
			// Confirmed and then given up is drift like any other.
			must(t, sim.WhatCounts.Unsubscribe(acctest.Realm, sim.WhatCounts.Contacts(acctest.Realm)[0].ID, 8))
			state, diagnostics = server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			if len(state.Attribute("subscriptions").([]any)) != 1 {
				t.Error("the lost subscription does not show")
			}
		})
	}
}

func only1(dialect string) []string {
	if dialect == "" {
		return nil
	}
	return []string{dialect}
}

func expectWarning(t *testing.T, diagnostics []*tfprotov6.Diagnostic, summary string, count int) {
	t.Helper()
	found := 0
	for _, d := range acctest.Warnings(diagnostics) {
		if d.Summary == summary {
			found++
		}
	}
	if found != count {
		t.Errorf("%d warnings %q, not %d:\n%s", found, summary, count, acctest.Texts(diagnostics))
	}
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
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if left := sim.WhatCounts.Optouts(acctest.Realm); len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 || len(left) != 1 {
		t.Errorf("not only the recipient's own opt-out is left: %v", left)
	}
}

// Identity is there after every call, and a change of case does not change it.
func TestIdentity(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := created(t, server, jane(nil))
	if state.Identity == nil {
		t.Fatal("no identity after create")
	}
	refreshed, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	changed, diagnostics := server.Change(typeName, refreshed, jane(map[string]any{"email": "JANE.DOE@example.com"}))
	acctest.NoErrors(t, diagnostics)
	imported, diagnostics := server.Import(typeName, "", map[string]any{"subscriber_id": state.Attribute("subscriber_id")})
	acctest.NoErrors(t, diagnostics)
	if imported.Attribute("email") != "JANE.DOE@example.com" {
		t.Errorf("imported %v", acctest.Plain(imported.Value))
	}
	must(t, sim.WhatCounts.RemoveContact(acctest.Realm, 1001))
	gone, diagnostics := server.Refresh(typeName, changed)
	acctest.NoErrors(t, diagnostics)
	if gone.Exists() {
		t.Error("a contact that is gone is still in state")
	}
	for name, s := range map[string]acctest.State{"refresh": refreshed, "update": changed, "import": imported, "refresh of a contact that is gone": gone} {
		if s.Identity == nil || string(s.Identity.IdentityData.MsgPack) != string(state.Identity.IdentityData.MsgPack) {
			t.Errorf("the identity is missing or another one after %s", name)
		}
	}
}

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
				state := created(t, server, jane(map[string]any{"deletion_policy": policy}))
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
		fault   ledger.Fault
		refused bool
	}{
		"a refusal with status 200":   {ledger.Fault{Operation: "delete", Kind: ledger.Replace, Body: "FAILURE: not today", Count: -1}, true},
		"an empty answer":             {ledger.Fault{Operation: "delete", Kind: ledger.Replace, Count: -1}, true},
		"an HTML page":                {ledger.Fault{Operation: "delete", Kind: ledger.Replace, Body: "<html>maintenance</html>", Count: -1}, true},
		"nobody deleted":              {ledger.Fault{Operation: "delete", Kind: ledger.Replace, Body: "SUCCESS: 1 record(s) processed. 0 users deleted", Count: -1}, true},
		"done, but the answer is cut": {ledger.Fault{Operation: "delete", Kind: ledger.CutAfter}, false},
		"done, but the answer is 500": {ledger.Fault{Operation: "delete", Kind: ledger.StatusAfter, Status: 500}, false},
		"not done, and 500 once":      {ledger.Fault{Operation: "delete", Kind: ledger.StatusBefore, Status: 500}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := created(t, server, jane(nil))
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
	for name, fault := range map[string]ledger.Fault{
		"done, but the answer is cut":   {Operation: "sub", Kind: ledger.CutAfter},
		"done, but the answer is 500":   {Operation: "sub", Kind: ledger.StatusAfter, Status: 500},
		"done, but the answer is empty": {Operation: "sub", Kind: ledger.EmptyAfter},
		"not done, and 503":             {Operation: "sub", Kind: ledger.StatusBefore, Status: 503},
	} {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			sim.Faults.Add(fault)
			state := created(t, server, jane(nil))
			if held := sim.WhatCounts.Contacts(acctest.Realm); len(held) != 1 || state.Attribute("subscriber_id") != held[0].ID {
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
		state := created(t, server, jane(map[string]any{"deletion_policy": policy, "force_sub": true}))
		changed, diagnostics := server.Change(typeName, state, jane(map[string]any{"deletion_policy": policy, "force_sub": true, "last_name": "Doe"}))
		acctest.NoErrors(t, diagnostics)
		left, diagnostics := server.Change(typeName, changed, nil)
		acctest.NoErrors(t, diagnostics)
		if left.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 {
			t.Fatalf("%s: the contact is left:\n%s", policy, sim.Dump())
		}
	}
	// Destroyed right after it was made, by another process.
	state := created(t, server, jane(map[string]any{"force_sub": true}))
	_, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) != 0 {
		t.Errorf("the contact is left:\n%s", sim.Dump())
	}
}

func keyed(t *testing.T, dialects ...string) (*simulator.Simulator, *acctest.Server) {
	t.Helper()
	sim := acctest.Simulator(t, dialects...)
	return sim, acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
}
