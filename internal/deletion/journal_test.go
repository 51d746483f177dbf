package deletion

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// heldContact is what WhatCounts holds of a contact of these tests.
func heldContact(record Record) Entry {
	return ContactEntry{
		Identity:      whatcounts.Identity{SubscriberID: record.ID, Email: record.Address},
		Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: whatcounts.HTML}},
	}
}

// heldCommunication is what 7G holds of a communication of these tests.
func heldCommunication(record Record) Entry {
	return CommunicationEntry{CommunicationID: record.ID, Type: "email", TypeID: 1, Value: record.Address, Owner: OwnerEntry{Type: "person", ID: 7}}
}

func journalled(t *testing.T, path string) []Line {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}()
	var lines []Line
	for line, err := range Lines(file) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// A line holds what was deleted and under which policy: the record's own, or
// the provider's where it has none.
func TestJournalHoldsWhatIsDeletedAndWhy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	guard := newGuard(t, Settings{Policy: Abandon, JournalPath: path})
	if !guard.Journals() {
		t.Error("it keeps no journal")
	}
	began := time.Now()
	cases := []struct {
		record Record
		held   Entry
		policy Policy
		at     Place
	}{
		{contact(7, Delete), heldContact(contact(7, Delete)), Delete, Place{"https://api.example.com", "demo"}},
		{contact(8, DeleteWithoutOptout), heldContact(contact(8, DeleteWithoutOptout)), DeleteWithoutOptout, Place{}},
		{communication(9), heldCommunication(communication(9)), Abandon, Place{Endpoint: "https://7g.example.com"}},
	}
	for _, c := range cases {
		if err := guard.Journal(c.record, c.at, c.held); err != nil {
			t.Fatal(err)
		}
	}
	got := journalled(t, path)
	if len(got) != len(cases) {
		t.Fatalf("%d lines, want %d", len(got), len(cases))
	}
	for i, want := range cases {
		line := got[i]
		if line.Kind != want.record.Kind || line.ID != want.record.ID || line.Policy != string(want.policy) || line.Place != want.at || !reflect.DeepEqual(line.Record, want.held) {
			t.Errorf("line %d is %+v, want %+v with policy %s", i+1, line, want.held, want.policy)
		}
		if line.Time.Before(began.Add(-time.Second)) || line.Time.After(time.Now()) || line.Time.Location() != time.UTC {
			t.Errorf("line %d has the time %v", i+1, line.Time)
		}
	}
}

// The error goes to a person, who has to know which setting to change.
func TestJournalThatCannotBeWrittenNamesTheSetting(t *testing.T) {
	whole := contact(7, Delete)
	tests := map[string]struct {
		path string
		held Entry
	}{
		"in a directory that is not there": {filepath.Join(t.TempDir(), "none", "deleted.jsonl"), heldContact(whole)},
		"with the record of another":       {filepath.Join(t.TempDir(), "deleted.jsonl"), heldContact(contact(8, Delete))},
		"without a record":                 {filepath.Join(t.TempDir(), "deleted.jsonl"), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := newGuard(t, Settings{JournalPath: test.path}).Journal(whole, Place{}, test.held)
			if err == nil || !strings.Contains(err.Error(), "safeguards.journal_path "+test.path) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func TestWithoutAPathNothingIsJournalled(t *testing.T) {
	guard := newGuard(t, Settings{})
	if guard.Journals() {
		t.Error("it keeps a journal")
	}
	if err := guard.Journal(contact(7, Delete), Place{}, nil); err != nil {
		t.Error(err)
	}
}
