package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Add adds contacts that do not exist. Nothing is adopted: a contact that is
// there already is an [ExistsError], one that could not be told apart from
// others an [AmbiguousError], an opt-out an [OptedOutError]. A command whose
// answer is lost is repeated only when the contact is reliably not there.
//
// A contact takes a search before and one after, and its share of a command for
// each of its lists. It takes one request more when a value may not have
// arrived: it had to be quoted or has outer blanks, or it is the first use of a
// custom field by this Client. A customer-key realm takes two more, and one for
// each other contact on the address. Of many contacts in an ordinary realm, the
// search after is left out where the pages of their lists take fewer requests.
//
// With [AllOrNothing], everybody is looked for, also among the opt-outs, before
// anything is sent, and the commands of the whole set are sent ten at a time.
// whatcounts.md#sub.
func (c *Client) Add(ctx context.Context, contacts []NewContact, options ...Option) []Outcome {
	return c.add(ctx, contacts, ofSet(options))
}

// AddOne is Add for one contact, together with those of callers that come at
// about the same time.
func (c *Client) AddOne(ctx context.Context, contact NewContact) Outcome {
	attempt := "adding " + contact.described()
	outcome := one(ctx, &c.additions, contact, attempt)
	if errors.Is(outcome.Err, httpclient.ErrUnanswered) {
		outcome.Err = notReadBack(attempt, outcome.Err, &UnseenError{outcome.Err}, adviceToLook)
	}
	return outcome
}

// described names a contact that has no id yet.
func (n NewContact) described() string {
	n.SubscriberID = 0
	return n.Identity.String()
}

func (c *Client) add(ctx context.Context, contacts []NewContact, how *manner) []Outcome {
	set := make([]operation, len(contacts))
	for i, contact := range contacts {
		contact.SubscriberID = 0
		set[i] = &addition{
			Client: c, progress: progress{attempt: "adding " + contact.described()},
			wanted: contact, counted: make(map[int64]int), totals: nothingCounted,
		}
	}
	return c.run(ctx, set, how)
}

// addition is one contact on its way into the realm. Its first list adds it,
// with all its values; further lists are then given to it.
type addition struct {
	progress
	*Client
	wanted  NewContact
	keyed   bool
	before  []Row         // who was on the address before
	shown   Row           // the contact as list pages showed it
	found   Row           // the contact, once it shows
	counted map[int64]int // the lists that were accepted, with the subscriptions the service counted
	totals  subscribeCounts
	refusal error // why a list was refused although the contact may exist

	lost         bool // an earlier subscribe may have been done
	untold       bool // an earlier one was done for others, and for this contact it did not seem so
	changedOther bool // the service says that it changed a contact and added none
}

func (w *addition) addresses() []string { return []string{w.wanted.Email} }

func (w *addition) apart() []string {
	names := keysOf(w.wanted.Email)
	if w.wanted.CustomerKey != "" {
		names = append(names, "key "+textform.Compose(w.wanted.CustomerKey))
	}
	return names
}

func (w *addition) check(ctx context.Context) error {
	if err := w.wanted.Identity.check(); err != nil {
		return err
	}
	if _, err := encode(w.wanted.cells()); err != nil {
		return err
	}
	if len(w.wanted.Subscriptions) == 0 {
		return invalid(w.attempt, "WhatCounts adds a contact only together with a subscription", "Give at least one entry in subscriptions.")
	}
	if err := w.wanted.checkSubscriptions(); err != nil {
		return err
	}
	keyed, err := w.isKeyed(ctx, w.attempt, w.wanted.CustomerKey)
	if err == nil && keyed && w.wanted.CustomerKey == "" {
		err = keyRequired(w.attempt)
	}
	w.keyed = keyed
	return err
}

