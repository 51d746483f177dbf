package whatcounts

import (
	"errors"
	"testing"
	"time"
)

// A search that is behind shows a contact under the name that it had. Whoever
// is added under its new name then is not the same: the create is refused, and
// the contact stays as it is.
func TestCreateAfterARenameThatIsNotShownYet(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain", "wc-stale-reads")
	jane := Contact{Email: "jane@example.com", FirstName: "Jane", Fields: map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}}}
	created, err := s.client.CreateContact(t.Context(), NewContact{Contact: jane})
	if err != nil {
		t.Fatal(err)
	}
	jane.SubscriberID = created.SubscriberID
	joan := jane.clone()
	joan.FirstName = "Joan"
	if _, _, err := s.client.UpdateContact(t.Context(), jane, joan, UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	other := NewContact{Contact: Contact{Email: "jane@example.com", FirstName: "Joan", Fields: map[string]string{"last": "Smith"}, Subscriptions: []Subscription{{5, HTML}}}}
	var exists *ExistsError
	if _, err := s.client.CreateContact(t.Context(), other); !errors.As(err, &exists) || exists.Changed || exists.SubscriberID != jane.SubscriberID {
		t.Errorf("the create ended with %v", err)
	}
	if stored, _ := s.service.Contact("plain", jane.SubscriberID); stored.Fields["last"] != "Doe" {
		t.Errorf("Joan is now %+v", stored)
	}
}

func TestKnownIdentities(t *testing.T) {
	t.Parallel()
	now := time.Now()
	var known knownIdentities
	known.note(now, Contact{SubscriberID: 1, Email: "jane@example.com", FirstName: "Joan"})
	none := func(int64) bool { return false }
	joan, jane := Match{SubscriberID: 1, FirstName: "Joan"}, Match{SubscriberID: 1, FirstName: "Jane"}
	for name, test := range map[string]struct {
		email   string
		rows    []Match
		deleted func(int64) bool
		want    bool
	}{
		"as it was written":               {"Jane@example.com", []Match{joan}, none, true},
		"beside others":                   {"jane@example.com", []Match{{SubscriberID: 2, FirstName: "Jane"}, joan}, none, true},
		"under the old name":              {"jane@example.com", []Match{jane}, none, false},
		"not shown":                       {"jane@example.com", nil, none, false},
		"not shown, and deleted":          {"jane@example.com", nil, func(int64) bool { return true }, true},
		"another address":                 {"bob@example.com", nil, none, true},
		"on the address that it has left": {"bob@example.com", []Match{joan}, none, false},
	} {
		if got := known.agree(now, test.email, test.rows, test.deleted); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !known.agree(now.Add(time.Minute), "jane@example.com", []Match{jane}, none) {
		t.Error("a minute later it still counts")
	}
}
