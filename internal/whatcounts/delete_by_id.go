package whatcounts

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// DeleteContactByID deletes a contact for good, by its id, and asks for no
// opt-out. A contact that is gone already is a success, and nothing is sent for
// it; a record that is no longer the one expected is a [ChangedError].
//
// That the service then records no opt-out is documented, but untested by any
// known client. The first delete of the Client that can show it looks, with a
// query of the global opt-outs before and one after; optoutRecorded is what was
// learned.
//
// It takes two requests, one without verification. "WhatCounts: Delete Contact
// by ID".
func (c *Client) DeleteContactByID(ctx context.Context, expected Contact, check DeleteCheck) (optoutRecorded bool, err error) {
	_, optoutRecorded, err = c.deleteContactByID(ctx, expected, check)
	return optoutRecorded, err
}

func (c *Client) deleteContactByID(ctx context.Context, expected Contact, check DeleteCheck) (goneBefore, optoutRecorded bool, err error) {
	d := &deletion{itinerary: &itinerary{Client: c}, attempt: "deleting " + expected.describe() + " by its id", target: expected, check: check}
	var experiment *optoutExperiment
	d.prepare = func(ctx context.Context) error {
		var err error
		experiment, err = c.beginExperiment(ctx, expected.Email)
		return err
	}
	deleted := false
	d.send = func(ctx context.Context) error {
		err := d.sendDeleteByID(ctx)
		deleted = deleted || err == nil || isUnclear(err)
		return err
	}
	goneBefore, err = d.run(ctx)
	return goneBefore, c.endExperiment(ctx, experiment, err == nil && deleted), err
}

// commandChoice remembers which of two names of a command the service knows.
// The zero value is ready for use.
type commandChoice struct{ second atomic.Bool }

// The two names, of which the same page uses both.
const (
	deleteByIDFirst  = "deletesubid"
	deleteByIDSecond = "deletebyid"
)

// sendDeleteByID deletes by id. When the first name of the command fails, the
// second is tried: both name the same id, so that is safe.
func (d *deletion) sendDeleteByID(ctx context.Context) error {
	if d.deleteByID.second.Load() {
		_, err := d.deleteUnder(ctx, deleteByIDSecond)
		return err
	}
	failed, err := d.deleteUnder(ctx, deleteByIDFirst)
	if !failed {
		return err
	}
	if _, secondErr := d.deleteUnder(ctx, deleteByIDSecond); !apierror.Is(secondErr, apierror.Refused) {
		d.deleteByID.second.CompareAndSwap(false, secondErr == nil)
		return secondErr
	}
	return err
}

// deleteUnder sends the command under one of its names. failed says that the
// service answered with a FAILURE that means neither the credentials nor a
// contact that is missing.
func (d *deletion) deleteUnder(ctx context.Context, name string) (failed bool, err error) {
	id := d.target.SubscriberID
	answer, err := d.act(ctx, d.attempt, newCommand(name, argument{"subscriber_id", strconv.FormatInt(id, 10)}))
	if err != nil {
		return false, err
	}
	if answer.concernsNobody(id) {
		return false, d.confirmGone(ctx)
	}
	if answer.said == saidFailure {
		return true, d.refusedBy(d.attempt, answer)
	}
	switch deleted, readable := answer.deletedID(); {
	case !readable:
		return false, d.unclear(d.attempt, "the answer cannot be read: "+d.quote(answer.text), nil)
	case deleted != id:
		return false, &apierror.Error{
			Kind: apierror.Uncertain, Attempt: d.attempt,
			Reason: fmt.Sprintf("the service says that it deleted contact %d", deleted),
			Advice: "Check both contacts in WhatCounts. A delete cannot be undone.",
		}
	}
	return false, nil
}

// experimentDays is how far back the opt-out queries of the experiment look:
// today, in whatever time zone the service counts.
const experimentDays = 2

// optoutLesson is what the Client has learned about deletes by id. The zero
// value is ready for use.
type optoutLesson struct {
	mu       sync.Mutex
	running  chan struct{} // closed when the experiment under way ends; nil when there is none
	learned  bool
	recorded bool
}

// optoutExperiment is a delete by id of an address that is known to have no
// global opt-out yet.
type optoutExperiment struct {
	email      string
	conclusive bool
}

// beginExperiment makes this delete the experiment, when none has been
// concluded and none is under way. An address that has an opt-out already shows
// nothing.
func (c *Client) beginExperiment(ctx context.Context, email string) (*optoutExperiment, error) {
	l := &c.lesson
	l.mu.Lock()
	if l.learned || l.running != nil {
		l.mu.Unlock()
		return nil, nil
	}
	l.running = make(chan struct{})
	l.mu.Unlock()
	before, err := c.OptedOut(ctx, email, 0, experimentDays)
	if apierror.Is(err, apierror.Unauthenticated) {
		c.conclude(false, false)
		return nil, err
	}
	return &optoutExperiment{email: email, conclusive: err == nil && !before}, nil
}

// endExperiment concludes the experiment if this delete is it, and returns
// what is known. Deletes that ran beside the experiment wait for its result.
func (c *Client) endExperiment(ctx context.Context, experiment *optoutExperiment, deleted bool) (recorded bool) {
	if experiment != nil {
		after, err := false, error(nil)
		conclusive := experiment.conclusive && deleted
		if conclusive {
			after, err = c.OptedOut(ctx, experiment.email, 0, experimentDays)
		}
		c.conclude(conclusive && err == nil, after)
	}
	c.lesson.mu.Lock()
	running := c.lesson.running
	c.lesson.mu.Unlock()
	if running != nil && deleted {
		select {
		case <-running:
		case <-ctx.Done():
		}
	}
	c.lesson.mu.Lock()
	defer c.lesson.mu.Unlock()
	return deleted && c.lesson.recorded
}

func (c *Client) conclude(learned, recorded bool) {
	c.lesson.mu.Lock()
	defer c.lesson.mu.Unlock()
	c.lesson.learned = learned
	c.lesson.recorded = learned && recorded
	close(c.lesson.running)
	c.lesson.running = nil
}
