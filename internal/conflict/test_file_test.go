package conflict_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// testFile does with the provider what Terraform from 1.13 on does for a
// *.tftest.hcl file that has a provider block: one configured provider serves all
// of its runs, and the destroys at the end. A run is of a module, and each module
// has a state of its own.
type testFile struct {
	t       *testing.T
	sim     *simulator.Simulator
	server  *acctest.Server
	modules map[string]map[string]acctest.State // by module, by address
	order   []string                            // of the modules, by their last apply
}

// module is the blocks of a module by address. A block of an address that begins
// with "set" is reach_contacts, with "phone" reach_communication, else reach_contact.
type module = map[string]config

func newTestFile(t *testing.T, safeguards map[string]any) *testFile {
	t.Helper()
	sim := acctest.Simulator(t)
	return &testFile{t: t, sim: sim, server: acctest.NewConfigured(t, sim, acctest.Realm, safeguards), modules: map[string]map[string]acctest.State{}}
}

func typeOf(address string) string {
	switch {
	case strings.HasPrefix(address, "set"):
		return "reach_contacts"
	case strings.HasPrefix(address, "phone"):
		return communicationType
	}
	return contactType
}

// change is what a plan does with an instance.
type change struct {
	address string
	prior   acctest.State
	planned acctest.Planned
	config  config
}

// plan is a run with command = plan. It returns the errors.
func (f *testFile) plan(name string, blocks module) []*errorDiagnostic {
	f.t.Helper()
	_, problems := f.planned(name, blocks)
	return problems
}

// planned validates the whole module, in which variables are not known, and then
// plans instance by instance.
func (f *testFile) planned(name string, blocks module) (changes []change, problems []*errorDiagnostic) {
	f.t.Helper()
	addresses := slices.Sorted(maps.Keys(blocks))
	for _, address := range addresses {
		validated := maps.Clone(blocks[address])
		for _, variable := range []string{"email", "value", "contacts"} {
			if validated[variable] != nil {
				validated[variable] = acctest.Unknown
			}
		}
		acctest.NoErrors(f.t, f.server.Validate(typeOf(address), validated))
	}
	inState := f.modules[name]
	for _, address := range slices.Sorted(maps.Keys(inState)) {
		if blocks[address] == nil {
			addresses = append(addresses, address)
		}
	}
	for _, address := range addresses {
		resource := typeOf(address)
		prior, found := inState[address]
		if !found {
			prior = f.server.None(resource)
		} else {
			read, found := f.server.Refresh(resource, prior)
			acctest.NoErrors(f.t, found)
			prior = read
			inState[address] = read
		}
		if blocks[address] != nil {
			acctest.NoErrors(f.t, f.server.Validate(resource, blocks[address]))
		}
		planned := f.server.Plan(resource, prior, blocks[address])
		problems = append(problems, acctest.Errors(planned.Diagnostics)...)
		changes = append(changes, change{address, prior, planned, blocks[address]})
	}
	return changes, problems
}

// apply is a run with command = apply, which has to succeed.
func (f *testFile) apply(name string, blocks module) {
	f.t.Helper()
	changes, problems := f.planned(name, blocks)
	acctest.NoErrors(f.t, problems)
	acctest.NoErrors(f.t, f.applied(name, changes))
}

// applied plans once more what is not destroyed, as Terraform does when it applies.
func (f *testFile) applied(name string, changes []change) (problems []*errorDiagnostic) {
	f.t.Helper()
	if f.modules[name] == nil {
		f.modules[name] = map[string]acctest.State{}
	}
	f.order = append(slices.DeleteFunc(f.order, func(other string) bool { return other == name }), name)
	for _, c := range changes {
		resource := typeOf(c.address)
		if c.config != nil {
			if c.prior.Exists() && c.planned.State.Value.Equal(c.prior.Value) {
				continue
			}
			acctest.NoErrors(f.t, f.server.Validate(resource, c.config))
			c.planned = f.server.Plan(resource, c.prior, c.config)
			acctest.NoErrors(f.t, c.planned.Diagnostics)
		}
		state, found := f.server.Apply(resource, c.prior, c.planned)
		problems = append(problems, acctest.Errors(found)...)
		if f.modules[name][c.address] = state; !state.Exists() {
			delete(f.modules[name], c.address)
		}
	}
	return problems
}

