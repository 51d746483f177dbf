package whatcounts

import "slices"

// Snapshot is the whole state of the service, credentials included. It can be
// written as JSON. Dialects, and reads that are still stale, are not part of it.
type Snapshot struct {
	Realms []RealmSnapshot `json:"realms"`
	NextID int64           `json:"next_id"` // the id of the next contact
}

// RealmSnapshot is one realm with everything that lives in it.
type RealmSnapshot struct {
	Realm    Realm     `json:"realm"`
	Contacts []Contact `json:"contacts"` // ascending ids
	Pending  []Pending `json:"pending"`
	Optouts  []Optout  `json:"optouts"`
	Rows     []Row     `json:"rows"`
}

// Snapshot returns a copy of the state.
func (s *Service) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	snapshot := Snapshot{NextID: s.nextID}
	for _, a := range s.accounts {
		snapshot.Realms = append(snapshot.Realms, RealmSnapshot{
			Realm:    a.Realm.clone(),
			Contacts: a.copies(),
			Pending:  slices.Clone(a.pending),
			Optouts:  a.optouts.current(),
			Rows:     cloneRows(a.rows),
		})
	}
	return snapshot
}

// Restore replaces the state, realms included, by a snapshot.
func (s *Service) Restore(snapshot Snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts = nil
	s.nextID = max(snapshot.NextID, firstContactID)
	for i, realm := range snapshot.Realms {
		a := newAccount(realm.Realm, int64(i+1))
		for _, contact := range realm.Contacts {
			restored := contact.clone()
			a.contacts.insert(&restored)
			s.nextID = max(s.nextID, contact.ID+1)
		}
		a.pending = slices.Clone(realm.Pending)
		for _, optout := range realm.Optouts {
			a.optouts.add(optout, 0)
		}
		a.rows = cloneRows(realm.Rows)
		a.forgetTouched()
		s.accounts = append(s.accounts, a)
	}
}

// copies returns copies of all contacts, ascending by id.
func (a *account) copies() []Contact {
	contacts := make([]Contact, 0, len(a.contacts.ids))
	for _, c := range a.contacts.all() {
		contacts = append(contacts, c.clone())
	}
	return contacts
}
