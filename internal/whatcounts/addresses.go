package whatcounts

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// locks keeps two operations of this process from working on one address at
// the same time. Which contact a command means depends on who else is on the
// address, so a look and the command that relies on it belong together. The
// zero value is ready for use.
type locks struct {
	mu   sync.Mutex
	held map[string]*lock
}

type lock struct {
	taken chan struct{} // holds one element while somebody has the lock
	users int           // who has it or waits for it
}

// hold waits for the addresses, which compare without regard to case and form. They are
// taken in a fixed order, so that two callers never wait for each other.
func (l *locks) hold(ctx context.Context, addresses ...string) (release func(), err error) {
	keys := make([]string, 0, len(addresses))
	for _, address := range addresses {
		keys = append(keys, textform.Key(address))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for i, key := range keys {
		if err := l.take(ctx, key); err != nil {
			l.release(keys[:i])
			return nil, err
		}
	}
	return func() { l.release(keys) }, nil
}

func (l *locks) take(ctx context.Context, key string) error {
	l.mu.Lock()
	if l.held == nil {
		l.held = make(map[string]*lock)
	}
	this := l.held[key]
	if this == nil {
		this = &lock{taken: make(chan struct{}, 1)}
		l.held[key] = this
	}
	this.users++
	l.mu.Unlock()
	select {
	case this.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		l.leave(key)
		return ctx.Err()
	}
}

func (l *locks) release(keys []string) {
	for _, key := range keys {
		l.mu.Lock()
		<-l.held[key].taken
		l.mu.Unlock()
		l.leave(key)
	}
}

func (l *locks) leave(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[key].users--; l.held[key].users == 0 {
		delete(l.held, key)
	}
}

// identityFor is how long what this Client has written of who a contact is
// counts against a search that shows something else. How soon a write can be
// read is not documented. whatcounts.md#contradictions.
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
		here := textform.SameInAnyCase(known.Email, email)
		if here != (i >= 0) || here && !textform.SameInAnyCase(rows[i].FirstName, known.FirstName) {
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
