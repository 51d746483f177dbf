package whatcounts

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Delete deletes contacts for good, many with one command, and has one outcome
// for each, in their order. progress is called whenever the outcome of a batch
// is known, and may be nil.
//
// The service records a Global Optout of each address, unless WithoutOptout is
// set: then contacts go by subscriber id, one command each. That this records no
// opt-out is documented, but not known from any client. The first delete of the
// Client that can show it looks, with a query of the global opt-outs before and
// one after.
//
// A contact is named by its address and first name, or by customer key and
// address, so that a command reaches nobody else. One without a first name is
// always read first, since its address alone says who is meant; when others
// share the address that is an [AmbiguousError]. A record that is no longer the
// one expected is a [ChangedError], and one that is gone already a success. When
// more was deleted than asked for, that is apierror.Uncertain for every contact
// of the command. Totals that add up are no success: a contact that is still
// there is apierror.Uncertain as well, and nothing is sent again for it.
//
// A contact takes one request when it is read first, its share of a command, and
// its share of a look at the opt-outs, which proves that it is gone. It takes one
// more where they prove nothing: when it goes alone, shares its address or was
// not looked for on it first, or has opted out before. The answer to a delete by
// id names the contact and is proof enough.
//
// [OnLists] leaves out both looks, at many contacts that have first names, or go
// by id, in an ordinary realm, where the pages of the lists take fewer requests.
// A contact that is not on the pages as expected is looked at singly. Whole takes a
// request for each contact in any case, and the contacts of one command are then
// read right before it.
//
// Once ctx is done, no further command is sent; what was under way is looked up
// for a little longer. whatcounts.md#delete whatcounts.md#deletesubid.
func (c *Client) Delete(ctx context.Context, deletions []Deletion, progress func(done, total int), options ...Option) []Outcome {
	return c.delete(ctx, deletions, ofSet(append(options, OnProgress(progress))), &keySet{})
}

// DeleteOne is Delete for one contact, together with those of callers that come
// at about the same time.
func (c *Client) DeleteOne(ctx context.Context, deletion Deletion) Outcome {
	return one(ctx, &c.deletions, deletion, deletion.describe())
}

func (d Deletion) describe() string {
	if d.WithoutOptout && d.SubscriberID != 0 {
		return "deleting " + d.Identity.String() + " by its id"
	}
	return "deleting " + d.Identity.String()
}

func (c *Client) delete(ctx context.Context, deletions []Deletion, how *manner, named *keySet) []Outcome {
	all := make([]*deletion, len(deletions))
	for i, one := range deletions {
		all[i] = &deletion{Client: c, progress: progress{attempt: one.describe()}, Deletion: one, named: named}
		all[i].outcome.Contact.Identity = one.Identity
		if !named.add(all[i].key()) {
			all[i].finish(repeated(all[i].attempt, one.Identity))
		}
	}
	// An address alone must mean one contact before others on it are deleted.
	on := make(map[string]int)
	for _, d := range all {
		on[textform.Key(d.Email)]++
	}
	each(all, how.atOnce, func(d *deletion) {
		if !d.hasName() && d.SubscriberID == 0 && !d.finished && on[textform.Key(d.Email)] > 1 {
			if err := d.resolveFirst(ctx); err != nil {
				d.finish(err)
			}
		}
	})
	outcomes := make([]Outcome, len(deletions))
	done := 0
	// Those without a first name come last: each has to be alone on its address,
	// and is looked at right before its command.
	for _, hasName := range []bool{true, false} {
		some := filter(numbers(len(deletions)), func(n int) bool { return deletions[n].hasName() == hasName })
		set := make([]operation, len(some))
		for i, n := range some {
			set[i] = all[n]
		}
		part := &manner{atOnce: how.atOnce, pages: how.pages, lists: how.lists}
		if slices.ContainsFunc(deletions, func(d Deletion) bool { return d.Whole }) {
			part.wave = c.batchSize // each takes a request right before its command
		}
		if before := done; how.report != nil {
			part.report = func(more, _ int) { how.report(before+more, len(deletions)) }
		}
		for i, outcome := range c.run(ctx, set, part) {
			if outcome.Err == nil && !outcome.AlreadyGone && deletions[some[i]].WithoutOptout {
				outcome.OptoutRecorded = c.deleteByID.isRecorded()
			}
			outcomes[some[i]] = outcome
		}
		done += len(some)
	}
	return outcomes
}

