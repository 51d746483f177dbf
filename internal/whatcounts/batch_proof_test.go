package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// astray has the last row of the next such command done to somebody else.
func (s *simulated) astray(command string, other Identity) {
	s.exchange.Faults.Add(traffic.Fault{
		Operation: command, Kind: traffic.Astray, Rows: 1,
		Body: fmt.Sprintf("email,first,customer_key^%s,%s,%s", other.Email, other.FirstName, other.CustomerKey),
	})
}

// TestTotalsThatAddUpByTwoFaults: one row does nothing, and somebody else is
// met in its place, so that the totals are those of a command that did what it
// was told. Only the one that was missed has an error, and nothing is sent again.
func TestTotalsThatAddUpByTwoFaults(t *testing.T) {
	const many = 4
	for _, realm := range []string{"plain", "keyed"} {
		begin := func(t *testing.T, command string) (*simulated, []Managed) {
			s := newSimulated(t, realm)
			var contacts []Managed
			for _, contact := range s.numbered(many) {
				contacts = append(contacts, on(Managed{Identity: contact, Values: map[string]string{"last": "Doe"}}, 5))
			}
			s.astray(command, s.put("other@example.com", "Vic"))
			return s, contacts
		}
		check := func(t *testing.T, s *simulated, command string, outcomes []Outcome, want apierror.Kind, text string) {
			t.Helper()
			for i, outcome := range outcomes {
				missed := i == many-1
				if missed && (!apierror.Is(outcome.Err, want) || !strings.Contains(outcome.Err.Error(), text)) || !missed && outcome.Err != nil {
					t.Errorf("%d: %v", i, outcome.Err)
				}
			}
			s.expectCount(command, 1)
		}
		t.Run("create, "+realm, func(t *testing.T) {
			s := newSimulated(t, realm)
			s.astray("sub", Identity{Email: "stranger@example.com", FirstName: "Stranger", CustomerKey: keyIn(realm, "K-S")})
			outcomes := s.client.Add(t.Context(), people(many, realm))
			check(t, s, "sub", outcomes, apierror.Uncertain, "no such contact shows up")
			expectAs[*UnseenError](t, outcomes[many-1].Err, apierror.Uncertain)
			if outcomes[many-1].Contact.SubscriberID != 0 {
				t.Errorf("somebody else was taken: %+v", outcomes[many-1].Contact)
			}
		})
		t.Run("update, "+realm, func(t *testing.T) {
			s, contacts := begin(t, "update")
			var changes []Change
			for _, contact := range contacts {
				wanted := clone(contact)
				wanted.Values["last"] = "Smith"
				changes = append(changes, Change{From: contact, To: wanted})
			}
			outcomes := s.client.Update(t.Context(), changes)
			check(t, s, "update", outcomes, apierror.Refused, `last_name was to be "Smith" and is stored as "Doe"`)
		})
		t.Run("unsubscribe, "+realm, func(t *testing.T) {
			s, contacts := begin(t, "unsub")
			check(t, s, "unsub", s.client.Unsubscribe(t.Context(), contacts), apierror.Refused, "still subscribed")
		})
		t.Run("delete, "+realm, func(t *testing.T) {
			s, contacts := begin(t, "delete")
			var targets []Identity
			for _, contact := range contacts {
				targets = append(targets, contact.Identity)
			}
			outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil)
			check(t, s, "delete", outcomes, apierror.Uncertain, "this one is still there: another one may be gone in its place")
			s.expectLeft(targets[many-1])
		})
	}
}

func (s *simulated) expectLeft(want ...Identity) {
	s.Helper()
	var ids, wanted []int64
	for _, contact := range s.service.Contacts(s.realm) {
		ids = append(ids, contact.ID)
	}
	for _, contact := range want {
		wanted = append(wanted, contact.SubscriberID)
	}
	if !slices.Equal(ids, wanted) {
		s.Errorf("left are %v, want %v", ids, wanted)
	}
}

// TestADeleteOfOneThatMetSomebodyElse: a batch of one has totals, too.
func TestADeleteOfOneThatMetSomebodyElse(t *testing.T) {
	s := newSimulated(t, "plain")
	jane := s.put("jane@example.com", "Jane")
	s.astray("delete", s.put("other@example.com", "Vic"))
	if outcome := s.client.DeleteOne(t.Context(), Deletion{Identity: jane}); !apierror.Is(outcome.Err, apierror.Uncertain) || !outcome.Sent {
		t.Errorf("%+v", outcome)
	}
	s.expectLeft(jane)
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: jane}).Err; err != nil {
		t.Errorf("the advice does not work: %v", err)
	}
	s.expectLeft()
}

