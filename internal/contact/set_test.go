package contact_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const setName = "reach_contacts"

// rows are contacts of a set, by key.
type rows map[string]map[string]any

func (r rows) json() string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// with is the same with some rows added, replaced or, where nil, taken out.
func (r rows) with(changes rows) rows {
	changed := maps.Clone(r)
	for key, row := range changes {
		if row == nil {
			delete(changed, key)
		} else {
			changed[key] = row
		}
	}
	return changed
}

// people are so many contacts, under p1, p2, ….
func people(number int) rows {
	all := rows{}
	for i := range number {
		all[fmt.Sprintf("p%d", i+1)] = map[string]any{"email": fmt.Sprintf("p%d@example.com", i+1), "first_name": "Jane", "company": fmt.Sprintf("Company %d", i+1)}
	}
	return all
}

// newsletter is a configuration of a set, with changes.
func newsletter(of rows, changes map[string]any) map[string]any {
	config := map[string]any{"contacts": of.json(), "subscriptions": []any{subscription(5)}}
	maps.Copy(config, changes)
	return config
}

// rowsOf are the rows in state.
func rowsOf(t *testing.T, state acctest.State) rows {
	t.Helper()
	var held rows
	must(t, json.Unmarshal([]byte(state.Attribute("contacts").(string)), &held))
	return held
}

// attributeOf is a JSON attribute of a state.
func attributeOf(t *testing.T, state acctest.State, name string) map[string]any {
	t.Helper()
	var held map[string]any
	must(t, json.Unmarshal([]byte(state.Attribute(name).(string)), &held))
	return held
}

// expectRows fails the test unless the state has these rows, an id of each, and
// WhatCounts holds exactly them.
func expectRows(t *testing.T, sim *simulator.Simulator, state acctest.State, want rows) {
	t.Helper()
	if held := rowsOf(t, state); !reflect.DeepEqual(held, want) {
		t.Errorf("in state are\n%v, not\n%v", held, want)
	}
	ids := attributeOf(t, state, "subscriber_ids")
	if state.Attribute("contact_count") != int64(len(want)) || len(ids) != len(want) {
		t.Errorf("%v contacts are counted, with the ids %v", state.Attribute("contact_count"), ids)
	}
	stored := sim.WhatCounts.Contacts(acctest.Realm)
	if len(stored) != len(want) {
		t.Errorf("WhatCounts holds %d contacts, not %d", len(stored), len(want))
	}
	for key, row := range want {
		i := slices.IndexFunc(stored, func(c simulated.Contact) bool { return float64(c.ID) == ids[key] })
		if i < 0 || !strings.EqualFold(stored[i].Email, row["email"].(string)) || stored[i].First != row["first_name"] {
			t.Errorf("%s is not contact %v of WhatCounts", key, ids[key])
		}
	}
}

// settled refreshes a set and fails the test unless nothing is planned for it.
func settled(t *testing.T, server *acctest.Server, state acctest.State, config map[string]any) acctest.State {
	t.Helper()
	refreshed, diagnostics := server.Refresh(setName, state)
	acctest.NoErrors(t, diagnostics)
	server.ExpectNoChange(setName, refreshed, config)
	return refreshed
}

func TestSetLifecycle(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	first := people(5)
	config := newsletter(first, nil)
	state := server.Created(setName, config)
	expectRows(t, sim, state, first)
	state = settled(t, server, state, config)

	second := first.with(rows{
		"p1": nil,
		"p2": {"email": "p2@example.com", "first_name": "Jane", "company": "Other"},
		"p6": {"email": "p6@example.com", "first_name": "Joan", "custom_plan": "gold", "zip": "0800"},
	})
	config = newsletter(second, map[string]any{"subscriptions": []any{subscription(5), subscription(6)}})
	state, diagnostics := server.Change(setName, state, config)
	acctest.NoErrors(t, diagnostics)
	expectRows(t, sim, state, second)
	if warnings := acctest.Warnings(diagnostics); len(warnings) != 1 || warnings[0].Summary != contact.SummaryLeavesOptout || !strings.Contains(warnings[0].Detail, "p1@example.com") {
		t.Errorf("warned of %s", acctest.Texts(warnings))
	}
	for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
		if !isOn(held, 5) || !isOn(held, 6) {
			t.Errorf("%s is not on both lists", held.Email)
		}
	}
	state = settled(t, server, state, config)

	state, diagnostics = server.Change(setName, state, nil)
	acctest.NoErrors(t, diagnostics)
	if state.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 {
		t.Errorf("something is left:\n%s", sim.Dump())
	}
}

// What the end of a set, and of one row of it, does under each policy.
func TestSetDeletionPolicies(t *testing.T) {
	for policy, want := range map[string]struct {
		contacts, optouts int
		warning           string
	}{
		"delete":                {0, 2, contact.SummaryLeavesOptout},
		"delete_without_optout": {0, 0, contact.SummaryLeavesNoOptout},
		"unsubscribe":           {2, 0, ""},
		"abandon":               {2, 0, ""},
		"prevent":               {2, 0, ""},
	} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(setName, newsletter(people(2), map[string]any{"deletion_policy": policy}))
			for i, config := range []map[string]any{newsletter(people(1), map[string]any{"deletion_policy": policy}), nil} {
				changed, diagnostics := server.Change(setName, state, config)
				if policy == "prevent" {
					acctest.OneError(t, diagnostics, deletion.SummaryPrevented, "deletion_policy in state")
					continue
				}
				acctest.NoErrors(t, diagnostics)
				if warnings := acctest.Warnings(diagnostics); want.warning != "" && (len(warnings) != 1 || warnings[0].Summary != want.warning) || want.warning == "" && len(warnings) > 0 {
					t.Errorf("step %d warned of %s", i, acctest.Texts(warnings))
				}
				state = changed
			}
			held := sim.WhatCounts.Contacts(acctest.Realm)
			if len(held) != want.contacts || len(sim.WhatCounts.Optouts(acctest.Realm)) != want.optouts {
				t.Errorf("left behind is\n%s", sim.Dump())
			}
			for _, c := range held {
				if isOn(c, 5) == (policy == "unsubscribe") {
					t.Errorf("%s: %v", c.Email, c.Subscriptions)
				}
			}
		})
	}
}

// isOn reports whether a contact is on a list.
func isOn(c simulated.Contact, list int64) bool {
	return slices.ContainsFunc(c.Subscriptions, func(s simulated.Subscription) bool { return s.ListID == list })
}
