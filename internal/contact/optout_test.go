package contact_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
)

// After a delete an ordinary create is refused and says what to do; force_sub
// passes.
func TestAddingAgain(t *testing.T) {
	for _, dialects := range [][]string{{}, {"wc-sub-optout-success"}, {"wc-sub-optout-uncounted"}, {"wc-sub-text-older"}, {"wc-sub-text-short"}, {"wc-force-sub-keeps-optout"}, {"wc-force-sub-list-only"}} {
		t.Run(strings.Join(dialects, ","), func(t *testing.T) {
			sim := acctest.Simulator(t, dialects...)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(typeName, jane(nil))
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
			state := server.Created(typeName, config)
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
	state := server.Created(typeName, jane(nil))
	must(t, sim.WhatCounts.Unsubscribe(acctest.Realm, sim.WhatCounts.Contacts(acctest.Realm)[0].ID, 5))
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, state, jane(nil))
	acctest.NoErrors(t, diagnostics)
	if len(sim.WhatCounts.Contacts(acctest.Realm)[0].Subscriptions) != 1 {
		t.Error("the subscription was not put back")
	}
}

// A subscription that waits for the recipient is told, stays in state, and is
// not asked for again and again.
func TestDoubleOptIn(t *testing.T) {
	for _, dialect := range []string{"", "wc-sub-pending-counted", "wc-sub-text-older"} {
		t.Run(dialect, func(t *testing.T) {
			sim := acctest.Simulator(t, oneOrNone(dialect)...)
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
			server.ExpectNoChange(typeName, state, config)

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

// Every address is there once, in the set of the provider's own type.
func TestOptoutsOfAWholeRealm(t *testing.T) {
	t.Parallel()
	const many = 3000
	sim := acctest.Simulator(t)
	must(t, sim.WhatCounts.AddOptouts(acctest.Realm, many, "person%d@test.example.com"))
	found, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Look("reach_optouts", map[string]any{})
	acctest.NoErrors(t, diagnostics)
	if emails := found["emails"].([]any); len(emails) != many {
		t.Errorf("%d addresses", len(emails))
	}
}
