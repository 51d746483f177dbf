package seveng

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// operation is one create, update or delete, over all its requests.
type operation interface {
	// send sends one request. A nil error means that 7G says it is done.
	send(ctx context.Context) (parsed, error)
	// confirm is the record after a request that 7G says is done. What the
	// answer does not show is read back.
	confirm(ctx context.Context, written parsed) (Communication, error)
	// fail is the end of an operation that 7G did not do.
	fail(ctx context.Context, err error) (Communication, error)
	// look finds out what became of a request whose answer was lost: the record
	// is as asked; or notDone says that it reliably is not; or neither can be
	// told, and err is the end of the operation.
	look(ctx context.Context, lost error) (found Communication, notDone, err error)
}

// write sends a request, and sends it again only when its outcome is unknown
// and a look has shown that it was not done, at most Transport.MaxRetries times
// (7g.md#unknown-outcomes).
func (c *Client) write(ctx context.Context, op operation) (Communication, error) {
	defer c.lists.Clear()
	for number := 0; ; number++ {
		written, err := op.send(ctx)
		switch {
		case err == nil:
			return op.confirm(ctx, written)
		case !apierror.Is(err, apierror.Uncertain):
			return op.fail(ctx, err)
		}
		found, notDone, lookErr := op.look(ctx, err)
		if notDone == nil {
			return found, lookErr
		}
		if number >= c.retries || !c.pause(ctx, number, err) {
			return Communication{}, notDone
		}
	}
}

// lastLook is how long an operation whose context has ended may still take to
// find out what became of a write.
const lastLook = 5 * time.Second

// afterwards is a context for finding out what became of a write. It outlives
// ctx by a few seconds: a run that is cancelled, or whose time is over, must
// still learn whether it left a record behind.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), lastLook)
}

// lookUntil repeats look while it contradicts a write that was, or may have
// been, done just now: 7G does not say how soon a write can be read
// (7g.md#contradictions).
func (c *Client) lookUntil(ctx context.Context, look func(context.Context) (agrees bool, err error)) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	return c.consistency.Until(ctx, look)
}

// readBack reads a record that was written just now, until agrees accepts it
// or the time for a write to show is over; the last answer then stands. An
// answer that the record is gone contradicts the write and is repeated too.
func (c *Client) readBack(ctx context.Context, key Key, agrees func(context.Context, Communication) (bool, error)) (Communication, error) {
	var found Communication
	var readErr error
	err := c.lookUntil(ctx, func(ctx context.Context) (bool, error) {
		found, readErr = c.Read(ctx, key)
		switch {
		case apierror.Is(readErr, apierror.NotFound):
			return false, nil
		case readErr != nil:
			return false, readErr
		}
		return agrees(ctx, found)
	})
	return found, cmp.Or(err, readErr)
}

// checkSpec refuses what no write can express.
func (c *Client) checkSpec(attempt string, s Spec) error {
	reason := ""
	switch {
	case s.TypeID <= 0:
		reason = "a communication needs a type"
	case s.Value == "":
		reason = "a communication needs a value"
	default:
		return c.checkOwner(attempt, s.Owner)
	}
	return c.failure(apierror.Invalid, attempt, reason, "Set type and value", nil)
}

// sendSpec sends one POST or PUT; and, when that is refused and the owner is a
// new one that is known by its external id only, one more with the owner's
// native id, which spec then has. That an external id is enough is documented
// for some owners and some writes only, and a refused write changed nothing
// (7g.md#create-a-communication).
func (c *Client) sendSpec(ctx context.Context, r request, spec *Spec, newOwner bool, body func(Spec) map[string]any) (parsed, error) {
	send := func() (parsed, error) {
		r.path, r.body = communicationPath, body(*spec)
		r.sent = []string{spec.ExternalID, spec.Owner.ExternalID, spec.Value}
		a, err := c.call(ctx, r)
		if err != nil {
			return parsed{}, err
		}
		return parseWritten(a), nil
	}
	written, err := send()
	if !apierror.Is(err, apierror.Refused) || errors.Is(err, errOwnerTaken) || !newOwner || spec.Owner.ID != 0 {
		return written, err
	}
	owner, lookErr := c.Owner(ctx, spec.Owner)
	if lookErr != nil {
		return written, err // the refusal is explained later, a missing owner included
	}
	spec.Owner = owner
	return send()
}

// diff is [Diff], with the ids of the owner that was asked for looked up, and
// kept in wanted, when those at hand do not tell.
func (c *Client) diff(ctx context.Context, wanted *Spec, found Communication) ([]string, error) {
	if _, known := wanted.Owner.compare(found.Owner); !known {
		owner, err := c.Owner(ctx, wanted.Owner)
		if err != nil {
			return nil, err
		}
		wanted.Owner = owner
	}
	return Diff(*wanted, found.Spec), nil
}

