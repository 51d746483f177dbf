package whatcounts

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// HeldBackError says that nothing was sent for a contact because others of its
// set stand in the way. It comes inside an apierror.NotSent error, so that a
// caller can leave such contacts out of what it tells.
type HeldBackError struct{}

// Error says so.
func (*HeldBackError) Error() string {
	return "others of the set stand in the way, and it is done as a whole or not at all"
}

// checked is an operation that can tell, before anything of its set is sent,
// what would stand in its way later.
type checked interface {
	operation
	// clash is the error for what an earlier one of the set makes impossible.
	clash(earlier operation) error
	// foresee is the error for what a command would be refused for.
	foresee(ctx context.Context) error
}

// runWhole writes to nobody unless everybody of the set can be written to.
func (c *Client) runWhole(ctx context.Context, set []operation, how *manner) {
	release, held := c.holdAll(ctx, open(set))
	if !held {
		return
	}
	defer release()
	c.lookAtWhole(ctx, set, how)
	for _, o := range set {
		if o.state().outcome.Err == nil {
			continue
		}
		for _, other := range open(set) {
			attempt := other.state().attempt
			cause := &HeldBackError{}
			other.state().finish(&apierror.Error{Kind: apierror.NotSent, Attempt: attempt, Reason: cause.Error(), Cause: cause})
		}
		return
	}
	for i, round := range rounds(open(set)) {
		if i > 0 {
			c.lookAt(ctx, round, how, false) // others of the set are on these addresses by now
		}
		c.runLookedAt(ctx, open(round), how)
		how.count(round)
	}
}

// lookAtWhole finds everything that stands in the way of a set. It ends early
// when the service does not answer: nothing will be sent in any case.
func (c *Client) lookAtWhole(ctx context.Context, set []operation, how *manner) {
	findClashes(open(set))
	var unanswered atomic.Bool
	each(open(set), how.atOnce, func(o operation) {
		if unanswered.Load() {
			return
		}
		err := o.look(ctx, false)
		if one, can := o.(checked); can && err == nil {
			err = one.foresee(ctx)
		}
		if err != nil {
			o.state().finish(err)
			unanswered.Store(unanswered.Load() || !isAboutContact(err))
		}
		how.looks.add(1)
	})
}

// findClashes compares those of a set that come later with those before them
// whom they would meet.
func findClashes(set []operation) {
	named := make(map[string][]operation)
	for _, o := range set {
		one, can := o.(checked)
		if !can {
			continue
		}
		for _, name := range one.apart() {
			for _, earlier := range named[name] {
				if err := one.clash(earlier); err != nil && !one.state().finished {
					one.state().finish(err)
				}
			}
			named[name] = append(named[name], o)
		}
	}
}

// isAboutContact reports whether an error is about the contact, and not about
// the way to the service.
func isAboutContact(err error) bool {
	var judged *apierror.Error
	if !errors.As(err, &judged) {
		return false
	}
	switch judged.Kind {
	case apierror.Conflict, apierror.Refused, apierror.Invalid, apierror.NotFound:
		return true
	}
	return false
}
