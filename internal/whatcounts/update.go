package whatcounts

import (
	"context"
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Update changes contacts. What From names and To lacks is cleared or
// unsubscribed; what neither names is left alone. Where nothing differs that the
// service keeps, nothing is sent. The customer key cannot change.
//
// Everything that can be refused is looked at first: who shares the address, who
// has the new one, and opt-outs that stand against a new address or a new
// subscription. An [OptedOutError] from that look changes nothing. A list that
// the recipient has opted out of and that is to stay as it is, is left alone.
// Then follow the address,
// the first name, new subscriptions, values and formats, and last the
// subscriptions given up. Values that are stored as others are a
// [DifferenceError].
//
// Without a change of address or first name a contact takes a search, its share
// of the commands, and one read of the result.
// whatcounts.md#update whatcounts.md#change.
func (c *Client) Update(ctx context.Context, changes []Change, options ...Option) []Outcome {
	return c.update(ctx, changes, ofSet(options))
}

// UpdateOne is Update for one contact, together with those of callers that come
// at about the same time.
func (c *Client) UpdateOne(ctx context.Context, change Change) Outcome {
	return one(ctx, &c.changes, change, "updating "+change.From.String())
}

func (c *Client) update(ctx context.Context, changes []Change, how *manner) []Outcome {
	set := make([]operation, len(changes))
	for i, change := range changes {
		change.To.SubscriberID = change.From.SubscriberID
		if change.To.CustomerKey == "" {
			change.To.CustomerKey = change.From.CustomerKey
		}
		set[i] = &modification{
			Client: c, progress: progress{attempt: "updating " + change.From.String()},
			Change: change, current: change.From, counted: make(map[int64]int),
		}
	}
	outcomes := c.run(ctx, set, how)
	each(numbers(len(set)), how.atOnce, func(i int) {
		if outcomes[i].Err != nil && outcomes[i].Sent {
			outcomes[i].Contact = c.afterFailure(ctx, changes[i].From.Identity)
			outcomes[i].Sent = !changes[i].leftAsItWas(outcomes[i].Contact)
		}
	})
	return outcomes
}

// afterFailure is a contact as it is after an update that failed, or nobody when
// it cannot be read.
func (c *Client) afterFailure(ctx context.Context, contact Identity) Contact {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	stored, err := c.Contact(ctx, contact.SubscriberID, contact.Email)
	if err != nil {
		return Contact{}
	}
	return stored
}

// leftAsItWas reports whether nothing that the change is about has changed.
func (change Change) leftAsItWas(stored Contact) bool {
	was := stored.ManagedBy(change.From, change.To)
	was.CustomerKey = change.From.CustomerKey
	return stored.SubscriberID != 0 && Compare(was, change.From).None()
}

// step is what a round of a modification sends. The address and the first name
// say who is meant, so each is seen to have arrived before anything else is
// sent: a subscribe under another name would add a second contact.
type step int

const (
	stepValues step = iota
	stepAddress
	stepFirstName
)

// modification is one contact on its way from one state to another.
type modification struct {
	progress
	*Client
	Change
	keyed   bool
	current Managed // the contact as it is now, as far as it is managed
	at      located
	step    step
	todo    Diff          // in this round
	counted map[int64]int // new lists, with the subscriptions the service counted
	failure *answer       // to a change of address
}

func (u *modification) addresses() []string { return []string{u.From.Email, u.To.Email} }

func (u *modification) apart() []string { return keysOf(u.From.Email, u.To.Email) }

func (u *modification) check(ctx context.Context) error {
	if u.From.SubscriberID <= 0 {
		return invalid(u.attempt, "the contact has no subscriber id", "Set subscriber_id.")
	}
	if !textform.Same(u.To.CustomerKey, u.From.CustomerKey) {
		return invalid(u.attempt, "a customer key cannot change", "Restore customer_key.")
	}
	to := u.To.Identity.check
	if u.To.FirstName == u.From.FirstName {
		to = u.To.checkStored
	}
	for _, check := range []func() error{u.From.checkStored, to, u.To.checkSubscriptions} {
		if err := check(); err != nil {
			return err
		}
	}
	todo := Compare(u.From, u.To)
	if len(todo.Join) > 0 && u.To.FirstName != "" && !u.To.hasName() {
		// A subscribe by address alone may add a second contact.
		return concerning(u.attempt, u.To.CheckSendable())
	}
	// Values that stay as they are are not sent, whatever they hold.
	if _, err := encode(u.cells(todo)); err != nil || todo.None() {
		u.finish(nil)
		return err
	}
	keyed, err := u.isKeyed(ctx, u.attempt, u.From.CustomerKey)
	if err == nil && keyed && u.From.CustomerKey == "" {
		err = keyRequired(u.attempt)
	}
	u.keyed = keyed
	return err
}

// cells are the values that differ.
func (u *modification) cells(todo Diff) []cell {
	var cells []cell
	for _, name := range todo.Values {
		cells = append(cells, cell{name, u.To.Values[name]})
	}
	return cells
}

// look finds the contact, and refuses what would touch another one or be
// refused half-way.
func (u *modification) look(ctx context.Context, again bool) error {
	if again {
		u.current = u.outcome.Contact.ManagedBy(u.current, u.To)
		u.current.CustomerKey = u.From.CustomerKey
	}
	at, err := u.locate(ctx, u.attempt, u.current.Identity, u.keyed)
	if err != nil {
		return err
	}
	u.at = at
	if u.current.Identity, err = u.spelled(ctx, u.current.Identity, at, u.keyed); err != nil {
		return err
	}
	if !again {
		if err := u.setAside(ctx); err != nil {
			return err
		}
	}
	todo := Compare(u.current, u.To)
	alone := len(at.others) == 0
	switch {
	case !at.isExact(u.current.Identity, u.keyed):
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "A contact without first_name can only be changed while nobody shares its address.")
	case todo.Email && !alone:
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "email can only change while nobody shares the address. Give the others another address first.")
	case todo.FirstName && !u.keyed && !alone:
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "first_name can only change while nobody shares the address. Restore first_name, or give the others another address first.")
	}
	if todo.Email {
		if err := u.addressIsFree(ctx); err != nil {
			return err
		}
	}
	return u.checkOptouts(ctx, todo)
}