// look finds who is there already. WhatCounts would update such a contact; this
// client does not.
func (w *addition) look(ctx context.Context, again bool) error {
	if again {
		return nil // the last read has just shown that the contact is not there
	}
	if w.keyed {
		if err := w.lookByKey(ctx); err != nil {
			return err
		}
	}
	rows, err := w.contactsLeft(ctx, w.attempt, w.wanted.Email)
	if err != nil {
		return err
	}
	w.before = rows
	if w.keyed {
		holder, _, err := w.withKey(ctx, rows)
		if err == nil && holder.SubscriberID != 0 {
			err = w.exists(rows, holder.SubscriberID)
		}
		return err
	}
	for _, row := range rows {
		if textform.Same(row.FirstName, w.wanted.FirstName) {
			return w.exists(rows, row.SubscriberID)
		}
	}
	return w.meets(rows)
}

// meets is the error where the service may take one of those on the address for
// the contact.
func (w *addition) meets(rows []Row) error {
	for _, row := range rows {
		if row.FirstName != "" && textform.MayBeSameName(row.FirstName, w.wanted.FirstName) {
			return conflict(w.attempt, &ExistsError{Existing: []Row{row}, SubscriberID: row.SubscriberID, Alike: true},
				"Set first_name as it is there to import that contact, or to one that differs in more.")
		}
	}
	if w.wanted.FirstName == "" && len(rows) > 0 {
		return refused(w.attempt, &AmbiguousError{rows}, "Set first_name: a contact without one cannot be added safely to an address that others use.")
	}
	return nil
}

func (w *addition) exists(rows []Row, id int64) error {
	return conflict(w.attempt, &ExistsError{Existing: rows, SubscriberID: id}, "Import it, or change email, first_name or customer_key.")
}

// writes are the subscribes to the lists that are not accepted yet. A contact
// whose name the service may have stored in another form is looked at first:
// further lists are given to it as it is spelled there.
func (w *addition) writes(ctx context.Context) ([]write, error) {
	w.totals, w.shown = nothingCounted, Row{}
	contact := w.wanted.Identity
	if contact.SubscriberID = w.found.SubscriberID; contact.SubscriberID != 0 {
		var err error
		if contact, err = w.spelled(ctx, contact, located{ours: w.found}, w.keyed); err != nil {
			return nil, err
		}
	}
	var writes []write
	for i, s := range w.wanted.Subscriptions {
		if _, accepted := w.counted[s.ListID]; accepted {
			continue
		}
		if i > 0 && contact.SubscriberID == 0 && contact.hasOtherForms() {
			break
		}
		sub := subscribe{
			Subscription: s, contact: contact, cells: contact.columns(w.keyed),
			force: w.wanted.ForceSub, overrideConfirmation: w.wanted.OverrideConfirmation, creating: true, lists: w.wanted.Lists(),
		}
		attempt, judge := fmt.Sprintf("subscribing %s to list %d", sub.contact, s.ListID), w.judgeFurther
		if i == 0 {
			attempt, judge = w.attempt, w.judgeFirst
			sub.cells = append(sub.cells, w.wanted.cells()...)
		}
		next, err := w.subscribe(ctx, attempt, sub, judge)
		if err != nil {
			return nil, err
		}
		next.failed = func(err error) {
			if i == 0 && !w.lost && w.totals.added < 1 {
				w.finish(err)
				return
			}
			w.refusal, w.stopped = err, true // the contact may exist, and is read back
		}
		writes = append(writes, next)
	}
	return writes, nil
}

// judgeFirst takes the answer to the subscribe that adds the contact.
func (w *addition) judgeFirst(s subscribe, counts subscribeCounts, err error) error {
	w.totals = counts
	switch {
	case err != nil:
		return err
	case counts.updated > 0 && counts.added == 0 && !w.lost && !w.untold:
		w.changedOther, w.stopped = true, true
	default:
		w.counted[s.ListID] = counts.subscriptions
		w.stopped = w.untold && counts.updated > 0 // whether this one is new is seen first
	}
	return nil
}

