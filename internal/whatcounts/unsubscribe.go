package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/reachops/terraform-provider-reach/internal/verdict"
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
	at, err := c.locate(ctx, attempt, expected, keyed)
	switch {
	case verdict.Is(err, verdict.Gone):
		return nil
	case err != nil:
		return err
	case !at.isExact(expected, keyed):
		return refused(attempt, &AmbiguousError{at.everyone()}, "Unsubscribe it in WhatCounts: a contact without first_name cannot be told from the others on its address.")
	}
	if err := c.leave(ctx, attempt, expected, keyed, at, lists); !verdict.Is(err, verdict.Gone) {
		return err
	}
	return nil
}

// leave takes a located contact off lists and sees that nobody else on the
// address lost a subscription by it.
func (c *Client) leave(ctx context.Context, attempt string, contact Contact, keyed bool, at located, lists []int64) error {
	for _, list := range lists {
		if err := c.leaveList(ctx, attempt, contact, keyed, list, slices.Contains(at.ours.Lists, list)); err != nil {
			return err
		}
	}
	if len(at.others) == 0 || len(lists) == 0 {
		return nil
	}
	rows, err := c.contactsOn(ctx, attempt, contact.Email)
	if err != nil {
		return err
	}
	for _, before := range at.others {
		for _, now := range rows {
			if now.SubscriberID == before.SubscriberID && lost(before.Lists, now.Lists, lists) {
				return &verdict.Error{
					Kind: verdict.Unknown, Attempt: attempt,
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
func (c *Client) leaveList(ctx context.Context, attempt string, contact Contact, keyed bool, list int64, wasOn bool) error {
	attempt = fmt.Sprintf("%s from list %d", attempt, list)
	for try := 0; ; try++ {
		done, err := c.unsubscribe(ctx, attempt, contact, keyed, list, wasOn)
		if done || err != nil && !isUnclear(err) {
			return err
		}
		isOff := func(stored Contact) bool {
			_, on := stored.subscription(list)
			return !on
		}
		stored, lookErr := c.readSettled(ctx, contact.SubscriberID, contact.Email, isOff)
		switch {
		case lookErr != nil && err != nil:
			return notReadBack(attempt, err, lookErr, adviceToPlan)
		case lookErr != nil:
			return lookErr
		case isOff(stored):
			return nil
		case err == nil:
			return &verdict.Error{Kind: verdict.Refused, Attempt: attempt, Reason: "the service reported success, and the contact is still subscribed", Advice: "Unsubscribe it by hand."}
		case try >= c.retries, c.pause(ctx, try) != nil:
			return notDone(attempt, err)
		}
	}
}

const adviceToPlan = "Run terraform plan to see what was done."

// unsubscribe sends one unsubscribe. done is false when the contact has to be
// read to know what came of it.
func (c *Client) unsubscribe(ctx context.Context, attempt string, contact Contact, keyed bool, list int64, wasOn bool) (done bool, err error) {
	data, err := encode(contact.identity(keyed))
	if err != nil {
		return false, err
	}
	answer, err := c.act(ctx, attempt, newCommand("unsub",
		argument{"list_id", strconv.FormatInt(list, 10)}, dataOf(data)))
	if err != nil {
		return false, err
	}
	users, failed, readable := answer.countUnsubscribed()
	switch {
	case answer.said == saidFailure || readable && failed > 0:
		return false, c.refusedBy(attempt, answer)
	case !readable:
		return false, c.unclear(attempt, "the counts in the answer cannot be read: "+c.quote(answer.text), nil)
	case users > 1:
		return false, &verdict.Error{
			Kind: verdict.Unknown, Attempt: attempt,
			Reason: fmt.Sprintf("the service says that it unsubscribed %d contacts, where one was meant", users),
			Advice: "Check everyone on this address in WhatCounts.",
		}
	}
	return users == 1 || users == 0 && !wasOn, nil
}
