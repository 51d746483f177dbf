package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// named is a contact of whom only that is known which tells it from others.
func named(id int64, email, firstName, key string) deletion.ContactEntry {
	return deletion.ContactEntry{Identity: whatcounts.Identity{SubscriberID: id, Email: email, FirstName: firstName, CustomerKey: key}}
}

// contactLine and communicationLine are lines whose minutes tell them apart.
func contactLine(minute int, policy string, contact deletion.ContactEntry) deletion.Line {
	return deletion.Line{Time: deletedAt(minute), Kind: deletion.KindContact, ID: contact.SubscriberID, Policy: policy, Record: contact}
}

func communicationLine(minute int, communication deletion.CommunicationEntry) deletion.Line {
	if communication.Type == "" {
		communication.Type, communication.TypeID = "email", 1
	}
	if communication.Owner.Type == "" {
		communication.Owner = deletion.OwnerEntry{Type: "person", ID: 7}
	}
	return deletion.Line{Time: deletedAt(minute), Kind: deletion.KindCommunication, ID: communication.CommunicationID, Policy: "delete", Record: communication}
}

func deletedAt(minute int) time.Time {
	return time.Date(2026, time.March, 4, 5, minute, 0, 0, time.UTC)
}

// journalOf is a journal as a file would hold it.
func journalOf(t *testing.T, lines ...deletion.Line) string {
	t.Helper()
	var text strings.Builder
	for _, line := range lines {
		one, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&text, "%s\n", one)
	}
	return text.String()
}

// journalAt is what a file holds that has to be a journal.
func journalAt(path string) (*deleted, error) {
	read, err := readInput(path)
	if err != nil {
		return nil, err
	}
	return read.journal, nil
}

func collected(t *testing.T, lines ...deletion.Line) *deleted {
	t.Helper()
	found, err := collect(strings.NewReader(journalOf(t, lines...)))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Each record is there once, as it was last, at the place of its last delete.
func TestRecordsAreToldApart(t *testing.T) {
	contact := func(minute int, c deletion.ContactEntry) deletion.Line { return contactLine(minute, "delete", c) }
	tests := map[string]struct {
		lines []deletion.Line
		want  []int // the minutes of the lines that are left
	}{
		"nothing": {nil, nil},
		"the same id, tried again": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "", "")), contact(2, named(1, "b@example.com", "", "")),
		}, []int{2}},
		"one id in two services": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "", "")), communicationLine(2, deletion.CommunicationEntry{CommunicationID: 1, Value: "a@example.com"}),
		}, []int{1, 2}},
		"a contact that was added again": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "Ann", "")), contact(2, named(9, "other@example.com", "", "")),
			contact(3, named(2, "A@example.com", "Ann", "")),
		}, []int{2, 3}},
		"another first name": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "Ann", "")), contact(2, named(2, "a@example.com", "ann", "")),
		}, []int{1, 2}},
		"another customer key": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "", "1")), contact(2, named(2, "a@example.com", "", "2")),
		}, []int{1, 2}},
		"a customer key with another address": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "", "1")), contact(2, named(2, "b@example.com", "", "1")),
		}, []int{2}},
		"a contact that was added again, and whose address was changed": {[]deletion.Line{
			contact(1, named(1, "a@example.com", "", "")), contact(2, named(2, "a@example.com", "", "")),
			contact(3, named(2, "b@example.com", "", "")), contact(4, named(3, "a@example.com", "", "")),
		}, []int{3, 4}},
		"an external id that was used again": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, ExternalID: "E-1", Value: "a@example.com"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, ExternalID: "E-1", Value: "b@example.com"}),
		}, []int{2}},
		"a value with another external id": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, ExternalID: "E-1", Value: "a@example.com"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, ExternalID: "E-2", Value: "a@example.com"}),
			communicationLine(3, deletion.CommunicationEntry{CommunicationID: 3, Value: "a@example.com"}),
		}, []int{1, 2, 3}},
		"a value in another letter case, and with a blank": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, Value: "a@example.com"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, Value: "A@example.com"}),
			communicationLine(3, deletion.CommunicationEntry{CommunicationID: 3, Value: " a@example.com"}),
		}, []int{1, 2, 3}},
		"a communication without external id that was added again": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, Type: "phone", TypeID: 2, Value: "123"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, Type: "phone", TypeID: 2, Value: "123"}),
		}, []int{2}},
		"an id whose external id another has now": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, ExternalID: "E-1", Value: "a@example.com"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 1, ExternalID: "E-2", Value: "a@example.com"}),
			communicationLine(3, deletion.CommunicationEntry{CommunicationID: 2, ExternalID: "E-1", Value: "a@example.com"}),
		}, []int{2, 3}},
		"a value of another owner": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, Value: "a@example.com"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, Value: "a@example.com", Owner: deletion.OwnerEntry{Type: "person", ID: 8}}),
			communicationLine(3, deletion.CommunicationEntry{CommunicationID: 3, Value: "a@example.com", Owner: deletion.OwnerEntry{Type: "organisation", ID: 7}}),
			communicationLine(4, deletion.CommunicationEntry{CommunicationID: 4, Value: "a@example.com", Owner: deletion.OwnerEntry{Type: "person", ExternalID: "P-9"}}),
		}, []int{1, 2, 3, 4}},
		"a value of another type": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, Type: "phone", TypeID: 2, Value: "123"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, Type: "fax", TypeID: 4, Value: "123"}),
		}, []int{1, 2}},
		"a record with the external id of one and the value of another": {[]deletion.Line{
			communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, ExternalID: "E-1", Value: "a@example.com"}),
			communicationLine(2, deletion.CommunicationEntry{CommunicationID: 2, ExternalID: "E-2", Value: "b@example.com"}),
			communicationLine(3, deletion.CommunicationEntry{CommunicationID: 3, ExternalID: "E-1", Value: "b@example.com"}),
		}, []int{2, 3}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found := collected(t, test.lines...)
			var left []int
			lines := 0
			for _, d := range found.deletions {
				left = append(left, d.last.Time.Minute())
				lines += 1 + len(d.earlier)
			}
			if !slices.Equal(left, test.want) {
				t.Errorf("left are the lines of minutes %v, want %v", left, test.want)
			}
			if lines != len(test.lines) {
				t.Errorf("%d of %d lines are told of", lines, len(test.lines))
			}
		})
	}
}

