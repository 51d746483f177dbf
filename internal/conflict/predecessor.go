package conflict

import (
	"context"
	"slices"
	"time"
)

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

// onlyRead are the instances with one record that were read in this run and are
// not planned.
func (r *Register) onlyRead(kind string) []*instance {
	var found []*instance
	for _, known := range r.instances {
		if !known.planned && !known.imported && !known.Part && !known.reading && known.read && known.Before.Kind == kind && !known.replaced {
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
