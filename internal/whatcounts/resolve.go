package whatcounts

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Resolution is the contact that a target stands for.
type Resolution struct {
	// Contact is what a search shows of it: its id, address, first name, last
	// name, customer key and lists.
	Contact Contact
	// Err is apierror.NotFound when there is no such contact, an [AmbiguousError]
	// when several fit, a [RepeatedError] when an earlier target is the same
	// contact. Whatever it is, such a target is never deleted.
	Err error
}

// RepeatedError says that two targets are one contact. It comes inside a
// apierror.Invalid error.
type RepeatedError struct{ Contact Contact }

// Error names the contact.
func (e *RepeatedError) Error() string { return e.Contact.describe() + " is named more than once" }

// ResolveContacts finds the contact that each target names, and sends nothing
// that changes one. A target is an address, with a first name where several
// contacts share it, and with a customer key where the realm has those. One
// that has a subscriber id is looked at as [Client.DeleteContact] verifies it.
// It takes one request for each target; a customer-key realm takes one more for
// each contact on the address.
func (c *Client) ResolveContacts(ctx context.Context, targets []Contact) []Resolution {
	resolutions := make([]Resolution, len(targets))
	var named repetitions
	concurrently(len(targets), func(i int) {
		resolutions[i].Contact, resolutions[i].Err = c.resolve(ctx, "looking for "+targets[i].describe(), targets[i])
	})
	for i := range resolutions {
		if r := &resolutions[i]; r.Err == nil {
			r.Err = named.refuse("looking for "+targets[i].describe(), r.Contact)
		}
	}
	return resolutions
}

// resolve finds the one contact that a target names.
func (c *Client) resolve(ctx context.Context, attempt string, target Contact) (Contact, error) {
	keyed, err := c.checkTarget(ctx, attempt, target)
	if err != nil {
		return Contact{}, err
	}
	if target.SubscriberID != 0 {
		d := &deletion{itinerary: &itinerary{Client: c}, attempt: attempt, target: target, keyed: keyed, byAddress: true}
		err := d.verify(ctx)
		return d.target, err
	}
	rows, err := c.contactsLeft(ctx, attempt, target.Email)
	if err != nil {
		return Contact{}, err
	}
	if target.FirstName != "" {
		rows = slices.DeleteFunc(rows, func(row Match) bool { return row.FirstName != target.FirstName })
	}
	if keyed {
		if rows, err = c.thoseWithKey(ctx, attempt, rows, target.CustomerKey); err != nil {
			return Contact{}, err
		}
	}
	switch len(rows) {
	case 0:
		return Contact{}, gone(attempt, "no such contact is found")
	case 1:
		return target.foundAs(rows[0]), nil
	}
	return Contact{}, refused(attempt, &AmbiguousError{rows}, "Set first_name to say which of them is meant.")
}

// checkTarget refuses what names nobody in this realm.
func (c *Client) checkTarget(ctx context.Context, attempt string, target Contact) (keyed bool, err error) {
	if err := target.checkIdentity(); err != nil {
		return false, err
	}
	keyed, err = c.isKeyed(ctx, attempt, target.CustomerKey)
	if err == nil && keyed && target.CustomerKey == "" {
		err = keyRequired(attempt)
	}
	return keyed, err
}

// thoseWithKey are the contacts whose details show the key, or, where details
// show none, which a search for the key finds.
func (c *Client) thoseWithKey(ctx context.Context, attempt string, rows []Match, key string) ([]Match, error) {
	var having []Match
	for _, row := range rows {
		stored, err := c.Contact(ctx, row.SubscriberID, row.Email)
		if err == nil && stored.CustomerKey == "" {
			if err = c.confirmBySearch(ctx, attempt, row.SubscriberID, key); err == nil {
				stored.CustomerKey = key
			}
		}
		switch {
		case apierror.Is(err, apierror.NotFound), errors.Is(err, errNotFoundByKey):
		case err != nil:
			return nil, err
		case stored.CustomerKey == key:
			having = append(having, row)
		}
	}
	return having, nil
}

// foundAs is the target with what a search shows of it.
func (contact Contact) foundAs(row Match) Contact {
	found := Contact{SubscriberID: row.SubscriberID, FirstName: row.FirstName, CustomerKey: contact.CustomerKey}
	if row.LastName != "" {
		found.Fields = map[string]string{"last": row.LastName}
	}
	return found.updatedBy(row)
}

// repetitions are the contacts that were named so far. The zero value is ready
// for use.
type repetitions struct{ ids map[int64]bool }

// refuse is the error for a contact that was named before.
func (r *repetitions) refuse(attempt string, contact Contact) error {
	if r.ids[contact.SubscriberID] {
		cause := &RepeatedError{contact}
		return &apierror.Error{Kind: apierror.Invalid, Attempt: attempt, Reason: cause.Error(), Advice: "Name each contact once.", Cause: cause}
	}
	if r.ids == nil {
		r.ids = make(map[int64]bool)
	}
	r.ids[contact.SubscriberID] = true
	return nil
}

// mostLooks is how many look-ups for one call are under way at a time.
const mostLooks = 10

// concurrently calls do with the numbers below n, a few at a time, and returns
// when all calls have.
func concurrently(n int, do func(i int)) { atOnce(mostLooks, n, do) }

// atOnce calls do with the numbers below n, so many at a time: a new call as
// soon as one has returned.
func atOnce(most, n int, do func(i int)) {
	var workers sync.WaitGroup
	next := make(chan int)
	for range min(n, most) {
		workers.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
