package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Unsubscribe takes each contact off the lists of its Subscriptions, without an
// opt-out. A list it is not on is no error, and neither is a contact that is
// gone. A contact that is not the one expected is a [ChangedError]; one without
// first name that shares its address is an [AmbiguousError]. A contact takes a
// search, its share of a command for each list, and one read of the result;
// another search when others share the address, to see that they kept their
// subscriptions. Of many contacts with first names in an ordinary realm, both
// looks are left out where the pages of the lists take fewer requests.
// whatcounts.md#unsub.
func (c *Client) Unsubscribe(ctx context.Context, contacts []Managed, options ...Option) []Outcome {
	return c.unsubscribe(ctx, contacts, ofSet(options))
}

// UnsubscribeOne is Unsubscribe for one contact, together with those of callers
// that come at about the same time.
func (c *Client) UnsubscribeOne(ctx context.Context, contact Managed) Outcome {
	return one(ctx, &c.unsubscriptions, contact, "unsubscribing "+contact.String())
}

func (c *Client) unsubscribe(ctx context.Context, contacts []Managed, how *manner) []Outcome {
	set := make([]operation, len(contacts))
	for i, contact := range contacts {
		set[i] = &unsubscription{
			Client: c, progress: progress{attempt: "unsubscribing " + contact.String()},
			contact: contact.Identity, left: contact.Lists(),
		}
	}
	return c.run(ctx, set, how)
}

// unsubscription is one contact on its way off its lists.
type unsubscription struct {
	progress
	*Client
	contact Identity
	keyed   bool
	at      located
	seen    bool    // at is what list pages showed
	off     bool    // list pages show that it is on none of left
	lists   []int64 // of this round
	left    []int64 // lists that the contact is not known to be off
}

func (u *unsubscription) addresses() []string { return []string{u.contact.Email} }

func (u *unsubscription) apart() []string { return keysOf(u.contact.Email) }

func (u *unsubscription) check(ctx context.Context) error {
	if len(u.left) == 0 {
		u.finish(nil)
		return nil
	}
	if slices.Min(u.left) <= 0 {
		// List 0 stands for all lists, and is documented with an opt-out only.
		return invalid(u.attempt, "a list has a number above zero", "Check the list_id of every entry of subscriptions.")
	}
	if err := u.contact.checkStored(); err != nil {
		return concerning(u.attempt, err)
	}
	keyed, err := u.isKeyed(ctx, u.attempt, u.contact.CustomerKey)
	if err == nil && keyed && u.contact.CustomerKey == "" {
		err = keyRequired(u.attempt)
	}
	u.keyed = keyed
	return err
}

func (u *unsubscription) isListable(*manner) ([]int64, bool) {
	return u.left, !u.keyed && u.contact.hasName()
}

func (u *unsubscription) seeBefore(members *listing) bool {
	row, on := members.has(u.contact)
	if !on || !members.covers(u.left) || !members.complete || !u.contact.isSame(row.Identity, false) {
		return false
	}
	u.at = located{ours: row, others: filter(members.on(u.contact.Email), func(other Row) bool { return other.SubscriberID != row.SubscriberID })}
	u.contact.FirstName, u.seen = row.FirstName, true
	return true
}

func (u *unsubscription) isListableAfter() ([]int64, bool) {
	return u.left, !u.keyed && len(u.at.others) == 0
}

func (u *unsubscription) seeAfter(members *listing) bool {
	row, _ := members.has(u.contact)
	u.off = members.complete && members.covers(u.left) && !slices.ContainsFunc(u.left, func(list int64) bool { return slices.Contains(row.Lists, list) })
	return u.off
}

func (u *unsubscription) look(ctx context.Context, again bool) error {
	if u.seen && !again {
		return nil
	}
	u.seen = false
	at, err := u.locate(ctx, u.attempt, u.contact, u.keyed)
	switch {
	case apierror.Is(err, apierror.NotFound):
		u.outcome.AlreadyGone = true
		u.finish(nil)
		return nil
	case err != nil:
		return err
	case !at.isExact(u.contact, u.keyed):
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "Unsubscribe it in WhatCounts: a contact without first_name cannot be told from the others on its address.")
	}
	u.at = at
	u.contact, err = u.spelled(ctx, u.contact, at, u.keyed)
	return err
}