// judgeFurther takes the answer to a subscribe of a contact that was added.
func (w *addition) judgeFurther(s subscribe, counts subscribeCounts, err error) error {
	switch {
	case err != nil:
		if isUncertain(err) {
			w.totals = counts
		}
		return err
	case counts.added > 0:
		return addedAnother(fmt.Sprintf("subscribing %s to list %d", s.contact, s.ListID))
	}
	w.counted[s.ListID] = counts.subscriptions
	return nil
}

// readBack finds the contact. It goes on for a moment after the run is
// cancelled: the contact may exist, and only its id keeps it from being lost.
func (w *addition) readBack(ctx context.Context) {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	first := w.wanted.Subscriptions[0].ListID
	_, added := w.counted[first]
	w.untold = w.untold || !added && errors.Is(w.uncertain, errTotals)
	found, rows, err := w.findAdded(ctx)
	if err == nil && found.SubscriberID != 0 && w.found.SubscriberID == 0 && w.untold && w.totals.updated > 0 {
		err = w.isNew(ctx, found)
		if errors.Is(err, errNotNew) {
			w.finish(w.changedAnother(rows))
			return
		}
	}
	switch {
	case err != nil:
		w.finish(w.notFoundOut(err))
		return
	case w.changedOther:
		w.finish(w.changedAnother(rows))
		return
	case found.SubscriberID == 0 && w.uncertain != nil:
		w.lost = w.lost || !errors.Is(w.uncertain, errTotals)
		return
	case found.SubscriberID == 0 && w.refusal != nil:
		w.finish(withAdvice(w.refusal, adviceNotThere))
		return
	case found.SubscriberID == 0:
		w.finish(w.notShown(ctx, rows))
		return
	}
	w.take(ctx, found, added)
}

// take records the contact that was found, and goes on with what is left.
func (w *addition) take(ctx context.Context, found Row, added bool) {
	first := w.wanted.Subscriptions[0].ListID
	w.found = found
	w.outcome.Contact.Identity = found.Identity
	w.outcome.Contact.CustomerKey = w.wanted.CustomerKey
	if !added && (w.refusal == nil || slices.Contains(found.Lists, first)) {
		// The subscribe that was lost, or refused in words only, has added it.
		w.counted[first] = notCounted
		w.uncertain, w.refusal = nil, nil
	}
	for _, s := range w.wanted.Subscriptions {
		if _, accepted := w.counted[s.ListID]; !accepted && slices.Contains(found.Lists, s.ListID) {
			w.counted[s.ListID] = 1
			w.uncertain = nil // the one list whose answer was lost
		}
	}
	switch {
	case !textform.Same(found.FirstName, w.wanted.FirstName):
		// Further commands would address somebody else.
		w.complete(ctx, differs(w.attempt, []Difference{{"first_name", w.wanted.FirstName, found.FirstName}}))
	case w.refusal != nil:
		w.complete(ctx, w.refusal)
	case len(w.counted) == len(w.wanted.Subscriptions):
		w.complete(ctx, nil)
	case errors.Is(w.uncertain, errTotals) && w.totals.added > 0:
		w.complete(ctx, addedAnother(w.attempt))
	}
}

// complete reads the contact in full where a value may not have arrived, and
// sorts its lists into those in place and those that wait for confirmation.
func (w *addition) complete(ctx context.Context, err error) {
	shown := w.found.Lists
	if sent := w.wanted.cells(); err == nil && w.mustReadBack(sent) {
		stored, readErr := w.readUntil(ctx, w.found.SubscriberID, w.wanted.Email, func(stored Contact) bool {
			missing := Missing(stored, w.wanted.Managed)
			awaited := slices.ContainsFunc(missing.Join, func(s Subscription) bool { return w.counted[s.ListID] != 0 })
			return len(missing.Values) == 0 && !awaited
		})
		if readErr != nil {
			w.outcome.Unread = readErr
		} else {
			shown = stored.Managed().Lists()
			values := Diff{Values: Missing(stored, w.wanted.Managed).Values}
			if found := values.between(stored, w.wanted.Managed); len(found) > 0 {
				err = differs(w.attempt, found)
			} else {
				w.proveFields(sent)
			}
		}
	}
	for _, s := range w.wanted.Subscriptions {
		count, accepted := w.counted[s.ListID]
		switch {
		case slices.Contains(shown, s.ListID):
			w.outcome.Contact.Subscriptions = append(w.outcome.Contact.Subscriptions, s)
		case accepted:
			w.outcome.awaits(ctx, w.Client, w.wanted.Email, s.ListID, count)
		}
	}
	w.finish(err)
}

