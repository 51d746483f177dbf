package conflict

import (
	"context"
	"slices"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Predecessor is the record in state that one to be made replaces, where
// Terraform does not say so: of a tainted instance it reads the record, and plans
// the create alone. Terraform plans every other instance right after it has read
// it. So one that was read, and is still not planned a moment later, is it: the
// one that has most in common with the record, where there are several. Another
// one to be made that has more in common with it takes it over. One that has
// nothing in common may also be an instance that Terraform forgets: OpenTofu reads
// that, and plans nothing for it. Then isSure is false.
func (r *Register) Predecessor(ctx context.Context, made Record) (predecessor Record, isSure, found bool) {
	r.mu.Lock()
	waiting := r.onlyRead(made)
	r.mu.Unlock()
	planned := func(i *instance) bool { return r.instances[i.key] != i || !i.mayPrecede(made) }
	for deadline := time.Now().Add(r.patience); len(waiting) > 0 && time.Now().Before(deadline) && ctx.Err() == nil; {
		time.Sleep(min(r.patience, time.Millisecond))
		r.mu.Lock()
		waiting = slices.DeleteFunc(waiting, planned)
		r.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	waiting = slices.DeleteFunc(waiting, planned)
	if len(waiting) == 0 {
		return Record{}, false, false
	}
	likeliest := slices.MaxFunc(waiting, func(one, other *instance) int { return one.likeness(made) - other.likeness(made) })
	if likeliest.successor > 0 {
		r.releasePredecessor(likeliest.Before.Record)
	}
	likeliest.successor = likeliest.likeness(made)
	return *likeliest.Before, likeliest.successor > 0, true
}

// onlyRead are the instances with one record that were read in this run and are
// not planned.
func (r *Register) onlyRead(made Record) []*instance {
	var found []*instance
	for _, known := range r.instances {
		if !known.planned && !known.imported && !known.Part && !known.reading && known.readAt > 0 && known.Before.Kind == made.Kind && known.mayPrecede(made) {
			found = append(found, known)
		}
	}
	return found
}

// mayPrecede is false where another one to be made is as likely to replace the
// instance.
func (i *instance) mayPrecede(made Record) bool {
	return i.successor == 0 || i.successor < i.likeness(made)
}

// releasePredecessor takes a record from the one to be made that was thought to
// replace it.
func (r *Register) releasePredecessor(record deletion.Record) {
	for _, other := range slices.Clone(r.find("id", record.Kind, idOf(record))) {
		if other.Instance == "" && other.makes() && other.Before != nil {
			r.remove(other)
			other.Before = nil
			r.put(other)
		}
	}
}

// likeness is how much the record in state has in common with one to be made.
func (i *instance) likeness(made Record) int {
	switch {
	case overlap(i.Before.Keys, made.Keys):
		return 3
	case overlap(i.Before.Contents, made.Contents):
		return 2
	case made.OptedOutBy != "" && textform.Key(i.Before.OptedOutBy) == textform.Key(made.OptedOutBy):
		return 1
	}
	return 0
}
