package contact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// idOf is the subscriber id of a row.
func idOf(t *testing.T, state acctest.State, key string) int64 {
	t.Helper()
	return int64(attributeOf(t, state, "subscriber_ids")[key].(float64))
}

// What others change shows row by row, and the next apply puts it right.
func TestSetDrift(t *testing.T) {
	for name, drift := range map[string]struct {
		change func(*simulated.Contact)
		shows  map[string]any // in the row of p2
		lists  map[string]any // in subscription_drift
	}{
		"a value":                 {func(c *simulated.Contact) { c.Fields["company"] = "Other" }, map[string]any{"company": "Other"}, nil},
		"a value is gone":         {func(c *simulated.Contact) { delete(c.Fields, "company") }, map[string]any{"company": ""}, nil},
		"a custom field":          {func(c *simulated.Contact) { c.Custom["plan"] = "iron" }, map[string]any{"custom_plan": "iron"}, nil},
		"the address":             {func(c *simulated.Contact) { c.Email = "new@example.com" }, map[string]any{"email": "new@example.com"}, nil},
		"the first name":          {func(c *simulated.Contact) { c.First = "Joan" }, map[string]any{"first_name": "Joan"}, nil},
		"what is not managed":     {func(c *simulated.Contact) { c.Fields["city"] = "Sydney" }, nil, nil},
		"the case of the address": {func(c *simulated.Contact) { c.Email = "P2@Example.com" }, nil, nil},
		"a subscription":          {func(c *simulated.Contact) { c.Subscriptions = nil }, nil, map[string]any{"5": "none"}},
		"the format":              {func(c *simulated.Contact) { c.Subscriptions[0].Format = 1 }, nil, map[string]any{"5": "text"}},
		"a list that is not named": {func(c *simulated.Contact) {
			c.Subscriptions = append(c.Subscriptions, simulated.Subscription{ListID: 6, Format: 2})
		}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			wanted := people(3)
			wanted["p2"]["custom_plan"] = "gold"
			config := newsletter(wanted, nil)
			state := settled(t, server, server.Created(setName, config), config)
			id := idOf(t, state, "p2")
			sim.Clock.Advance(time.Minute) // the report of changes tells seconds apart
			must(t, sim.WhatCounts.ChangeContact(acctest.Realm, id, drift.change))
			state, diagnostics := server.Refresh(setName, state)
			acctest.NoErrors(t, diagnostics)
			shown := rowsOf(t, state)
			for column, value := range people(3).with(rows{"p2": wanted["p2"]})["p2"] {
				want := value
				if changed, isChanged := drift.shows[column]; isChanged {
					want = changed
				}
				if shown["p2"][column] != want {
					t.Errorf("%s is %v in state, not %v", column, shown["p2"][column], want)
				}
			}
			if lists := attributeOf(t, state, "subscription_drift"); fmt.Sprint(lists["p2"]) != fmt.Sprint(any(drift.lists)) && len(drift.lists)+len(lists) > 0 {
				t.Errorf("the subscriptions differ by %v", lists)
			}
			if drift.shows == nil && drift.lists == nil {
				server.ExpectNoChange(setName, state, config)
				return
			}
			state, diagnostics = server.Change(setName, state, config)
			acctest.NoErrors(t, diagnostics)
			expectRows(t, sim, state, wanted)
			for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
				if !isOn(held, 5) || held.Subscriptions[0].Format != 2 || held.Fields["company"] == "Other" {
					t.Errorf("%+v", held)
				}
			}
			settled(t, server, state, config)
		})
	}
}