// Update changes type, value and owner of a record from current, as it was
// last read, to wanted. It returns the record as 7G stores it afterwards, with
// one request when the answer is complete. To move a record, wanted names the
// new owner by one id; that the move was done is checked.
//
// When it is not known whether a request was done, the record is read and
// compared; not as wanted, the same request is repeated, at most
// Transport.MaxRetries times.
//
// The error is a *apierror.Error: NotFound when the record recognisably does
// not exist; Refused when 7G did not do it, with an [*ExistsError] beneath when
// another record holds the new owner's only place; Refused too when 7G says
// that it is done but the owner or the external id is not as asked: the record
// as it is now is then returned beside the error. Uncertain: some of it may be
// done (7g.md#update-a-communication).
func (c *Client) Update(ctx context.Context, current Communication, wanted Spec) (Communication, error) {
	attempt := "updating " + current.Key().String()
	switch {
	case current.ID <= 0:
		return Communication{}, c.failure(apierror.Invalid, attempt, "the record to update has no native id", "", nil)
	case wanted.ExternalID != "" && !equalExternalIDs(wanted.ExternalID, current.ExternalID):
		return Communication{}, c.failure(apierror.Invalid, attempt, "7G cannot change an external id", "Keep external_id as it is, or replace the record", nil)
	}
	if err := c.checkSpec(attempt, wanted); err != nil {
		return Communication{}, err
	}
	current, err := c.spelled(ctx, current)
	if err != nil {
		return Communication{}, err
	}
	wanted.ExternalID = current.ExternalID
	if wanted.Owner.isOtherCase(current.Owner) {
		// Another owner, or the same one in another spelling: the owner's own
		// record tells.
		owner, err := c.Owner(ctx, wanted.Owner)
		switch {
		case apierror.Is(err, apierror.NotFound), apierror.Is(err, apierror.Invalid):
			return Communication{}, c.spelledOtherwise(attempt, wanted.Owner, current.Owner)
		case err != nil:
			return Communication{}, err
		}
		wanted.Owner = owner
	}
	op := &change{client: c, attempt: attempt, id: current.ID, wanted: wanted, moves: true}
	if same, known := wanted.Owner.compare(current.Owner); same && known {
		op.moves = false
		op.wanted.Owner = current.Owner // the pair of ids as 7G returned it
	}
	c.history.touches(current.ID)
	updated, err := c.write(ctx, op)
	c.history.wrote(c.now(), updated.ID, updated)
	return updated, err
}

// spelled is a record with its external ids in the form in which 7G has them. A
// PUT has to repeat them, and 7G may take another form for another id.
func (c *Client) spelled(ctx context.Context, current Communication) (Communication, error) {
	if !textform.HasOthers(current.ExternalID) && !textform.HasOthers(current.Owner.ExternalID) {
		return current, nil
	}
	stored, err := c.Read(ctx, ByID(current.ID))
	if err != nil {
		return current, err
	}
	if equalExternalIDs(current.ExternalID, stored.ExternalID) {
		current.ExternalID = stored.ExternalID
	}
	if current.Owner.Kind == stored.Owner.Kind && equalExternalIDs(current.Owner.ExternalID, stored.Owner.ExternalID) {
		current.Owner.ExternalID = stored.Owner.ExternalID
	}
	return current, nil
}

type change struct {
	client  *Client
	attempt string
	id      int64
	wanted  Spec // its owner gains ids as they become known
	moves   bool // the owner changes
}

func (o *change) send(ctx context.Context) (parsed, error) {
	return o.client.sendSpec(ctx, request{attempt: o.attempt, method: http.MethodPut, about: aCommunication}, &o.wanted, o.moves, func(s Spec) map[string]any {
		if o.moves {
			s.Owner = s.Owner.byOneID()
		}
		return putBody(o.id, s)
	})
}

// confirm makes sure of what a successful PUT may silently leave undone: some
// editions of 7G are said not to move records, and the external id must stay
// (7g.md#contradictions). The answer is enough when it shows the whole record;
// when it is partial, or contradicts what was asked, the record is read.
func (o *change) confirm(ctx context.Context, written parsed) (Communication, error) {
	if written.complete && written.ID == o.id {
		differing, err := o.client.diff(ctx, &o.wanted, written.Communication)
		if err == nil && !slices.Contains(differing, ownerDiffers) && !slices.Contains(differing, externalIDDiffers) {
			return written.Communication, nil
		}
	}
	found, differing, err := o.read(ctx)
	switch {
	case err != nil:
		return Communication{}, o.client.failure(apierror.Uncertain, o.attempt, "7G says that it is done, but the record could not be read back: "+reasonOf(err), adviceReread, err)
	case o.wanted.Owner.isOtherCase(found.Owner):
		return found, o.client.spelledOtherwise(o.attempt, o.wanted.Owner, found.Owner)
	case slices.Contains(differing, ownerDiffers):
		return found, o.client.failure(apierror.Refused, o.attempt,
			fmt.Sprintf("the owner did not change: 7G says that it is done, but the owner is %s and not %s", found.Owner, o.wanted.Owner),
			"Keep owner as it was, or create a new communication for the new owner and delete this one", nil)
	case slices.Contains(differing, externalIDDiffers):
		return found, o.client.failure(apierror.Refused, o.attempt,
			fmt.Sprintf("the external id did not stay: it was %q and is %q now", o.wanted.ExternalID, found.ExternalID), adviceReread, nil)
	}
	return found, nil
}

