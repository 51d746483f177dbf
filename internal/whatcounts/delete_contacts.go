package whatcounts

import (
	"context"
	"errors"
	"sync"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// DeleteOptions are how to delete many contacts.
type DeleteOptions struct {
	// WithoutOptout deletes by subscriber id, one command for each contact:
	// no form of it takes several.
	WithoutOptout bool
	// Verify: also read those contacts first that have a subscriber id and could
	// be deleted unseen, and refuse those that are not the ones expected.
	Verify bool
	// Before is called for every contact right before the command that deletes
	// it is sent, never twice at a time; an error leaves that contact alone and
	// is its outcome. May be nil.
	Before func(current Contact) error
	// Whole: read every contact in full for Before, which takes one request each.
	Whole bool
	// Progress is called whenever the outcome of a batch is known. May be nil.
	Progress func(done, total int)
}

// DeleteResult is what became of one contact.
type DeleteResult int

// The results of a delete.
const (
	Deleted     DeleteResult = iota + 1 // it is gone, and this call did it
	AlreadyGone                         // there was nothing to delete
	NotDeleted                          // refused by somebody, or not sent: it is as it was
	Unclear                             // it may be gone or not
)

// DeleteOutcome is what became of one target.
type DeleteOutcome struct {
	Contact Contact // as it was found, or the target where it was not
	Result  DeleteResult
	Err     error // why, with NotDeleted and Unclear
	// OptoutRecorded: the service was seen to record an opt-out although
	// WithoutOptout was asked for. See [Client.DeleteContactByID].
	OptoutRecorded bool
}

// DeleteContacts deletes contacts for good, many with one command, and has one
// outcome for each target, in their order. What a target may name is described
// at [Client.ResolveContacts]; one that several contacts fit is never sent, and
// neither is one that names a contact a second time.
//
// A contact is named by its address and first name, or by customer key and
// address, so that a command reaches nobody else. Those without a first name
// are looked at a second time, right before their command, since their address
// alone says who is meant. Contacts whose columns are the same share commands
// of as many rows as Config.BatchSize allows. The answer has totals only: when
// they do not add up, every contact of the command is looked up, and what is
// still there is sent again, by itself. When more was deleted than asked for,
// that is Unclear for every contact of the command.
//
// Once ctx is done, no further command is sent; what was under way is looked
// up for a little longer.
func (c *Client) DeleteContacts(ctx context.Context, targets []Contact, options DeleteOptions) []DeleteOutcome {
	b := &bulkDelete{Client: c, options: options, outcomes: make([]DeleteOutcome, len(targets))}
	for i, target := range targets {
		b.outcomes[i].Contact = target
	}
	queue := b.check(ctx)
	if options.WithoutOptout {
		b.byID(ctx, queue)
	} else {
		b.byName(ctx, queue)
	}
	return b.outcomes
}

// bulkDelete is many contacts on their way out. Targets are known by their
// number in outcomes; one with a Result is done with.
type bulkDelete struct {
	*Client
	options  DeleteOptions
	outcomes []DeleteOutcome
	keyed    bool
	named    repetitions
	before   sync.Mutex // held while Before is called
}

// check refuses targets that name nobody, and returns the others.
func (b *bulkDelete) check(ctx context.Context) []int {
	all := make([]int, len(b.outcomes))
	realm, err := b.Realm(ctx)
	b.keyed = realm.CustomerKeys
	for i := range all {
		all[i] = i
		if err == nil {
			_, refusal := b.checkTarget(ctx, b.attempt(i), b.contact(i))
			if refusal != nil {
				b.fail(i, refusal)
			}
			continue
		}
		b.fail(i, err)
	}
	return b.left(all)
}

func (b *bulkDelete) contact(i int) Contact { return b.outcomes[i].Contact }

func (b *bulkDelete) attempt(i int) string { return "deleting " + b.contact(i).describe() }

// conclude records what became of a target.
func (b *bulkDelete) conclude(i int, result DeleteResult, err error) {
	b.outcomes[i].Result, b.outcomes[i].Err = result, err
	if result == Deleted || result == AlreadyGone {
		b.deleted.add(b.contact(i).SubscriberID)
	}
}

// fail records why a target was not deleted, as far as that is known.
func (b *bulkDelete) fail(i int, err error) {
	switch {
	case apierror.Is(err, apierror.NotFound):
		b.conclude(i, AlreadyGone, nil)
	case apierror.Is(err, apierror.Uncertain):
		b.conclude(i, Unclear, concerning(b.attempt(i), err))
	default:
		b.conclude(i, NotDeleted, concerning(b.attempt(i), err))
	}
}

// concerning is the error of several contacts, or of no contact in particular,
// as that of one. Errors of the caller stay as they are.
func concerning(attempt string, err error) error {
	var judged *apierror.Error
	switch {
	case errors.As(err, &judged):
		one := *judged
		one.Attempt = attempt
		return &one
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return withVerdict(attempt, err)
	}
	return err
}

// left are those of some targets that have no result yet.
func (b *bulkDelete) left(some []int) []int {
	var left []int
	for _, i := range some {
		if b.outcomes[i].Result == 0 {
			left = append(left, i)
		}
	}
	return left
}

func (b *bulkDelete) report() {
	if b.options.Progress == nil {
		return
	}
	done := 0
	for _, outcome := range b.outcomes {
		if outcome.Result != 0 {
			done++
		}
	}
	b.options.Progress(done, len(b.outcomes))
}

// take splits off the first of some targets, no more than a command has rows.
func (b *bulkDelete) take(some []int, most int) (first, rest []int) {
	n := min(len(some), most)
	return some[:n], some[n:]
}

// look finds the contacts that targets stand for. What is no contact to delete
// has its outcome after it.
func (b *bulkDelete) look(ctx context.Context, some []int) {
	errs := make([]error, len(some))
	concurrently(len(some), func(n int) {
		i := some[n]
		if b.isCertain(i) {
			return
		}
		var found Contact
		if found, errs[n] = b.resolve(ctx, b.attempt(i), b.contact(i)); errs[n] == nil {
			b.outcomes[i].Contact = found
		}
	})
	for n, i := range some {
		if errs[n] != nil {
			b.fail(i, errs[n])
		}
	}
}

// isCertain reports whether a target can be deleted unseen, and may be.
func (b *bulkDelete) isCertain(i int) bool {
	contact := b.contact(i)
	return !b.options.Verify && contact.SubscriberID != 0 && (b.options.WithoutOptout || !b.namesByAddress(i))
}

// namesByAddress reports whether a command names this contact by its address
// alone, which is exact only while it is alone there.
func (b *bulkDelete) namesByAddress(i int) bool { return !b.keyed && b.contact(i).FirstName == "" }

// refuseRepeated concludes targets that are a contact named before.
func (b *bulkDelete) refuseRepeated(some []int) []int {
	for _, i := range b.left(some) {
		if err := b.named.refuse(b.attempt(i), b.contact(i)); err != nil {
			b.fail(i, err)
		}
	}
	return b.left(some)
}

// byID deletes each target with a command of its own.
func (b *bulkDelete) byID(ctx context.Context, queue []int) {
	for len(queue) > 0 {
		var some []int
		some, queue = b.take(queue, b.batchSize)
		b.look(ctx, some)
		some = b.refuseRepeated(some)
		concurrently(len(some), func(n int) { b.deleteOne(ctx, some[n]) })
		b.report()
	}
}

func (b *bulkDelete) deleteOne(ctx context.Context, i int) {
	check := DeleteCheck{Before: func(current Contact) error {
		if err := b.readWhole(ctx, i); err != nil {
			return err
		}
		return b.callBefore(i)
	}}
	goneBefore, recorded, err := b.deleteContactByID(ctx, b.contact(i), check)
	b.outcomes[i].OptoutRecorded = recorded
	switch {
	case err != nil:
		b.fail(i, err)
	case goneBefore:
		b.conclude(i, AlreadyGone, nil)
	default:
		b.conclude(i, Deleted, nil)
	}
}

// readWhole reads a contact for Before, where that is asked for.
func (b *bulkDelete) readWhole(ctx context.Context, i int) error {
	if b.options.Before == nil || !b.options.Whole {
		return nil
	}
	expected := b.contact(i)
	whole, err := b.readExpected(ctx, b.attempt(i), expected, b.keyed)
	if err != nil {
		return err
	}
	if whole.CustomerKey == "" {
		whole.CustomerKey = expected.CustomerKey
	}
	b.outcomes[i].Contact = whole
	return nil
}

func (b *bulkDelete) callBefore(i int) error {
	if b.options.Before == nil {
		return nil
	}
	b.before.Lock()
	defer b.before.Unlock()
	return b.options.Before(b.contact(i).clone())
}
