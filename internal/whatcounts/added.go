package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// tookIfNew decides about a contact that shows up after a command that changed
// a contact somewhere: one of several rows met a contact that somebody else had
// added meanwhile. This one is new if it has what was sent and nothing else.
func (w *creation) tookIfNew(ctx context.Context, found Match, rows []Match, outcome error) error {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	first := w.wanted.Subscriptions[0].ListID
	agrees := func(stored Contact) bool {
		elsewhere := slices.ContainsFunc(stored.Subscriptions, func(s Subscription) bool { return s.ListID != first })
		return !elsewhere && slices.Equal(stored.values(), w.wanted.values())
	}
	stored, err := w.readSettled(ctx, found.SubscriberID, found.Email, agrees)
	switch {
	case err != nil:
		return w.notFoundOut(outcome, err)
	case !agrees(stored):
		return w.changedAnother(rows)
	}
	return w.took(found, outcome)
}

// findAdded looks for the contact that was just added, and returns everybody on
// the address with it. It goes on for a moment after the run is cancelled: the
// contact may exist, and only its id keeps it from being lost.
func (w *creation) findAdded(ctx context.Context, counts subscribed) (found Match, rows []Match, err error) {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	list := w.wanted.Subscriptions[0].ListID
	var lookErr error
	err = w.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
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
		return counts.subscriptions == 0 || slices.Contains(found.Lists, list), nil
	})
	if err == nil {
		err = lookErr
	}
	return found, rows, err
}

// took records the new contact, and whether its first list was given to it.
func (w *creation) took(found Match, err error) error {
	first := w.wanted.Subscriptions[0].ListID
	w.created.SubscriberID = found.SubscriberID
	shown := slices.Contains(found.Lists, first)
	if err != nil && !isUnclear(err) && !shown {
		return err
	}
	if shown {
		w.created.Subscribed = append(w.created.Subscribed, first)
	} else {
		w.created.Pending = append(w.created.Pending, first)
	}
	if found.FirstName != w.wanted.FirstName {
		// Further commands would address somebody else.
		return differs(w.attempt, []Difference{{"first_name", w.wanted.FirstName, found.FirstName}})
	}
	return nil
}

// changedAnother is the error for a subscribe that says that it changed a
// contact where one should have been added.
func (w *creation) changedAnother(rows []Match) error {
	exists := &ExistsError{Existing: rows, Changed: true}
	for _, row := range rows {
		if row.FirstName == w.wanted.FirstName || len(rows) == 1 {
			exists.SubscriberID = row.SubscriberID
		}
	}
	return refused(w.attempt, exists, "Check the contact in WhatCounts. To manage it, import it; otherwise change email, first_name or customer_key.")
}

// notFoundOut is the error when the search for the new contact failed.
func (w *creation) notFoundOut(outcome, look error) error {
	if outcome == nil {
		outcome = errors.New("the service reported success")
	}
	return notReadBack(w.attempt, outcome, &UnseenError{look}, adviceToLook)
}

// notShown is the error for a success after which no such contact shows up.
func (w *creation) notShown(ctx context.Context, first subscription, rows []Match, counts subscribed) error {
	if counts.subscriptions == 0 {
		if global, ofList := w.shownOptouts(ctx, w.wanted.Email, first.ListID); global || ofList {
			return first.refusal(w.attempt, global, ofList)
		}
	}
	err := &apierror.Error{Kind: apierror.Uncertain, Attempt: w.attempt, Reason: "the service reported success, but no such contact shows up", Advice: adviceToLook, Cause: &UnseenError{}}
	if len(rows) > 0 {
		err.Reason += "; on the address are: " + describeAll(rows)
	}
	if counts.subscriptions == 0 {
		err.Advice = fmt.Sprintf("List %d may hide a contact until the recipient confirms the subscription. Apply again after that, or set override_confirmation = true.", first.ListID)
	}
	return err
}
