package conflict_test

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

const (
	contactType       = "reach_contact"
	communicationType = "reach_communication"
)

type config = map[string]any

func merge(base config, changes []config) config {
	merged := maps.Clone(base)
	for _, change := range changes {
		maps.Copy(merged, change)
	}
	return merged
}

func person(email, first string, changes ...config) config {
	return merge(config{"email": email, "first_name": first, "subscriptions": []any{map[string]any{"list_id": 5}}}, changes)
}

func keyed(key, email string, changes ...config) config {
	return merge(config{"email": email, "customer_key": key, "subscriptions": []any{map[string]any{"list_id": 50}}}, changes)
}

func phone(value string, changes ...config) config {
	return merge(config{"type": "phone", "value": value, "owner": map[string]any{"type": "biz_entity", "id": 42}}, changes)
}

func policy(name string) config { return config{"deletion_policy": name} }

var forced = config{"force_sub": true}

// instance is what one resource instance has in state, and what is planned.
type instance struct {
	made      config // before; nil: nothing
	imports   string // the id of another instance's record, by its index
	planned   config // nil: removed
	unseen    bool   // not read before the plan
	replaced  bool   // by the plan, in two halves
	tainted   bool   // read, and planned as a create alone
	forgotten bool   // read, and not planned
}

// plans are two or three instances in one plan. Whatever the order in which
// Terraform plans them, the plan is refused under the summary, or taken where it
// is empty.
var plans = map[string]struct {
	resource  string
	keyed     bool // in the realm with customer keys
	instances []instance
	refused   string
	refreshed bool // refused only where what is in state was read
}{
	"two imports": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: nil, unseen: true},
		{imports: "0", planned: person("a@example.com", "A")},
		{imports: "0", planned: person("a@example.com", "A")},
	}[0:3], conflict.SummaryTwice, false},
	"an import beside the instance that has it": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("a@example.com", "A")},
		{imports: "0", planned: person("a@example.com", "A")},
	}, conflict.SummaryTwice, false},
	"an import beside the removal of the instance that has it": {contactType, false, []instance{
		{made: person("a@example.com", "A")},
		{imports: "0", planned: person("a@example.com", "A")},
	}, conflict.SummaryTwice, false},
	"an import beside the instance that unsubscribes it": {contactType, false, []instance{
		{made: person("a@example.com", "A", policy("unsubscribe"))},
		{imports: "0", planned: person("a@example.com", "A")},
	}, conflict.SummaryTwice, false},
	"an import beside the instance that forgets it": {contactType, false, []instance{
		{made: person("a@example.com", "A", policy("abandon"))},
		{imports: "0", planned: person("a@example.com", "A")},
	}, "", false},
	"two new contacts that are one": {contactType, false, []instance{
		{planned: person("a@example.com", "A")},
		{planned: person("A@Example.com", "A")},
	}, conflict.SummaryTwice, false},
	"a new contact that is one in state": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("a@example.com", "A")},
		{planned: person("A@example.com", "A", config{"last_name": "B"})},
	}, conflict.SummaryTwice, false},
	"a contact that becomes another one": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("a@example.com", "A")},
		{made: person("b@example.com", "A"), planned: person("a@example.com", "A")},
	}, conflict.SummaryTwice, false},
	"an address that was left is free": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("b@example.com", "A")},
		{planned: person("a@example.com", "A")},
	}, "", false},
	"addresses that are swapped": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("b@example.com", "A")},
		{made: person("b@example.com", "A"), planned: person("a@example.com", "A")},
	}, conflict.SummaryTwice, false},
	"renamed, delete":                {contactType, false, renamedBlock(person("a@example.com", "A")), conflict.SummaryRenamed, false},
	"renamed, delete and forced":     {contactType, false, renamedBlock(person("a@example.com", "A", forced)), conflict.SummaryRenamed, false},
	"renamed, delete_without_optout": {contactType, false, renamedBlock(person("a@example.com", "A", policy("delete_without_optout"))), conflict.SummaryRenamed, false},
	"renamed, unsubscribe":           {contactType, false, renamedBlock(person("a@example.com", "A", policy("unsubscribe"))), conflict.SummaryRenamed, false},
	"renamed, abandon":               {contactType, false, renamedBlock(person("a@example.com", "A", policy("abandon"))), conflict.SummaryRenamed, false},
	"another first name under another key of for_each": {contactType, false, []instance{
		{made: person("a@example.com", "Jon")},
		{planned: person("a@example.com", "John")},
	}, conflict.SummaryOptout, false},
	"another first name under another key of for_each, forced": {contactType, false, []instance{
		{made: person("a@example.com", "Jon")},
		{planned: person("a@example.com", "John", forced)},
	}, conflict.SummaryOptout, false},
	"another first name under another key of for_each, without an opt-out": {contactType, false, []instance{
		{made: person("a@example.com", "Jon", policy("delete_without_optout"))},
		{planned: person("a@example.com", "John")},
	}, "", false},
	"an address passed on in place": {contactType, false, []instance{
		{made: person("a@example.com", "A")},
		{made: person("b@example.com", "B"), planned: person("A@example.com", "B")},
	}, conflict.SummaryOptout, false},
	"an address passed on in place, without an opt-out": {contactType, false, []instance{
		{made: person("a@example.com", "A", policy("delete_without_optout"))},
		{made: person("b@example.com", "B"), planned: person("a@example.com", "B")},
	}, "", false},
	"an address that another one leaves": {contactType, false, []instance{
		{made: person("a@example.com", "A")},
		{made: person("a@example.com", "B"), planned: person("b@example.com", "B")},
	}, conflict.SummaryOptout, false},
	"a sibling that stays": {contactType, false, []instance{
		{made: person("a@example.com", "A")},
		{made: person("a@example.com", "B"), planned: person("a@example.com", "B")},
	}, conflict.SummaryOptout, false},
	"a sibling that goes": {contactType, false, []instance{
		{made: person("a@example.com", "A")},
		{made: person("a@example.com", "B")},
	}, "", false},
	"a shifted count": {contactType, false, []instance{
		{made: person("a@example.com", "P"), planned: person("b@example.com", "P")},
		{made: person("b@example.com", "P"), planned: person("c@example.com", "P")},
		{made: person("c@example.com", "P")},
	}, conflict.SummaryOptout, false},
	"another customer key, forced": {contactType, true, []instance{
		{made: keyed("K1", "a@example.com", forced), planned: keyed("K2", "a@example.com", forced), replaced: true},
	}, "", false},
	"another customer key beside a sibling": {contactType, true, []instance{
		{made: keyed("K1", "a@example.com", forced), planned: keyed("K2", "a@example.com", forced), replaced: true},
		{made: keyed("K3", "a@example.com"), planned: keyed("K3", "a@example.com")},
	}, conflict.SummaryOptout, false},
	"another customer key, and another address": {contactType, true, []instance{
		{made: keyed("K1", "a@example.com"), planned: keyed("K2", "b@example.com"), replaced: true},
	}, "", false},
	"customer keys that move on": {contactType, true, []instance{
		{made: keyed("K1", "a@example.com", forced), planned: keyed("K2", "a@example.com", forced), replaced: true},
		{made: keyed("K2", "b@example.com", forced), planned: keyed("K3", "b@example.com", forced), replaced: true},
	}, conflict.SummaryRenamed, false},

	"tainted": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("a@example.com", "A"), tainted: true},
	}, contact.SummaryReplacement, true},
	"tainted, with another first name": {contactType, false, []instance{
		{made: person("a@example.com", "Jon"), planned: person("a@example.com", "John"), tainted: true},
	}, contact.SummaryReplacement, true},
	"tainted, with another address": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("b@example.com", "A"), tainted: true},
	}, "", false},
	"tainted, with another address, beside a sibling": {contactType, false, []instance{
		{made: person("a@example.com", "A"), planned: person("c@example.com", "A"), tainted: true},
		{made: person("a@example.com", "B"), planned: person("a@example.com", "B")},
	}, conflict.SummaryOptout, true},
	"tainted and forced, beside a sibling": {contactType, false, []instance{
		{made: person("a@example.com", "A", forced), planned: person("a@example.com", "A", forced), tainted: true},
		{made: person("a@example.com", "B"), planned: person("a@example.com", "B")},
	}, conflict.SummaryOptout, true},
	"tainted, with another key": {contactType, true, []instance{
		{made: keyed("K1", "a@example.com"), planned: keyed("K2", "a@example.com"), tainted: true},
	}, contact.SummaryReplacement, true},
	"tainted under prevent, with another first name": {contactType, false, []instance{
		{made: person("a@example.com", "A", policy("prevent")), planned: person("a@example.com", "B", policy("prevent")), tainted: true},
	}, deletion.SummaryPrevented, true},
	"tainted, without an opt-out, beside a new contact": {contactType, false, []instance{
		{made: person("a@example.com", "A", policy("delete_without_optout")), planned: person("a@example.com", "A", policy("delete_without_optout")), tainted: true},
		{planned: person("b@example.com", "B")},
	}, "", false},
	"one that is read and forgotten, under prevent, beside a new contact": {contactType, false, []instance{
		{made: person("a@example.com", "A", policy("prevent")), forgotten: true},
		{planned: person("b@example.com", "B")},
	}, "", false},
	"a tainted communication under prevent": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001", policy("prevent")), planned: phone("+61 2 5550 0001", policy("prevent")), tainted: true},
	}, deletion.SummaryPrevented, true},

	"an import beside the communication that has it": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001"), planned: phone("+61 2 5550 0001")},
		{imports: "0", planned: phone("+61 2 5550 0001")},
	}, conflict.SummaryTwice, false},
	"an import beside the removal of the communication": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001")},
		{imports: "0", planned: phone("+61 2 5550 0001")},
	}, conflict.SummaryTwice, false},
	"two new communications with one external id": {communicationType, false, []instance{
		{planned: phone("+61 2 5550 0001", config{"external_id": "X"})},
		{planned: phone("+61 2 5550 0002", config{"external_id": "X"})},
	}, conflict.SummaryTwice, false},
	"two communications that are alike": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001"), planned: phone("+61 2 5550 0001")},
		{planned: phone("+61 2 5550 0001")},
	}, "", false},
	"a communication renamed, delete":  {communicationType, false, renamedBlock(phone("+61 2 5550 0001")), conflict.SummaryRenamed, false},
	"a communication renamed, abandon": {communicationType, false, renamedBlock(phone("+61 2 5550 0001", policy("abandon"))), conflict.SummaryRenamed, false},
	"a communication renamed, by external id": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001", config{"external_id": "X"})},
		{planned: phone("+61 2 5550 0002", config{"external_id": "X"})},
	}, conflict.SummaryRenamed, false},
	"values that move on": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001"), planned: phone("+61 2 5550 0002")},
		{made: phone("+61 2 5550 0002"), planned: phone("+61 2 5550 0003")},
		{made: phone("+61 2 5550 0003")},
	}, "", false},
	"a communication replaced": {communicationType, false, []instance{
		{made: phone("+61 2 5550 0001", config{"external_id": "X"}), planned: phone("+61 2 5550 0001", config{"external_id": "Y"}), replaced: true},
	}, "", false},
}

