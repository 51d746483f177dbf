package deletion

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// deletedAt is when everything in these tests was deleted.
var deletedAt = time.Date(2026, time.March, 4, 5, 6, 7, 0, time.UTC)

func contactLine(id int64) Line {
	return Line{Time: deletedAt, Kind: KindContact, ID: id, Policy: "delete", Record: named(id, "jane@example.com")}
}

// named is a contact of whom only the address is known.
func named(id int64, email string) ContactEntry {
	return ContactEntry{Identity: whatcounts.Identity{SubscriberID: id, Email: email}}
}

// inCompany is one with a company.
func inCompany(id int64, company string) ContactEntry {
	contact := named(id, "jane@example.com")
	contact.Values = map[string]string{"company": company}
	return contact
}

// wholeContact has every field.
var wholeContact = ContactEntry{
	Identity: whatcounts.Identity{SubscriberID: 1001, Email: "jane@example.com", FirstName: "Jane", CustomerKey: "11293"},
	Values: map[string]string{
		"last": "Doe", "company": "R&D <Pty> \"Ltd\"", "address_1": "1 High Street", "address_2": "Flat 2", "city": "Sydney",
		"state": "NSW", "zip": "2000", "country": "Australia", "phone": "+61 2 0000 0000", "fax": "+61 2 0000 0001",
		"custom_plan": "gold",
	},
	Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: whatcounts.HTML}, {ListID: 6}},
}

// wholeCommunication has every field.
var wholeCommunication = CommunicationEntry{
	CommunicationID: 501, ExternalID: "EMAIL-001", Type: "email", TypeID: 1, Value: "billing@example.com",
	Owner: OwnerEntry{Type: "biz_entity", ID: 42, ExternalID: "BE-1"},
}

// The lines as people and programs outside of this one know them. Older ones do
// not say where the record was.
const (
	wholeContactLine = `{"time":"2026-03-04T05:06:07Z","kind":"contact","id":1001,"policy":"delete","record":{` +
		`"subscriber_id":1001,"email":"jane@example.com","first_name":"Jane","customer_key":"11293",` +
		`"last_name":"Doe","company":"R&D <Pty> \"Ltd\"","address_1":"1 High Street","address_2":"Flat 2","city":"Sydney",` +
		`"state":"NSW","zip":"2000","country":"Australia","phone":"+61 2 0000 0000","fax":"+61 2 0000 0001",` +
		`"custom_fields":{"plan":"gold"},"subscriptions":[{"list_id":5,"format":"html"},{"list_id":6}]}}` + "\n"
	placedLine = `{"time":"2026-03-04T05:06:07Z","kind":"contact","id":7,"policy":"delete","endpoint":"https://api.example.com","realm":"demo",` +
		`"record":{"subscriber_id":7,"email":"jane@example.com","subscriptions":[]}}` + "\n"
	wholeCommunicationLine = `{"time":"2026-03-04T05:06:07Z","kind":"communication","id":501,"policy":"delete","record":{` +
		`"communication_id":501,"external_id":"EMAIL-001","type":"email","type_id":1,"value":"billing@example.com",` +
		`"owner":{"type":"biz_entity","id":42,"external_id":"BE-1"}}}` + "\n"
)

// read is everything that a journal holds: its lines, the numbers of those that
// were torn, and the last error of another kind.
func read(text string) (lines []Line, torn []int, broken error) {
	for line, err := range Lines(strings.NewReader(text)) {
		var cut *TornError
		switch {
		case errors.As(err, &cut):
			torn = append(torn, cut.Number)
		case err != nil:
			broken = err
		default:
			lines = append(lines, line)
		}
	}
	return lines, torn, broken
}

// lines is the content of a journal in which every line is whole.
func lines(t *testing.T, text string) []Line {
	t.Helper()
	found, torn, err := read(text)
	if err != nil || len(torn) > 0 {
		t.Fatalf("torn lines %v, error %v in the journal %q", torn, err, text)
	}
	return found
}
