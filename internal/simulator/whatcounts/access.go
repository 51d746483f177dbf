package whatcounts

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The methods of this file act on the state without a request: for tests, and
// to play another program or a recipient. They take effect at once, also under
// the dialect of stale reads, and leave no trace in the log. Those that change
// something fail when there is no such realm, and the others find nothing.

// in works on a realm with the service locked.
func (s *Service) in(realm string, work func(*account) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return err
	}
	defer s.tell(a)
	return work(a)
}

// read is in for work that changes nothing.
func (s *Service) read(realm string, work func(*account)) {
	// Without such a realm there is nothing to read.
	_ = s.in(realm, func(a *account) error {
		work(a)
		return nil
	})
}

// AddContact puts a contact into a realm and returns it as stored. An ID of 0
// takes the next id; missing times become now.
func (s *Service) AddContact(realm string, contact Contact) (Contact, error) {
	added := contact.clone()
	err := s.in(realm, func(a *account) error {
		if added.ID == 0 {
			added.ID = s.takeID()
		} else if a.contacts.byID[added.ID] != nil {
			return fmt.Errorf("realm %s already has a contact %d", realm, added.ID)
		}
		s.fillTimes(&added)
		if err := a.check(&added); err != nil {
			return err
		}
		s.nextID = max(s.nextID, added.ID+1)
		a.contacts.insert(&added)
		return nil
	})
	if err != nil {
		return Contact{}, err
	}
	return added.clone(), nil
}

// Contact returns a copy of one contact and whether it exists.
func (s *Service) Contact(realm string, id int64) (contact Contact, exists bool) {
	s.read(realm, func(a *account) {
		if found := a.contacts.byID[id]; found != nil {
			contact, exists = found.clone(), true
		}
	})
	return contact, exists
}

// Contacts returns copies of all contacts of a realm, ascending by id.
func (s *Service) Contacts(realm string) (contacts []Contact) {
	s.read(realm, func(a *account) { contacts = a.copies() })
	return contacts
}

// RemoveContact deletes a contact with its relational rows and records no
// opt-out, as another program does with a delete by id.
func (s *Service) RemoveContact(realm string, id int64) error {
	return s.in(realm, func(a *account) error {
		if a.contacts.byID[id] == nil {
			return noContact(realm, id)
		}
		a.removeContact(id)
		delete(a.stale, id)
		return nil
	})
}

// ChangeContact lets change work on a copy of the contact and stores the
// result. The id stays as it is.
func (s *Service) ChangeContact(realm string, id int64, change func(*Contact)) error {
	return s.in(realm, func(a *account) error {
		contact := a.contacts.byID[id]
		if contact == nil {
			return noContact(realm, id)
		}
		changed := contact.clone()
		change(&changed)
		changed.ID = id
		s.fillTimes(&changed)
		if err := a.check(&changed); err != nil {
			return err
		}
		s.put(a, &changed)
		return nil
	})
}

func noContact(realm string, id int64) error {
	return fmt.Errorf("realm %s has no contact %d", realm, id)
}

// put stores a changed contact and ends what is stale about it.
func (s *Service) put(a *account, changed *Contact) {
	changed.Updated = s.now()
	a.contacts.replace(changed)
	delete(a.stale, changed.ID)
}

// Unsubscribe takes a contact off a list, or off all lists when listID is 0,
// without an opt-out, as another program does.
func (s *Service) Unsubscribe(realm string, id, listID int64) error {
	return s.ChangeContact(realm, id, func(c *Contact) { c.unsubscribe(listID) })
}

// OptOut is a recipient who gives up one list, or every list when listID is 0:
// the subscriptions of the address go and an opt-out is recorded, one for each
// contact of the address, or a single one when there is no contact.
func (s *Service) OptOut(realm, email string, listID int64) error {
	return s.in(realm, func(a *account) error {
		optout := Optout{Email: email, ListID: listID, Time: s.now(), Origin: OriginRecipient}
		contacts := a.contacts.at(email)
		for _, contact := range contacts {
			changed := contact.clone()
			changed.unsubscribe(listID)
			s.put(a, &changed)
			a.dropPending(contact.ID, listID)
			optout.CustomerKey = contact.CustomerKey
			a.optouts.add(optout, 0)
		}
		if len(contacts) == 0 {
			a.optouts.add(optout, 0)
		}
		return nil
	})
}