func (u *unsubscription) writes(context.Context) ([]write, error) {
	u.lists = slices.Clone(u.left)
	var writes []write
	for _, list := range u.lists {
		next, err := u.leaveList(u.attempt, u.contact, u.keyed, list, slices.Contains(u.at.ours.Lists, list))
		if err != nil {
			return nil, err
		}
		writes = append(writes, next)
	}
	return writes, nil
}

// leaveList is the command that takes a contact off one list. Its counts do not
// say who is off, so the caller reads each contact back.
func (c *Client) leaveList(attempt string, contact Identity, keyed bool, list int64, wasOn bool) (write, error) {
	row, err := encode(contact.columns(keyed))
	attempt = fmt.Sprintf("%s from list %d", attempt, list)
	return write{
		attempt: attempt, command: newCommand("unsub", argument{"list_id", strconv.FormatInt(list, 10)}), row: row,
		judge: func(a answer, rows int) error {
			users, failed, readable := a.parseUnsubscribe()
			switch {
			case readable && users > rows:
				return tooMany(attempt, "the service says that it unsubscribed", users, rows, "Check everyone on this address in WhatCounts.")
			case rows > 1:
				good := readable && a.kind == success && failed == 0 && users != notCounted
				if !good || users != rows && wasOn {
					return c.notTold(attempt, a, rows)
				}
			case a.kind == failure || readable && failed > 0:
				return c.refusedBy(attempt, a)
			case !readable:
				return c.cannotRead(attempt, a, "the counts in the answer")
			}
			return nil
		},
	}, err
}

// readBack reads the contact until it is off its lists.
func (u *unsubscription) readBack(ctx context.Context) {
	if u.off {
		u.finish(nil)
		return
	}
	stillOn := func(stored Contact) []int64 {
		return slices.DeleteFunc(slices.Clone(u.left), func(list int64) bool { return !stored.On(list) })
	}
	stored, err := u.readUntil(ctx, u.contact.SubscriberID, u.contact.Email, func(stored Contact) bool { return len(stillOn(stored)) == 0 })
	on := stillOn(stored)
	switch {
	case apierror.Is(err, apierror.NotFound):
		u.finish(nil)
	case err != nil && u.uncertain != nil:
		u.finish(notReadBack(u.attempt, u.uncertain, err, adviceToPlan))
	case err != nil:
		u.finish(err)
	case len(on) == 0:
		u.finish(u.othersKept(ctx, u.attempt, u.contact, u.at, u.lists))
	case u.uncertain == nil:
		u.finish(&apierror.Error{
			Kind: apierror.Refused, Attempt: fmt.Sprintf("%s from list %d", u.attempt, on[0]),
			Reason: "the service reported success, and the contact is still subscribed", Advice: "Unsubscribe it by hand.",
		})
	default:
		u.left = on
	}
}

// othersKept is the error for an unsubscribe that took somebody else on the
// address off a list too.
func (c *Client) othersKept(ctx context.Context, attempt string, contact Identity, at located, lists []int64) error {
	if len(at.others) == 0 || len(lists) == 0 {
		return nil
	}
	rows, err := c.contactsOn(ctx, attempt, contact.Email)
	if err != nil {
		return err
	}
	for _, before := range at.others {
		for _, now := range rows {
			lost := func(list int64) bool {
				return slices.Contains(before.Lists, list) && !slices.Contains(now.Lists, list)
			}
			if now.SubscriberID == before.SubscriberID && slices.ContainsFunc(lists, lost) {
				return &apierror.Error{
					Kind: apierror.Uncertain, Attempt: attempt,
					Reason: "the service also unsubscribed " + before.String() + ", who shares the address",
					Advice: "Restore the subscription of that contact in WhatCounts.",
				}
			}
		}
	}
	return nil
}

func (u *unsubscription) gaveUp(err error) error { return notDone(u.attempt, err) }