// teardown destroys what every module has in state, the last one first, without
// reading it, and expects that nothing is left in either service.
func (f *testFile) teardown() {
	f.t.Helper()
	for _, name := range slices.Backward(f.order) {
		var changes []change
		for _, address := range slices.Sorted(maps.Keys(f.modules[name])) {
			prior := f.modules[name][address]
			planned := f.server.Plan(typeOf(address), prior, nil)
			acctest.NoErrors(f.t, planned.Diagnostics)
			changes = append(changes, change{address, prior, planned, nil})
		}
		acctest.NoErrors(f.t, f.applied(name, changes))
	}
	if contacts, communications := f.sim.WhatCounts.Contacts(acctest.Realm), f.sim.SevenG.Communications(); len(contacts)+len(communications) > 0 {
		f.t.Errorf("left are %+v and %+v", contacts, communications)
	}
}

func set(contacts string) config {
	return config{"contacts": contacts, "subscriptions": []any{map[string]any{"list_id": 5}}}
}

// TestRunsOfAFilePlanTheSameRecord: a plan alone makes nothing, so that the next
// run may plan another block for the same record.
func TestRunsOfAFilePlanTheSameRecord(t *testing.T) {
	t.Parallel()
	for name, blocks := range map[string][2]module{
		"contact":       {{"c": person("a@example.com", "A")}, {"c": person("a@example.com", "A", config{"last_name": "B"})}},
		"communication": {{"phone": phone("+61 2 5550 0001", config{"external_id": "X"})}, {"phone": phone("+61 2 5550 0002", config{"external_id": "X"})}},
		"set":           {{"set": set(`{"a":{"email":"a@example.com"}}`)}, {"set": set(`{"a":{"email":"a@example.com","city":"Perth"}}`)}},
		"several": {{"c": person("a@example.com", "A"), "d": person("b@example.com", "B")},
			{"c": person("b@example.com", "B", config{"city": "Perth"}), "d": person("a@example.com", "A", config{"city": "Perth"})}},
		"a contact, then a set": {{"c": person("a@example.com", "A")}, {"set": set(`{"a":{"email":"a@example.com","first_name":"A"}}`)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newTestFile(t, nil)
			acctest.NoErrors(t, f.plan("root", blocks[0]))
			acctest.NoErrors(t, f.plan("root", blocks[1]))
			acctest.NoErrors(t, f.plan("root", blocks[0]))
			f.apply("root", blocks[1])
			acctest.NoErrors(t, f.plan("other", module{"e": person("c@example.com", "C")}))
			f.teardown()
		})
	}
}

// TestRunsOfAFileDestroyInTheirOrder: the states of several modules are destroyed
// one after the other, and none is in the way of another one.
func TestRunsOfAFileDestroyInTheirOrder(t *testing.T) {
	t.Parallel()
	root := module{"c": person("a@example.com", "A"), "phone": phone("+61 2 5550 0001")}
	again := module{"c": person("a@example.com", "A", config{"city": "Perth"}), "phone": phone("+61 2 5550 0001")}
	for name, runs := range map[string]func(*testFile){
		"the first state last": func(f *testFile) {
			f.apply("root", root)
			f.apply("helper", module{"c": person("a@example.com", "B")})
			f.apply("set", module{"set": set(`{"c":{"email":"a@example.com","first_name":"C"}}`)})
		},
		"the first state first": func(f *testFile) {
			f.apply("root", root)
			f.apply("helper", module{"c": person("a@example.com", "B")})
			f.apply("set", module{"set": set(`{"c":{"email":"a@example.com","first_name":"C"}}`)})
			f.apply("root", again)
		},
		"after a plan": func(f *testFile) {
			f.apply("helper", module{"c": person("a@example.com", "B")})
			f.apply("root", root)
			acctest.NoErrors(f.t, f.plan("root", module{"phone": root["phone"]}))
		},
		"after a plan of another state": func(f *testFile) {
			f.apply("helper", module{"c": person("a@example.com", "B")})
			f.apply("root", root)
			acctest.NoErrors(f.t, f.plan("helper", module{"c": person("a@example.com", "B"), "d": person("a@example.com", "D")}))
		},
		"after a plan of one record twice": func(f *testFile) {
			f.apply("root", root)
			acctest.OneError(f.t, f.plan("root", module{"c": root["c"], "d": person("A@example.com", "A")}), conflict.SummaryTwice)
		},
		"after an end that was refused": func(f *testFile) {
			f.apply("root", module{"a": person("a@example.com", "A"), "b": person("a@example.com", "B")})
			acctest.OneError(f.t, f.plan("root", module{"b": person("a@example.com", "B")}), conflict.SummaryOptout)
		},
		"after a plan that was refused": func(f *testFile) {
			f.apply("helper", module{"c": person("a@example.com", "B")})
			f.apply("root", root)
			refused := module{"c": root["c"], "d": person("A@example.com", "A"), "e": person("a@example.com", "E"), "phone": root["phone"]}
			acctest.OneError(f.t, f.plan("root", refused), conflict.SummaryTwice)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newTestFile(t, nil) // whose policy leaves opt-outs
			runs(f)
			f.teardown()
		})
	}
}