// deletion is one contact on its way out of the realm. Its outcome holds the
// contact as it was last seen.
type deletion struct {
	progress
	*Client
	Deletion
	named    *keySet // who was named before in this call; nil where several callers may mean one contact
	keyed    bool
	missing  bool    // the service says that there was nobody to delete
	counted  bool    // it counts as many deleted as were named, no matter who
	proved   bool    // this contact is known to be gone
	alone    bool    // nobody else was on its address right before
	seenOn   []int64 // where list pages showed it as expected
	firstOn  bool    // no other delete was sent about its address, or key
	otherAs  bool    // the second name of the command is to be tried
	asFirst  error
	noOptout bool // the address had no fresh global opt-out before a delete by id
}

func (d *deletion) addresses() []string { return []string{d.Email} }

func (d *deletion) apart() []string { return keysOf(d.Email) }

func (d *deletion) check(ctx context.Context) error {
	byID := d.WithoutOptout && d.SubscriberID > 0
	if err := d.checkStored(); err != nil && !byID {
		return withAdvice(concerning(d.attempt, err), adviceByID)
	}
	keyed, err := d.isKeyed(ctx, d.attempt, d.CustomerKey)
	switch {
	case apierror.Is(err, apierror.Invalid) && byID:
		keyed, err = true, nil // the id says who is meant; the key is only compared
	case err == nil && keyed && d.CustomerKey == "" && d.SubscriberID == 0:
		err = keyRequired(d.attempt)
	}
	d.keyed = keyed
	return err
}

// look finds the contact.
func (d *deletion) look(ctx context.Context, again bool) error {
	var err error
	switch {
	case d.SubscriberID == 0:
		err = d.resolveTarget(ctx)
	case d.seenOn != nil && !again:
	case again || d.mustVerify():
		err = d.verify(ctx)
	}
	return d.orGone(err)
}

// orGone ends the deletion of a contact that a look does not find.
func (d *deletion) orGone(err error) error {
	if apierror.Is(err, apierror.NotFound) {
		d.gone(!d.outcome.Sent)
		return nil
	}
	return err
}

// isListable: the pages of its lists show who a contact is, and not who else of
// the realm is on its address. So it has to be named by its first name, or go by
// its id.
func (d *deletion) isListable(how *manner) ([]int64, bool) {
	return how.lists, d.SubscriberID > 0 && !d.keyed && (d.hasName() && !d.WithoutOptout || d.WithoutOptout && d.Verify)
}

func (d *deletion) seeBefore(members *listing) bool {
	if members.rows == nil { // the caller has read the pages
		d.seenOn, d.outcome.Contact = d.ShownOn, Contact{Identity: d.Identity}
		return true
	}
	row, on := members.has(d.Identity)
	if !on || !d.isSame(row.Identity, false) {
		return false
	}
	d.Email, d.seenOn = row.Email, row.Lists
	if d.FirstName != "" {
		d.FirstName = row.FirstName
	}
	d.outcome.Contact = row.contact(d.Identity)
	return true
}

// isListableAfter: where a command is uncertain, the pages tell who is still
// there, for all of them at once.
func (d *deletion) isListableAfter() ([]int64, bool) {
	return d.seenOn, d.seenOn != nil && d.uncertain != nil && !d.WithoutOptout
}

func (d *deletion) seeAfter(members *listing) bool { return members.lacks(d) }

// mustVerify: without a first name the address alone says who is meant, without
// its key a contact of a customer-key realm cannot be named, and a name that may
// be stored in another form has to be spelled as the service has it.
func (d *deletion) mustVerify() bool {
	unnamed := !d.keyed && !d.hasName() || d.keyed && d.CustomerKey == ""
	return d.Verify || !d.WithoutOptout && (unnamed || d.hasOtherForms())
}

// resolveFirst finds a contact that is named by its address alone. It is looked
// at again right before its command.
func (d *deletion) resolveFirst(ctx context.Context) error {
	if err := d.check(ctx); err != nil {
		return err
	}
	err := d.resolveTarget(ctx)
	if apierror.Is(err, apierror.NotFound) {
		d.gone(true)
		return nil
	}
	return err
}

func (d *deletion) resolveTarget(ctx context.Context) error {
	found, alone, err := d.resolve(ctx, d.attempt, d.Identity)
	if err == nil {
		d.Identity, d.outcome.Contact, d.alone = found.Identity, found, alone
		if !d.named.add(d.key()) {
			err = repeated(d.attempt, d.Identity)
		}
	}
	return err
}

// key tells contacts of one call apart: by id where it is known.
func (d *deletion) key() string {
	if d.SubscriberID != 0 {
		return strconv.FormatInt(d.SubscriberID, 10)
	}
	return textform.Key(d.Email) + "," + textform.Compose(d.FirstName+","+d.CustomerKey)
}

