package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// anchor is a list to name in a command that wants one, with the format that
// the subscription has: one that the contact is on, if there is any.
func (u *revision) anchor(ctx context.Context, at located) (Subscription, error) {
	on := func(s Subscription) bool {
		_, isOpen := u.open[s.ListID]
		_, was := u.current.subscription(s.ListID)
		return !isOpen && (slices.Contains(at.ours.Lists, s.ListID) || len(at.ours.Lists) == 0 && was)
	}
	var candidates []Subscription
	candidates = append(candidates, u.wanted.Subscriptions...)
	candidates = append(candidates, u.current.Subscriptions...)
	for _, list := range at.ours.Lists {
		candidates = append(candidates, Subscription{ListID: list})
	}
	if len(candidates) == 0 {
		return Subscription{}, invalid(u.attempt, "the contact is on no list, and WhatCounts changes a contact only together with one", "Give at least one entry in subscriptions.")
	}
	chosen := candidates[max(slices.IndexFunc(candidates, on), 0)]
	if chosen.Format != 0 || len(at.others) == 0 {
		return chosen, nil
	}
	stored, err := u.Contact(ctx, u.current.SubscriberID, u.current.Email)
	if err != nil {
		return Subscription{}, err
	}
	is, _ := stored.subscription(chosen.ListID)
	chosen.Format = is.Format
	return chosen, nil
}

// setValues sends the values and formats that differ. A contact that is alone
// on its address is updated; one that shares it is subscribed again with the
// values, because an update takes the oldest contact of an address, and a
// subscribe the one with this first name or key.
func (u *revision) setValues(ctx context.Context, at located, todo changes) error {
	if len(todo.columns) == 0 && len(todo.formats) == 0 {
		return nil
	}
	anchor, err := u.anchor(ctx, at)
	if err != nil {
		return err
	}
	send := u.updateOn
	if len(at.others) > 0 {
		send = u.resubscribe
	}
	formats := todo.formats
	if len(todo.columns) > 0 {
		changesFormat := false
		formats = slices.DeleteFunc(slices.Clone(formats), func(s Subscription) bool {
			if s.ListID == anchor.ListID {
				anchor.Format, changesFormat = s.Format, true
			}
			return s.ListID == anchor.ListID
		})
		u.sent = true
		if err := send(ctx, anchor, todo.columns, changesFormat); err != nil {
			return err
		}
	}
	for _, s := range formats {
		u.sent = true
		if err := send(ctx, s, nil, true); err != nil {
			return err
		}
	}
	return nil
}

// updateOn changes a contact that is alone on its address.
func (u *revision) updateOn(ctx context.Context, s Subscription, columns []column, withFormat bool) error {
	columns = append([]column{{"email", u.current.Email}}, columns...)
	if withFormat {
		columns = append(columns, column{formatColumn, s.Format.number()})
	}
	return u.update(ctx, u.attempt, s.ListID, columns)
}

// resubscribe changes a contact that shares its address.
func (u *revision) resubscribe(ctx context.Context, s Subscription, columns []column, _ bool) error {
	identity := u.current.identity(u.keyed)
	if len(columns) > 0 && columns[0].name == "first" {
		identity = slices.DeleteFunc(identity, func(col column) bool { return col.name == "first" })
	}
	counts, err := u.subscribe(ctx, u.attempt, subscription{Subscription: s, contact: u.current, columns: append(identity, columns...)})
	if err == nil && counts.added > 0 {
		err = addedAnother(u.attempt)
	}
	return err
}

// toUpdate sets columns of the contact on an address.
func toUpdate(list int64, columns []column) (parcel, error) {
	record, err := encode(columns)
	return parcel{command: newCommand("update", argument{"list_id", strconv.FormatInt(list, 10)}, argument{"identity_field", "email"}), record: record}, err
}

// update sends one update that names the contact by its address. The caller
// has made sure that nobody else is on it. "WhatCounts: Update Contact"; that
// 0 updated is a failure is client practice 2009.
func (t *itinerary) update(ctx context.Context, attempt string, list int64, columns []column) error {
	p, err := toUpdate(list, columns)
	if err != nil {
		return err
	}
	answer, rows, err := t.actShared(ctx, attempt, p)
	if err != nil {
		return err
	}
	users, counted := answer.countUpdated()
	switch {
	case counted && users > rows:
		return &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt,
			Reason: fmt.Sprintf("the service says that it updated %d contacts, where %s meant", users, were(rows)),
			Advice: "Check everyone on this address in WhatCounts.",
		}
	case rows > 1 && (answer.said == saidFailure || !counted || users < rows):
		return t.notTold(attempt, answer, rows)
	case answer.said == saidFailure:
		return t.refusedBy(attempt, answer)
	case !counted:
		return t.unclear(attempt, "the counts in the answer cannot be read: "+t.quote(answer.text), nil)
	case users == 0:
		return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: "the service updated nothing and gave no reason", Advice: adviceOnQuotes(columns)}
	}
	return nil
}