// TestOneRowMeetsTwoAndAnotherNone does it without a fault of the service: the
// realm changes between the look and the command.
func TestOneRowMeetsTwoAndAnotherNone(t *testing.T) {
	s := newSimulated(t, "plain", "wc-delete-several-all")
	targets := []Identity{s.put("ann@example.com", ""), s.put("bob@example.com", "")}
	s.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Act, Do: func() {
		s.put("ann@example.com", "Ann")
		s.rename(targets[1].SubscriberID, "bob@elsewhere.example.com")
	}})
	outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{}), nil)
	if got := results(outcomes); got != "deleted unclear" || !strings.Contains(outcomes[1].Err.Error(), "bob@elsewhere.example.com") {
		t.Errorf("results %s: %v", got, outcomes[1].Err)
	}
	s.expectLeft(targets[1])
}

// TestOneLookProvesADeleteOfMany counts requests: a look for each command, and
// one before the first.
func TestOneLookProvesADeleteOfMany(t *testing.T) {
	for _, realm := range []string{"plain", "keyed"} {
		const many, each = 40, 10
		s := newSimulated(t, realm)
		s.client.batchSize = each
		targets := s.numbered(many)
		read := map[string]string{"plain": "find", "keyed": "detail"}[realm]
		if got := results(s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil)); got != strings.TrimSpace(strings.Repeat("deleted ", many)) {
			t.Errorf("%s: %s", realm, got)
		}
		s.expectLeft()
		for command, want := range map[string]int{read: many, "delete": many / each, "show_optglobal": many/each + 1} {
			s.expectCount(command, want)
		}
		if all := len(s.exchange.Log.Entries()); all != many+many/each+many/each+1+1 {
			t.Errorf("%s: %d requests", realm, all)
		}
	}
}

// TestAnOptoutThatProvesNothing: the address of the one that was missed is, or
// will be, among the opt-outs all the same. What is not proved by them is looked
// up, so that everybody else is known to be gone.
func TestAnOptoutThatProvesNothing(t *testing.T) {
	const many = 4
	refuse := func(body string) func(*simulated, Identity) Identity {
		return func(s *simulated, _ Identity) Identity {
			s.exchange.Faults.Add(traffic.Fault{Operation: "show_optglobal", Kind: traffic.Replace, Body: body, Count: -1})
			return s.put("other@example.com", "Vic")
		}
	}
	for name, test := range map[string]struct {
		realm, dialect string
		options        Deletion
		// prepare makes the circumstances, and says who is met in place of missed.
		prepare func(s *simulated, missed Identity) Identity
	}{
		"it opted out before": {"plain", "", Deletion{Verify: true}, func(s *simulated, missed Identity) Identity {
			if err := s.service.OptOut(s.realm, missed.Email, 0); err != nil {
				s.Fatal(err)
			}
			return s.put("other@example.com", "Vic")
		}},
		"another on the address goes": {"plain", "", Deletion{Verify: true}, func(s *simulated, missed Identity) Identity {
			return s.put(missed.Email, "Vic")
		}},
		"another on the address goes, unseen": {"plain", "", Deletion{}, func(s *simulated, missed Identity) Identity {
			return s.put(missed.Email, "Vic")
		}},
		"another key on the address goes": {"keyed", "", Deletion{Verify: true}, func(s *simulated, missed Identity) Identity {
			return s.put(missed.Email, "Vic")
		}},
		"the opt-out of an earlier delete shows late": {"plain", "wc-stale-reads", Deletion{Verify: true}, func(s *simulated, missed Identity) Identity {
			if err := s.client.DeleteOne(s.Context(), Deletion{Identity: s.put(missed.Email, "Sibling"), Verify: true}).Err; err != nil {
				s.Fatal(err)
			}
			other := s.put("other@example.com", "Vic")
			s.settle(missed.Email)
			return other
		}},
		"the query is refused":      {"plain", "", Deletion{Verify: true}, refuse("FAILURE: not for you")},
		"opt-outs show late":        {"plain", "", Deletion{Verify: true}, refuse("")},
		"the answer makes no sense": {"plain", "", Deletion{Verify: true}, refuse("<html>")},
	} {
		t.Run(name, func(t *testing.T) {
			for _, astray := range []bool{true, false} {
				s := newSimulated(t, test.realm, test.dialect)
				targets := s.numbered(many)
				missed := targets[many-1]
				other := test.prepare(s, missed)
				want, left := "deleted deleted deleted deleted", []Identity{other}
				if astray {
					s.astray("delete", other)
					want, left = "deleted deleted deleted unclear", []Identity{missed}
				}
				if got := results(s.client.Delete(t.Context(), deletions(targets, test.options), nil)); got != want {
					t.Errorf("astray is %t: %s", astray, got)
				}
				s.expectLeft(left...)
				if s.exchange.Log.Count("show_optglobal") > 3 {
					t.Errorf("the opt-outs were asked for %d times", s.exchange.Log.Count("show_optglobal"))
				}
			}
		})
	}
}

