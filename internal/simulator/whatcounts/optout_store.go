package whatcounts

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Optout is a record that blocks later subscriptions of an address.
type Optout struct {
	Email       string    `json:"email"`
	CustomerKey string    `json:"customer_key,omitempty"`
	ListID      int64     `json:"list_id"` // 0: global, for every list of the realm
	Time        time.Time `json:"time"`
	Origin      string    `json:"origin"` // one of the Origin constants; no command shows it
}

// What made an opt-out record. The names are constructed: the HTTP API shows
// no origin.
const (
	OriginDelete      = "delete"
	OriginDeleteByID  = "deletesubid"
	OriginUnsubscribe = "unsub"
	OriginRecipient   = "recipient"
	OriginAdded       = "added" // put there by AddOptouts
)

// optoutStore keeps the opt-outs of one realm in the order in which they were
// made. It is built for a million records: adding only appends, and the
// indexes are caught up when a subscription first needs them.
type optoutStore struct {
	records   []optoutRecord
	indexed   int // how many records the indexes know
	byAddress map[string][]int32
	byKey     map[string][]int32
}

type optoutRecord struct {
	Optout
	removed bool
	stale   int8 // how many queries still answer as before the record came or went
}

func (s *optoutStore) add(o Optout, staleReads int) {
	s.records = append(s.records, optoutRecord{Optout: o, stale: int8(staleReads)})
}

// addSeries records n global opt-outs of numbered addresses. It does without
// fmt, which alone would take seconds for a million under the race detector.
func (s *optoutStore) addSeries(n int, before, after string, at time.Time) {
	s.records = slices.Grow(s.records, n)
	for i := 1; i <= n; i++ {
		s.add(Optout{Email: before + strconv.Itoa(i) + after, Time: at, Origin: OriginAdded}, 0)
	}
}

// places returns the positions of the records, removed ones included, that
// carry this address or this key.
func (s *optoutStore) places(address, key string) []int32 {
	if s.byAddress == nil {
		s.byAddress = make(map[string][]int32, len(s.records))
		s.byKey = map[string][]int32{}
	}
	for ; s.indexed < len(s.records); s.indexed++ {
		record := &s.records[s.indexed]
		lower := strings.ToLower(record.Email)
		s.byAddress[lower] = append(s.byAddress[lower], int32(s.indexed))
		if record.CustomerKey != "" {
			s.byKey[record.CustomerKey] = append(s.byKey[record.CustomerKey], int32(s.indexed))
		}
	}
	found := s.byAddress[strings.ToLower(address)]
	if key == "" {
		return found
	}
	return append(append([]int32(nil), found...), s.byKey[key]...)
}

// blocks says whether a record of this list or a global one stands against
// subscribing the address, or the customer key under another address.
func (s *optoutStore) blocks(address, key string, listID int64) bool {
	for _, place := range s.places(address, key) {
		record := s.records[place]
		if !record.removed && (record.ListID == 0 || record.ListID == listID) {
			return true
		}
	}
	return false
}

// remove takes away the records of one list, or the global ones when listID
// is 0, for the address and the key.
func (s *optoutStore) remove(address, key string, listID int64, staleReads int) {
	for _, place := range s.places(address, key) {
		record := &s.records[place]
		if !record.removed && record.ListID == listID {
			record.removed = true
			record.stale = int8(staleReads)
		}
	}
}

// current returns a copy of the records that are in force.
func (s *optoutStore) current() []Optout {
	optouts := make([]Optout, 0, len(s.records))
	for i := range s.records {
		if !s.records[i].removed {
			optouts = append(optouts, s.records[i].Optout)
		}
	}
	return optouts
}

// read calls show for every record that matches and that a query sees now.
// A stale record is seen the other way round, for as many queries as it was
// given.
func (s *optoutStore) read(matches func(*Optout) bool, show func(*Optout)) {
	for i := range s.records {
		record := &s.records[i]
		if record.removed && record.stale == 0 || !matches(&record.Optout) {
			continue
		}
		visible := !record.removed
		if record.stale > 0 {
			record.stale--
			visible = !visible
		}
		if visible {
			show(&record.Optout)
		}
	}
}