func renamedBlock(block config) []instance {
	return []instance{{made: block}, {planned: block}}
}

func TestPlans(t *testing.T) {
	t.Parallel()
	for name, test := range plans {
		for _, order := range orders(len(test.instances)) {
			for _, refresh := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s, %v, refresh=%v", name, order, refresh), func(t *testing.T) {
					t.Parallel()
					world := newWorld(t, test.resource, test.keyed)
					world.make(test.instances)
					refused := world.plan(test.instances, order, refresh)
					if test.refused == "" || test.refreshed && !refresh {
						acctest.NoErrors(t, refused)
					} else {
						acctest.OneError(t, refused, test.refused)
					}
				})
			}
		}
	}
}

// orders are all orders of so many things.
func orders(number int) [][]int {
	if number == 1 {
		return [][]int{{0}}
	}
	var all [][]int
	for _, order := range orders(number - 1) {
		for at := range number {
			all = append(all, append(append(append([]int{}, order[:at]...), number-1), order[at:]...))
		}
	}
	return all
}

// world is what instances have in state, and what a plan makes of it.
type world struct {
	t        *testing.T
	sim      *simulator.Simulator
	realm    string
	resource string
	states   []acctest.State
	server   *acctest.Server // of the plan
}

func newWorld(t *testing.T, resource string, keyed bool) *world {
	realm := acctest.Realm
	if keyed {
		realm = acctest.KeyedRealm
	}
	return &world{t: t, sim: acctest.Simulator(t), realm: realm, resource: resource}
}

