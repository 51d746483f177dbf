package whatcounts

import (
	"cmp"
	"slices"
)

// readKind tells apart the reads of a contact, each of which is stale on its
// own. Opt-out queries are the third kind: there every record counts its own
// stale reads.
type readKind int

const (
	searchRead readKind = iota // find, findinlist, rpt_subscribers_in_list
	detailRead
)

// staleReadCount is how many reads of each kind are stale after a write.
const staleReadCount = 2

// staleContact is what reads still answer about a contact after a write.
type staleContact struct {
	before *Contact // nil: there was no contact
	left   [2]int   // by readKind
}

// staleReads is how many reads a write makes stale: none without the dialect.
func (c *call) staleReads() int {
	if c.On(staleReads) {
		return staleReadCount
	}
	return 0
}

// remember keeps a contact as it is before the first write of a command. A
// later command starts anew: what it answers is what was true before it.
func (c *call) remember(id int64) {
	reads := c.staleReads()
	if reads == 0 || c.touched[id] {
		return
	}
	c.touched[id] = true
	kept := &staleContact{left: [2]int{searchRead: reads, detailRead: reads}}
	if contact := c.contacts.byID[id]; contact != nil {
		before := contact.clone()
		kept.before = &before
	}
	c.stale[id] = kept
}

// read returns one contact as a read of this kind sees it, nil when it sees
// none.
func (c *call) read(kind readKind, id int64) *Contact {
	if kept := c.stale[id]; kept != nil && kept.left[kind] > 0 {
		kept.left[kind]--
		return kept.before
	}
	return c.contacts.byID[id]
}

// search returns the contacts that match, ascending by id, as a read of this
// kind sees them. Only contacts that match before or after the write use up a
// stale read.
func (c *call) search(kind readKind, among []*Contact, matches func(*Contact) bool) []*Contact {
	isStale := func(id int64) bool { return c.stale[id] != nil && c.stale[id].left[kind] > 0 }
	var found []*Contact
	for _, contact := range among {
		if !isStale(contact.ID) && matches(contact) {
			found = append(found, contact)
		}
	}
	for id, kept := range c.stale {
		if !isStale(id) {
			continue
		}
		now := c.contacts.byID[id]
		before := kept.before != nil && matches(kept.before)
		if before || now != nil && matches(now) {
			kept.left[kind]--
		}
		if before {
			found = append(found, kept.before)
		}
	}
	slices.SortFunc(found, func(a, b *Contact) int { return cmp.Compare(a.ID, b.ID) })
	return found
}