// rename changes the address of a contact in the service itself.
func (s *simulated) rename(id int64, email string) {
	s.Helper()
	if err := s.service.ChangeContact(s.realm, id, func(c *simulator.Contact) { c.Email = email }); err != nil {
		s.Error(err)
	}
}

// settle reads until the next search of an address is not behind, and the next
// query but one of the opt-outs.
func (s *simulated) settle(email string) {
	s.Helper()
	for range 2 {
		if _, err := s.client.Find(s.Context(), email, nil); err != nil {
			s.Error(err)
		}
	}
	if _, err := s.client.OptedOut(s.Context(), email, 0, 30); err != nil {
		s.Error(err)
	}
}

// TestBeforeGetsWhatWasRead: nothing is read without need, and what was read is
// the contact that the command then deletes.
func TestBeforeGetsWhatWasRead(t *testing.T) {
	for name, test := range map[string]struct {
		realm   string
		contact func(Identity) Identity
		options Deletion
		reads   string // before the command
		seen    string // of the last name and the city, both of which are stored
	}{
		"named":                  {"plain", nil, Deletion{}, "", ""},
		"named, verified":        {"plain", nil, Deletion{Verify: true}, "find", "Doe"},
		"named, whole":           {"plain", nil, Deletion{Whole: true}, "detail", "Doe Rome"},
		"verified and whole":     {"plain", nil, Deletion{Verify: true, Whole: true}, "find detail", "Doe Rome"},
		"by id":                  {"plain", nil, Deletion{WithoutOptout: true}, "", ""},
		"by id, whole":           {"plain", nil, Deletion{WithoutOptout: true, Whole: true}, "detail", "Doe Rome"},
		"without id":             {"plain", func(i Identity) Identity { i.SubscriberID = 0; return i }, Deletion{}, "find", "Doe"},
		"without id, by id":      {"plain", func(i Identity) Identity { i.SubscriberID = 0; return i }, Deletion{WithoutOptout: true}, "find", "Doe"},
		"by key":                 {"keyed", nil, Deletion{}, "", ""},
		"by key, verified":       {"keyed", nil, Deletion{Verify: true}, "detail", "Doe Rome"},
		"its key is not known":   {"keyed", func(i Identity) Identity { i.CustomerKey = ""; return i }, Deletion{}, "detail", "Doe Rome"},
		"in another letter case": {"plain", func(i Identity) Identity { i.Email = strings.ToUpper(i.Email); return i }, Deletion{Whole: true}, "detail", "Doe Rome"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSimulated(t, test.realm)
			contact := s.put("jane@example.com", "Jane")
			named := contact
			if test.contact != nil {
				named = test.contact(contact)
			}
			calls := 0
			test.options.Identity = named
			test.options.Before = func(_ context.Context, current Contact) error {
				calls++
				var reads []string
				for _, entry := range s.exchange.Log.Entries() {
					if slices.Contains([]string{"find", "detail"}, entry.Operation) {
						reads = append(reads, entry.Operation)
					}
				}
				if got := strings.Join(reads, " "); got != test.reads {
					t.Errorf("read was %q, want %q", got, test.reads)
				}
				if got := strings.TrimSpace(current.Values["last"] + " " + current.Values["city"]); got != test.seen || current.SubscriberID != contact.SubscriberID {
					t.Errorf("Before got contact %d with %q, want %d with %q", current.SubscriberID, got, contact.SubscriberID, test.seen)
				}
				if test.reads != "" && current.Email != contact.Email {
					t.Errorf("Before got %s", current.Email)
				}
				return nil
			}
			if outcome := s.client.DeleteOne(t.Context(), test.options); outcome.Err != nil || calls != 1 {
				t.Errorf("%+v, Before was called %d times", outcome, calls)
			}
			for _, entry := range s.exchange.Log.Entries() {
				if entry.Operation == "delete" && test.reads != "" && entry.Rows[0]["email"] != contact.Email {
					t.Errorf("the command names %v", entry.Rows)
				}
			}
			s.expectLeft()
		})
	}
}

// TestWhatWasReadForTheJournalIsWhatGoes: a contact that has become another is
// kept, also when nothing but the journal has read it.
func TestWhatWasReadForTheJournalIsWhatGoes(t *testing.T) {
	s := newSimulated(t, "plain")
	jane := s.put("jane@example.com", "Jane")
	s.rename(jane.SubscriberID, "jane@elsewhere.example.com")
	other := s.put("jane@example.com", "Jane") // whom the command would meet
	outcome := s.client.DeleteOne(t.Context(), Deletion{Identity: jane, Whole: true, Before: func(_ context.Context, current Contact) error {
		t.Errorf("Before got %+v", current)
		return nil
	}})
	expectAs[*ChangedError](t, outcome.Err, apierror.Refused)
	s.expectLeft(jane, other)
}
