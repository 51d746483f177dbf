package whatcounts

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// identityFor is how long what this Client has written of who a contact is
// counts against a search that shows something else. How soon a write can be
// read is not documented. whatcounts.md#contradictions
const identityFor = 30 * time.Second

// recentWrites is what this Client has done to contacts that a search which is
// behind may not show: contacts that were deleted, whose ids are not used again,
// and addresses and first names that were given a moment ago. The zero value is
// ready for use.
type recentWrites struct {
	mu      sync.Mutex
	deleted map[int64]bool
	renamed map[int64]renamed
}

type renamed struct {
	Identity
	at time.Time
}

func (r *recentWrites) delete(id int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.deleted == nil {
		r.deleted = make(map[int64]bool)
	}
	r.deleted[id] = true
}

func (r *recentWrites) rename(contact Identity) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.renamed == nil {
		r.renamed = make(map[int64]renamed)
	}
	r.renamed[contact.SubscriberID] = renamed{contact, time.Now()}
}

// agree reports whether the contacts that a search shows on an address are
// those that this Client has left there.
func (r *recentWrites) agree(email string, rows []Row) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.ContainsFunc(rows, func(row Row) bool { return r.deleted[row.SubscriberID] }) {
		return false
	}
	for id, known := range r.renamed {
		if time.Since(known.at) > identityFor {
			delete(r.renamed, id)
			continue
		}
		if r.deleted[id] {
			continue
		}
		i := slices.IndexFunc(rows, func(row Row) bool { return row.SubscriberID == id })
		here := strings.EqualFold(known.Email, email)
		if here != (i >= 0) || here && !strings.EqualFold(rows[i].FirstName, known.FirstName) {
			return false
		}
	}
	return true
}

// contactsLeft are the contacts on an address. While they contradict what this
// Client has just written, they are asked for again; after a while they are
// believed.
func (c *Client) contactsLeft(ctx context.Context, attempt, email string) ([]Row, error) {
	var rows []Row
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		var err error
		rows, err = c.contactsOn(ctx, attempt, email)
		return c.recent.agree(email, rows), err
	})
	return rows, notSent(attempt, err)
}
