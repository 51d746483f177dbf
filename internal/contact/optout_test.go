package contact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
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
				expectPending(t, diagnostics, 1)
			}

			state, diagnostics = server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			expectPending(t, diagnostics, 1)
			server.ExpectNoChange(typeName, state, config)

			must(t, sim.WhatCounts.Confirm(acctest.Realm, "jane@example.com", 8))
			state, diagnostics = server.Refresh(typeName, state)
			expectPending(t, diagnostics, 0)
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

// Where nothing but a missing subscription tells that a list asks for
// confirmation, only a recipient who has not opted out may still give it. What is
// not known about that changes nothing. A list that is known to ask is waited for
// in any case. The list stays in state either way.
func TestPendingSubscriptionEndsWithAnOptout(t *testing.T) {
	for name, test := range map[string]struct {
		optout func(*simulator.Simulator) error
		waits  bool
	}{
		"of the list": {func(sim *simulator.Simulator) error {
			return sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 8)
		}, false},
		"globally": {func(sim *simulator.Simulator) error {
			return sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 0)
		}, false},
		"of another list": {func(sim *simulator.Simulator) error {
			return sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 6)
		}, true},
		"by somebody else": {func(sim *simulator.Simulator) error {
			return sim.WhatCounts.OptOut(acctest.Realm, "john@example.com", 8)
		}, true},
		"which is not told": {func(sim *simulator.Simulator) error {
			for _, query := range []string{"show_opt", "show_optglobal"} {
				sim.Faults.Add(traffic.Fault{Operation: query, Kind: traffic.Replace, Body: "FAILURE: not allowed", Count: -1})
			}
			return nil
		}, true},
	} {
		for _, dialect := range []string{"", "wc-sub-pending-counted"} {
			t.Run(name+" "+dialect, func(t *testing.T) {
				sim := acctest.Simulator(t, oneOrNone(dialect)...)
				config := jane(map[string]any{"subscriptions": []any{subscription(8)}})
				state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, config)
				must(t, test.optout(sim))
				// Another run, since opt-outs are asked for once in each.
				state, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Refresh(typeName, state)
				acctest.NoErrors(t, diagnostics)
				if test.waits || dialect == "" {
					expectPending(t, diagnostics, 1)
					expectOptedOut(t, state)
				} else {
					expectPending(t, diagnostics, 0)
					expectOptedOut(t, state, 8)
				}
				if len(state.Attribute("subscriptions").([]any)) != 1 {
					t.Error("the subscription left state")
				}
			})
		}
	}
}

// A subscription that ended right after it was made is drift, also where it is
// not the first of several. Where the recipient opted out of it before the
// create was over, that is told.
func TestSubscriptionThatEndedAtOnce(t *testing.T) {
	for _, list := range []int64{5, 6} {
		for name, end := range map[string]func(*simulator.Simulator) error{
			"unsubscribed": func(sim *simulator.Simulator) error { return sim.WhatCounts.Unsubscribe(acctest.Realm, 1001, list) },
			"opted out": func(sim *simulator.Simulator) error {
				return sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", list)
			},
		} {
			t.Run(fmt.Sprintf("list %d, %s", list, name), func(t *testing.T) {
				sim := acctest.Simulator(t)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				if name == "opted out" {
					// Between the subscribes and the look at the end.
					sim.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.Act, Skip: 1, Do: func() { must(t, end(sim)) }})
				}
				state, diagnostics := server.Change(typeName, server.None(typeName), jane(map[string]any{"subscriptions": []any{subscription(5), subscription(6)}}))
				acctest.NoErrors(t, diagnostics)
				expectPending(t, diagnostics, 0)
				if name != "opted out" {
					must(t, end(sim))
				}
				state, diagnostics = server.Refresh(typeName, state)
				acctest.NoErrors(t, diagnostics)
				expectPending(t, diagnostics, 0)
				if name == "opted out" {
					expectOptedOut(t, state, list)
				} else if len(state.Attribute("subscriptions").([]any)) != 1 {
					t.Errorf("that list %d was left does not show", list)
				}
			})
		}
	}
}

// expectPending fails the test unless so many subscriptions are told to wait for
// confirmation.
func expectPending(t *testing.T, diagnostics []*tfprotov6.Diagnostic, count int) {
	t.Helper()
	found := 0
	for _, d := range acctest.Warnings(diagnostics) {
		if d.Summary == contact.SummaryPending {
			found++
		}
	}
	if found != count {
		t.Errorf("%d subscriptions wait for confirmation, not %d:\n%s", found, count, acctest.Texts(diagnostics))
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
