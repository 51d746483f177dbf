package seveng

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// firstCommunicationID and firstOwnerID leave room below for ids that seeds
// and tests choose themselves.
const (
	firstCommunicationID = 1001
	firstOwnerID         = 101
)

// store holds the owners and communications. It keeps the ids unique and the
// index true; every other rule of the service is applied before it is called.
type store struct {
	types               []Type
	owners              map[OwnerKey]Owner
	communications      map[int64]Communication
	index               map[string]map[int64]bool // index key -> ids of communications
	nextCommunicationID int64
	nextOwnerID         map[Kind]int64
}

func newStore() *store {
	s := &store{
		types:               DefaultTypes(),
		owners:              map[OwnerKey]Owner{},
		communications:      map[int64]Communication{},
		index:               map[string]map[int64]bool{},
		nextCommunicationID: firstCommunicationID,
		nextOwnerID:         map[Kind]int64{},
	}
	for _, n := range kinds {
		s.nextOwnerID[n.kind] = firstOwnerID
	}
	return s
}

func externalIndex(externalID string) string { return "external:" + externalID }
func nameIndex(name string) string           { return "name:" + strings.ToLower(name) }
func ownerIndex(k OwnerKey) string           { return fmt.Sprintf("owner:%s/%d", k.Kind, k.ID) }

func indexKeys(c Communication) []string {
	keys := []string{nameIndex(c.Name), ownerIndex(c.Owner)}
	if c.ExternalID != "" {
		keys = append(keys, externalIndex(c.ExternalID))
	}
	return keys
}

// put stores a record that has an id, in place of the one with that id.
func (s *store) put(c Communication) {
	s.drop(c.ID)
	s.communications[c.ID] = c
	for _, key := range indexKeys(c) {
		if s.index[key] == nil {
			s.index[key] = map[int64]bool{}
		}
		s.index[key][c.ID] = true
	}
	s.nextCommunicationID = max(s.nextCommunicationID, c.ID+1)
}

// drop removes a record for good. Its id is not given out again.
func (s *store) drop(id int64) {
	c, present := s.communications[id]
	if !present {
		return
	}
	delete(s.communications, id)
	for _, key := range indexKeys(c) {
		delete(s.index[key], id)
		if len(s.index[key]) == 0 {
			delete(s.index, key)
		}
	}
}

// under returns the records that an index key leads to, in the order of their
// ids.
func (s *store) under(key string) []Communication {
	var list []Communication
	for _, id := range slices.Sorted(maps.Keys(s.index[key])) {
		list = append(list, s.communications[id])
	}
	return list
}

// find returns the record with the native id, or with the external id when
// the native one is zero: with both, the native one decides.
func (s *store) find(id int64, externalID string) (Communication, bool) {
	if id == 0 && externalID != "" {
		for _, found := range s.under(externalIndex(externalID)) {
			return found, true
		}
	}
	c, present := s.communications[id]
	return c, present
}

// all returns every communication in the order of its id.
func (s *store) all() []Communication { return sorted(s.communications) }

func sorted(records map[int64]Communication) []Communication {
	list := make([]Communication, 0, len(records))
	for _, id := range slices.Sorted(maps.Keys(records)) {
		list = append(list, records[id])
	}
	return list
}

// ownersOf returns the owners of one kind in the order of their ids.
func (s *store) ownersOf(kind Kind) []Owner {
	var list []Owner
	for key, o := range s.owners {
		if key.Kind == kind {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b Owner) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// findOwner looks an owner up the way find does.
func (s *store) findOwner(kind Kind, id int64, externalID string) (Owner, bool) {
	if id != 0 {
		o, present := s.owners[OwnerKey{kind, id}]
		return o, present
	}
	for key, o := range s.owners {
		if key.Kind == kind && externalID != "" && o.ExternalID == externalID {
			return o, true
		}
	}
	return Owner{}, false
}

// putOwner stores an owner and assigns its id when it has none.
func (s *store) putOwner(o Owner) Owner {
	if o.ID == 0 {
		o.ID = s.nextOwnerID[o.Kind]
	}
	s.nextOwnerID[o.Kind] = max(s.nextOwnerID[o.Kind], o.ID+1)
	s.owners[o.Key()] = o
	return o
}

// typeByID returns one communication type and whether there is one.
func (s *store) typeByID(id int64) (Type, bool) {
	if i := slices.IndexFunc(s.types, func(t Type) bool { return t.ID == id }); i >= 0 {
		return s.types[i], true
	}
	return Type{}, false
}
