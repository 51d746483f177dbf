package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// UpdateOptions are how to add subscriptions to a contact that exists. An
// opt-out is never overridden by an update.
type UpdateOptions struct {
	OverrideConfirmation bool // skip a list's double opt-in
	// Pending are lists among those of current that are known to wait for the
	// recipient's confirmation: that they do not show is no difference.
	Pending []int64
}

// UpdateContact makes the contact current into wanted, and returns it as it is
// afterwards, in full. What current names and wanted lacks is cleared or
// unsubscribed; what neither names is left alone. When nothing differs that the
// service keeps, current is returned and nothing is sent. The customer key
// cannot change.
//
// Everything that can be refused is looked at first: who shares the address,
// who has the new one, and opt-outs of the address that a new subscription is
// for. An [OptedOutError] from that look changes nothing. Then follow the
// address, the first name, new subscriptions, values and formats, and last the
// subscriptions given up. pending are lists that wait for the recipient's
// confirmation. Values that are stored as others are a [DifferenceError].
//
// Without a change of address or first name it takes a search, the commands,
// and one read of the result. With an error, the contact returned is what was
// read after it, current when nothing was sent, or none when something was and
// the contact cannot be read. "WhatCounts: Update Contact,
// Change Email Address".
func (c *Client) UpdateContact(ctx context.Context, current, wanted Contact, options UpdateOptions) (contact Contact, pending []int64, err error) {
	wanted.SubscriberID = current.SubscriberID
	if wanted.CustomerKey == "" {
		wanted.CustomerKey = current.CustomerKey
	}
	u := &revision{
		itinerary: &itinerary{Client: c}, attempt: "updating " + current.describe(), options: options,
		origin: current, current: current.clone(), wanted: wanted, open: make(map[int64]int),
	}
	if err := u.check(); err != nil {
		return current, nil, err
	}
	if changesBetween(current, wanted).none() {
		return current, nil, nil
	}
	if u.keyed, err = c.isKeyed(ctx, u.attempt, current.CustomerKey); err != nil {
		return current, nil, err
	}
	if u.keyed && current.CustomerKey == "" {
		return current, nil, keyRequired(u.attempt)
	}
	release, err := c.addresses.hold(ctx, current.Email, wanted.Email)
	if err != nil {
		return current, nil, withVerdict(u.attempt, err)
	}
	defer release()
	if err := u.announceAll(); err != nil {
		return current, nil, err
	}
	defer u.end()
	if err := u.run(ctx); err != nil {
		return u.afterError(ctx), u.pending(), err
	}
	if u.wanted.Email != current.Email || u.wanted.FirstName != current.FirstName {
		c.identities.note(time.Now(), u.wanted)
	}
	return u.stored, u.pending(), nil
}

// revision is one contact on its way from one state to another.
type revision struct {
	*itinerary
	attempt string
	options UpdateOptions
	keyed   bool
	origin  Contact // as the caller knew it
	current Contact // as it is now, without what nobody asked about
	wanted  Contact
	stored  Contact       // as it was read last, in full
	sent    bool          // something was sent that changes the contact
	open    map[int64]int // new lists, which may wait for confirmation, with the count the service gave
}

func (u *revision) check() error {
	if u.current.SubscriberID <= 0 {
		return invalid(u.attempt, "the contact has no subscriber id", "Set subscriber_id.")
	}
	if u.wanted.CustomerKey != u.current.CustomerKey {
		return invalid(u.attempt, "a customer key cannot change", "Restore customer_key.")
	}
	for _, check := range []func() error{u.current.checkIdentity, u.wanted.checkIdentity, u.wanted.checkSubscriptions} {
		if err := check(); err != nil {
			return err
		}
	}
	// Values that stay as they are are not sent, whatever they hold.
	_, err := encode(changesBetween(u.current, u.wanted).columns)
	return err
}

// run goes from one state to the other. After an answer that was lost, what is
// left to do is found out from the contact itself.
func (u *revision) run(ctx context.Context) error {
	for try := 0; ; try++ {
		err := u.round(ctx)
		if !isUnclear(err) {
			return err
		}
		stored, lookErr := u.readSettled(ctx, u.current.SubscriberID, u.wanted.Email, func(stored Contact) bool {
			return u.left(stored).none()
		})
		if lookErr != nil {
			return notReadBack(u.attempt, err, lookErr, adviceToPlan)
		}
		u.stored = stored
		if u.left(stored).none() {
			return nil
		}
		if !u.mayRepeat(ctx, try, err) {
			return notDone(u.attempt, err)
		}
		u.current = managed(stored, u.current, u.wanted)
	}
}

// left is what remains to be done about a contact as it is stored.
func (u *revision) left(stored Contact) changes {
	return changesBetween(managed(stored, u.current, u.wanted), u.wanted)
}

// round does everything that is left to do, once.
func (u *revision) round(ctx context.Context) error {
	at, err := u.locate(ctx, u.attempt, u.current, u.keyed)
	if err != nil {
		return err
	}
	todo := changesBetween(u.current, u.wanted)
	if err := u.mayBeDone(ctx, at, todo); err != nil {
		return err
	}
	if todo.email {
		if err := u.changeAddress(ctx); err != nil {
			return err
		}
	}
	if todo.first && !u.keyed {
		if err := u.rename(ctx, at); err != nil {
			return err
		}
	}
	if u.sent && u.left(u.stored).none() {
		return nil
	}
	return u.rest(ctx, at, todo)
}