// make makes, in another run, what is in state before.
func (w *world) make(instances []instance) {
	before := acctest.NewConfigured(w.t, w.sim, w.realm, nil)
	for _, one := range instances {
		state := before.None(w.resource)
		if one.made != nil {
			state = before.Created(w.resource, one.made)
		}
		w.states = append(w.states, state)
	}
}

func (w *world) id(of int) int64 {
	for _, attribute := range []string{"subscriber_id", "communication_id"} {
		if id, found := w.states[of].Attribute(attribute).(int64); found {
			return id
		}
	}
	w.t.Fatal("there is no id")
	return 0
}

// plan is one plan of all instances, in an order, and the errors of it.
func (w *world) plan(instances []instance, order []int, refresh bool) []*errorDiagnostic {
	w.server = acctest.NewConfigured(w.t, w.sim, w.realm, nil)
	var errors []*errorDiagnostic
	plan := func(plan func() acctest.Planned) acctest.Planned {
		before := w.sim.Log.Len()
		planned := plan()
		errors = append(errors, acctest.Errors(planned.Diagnostics)...)
		if sent := acctest.SentBesideLook(w.sim, before); len(sent) > 0 {
			w.t.Errorf("the plan has sent %q", sent)
		}
		return planned
	}
	for _, i := range order {
		one := instances[i]
		switch {
		case one.imports != "":
			from, _ := strconv.Atoi(one.imports)
			imported, problems := w.server.Import(w.resource, fmt.Sprint(w.id(from)), nil)
			acctest.NoErrors(w.t, problems)
			w.states[i] = imported
		case refresh && one.made != nil && !one.unseen:
			read, problems := w.server.Refresh(w.resource, w.states[i])
			acctest.NoErrors(w.t, problems)
			w.states[i] = read
		}
		if one.unseen || one.forgotten {
			continue
		}
		prior := w.states[i]
		if one.tainted {
			prior = w.server.None(w.resource)
		}
		planned := plan(func() acctest.Planned { return w.server.Plan(w.resource, prior, one.planned) })
		if one.replaced && len(acctest.Errors(planned.Diagnostics)) == 0 {
			if len(planned.Replace) == 0 {
				w.t.Fatal("no replacement is planned")
			}
			plan(func() acctest.Planned { return w.server.PlanSuccessor(w.resource, planned, one.planned) })
		}
	}
	return errors
}