func TestSummary(t *testing.T) {
	ann := contactLine(1, "delete", named(1, "a@example.com", "", ""))
	bob := contactLine(1, "delete", named(2, "b@example.com", "", ""))
	number := communicationLine(1, deletion.CommunicationEntry{CommunicationID: 1, Value: "123"})
	for want, lines := range map[string][]deletion.Line{
		"1 contact":                      {ann},
		"2 contacts":                     {ann, bob},
		"1 communication":                {number},
		"2 contacts and 1 communication": {ann, number, bob},
	} {
		if got := collected(t, lines...).summary(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// An id, an address and an opt-out are of one place, and somebody else's in
// another one. Older lines do not say where they are from.
func TestPlacesAreToldApart(t *testing.T) {
	at := func(line deletion.Line, realm string) deletion.Line {
		line.Endpoint, line.Realm = "https://wc.example.com", realm
		return line
	}
	jane := named(1, "jane@example.com", "Jane", "")
	text := string(configuration("deleted.jsonl", collected(t, at(contactLine(1, "delete", jane), "live"), at(contactLine(2, "delete_without_optout", jane), "test"))))
	if strings.Count(text, "\nresource ") != 2 || strings.Count(text, "  force_sub ") != 1 {
		t.Errorf("the configuration is\n%s", text)
	}
	for _, part := range []string{"as contact 1 in the realm live at https://wc.example.com.", "in the realm test at", "These records were in several places"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
	alone := string(configuration("deleted.jsonl", collected(t, at(contactLine(1, "delete", jane), "live"), communicationLine(2, deletion.CommunicationEntry{CommunicationID: 1, Value: "a@example.com"}))))
	if strings.Contains(alone, "several places") || !strings.Contains(alone, "as communication 1.") {
		t.Errorf("the configuration is\n%s", alone)
	}
}
