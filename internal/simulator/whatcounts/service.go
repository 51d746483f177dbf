// Package whatcounts simulates the WhatCounts HTTP API in memory: contacts,
// subscriptions and opt-outs behind the one servlet /bin/api_web. Where the
// published descriptions contradict each other, one reading is the default
// and the others are dialects, switched on by name.
package whatcounts

import (
	"fmt"
	"sync"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// Service is the simulated WhatCounts. It is safe for concurrent use: one
// command runs at a time.
type Service struct {
	exchange *ledger.Exchange

	mu       sync.Mutex
	enabled  map[string]bool
	accounts []*account
	nextID   int64
}

// firstContactID is where contact ids begin (constructed).
const firstContactID = 1001

// New returns a service with these realms. Times come from the clock of the
// exchange; requests go through its faults into its log.
func New(exchange *ledger.Exchange, realms ...Realm) *Service {
	s := &Service{exchange: exchange, enabled: map[string]bool{}, nextID: firstContactID}
	for _, realm := range realms {
		s.accounts = append(s.accounts, newAccount(realm, int64(len(s.accounts)+1)))
	}
	return s
}

// account is a realm with everything that lives in it.
type account struct {
	Realm
	realmID  int64
	contacts contactStore
	optouts  optoutStore
	pending  []Pending
	rows     []Row
	stale    map[int64]*staleContact
}

func newAccount(realm Realm, realmID int64) *account {
	realm = realm.clone()
	if realm.CustomFields == nil {
		realm.CustomFields = []string{"plan", "user_id", "source"}
	}
	return &account{
		Realm:    realm,
		realmID:  realmID,
		contacts: newContactStore(),
		stale:    map[int64]*staleContact{},
	}
}

// account finds a realm by its exact name.
func (s *Service) account(realm string) (*account, error) {
	for _, a := range s.accounts {
		if a.Name == realm {
			return a, nil
		}
	}
	return nil, fmt.Errorf("the simulator has no realm %q", realm)
}

// takeID returns the next contact id. Ids belong to the whole service, not to
// one realm, and are never handed out again.
func (s *Service) takeID() int64 {
	id := s.nextID
	s.nextID++
	return id
}

// now is the simulated time without the monotonic reading, so that times
// compare equal after a snapshot went through JSON.
func (s *Service) now() time.Time {
	return s.exchange.Clock.Now().Round(0)
}