// fail explains what 7G did not do. To a text that something was not found it
// adds a look: the text alone cannot tell the record from its new owner.
func (o *change) fail(ctx context.Context, err error) (Communication, error) {
	if apierror.Is(err, apierror.NotFound) {
		if _, lookErr := o.client.Read(ctx, ByID(o.id)); apierror.Is(lookErr, apierror.NotFound) {
			return Communication{}, err
		}
		err = o.client.failure(apierror.Refused, o.attempt, reasonOf(err), adviceRefused, err)
	}
	if apierror.Is(err, apierror.Refused) {
		err = o.client.explain(ctx, err, o.id, o.wanted)
	}
	return Communication{}, err
}

func (o *change) look(ctx context.Context, lost error) (found Communication, notDone, err error) {
	found, differing, err := o.read(ctx)
	switch {
	case apierror.Is(err, apierror.NotFound):
		return Communication{}, nil, o.client.failure(apierror.NotFound, o.attempt, reasonOf(err), "", err)
	case err != nil:
		return Communication{}, nil, o.client.unread(o.attempt, lost, err, adviceReread)
	case len(differing) > 0:
		return Communication{}, o.client.uncertain(o.attempt, lost, "the record is not as asked: it is "+o.client.identify(found), adviceTryAgain, lost), nil
	}
	return found, nil, nil
}

// read is the record after a PUT, and in what it differs from what was asked
// once a write had the time to show.
func (o *change) read(ctx context.Context) (found Communication, differing []string, err error) {
	found, err = o.client.readBack(ctx, ByID(o.id), func(ctx context.Context, m Communication) (bool, error) {
		var err error
		differing, err = o.client.diff(ctx, &o.wanted, m)
		return len(differing) == 0, err
	})
	return found, differing, err
}

// Delete deletes a record for good, with one request when the answer is clear.
// A record that is recognisably not there counts as deleted.
//
// When it is not known whether a request was done, the record is read: gone,
// it was deleted; still there, the request is repeated, at most
// Transport.MaxRetries times.
//
// The error is a *apierror.Error: Refused and Forbidden when the record is as
// it was, Uncertain when it may be gone (7g.md#delete-a-communication).
func (c *Client) Delete(ctx context.Context, key Key) error {
	attempt := "deleting " + key.String()
	if err := c.checkKey(attempt, key); err != nil {
		return err
	}
	if key.ID != 0 {
		c.history.touches(key.ID)
	}
	_, err := c.write(ctx, &deletion{client: c, attempt: attempt, key: key})
	if err == nil {
		c.history.wrote(c.now(), key.ID, Communication{})
	}
	return err
}

type deletion struct {
	client  *Client
	attempt string
	key     Key
}

func (o *deletion) send(ctx context.Context) (parsed, error) {
	_, err := o.client.call(ctx, request{
		attempt: o.attempt,
		method:  http.MethodDelete,
		path:    communicationPath,
		query:   o.key.query(),
		about:   aCommunication,
		sent:    []string{o.key.ExternalID},
	})
	return parsed{}, err
}

func (o *deletion) confirm(context.Context, parsed) (Communication, error) {
	return Communication{}, nil
}

func (o *deletion) fail(_ context.Context, err error) (Communication, error) {
	if apierror.Is(err, apierror.NotFound) {
		return Communication{}, nil
	}
	return Communication{}, err
}

func (o *deletion) look(ctx context.Context, lost error) (found Communication, notDone, err error) {
	gone := false
	err = o.client.lookUntil(ctx, func(ctx context.Context) (bool, error) {
		_, err := o.client.Read(ctx, o.key)
		if gone = apierror.Is(err, apierror.NotFound); gone {
			err = nil
		}
		return gone, err
	})
	switch {
	case err != nil:
		return Communication{}, nil, o.client.unread(o.attempt, lost, err, "Look in 7G whether the record is still there before running again")
	case !gone:
		return Communication{}, o.client.uncertain(o.attempt, lost, "the record is still there", adviceTryAgain, lost), nil
	}
	return Communication{}, nil, nil
}
