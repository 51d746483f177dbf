// Package conflict finds what two resource instances of one configuration would
// do to each other: hold one record, or leave an opt-out on an address that the
// other one needs. A provider is called once for each instance and is not told
// its address. So instances are told apart by a key in their private state, and
// compared by native ids, by what the service tells records apart by, and by
// e-mail addresses, over everything that Terraform shows in one run.
package conflict

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Record is one record of a service, as a state or a plan has it.
type Record struct {
	deletion.Record // an ID of 0: it is yet to be made

	// Keys are what the service tells records apart by: two records with one of
	// them in common are one.
	Keys []string
	// Contents are all else that is alike where a block got another name. Two
	// records may have one in common.
	Contents []string
	// OptedOutBy is the e-mail address on which an opt-out of the record would
	// stand. Empty: none can.
	OptedOutBy string
}

// Ending is what becomes of a record in the service when its instance ends.
type Ending int

// The endings, from the mildest.
const (
	Stays         Ending = iota // it is forgotten, or its delete is refused elsewhere
	Unsubscribed                // it stays, off its lists
	Deleted                     // it goes, and leaves no opt-out
	DeletedOptout               // it goes, and leaves a Global Optout of its address
)

// Change is what a plan does with one instance.
type Change struct {
	// Instance is the key from private state. It is empty where no state stands
	// behind the plan.
	Instance string
	Before   *Record // in state; nil: none
	After    *Record // planned; nil: none. One without an ID is another record than Before.
	Ending   Ending  // of Before, where After is not that record
	// Configuration is [Configuration], of records that are to be made.
	// Terraform plans each of those twice, when it plans and when it applies.
	Configuration string
	// Part says that the instance is a part of one with many records ([Register.PlanAll]).
	Part bool
}

func (c Change) removes() bool {
	return c.Before != nil && (c.After == nil || c.After.ID != c.Before.ID)
}
func (c Change) ends() bool  { return c.Before != nil && c.After == nil }
func (c Change) keeps() bool { return c.Before != nil && !c.removes() }
func (c Change) makes() bool { return c.After != nil && c.After.ID == 0 }

// instance is a resource instance of this run.
type instance struct {
	Change
	key       string // in Register.instances
	planned   bool   // false: only read so far
	imported  bool   // in this run
	made      bool   // in this run
	refused   bool   // the plan is, because of this instance
	forgets   bool   // its end deletes nothing, since another instance has the record
	reading   bool   // at this moment
	successor int    // it is tainted: the likeness of the one to be made in its place; 0: none
	plannedAt int    // the moment
	readAt    int    // the moment in this run; 0: not in this run
}

// Register holds the instances of one run, which is a plan with its apply. It
// belongs to one configured provider, and is safe for concurrent use.
type Register struct {
	onNewRun []func()
	patience time.Duration // how long after the first instance others are waited for

	mu        sync.Mutex
	instances map[string]*instance
	index     map[string][]*instance // by id, key, content and address
	applying  int                    // changes that are being applied
	applied   int                    // the moment at which the last one of this run was; 0: none was
	begun     time.Time              // when the run was first heard of; zero: not yet
	moment    int                    // counts what Terraform asks for
	first     int                    // the moment of the first instance of this run; 0: none yet
	reads     bool                   // an instance was read, in any run
	applies   bool                   // a change was applied, in any run
	validated map[string][]int       // the moments at which configurations were validated that are not planned
	others    int                    // configurations of this run that were planned, and never validated
}

// NewRegister makes a register with a patience ([Register.AwaitOthers]). The
// functions are called when a new run begins in a process that lives longer than
// one.
func NewRegister(patience time.Duration, onNewRun ...func()) *Register {
	r := &Register{onNewRun: onNewRun, patience: patience, validated: map[string][]int{}}
	r.clear()
	return r
}

func (r *Register) clear() {
	r.instances, r.index, r.applied, r.begun, r.first, r.others = map[string]*instance{}, map[string][]*instance{}, 0, time.Time{}, 0, 0
}

// Made notes a record that was created in this run from a configuration, and
// returns the key of its instance.
func (r *Register) Made(record Record, configuration string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgetPlanned(record, configuration)
	key := newKey()
	r.put(&instance{Change: Change{Instance: key, Before: &record, After: &record}, key: key, planned: true, made: true})
	return key
}

// NotMade notes that a record was not created after all.
func (r *Register) NotMade(record Record, configuration string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgetPlanned(record, configuration)
}

// forgetPlanned removes what was planned to be made as a record. That has the key
// of an instance where the record replaces another one, or one that was gone.
func (r *Register) forgetPlanned(record Record, configuration string) {
	if planned := r.instances[keyOfPlanned(record.Kind, configuration)]; planned != nil {
		r.remove(planned)
	}
	for _, other := range r.related(&instance{Change: Change{After: &record}}) {
		if other.makes() && (other.Configuration == configuration || sameKeys(other.After, &record)) {
			r.remove(other)
		}
	}
}

// Gone notes that the instances which have a record in state have it no more.
func (r *Register) Gone(record deletion.Record) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, held := range slices.Clone(r.find("id", record.Kind, idOf(record))) {
		if held.Before != nil && held.Before.ID == record.ID {
			r.remove(held)
		}
	}
}

// Before is the record in state of an instance of this run.
func (r *Register) Before(instance string) (Record, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.instances[instance]
	if known == nil || known.Before == nil {
		return Record{}, false
	}
	return *known.Before, true
}

