package whatcounts

import (
	"context"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// The totals in the answer to a delete that several contacts share prove
// nothing about one of them: a row may have met two contacts, and another row
// none. What proves it for many at once is the Global Optout that each delete
// records. The fresh ones of the realm are looked at before the command and
// after it; the look after one command is the one before the next, as long as
// nothing else was sent that records opt-outs. One that this does not prove is
// looked up. whatcounts.md#delete whatcounts.md#show_optglobal.

// freshOptouts are the global opt-outs of today, in whatever time zone the
// service counts: reports have days, and no times.
var freshOptouts = optoutQuery{days: 2}

// provesByOptout reports whether an opt-out that appears can only come from the
// end of this contact. Opt-outs stand on an address, so nobody else may have been
// there, and no earlier delete may have been about it: its opt-out may show late.
// A customer key says more than that, where the service shows it. Of one that was
// seen on list pages it is not known who else is on its address; the pages then
// have to lack it as well.
func (d *deletion) provesByOptout() bool {
	return !d.WithoutOptout && (d.keyed || d.alone || d.seenOn != nil) && !d.deletedOn.has(d.place())
}

// place is where opt-outs of this contact stand.
func (d *deletion) place() string { return textform.Key(d.Email) + " " + d.CustomerKey }

// optout is the opt-out that the delete of this contact records.
func (d *deletion) optout() addressHash {
	if d.keyed {
		return hashOfKeyed(d.Email, d.CustomerKey)
	}
	return hashOf(d.Email)
}

// deletionsIn are the deletions of a set that fit.
func deletionsIn(set []operation, fits func(*deletion) bool) []*deletion {
	var found []*deletion
	for _, o := range set {
		if d, is := o.(*deletion); is && fits(d) {
			found = append(found, d)
		}
	}
	return found
}

// optoutsBefore are the fresh opt-outs right before the deletes of a set. known is
// false where the service does not tell them, or where a look costs no less than
// looking the contacts up.
func (c *Client) optoutsBefore(ctx context.Context, set []operation) (before addressSet, known bool) {
	if len(deletionsIn(set, (*deletion).provesByOptout)) < 2 {
		return nil, false
	}
	before, err := c.shownBy(ctx, freshOptouts)
	return before, err == nil
}

// proveByOptouts notes who is proved to be gone by the opt-outs after commands
// whose answers count everybody. It is done also when the run was cancelled
// meanwhile.
func (c *Client) proveByOptouts(ctx context.Context, set []operation, before addressSet, how *manner) {
	unproved := deletionsIn(set, func(d *deletion) bool {
		return d.counted && d.firstOn && (d.keyed || d.alone || d.seenOn != nil) && !before.contain(d.optout())
	})
	if len(unproved) == 0 {
		return
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	// An error leaves them to be looked at singly.
	_ = c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		after, err := c.shownBy(ctx, freshOptouts)
		if err != nil {
			return true, err
		}
		members, err := c.membersLeft(ctx, unproved, how)
		if err != nil {
			return true, err
		}
		unproved = filter(unproved, func(d *deletion) bool {
			d.proved = after.contain(d.optout()) && (d.keyed || d.alone || members.lacks(d))
			return !d.proved
		})
		// Where most are not proved yet, the service may be behind.
		isBehind := len(unproved) > c.fewestPaged
		if isBehind {
			c.optouts.Forget(freshOptouts)
		}
		return !isBehind, nil
	})
}

// membersLeft reads the lists again on which deleted contacts were seen; nil when
// none was.
func (c *Client) membersLeft(ctx context.Context, deleted []*deletion, how *manner) (*listing, error) {
	var seen []operation
	for _, d := range deleted {
		if d.seenOn != nil {
			seen = append(seen, d)
		}
	}
	if len(seen) == 0 {
		return nil, nil
	}
	return c.listMembers(ctx, seen, how.read.lists, max(how.read.members-len(seen), 0))
}

// lacks reports whether the pages prove that a contact which was seen on them is
// not there any more.
func (l *listing) lacks(d *deletion) bool {
	if l == nil || !l.complete || !l.covers(d.seenOn) {
		return false
	}
	_, on := l.has(d.Identity)
	return !on
}
