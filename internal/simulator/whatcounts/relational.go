package whatcounts

import (
	"fmt"
	"maps"
	"slices"
)

// TableKind is the kind of a relational table. A deleted contact takes its
// rows in regular and join tables along; rows in flat tables stay.
type TableKind string

// The kinds of relational table.
const (
	RegularTable TableKind = "regular"
	JoinTable    TableKind = "join"
	FlatTable    TableKind = "flat"
)

// Row is one row of a relational table that refers to a contact.
type Row struct {
	Table     string            `json:"table"`
	Kind      TableKind         `json:"kind"`
	ContactID int64             `json:"contact_id"`
	Values    map[string]string `json:"values"`
}

// AddRow puts a row into a relational table of the realm; the table needs no
// other preparation.
func (s *Service) AddRow(realm, table string, kind TableKind, contactID int64, values map[string]string) error {
	switch kind {
	case RegularTable, JoinTable, FlatTable:
	default:
		return fmt.Errorf("%q is no kind of relational table: it is %q, %q or %q", kind, RegularTable, JoinTable, FlatTable)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return err
	}
	a.rows = append(a.rows, Row{Table: table, Kind: kind, ContactID: contactID, Values: maps.Clone(values)})
	return nil
}

// Rows returns a copy of the rows of one relational table, in the order in
// which they were added.
func (s *Service) Rows(realm, table string) []Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.account(realm)
	if err != nil {
		return nil
	}
	var rows []Row
	for _, row := range cloneRows(a.rows) {
		if row.Table == table {
			rows = append(rows, row)
		}
	}
	return rows
}

func cloneRows(rows []Row) []Row {
	copies := slices.Clone(rows)
	for i := range copies {
		copies[i].Values = maps.Clone(copies[i].Values)
	}
	return copies
}

// removeContact takes a contact out of the realm with everything that depends
// on it.
func (a *account) removeContact(id int64) {
	a.contacts.remove(id)
	a.pending = slices.DeleteFunc(a.pending, func(p Pending) bool { return p.ContactID == id })
	a.rows = slices.DeleteFunc(a.rows, func(r Row) bool { return r.ContactID == id && r.Kind != FlatTable })
}
