package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// block is a resource in a configuration.
type block struct {
	resource string
	config   map[string]any
}

// before and after are configurations of both resources with what they can
// hold: the records of the first are changed in place to those of the second.
var (
	before = []block{
		{"reach_communication", map[string]any{"type": "email", "value": "billing@example.com", "external_id": "EMAIL-001", "owner": map[string]any{"type": "biz_entity", "external_id": "BE-1"}}},
		{"reach_communication", map[string]any{"type": "phone", "value": "+61 2 0000 0000", "owner": map[string]any{"type": "person", "id": 7}}},
		{"reach_contact", map[string]any{
			"email": "jane@example.com", "first_name": "Jane", "last_name": "Doe", "city": "Sydney", "custom_fields": map[string]any{"plan": "gold"},
			"subscriptions": []any{map[string]any{"list_id": 5}, map[string]any{"list_id": 6, "format": "text"}},
		}},
		{"reach_contact", map[string]any{"email": "test@test.example.com", "subscriptions": []any{map[string]any{"list_id": 7}}, "deletion_policy": "delete_without_optout"}},
		{"reach_contacts", map[string]any{"contacts": crowd("gold", 1, 25), "subscriptions": []any{map[string]any{"list_id": 5}}}},
	}
	after = []block{
		{"reach_communication", map[string]any{"type": "Mobile", "value": "+61 400 000 000", "external_id": "EMAIL-001", "owner": map[string]any{"type": "biz_entity", "external_id": "BE-1"}}},
		before[1],
		{"reach_contact", map[string]any{
			"email": "jane.doe@example.com", "first_name": "Jane", "last_name": "Miller", "city": "Sydney", "custom_fields": map[string]any{"plan": "silver"},
			"subscriptions": []any{map[string]any{"list_id": 6, "format": "mime"}, map[string]any{"list_id": 7}},
		}},
		before[3],
		{"reach_contacts", map[string]any{"contacts": crowd("silver", 3, 27), "subscriptions": []any{map[string]any{"list_id": 5}, map[string]any{"list_id": 6, "format": "text"}}}},
	}
)

// crowd are rows of contacts with a custom field, from one number to another.
func crowd(plan string, from, to int) string {
	rows := map[string]any{}
	for i := from; i <= to; i++ {
		rows[fmt.Sprintf("p%d", i)] = map[string]any{"email": fmt.Sprintf("p%d@example.com", i), "first_name": "Minh", "custom_plan": plan}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// run is one command of Terraform, with a provider of its own: it reads every
// record of a state, and then does something for all of them at once.
func run(t *testing.T, server *acctest.Server, states []acctest.State, do func(i int, state acctest.State) acctest.State) []acctest.State {
	t.Helper()
	results := make([]acctest.State, len(states))
	var all sync.WaitGroup
	for i, state := range states {
		all.Go(func() {
			if state.Exists() {
				refreshed, problems := server.Refresh(before[i].resource, state)
				acctest.NoErrors(t, problems)
				state = refreshed
			}
			results[i] = do(i, state)
		})
	}
	all.Wait()
	return results
}

// apply applies a configuration, nil to destroy everything.
func apply(t *testing.T, server *acctest.Server, states []acctest.State, blocks []block) []acctest.State {
	t.Helper()
	return run(t, server, states, func(i int, state acctest.State) acctest.State {
		var config map[string]any
		if blocks != nil {
			config = blocks[i].config
		}
		changed, problems := server.Change(before[i].resource, state, config)
		acctest.NoErrors(t, problems)
		return changed
	})
}

// planNothing fails the test when a further plan is not empty.
func planNothing(t *testing.T, server *acctest.Server, states []acctest.State, blocks []block) {
	t.Helper()
	run(t, server, states, func(i int, state acctest.State) acctest.State {
		server.ExpectNoChange(blocks[i].resource, state, blocks[i].config)
		return state
	})
}

// The core of what a user does, under every dialect of both services. Each run
// takes one dialect of each, since they share nothing. TestAccCommunication,
// TestAccContact and the demo do the same with a real CLI.
func TestDialects(t *testing.T) {
	t.Parallel()
	sevenG, whatCounts := seveng.Dialects(), whatcounts.Dialects()
	for i := range max(len(sevenG), len(whatCounts)) {
		var names []string
		if i < len(sevenG) {
			names = append(names, sevenG[i].Name)
		}
		if i < len(whatCounts) {
			names = append(names, whatCounts[i].Name)
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, names...)
			start := func() *acctest.Server { return acctest.NewConfigured(t, sim, acctest.Realm, nil) }
			first := start()
			var states []acctest.State
			for _, b := range before {
				states = append(states, first.None(b.resource))
			}
			states = apply(t, first, states, before)
			lookUp(t, first)
			planNothing(t, start(), states, before)
			states = apply(t, start(), states, after)
			planNothing(t, start(), states, after)
			if err := holdsChanged(sim); err != nil {
				t.Error(err)
			}
			apply(t, start(), states, nil)
			if len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 || len(sim.SevenG.Communications()) != 0 {
				t.Errorf("records are left:\n%s", sim.Dump())
			}
		})
	}
}

