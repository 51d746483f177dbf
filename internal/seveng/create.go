package seveng

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Created is a new communication as 7G stores it.
type Created struct {
	Communication
	// Recognised says that the answer to the create was lost, and that this
	// record was taken for its own because it is as wanted and was not known
	// before. Nothing that 7G shows tells it from one that somebody else made.
	Recognised bool
}

// Create creates a record for an owner given by one id, with one request when
// the answer is complete.
//
// When it is not known whether a request was done, the record is looked for:
// found as wanted, and not known from before, it is the one that was created;
// reliably not there, it is asked for again, at most Transport.MaxRetries
// times.
//
// The error is a *apierror.Error. Refused: nothing was created; beneath it is
// an [*ExistsError] when a record is there that explains the refusal.
// Uncertain: a record may have been created, and errors.As finds an
// [*ExistsError] when one was seen. Invalid and NotSent: nothing was asked of
// 7G (7g.md#create-a-communication).
func (c *Client) Create(ctx context.Context, wanted Spec) (Created, error) {
	attempt := "creating " + c.describe(wanted)
	if err := c.checkSpec(attempt, wanted); err != nil {
		return Created{}, err
	}
	op := &creation{client: c, attempt: attempt, wanted: wanted, began: c.now()}
	stored, err := c.write(ctx, op)
	if stored.ID != 0 {
		c.history.wrote(c.now(), stored.ID, stored)
		c.history.creates(stored.ID) // unless look has noted it already
	}
	return Created{stored, op.recognised}, err
}

type creation struct {
	client     *Client
	attempt    string
	wanted     Spec // its owner gains ids as they become known
	began      time.Time
	mayExist   bool // an earlier request may have created the record
	recognised bool
}

func (o *creation) send(ctx context.Context) (parsed, error) {
	return o.client.sendSpec(ctx, request{attempt: o.attempt, method: http.MethodPost}, &o.wanted, true, postBody)
}

// advice says how a person finds out whether the record exists.
func (o *creation) advice() string {
	if o.wanted.ExternalID != "" {
		return "Look in 7G for the external id " + o.wanted.ExternalID + " before running again; if the record is there, adopt it, or it would be asked for twice"
	}
	return "Look at the communications of " + o.wanted.Owner.String() + " in 7G before running again; if the record is there, adopt it, or it would be created twice"
}

func (o *creation) confirm(ctx context.Context, created parsed) (Communication, error) {
	if created.complete {
		return created.Communication, nil
	}
	key := created.Key()
	if created.ID == 0 {
		key = ByExternalID(o.wanted.ExternalID)
	}
	if key == (Key{}) {
		return o.confirmUnnamed(ctx)
	}
	found, err := o.client.readBack(ctx, key, func(context.Context, Communication) (bool, error) { return true, nil })
	if err == nil {
		return found, nil
	}
	var detail error = err
	if created.ID != 0 {
		detail = &ExistsError{Communication{created.ID, o.wanted}, JustCreated}
	}
	return Communication{}, o.client.failure(apierror.Uncertain, o.attempt,
		fmt.Sprintf("7G says that it is done, but %s could not be read back: %s", key, reasonOf(err)), o.advice(), detail)
}

// confirmUnnamed looks for the record that 7G created without saying which it
// is. It is never asked for again: it is there, seen or not.
func (o *creation) confirmUnnamed(ctx context.Context) (Communication, error) {
	done := o.client.failure(apierror.Uncertain, o.attempt, "7G says that it is done, but not which record it created", "", nil)
	found, notDone, err := o.look(ctx, done)
	return found, cmp.Or(notDone, err)
}

func (o *creation) fail(ctx context.Context, err error) (Communication, error) {
	if !apierror.Is(err, apierror.Refused) {
		return Communication{}, err
	}
	if o.mayExist {
		// An earlier request may have been done after all, and its record be what
		// stands in the way of this one.
		if found, notDone, lookErr := o.look(ctx, err); notDone == nil {
			return found, lookErr
		}
	}
	return Communication{}, o.client.explain(ctx, err, 0, o.wanted)
}

func (o *creation) look(ctx context.Context, lost error) (found Communication, notDone, err error) {
	notThere := o.client.uncertain(o.attempt, lost, "the record was looked for and is not there", o.advice(), lost)
	o.mayExist = true
	ctx, cancel := afterwards(ctx)
	defer cancel()
	candidates, err := o.search(ctx)
	switch {
	case err != nil:
		return Communication{}, nil, o.client.unread(o.attempt, lost, err, o.advice())
	case len(candidates) == 0:
		return Communication{}, notThere, nil
	case len(candidates) > 1:
		return Communication{}, nil, o.client.uncertain(o.attempt, lost,
			fmt.Sprintf("%d records fit, and which of them is new cannot be told: %s", len(candidates), o.client.identifyAll(candidates)), o.advice(), lost)
	}
	found = candidates[0]
	differing, err := o.client.diff(ctx, &o.wanted, found)
	switch {
	case err != nil:
		return Communication{}, nil, o.client.unread(o.attempt, lost, err, o.advice())
	case len(differing) > 0:
		return Communication{}, nil, o.client.uncertain(o.attempt, lost,
			fmt.Sprintf("a record is there, but not as asked in %s: %s", strings.Join(differing, " and "), o.client.identify(found)),
			"Adopt that record if it is the one you want, or choose another external id", &ExistsError{found, SameExternalID})
	case !o.client.history.creates(found.ID):
		return Communication{}, notThere, nil
	}
	o.recognised = true
	return found, nil, nil
}

// search finds what the create may have left behind: by the external id, which
// names a record alone, or else among the owner's communications by type and
// value. Records that are older than the create do not count. It repeats the
// search while nothing is there. An empty list is a reliable "none"; an error
// is not.
func (o *creation) search(ctx context.Context) ([]Communication, error) {
	var found []Communication
	err := o.client.lookUntil(ctx, func(ctx context.Context) (bool, error) {
		var err error
		if o.wanted.ExternalID != "" {
			var one Communication
			one, err = o.client.Read(ctx, ByExternalID(o.wanted.ExternalID))
			found = []Communication{one}
		} else {
			_, found, err = o.client.readList(ctx, o.wanted.Owner)
		}
		if apierror.Is(err, apierror.NotFound) {
			found, err = nil, nil // nor can a missing owner have got a record
		}
		found = slices.DeleteFunc(found, func(m Communication) bool {
			return o.client.history.isOlder(m.ID, o.began) || !o.fits(m)
		})
		return len(found) > 0, err
	})
	return found, err
}

// fits reports whether a record can be the one that was asked for. Whether one
// with the right external id is as wanted is told later, by name.
func (o *creation) fits(m Communication) bool {
	if o.wanted.ExternalID != "" {
		return true
	}
	same, known := o.wanted.Owner.compare(m.Owner)
	// A record with an external id was created by someone who gave one.
	return m.ExternalID == "" && m.TypeID == o.wanted.TypeID && EqualValues(o.wanted.Value, m.Value) && (same || !known)
}