// A row leaves the state when the contact is recognisably gone, and only then.
func TestSetRowIsGone(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(setName, newsletter(people(3), nil))
	must(t, sim.WhatCounts.RemoveContact(acctest.Realm, idOf(t, state, "p2")))
	state, diagnostics := server.Refresh(setName, state)
	acctest.NoErrors(t, diagnostics)
	expectRows(t, sim, state, people(3).with(rows{"p2": nil}))
	state, diagnostics = server.Change(setName, state, newsletter(people(3), nil))
	acctest.NoErrors(t, diagnostics)
	expectRows(t, sim, state, people(3))
	// All of them.
	for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
		must(t, sim.WhatCounts.RemoveContact(acctest.Realm, held.ID))
	}
	_, diagnostics = server.Change(setName, state, nil)
	acctest.NoErrors(t, diagnostics)
}

// Recipients who have opted out are told, and stay as they are.
func TestSetOptouts(t *testing.T) {
	for name, list := range map[string]int64{"of the list": 5, "globally": 0} {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			config := newsletter(people(15), nil)
			state := server.Created(setName, config)
			for i := range 12 {
				must(t, sim.WhatCounts.OptOut(acctest.Realm, fmt.Sprintf("p%d@example.com", i+1), list))
			}
			state, diagnostics := server.Refresh(setName, state)
			acctest.NoErrors(t, diagnostics)
			warnings := acctest.Warnings(diagnostics)
			if len(warnings) != 1 || warnings[0].Summary != contact.SummaryGivenUp || !strings.Contains(warnings[0].Detail, "12 contacts") || !strings.Contains(warnings[0].Detail, "and 2 more") {
				t.Errorf("warned of %s", acctest.Texts(warnings))
			}
			if optedOut := attributeOf(t, state, "opted_out"); len(optedOut) != 12 || fmt.Sprint(optedOut["p1"]) != "[5]" {
				t.Errorf("opted out are %v", optedOut)
			}
			server.ExpectNoChange(setName, state, config)
			// Everything else about them can be changed.
			changed := people(15)
			changed["p1"]["company"] = "Other"
			changed["p15"]["company"] = "Other"
			state, diagnostics = server.Change(setName, state, newsletter(changed, nil))
			acctest.NoErrors(t, diagnostics)
			expectRows(t, sim, state, changed)
			state = settled(t, server, state, newsletter(changed, nil))
			for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
				if held.Email == "p1@example.com" && (isOn(held, 5) || held.Fields["company"] != "Other") {
					t.Errorf("%+v", held)
				}
			}
			state, diagnostics = server.Change(setName, state, newsletter(people(15).with(rows{"p1": nil}), nil))
			acctest.NoErrors(t, diagnostics)
			if optedOut := attributeOf(t, state, "opted_out"); len(optedOut) != 11 {
				t.Errorf("opted out are %v", optedOut)
			}
		})
	}
}

// Somebody who takes the address and the name of a contact after the refresh is
// not deleted in its place, whether or not the set was written in between.
func TestSetSuccessorOfARowStays(t *testing.T) {
	t.Parallel()
	for name, isWritten := range map[string]bool{"right after the refresh": false, "after a write": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			wanted := people(25) // as many as are looked at by pages
			config := newsletter(wanted, nil)
			state := settled(t, server, server.Created(setName, config), config)
			if isWritten {
				wanted["p1"]["company"] = "Other"
				var diagnostics []*tfprotov6.Diagnostic
				state, diagnostics = server.Change(setName, state, newsletter(wanted, nil))
				acctest.NoErrors(t, diagnostics)
			}
			must(t, sim.WhatCounts.ChangeContact(acctest.Realm, idOf(t, state, "p2"), func(c *simulated.Contact) { c.Email = "moved@example.com" }))
			successor, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: "p2@example.com", First: "Jane", Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}}})
			must(t, err)
			_, diagnostics := server.Change(setName, state, nil)
			if _, isThere := sim.WhatCounts.Contact(acctest.Realm, successor.ID); !isThere || len(acctest.Errors(diagnostics)) != 1 {
				t.Errorf("the successor is there: %t\n%s", isThere, acctest.Texts(diagnostics))
			}
			if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) != 2 {
				t.Errorf("left are %v", left)
			}
		})
	}
}