// lookUp reads a data source of each service.
func lookUp(t *testing.T, server *acctest.Server) {
	t.Helper()
	_, problems := server.Look("reach_optout", map[string]any{"email": "stranger@example.com"})
	acctest.NoErrors(t, problems)
	found, problems := server.Look("reach_communications", map[string]any{"owner": map[string]any{"type": "person", "id": 7}})
	acctest.NoErrors(t, problems)
	ofThePerson := found["communications"].([]any)
	if len(ofThePerson) != 1 || ofThePerson[0].(map[string]any)["type"] != "phone" {
		t.Errorf("the person has %v", ofThePerson)
	}
}

func holdsChanged(sim *simulator.Simulator) error {
	for _, c := range sim.WhatCounts.Contacts(acctest.Realm) {
		if c.First == "Jane" && (c.Email != "jane.doe@example.com" || c.Fields["last"] != "Miller" || c.Fields["city"] != "Sydney" || c.Custom["plan"] != "silver" ||
			len(c.Subscriptions) != 2 || c.Subscriptions[0].ListID != 6 || c.Subscriptions[1].ListID != 7) {
			return fmt.Errorf("WhatCounts holds %+v", c)
		}
	}
	for _, c := range sim.WhatCounts.Contacts(acctest.Realm) {
		if c.First == "Minh" && (c.Custom["plan"] != "silver" || len(c.Subscriptions) != 2 || c.Subscriptions[1].Format != 1) {
			return fmt.Errorf("WhatCounts holds %+v", c)
		}
	}
	for _, c := range sim.SevenG.Communications() {
		if c.ExternalID == "EMAIL-001" && (c.Name != "+61 400 000 000" || c.Owner.Kind != seveng.BizEntity) {
			return fmt.Errorf("7G holds %+v", c)
		}
	}
	if len(sim.WhatCounts.Contacts(acctest.Realm)) != 2+25 || len(sim.SevenG.Communications()) != 2 {
		return fmt.Errorf("not two records in each service, and 25 of the set:\n%s", sim.Dump())
	}
	return nil
}

// Where a service does not do what was asked, the answer says so and nothing
// is believed: each of these dialects refuses one thing that others do.
func TestDialects_refusals(t *testing.T) {
	t.Parallel()
	contact := func(more map[string]any) block {
		config := map[string]any{"email": "jane@example.com", "first_name": "Jane", "subscriptions": []any{map[string]any{"list_id": 5}}}
		maps.Copy(config, more)
		return block{"reach_contact", config}
	}
	communication := func(owner string, id int) block {
		return block{"reach_communication", map[string]any{"type": "email", "value": "billing@example.com", "owner": map[string]any{"type": owner, "id": id}}}
	}
	cases := []struct {
		dialect       string
		before, after block
		summary, want string
	}{
		{"7g-owner-change-refused", communication("biz_entity", 42), communication("person", 7), "Communication not updated", ""},
		{"7g-owner-change-ignored", communication("biz_entity", 42), communication("person", 7), "Communication not updated", ""},
		{"wc-data-empty-keeps", contact(map[string]any{"last_name": "Doe"}), contact(nil), "Contact not updated", "last"},
		{"wc-data-quotes-literal", contact(nil), contact(map[string]any{"company": "Doe, Miller"}), "Contact not updated", ""},
	}
	for _, c := range cases {
		t.Run(c.dialect, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewConfigured(t, acctest.Simulator(t, c.dialect), acctest.Realm, nil)
			created := server.Created(c.before.resource, c.before.config)
			_, problems := server.Change(c.after.resource, created, c.after.config)
			acctest.OneError(t, problems, c.summary, c.want)
		})
	}
}