// addressIsFree refuses an address that another contact has: what a change to it
// would do is not known. whatcounts.md#contradictions.
func (u *modification) addressIsFree(ctx context.Context) error {
	rows, err := u.contactsLeft(ctx, u.attempt, u.To.Email)
	if err != nil {
		return err
	}
	holders := slices.DeleteFunc(rows, func(row Row) bool { return row.SubscriberID == u.From.SubscriberID })
	if len(holders) > 0 {
		return conflict(u.attempt, &ExistsError{Existing: holders, SubscriberID: holders[0].SubscriberID}, "Choose another email, or import the contact that has it.")
	}
	return nil
}

const adviceOnRename = "WhatCounts may not let first_name change: restore it. The first name is as it was."

// writes are the commands of one round.
func (u *modification) writes(ctx context.Context) ([]write, error) {
	u.todo = Compare(u.current, u.To)
	u.failure = nil
	switch {
	case u.todo.Email:
		u.step = stepAddress
		return []write{u.changeAddress()}, nil
	case u.todo.FirstName && !u.keyed:
		u.step = stepFirstName
		list, err := u.listToName(ctx)
		if err != nil {
			return nil, err
		}
		rename, err := u.updateRow(list.ListID, []cell{{"first", u.To.FirstName}}, adviceOnRename)
		return []write{rename}, err
	}
	u.step = stepValues
	u.todo.Join = slices.DeleteFunc(u.todo.Join, func(s Subscription) bool {
		_, joined := u.counted[s.ListID]
		return joined // each subscribe may send the recipient a mail
	})
	var writes []write
	for _, s := range u.todo.Join {
		join, err := u.subscribe(ctx, fmt.Sprintf("subscribing %s to list %d", u.current, s.ListID), subscribe{
			Subscription: s, contact: u.current.Identity, cells: u.current.columns(u.keyed),
			overrideConfirmation: u.OverrideConfirmation,
		}, u.judgeJoin)
		if err != nil {
			return nil, err
		}
		writes = append(writes, join)
	}
	values, err := u.setValues(ctx)
	if err != nil {
		return nil, err
	}
	writes = append(writes, values...)
	for _, list := range u.todo.Leave {
		leave, err := u.leaveList(u.attempt, u.current.Identity, u.keyed, list, slices.Contains(u.at.ours.Lists, list))
		if err != nil {
			return nil, err
		}
		writes = append(writes, leave)
	}
	return writes, nil
}

func (u *modification) changeAddress() write {
	from, to := u.current.Email, u.To.Email
	return write{
		attempt: u.attempt, command: newCommand("change", argument{"email", from}, argument{"email_new", to}),
		judge: func(a answer, _ int) error {
			switch {
			case a.kind == failure:
				u.failure = &a
			case !a.parseChange(from, to, u.From.SubscriberID):
				return u.cannotRead(u.attempt, a, "the answer")
			}
			return nil
		},
	}
}