// findAdded looks for the contact, and returns everybody on the address with
// it.
func (w *addition) findAdded(ctx context.Context) (found Row, rows []Row, err error) {
	if w.shown.SubscriberID != 0 {
		return w.shown, []Row{w.shown}, nil
	}
	var lookErr error
	err = w.window(w.consistency).Until(ctx, func(ctx context.Context) (bool, error) {
		rows, lookErr = w.contactsOn(ctx, w.attempt, w.wanted.Email)
		if lookErr == nil {
			found, lookErr = w.pick(ctx, rows)
		}
		switch {
		case apierror.Is(lookErr, apierror.Uncertain):
			return false, nil // one bad answer must not lose the contact
		case lookErr != nil || found.SubscriberID == 0:
			return false, lookErr
		}
		return w.showsOn(found.Lists), nil
	})
	if err == nil {
		err = lookErr
	}
	return found, rows, err
}

// showsOn reports whether the contact shows on all lists where it should.
func (w *addition) showsOn(lists []int64) bool {
	for i, s := range w.wanted.Subscriptions {
		count, accepted := w.counted[s.ListID]
		awaited := accepted && count != 0 || !accepted && i == 0
		if awaited && !slices.Contains(lists, s.ListID) {
			return false
		}
	}
	return true
}

func (w *addition) isListableAfter() ([]int64, bool) { return w.wanted.Lists(), !w.keyed }

func (w *addition) seeAfter(members *listing) bool {
	if !members.covers(w.wanted.Lists()) {
		return false
	}
	found, err := w.pick(context.Background(), members.on(w.wanted.Email))
	if err == nil && found.SubscriberID != 0 && w.showsOn(found.Lists) {
		w.shown = found
	}
	return w.shown.SubscriberID != 0
}

// clash is the error where the contact, looked for once the earlier one is
// there, could not be added.
func (w *addition) clash(earlier operation) error {
	other, can := earlier.(*addition)
	switch {
	case !can:
		return nil
	case w.keyed && w.wanted.CustomerKey == other.wanted.CustomerKey,
		!w.keyed && textform.SameInAnyCase(w.wanted.Email, other.wanted.Email) && textform.Same(w.wanted.FirstName, other.wanted.FirstName):
		return repeated(w.attempt, w.wanted.Identity)
	case w.keyed || !textform.SameInAnyCase(w.wanted.Email, other.wanted.Email):
		return nil
	}
	return w.meets([]Row{{Identity: other.wanted.Identity}})
}

// foresee is the error for an opt-out that the service would refuse the contact
// for.
func (w *addition) foresee(ctx context.Context) error {
	if w.wanted.ForceSub {
		return nil
	}
	for _, s := range w.wanted.Subscriptions {
		global, ofList, err := w.optedOutOf(ctx, w.wanted.Email, s.ListID)
		if err != nil {
			return concerning(w.attempt, err)
		}
		if global || ofList {
			return w.optedOut(ctx, w.attempt, subscribe{Subscription: s, contact: w.wanted.Identity, creating: true, lists: w.wanted.Lists()}, global, ofList)
		}
	}
	return nil
}

