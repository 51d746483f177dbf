// Package conflict finds what two resource instances of one configuration would
// do to each other: hold one record, or leave an opt-out on an address that the
// other one needs. A provider is called once for each instance and is not told
// its address. So instances are told apart by a key in their private state, and
// compared by native ids, by what the service tells records apart by, and by
// e-mail addresses, over everything that Terraform shows in one run.
package conflict

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
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
	// Configuration tells configurations apart, of records that are to be made.
	// Terraform plans each of those twice, when it plans and when it applies.
	Configuration string
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
	key      string // in Register.instances
	planned  bool   // false: only read so far
	imported bool   // in this run
	made     bool   // in this run
	refused  bool   // the plan is, because of this instance
	forgets  bool   // its end deletes nothing, since another instance has the record
	reading  bool   // at this moment
	replaced bool   // it is tainted, and one to be made takes its place
	applies  int    // how many changes had been applied when it was planned
	read     bool   // in this run
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
	applies   int                    // changes that were applied, in all runs
	applied   bool                   // one was, in this run
	begun     time.Time              // when the run was first heard of; zero: not yet
}

// DefaultPatience is how long after the first instance of a run the end of one
// waits for others.
const DefaultPatience = 100 * time.Millisecond

// NewRegister makes a register with a patience ([Register.AwaitOthers]). The
// functions are called when a new run begins in a process that lives longer than
// one.
func NewRegister(patience time.Duration, onNewRun ...func()) *Register {
	r := &Register{onNewRun: onNewRun, patience: patience}
	r.clear()
	return r
}

func (r *Register) clear() {
	r.instances, r.index, r.applied, r.begun = map[string]*instance{}, map[string][]*instance{}, false, time.Time{}
}

// begin notes when the run was first heard of.
func (r *Register) begin() {
	if r.begun.IsZero() {
		r.begun = time.Now()
	}
}

// AwaitOthers returns when the run is old enough that Terraform has begun with
// most instances. It plans about ten at a time, in any order, and the end of one
// is decided on by what the others have.
func (r *Register) AwaitOthers(ctx context.Context) {
	r.mu.Lock()
	r.begin()
	wait := time.Until(r.begun.Add(r.patience))
	r.mu.Unlock()
	select {
	case <-time.After(wait):
	case <-ctx.Done():
	}
}

// Read notes that the record of an instance is read, and returns the instance's
// key: the one given, or a new one where none was. The function returned is to
// be called with what was read, or nil where nothing is kept.
//
// Terraform reads an instance once, before or after it plans it, and none while
// it applies. So a second read, or one after an apply, begins a new run. Two
// reads at a time under one key are two instances: somebody copied a state.
func (r *Register) Read(key string, before Record) (string, func(*Record)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.instances[key]
	if r.applied && r.applying == 0 || known != nil && known.read && !known.reading {
		r.beginRun()
		known = r.instances[key]
	}
	r.begin()
	if known == nil || known.reading {
		if key == "" || known != nil {
			key = newKey()
		}
		known = &instance{Change: Change{Instance: key, Before: &before}, key: key}
		r.put(known)
	}
	known.reading, known.read = true, true
	return key, func(stored *Record) {
		r.mu.Lock()
		defer r.mu.Unlock()
		known.reading = false
		if known.planned || r.instances[key] != known {
			return
		}
		r.remove(known)
		if stored != nil {
			known.Before = stored
			r.put(known)
		}
	}
}

// Import notes that a record is imported, and returns the key of the instance.
func (r *Register) Import(record Record) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.applied && r.applying == 0 {
		r.beginRun()
	}
	r.begin()
	key := newKey()
	r.put(&instance{Change: Change{Instance: key, Before: &record}, key: key, imported: true})
	return key
}

// beginRun forgets the run before. What was planned after the last apply belongs
// to the new one: Terraform plans what it has not read before, or reads later.
func (r *Register) beginRun() {
	former, applied := r.instances, r.applied
	r.clear()
	for _, each := range former {
		if applied && each.planned && !each.made && each.applies == r.applies {
			each.read = false // in the new run
			r.put(each)
		}
	}
	for _, begin := range r.onNewRun {
		begin()
	}
}

