package seveng

// tell records, for a person who watches, what became of a record: nil before
// is a creation, nil after a deletion.
func (s *Service) tell(before, after *Communication) {
	happened, record := "Communication changed", after
	switch {
	case before == nil:
		happened = "Communication added"
	case after == nil:
		happened, record = "Communication deleted", before
	case *before == *after:
		return
	}
	kind, _ := s.store.typeByID(record.TypeID)
	s.exchange.Events.Add(s.exchange.Clock.Now(), happened, kind.Name+" "+record.Name)
}
