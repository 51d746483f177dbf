package conflict

import (
	"cmp"
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
	if r.first == 0 {
		r.moment++
		r.first = r.moment
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
	if r.hasApplied() || known != nil && known.readAt > 0 && !known.reading {
		r.beginRun(cmp.Or(r.applied, r.moment))
		known = r.instances[key]
	}
	r.begin()
	r.reads = true
	r.moment++
	if known == nil || known.reading {
		if key == "" || known != nil {
			key = newKey()
		}
		known = &instance{Change: Change{Instance: key, Before: &before}, key: key}
		r.put(known)
	}
	known.reading, known.readAt = true, r.moment
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
	if r.hasApplied() {
		r.beginRun(r.applied)
	}
	r.begin()
	r.reads = true
	key := newKey()
	r.put(&instance{Change: Change{Instance: key, Before: &record}, key: key, imported: true})
	return key
}

// hasApplied reports whether changes were applied in this run, and none is being
// applied.
func (r *Register) hasApplied() bool { return r.applied > 0 && r.applying == 0 }

// isShared reports whether the process serves more than one run: one that plans
// reads and does not apply, and one that applies does not read.
func (r *Register) isShared() bool { return r.reads && r.applies }

// hasRead reports whether this run reads what it plans, as it reads what it
// imports in any case. Then every Terraform that lets runs share a process (1.13)
// has read an instance that it plans to end; 1.11 reads it afterwards.
func (r *Register) hasRead() bool {
	for _, each := range r.instances {
		if each.readAt > 0 && !each.imported {
			return true
		}
	}
	return false
}

// beginRun forgets the run before, which has ended at a moment. What was planned
// or read after that belongs to the new one: Terraform plans what it has not read
// before, or reads later.
func (r *Register) beginRun(ended int) {
	r.forget(ended)
	for _, begin := range r.onNewRun {
		begin()
	}
}

func (r *Register) forget(ended int) {
	former := r.instances
	r.clear()
	for _, each := range former {
		if each.plannedAt <= ended && each.readAt <= ended {
			continue
		}
		if each.readAt <= ended {
			each.readAt = 0
		}
		r.put(each)
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
		r.moment++
		r.applied, r.begun = r.moment, time.Time{} // the next plan may be of a new run
		r.applies = true
	}
}
