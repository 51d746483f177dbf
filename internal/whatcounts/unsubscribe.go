package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Unsubscribe takes the contact off these lists, without an opt-out. A list it
// is not on is no error, and neither is a contact that is gone. A contact that
// is not the one expected is a [ChangedError]; one without first name that
// shares its address is an [AmbiguousError]. It takes one request, and one for
// each list; another when others share the address, to see that they kept their
// subscriptions. "WhatCounts: Unsubscribe from List".
func (c *Client) Unsubscribe(ctx context.Context, expected Contact, lists []int64) error {
	attempt := "unsubscribing " + expected.describe()
	if len(lists) == 0 {
		return nil
	}
	if slices.Min(lists) <= 0 {
		// List 0 stands for all lists, and is documented with an opt-out only.
		return invalid(attempt, "a list has a number above zero", "Check the list_id of every entry of subscriptions.")
	}
	if err := expected.checkIdentity(); err != nil {
		return err
	}
	keyed, err := c.isKeyed(ctx, attempt, expected.CustomerKey)
	if err != nil {
		return err
	}
	if keyed && expected.CustomerKey == "" {
		return keyRequired(attempt)
	}
	release, err := c.addresses.hold(ctx, expected.Email)
	if err != nil {
		return withVerdict(attempt, err)
	}
	defer release()
	t := &itinerary{Client: c}
	if err := t.setOutToLeave(expected, keyed, lists); err != nil {
		return err
	}
	defer t.end()
	at, err := c.locate(ctx, attempt, expected, keyed)
	switch {
	case apierror.Is(err, apierror.NotFound):
		return nil
	case err != nil:
		return err
	case !at.isExact(expected, keyed):
		return refused(attempt, &AmbiguousError{at.everyone()}, "Unsubscribe it in WhatCounts: a contact without first_name cannot be told from the others on its address.")
	}
	if err := t.leave(ctx, attempt, expected, keyed, at, lists); !apierror.Is(err, apierror.NotFound) {
		return err
	}
	return nil
}

// setOutToLeave announces that a contact will be taken off lists.
func (t *itinerary) setOutToLeave(contact Contact, keyed bool, lists []int64) error {
	parcels := make([]parcel, 0, len(lists))
	for _, list := range lists {
		p, err := toLeave(contact, keyed, list)
		if err != nil {
			return err
		}
		parcels = append(parcels, p)
	}
	t.setOut(parcels...)
	return nil
}

// toLeave takes a contact off a list.
func toLeave(contact Contact, keyed bool, list int64) (parcel, error) {
	record, err := encode(contact.identity(keyed))
	return parcel{command: newCommand("unsub", argument{"list_id", strconv.FormatInt(list, 10)}), record: record}, err
}

// leave takes a located contact off lists and sees that nobody else on the
// address lost a subscription by it.
func (t *itinerary) leave(ctx context.Context, attempt string, contact Contact, keyed bool, at located, lists []int64) error {
	for _, list := range lists {
		if err := t.leaveList(ctx, attempt, contact, keyed, list, slices.Contains(at.ours.Lists, list)); err != nil {
			return err
		}
	}
	if len(at.others) == 0 || len(lists) == 0 {
		return nil
	}
	rows, err := t.contactsOn(ctx, attempt, contact.Email)
	if err != nil {
		return err
	}
	for _, before := range at.others {
		for _, now := range rows {
			if now.SubscriberID == before.SubscriberID && lost(before.Lists, now.Lists, lists) {
				return &apierror.Error{
					Kind: apierror.Uncertain, Attempt: attempt,
					Reason: "the service also unsubscribed " + before.describe() + ", who shares the address",
					Advice: "Restore the subscription of that contact in WhatCounts.",
				}
			}
		}
	}
	return nil
}

func lost(before, now, lists []int64) bool {
	return slices.ContainsFunc(lists, func(list int64) bool {
		return slices.Contains(before, list) && !slices.Contains(now, list)
	})
}

// leaveList takes a contact off one list. An answer that does not tell, or that
// contradicts what was seen before, is read back.
func (t *itinerary) leaveList(ctx context.Context, attempt string, contact Contact, keyed bool, list int64, wasOn bool) error {
	attempt = fmt.Sprintf("%s from list %d", attempt, list)
	for try := 0; ; try++ {
		done, err := t.unsubscribe(ctx, attempt, contact, keyed, list, wasOn)
		if done || err != nil && !isUnclear(err) {
			return err
		}
		isOff := func(stored Contact) bool {
			_, on := stored.subscription(list)
			return !on
		}
		stored, lookErr := t.readSettled(ctx, contact.SubscriberID, contact.Email, isOff)
		switch {
		case lookErr != nil && err != nil:
			return notReadBack(attempt, err, lookErr, adviceToPlan)
		case lookErr != nil:
			return lookErr
		case isOff(stored):
			return nil
		case err == nil:
			return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: "the service reported success, and the contact is still subscribed", Advice: "Unsubscribe it by hand."}
		case !t.mayRepeat(ctx, try, err):
			return notDone(attempt, err)
		}
	}
}

const adviceToPlan = "Run terraform plan to see what was done."

// unsubscribe sends one unsubscribe. done is false when the contact has to be
// read to know what came of it.
func (t *itinerary) unsubscribe(ctx context.Context, attempt string, contact Contact, keyed bool, list int64, wasOn bool) (done bool, err error) {
	p, err := toLeave(contact, keyed, list)
	if err != nil {
		return false, err
	}
	answer, rows, err := t.actShared(ctx, attempt, p)
	if err != nil {
		return false, err
	}
	users, failed, readable := answer.countUnsubscribed()
	switch {
	case readable && users > rows:
		return false, &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt,
			Reason: fmt.Sprintf("the service says that it unsubscribed %d contacts, where %s meant", users, were(rows)),
			Advice: "Check everyone on this address in WhatCounts.",
		}
	case rows > 1:
		good := readable && answer.said == saidSuccess && failed == 0 && users != notCounted
		if good && (users == rows || !wasOn) {
			return true, nil
		}
		return false, t.notTold(attempt, answer, rows)
	case answer.said == saidFailure || readable && failed > 0:
		return false, t.refusedBy(attempt, answer)
	case !readable:
		return false, t.unclear(attempt, "the counts in the answer cannot be read: "+t.quote(answer.text), nil)
	}
	return users == 1 || users == 0 && !wasOn, nil
}
