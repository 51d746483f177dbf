package whatcounts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// contactStore keeps the contacts of one realm with the indexes that make
// batches of many rows cheap. The contacts in it are changed only by replace.
type contactStore struct {
	byID      map[int64]*Contact
	ids       []int64               // ascending
	byAddress map[string][]*Contact // by e-mail in lower case, the oldest first
	byKey     map[string]*Contact   // by customer key
	onList    map[int64][]int64     // ids by list, ascending
	before    map[int64]*Contact    // as they were when tell was last called, nil where there was none
}

func newContactStore() contactStore {
	return contactStore{byID: map[int64]*Contact{}, byAddress: map[string][]*Contact{}, byKey: map[string]*Contact{}, onList: map[int64][]int64{}, before: map[int64]*Contact{}}
}

func (s *contactStore) insert(c *Contact) {
	s.touch(c.ID)
	s.byID[c.ID] = c
	s.ids = withID(s.ids, c.ID)
	for _, subscription := range c.Subscriptions {
		s.onList[subscription.ListID] = withID(s.onList[subscription.ListID], c.ID)
	}
	address := strings.ToLower(c.Email)
	s.byAddress[address] = append(slices.Clone(s.byAddress[address]), c)
	slices.SortFunc(s.byAddress[address], olderFirst)
	if c.CustomerKey != "" {
		s.byKey[c.CustomerKey] = c
	}
}

func (s *contactStore) remove(id int64) {
	s.touch(id)
	c := s.byID[id]
	delete(s.byID, id)
	delete(s.byKey, c.CustomerKey)
	s.ids = withoutID(s.ids, id)
	for _, subscription := range c.Subscriptions {
		s.onList[subscription.ListID] = withoutID(s.onList[subscription.ListID], id)
	}
	address := strings.ToLower(c.Email)
	s.byAddress[address] = slices.DeleteFunc(slices.Clone(s.byAddress[address]), func(other *Contact) bool { return other == c })
	if len(s.byAddress[address]) == 0 {
		delete(s.byAddress, address)
	}
}

// touch keeps a contact as it is before the first change to it.
func (s *contactStore) touch(id int64) {
	if _, touched := s.before[id]; !touched {
		s.before[id] = s.byID[id]
	}
}

func withID(ids []int64, id int64) []int64 {
	place, _ := slices.BinarySearch(ids, id)
	return slices.Insert(ids, place, id)
}

func withoutID(ids []int64, id int64) []int64 {
	if place, found := slices.BinarySearch(ids, id); found {
		return slices.Delete(ids, place, place+1)
	}
	return ids
}

// replace puts a changed copy in the place of the contact with the same id.
func (s *contactStore) replace(c *Contact) {
	s.remove(c.ID)
	s.insert(c)
}

// all returns every contact, ascending by id.
func (s *contactStore) all() []*Contact { return s.those(s.ids) }

// members returns the contacts on a list, ascending by id.
func (s *contactStore) members(listID int64) []*Contact { return s.those(s.onList[listID]) }

func (s *contactStore) those(ids []int64) []*Contact {
	contacts := make([]*Contact, len(ids))
	for i, id := range ids {
		contacts[i] = s.byID[id]
	}
	return contacts
}

// at returns the contacts of one address, the oldest first.
func (s *contactStore) at(address string) []*Contact { return s.byAddress[strings.ToLower(address)] }

// named returns the contact with this address and this first name, nil when
// there is none.
func (s *contactStore) named(address, first string, isSame func(one, other string) bool) *Contact {
	contacts := s.at(address)
	if i := slices.IndexFunc(contacts, func(c *Contact) bool { return isSame(c.First, first) }); i >= 0 {
		return contacts[i]
	}
	return nil
}

// keyed returns the contact with this customer key, nil when there is none.
func (s *contactStore) keyed(key string) *Contact { return s.byKey[key] }

// olderFirst orders by creation, then by id: contacts made by one command
// may carry the same time.
func olderFirst(a, b *Contact) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// optoutStore keeps the opt-outs of one realm in the order in which they were
// made. It is built for a million records: adding only appends, and the
// indexes are caught up when a subscription first needs them.
type optoutStore struct {
	records   []optoutRecord
	indexed   int // how many records the indexes know
	byAddress map[string][]int32
	byKey     map[string][]int32
	touched   []int32 // positions of the records that were added or removed since tell
}

type optoutRecord struct {
	Optout
	removed bool
	stale   int8 // how many queries still answer as before the record came or went
}

func (s *optoutStore) add(o Optout, staleReads int) {
	s.touched = append(s.touched, int32(len(s.records)))
	s.records = append(s.records, optoutRecord{Optout: o, stale: int8(staleReads)})
}

// addSeries records n global opt-outs of numbered addresses. It does without
// fmt, which alone would take seconds for a million under the race detector.
func (s *optoutStore) addSeries(n int, before, after string, at time.Time) {
	s.records = slices.Grow(s.records, n)
	for i := 1; i <= n; i++ {
		s.records = append(s.records, optoutRecord{Optout: Optout{Email: before + strconv.Itoa(i) + after, Time: at, Origin: OriginAdded}})
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
	return slices.Concat(found, s.byKey[key])
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
			s.touched = append(s.touched, place)
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
