package contact_test

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// A thousand contacts take few requests and little room in the state.
func TestSetOfAThousand(t *testing.T) {
	t.Parallel()
	const number = 1000
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	requests := func(what string, most int, do func()) {
		t.Helper()
		before := sim.Log.Len()
		do()
		if sent := sim.Log.Len() - before; sent > most {
			counts := map[string]int{}
			for _, entry := range sim.Log.Since(before) {
				counts[entry.Operation]++
			}
			t.Errorf("%s takes %d requests: %v", what, sent, counts)
		}
	}
	config := newsletter(people(number), nil)
	var state acctest.State
	requests("to add them", number*105/100, func() { state = server.Created(setName, config) })
	again := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	requests("a refresh after that", 9, func() { state = settled(t, again, state, config) })
	requests("another refresh", 9, func() { state = settled(t, server, state, config) })
	held := base64.StdEncoding.EncodedLen(len(state.Private))
	for _, name := range []string{"subscriber_ids", "opted_out", "subscription_drift"} {
		held += len(state.Attribute(name).(string))
	}
	if held > 60*number {
		t.Errorf("beside the contacts, the state has %d bytes for each", held/number)
	}
	changed := people(number)
	changed["p500"]["company"] = "Other"
	requests("to change one", 8, func() {
		var diagnostics any
		state, diagnostics = server.Change(setName, state, newsletter(changed, nil))
		_ = diagnostics
	})
	sim.Clock.Advance(time.Minute)
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, idOf(t, state, "p7"), func(c *simulated.Contact) { c.Fields["company"] = "Drift" }))
	requests("a refresh that finds one changed, and asks again so soon after a write", 30, func() {
		state, _ = again.Refresh(setName, state)
		if company := rowsOf(t, state)["p7"]["company"]; company != "Drift" {
			t.Errorf("the change does not show: %v", company)
		}
	})
	requests("to delete them", 20, func() {
		_, diagnostics := server.Change(setName, state, nil)
		acctest.NoErrors(t, diagnostics)
	})
	if left := len(sim.WhatCounts.Contacts(acctest.Realm)); left != 0 {
		t.Errorf("%d are left", left)
	}
}

// Whatever the report of changes is like, a change by others is found.
func TestSetUnderEveryReport(t *testing.T) {
	for _, dialect := range []string{"wc-update-report-unknown", "wc-update-report-undated", "wc-update-report-pages", "wc-update-report-zone", "wc-stale-reads"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, dialect)
			config := newsletter(people(30), nil)
			state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(setName, config)
			for round := range 3 {
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				state = settled(t, server, state, config)
				sim.Clock.Advance(time.Hour)
				key := fmt.Sprintf("p%d", round+1)
				must(t, sim.WhatCounts.ChangeContact(acctest.Realm, idOf(t, state, key), func(c *simulated.Contact) { c.Fields["company"] = "Other" }))
				for range 3 { // a service that is behind shows it later
					refreshed, diagnostics := server.Refresh(setName, state)
					acctest.NoErrors(t, diagnostics)
					state = refreshed
				}
				if company := rowsOf(t, state)[key]["company"]; company != "Other" {
					t.Errorf("round %d: the company is %v", round, company)
				}
				changed, diagnostics := server.Change(setName, state, config)
				acctest.NoErrors(t, diagnostics)
				state = changed
			}
			expectRows(t, sim, state, people(30))
		})
	}
}

// In a realm with customer keys, a key says who the contact is.
func TestSetInKeyedRealm(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
	keyed := rows{}
	for i := range 5 {
		keyed[fmt.Sprintf("k%d", i)] = map[string]any{"email": fmt.Sprintf("p%d@example.com", i/2), "customer_key": fmt.Sprintf("%d", i), "first_name": "Jane"}
	}
	settings := map[string]any{"deletion_policy": "delete_without_optout", "subscriptions": []any{subscription(50)}}
	config := newsletter(keyed, settings)
	state := settled(t, server, server.Created(setName, config), config)
	acctest.OneError(t, server.Plan(setName, state, newsletter(rows{"k0": {"email": "p0@example.com"}}, settings)).Diagnostics, contact.SummaryCustomerKey, `"k0"`)
	acctest.ExpectSilence(t, sim, func() {
		renamed, diagnostics := server.Change(setName, state, newsletter(keyed.with(rows{"k3": nil, "new": keyed["k3"]}), settings))
		acctest.NoErrors(t, diagnostics)
		if idOf(t, renamed, "new") != idOf(t, state, "k3") {
			t.Error("a key that changed has another id")
		}
	})
	another := keyed.with(rows{"k4": {"email": "p2@example.com", "customer_key": "new", "first_name": "Jane"}})
	state, diagnostics := server.Change(setName, state, newsletter(another, settings))
	acctest.NoErrors(t, diagnostics)
	if warnings := acctest.Warnings(diagnostics); len(warnings) != 1 || warnings[0].Summary != contact.SummaryLeavesNoOptout {
		t.Errorf("warned of %s", acctest.Texts(warnings))
	}
	if stored := sim.WhatCounts.Contacts(acctest.KeyedRealm); len(stored) != 5 || stored[4].CustomerKey != "new" {
		t.Errorf("stored are %v", stored)
	}
	_, diagnostics = server.Change(setName, state, nil)
	acctest.NoErrors(t, diagnostics)
}

// What only the apply will tell is told of by the plan, and can be applied.
func TestSetNotKnownYet(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	unknown := map[string]any{"contacts": acctest.Unknown, "subscriptions": []any{subscription(5)}}
	planned := server.Plan(setName, server.None(setName), unknown)
	acctest.NoErrors(t, planned.Diagnostics)
	state := server.Created(setName, newsletter(people(2), nil))
	planned = server.Plan(setName, state, unknown)
	acctest.NoErrors(t, planned.Diagnostics)
	if warnings := acctest.Warnings(planned.Diagnostics); len(warnings) != 1 || warnings[0].Summary != contact.SummaryRowsUnknown || planned.State.Attribute("contact_count") != acctest.Unknown {
		t.Errorf("warned of %s", acctest.Texts(warnings))
	}
}

// A replacement that somebody asks for deletes everybody, and is refused where
// the opt-outs would stand in its way.
func TestSetReplacement(t *testing.T) {
	for policy, refused := range map[string]bool{"delete": true, "delete_without_optout": false} {
		t.Run(policy, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := newsletter(people(12), map[string]any{"deletion_policy": policy})
			state := server.Created(setName, config)
			state, diagnostics := server.Refresh(setName, state)
			acctest.NoErrors(t, diagnostics)
			first := server.Plan(setName, state, config)
			second := server.PlanSuccessor(setName, first, config)
			if refused {
				acctest.OneError(t, second.Diagnostics, contact.SummaryReplacement)
				return
			}
			acctest.NoErrors(t, second.Diagnostics)
			end := acctest.Planned{State: acctest.State{Value: server.None(setName).Value, Private: second.State.Private}, Config: server.None(setName).Value}
			gone, diagnostics := server.Apply(setName, state, end)
			acctest.NoErrors(t, diagnostics)
			if gone.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 {
				t.Error("not everybody was deleted")
			}
			made := server.Created(setName, config)
			expectRows(t, sim, made, people(12))
		})
	}
}