func (u *modification) judgeJoin(s subscribe, counts subscribeCounts, err error) error {
	if err == nil && counts.added > 0 {
		return addedAnother(fmt.Sprintf("subscribing %s to list %d", s.contact, s.ListID))
	}
	if err == nil {
		u.counted[s.ListID] = counts.subscriptions
	}
	return err
}

// readBack reads the contact until it agrees with what was sent.
func (u *modification) readBack(ctx context.Context) {
	email := u.current.Email
	if u.step == stepAddress {
		email = u.To.Email
	}
	stored, err := u.readUntil(ctx, u.From.SubscriberID, email, func(stored Contact) bool {
		return u.arrived(stored, true) || u.failure != nil
	})
	if err != nil {
		if u.uncertain != nil {
			err = notReadBack(u.attempt, u.uncertain, err, adviceToPlan)
		}
		u.finish(err)
		return
	}
	u.outcome.Contact = stored
	switch {
	case u.uncertain != nil && u.missing(stored, false).None():
		u.finishValues(ctx)
	case u.uncertain != nil && u.step != stepValues && u.arrived(stored, false):
		u.uncertain = nil
		u.goOn(stored)
	case u.uncertain != nil:
	case !u.arrived(stored, false):
		u.finish(u.notArrived(stored))
	case u.step != stepValues:
		u.goOn(stored)
	default:
		u.finishValues(ctx)
	}
}

// goOn continues with what is left after the address or the first name.
func (u *modification) goOn(stored Contact) {
	if u.step == stepAddress {
		u.current.Email = stored.Email
	} else {
		u.current.FirstName = stored.FirstName
	}
	if u.missing(stored, false).None() {
		u.succeed()
	}
}

// arrived reports whether a stored contact shows what this round has sent.
// mayAppear: a subscription that the service has counted may still appear.
func (u *modification) arrived(stored Contact, mayAppear bool) bool {
	switch u.step {
	case stepAddress:
		return textform.SameInAnyCase(stored.Email, u.To.Email)
	case stepFirstName:
		return textform.Same(stored.FirstName, u.To.FirstName)
	}
	return u.missing(stored, mayAppear).None()
}

// missing is what a stored contact lacks of all that is wanted. What From names
// and To does not is to be empty. A subscription that waits for confirmation
// does not show and is not missing.
func (u *modification) missing(stored Contact, mayAppear bool) Diff {
	wanted := u.To
	wanted.Values = make(map[string]string)
	for name := range u.From.Values {
		wanted.Values[name] = ""
	}
	for name, value := range u.To.Values {
		wanted.Values[name] = value
	}
	wanted.Subscriptions = slices.DeleteFunc(slices.Clone(u.To.Subscriptions), func(s Subscription) bool {
		count, joined := u.counted[s.ListID]
		waits := joined && (count == 0 || u.uncertain == nil && !mayAppear) || slices.Contains(u.Pending, s.ListID)
		return waits && !stored.On(s.ListID)
	})
	was := stored.ManagedBy(u.From, wanted)
	was.CustomerKey = wanted.CustomerKey
	return Compare(was, wanted)
}

// notArrived is the error for a round whose answer was a success, or a refusal
// of the new address, and which did not change what it should have.
func (u *modification) notArrived(stored Contact) error {
	switch {
	case u.failure != nil:
		// The text about a bad address names the old one when the new one is meant.
		return withAdvice(u.refusedBy(u.attempt, *u.failure), "The address is as it was. Check email.")
	case u.step == stepAddress:
		return differs(u.attempt, Diff{Email: true}.between(stored, u.To))
	case u.step == stepFirstName:
		return refused(u.attempt, &DifferenceError{Diff{FirstName: true}.between(stored, u.To)}, adviceOnRename)
	}
	return differs(u.attempt, u.missing(stored, false).between(stored, u.To))
}

// finishValues ends the last round, once nobody else on the address has lost a
// subscription by it.
func (u *modification) finishValues(ctx context.Context) {
	if err := u.othersKept(ctx, u.attempt, u.current.Identity, u.at, u.todo.Leave); err != nil {
		u.finish(err)
		return
	}
	u.proveFields(u.cells(u.todo))
	for _, s := range u.To.Subscriptions {
		count, joined := u.counted[s.ListID]
		if joined && !u.outcome.Contact.On(s.ListID) {
			u.outcome.awaits(ctx, u.Client, u.To.Email, s.ListID, count)
		}
	}
	u.succeed()
}

func (u *modification) succeed() {
	if u.To.Email != u.From.Email || u.To.FirstName != u.From.FirstName {
		u.recent.rename(u.To.Identity)
	}
	u.finish(nil)
}

func (u *modification) gaveUp(err error) error { return notDone(u.attempt, err) }
