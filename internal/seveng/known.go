package seveng

import (
	"sync"
	"time"
)

// knownRecords are the records that this client has seen or made. A record
// that was seen before a create began cannot be the one that it created, and
// neither can one that is another create's: without that, a create whose answer
// was lost could take over a record of the same owner, type and value that was
// there all along. The zero value is ready for use.
type knownRecords struct {
	mu      sync.Mutex
	seen    map[int64]time.Time // when for the first time
	claimed map[int64]claim
}

type claim struct{ recognised bool }

// saw notes records that a read has shown.
func (k *knownRecords) saw(now time.Time, records ...Communication) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen == nil {
		k.seen = make(map[int64]time.Time)
	}
	for _, r := range records {
		if _, before := k.seen[r.ID]; !before {
			k.seen[r.ID] = now
		}
	}
}

// claim notes that a create has made this record, as its answer said or as a
// look has recognised. It reports false when another create came first: of two
// that look for the same at once, one may have it.
func (k *knownRecords) claim(id int64, recognised bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.claimed == nil {
		k.claimed = make(map[int64]claim)
	}
	if _, taken := k.claimed[id]; taken {
		return false
	}
	k.claimed[id] = claim{recognised}
	return true
}

// isOlder reports whether a record cannot come from a create that began then.
func (k *knownRecords) isOlder(id int64, began time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	first, seen := k.seen[id]
	_, claimed := k.claimed[id]
	return claimed || seen && first.Before(began)
}

// Recognised reports whether a record was made by a create of this client whose
// answer was lost, and taken for it because it is as wanted and was not known
// before. Nothing that 7G shows tells such a record from one that somebody else
// has made.
func (c *Client) Recognised(id int64) bool {
	c.known.mu.Lock()
	defer c.known.mu.Unlock()
	return c.known.claimed[id].recognised
}
