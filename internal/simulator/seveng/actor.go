package seveng

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// The methods here act on the store the way another program would, between
// two calls of the one under test. Reads see what they did at once, in the
// dialect 7g-stale-reads too.

// AddOwner stores an owner and returns it with its id. An owner that has the
// kind and id already gets the new name and external id. A kind other than
// the three is a mistake of the caller and panics.
func (s *Service) AddOwner(o Owner) Owner {
	if _, known := o.Kind.names(); !known {
		panic(fmt.Sprintf("seveng: %q is not a kind of owner", o.Kind))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.putOwner(o)
}

func (s *Service) owners() []Owner {
	list := []Owner{}
	for _, names := range kinds {
		list = append(list, s.store.ownersOf(names.kind)...)
	}
	return list
}

// AddCommunication stores a record under the rules of POST and returns it
// with its id. It may bring an id of its own, when that was never in use.
func (s *Service) AddCommunication(c Communication) (Communication, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ID == 0 {
		c.ID = s.store.nextCommunicationID
	}
	if c.ID < s.store.nextCommunicationID {
		return Communication{}, fmt.Errorf("id %d may have been in use; the next free one is %d", c.ID, s.store.nextCommunicationID)
	}
	if err := s.check(c); err != nil {
		return Communication{}, err
	}
	delete(s.stale, c.ID)
	s.store.put(c)
	s.tell(nil, &c)
	return c, nil
}

// Communication returns the record with a native id, and whether it exists.
func (s *Service) Communication(id int64) (Communication, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.find(id, "")
}

// Communications returns every record in the order of its id.
func (s *Service) Communications() []Communication {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store.all()
}

// ChangeCommunication lets change edit a record, whose id stays. The result
// is stored as it is, also when it breaks a rule of the service. It returns
// whether there was such a record.
func (s *Service) ChangeCommunication(id int64, change func(*Communication)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, present := s.store.find(id, "")
	if !present {
		return false
	}
	before := c
	change(&c)
	c.ID = id
	delete(s.stale, id)
	s.store.put(c)
	s.tell(&before, &c)
	return true
}

// RemoveCommunication deletes a record, as another program does, or an update of
// its owner that leaves it out. It returns whether there was one.
func (s *Service) RemoveCommunication(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, present := s.store.find(id, "")
	if present {
		delete(s.stale, id)
		s.store.drop(id)
		s.tell(&before, nil)
	}
	return present
}

// SetUser adds a user, or replaces the one of that name. What its logins left
// behind, a lock included, is forgotten; its tokens stay good.
func (s *Service) SetUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[u.Name] = &account{User: u}
}

func (s *Service) users() []User {
	list := []User{}
	for _, name := range slices.Sorted(maps.Keys(s.accounts)) {
		list = append(list, s.accounts[name].User)
	}
	return list
}

// SetLifetimeOfAccessToken sets how long tokens live that are issued from now
// on. Zero or less sets the published lifetime.
func (s *Service) SetLifetimeOfAccessToken(d time.Duration) {
	if d <= 0 {
		d = DefaultLifetimeOfAccessToken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lifetime = d
}

// RevokeTokens makes every token useless, refresh tokens included: only a
// login helps.
func (s *Service) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access = map[string]accessToken{}
	s.refresh = map[string]refreshToken{}
}

// RevokeAccessTokens makes every access token useless. A refresh still works.
func (s *Service) RevokeAccessTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access = map[string]accessToken{}
}
