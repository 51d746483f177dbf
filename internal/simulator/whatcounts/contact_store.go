package whatcounts

import (
	"cmp"
	"slices"
	"strings"
)

// contactStore keeps the contacts of one realm with the indexes that make
// batches of many rows cheap. The contacts in it are changed only by replace.
type contactStore struct {
	byID      map[int64]*Contact
	ids       []int64            // ascending
	byAddress map[string][]int64 // e-mail in lower case to ids
	byKey     map[string]int64   // customer key to id
}

func newContactStore() contactStore {
	return contactStore{
		byID:      map[int64]*Contact{},
		byAddress: map[string][]int64{},
		byKey:     map[string]int64{},
	}
}

func (s *contactStore) insert(c *Contact) {
	s.byID[c.ID] = c
	place, _ := slices.BinarySearch(s.ids, c.ID)
	s.ids = slices.Insert(s.ids, place, c.ID)
	address := strings.ToLower(c.Email)
	s.byAddress[address] = append(s.byAddress[address], c.ID)
	if c.CustomerKey != "" {
		s.byKey[c.CustomerKey] = c.ID
	}
}

func (s *contactStore) remove(id int64) {
	c := s.byID[id]
	delete(s.byID, id)
	if place, found := slices.BinarySearch(s.ids, id); found {
		s.ids = slices.Delete(s.ids, place, place+1)
	}
	address := strings.ToLower(c.Email)
	rest := slices.DeleteFunc(s.byAddress[address], func(other int64) bool { return other == id })
	if len(rest) == 0 {
		delete(s.byAddress, address)
	} else {
		s.byAddress[address] = rest
	}
	delete(s.byKey, c.CustomerKey)
}

// replace puts a changed copy in the place of the contact with the same id.
func (s *contactStore) replace(c *Contact) {
	s.remove(c.ID)
	s.insert(c)
}

// all returns every contact, ascending by id.
func (s *contactStore) all() []*Contact {
	contacts := make([]*Contact, len(s.ids))
	for i, id := range s.ids {
		contacts[i] = s.byID[id]
	}
	return contacts
}

// at returns the contacts of one address, the oldest first.
func (s *contactStore) at(address string) []*Contact {
	ids := s.byAddress[strings.ToLower(address)]
	contacts := make([]*Contact, len(ids))
	for i, id := range ids {
		contacts[i] = s.byID[id]
	}
	slices.SortFunc(contacts, olderFirst)
	return contacts
}

// named returns the contact with this address and exactly this first name,
// nil when there is none.
func (s *contactStore) named(address, first string) *Contact {
	for _, c := range s.at(address) {
		if c.First == first {
			return c
		}
	}
	return nil
}

// keyed returns the contact with this customer key, nil when there is none.
func (s *contactStore) keyed(key string) *Contact {
	id, found := s.byKey[key]
	if !found {
		return nil
	}
	return s.byID[id]
}

// olderFirst orders by creation, then by id: contacts made by one command
// may carry the same time.
func olderFirst(a, b *Contact) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}
