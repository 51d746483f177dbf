package whatcounts

import (
	"context"
	"slices"
	"sync"
	"time"
)

// deletedContacts are the ids that this Client has deleted. Ids are not used
// again, so a search that still shows one is behind. The zero value is ready
// for use.
type deletedContacts struct {
	mu  sync.Mutex
	ids map[int64]bool
}

func (d *deletedContacts) add(id int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil {
		d.ids = make(map[int64]bool)
	}
	d.ids[id] = true
}

func (d *deletedContacts) has(id int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.ids[id]
}

// contactsLeft are the contacts on an address, as contactsOn has them. While
// they contradict a delete or a change of name by this Client, they are asked
// for again; after a while they are believed.
func (c *Client) contactsLeft(ctx context.Context, attempt, email string) ([]Match, error) {
	var rows []Match
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		var err error
		rows, err = c.contactsOn(ctx, attempt, email)
		behind := slices.ContainsFunc(rows, func(row Match) bool { return c.deleted.has(row.SubscriberID) })
		return !behind && c.identities.agree(time.Now(), email, rows, c.deleted.has), err
	})
	return rows, withVerdict(attempt, err)
}
