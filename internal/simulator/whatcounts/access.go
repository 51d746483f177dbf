package whatcounts

import (
	"fmt"
	"slices"
	"strings"
)

// The methods of this file act on the state without a request: for tests, and
// to play another program or a recipient. They take effect at once, also under
// the stale dialect, and leave no trace in the log.

// AddContact puts a contact into a realm and returns it as stored. An ID of 0
// takes the next id; missing times become now.
func (s *Service) AddContact(realm string, contact Contact) (Contact, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return Contact{}, err
	}
	added := contact.clone()
	if added.ID == 0 {
		added.ID = s.takeID()
	} else if a.contacts.byID[added.ID] != nil {
		return Contact{}, fmt.Errorf("realm %s already has a contact %d", realm, added.ID)
	}
	s.fillTimes(&added)
	if err := a.check(&added); err != nil {
		return Contact{}, err
	}
	s.nextID = max(s.nextID, added.ID+1)
	a.contacts.insert(&added)
	return added.clone(), nil
}

// Contact returns a copy of one contact and whether it exists.
func (s *Service) Contact(realm string, id int64) (Contact, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil || a.contacts.byID[id] == nil {
		return Contact{}, false
	}
	return a.contacts.byID[id].clone(), true
}

// Contacts returns copies of all contacts of a realm, ascending by id.
func (s *Service) Contacts(realm string) []Contact {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return nil
	}
	return a.copies()
}

// RemoveContact deletes a contact with its relational rows and records no
// opt-out, as another program does with a delete by id.
func (s *Service) RemoveContact(realm string, id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, _, err := s.existing(realm, id)
	if err != nil {
		return err
	}
	a.removeContact(id)
	delete(a.stale, id)
	return nil
}

// ChangeContact lets change work on a copy of the contact and stores the
// result. The id stays as it is.
func (s *Service) ChangeContact(realm string, id int64, change func(*Contact)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, contact, err := s.existing(realm, id)
	if err != nil {
		return err
	}
	changed := contact.clone()
	change(&changed)
	changed.ID = id
	changed.Updated = s.now()
	s.fillTimes(&changed)
	if err := a.check(&changed); err != nil {
		return err
	}
	a.put(&changed)
	return nil
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
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return err
	}
	optout := Optout{Email: email, ListID: listID, Time: s.now(), Origin: OriginRecipient}
	contacts := a.contacts.at(email)
	for _, contact := range contacts {
		changed := contact.clone()
		changed.unsubscribe(listID)
		changed.Updated = s.now()
		a.put(&changed)
		a.dropPending(contact.ID, listID)
		optout.CustomerKey = contact.CustomerKey
		a.optouts.add(optout, 0)
	}
	if len(contacts) == 0 {
		a.optouts.add(optout, 0)
	}
	return nil
}

// Confirm is a recipient who follows the link of a confirmation message: the
// subscriptions of the address to this list stop waiting.
func (s *Service) Confirm(realm, email string, listID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return err
	}
	confirmed := false
	for _, contact := range a.contacts.at(email) {
		for _, waiting := range slices.Clone(a.pending) {
			if waiting.ContactID != contact.ID || waiting.ListID != listID {
				continue
			}
			changed := contact.clone()
			changed.subscribe(Subscription{ListID: listID, Format: waiting.Format, Created: s.now()})
			a.put(&changed)
			a.dropPending(contact.ID, listID)
			confirmed = true
		}
	}
	if !confirmed {
		return fmt.Errorf("no subscription of %s to list %d waits for a confirmation", email, listID)
	}
	return nil
}

// Optouts returns a copy of the opt-out records of a realm, in the order in
// which they were made.
func (s *Service) Optouts(realm string) []Optout {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return nil
	}
	return a.optouts.current()
}

// AddOptouts records n global opt-outs. Pattern is an address with one %d in
// it, which counts from 1, for example "user%d@test.example.com". A million
// take a fraction of a second.
func (s *Service) AddOptouts(realm string, n int, pattern string) error {
	before, after, found := strings.Cut(pattern, "%d")
	if !found {
		return fmt.Errorf("the pattern %q needs a %%d for the number", pattern)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return err
	}
	a.optouts.addSeries(n, before, after, s.now())
	return nil
}

func (s *Service) existing(realm string, id int64) (*account, *Contact, error) {
	a, err := s.account(realm)
	if err != nil {
		return nil, nil, err
	}
	contact := a.contacts.byID[id]
	if contact == nil {
		return nil, nil, fmt.Errorf("realm %s has no contact %d", realm, id)
	}
	return a, contact, nil
}

// put stores a changed contact and ends what is stale about it.
func (a *account) put(c *Contact) {
	a.contacts.replace(c)
	delete(a.stale, c.ID)
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
	slices.SortFunc(c.Subscriptions, func(a, b Subscription) int { return int(a.ListID - b.ListID) })
}

// check refuses a contact that the service itself could never hold.
func (a *account) check(c *Contact) error {
	if a.CustomerKeys {
		if c.CustomerKey == "" {
			return fmt.Errorf("realm %s has customer keys: the contact needs one", a.Name)
		}
		if other := a.contacts.keyed(c.CustomerKey); other != nil && other.ID != c.ID {
			return fmt.Errorf("contact %d has the customer key %s already", other.ID, c.CustomerKey)
		}
	} else {
		if c.CustomerKey != "" {
			return fmt.Errorf("realm %s has no customer keys", a.Name)
		}
		if other := a.contacts.named(c.Email, c.First); other != nil && other.ID != c.ID {
			return fmt.Errorf("contact %d has the e-mail %s and the first name %q already", other.ID, c.Email, c.First)
		}
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
