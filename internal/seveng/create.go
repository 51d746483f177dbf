package seveng

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Created is a new communication as 7G stores it.
type Created struct {
	Communication
	// Recognised says that the answer to the create was lost, and that this
	// record was found afterwards: as wanted, not among the owner's records
	// before, and made by no other create of this client.
	Recognised bool
}

// Create creates a record for an owner given by one id, with one request when
// the answer is complete. Before the first create on an owner its records are
// read, with one request however many creates there are; see [Client.Forget].
// Creates that ask for the same type, value and owner wait for each other.
//
// When it is not known whether a request was done, the record is looked for:
// found as wanted, and proved to be new, it is the one that was created;
// reliably not there, it is asked for again, at most Transport.MaxRetries
// times. Where nothing proves it, the records that fit are named in an error.
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
	before := c.baseline(ctx, wanted.Owner)
	if apierror.Is(before.err, apierror.Invalid) {
		return Created{}, before.err
	}
	if before.err == nil {
		wanted.Owner = before.owner
	}
	op := &creation{client: c, attempt: attempt, asked: wanted, wanted: wanted, unread: before.err}
	if err := c.history.begins(ctx, op); err != nil {
		return Created{}, c.failure(apierror.NotSent, attempt, "another create of the same type, value and owner was waited for: "+endOf(ctx), adviceTryAgain, err)
	}
	stored, err := c.write(ctx, op)
	if stored.ID != 0 {
		c.history.wrote(c.now(), stored.ID, stored)
		c.history.touches(stored.ID) // unless look has noted it already
	}
	c.history.ends(op, apierror.Is(err, apierror.Uncertain))
	return Created{stored, op.recognised}, err
}

// baseline is what was known of an owner's records before the first create.
type baseline struct {
	owner Owner // with both its ids
	err   error // why nothing was known
}

// baseline reads an owner's records before the first create on it. Later
// creates take what that has shown: the history holds those records, and all
// that this client has written since. An owner that cannot be read, or whose
// record carries no list, is no reason not to create (7g.md#owners), and is not
// asked for again: a create whose answer is lost is an error then.
func (c *Client) baseline(ctx context.Context, owner Owner) baseline {
	before, err := c.baselines.Get(ctx, owner.byOneID(), func(ctx context.Context) (baseline, error) {
		found, _, err := c.readList(ctx, owner)
		if err != nil && ctx.Err() != nil {
			return baseline{}, err
		}
		return baseline{found, err}, nil
	})
	if err != nil {
		return baseline{err: err}
	}
	return before
}

// creation is one create.
type creation struct {
	client     *Client
	attempt    string
	asked      Spec
	wanted     Spec          // asked, with ids of the owner as they become known
	unread     error         // why the owner's records were not known before; nil when they were
	began      int           // the moment, see history
	ended      chan struct{} // closed at the end
	follows    bool          // another create for the same is in doubt
	mayExist   bool          // an earlier request may have created the record
	done       bool          // 7G says that it has created a record, but not which
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
	if created.ID != 0 {
		o.client.history.touches(created.ID)
	} else {
		key = ByExternalID(o.wanted.ExternalID)
	}
	if key == (Key{}) {
		return o.confirmUnnamed(ctx)
	}
	found, err := o.client.readBack(ctx, key, func(context.Context, Communication) (bool, error) { return true, nil })
	switch {
	case err == nil && created.ID == 0 && o.client.history.isOther(found.ID, o.began):
		return Communication{}, o.client.failure(apierror.Uncertain, o.attempt,
			"7G says that it is done, but the record with this external id was there before: "+o.client.identify(found), o.advice(), nil)
	case err == nil:
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
	o.done = true
	found, notDone, err := o.look(ctx, o.client.failure(apierror.Uncertain, o.attempt, "7G says that it is done, but not which record it created", "", nil))
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
	o.mayExist = true
	ctx, cancel := afterwards(ctx)
	defer cancel()
	candidates, late, err := o.search(ctx)
	switch {
	case err != nil:
		return Communication{}, nil, o.client.unread(o.attempt, lost, err, o.advice())
	case len(candidates) == 0:
		return Communication{}, o.client.uncertain(o.attempt, lost, "the record was looked for and is not there", o.advice(), lost), nil
	}
	found = candidates[0]
	differing, err := o.client.diff(ctx, &o.wanted, found)
	doubt := o.doubt(len(candidates), late)
	switch {
	case err != nil:
		return Communication{}, nil, o.client.unread(o.attempt, lost, err, o.advice())
	case len(differing) > 0 && len(candidates) == 1:
		return Communication{}, nil, o.client.uncertain(o.attempt, lost,
			fmt.Sprintf("a record is there, but not as asked in %s: %s", strings.Join(differing, " and "), o.client.identify(found)),
			"Adopt that record if it is the one you want, or choose another external id", &ExistsError{found, SameExternalID})
	case doubt != "":
		return Communication{}, nil, o.client.uncertain(o.attempt, lost, doubt+": "+o.client.identifyAll(candidates), adviceCandidates, lost)
	case !o.client.history.touches(found.ID):
		return Communication{}, nil, o.client.uncertain(o.attempt, lost,
			"the record that fits has meanwhile been changed or deleted by this run: "+o.client.identify(found), o.advice(), lost)
	}
	o.recognised = !o.done
	return found, nil, nil
}

// doubt is why it cannot be proved that a record which fits is the one that was
// created, or "".
func (o *creation) doubt(fitting int, late bool) string {
	const fits = "a record fits, and may be older"
	switch {
	case fitting > 1:
		return fmt.Sprintf("%d records fit, and which of them is new cannot be told", fitting)
	case o.unread != nil:
		return fits + ": the owner's records could not be read before (" + reasonOf(o.unread) + ")"
	case o.follows:
		return fits + ": another create for the same has failed, and the record may be that one's"
	case late && !o.done:
		return fits + ": 7G shows records late"
	}
	return ""
}

// search finds what the create may have left behind: by the external id, which
// names a record alone, or else among the owner's communications by type and
// value. Records that are known not to be its own do not count. It repeats the
// search until the first look shows one, or the time for a write to show is
// over; late says that a later look did. An empty list is a reliable "none"; an
// error is not.
func (o *creation) search(ctx context.Context) (found []Communication, late bool, err error) {
	looks := 0
	err = o.client.lookUntil(ctx, func(ctx context.Context) (bool, error) {
		looks++
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
			return o.client.history.isOther(m.ID, o.began) || !o.fits(m)
		})
		return len(found) > 0 && looks == 1, err
	})
	return found, looks > 1, err
}

// fits reports whether a record can be the one that was asked for. Whether one
// with the right external id is as wanted is told later, by name.
func (o *creation) fits(m Communication) bool {
	if o.wanted.ExternalID != "" {
		return true
	}
	same, known := o.wanted.Owner.compare(m.Owner)
	// A record with an external id was created by someone who gave one.
	return m.ExternalID == "" && m.TypeID == o.wanted.TypeID && SameForm(o.wanted.Value, m.Value) && (same || !known)
}
