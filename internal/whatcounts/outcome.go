package whatcounts

import "context"

// NewContact is a contact to add. Its SubscriberID is not looked at. The
// subscriptions are made in the order given; there has to be one.
type NewContact struct {
	Managed
	ForceSub             bool // subscribe although an opt-out exists
	OverrideConfirmation bool // skip a list's double opt-in
}

// Change is a contact to change. From is what is known of it, with its
// SubscriberID; To is what it is to be. What From names and To lacks is cleared
// or unsubscribed. An opt-out is never overridden.
type Change struct {
	From, To             Managed
	OverrideConfirmation bool // skip a list's double opt-in
	// Pending are lists among those of From that are known to wait for the
	// recipient's confirmation: that they do not show is no difference.
	Pending []int64
}

// Deletion is a contact to delete for good.
type Deletion struct {
	// Identity is what is known of it: an address, with a first name where
	// several contacts share it and a key where the realm has those, or a
	// SubscriberID beside them. A contact that several fit is never deleted.
	Identity
	// WithoutOptout: delete by subscriber id, one command for each contact. The
	// service then records no Global Optout. whatcounts.md#deletesubid.
	WithoutOptout bool
	// Verify: read the contact first also where its command names nobody else,
	// and refuse when it is not the one expected.
	Verify bool
	// Before is called right before the command that deletes the contact is
	// sent, never twice at a time. It gets the contact as it was last read, which
	// is the one that the command names, and Identity alone where nothing had to
	// be read. An error leaves this contact alone and is its outcome. May be nil.
	Before func(ctx context.Context, current Contact) error
	// Whole: read the contact in full for Before, which takes one request more.
	Whole bool
	// Written: this contact was written a moment ago, so a read that contradicts
	// that is repeated before it is believed.
	Written bool
	// ShownOn are lists whose pages have shown the contact, as it is named here, a
	// moment ago. Where that is so of all contacts of a set, the pages are not read
	// again before the commands, but after them.
	ShownOn []int64
}

// Outcome is what became of one contact.
type Outcome struct {
	// Contact is, after Add, who was added, with the subscriptions that are in
	// place: SubscriberID is set when the contact exists and was made by this
	// call, whatever Err says. After Update it is the contact as it is stored, in
	// full, and nobody when that is not known. After Delete it is the contact as
	// it was last seen.
	Contact Contact
	Err     error
	// Sent: something was sent that may have changed the contact. After an update
	// that failed, false also when the contact was read and is as it was.
	Sent bool
	// Pending are lists that wait for the recipient's confirmation. Asking are
	// those of them that are known to ask for it: the service counted no
	// subscription.
	Pending, Asking []int64
	// Unread is why a contact that was added could not be read back after
	// everything was reported as done; nil when it was read or did not have to
	// be.
	Unread error
	// AlreadyGone: there was nothing to delete.
	AlreadyGone bool
	// OptoutRecorded: the service was seen to record an opt-out although
	// WithoutOptout was asked for.
	OptoutRecorded bool
}

// Resolution is the contact that an identity stands for.
type Resolution struct {
	// Contact is what a search shows of it: its id, address, first name, last
	// name, customer key and lists.
	Contact Contact
	// Err is apierror.NotFound when there is no such contact, an
	// [AmbiguousError] when several fit, a [RepeatedError] when an earlier
	// identity is the same contact. Such a contact is never deleted.
	Err error
}
