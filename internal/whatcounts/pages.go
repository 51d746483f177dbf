package whatcounts

import (
	"context"
	"errors"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// A look at a contact takes a request, and so does a page of a list with the
// address and first name of 250. So where many contacts of a set are on a list,
// its pages are read in place of a look at each: presence proves that a contact
// is there as expected, and absence, where the pages fit together, that it is not
// on the list. Those they prove nothing about are looked at singly. Customer
// keys do not show on pages, so in a realm with keys everybody is looked at
// singly. whatcounts.md#rpt_subscribers_in_list.

// fewestPaged is from how many contacts on pages are read.
const fewestPaged = 20

// listing is who of a set is on some lists.
type listing struct {
	lists    []int64
	rows     map[string][]Row // by address in lower case; Row.Lists are among lists. nil: none were read
	complete bool
	members  int // of the longest list
	pages    int // how many were read
}

// on are those on an address.
func (l *listing) on(email string) []Row { return l.rows[textform.Key(email)] }

// has reports who has this id on an address.
func (l *listing) has(contact Identity) (Row, bool) {
	rows := l.on(contact.Email)
	i := slices.IndexFunc(rows, func(row Row) bool { return row.SubscriberID == contact.SubscriberID })
	if i < 0 {
		return Row{}, false
	}
	return rows[i], true
}

// covers reports whether all of these lists were read.
func (l *listing) covers(lists []int64) bool {
	return !slices.ContainsFunc(lists, func(list int64) bool { return !slices.Contains(l.lists, list) })
}

// listMembers reads lists, and keeps who is on the addresses of a set. Each list
// is expected to have so many members; one that takes half as many pages as there
// are contacts in the set is not worth it, and is left out.
func (c *Client) listMembers(ctx context.Context, set []operation, lists []int64, expected int) (*listing, error) {
	found := &listing{rows: make(map[string][]Row, len(set)), complete: true}
	wanted := make(map[string]bool, len(set))
	for _, o := range set {
		for _, address := range o.addresses() {
			wanted[textform.Key(address)] = true
		}
	}
	for _, list := range lists {
		members, err := c.ManyMembers(ctx, list, expected, max(len(set)/2, 1)*pageStep)
		if errors.Is(err, ErrLongList) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found.lists = append(found.lists, list)
		found.complete = found.complete && members.Complete
		found.members = max(found.members, len(members.Rows))
		found.pages += len(members.Rows)/pageStep + 1
		for _, row := range members.Rows {
			if address := textform.Key(row.Email); wanted[address] {
				found.rows[address] = withRow(found.rows[address], row)
			}
		}
	}
	return found, nil
}

// withRow adds a row of one list to those of others.
func withRow(rows []Row, row Row) []Row {
	for i := range rows {
		if rows[i].SubscriberID == row.SubscriberID {
			rows[i].Lists = slices.Concat(rows[i].Lists, row.Lists)
			slices.Sort(rows[i].Lists)
			return rows
		}
	}
	return append(rows, row)
}

// listed is an operation for which pages can stand in for the look before its
// first command.
type listed interface {
	operation
	// isListable reports whether that is so, and on which lists the contact is.
	isListable(how *manner) (lists []int64, can bool)
	// seeBefore takes what the pages show, and reports whether that is enough.
	seeBefore(*listing) bool
}

// runListed takes those of a round to their outcomes who are seen on the pages of
// their lists, and returns the others.
func (c *Client) runListed(ctx context.Context, round []operation, how *manner) []operation {
	var some []operation
	on := make(map[int64]int)
	for _, o := range round {
		if one, can := o.(listed); can && how.pages {
			if lists, can := one.isListable(how); can {
				some = append(some, o)
				count(on, lists)
			}
		}
	}
	lists := c.worthReading(on)
	if len(lists) == 0 {
		return round
	}
	release, held := c.holdAll(ctx, some)
	if !held {
		return open(round)
	}
	defer release()
	seen := make(map[operation]bool, len(some))
	members := &listing{lists: lists, members: len(some)}
	if !allShown(some) {
		var err error
		if members, err = c.listMembers(ctx, some, lists, len(some)); err != nil {
			return round // a single look tells what is wrong
		}
	}
	some = filter(some, func(o operation) bool {
		one, can := o.(listed)
		seen[o] = can && one.seeBefore(members)
		return seen[o]
	})
	how.read = members
	c.lookAt(ctx, some, how, false)
	c.runLookedAt(ctx, open(some), how)
	how.count(some)
	return filter(round, func(o operation) bool { return !seen[o] })
}

func count(on map[int64]int, lists []int64) {
	for _, list := range lists {
		on[list]++
	}
}

// allShown reports whether the caller has seen all of a set on list pages, under
// names that the service spells in no other way.
func allShown(set []operation) bool {
	return !slices.ContainsFunc(set, func(o operation) bool {
		d, is := o.(*deletion)
		return !is || len(d.ShownOn) == 0 || d.hasOtherForms()
	})
}

// worthReading are the lists that many contacts of a set are on.
func (c *Client) worthReading(on map[int64]int) []int64 {
	var lists []int64
	for list, contacts := range on {
		if list > 0 && contacts >= c.fewestPaged {
			lists = append(lists, list)
		}
	}
	slices.Sort(lists)
	return lists
}

// listedAfter is an operation for which pages can prove what became of its
// commands.
type listedAfter interface {
	operation
	// isListableAfter reports whether that is so, and which lists prove it.
	isListableAfter() (lists []int64, can bool)
	// seeAfter takes what the pages show, and reports whether that is enough.
	seeAfter(*listing) bool
}

// readBackByPages lets list pages prove what became of many contacts. While they
// lack more contacts than they take requests, they may be behind, and are read
// again; who is not on them after that is looked at singly, once.
func (c *Client) readBackByPages(ctx context.Context, set []operation, how *manner) {
	var missing []operation
	on := make(map[int64]int)
	for _, o := range set {
		if one, can := o.(listedAfter); can && how.pages {
			if lists, can := one.isListableAfter(); can {
				missing = append(missing, o)
				count(on, lists)
			}
		}
	}
	lists := c.worthReading(on)
	if len(lists) == 0 {
		return
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	expected, tries := len(missing), 0
	if how.read != nil {
		expected = max(how.read.members-len(missing), 0)
	}
	isBehind := false
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		isBehind = false
		members, err := c.listMembers(ctx, missing, lists, expected)
		if err != nil || members.pages == 0 {
			return true, err
		}
		missing = filter(missing, func(o operation) bool {
			one, can := o.(listedAfter)
			return !can || !one.seeAfter(members)
		})
		tries++
		isBehind = len(missing) > members.pages
		return !isBehind, nil
	})
	if err == nil && isBehind && tries > 1 {
		for _, o := range missing {
			o.state().waited = true
		}
	}
}
