package whatcounts

import (
	"context"
	"fmt"
	"strconv"
	"sync"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// The two names of the command, of which the same page uses both.
// whatcounts.md#deletesubid.
const (
	deleteByIDName      = "deletesubid"
	deleteByIDOtherName = "deletebyid"
)

func (d *deletion) byID() write {
	name := deleteByIDName
	if d.otherAs || d.deleteByIDAs.Load() {
		name = deleteByIDOtherName
	}
	return write{
		attempt: d.attempt, optouts: true, judge: d.judgeByID,
		command: newCommand(name, argument{"subscriber_id", strconv.FormatInt(d.SubscriberID, 10)}),
	}
}

// judgeByID takes the answer to a delete by id. When the first name of the
// command fails, the second is tried: both name the same id, so that is safe.
func (d *deletion) judgeByID(a answer, _ int) error {
	gone, readable, missing := a.parseDeleteByID(d.SubscriberID)
	d.missing = missing
	switch {
	case missing:
	case a.kind == failure && d.otherAs:
		return d.asFirst
	case a.kind == failure && d.deleteByIDAs.Load():
		return d.refusedBy(d.attempt, a)
	case a.kind == failure:
		d.otherAs, d.asFirst = true, d.refusedBy(d.attempt, a)
		return nil
	case !readable:
		return d.cannotRead(d.attempt, a, "the answer")
	case gone != d.SubscriberID:
		return &apierror.Error{
			Kind: apierror.Uncertain, Attempt: d.attempt,
			Reason: fmt.Sprintf("the service says that it deleted contact %d", gone),
			Advice: "Check both contacts in WhatCounts. A delete cannot be undone.",
		}
	default:
		d.proved = true
	}
	if d.otherAs && d.proved {
		d.deleteByIDAs.Store(true)
	}
	return nil
}

// optoutOfDeleteByID is what the Client has learned about deletes by id. The
// zero value is ready for use.
type optoutOfDeleteByID struct {
	mu                sync.Mutex
	learned, recorded bool
}

func (o *optoutOfDeleteByID) learn(recorded bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.learned, o.recorded = true, recorded
}

func (o *optoutOfDeleteByID) isLearned() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.learned
}

func (o *optoutOfDeleteByID) isRecorded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.recorded
}

// learnOptout looks whether the delete by id of an address without a global
// opt-out has recorded one.
func (d *deletion) learnOptout(ctx context.Context) {
	if !d.noOptout || d.deleteByID.isLearned() {
		return
	}
	if recorded, err := d.OptedOut(ctx, d.Email, 0, freshOptouts.days); err == nil {
		d.deleteByID.learn(recorded)
	}
}
