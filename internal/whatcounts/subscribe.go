package whatcounts

import (
	"context"
	"strconv"
	"strings"
)

// subscribe is one row of a subscribe command: a contact that does not exist is
// added by it, one that does is changed.
type subscribe struct {
	Subscription
	contact              Identity // whom the cells address
	cells                []cell
	force                bool
	overrideConfirmation bool
	creating             bool    // a part of adding the contact, where force_sub counts
	lists                []int64 // all that the contact is to be put on
}

// subscribe is the command, and what its answer says of this row.
// whatcounts.md#sub.
func (c *Client) subscribe(ctx context.Context, attempt string, s subscribe, judged func(subscribe, subscribeCounts, error) error) (write, error) {
	row, err := encode(s.cells)
	arguments := []argument{{"list_id", strconv.FormatInt(s.ListID, 10)}, {"format", s.Format.orHTML().number()}}
	if s.force {
		arguments = append(arguments, argument{"force_sub", "1"})
	}
	if s.overrideConfirmation {
		arguments = append(arguments, argument{"override_confirmation", "1"})
	}
	return write{
		attempt: attempt, command: newCommand("sub", arguments...), row: row, optouts: s.force,
		judge: func(a answer, rows int) error {
			counts, result := a.parseSubscribe(rows)
			return judged(s, counts, c.subscribeError(ctx, attempt, s, a, rows, result))
		},
	}, err
}

func (c *Client) subscribeError(ctx context.Context, attempt string, s subscribe, a answer, rows int, result subscribeResult) error {
	switch result {
	case subscribeOptedOut:
		global, ofList := c.shownOptouts(ctx, s.contact.Email, s.ListID)
		return c.optedOut(ctx, attempt, s, global, ofList)
	case subscribeFailed:
		return c.refusedBy(attempt, a)
	case subscribeUntold:
		return c.notTold(attempt, a, rows)
	case subscribeUncounted:
		return c.cannotRead(attempt, a, "the counts in the answer")
	case subscribeNoReason:
		// An opt-out is one of its causes, an address that the service does not
		// like is the other.
		if global, ofList := c.shownOptouts(ctx, s.contact.Email, s.ListID); global || ofList {
			return c.optedOut(ctx, attempt, s, global, ofList)
		}
		err := withAdvice(c.refusedBy(attempt, a), adviceOnQuotes(s.cells))
		return withAdvice(err, "WhatCounts names no reason and shows no opt-out. Check email: addresses that it does not take for valid are refused like this.")
	}
	return nil
}

// optedOut is the error for a subscription that an opt-out stands against. What
// to do about it names all lists of the contact that are opted out of.
func (c *Client) optedOut(ctx context.Context, attempt string, s subscribe, global, ofList bool) error {
	cause := &OptedOutError{Email: s.contact.Email, ListID: s.ListID, Global: global, OfList: ofList}
	remove := "remove list " + strconv.FormatInt(s.ListID, 10) + " from subscriptions"
	var lists []string
	for _, list := range s.lists {
		if _, isOf := c.shownOptouts(ctx, s.contact.Email, list); isOf || list == s.ListID {
			lists = append(lists, strconv.FormatInt(list, 10))
		}
	}
	switch {
	case global && s.creating:
		remove = "remove the contact from the configuration: a global opt-out covers every list"
	case global:
		remove = "remove the new lists from subscriptions: a global opt-out covers every list"
	case len(lists) > 1:
		remove = "remove lists " + strings.Join(lists, ", ") + " from subscriptions"
	}
	advice := "Have the recipient subscribe again, or " + remove + ". force_sub is only used when a contact is created."
	switch {
	case s.force:
		advice = "force_sub = true was sent and did not pass it. Ask WhatCounts to remove the opt-out."
	case s.creating:
		advice = "If the recipient has agreed to be subscribed again, set force_sub = true. Otherwise " + remove + "."
	}
	return refused(attempt, cause, advice)
}

// mustReadBack reports whether it is uncertain that these values arrive. A
// custom field that is misspelt loses its value without an error, so each name
// is read back once. whatcounts.md#data-argument.
func (c *Client) mustReadBack(cells []cell) bool {
	for _, one := range cells {
		_, proven := c.provenFields.Load(one.name)
		if one.mayChange() || strings.HasPrefix(one.name, CustomPrefix) && !proven {
			return true
		}
	}
	return false
}

// proveFields notes the custom fields whose values were seen to arrive. An empty
// value proves nothing.
func (c *Client) proveFields(cells []cell) {
	for _, one := range cells {
		if one.value != "" && strings.HasPrefix(one.name, CustomPrefix) {
			c.provenFields.Store(one.name, true)
		}
	}
}