// A record that two resources have in state is kept for one of them when the
// other is removed, and deleted once when both are.
func TestOneOfTwoIsForgotten(t *testing.T) {
	t.Parallel()
	for resource, block := range map[string]config{contactType: person("a@example.com", "A"), communicationType: phone("+61 2 5550 0001")} {
		for _, both := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, both %v", resource, both), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, resource, false)
				w.make([]instance{{made: block}})
				first := w.states[0]
				// terraform import shows the provider no other instance.
				second, problems := acctest.NewConfigured(t, w.sim, w.realm, nil).Import(resource, fmt.Sprint(w.id(0)), nil)
				acctest.NoErrors(t, problems)

				server := acctest.NewConfigured(t, w.sim, w.realm, nil)
				first, _ = server.Refresh(resource, first)
				second, _ = server.Refresh(resource, second)
				var kept acctest.Planned
				if both {
					kept = server.Plan(resource, first, nil)
				} else {
					kept = server.Plan(resource, first, block)
				}
				acctest.NoErrors(t, kept.Diagnostics)
				removed := server.Plan(resource, second, nil)
				acctest.NoErrors(t, removed.Diagnostics)
				forgetting := 0
				for _, warning := range acctest.Warnings(append(kept.Diagnostics, removed.Diagnostics...)) {
					if warning.Summary == conflict.SummaryForgotten {
						forgetting++
					}
				}
				if forgetting != 1 {
					t.Errorf("%d of two forget the record", forgetting)
				}
				_, problems = server.Apply(resource, second, removed)
				acctest.NoErrors(t, problems)
				left := 1
				if both {
					_, problems = server.Apply(resource, first, kept)
					acctest.NoErrors(t, problems)
					left = 0
				}
				if got := len(w.sim.WhatCounts.Contacts(w.realm)) + len(w.sim.SevenG.Communications()); got != left {
					t.Errorf("%d records are left, and %d are to be", got, left)
				}
				if deletes := w.sim.Log.Count("delete") + w.sim.Log.Count("DELETE /communication"); deletes != 1-left {
					t.Errorf("%d deletes were sent", deletes)
				}
			})
		}
	}
}

