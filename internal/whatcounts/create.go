package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// NewContact is a contact to add. Its SubscriberID is not looked at. The
// subscriptions are made in the order given; there has to be one.
type NewContact struct {
	Contact
	ForceSub             bool // subscribe although an opt-out exists
	OverrideConfirmation bool // skip a list's double opt-in
}

// Created is what was added, also when an error came after it.
type Created struct {
	SubscriberID int64
	Subscribed   []int64
	Pending      []int64 // lists that wait for the recipient's confirmation
	// Unseen are those of Subscribed that the service counted and no read has
	// shown yet: a service may count a subscription that waits for confirmation.
	Unseen []int64
	// Unread is why the contact could not be read back after everything was
	// reported as done; nil when it was read or did not have to be.
	Unread error
}

// CreateContact adds a contact that does not exist. Nothing is adopted: a
// contact that is there already is an [ExistsError], one that could not be told
// apart from others an [AmbiguousError], an opt-out an [OptedOutError]. An
// answer that is lost is read back, and the command repeated only when the
// contact is reliably not there.
//
// It takes three requests in an ordinary realm, one more for each further list,
// and one more when a value may not have arrived: it had to be quoted or has
// outer blanks, or it is the first use of a custom field by this Client. A
// customer-key realm takes two more, and one for each other contact on the
// address.
//
// When Created.SubscriberID is set, the contact exists and was made by this
// call, whatever the error says: a further list was refused, or a value was
// stored as another ([DifferenceError]). "WhatCounts: Subscribe to List".
func (c *Client) CreateContact(ctx context.Context, contact NewContact) (Created, error) {
	contact.SubscriberID = 0
	w := &creation{itinerary: &itinerary{Client: c}, attempt: "adding " + contact.describe(), wanted: contact}
	if err := w.check(ctx); err != nil {
		return Created{}, err
	}
	release, err := c.addresses.hold(ctx, contact.Email)
	if err != nil {
		return Created{}, withVerdict(w.attempt, err)
	}
	defer release()
	if err := w.announceAll(); err != nil {
		return Created{}, err
	}
	defer w.end()
	for _, step := range []func(context.Context) error{w.look, w.add, w.subscribeFurther, w.finish} {
		if err := step(ctx); err != nil {
			return w.created, err
		}
	}
	return w.created, nil
}

// creation is one contact on its way into the realm.
type creation struct {
	*itinerary
	attempt string
	wanted  NewContact
	keyed   bool
	before  []Match // who was on the address before
	created Created
	open    map[int64]int // lists that are not known to be subscribed, with the count the service gave
}