// TestRunsOfAFileAreCountedApart: a limit holds for each run, whatever the state.
func TestRunsOfAFileAreCountedApart(t *testing.T) {
	t.Parallel()
	one, two, three, four := person("a@example.com", "A"), person("b@example.com", "B"), person("c@example.com", "C"), person("d@example.com", "D")
	for name, runs := range map[string]func(*testFile){
		"a delete, then the end": func(f *testFile) {
			f.apply("root", module{"a": one, "b": two})
			f.apply("root", module{"a": one})
		},
		"a plan of a delete in another state": func(f *testFile) {
			f.apply("root", module{"a": one, "b": two})
			f.apply("helper", module{"c": three, "d": four})
			acctest.NoErrors(f.t, f.plan("root", module{"a": one}))
			acctest.NoErrors(f.t, f.plan("helper", module{"c": three}))
			f.apply("helper", module{"c": three})
			f.apply("root", module{"a": one})
			acctest.NoErrors(f.t, f.plan("helper", module{"d": four}))
		},
		"deletes of two states": func(f *testFile) {
			f.apply("root", module{"a": one, "b": two})
			f.apply("helper", module{"c": three})
			f.apply("root", module{"a": one})
			f.apply("helper", module{})
		},
		"sets": func(f *testFile) {
			f.apply("root", module{"set": set(`{"a":{"email":"a@example.com"},"b":{"email":"b@example.com"}}`)})
			f.apply("helper", module{"set": set(`{"c":{"email":"c@example.com"}}`)})
			f.apply("root", module{"set": set(`{"a":{"email":"a@example.com"}}`)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newTestFile(t, map[string]any{"max_deletes_per_run": 1})
			runs(f)
			f.teardown()
		})
	}
}

// TestRunsOfAFileAreStillLimited: within one of them the limit and the register
// hold as ever.
func TestRunsOfAFileAreStillLimited(t *testing.T) {
	t.Parallel()
	f := newTestFile(t, map[string]any{"max_deletes_per_run": 1})
	blocks := module{"a": person("a@example.com", "A"), "b": person("b@example.com", "B")}
	f.apply("root", blocks)
	for range 2 {
		acctest.OneError(t, f.plan("root", module{}), deletion.SummaryTooMany)
	}
	f.apply("root", module{"a": blocks["a"]})
	f.teardown()
}

// TestRunsOfAFileReadAnew: a run that only looks sees what the run before has
// written.
func TestRunsOfAFileReadAnew(t *testing.T) {
	t.Parallel()
	f := newTestFile(t, nil)
	look := func() (emails, communications int) {
		t.Helper()
		optouts, problems := f.server.Look("reach_optouts", config{})
		acctest.NoErrors(t, problems)
		owned, problems := f.server.Look("reach_communications", config{"owner": map[string]any{"type": "biz_entity", "id": 42}})
		acctest.NoErrors(t, problems)
		return len(optouts["emails"].([]any)), len(owned["communications"].([]any))
	}
	optouts, communications := look()
	f.apply("root", module{"c": person("a@example.com", "A"), "phone": phone("+61 2 5550 0001")})
	if _, now := look(); now != communications+1 {
		t.Errorf("%d communications, and %d before one was made", now, communications)
	}
	f.teardown()
	if nowOptouts, now := look(); now != communications || nowOptouts != optouts+1 {
		t.Errorf("%d opt-outs and %d communications after the end, before all %d and %d", nowOptouts, now, optouts, communications)
	}
}

// TestConflictBesideAnInstanceThatIsPlannedLater: in an ordinary plan, too,
// something may be validated that is not planned yet when a conflict is found.
func TestConflictBesideAnInstanceThatIsPlannedLater(t *testing.T) {
	t.Parallel()
	server := acctest.NewConfigured(t, acctest.Simulator(t), acctest.Realm, nil)
	one, twin, other := person("a@example.com", "A"), person("A@example.com", "A"), person("b@example.com", "B")
	validate := func(config config) { acctest.NoErrors(t, server.Validate(contactType, config)) }

	validate(one)
	acctest.NoErrors(t, server.Plan(contactType, server.None(contactType), one).Diagnostics)
	validate(other)
	validate(twin)
	refused := make(chan acctest.Planned)
	go func() { refused <- server.Plan(contactType, server.None(contactType), twin) }()
	select {
	case <-refused:
		t.Error("nothing waited for the other instance")
	case <-time.After(20 * time.Millisecond):
	}
	acctest.NoErrors(t, server.Plan(contactType, server.None(contactType), other).Diagnostics)
	acctest.OneError(t, (<-refused).Diagnostics, conflict.SummaryTwice)
}

// TestConflictBesideAnInstanceOfIgnoredChanges: with ignore_changes, Terraform
// plans another configuration than it has validated.
func TestConflictBesideAnInstanceOfIgnoredChanges(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	kept := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(contactType, person("c@example.com", "C"))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	validate := func(config config) { acctest.NoErrors(t, server.Validate(contactType, config)) }

	validate(person("a@example.com", "A"))
	acctest.NoErrors(t, server.Plan(contactType, server.None(contactType), person("a@example.com", "A")).Diagnostics)
	kept, problems := server.Refresh(contactType, kept)
	acctest.NoErrors(t, problems)
	validate(person("c@example.com", "C", config{"city": "Perth"}))
	acctest.NoErrors(t, server.Plan(contactType, kept, person("c@example.com", "C")).Diagnostics)
	twin := person("A@example.com", "A")
	validate(twin)
	acctest.OneError(t, server.Plan(contactType, server.None(contactType), twin).Diagnostics, conflict.SummaryTwice)
}

// TestDestroyAfterAnotherPlan: terraform destroy plans the whole configuration
// first. What that would make is in the way of no end.
func TestDestroyAfterAnotherPlan(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	made := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(contactType, person("a@example.com", "A"))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	read, problems := server.Refresh(contactType, made)
	acctest.NoErrors(t, problems)
	acctest.NoErrors(t, server.Plan(contactType, read, person("a@example.com", "A")).Diagnostics)
	acctest.NoErrors(t, server.Plan(contactType, server.None(contactType), person("a@example.com", "B")).Diagnostics)
	acctest.NoErrors(t, server.Plan(contactType, read, nil).Diagnostics)
}

// TestEndsThatAreReadLaterAreCounted: Terraform 1.11 plans the end of a removed
// instance before it reads it, while it has read others.
func TestEndsThatAreReadLaterAreCounted(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	before := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	kept, one, other := before.Created(contactType, person("a@example.com", "A")), before.Created(contactType, person("b@example.com", "B")), before.Created(contactType, person("a@example.com", "C"))
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 1})
	kept, problems := server.Refresh(contactType, kept)
	acctest.NoErrors(t, problems)
	acctest.NoErrors(t, server.Plan(contactType, kept, person("a@example.com", "A")).Diagnostics)
	acctest.NoErrors(t, server.Plan(contactType, one, nil).Diagnostics)
	acctest.OneError(t, server.Plan(contactType, other, nil).Diagnostics, conflict.SummaryOptout)
	last := before.Created(contactType, person("d@example.com", "D"))
	acctest.OneError(t, server.Plan(contactType, last, nil).Diagnostics, deletion.SummaryTooMany)
}