// verify compares the record with the one expected: apierror.NotFound when there
// is none, a [ChangedError] when it is another.
func (d *deletion) verify(ctx context.Context) error {
	if d.keyed || d.WithoutOptout && d.checkStored() != nil {
		return d.verifyByID(ctx)
	}
	at, err := d.locate(ctx, d.attempt, d.Identity, false)
	switch {
	case d.WithoutOptout && errors.Is(err, errNotShown):
		return d.verifyByID(ctx) // a search may miss it, and is not what says who goes
	case errors.Is(err, errNotShown):
		return refused(d.attempt, errNotShown, "If it stays like this: "+adviceByID)
	case err != nil:
		return err
	}
	if !d.WithoutOptout && !at.isExact(d.Identity, false) {
		return refused(d.attempt, &AmbiguousError{at.everyone()}, adviceByID)
	}
	d.alone = len(at.others) == 0
	d.Identity, err = d.spelled(ctx, d.Identity, at, false)
	d.outcome.Contact = at.ours.contact(d.Identity)
	return err
}

// verifyByID is verify where the id alone says who is meant.
func (d *deletion) verifyByID(ctx context.Context) error {
	found, err := d.readExpected(ctx, d.attempt, d.Identity, true)
	if err == nil {
		found.CustomerKey = cmp.Or(found.CustomerKey, d.CustomerKey)
		d.Identity, d.outcome.Contact = found.Identity, found
	}
	return err
}

var errNotAlone = errors.New("its first name cannot be sent, and others share the address")

const adviceByID = `Set deletion_policy = "delete_without_optout", which deletes by id, and apply that first; in an action, set without_optout = true.`

// contact is what a search shows of a contact.
func (row Row) contact(known Identity) Contact {
	found := Contact{Identity: row.Identity}
	found.CustomerKey = known.CustomerKey
	if row.LastName != "" {
		found.Values = map[string]string{"last": row.LastName}
	}
	for _, list := range row.Lists {
		found.Subscriptions = append(found.Subscriptions, Subscription{ListID: list})
	}
	return found
}

// prepare is what comes right before the first command.
func (d *deletion) prepare(ctx context.Context) error {
	if !d.WithoutOptout && d.keyed && d.CustomerKey == "" {
		return keyRequired(d.attempt)
	}
	if d.WithoutOptout && !d.deleteByID.isLearned() {
		optedOut, err := d.OptedOut(ctx, d.Email, 0, freshOptouts.days)
		if apierror.Is(err, apierror.Unauthenticated) {
			return err
		}
		d.noOptout = err == nil && !optedOut
	}
	if d.Before == nil || !d.Whole {
		return nil
	}
	return d.orGone(d.readWhole(ctx))
}

func (d *deletion) ready(ctx context.Context) error {
	if d.Before == nil {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return notSent(d.attempt, err)
	}
	return d.Before(ctx, d.outcome.Contact)
}

// readWhole reads the contact in full. Right after a write an answer may come
// from before it; taken at its word, one that knows no such contact would end
// the delete unsent.
func (d *deletion) readWhole(ctx context.Context) error {
	var found Contact
	var readErr error
	read := func(ctx context.Context) (bool, error) {
		found, readErr = d.readExpected(ctx, d.attempt, d.Identity, d.keyed)
		var changed *ChangedError
		if apierror.Is(readErr, apierror.NotFound) || errors.As(readErr, &changed) {
			return !d.Written, nil
		}
		return true, readErr
	}
	if err := d.consistency.Until(ctx, read); err != nil {
		return err
	}
	if readErr == nil {
		found.CustomerKey = cmp.Or(found.CustomerKey, d.CustomerKey)
		d.Identity, d.outcome.Contact = found.Identity, found
	}
	return readErr
}

func (d *deletion) writes(context.Context) ([]write, error) {
	d.missing, d.counted, d.proved = false, false, false
	d.firstOn = d.deletedOn.add(d.place())
	if d.WithoutOptout {
		return []write{d.byID()}, nil
	}
	cells := d.columns(false)
	if !d.keyed && !d.hasName() && !d.alone {
		return nil, refused(d.attempt, errNotAlone, adviceByID)
	}
	if d.keyed {
		cells = []cell{{"customer_key", d.CustomerKey}, {"email", d.Email}}
	}
	row, err := encode(cells)
	return []write{{attempt: d.attempt, command: newCommand("delete"), row: row, optouts: true, judge: d.judge}}, err
}

