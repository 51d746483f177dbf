package whatcounts

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// identityFor is how long what this Client has written of who a contact is
// counts against a search that shows something else. How soon a write can be
// read is not documented.
const identityFor = 30 * time.Second

// knownIdentities are the contacts to which this Client has given an address or
// a first name a moment ago. A search that is behind could name one of them as
// it was before, and whoever is added under the new name would change it. The
// zero value is ready for use.
type knownIdentities struct {
	mu    sync.Mutex
	known map[int64]knownIdentity
}

type knownIdentity struct {
	email, firstName string
	at               time.Time
}

func (k *knownIdentities) note(now time.Time, contact Contact) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil {
		k.known = make(map[int64]knownIdentity)
	}
	k.known[contact.SubscriberID] = knownIdentity{contact.Email, contact.FirstName, now}
}

// agree reports whether the contacts that a search shows on an address are
// those that this Client has made them.
func (k *knownIdentities) agree(now time.Time, email string, rows []Match, deleted func(int64) bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, known := range k.known {
		if now.Sub(known.at) > identityFor {
			delete(k.known, id)
			continue
		}
		if deleted(id) {
			continue
		}
		i := slices.IndexFunc(rows, func(row Match) bool { return row.SubscriberID == id })
		here := strings.EqualFold(known.email, email)
		if here != (i >= 0) || here && !strings.EqualFold(rows[i].FirstName, known.firstName) {
			return false
		}
	}
	return true
}