// rest is everything but the identity, and the final look at the result.
func (u *revision) rest(ctx context.Context, at located, todo changes) error {
	if err := u.join(ctx, todo.joins); err != nil {
		return err
	}
	if u.keyed && todo.first {
		todo.columns = append([]column{{"first", u.wanted.FirstName}}, todo.columns...)
	}
	if err := u.setValues(ctx, at, todo); err != nil {
		return err
	}
	u.current.FirstName = u.wanted.FirstName
	if len(todo.leaves) > 0 {
		u.sent = true
		if err := u.leave(ctx, u.attempt, u.current, u.keyed, at, todo.leaves); err != nil {
			return err
		}
	}
	return u.compare(ctx, todo)
}

// announceAll tells others of the commands to come, as far as they follow from
// the two states alone.
func (u *revision) announceAll() error {
	todo := changesBetween(u.current, u.wanted)
	if todo.email || todo.first {
		u.setOut()
		return nil // whose commands come first, and tell what the others will be
	}
	var parcels []parcel
	for _, s := range todo.joins {
		p, err := u.joining(s).parcel()
		if err != nil {
			return err
		}
		parcels = append(parcels, p)
	}
	if len(todo.columns) > 0 && len(u.wanted.Subscriptions) > 0 {
		p, err := toUpdate(u.wanted.Subscriptions[0].ListID, append([]column{{"email", u.current.Email}}, todo.columns...))
		if err != nil {
			return err
		}
		parcels = append(parcels, p)
	}
	for _, list := range todo.leaves {
		p, err := toLeave(u.current, u.keyed, list)
		if err != nil {
			return err
		}
		parcels = append(parcels, p)
	}
	u.setOut(parcels...)
	return nil
}

// joining is the subscribe that puts the contact on a list.
func (u *revision) joining(s Subscription) subscription {
	return subscription{
		Subscription: s, contact: u.current, columns: u.current.identity(u.keyed),
		overrideConfirmation: u.options.OverrideConfirmation,
	}
}

// join adds subscriptions to a contact that exists.
func (u *revision) join(ctx context.Context, joins []Subscription) error {
	for _, s := range joins {
		u.sent = true
		attempt := fmt.Sprintf("subscribing %s to list %d", u.current.describe(), s.ListID)
		counts, err := u.subscribeKnown(ctx, attempt, u.joining(s))
		if err != nil {
			return err
		}
		if counts.added > 0 {
			return addedAnother(attempt)
		}
		u.open[s.ListID] = counts.subscriptions
	}
	return nil
}

// compare reads the contact once more and reports what is not as it should be.
func (u *revision) compare(ctx context.Context, todo changes) error {
	stored, err := u.readSettled(ctx, u.current.SubscriberID, u.wanted.Email, func(stored Contact) bool {
		return len(u.differences(todo, stored, true)) == 0
	})
	if err != nil {
		return err
	}
	u.stored = stored
	if found := u.differences(todo, stored, false); len(found) > 0 {
		return differs(u.attempt, found)
	}
	u.customFields.add(todo.columns)
	return nil
}

// differences are what is stored otherwise than asked for. A new subscription
// that does not show is pending rather than lost. Where the service did not say
// that it made none, that is believed only after looking for a while.
func (u *revision) differences(todo changes, stored Contact, mayAppear bool) []Difference {
	var found []Difference
	if !strings.EqualFold(stored.Email, u.wanted.Email) {
		found = append(found, Difference{"email", u.wanted.Email, stored.Email})
	}
	if stored.FirstName != u.wanted.FirstName {
		found = append(found, Difference{"first_name", u.wanted.FirstName, stored.FirstName})
	}
	var columns []column
	for _, name := range managedColumns(u.origin, u.wanted) {
		columns = append(columns, column{name, u.wanted.value(name)})
	}
	found = append(found, differences(columns, stored)...)
	expected := slices.DeleteFunc(slices.Clone(u.wanted.Subscriptions), func(s Subscription) bool {
		count, isOpen := u.open[s.ListID]
		_, on := stored.subscription(s.ListID)
		waits := isOpen && (count == 0 || !mayAppear) || slices.Contains(u.options.Pending, s.ListID)
		return waits && !on
	})
	return append(found, membershipDifferences(expected, todo.leaves, stored)...)
}

// pending are the lists whose subscription did not show up.
func (u *revision) pending() []int64 {
	var lists []int64
	for _, s := range u.wanted.Subscriptions {
		if _, isOpen := u.open[s.ListID]; !isOpen {
			continue
		}
		if _, on := u.stored.subscription(s.ListID); !on {
			lists = append(lists, s.ListID)
		}
	}
	return lists
}

// afterError is the contact as it is after an update that failed, or none when
// it cannot be read.
func (u *revision) afterError(ctx context.Context) Contact {
	if !u.sent {
		return u.origin
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	stored, err := u.Contact(ctx, u.current.SubscriberID, u.current.Email)
	if err != nil {
		return Contact{}
	}
	u.stored = stored
	return stored
}