// A replacement cannot forget a record that another resource keeps: its second
// half would be made beside it. So it is refused, in either order.
func TestOneOfTwoIsReplaced(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource      string
		keyed         bool
		made, changed config
	}{
		"contact":       {contactType, true, keyed("K1", "a@example.com", forced), keyed("K2", "a@example.com", forced)},
		"communication": {communicationType, false, phone("+61 2 5550 0001", config{"external_id": "X"}), phone("+61 2 5550 0001", config{"external_id": "Y"})},
	} {
		for _, replacedFirst := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, replaced first %v", name, replacedFirst), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, test.resource, test.keyed)
				w.make([]instance{{made: test.made}})
				second, problems := acctest.NewConfigured(t, w.sim, w.realm, nil).Import(test.resource, fmt.Sprint(w.id(0)), nil)
				acctest.NoErrors(t, problems)
				w.states = append(w.states, second)
				order := []int{0, 1}
				if replacedFirst {
					order = []int{1, 0}
				}
				acctest.OneError(t, w.plan([]instance{
					{made: test.made, planned: test.made},
					{made: test.made, planned: test.changed, replaced: true},
				}, order, true), conflict.SummaryTwice, "destroy = false")
			})
		}
	}
}

// A second read begins a run, and what was planned before it is not compared. A
// record that the run then keeps is kept at the latest before its delete.
func TestRecordIsKeptAtApply(t *testing.T) {
	t.Parallel()
	for resource, block := range map[string]config{contactType: person("a@example.com", "A"), communicationType: phone("+61 2 5550 0001")} {
		for name, readsFirst := range map[string]bool{"no apply before": true, "an apply before": false} {
			t.Run(resource+", "+name, func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				var state acctest.State
				if readsFirst {
					state, _ = server.Refresh(resource, acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(resource, block))
					acctest.NoErrors(t, server.Plan(resource, state, block).Diagnostics)
				} else {
					state = server.Created(resource, block)
				}
				removed := server.Plan(resource, state, nil) // Terraform 1.11 reads it afterwards
				acctest.NoErrors(t, removed.Diagnostics)
				id := state.Attribute(map[string]string{contactType: "subscriber_id", communicationType: "communication_id"}[resource])
				imported, problems := server.Import(resource, fmt.Sprint(id), nil)
				acctest.NoErrors(t, problems)
				state, problems = server.Refresh(resource, state)
				acctest.NoErrors(t, problems)
				refused := server.Plan(resource, imported, block).Diagnostics
				if readsFirst {
					acctest.NoErrors(t, refused)
					_, refused = server.Apply(resource, state, removed)
				}
				acctest.OneError(t, refused, conflict.SummaryTwice)
				if len(sim.WhatCounts.Contacts(acctest.Realm))+len(sim.SevenG.Communications()) != 1 {
					t.Error("the record is gone")
				}
			})
		}
	}
}

// What a run has forgotten is in nobody's way in the next run of its process,
// which may have nothing to read.
func TestWhatWasForgottenIsInNobodysWay(t *testing.T) {
	t.Parallel()
	for resource, block := range map[string]config{contactType: person("a@example.com", "A", policy("abandon")), communicationType: phone("+61 2 5550 0001", policy("abandon"))} {
		server := acctest.NewConfigured(t, acctest.Simulator(t), acctest.Realm, nil)
		_, problems := server.Change(resource, server.Created(resource, block), nil)
		acctest.NoErrors(t, problems)
		acctest.NoErrors(t, server.Plan(resource, server.None(resource), block).Diagnostics)
	}
}

// Terraform 1.11 plans the end of a resource before it reads anything. In a
// process that has applied a plan before, that end belongs to the plan which then
// begins to read.
func TestEndIsPlannedBeforeTheRunReads(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, resource, refused string }{
		{"two of one record", communicationType, conflict.SummaryTwice},
		{"two on one address", contactType, conflict.SummaryOptout},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			server.Created(contactType, person("c@example.com", "C")) // the run before
			before := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			var gone, kept acctest.State
			var block config
			switch test.resource {
			case contactType:
				block = person("a@example.com", "B")
				gone, kept = before.Created(contactType, person("a@example.com", "A")), before.Created(contactType, block)
			default:
				block = phone("+61 2 5550 0001")
				gone = before.Created(communicationType, block)
				var problems []*errorDiagnostic
				kept, problems = acctest.NewConfigured(t, sim, acctest.Realm, nil).Import(communicationType, fmt.Sprint(gone.Attribute("communication_id")), nil)
				acctest.NoErrors(t, problems)
			}
			removed := server.Plan(test.resource, gone, nil)
			_, problems := server.Refresh(test.resource, gone)
			acctest.NoErrors(t, problems)
			kept, problems = server.Refresh(test.resource, kept)
			acctest.NoErrors(t, problems)
			acctest.OneError(t, append(removed.Diagnostics, server.Plan(test.resource, kept, block).Diagnostics...), test.refused)
		})
	}
}

