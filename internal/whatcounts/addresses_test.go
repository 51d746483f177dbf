package whatcounts

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A search that is behind shows a contact under the name that it had. A contact that
// is added under its new name then is not the same: the create is refused, and
// the contact stays as it is.
func TestCreateAfterARenameThatIsNotShownYet(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain", "wc-stale-reads")
	jane := Managed{Identity: Identity{Email: "jane@example.com", FirstName: "Jane"}, Values: map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}}}
	created, err := add(t.Context(), s.client, NewContact{Managed: jane})
	if err != nil {
		t.Fatal(err)
	}
	jane.SubscriberID = created.Contact.SubscriberID
	joan := clone(jane)
	joan.FirstName = "Joan"
	if _, _, err := update(t.Context(), s.client, jane, joan); err != nil {
		t.Fatal(err)
	}
	other := NewContact{Managed: Managed{Identity: Identity{Email: "jane@example.com", FirstName: "Joan"}, Values: map[string]string{"last": "Smith"}, Subscriptions: []Subscription{{5, HTML}}}}
	var exists *ExistsError
	if _, err := add(t.Context(), s.client, other); !errors.As(err, &exists) || exists.Changed || exists.SubscriberID != jane.SubscriberID {
		t.Errorf("the create ended with %v", err)
	}
	if stored, _ := s.service.Contact("plain", jane.SubscriberID); stored.Fields["last"] != "Doe" {
		t.Errorf("Joan is now %+v", stored)
	}
}

func TestRecentWritesCountAgainstASearchThatIsBehind(t *testing.T) {
	t.Parallel()
	of := func(id int64, first string) Row { return Row{Identity: Identity{SubscriberID: id, FirstName: first}} }
	joan, jane := of(1, "Joan"), of(1, "Jane")
	for name, test := range map[string]struct {
		email   string
		rows    []Row
		deleted bool
		age     time.Duration
		want    bool
	}{
		"as it was written":               {"Jane@example.com", []Row{joan}, false, 0, true},
		"beside others":                   {"jane@example.com", []Row{of(2, "Jane"), joan}, false, 0, true},
		"under the old name":              {"jane@example.com", []Row{jane}, false, 0, false},
		"under the old name, a minute on": {"jane@example.com", []Row{jane}, false, time.Minute, true},
		"not shown":                       {"jane@example.com", nil, false, 0, false},
		"not shown, and deleted":          {"jane@example.com", nil, true, 0, true},
		"shown, and deleted":              {"jane@example.com", []Row{joan}, true, time.Minute, false},
		"another address":                 {"bob@example.com", nil, false, 0, true},
		"on the address that it has left": {"bob@example.com", []Row{joan}, false, 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			var recent recentWrites
			recent.rename(Identity{SubscriberID: 1, Email: "jane@example.com", FirstName: "Joan"})
			if test.deleted {
				recent.delete(1)
			}
			time.Sleep(test.age)
			if got := recent.agree(test.email, test.rows); got != test.want {
				t.Errorf("%s: %t", name, got)
			}
		})
	}
}
