package conflict

import (
	"context"
	"time"
)

// A run is a plan with the apply that follows it. Nothing tells the provider when
// one begins: it is seen by what Terraform reads.

// DefaultPatience is how long after the first instance of a run the end of one
// waits for others.
const DefaultPatience = 100 * time.Millisecond

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