// Apply notes that a change is being applied, until the function returned is
// called.
func (r *Register) Apply() (done func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.applying++
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.applying--
		r.applies++
		r.applied, r.begun = true, time.Time{} // the next plan may be of a new run
	}
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

// forgetPlanned removes what was planned to be made as a record.
func (r *Register) forgetPlanned(record Record, configuration string) {
	if planned := r.instances[keyOfPlanned(record.Kind, configuration)]; planned != nil {
		r.remove(planned)
	}
	for _, key := range record.Keys {
		for _, other := range slices.Clone(r.find("key", record.Kind, key)) {
			if other.makes() {
				r.remove(other)
			}
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

// Predecessor is the record in state that one to be made replaces, where
// Terraform does not say so: of a tainted instance it reads the record, and plans
// the create alone. Terraform plans every other instance right after it has read
// it. So one that was read, and is still not planned a moment later, is it: the
// one that has most in common with the record, where there are several. One that
// has nothing in common may also be an instance that Terraform forgets: OpenTofu
// reads that, and plans nothing for it. Then isSure is false.
func (r *Register) Predecessor(ctx context.Context, made Record) (predecessor Record, isSure, found bool) {
	r.mu.Lock()
	waiting := r.onlyRead(made.Kind)
	r.mu.Unlock()
	for deadline := time.Now().Add(r.patience); len(waiting) > 0 && time.Now().Before(deadline) && ctx.Err() == nil; {
		time.Sleep(min(r.patience, time.Millisecond))
		r.mu.Lock()
		waiting = slices.DeleteFunc(waiting, func(i *instance) bool { return r.instances[i.key] != i || i.replaced })
		r.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting = slices.DeleteFunc(waiting, func(i *instance) bool { return r.instances[i.key] != i || i.replaced })
	if len(waiting) == 0 {
		return Record{}, false, false
	}
	likeliest := slices.MaxFunc(waiting, func(one, other *instance) int { return one.likeness(made) - other.likeness(made) })
	isSure = likeliest.likeness(made) > 0
	likeliest.replaced = isSure // else a better one may come
	return *likeliest.Before, isSure, true
}

// onlyRead are the instances that were read in this run and are not planned.
func (r *Register) onlyRead(kind string) []*instance {
	var found []*instance
	for _, known := range r.instances {
		if !known.planned && !known.imported && !known.reading && known.read && known.Before.Kind == kind && !known.replaced {
			found = append(found, known)
		}
	}
	return found
}

// likeness is how much the record in state has in common with one to be made.
func (i *instance) likeness(made Record) int {
	switch {
	case overlap(i.Before.Keys, made.Keys):
		return 3
	case overlap(i.Before.Contents, made.Contents):
		return 2
	case made.OptedOutBy != "" && fold(i.Before.OptedOutBy) == fold(made.OptedOutBy):
		return 1
	}
	return 0
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

// InState are the records in state that this run has seen, of one kind.
func (r *Register) InState(kind string) []Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	var records []Record
	for _, known := range r.instances {
		if known.Before != nil && known.Before.Kind == kind {
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
	return slices.ContainsFunc(r.find("address", record.Kind, fold(record.OptedOutBy)), func(other *instance) bool {
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
	for _, other := range r.find("address", record.Kind, fold(record.OptedOutBy)) {
		successor := other.Before != nil && other.Before.ID == record.ID
		if other.planned && !successor && other.uses(record.OptedOutBy) {
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
	if known := r.instances[key]; change.Instance == "" && known != nil && known.planned && !r.applied && r.applying == 0 && (known.keeps() && change.ends() || known.ends() && change.keeps()) {
		key += " " + newKey() // two instances: one plan does not do both to one
	}
	planned := &instance{Change: change, key: key, planned: true, applies: r.applies}
	if known := r.instances[key]; known != nil {
		planned.imported, planned.read = known.imported, known.read
		r.remove(known)
	}
	outcome := r.compare(planned)
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
		add("address", record.Kind, fold(record.OptedOutBy))
	}
	return all
}

// keyOfPlanned is the key of an instance that is to be made, by all that
// Terraform shows of it.
func keyOfPlanned(kind, configuration string) string {
	return "to be made " + kind + " " + configuration
}

func newKey() string { return rand.Text()[:10] }

func fold(address string) string { return strings.ToLower(strings.TrimSpace(address)) }
