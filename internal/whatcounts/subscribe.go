package whatcounts

import (
	"context"
	"errors"
	"strconv"
)

// subscription is one subscribe command for one contact.
type subscription struct {
	Subscription
	contact              Contact // whom the columns address
	columns              []column
	force                bool
	overrideConfirmation bool
	creating             bool // a part of adding the contact, where force_sub counts
}

func (s subscription) parcel() (parcel, error) {
	record, err := encode(s.columns)
	if err != nil {
		return parcel{}, err
	}
	arguments := []argument{{"list_id", strconv.FormatInt(s.ListID, 10)}, {"format", s.Format.orHTML().number()}}
	if s.force {
		arguments = append(arguments, argument{"force_sub", "1"})
	}
	if s.overrideConfirmation {
		arguments = append(arguments, argument{"override_confirmation", "1"})
	}
	return parcel{command: newCommand("sub", arguments...), record: record, adds: s.contact.SubscriberID == 0}, nil
}

// subscribe sends one subscribe and comes to a verdict on its answer. A contact
// that does not exist is added by it. The counts also come with an error, when
// the answer had any; those of a command that others shared are its totals
// then. "WhatCounts: Subscribe to List".
func (t *itinerary) subscribe(ctx context.Context, attempt string, s subscription) (subscribed, error) {
	p, err := s.parcel()
	if err != nil {
		return nothingCounted, err
	}
	answer, rows, err := t.actShared(ctx, attempt, p)
	if s.force {
		t.optouts.Clear()
	}
	if err != nil {
		return nothingCounted, err
	}
	counts, readable := answer.countSubscribed()
	if rows > 1 {
		each, told := counts.ofEach(rows, answer)
		if !readable || !told {
			return counts, t.notTold(attempt, answer, rows)
		}
		counts = each
	}
	switch {
	case readable && counts.duplicate:
		return counts, nil
	case readable && counts.ignored > 0:
		return counts, t.optedOut(ctx, attempt, s)
	case readable && counts.failed > 0:
		return counts, t.refusedBy(attempt, answer)
	case answer.said == saidSuccess && !readable:
		return nothingCounted, t.unclear(attempt, "the counts in the answer cannot be read: "+t.quote(answer.text), nil)
	case answer.said == saidSuccess:
		return counts, nil
	case readable || answer.rest == "":
		return counts, t.refusedWithoutReason(ctx, attempt, s, answer)
	}
	return nothingCounted, t.refusedBy(attempt, answer)
}

// refusedWithoutReason is the error for a FAILURE that only counts nothing. An
// opt-out is one of its causes, an address that the service does not like is
// the other.
func (c *Client) refusedWithoutReason(ctx context.Context, attempt string, s subscription, answer reply) error {
	if global, ofList := c.shownOptouts(ctx, s.contact.Email, s.ListID); global || ofList {
		return s.refusal(attempt, global, ofList)
	}
	err := withAdvice(c.refusedBy(attempt, answer), adviceOnQuotes(s.columns))
	return withAdvice(err, "WhatCounts names no reason and shows no opt-out. Check email: addresses that it does not take for valid are refused like this.")
}

// optedOut is the error for a subscription that was ignored because of an
// opt-out.
func (c *Client) optedOut(ctx context.Context, attempt string, s subscription) error {
	global, ofList := c.shownOptouts(ctx, s.contact.Email, s.ListID)
	return s.refusal(attempt, global, ofList)
}

func (s subscription) refusal(attempt string, global, ofList bool) error {
	cause := &OptedOutError{Email: s.contact.Email, ListID: s.ListID, Global: global, OfList: ofList}
	return refused(attempt, cause, s.adviceOnOptout())
}

func (s subscription) adviceOnOptout() string {
	list := strconv.FormatInt(s.ListID, 10)
	switch {
	case s.force:
		return "force_sub = true was sent and did not pass it. Ask WhatCounts to remove the opt-out."
	case s.creating:
		return "If the recipient has agreed to be subscribed again, set force_sub = true; otherwise remove list " + list + " from subscriptions."
	}
	return "Remove list " + list + " from subscriptions, or have the recipient subscribe again. force_sub is only used when a contact is created."
}

// shownOptouts are the opt-outs that stand against a subscription, as far as
// the service shows them. They explain a refusal that is certain without them,
// so a query that fails explains nothing and is no error of its own.
func (c *Client) shownOptouts(ctx context.Context, email string, list int64) (global, ofList bool) {
	if shown, err := c.OptedOut(ctx, email, 0, 0); err == nil {
		global = shown
	}
	if shown, err := c.OptedOut(ctx, email, list, 0); err == nil {
		ofList = shown
	}
	return global, ofList
}

// subscribeKnown subscribes a contact that exists. When the outcome is unclear
// it looks whether the contact is on the list before it asks again, since every
// subscribe may send the recipient a mail.
func (t *itinerary) subscribeKnown(ctx context.Context, attempt string, s subscription) (subscribed, error) {
	for try := 0; ; try++ {
		counts, err := t.subscribe(ctx, attempt, s)
		if !isUnclear(err) {
			return counts, err
		}
		isOn := func(stored Contact) bool {
			_, on := stored.subscription(s.ListID)
			return on
		}
		stored, lookErr := t.readSettled(ctx, s.contact.SubscriberID, s.contact.Email, isOn)
		if lookErr != nil {
			return counts, notReadBack(attempt, err, lookErr, adviceToPlan)
		}
		if isOn(stored) {
			return subscribed{subscriptions: 1, added: notCounted, updated: notCounted}, nil
		}
		if errors.Is(err, errTotals) && counts.added > 0 {
			return counts, addedAnother(attempt)
		}
		if !t.mayRepeat(ctx, try, err) {
			return counts, notDone(attempt, err)
		}
	}
}
