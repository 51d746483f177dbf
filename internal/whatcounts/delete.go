package whatcounts

import (
	"context"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// DeleteCheck is what has to hold before a contact is deleted.
type DeleteCheck struct {
	// Verify: read the record first, and refuse when it is not the one expected.
	Verify bool
	// Before is called right before the first delete command is sent, with the
	// record as last known; an error stops the delete and is returned. May be
	// nil.
	Before func(current Contact) error
}

// DeleteContact deletes a contact for good. The service records a Global Optout
// of its address and has no argument that prevents it. A contact that is gone
// already is a success, and nothing is sent for it.
//
// A record that is no longer the one expected is a [ChangedError]. A contact
// without first name is always verified, since its address alone says which
// contact is meant; when others share the address that is an [AmbiguousError].
// A customer-key realm deletes by key.
//
// It takes two requests, one without verification. "WhatCounts: Delete
// Contact"; the answers for a missing contact are client practice 2009 and
// 2011.
func (c *Client) DeleteContact(ctx context.Context, expected Contact, check DeleteCheck) error {
	d := &deletion{itinerary: &itinerary{Client: c}, attempt: "deleting " + expected.describe(), target: expected, check: check}
	d.send, d.byAddress = d.sendDelete, true
	_, err := d.run(ctx)
	return err
}

// deletion is one contact on its way out of the realm.
type deletion struct {
	*itinerary
	attempt   string
	target    Contact // the contact as last known
	check     DeleteCheck
	keyed     bool
	byAddress bool                        // the command names the contact by address or key, not by id
	prepare   func(context.Context) error // before the first command; may be nil
	send      func(context.Context) error
}

// run deletes the contact. goneBefore says that there was nothing to delete.
func (d *deletion) run(ctx context.Context) (goneBefore bool, err error) {
	if d.target.SubscriberID <= 0 {
		return false, invalid(d.attempt, "the contact has no subscriber id", "Set subscriber_id.")
	}
	if err := d.target.checkIdentity(); d.byAddress && err != nil {
		return false, err
	}
	keyed, err := d.isKeyed(ctx, d.attempt, d.target.CustomerKey)
	if apierror.Is(err, apierror.Invalid) && !d.byAddress {
		keyed, err = true, nil // the id says who is meant; the key is only compared
	}
	if err != nil {
		return false, err
	}
	d.keyed = keyed
	release, err := d.addresses.hold(ctx, d.target.Email)
	if err != nil {
		return false, withVerdict(d.attempt, err)
	}
	defer release()
	if d.byAddress {
		p, err := d.parcel()
		if err != nil {
			return false, err
		}
		d.setOut(p)
		defer d.end()
	}
	return d.carryOut(ctx)
}

// carryOut deletes the contact, whose address is held.
func (d *deletion) carryOut(ctx context.Context) (goneBefore bool, err error) {
	err = d.delete(ctx)
	if goneBefore = apierror.Is(err, apierror.NotFound); goneBefore {
		err = nil
	}
	if err == nil {
		d.deleted.add(d.target.SubscriberID)
	}
	return goneBefore, err
}

// delete sends the command until its outcome is known. Before it is sent
// again, the contact is looked at as if for the first time.
func (d *deletion) delete(ctx context.Context) error {
	for try := 0; ; try++ {
		if d.mustVerify() || try > 0 {
			if err := d.verify(ctx); err != nil {
				return err
			}
		}
		if try == 0 {
			if err := d.begin(ctx); err != nil {
				return err
			}
		}
		err := d.send(ctx)
		d.optouts.Clear()
		if !isUnclear(err) {
			return err
		}
		there, lookErr := d.isThere(ctx)
		switch {
		case lookErr != nil:
			return notReadBack(d.attempt, err, lookErr, adviceToPlan)
		case !there:
			return nil
		case !d.mayRepeat(ctx, try, err):
			return notDone(d.attempt, err)
		}
	}
}

// mustVerify: without a first name the address alone says who is meant, and
// without its key a contact of a customer-key realm cannot be named.
func (d *deletion) mustVerify() bool {
	return d.check.Verify || d.byAddress && !d.keyed && d.target.FirstName == "" || d.byAddress && d.keyed && d.target.CustomerKey == ""
}

// verify compares the record with the one expected: apierror.NotFound when there
// is none, a [ChangedError] when it is another.
func (d *deletion) verify(ctx context.Context) error {
	if d.keyed {
		found, err := d.readExpected(ctx, d.attempt, d.target, true)
		if err != nil {
			return err
		}
		if found.CustomerKey == "" {
			found.CustomerKey = d.target.CustomerKey
		}
		d.target = found
		return nil
	}
	at, err := d.locate(ctx, d.attempt, d.target, false)
	if err != nil {
		return err
	}
	if d.byAddress && !at.isExact(d.target, false) {
		return refused(d.attempt, &AmbiguousError{at.everyone()}, `Set deletion_policy = "delete_without_optout", which deletes by id, and apply that first.`)
	}
	d.target = d.target.updatedBy(at.ours)
	return nil
}

// updatedBy is the contact with what a search shows of it.
func (contact Contact) updatedBy(row Match) Contact {
	contact = contact.clone()
	contact.Email = row.Email
	if len(row.Lists) == 0 {
		return contact // on no list, or in an answer that does not show lists
	}
	subscriptions := make([]Subscription, 0, len(row.Lists))
	for _, list := range row.Lists {
		known, _ := contact.subscription(list)
		subscriptions = append(subscriptions, Subscription{list, known.Format})
	}
	contact.Subscriptions = subscriptions
	return contact
}

func (d *deletion) begin(ctx context.Context) error {
	if d.byAddress && d.keyed && d.target.CustomerKey == "" {
		return keyRequired(d.attempt)
	}
	if d.prepare != nil {
		if err := d.prepare(ctx); err != nil {
			return err
		}
	}
	if d.check.Before != nil {
		return d.check.Before(d.target.clone())
	}
	return nil
}

// toDelete are the columns by which a delete names the contact.
func (contact Contact) toDelete(keyed bool) []column {
	if keyed {
		return []column{{"customer_key", contact.CustomerKey}, {"email", contact.Email}}
	}
	return contact.identity(false)
}

func (d *deletion) parcel() (parcel, error) {
	record, err := encode(d.target.toDelete(d.keyed))
	return parcel{command: newCommand("delete"), record: record}, err
}

// sendDelete deletes by address or key and judges the counts.
func (d *deletion) sendDelete(ctx context.Context) error {
	p, err := d.parcel()
	if err != nil {
		return err
	}
	answer, rows, err := d.actShared(ctx, d.attempt, p)
	if err != nil {
		return err
	}
	users, counted := answer.countDeleted()
	switch {
	case counted && users > rows:
		return deletedMore(d.attempt, rows, users)
	case rows > 1 && (!counted || users < rows):
		return d.notTold(d.attempt, answer, rows)
	case answer.deletesNothing(), counted && users == 0:
		return d.confirmGone(ctx)
	case answer.said == saidFailure:
		return d.refusedBy(d.attempt, answer)
	case !counted:
		return d.unclear(d.attempt, "the counts in the answer cannot be read: "+d.quote(answer.text), nil)
	}
	return nil
}

// isThere looks, for a while, whether the contact still exists. Only an answer
// that recognisably says otherwise is believed, and only while a search agrees:
// a service may not know yet of a contact that was added a moment ago.
func (d *deletion) isThere(ctx context.Context) (bool, error) {
	var found Contact
	err := d.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		var err error
		found, err = d.Contact(ctx, d.target.SubscriberID, d.target.Email)
		if !apierror.Is(err, apierror.NotFound) {
			return false, err
		}
		rows, lookErr := d.contactsOn(ctx, d.attempt, d.target.Email)
		if lookErr != nil {
			return false, lookErr
		}
		if slices.ContainsFunc(rows, func(row Match) bool { return row.SubscriberID == d.target.SubscriberID }) {
			found = d.target
			return false, nil
		}
		return false, err // apierror.NotFound ends it
	})
	switch {
	case apierror.Is(err, apierror.NotFound):
		return false, nil
	case err != nil:
		return true, withVerdict(d.attempt, err)
	case !d.target.isSame(found, d.keyed):
		return true, refused(d.attempt, &ChangedError{Expected: d.target, Found: found}, "Run terraform plan to see the record as it is now.")
	}
	return true, nil
}

// confirmGone is the verdict on a delete that found nothing to delete:
// apierror.NotFound when the contact is really gone.
func (d *deletion) confirmGone(ctx context.Context) error {
	there, err := d.isThere(ctx)
	switch {
	case err != nil:
		return err
	case there:
		return &apierror.Error{Kind: apierror.Refused, Attempt: d.attempt, Reason: "the service found nothing to delete, and the contact is still there", Advice: "Try again, or delete it by hand."}
	}
	return gone(d.attempt, "it does not exist")
}
