package seveng

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Snapshot is the whole state of the service but for tokens, failed logins
// and dialects. It is also the form in which a person writes a state by hand:
// types may then be left out for the published ones, ids of communications
// and owners for the next free ones, and the counters altogether.
type Snapshot struct {
	Users               []User          `json:"users"`
	Types               []Type          `json:"types,omitempty"`
	Owners              []Owner         `json:"owners"`
	Communications      []Communication `json:"communications"`
	NextCommunicationID int64           `json:"next_communication_id,omitempty"`
	NextOwnerID         map[Kind]int64  `json:"next_owner_id,omitempty"`
}

// Snapshot returns the present state. It shares nothing with the service.
func (s *Service) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Snapshot{
		Users:               s.users(),
		Types:               slices.Clone(s.store.types),
		Owners:              s.owners(),
		Communications:      s.store.all(),
		NextCommunicationID: s.store.nextCommunicationID,
		NextOwnerID:         maps.Clone(s.store.nextOwnerID),
	}
}

// Restore replaces the whole state; tokens and failed logins are forgotten,
// dialects stay. An error names what does not fit together; then nothing is
// changed. Rules that depend on a dialect, such as the one against duplicate
// e-mail addresses, are not applied.
func (s *Service) Restore(from Snapshot) error {
	restored := newStore()
	if len(from.Types) > 0 {
		restored.types = slices.Clone(from.Types)
	}
	accounts := map[string]*account{}
	for _, user := range from.Users {
		if _, taken := accounts[user.Name]; taken || user.Name == "" {
			return fmt.Errorf("user %q: the name must be there, once", user.Name)
		}
		accounts[user.Name] = &account{User: user}
	}
	restored.nextCommunicationID = max(restored.nextCommunicationID, from.NextCommunicationID)
	for kind, id := range from.NextOwnerID {
		restored.nextOwnerID[kind] = max(restored.nextOwnerID[kind], id)
	}
	if err := restored.takeOwners(from.Owners); err != nil {
		return err
	}
	if err := restored.takeCommunications(from.Communications); err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.forgetSessions()
	s.store, s.accounts = restored, accounts
	return nil
}

// numberedFirst are records with those first that have an id, so that the ids
// given to the others are free.
func numberedFirst[Record any](records []Record, id func(Record) int64) []Record {
	return slices.SortedStableFunc(slices.Values(records), func(a, b Record) int {
		return cmp.Compare(min(1, id(b)), min(1, id(a)))
	})
}

func (s *store) takeOwners(owners []Owner) error {
	for _, o := range numberedFirst(owners, func(o Owner) int64 { return o.ID }) {
		if _, known := o.Kind.names(); !known {
			return unknownOwner(o.Key())
		}
		if err := checkExternalID("externalId", o.ExternalID); err != nil {
			return fmt.Errorf("owner %s %d: %w", o.Kind, o.ID, err)
		}
		_, idTaken := s.owners[o.Key()]
		_, externalTaken := s.findOwner(o.Kind, 0, o.ExternalID)
		if idTaken || externalTaken {
			return fmt.Errorf("owner %s %d %q: the id or the external id is there twice", o.Kind, o.ID, o.ExternalID)
		}
		s.putOwner(o)
	}
	return nil
}

func (s *store) takeCommunications(records []Communication) error {
	for _, c := range numberedFirst(records, func(c Communication) int64 { return c.ID }) {
		err := s.fits(c)
		if _, taken := s.communications[c.ID]; taken {
			err = refusef("the id is there twice")
		}
		if err != nil {
			return fmt.Errorf("communication %q (id %d, external id %q): %w", c.Name, c.ID, c.ExternalID, err)
		}
		if c.ID == 0 {
			c.ID = s.nextCommunicationID
		}
		s.put(c)
	}
	return nil
}
