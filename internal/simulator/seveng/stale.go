package seveng

// staleReadCount is how many reads after a write still see what was before,
// in the dialect 7g-stale-reads, 34 in 7g.md#contradictions.
const staleReadCount = 2

// staleRecord is what reads may still see of one record.
type staleRecord struct {
	before, after *Communication // nil: there was, or is, none
	reads         int            // left for GETs of the record
	ownerReads    map[OwnerKey]int
}

// write stores what an API call made of a record: nil before is a creation,
// nil after a deletion.
func (s *Service) write(before, after *Communication) {
	record := &staleRecord{before: before, after: after, reads: staleReadCount, ownerReads: map[OwnerKey]int{}}
	var id int64
	for _, side := range []*Communication{before, after} {
		if side != nil {
			id = side.ID
			record.ownerReads[side.Owner] = staleReadCount
		}
	}
	if after == nil {
		s.store.drop(id)
	} else {
		s.store.put(*after)
	}
	if s.On(staleReads) {
		s.stale[id] = record
	}
	s.tell(before, after)
}

// seen is find as a GET sees it.
func (s *Service) seen(id int64, externalID string) (Communication, bool) {
	if id != 0 {
		if record := s.stale[id]; record != nil && record.reads > 0 {
			record.reads--
			return valueOf(record.before)
		}
		return s.store.find(id, "")
	}
	var before *Communication
	delayed := map[int64]bool{} // records whose last write this read does not see
	for concerned, record := range s.stale {
		if record.reads == 0 || !record.concerns(externalID) {
			continue
		}
		record.reads--
		delayed[concerned] = true
		if record.before != nil && record.before.ExternalID == externalID {
			before = record.before
		}
	}
	if before != nil {
		return *before, true
	}
	current, present := s.store.find(0, externalID)
	if !present || delayed[current.ID] {
		return Communication{}, false
	}
	return current, true
}

// seenOf returns the communications of an owner as a GET of the owner sees
// them, in the order of their ids.
func (s *Service) seenOf(owner OwnerKey) []Communication {
	visible := map[int64]Communication{}
	for _, record := range s.store.under(ownerIndex(owner)) {
		visible[record.ID] = record
	}
	for id, record := range s.stale {
		if record.ownerReads[owner] == 0 {
			continue
		}
		record.ownerReads[owner]--
		delete(visible, id)
		if record.before != nil && record.before.Owner == owner {
			visible[id] = *record.before
		}
	}
	return sorted(visible)
}

// concerns is true when a record has, or had, the external id.
func (r *staleRecord) concerns(externalID string) bool {
	return r.before != nil && r.before.ExternalID == externalID ||
		r.after != nil && r.after.ExternalID == externalID
}

func valueOf(c *Communication) (Communication, bool) {
	if c == nil {
		return Communication{}, false
	}
	return *c, true
}