// InState are the records in state that this run has seen, of one kind, of
// instances that have one record.
func (r *Register) InState(kind string) []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	var records []Record
	for _, known := range r.instances {
		if known.Before != nil && known.Before.Kind == kind && !known.Part {
			records = append(records, *known.Before)
		}
	}
	return records
}

// Holds reports whether an instance of this run has a record, or is to keep it.
func (r *Register) Holds(record deletion.Record) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.find("id", record.Kind, idOf(record)), func(held *instance) bool { return !held.planned || !held.removes() })
}

// MadeOnAddress reports whether a record was made in this run on the address of
// another one.
func (r *Register) MadeOnAddress(record Record) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.find("address", record.Kind, textform.Key(record.OptedOutBy)), func(other *instance) bool {
		return other.made && other.After.ID != record.ID
	})
}

// CheckEnd refuses, right before the end of a record, one that another instance
// keeps, and an opt-out of an address that another one has or gets. The plan has
// done so where it could compare the two.
func (r *Register) CheckEnd(key string, record Record, ending Ending) diag.Diagnostics {
	r.mu.Lock()
	defer r.mu.Unlock()
	removed := &instance{Change: Change{Before: &record, Ending: ending}}
	for _, other := range r.find("id", record.Kind, idOf(record.Record)) {
		if other.planned && other.key != key && other.keeps() && other.Before.ID == record.ID {
			return diag.Diagnostics{keptAndRemoved(other, removed)}
		}
	}
	if ending != DeletedOptout {
		return nil
	}
	for _, other := range r.find("address", record.Kind, textform.Key(record.OptedOutBy)) {
		successor := other.Before != nil && other.Before.ID == record.ID
		if other.planned && !other.refused && !successor && other.uses(record.OptedOutBy) {
			return diag.Diagnostics{optoutInUse(removed, other)}
		}
	}
	return nil
}

// Keep is Plan for an instance whose plan is its state, as it was read in this
// run. It reports false where it was not.
func (r *Register) Keep(instance string) (Outcome, bool) {
	record, known := r.Before(instance)
	if !known {
		return Outcome{}, false
	}
	return r.Plan(Change{Instance: instance, Before: &record, After: &record}), true
}

// Outcome is what a plan has to say of one instance.
type Outcome struct {
	Diagnostics diag.Diagnostics
	// Forgets says that the end of the instance must delete nothing, since another
	// instance has the record and goes on with it.
	Forgets bool
}

// Plan notes what a plan does with an instance, and compares it with all others
// that were planned before: of two that conflict, the second is refused.
func (r *Register) Plan(change Change) Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begin()
	key := change.Instance
	switch {
	case key == "" && change.makes():
		key = keyOfPlanned(change.After.Kind, change.Configuration)
	case key == "":
		key = "in state " + change.Before.Kind + " " + idOf(change.Before.Record)
	}
	if known := r.instances[key]; change.Instance == "" && known != nil && known.planned && r.applied == 0 && r.applying == 0 && (known.keeps() && change.ends() || known.ends() && change.keeps()) {
		key += " " + newKey() // two instances: one plan does not do both to one
	}
	if r.instances[key] == nil && change.ends() && change.Instance != "" && r.isShared() && r.hasRead() {
		r.beginRun(r.moment)
	}
	r.moment++
	planned := &instance{Change: change, key: key, planned: true, plannedAt: r.moment}
	known := r.instances[key]
	if known != nil {
		planned.imported, planned.readAt = known.imported, known.readAt
		r.remove(known)
	}
	outcome := r.compare(planned)
	if planned.refused && (r.isNewPlan(known, change) || r.isNewRun(change.ends())) {
		planned.refused = false
		outcome = r.compare(planned)
	}
	planned.forgets = outcome.Forgets
	r.put(planned)
	return outcome
}

func (r *Register) put(added *instance) {
	if former := r.instances[added.key]; former != nil {
		r.remove(former)
	}
	r.instances[added.key] = added
	for _, term := range terms(added) {
		r.index[term] = append(r.index[term], added)
	}
}

func (r *Register) remove(former *instance) {
	delete(r.instances, former.key)
	for _, term := range terms(former) {
		r.index[term] = slices.DeleteFunc(r.index[term], func(known *instance) bool { return known == former })
	}
}

func (r *Register) find(by, kind, value string) []*instance {
	if value == "" {
		return nil
	}
	return r.index[by+" "+kind+" "+value]
}

// terms are what an instance is found by.
func terms(of *instance) []string {
	var all []string
	add := func(by, kind, value string) {
		if term := by + " " + kind + " " + value; value != "" && !slices.Contains(all, term) {
			all = append(all, term)
		}
	}
	for _, record := range []*Record{of.Before, of.After} {
		if record == nil {
			continue
		}
		add("id", record.Kind, idOf(record.Record))
		for _, key := range record.Keys {
			add("key", record.Kind, key)
		}
		for _, content := range record.Contents {
			add("content", record.Kind, content)
		}
		add("address", record.Kind, textform.Key(record.OptedOutBy))
	}
	return all
}

// keyOfPlanned is the key of an instance that is to be made, by all that
// Terraform shows of it.
func keyOfPlanned(kind, configuration string) string {
	return "to be made " + kind + " " + configuration
}

func newKey() string { return rand.Text()[:10] }