// judge takes the answer to a delete by address or key.
func (d *deletion) judge(a answer, rows int) error {
	users, counted, missing := a.parseDelete()
	d.missing = missing
	switch {
	case counted && users > rows:
		return tooMany(d.attempt, "more was deleted than asked for: the service says that it deleted", users, rows,
			"Check everyone on this address in WhatCounts. A delete cannot be undone.")
	case rows > 1 && (!counted || users < rows):
		return d.notTold(d.attempt, a, rows)
	case missing:
	case a.kind == failure:
		return d.refusedBy(d.attempt, a)
	case !counted:
		return d.cannotRead(d.attempt, a, "the counts in the answer")
	default:
		d.counted = true
	}
	return nil
}

// readBack looks whether the contact is gone, where the answer does not prove
// it. It goes on for a moment after the run is cancelled: what was done has to
// be told.
func (d *deletion) readBack(ctx context.Context) {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	if d.proved {
		d.learnOptout(ctx)
		d.gone(false)
		return
	}
	if d.otherAs && !d.missing && d.uncertain == nil {
		return // the other name is sent in the next round
	}
	unproved := d.uncertain
	if d.counted {
		unproved = errors.New("the service reported success")
	}
	there, err := d.isThere(ctx)
	var changed *ChangedError
	switch {
	case err != nil && unproved != nil && !errors.As(err, &changed):
		d.finish(notReadBack(d.attempt, unproved, err, adviceToPlan))
	case d.counted && there:
		d.finish(d.anotherWent(err))
	case err != nil:
		d.finish(err)
	case !there:
		d.gone(d.missing)
	case d.uncertain == nil:
		d.finish(&apierror.Error{Kind: apierror.Refused, Attempt: d.attempt, Reason: "the service found nothing to delete, and the contact is still there", Advice: "Try again, or delete it by hand."})
	}
}

// anotherWent is the error for a contact that is still there, changed perhaps,
// although the service counts as many deleted as were named. The command is not
// repeated: another one that went in its place may have been met by this contact's row.
func (d *deletion) anotherWent(changed error) error {
	err := &apierror.Error{
		Kind: apierror.Uncertain, Attempt: d.attempt, Cause: changed,
		Reason: "the service counts as many contacts deleted as were named, and this one is still there: another one may be gone in its place",
		Advice: "Look in WhatCounts for who is missing: a delete cannot be undone. Then run terraform plan, and apply again.",
	}
	if changed != nil {
		err.Reason += "; " + reasonOf(changed)
	}
	return err
}

// gone ends the deletion of a contact that does not exist any more.
func (d *deletion) gone(already bool) {
	d.outcome.AlreadyGone = already
	d.recent.delete(d.SubscriberID)
	d.finish(nil)
}

// isThere looks, for a while, whether the contact still exists. Only an answer
// that recognisably says otherwise is believed, and only while the counts or a
// search agree: a service may not know yet of a contact that was added a moment
// ago.
func (d *deletion) isThere(ctx context.Context) (bool, error) {
	var found Contact
	err := d.window(d.consistency).Until(ctx, func(ctx context.Context) (bool, error) {
		var err error
		found, err = d.Contact(ctx, d.SubscriberID, d.Email)
		if !apierror.Is(err, apierror.NotFound) || d.counted {
			return false, err
		}
		rows, lookErr := d.contactsOn(ctx, d.attempt, d.Email)
		if lookErr != nil {
			return false, lookErr
		}
		if slices.ContainsFunc(rows, func(row Row) bool { return row.SubscriberID == d.SubscriberID }) {
			found.Identity = d.Identity
			return false, nil
		}
		return false, err // NotFound ends it
	})
	switch {
	case apierror.Is(err, apierror.NotFound):
		return false, nil
	case err != nil:
		return true, notSent(d.attempt, err)
	case !d.Identity.isSame(found.Identity, d.keyed):
		return true, changedSince(d.attempt, d.Identity, found.Identity)
	}
	return true, nil
}

func (d *deletion) gaveUp(err error) error { return notDone(d.attempt, err) }

// keySet is who was named in one call. A nil set knows nobody.
type keySet struct{ keys sync.Map }

// add reports whether a key was not added before.
func (s *keySet) add(key string) bool {
	if s == nil {
		return true
	}
	_, there := s.keys.LoadOrStore(key, true)
	return !there
}

func (s *keySet) has(key string) bool {
	_, there := s.keys.Load(key)
	return there
}

func repeated(attempt string, contact Identity) error {
	cause := &RepeatedError{contact}
	return &apierror.Error{Kind: apierror.Invalid, Attempt: attempt, Reason: cause.Error(), Advice: "Name each contact once.", Cause: cause}
}