// A tainted instance that has a record in common with another one does not take
// it from that one.
func TestTaintedTwin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		resource      string
		block, change config
	}{
		"contact":                 {contactType, person("a@example.com", "A"), person("b@example.com", "A")},
		"contact, forced":         {contactType, person("a@example.com", "A"), person("a@example.com", "A", forced)},
		"communication":           {communicationType, phone("+61 2 5550 0001"), phone("+61 2 5550 0001")},
		"communication, a change": {communicationType, phone("+61 2 5550 0001"), phone("+61 2 5550 0002")},
	} {
		for _, order := range orders(2) {
			t.Run(fmt.Sprint(name, order), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, test.resource, false)
				w.make([]instance{{made: test.block}})
				second, problems := acctest.NewConfigured(t, w.sim, w.realm, nil).Import(test.resource, fmt.Sprint(w.id(0)), nil)
				acctest.NoErrors(t, problems)
				w.states = append(w.states, second)
				twins := []instance{{made: test.block, planned: test.change, tainted: true}, {made: test.block, planned: test.block}}
				if refused := w.plan(twins, order, true); len(refused) == 0 {
					t.Error("the plan is not refused")
				}
			})
		}
	}
}

// A new contact beside a tainted one is not its successor, whichever Terraform
// plans first: the replacement is refused all the same, and the new one is not.
func TestTaintedBesideANewContact(t *testing.T) {
	t.Parallel()
	for _, newFirst := range []bool{true, false} {
		withoutOptout := policy("delete_without_optout")
		for name, test := range map[string]struct {
			tainted, other config
			refused        string
		}{
			"delete":                {person("a@example.com", "A"), person("b@example.com", "B"), contact.SummaryReplacement},
			"forced":                {person("a@example.com", "A", forced), person("b@example.com", "B"), ""},
			"on the same address":   {person("a@example.com", "A", withoutOptout), person("a@example.com", "B"), ""},
			"with the same details": {person("a@example.com", "A", withoutOptout, config{"company": "C"}), person("b@example.com", "A", config{"company": "C"}), ""},
		} {
			tainted := test.tainted
			t.Run(fmt.Sprintf("%s, new first %v", name, newFirst), func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(contactType, tainted)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				_, problems := server.Refresh(contactType, state)
				acctest.NoErrors(t, problems)
				plan := func(block config) []*errorDiagnostic {
					return acctest.Errors(server.Plan(contactType, server.None(contactType), block).Diagnostics)
				}
				var successor, other []*errorDiagnostic
				if newFirst {
					other, successor = plan(test.other), plan(tainted)
				} else {
					successor, other = plan(tainted), plan(test.other)
				}
				acctest.NoErrors(t, other)
				if test.refused == "" {
					acctest.NoErrors(t, successor)
				} else {
					acctest.OneError(t, successor, test.refused)
				}
			})
		}
	}
}

// What no plan has shown, since nothing was read, is refused before the delete.
func TestTaintedWithoutARefresh(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(contactType, person("a@example.com", "Jon"))
	planned := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	successor := planned.Plan(contactType, planned.None(contactType), person("a@example.com", "John"))
	acctest.NoErrors(t, successor.Diagnostics)
	end := successor // Terraform hands the first half the private state of the second
	end.State.Value = planned.None(contactType).Value
	_, problems := acctest.NewConfigured(t, sim, acctest.Realm, nil).Apply(contactType, state, end)
	acctest.OneError(t, problems, contact.SummaryReplacement)
	if len(sim.WhatCounts.Contacts(acctest.Realm)) != 1 {
		t.Error("the contact is gone")
	}
}

// A run is a plan with its apply: the limit of one counts nothing of the run
// before, in a process that lives longer than one.
func TestRunsDoNotAddUp(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 1})
	var states []acctest.State
	for _, name := range []string{"A", "B", "C"} {
		states = append(states, server.Created(contactType, person(name+"@example.com", name)))
	}
	for i, state := range states {
		for j := range states[i:] {
			refreshed, problems := server.Refresh(contactType, states[i+j])
			acctest.NoErrors(t, problems)
			states[i+j] = refreshed
		}
		planned := server.Plan(contactType, state, nil)
		acctest.NoErrors(t, planned.Diagnostics)
		if i+1 < len(states) {
			acctest.OneError(t, server.Plan(contactType, states[i+1], nil).Diagnostics, deletion.SummaryTooMany)
		}
		_, problems := server.Apply(contactType, state, planned)
		acctest.NoErrors(t, problems)
	}
}