// Confirm is a recipient who follows the link of a confirmation message: the
// subscriptions of the address to this list stop waiting.
func (s *Service) Confirm(realm, email string, listID int64) error {
	return s.in(realm, func(a *account) error {
		confirmed := false
		for _, contact := range a.contacts.at(email) {
			waits := func(p Pending) bool { return p.ContactID == contact.ID && p.ListID == listID }
			if i := slices.IndexFunc(a.pending, waits); i >= 0 {
				changed := contact.clone()
				if changed.subscription(listID) == nil {
					changed.subscribe(Subscription{ListID: listID, Format: a.pending[i].Format, Created: s.now()})
				}
				s.put(a, &changed)
				a.dropPending(contact.ID, listID)
				confirmed = true
			}
		}
		if !confirmed {
			return fmt.Errorf("no subscription of %s to list %d waits for a confirmation", email, listID)
		}
		return nil
	})
}

// Optouts returns a copy of the opt-out records of a realm, in the order in
// which they were made.
func (s *Service) Optouts(realm string) (optouts []Optout) {
	s.read(realm, func(a *account) { optouts = a.optouts.current() })
	return optouts
}

// AddOptouts records n global opt-outs. Pattern is an address with one %d in
// it, which counts from 1, for example "user%d@test.example.com". A million
// take a fraction of a second.
func (s *Service) AddOptouts(realm string, n int, pattern string) error {
	before, after, found := strings.Cut(pattern, "%d")
	if !found {
		return fmt.Errorf("the pattern %q needs a %%d for the number", pattern)
	}
	return s.in(realm, func(a *account) error {
		a.optouts.addSeries(n, before, after, s.now())
		return nil
	})
}

// AddRow puts a row into a relational table of the realm; the table needs no
// other preparation.
func (s *Service) AddRow(realm, table string, kind TableKind, contactID int64, values map[string]string) error {
	if !slices.Contains([]TableKind{RegularTable, JoinTable, FlatTable}, kind) {
		return fmt.Errorf("%q is no kind of relational table: it is %q, %q or %q", kind, RegularTable, JoinTable, FlatTable)
	}
	return s.in(realm, func(a *account) error {
		a.rows = append(a.rows, Row{Table: table, Kind: kind, ContactID: contactID, Values: maps.Clone(values)})
		return nil
	})
}

// Rows returns a copy of the rows of one relational table, in the order in
// which they were added.
func (s *Service) Rows(realm, table string) (rows []Row) {
	s.read(realm, func(a *account) {
		rows = slices.DeleteFunc(cloneRows(a.rows), func(row Row) bool { return row.Table != table })
	})
	return rows
}

func (s *Service) fillTimes(c *Contact) {
	if c.Created.IsZero() {
		c.Created = s.now()
	}
	if c.Updated.IsZero() {
		c.Updated = c.Created
	}
	for i := range c.Subscriptions {
		if c.Subscriptions[i].Created.IsZero() {
			c.Subscriptions[i].Created = c.Created
		}
	}
	slices.SortFunc(c.Subscriptions, func(a, b Subscription) int { return cmp.Compare(a.ListID, b.ListID) })
}

// check refuses a contact that the service itself could never hold.
func (a *account) check(c *Contact) error {
	other := a.contacts.named(c.Email, c.First, func(one, other string) bool { return one == other })
	if a.CustomerKeys {
		other = a.contacts.keyed(c.CustomerKey)
	}
	switch {
	case a.CustomerKeys != (c.CustomerKey != ""):
		return fmt.Errorf("realm %s has customer keys: %t; the contact has the key %q", a.Name, a.CustomerKeys, c.CustomerKey)
	case other != nil && other.ID != c.ID:
		return fmt.Errorf("contact %d has the same identity already: %s, %q, key %q", other.ID, other.Email, other.First, other.CustomerKey)
	}
	for name := range c.Fields {
		if !slices.Contains(standardFields, name) {
			return fmt.Errorf("%s is no standard field", name)
		}
	}
	for name := range c.Custom {
		if !slices.Contains(a.CustomFields, name) {
			return fmt.Errorf("realm %s defines no custom field %s", a.Name, name)
		}
	}
	for _, subscription := range c.Subscriptions {
		if _, found := a.list(subscription.ListID); !found {
			return fmt.Errorf("realm %s has no list %d", a.Name, subscription.ListID)
		}
	}
	return nil
}

// dropPending forgets a waiting subscription, or all of the contact's when
// listID is 0.
func (a *account) dropPending(contactID, listID int64) {
	a.pending = slices.DeleteFunc(a.pending, func(p Pending) bool {
		return p.ContactID == contactID && (listID == 0 || p.ListID == listID)
	})
}