// pick is the new contact among those on the address, or none. A contact that
// was there before is never taken for it. A first name that differs in letter
// case only is the service's work and is reported by the caller.
func (w *addition) pick(ctx context.Context, rows []Row) (Row, error) {
	fresh := slices.DeleteFunc(slices.Clone(rows), func(row Row) bool {
		return slices.ContainsFunc(w.before, func(old Row) bool { return old.SubscriberID == row.SubscriberID })
	})
	if w.keyed {
		holder, silent, err := w.withKey(ctx, fresh)
		if err == nil && holder.SubscriberID == 0 && len(fresh) == 1 && len(silent) == 1 && textform.Same(silent[0].FirstName, w.wanted.FirstName) {
			holder = silent[0]
		}
		return holder, err
	}
	for _, row := range fresh {
		if textform.Same(row.FirstName, w.wanted.FirstName) {
			return row, nil
		}
	}
	if len(fresh) == 1 && textform.SameInAnyCase(fresh[0].FirstName, w.wanted.FirstName) {
		return fresh[0], nil
	}
	return Row{}, nil
}

// errNotNew says that a contact is not the one that was to be added.
var errNotNew = errors.New("it is not new")

// isNew decides about a contact that shows up after a command that changed a
// contact somewhere: one of several rows met a contact that somebody else had
// added meanwhile. This one is new if it has what was sent and nothing else.
func (w *addition) isNew(ctx context.Context, found Row) error {
	first := w.wanted.Subscriptions[0].ListID
	agrees := func(stored Contact) bool {
		elsewhere := slices.ContainsFunc(stored.Subscriptions, func(s Subscription) bool { return s.ListID != first })
		return !elsewhere && slices.EqualFunc(stored.Managed().cells(), w.wanted.cells(), cell.isSame)
	}
	stored, err := w.readUntil(ctx, found.SubscriberID, found.Email, agrees)
	if err == nil && !agrees(stored) {
		err = errNotNew
	}
	return err
}

// changedAnother is the error for a subscribe that says that it changed a
// contact where one should have been added.
func (w *addition) changedAnother(rows []Row) error {
	exists := &ExistsError{Existing: rows, Changed: true}
	for _, row := range rows {
		if textform.Same(row.FirstName, w.wanted.FirstName) || len(rows) == 1 {
			exists.SubscriberID = row.SubscriberID
		}
	}
	return conflict(w.attempt, exists, "Check the contact in WhatCounts. To manage it, import it; otherwise change email, first_name or customer_key.")
}

// notFoundOut is the error when the search for the new contact failed.
func (w *addition) notFoundOut(look error) error {
	outcome := w.uncertain
	if outcome == nil {
		outcome = w.refusal
	}
	if outcome == nil {
		outcome = errors.New("the service reported success")
	}
	return notReadBack(w.attempt, outcome, &UnseenError{look}, adviceToLook)
}

// notShown is the error for a success after which no such contact shows up.
func (w *addition) notShown(ctx context.Context, rows []Row) error {
	first := w.wanted.Subscriptions[0]
	if w.totals.subscriptions == 0 {
		if global, ofList := w.shownOptouts(ctx, w.wanted.Email, first.ListID); global || ofList {
			return w.optedOut(ctx, w.attempt, subscribe{Subscription: first, contact: w.wanted.Identity, force: w.wanted.ForceSub, creating: true, lists: w.wanted.Lists()}, global, ofList)
		}
	}
	err := &apierror.Error{Kind: apierror.Uncertain, Attempt: w.attempt, Reason: "the service reported success, but no such contact shows up", Advice: adviceToLook, Cause: &UnseenError{}}
	if len(rows) > 0 {
		err.Reason += "; on the address are: " + listRows(rows)
	}
	if w.totals.subscriptions == 0 {
		err.Advice = fmt.Sprintf("List %d may hide a contact until the recipient confirms the subscription. Apply again after that, or set override_confirmation = true.", first.ListID)
	}
	return err
}

const adviceNotThere = "No such contact shows up in WhatCounts. Apply again."

func (w *addition) gaveUp(err error) error {
	if w.found.SubscriberID == 0 {
		return withAdvice(err, adviceNotThere)
	}
	for _, s := range w.wanted.Subscriptions {
		if slices.Contains(w.found.Lists, s.ListID) {
			w.outcome.Contact.Subscriptions = append(w.outcome.Contact.Subscriptions, s)
		}
	}
	return notDone(w.attempt, err)
}