// A record that was gone is made anew, and removed in the next run of a process
// that lives longer than one, where Terraform plans the end before it reads it.
func TestMadeAnewIsRemovedInTheNextRun(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	block := phone("+61 2 5550 0001")
	gone := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(communicationType, block)
	sim.SevenG.RemoveCommunication(gone.Attribute("communication_id").(int64))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	none, problems := server.Refresh(communicationType, gone) // whose private state Terraform hands to the create
	acctest.NoErrors(t, problems)
	acctest.NoErrors(t, server.Plan(communicationType, none, block).Diagnostics)
	made := server.Created(communicationType, block)

	removed := server.Plan(communicationType, made, nil)
	acctest.NoErrors(t, removed.Diagnostics)
	_, problems = server.Apply(communicationType, made, removed)
	acctest.NoErrors(t, problems)
	if left := sim.SevenG.Communications(); len(left) != 0 {
		t.Errorf("7G has %v", left)
	}
}

// What another instance has just made is not offered for import.
func TestExistsAlreadyKnowsTheConfiguration(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	mail := func(value string) config {
		return config{"type": "email", "value": value, "owner": map[string]any{"type": "biz_entity", "id": 42}}
	}
	for resource, twins := range map[string][2]config{
		communicationType: {mail("a@example.com"), mail("A@example.com")},
		contactType:       {person("b@example.com", "B"), person("B@example.com", "B")},
	} {
		first := server.Plan(resource, server.None(resource), twins[0])
		acctest.NoErrors(t, first.Diagnostics)
		second := twins[1]
		if resource == contactType { // whose address is not known when it is planned
			second = maps.Clone(second)
			second["email"] = acctest.Unknown
		}
		planned := server.Plan(resource, server.None(resource), second)
		acctest.NoErrors(t, planned.Diagnostics)
		_, problems := server.Apply(resource, server.None(resource), first)
		acctest.NoErrors(t, problems)
		_, problems = server.Change(resource, server.None(resource), twins[1])
		acctest.OneError(t, problems, conflict.SummaryTwice)
		if strings.Contains(acctest.Texts(problems), "import {") {
			t.Errorf("an import is offered:\n%s", acctest.Texts(problems))
		}
	}
}

// Where a contact is replaced before it goes (create_before_destroy), which no
// plan shows, its end leaves no opt-out on the address of its successor.
func TestCreateBeforeDestroyLeavesNoOptout(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	state := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil).Created(contactType, keyed("K1", "a@example.com", forced))
	server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil) // of the apply
	server.Created(contactType, keyed("K2", "a@example.com", forced))
	_, problems := server.Change(contactType, state, nil)
	acctest.NoErrors(t, problems)
	contacts := sim.WhatCounts.Contacts(acctest.KeyedRealm)
	if optouts := sim.WhatCounts.Optouts(acctest.KeyedRealm); len(contacts) != 1 || contacts[0].CustomerKey != "K2" || len(optouts) != 0 {
		t.Errorf("contacts %+v, opt-outs %v", contacts, optouts)
	}
}

// An address that is only known when the apply is under way is held against the
// delete that would opt it out.
func TestAddressThatIsKnownLate(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	gone := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(contactType, person("a@example.com", "A"))
	removed := acctest.NewConfigured(t, sim, acctest.Realm, nil).Plan(contactType, gone, nil)
	acctest.NoErrors(t, removed.Diagnostics)

	server := acctest.NewConfigured(t, sim, acctest.Realm, nil) // of the apply
	server.Created(contactType, person("a@example.com", "B"))
	_, problems := server.Apply(contactType, gone, removed)
	acctest.OneError(t, problems, conflict.SummaryOptout, "a@example.com", "delete_without_optout")
	if left := len(sim.WhatCounts.Contacts(acctest.Realm)); left != 2 || len(sim.WhatCounts.Optouts(acctest.Realm)) != 0 {
		t.Errorf("%d contacts are left, opt-outs %v", left, sim.WhatCounts.Optouts(acctest.Realm))
	}
}