// check refuses what cannot be asked for, before anything is sent.
func (w *creation) check(ctx context.Context) error {
	if err := w.wanted.checkIdentity(); err != nil {
		return err
	}
	if _, err := encode(w.wanted.values()); err != nil {
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

// announceAll tells others of every subscribe to come.
func (w *creation) announceAll() error {
	first, err := w.first().parcel()
	if err != nil {
		return err
	}
	parcels := []parcel{first}
	for _, s := range w.wanted.Subscriptions[1:] {
		further, err := w.further(s, w.wanted.Contact).parcel()
		if err != nil {
			return err
		}
		further.adds = false
		parcels = append(parcels, further)
	}
	w.setOut(parcels...)
	return nil
}

// first is the subscribe that adds the contact.
func (w *creation) first() subscription {
	return subscription{
		Subscription: w.wanted.Subscriptions[0], contact: w.wanted.Contact,
		columns: append(w.wanted.identity(w.keyed), w.wanted.values()...),
		force:   w.wanted.ForceSub, overrideConfirmation: w.wanted.OverrideConfirmation, creating: true,
	}
}

// further is another subscribe of the contact that was added. It is addressed
// by its identity alone: its values were sent once.
func (w *creation) further(s Subscription, known Contact) subscription {
	return subscription{
		Subscription: s, contact: known, columns: known.identity(w.keyed),
		force: w.wanted.ForceSub, overrideConfirmation: w.wanted.OverrideConfirmation, creating: true,
	}
}

// add subscribes the contact to its first list and finds its id.
func (w *creation) add(ctx context.Context) error {
	first := w.first()
	lost := false   // an earlier attempt may have been done
	untold := false // an earlier attempt was done for others, and for this contact it did not seem so
	for try := 0; ; try++ {
		counts, err := w.subscribe(ctx, w.attempt, first)
		if err != nil && !isUnclear(err) && !lost && counts.added < 1 {
			return err
		}
		untold = untold || errors.Is(err, errTotals)
		found, rows, lookErr := w.findAdded(ctx, counts)
		changedOther := err == nil && counts.updated > 0 && counts.added == 0 && !lost && !untold
		switch {
		case lookErr != nil:
			return w.notFoundOut(err, lookErr)
		case changedOther:
			return w.changedAnother(rows)
		case found.SubscriberID != 0 && untold && counts.updated > 0:
			return w.tookIfNew(ctx, found, rows, err)
		case found.SubscriberID != 0:
			return w.took(found, err)
		case err == nil:
			return w.notShown(ctx, first, rows, counts)
		case !w.mayRepeat(ctx, try, err):
			return withAdvice(err, "No such contact shows up in WhatCounts. Apply again.")
		}
		lost = lost || !errors.Is(err, errTotals)
	}
}

const adviceToLook = "Look for the contact in WhatCounts: if it is there, import it before applying again."

// subscribeFurther adds the other subscriptions.
func (w *creation) subscribeFurther(ctx context.Context) error {
	known := w.wanted.Contact
	known.SubscriberID = w.created.SubscriberID
	for _, s := range w.wanted.Subscriptions[1:] {
		attempt := fmt.Sprintf("subscribing %s to list %d", known.describe(), s.ListID)
		counts, err := w.subscribeKnown(ctx, attempt, w.further(s, known))
		switch {
		case err != nil:
			return err
		case counts.added > 0:
			return addedAnother(attempt)
		case counts.subscriptions > 0:
			w.created.Subscribed = append(w.created.Subscribed, s.ListID)
			w.created.Unseen = append(w.created.Unseen, s.ListID)
		default:
			if w.open == nil {
				w.open = make(map[int64]int)
			}
			w.open[s.ListID] = counts.subscriptions
		}
	}
	return nil
}

// addedAnother is the error for a subscribe that was to find a contact and
// added one.
func addedAnother(attempt string) error {
	return &apierror.Error{
		Kind: apierror.Uncertain, Attempt: attempt,
		Reason: "the service says that it added a contact, where one that exists was meant",
		Advice: "Look for an unexpected second contact on this address in WhatCounts.",
	}
}

// finish reads the contact back where something is left to be known.
func (w *creation) finish(ctx context.Context) error {
	sent := w.wanted.values()
	if len(w.open) == 0 && !w.mustReadBack(sent) {
		return nil
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	stored, err := w.readSettled(ctx, w.created.SubscriberID, w.wanted.Email, w.agreesWith)
	if err != nil {
		w.created.Unread = err
		w.created.Unseen = append(w.created.Unseen, slices.Sorted(maps.Keys(w.open))...)
		return nil
	}
	w.created.Subscribed, w.created.Pending, w.created.Unseen = nil, nil, nil
	for _, s := range w.wanted.Subscriptions {
		if _, on := stored.subscription(s.ListID); on {
			w.created.Subscribed = append(w.created.Subscribed, s.ListID)
		} else {
			w.created.Pending = append(w.created.Pending, s.ListID)
		}
	}
	if found := differences(sent, stored); len(found) > 0 {
		return differs(w.attempt, found)
	}
	w.customFields.add(sent)
	return nil
}

// agreesWith reports whether nothing in stored contradicts what was done. Only
// a list for which the service counted no subscription may be missing.
func (w *creation) agreesWith(stored Contact) bool {
	claimed := slices.Clone(w.created.Subscribed)
	for list, count := range w.open {
		if count == notCounted {
			claimed = append(claimed, list)
		}
	}
	for _, list := range claimed {
		if _, on := stored.subscription(list); !on {
			return false
		}
	}
	return len(differences(w.wanted.values(), stored)) == 0
}
