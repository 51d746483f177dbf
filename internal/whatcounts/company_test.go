package whatcounts

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/batch"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// together makes n calls at once, each of which begins with a search, and
// returns their errors.
func together(s *simulated, n int, do func(i int) error) []error {
	return togetherAfter(s, "find", n, do)
}

// togetherAfter is together for calls that begin with another query. However
// slow the machine is, they find each other: the first query of none is
// answered before all of them are under way.
func togetherAfter(s *simulated, query string, n int, do func(i int) error) []error {
	s.client.shared = batch.New[companyKey](batch.Config{Limit: DefaultBatchSize, Grace: grace, Patience: 2 * time.Second}, s.client.ship)
	var begun sync.WaitGroup
	begun.Add(n)
	s.exchange.Faults.Add(ledger.Fault{Operation: query, Kind: ledger.Act, Count: n, Do: func() { begun.Done(); begun.Wait() }})
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = do(i) })
	}
	group.Wait()
	return errs
}

// person is one of several contacts in a test.
func person(i int, realm string) Contact {
	return Contact{
		Email: fmt.Sprintf("user%d@example.com", i), FirstName: fmt.Sprint("User ", i), CustomerKey: keyIn(realm, fmt.Sprint("K-", i)),
		Fields: map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}},
	}
}

// outcomeOf is an error as far as a person is concerned: what the service said
// of this contact, without the totals of whoever was sent along.
func outcomeOf(err error) string {
	if err == nil {
		return "done"
	}
	return err.Error()
}

// troubles are contacts that cannot be added, and why.
var troubles = map[int]string{1: "opted out of the list", 3: "opted out globally", 4: "a bad address"}

func addTroubled(s *simulated, i int) error {
	contact := person(i, s.realm)
	if i == 4 {
		contact.Email = "foobar"
	}
	_, err := s.client.CreateContact(s.Context(), NewContact{Contact: contact})
	return err
}

func newTroubled(t *testing.T, realm, dialect string) *simulated {
	s := newSimulated(t, realm, dialect)
	for i, list := range map[int]int64{1: 5, 3: 0} {
		if err := s.service.OptOut(realm, person(i, realm).Email, list); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestEachGetsTheVerdictItWouldGetAloneUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		const many = 6
		alone, company := newTroubled(t, realm, dialect), newTroubled(t, realm, dialect)
		alone.client.batchSize = 1
		want := make([]error, many)
		for i := range many {
			want[i] = addTroubled(alone, i)
		}
		got := together(company, many, func(i int) error { return addTroubled(company, i) })
		for i := range many {
			if outcomeOf(got[i]) != outcomeOf(want[i]) {
				t.Errorf("%d (%s): in company %s\nalone %s", i, troubles[i], outcomeOf(got[i]), outcomeOf(want[i]))
			}
			if (got[i] == nil) != (troubles[i] == "") {
				t.Errorf("%d (%s): %v", i, troubles[i], got[i])
			}
		}
		if sent := company.exchange.Log.Entries(); !slices.ContainsFunc(sent, func(e ledger.Entry) bool { return e.Operation == "sub" && len(e.Rows) == many }) {
			t.Errorf("no sub has %d rows", many)
		}
		if left := company.service.Contacts(realm); len(left) != many-len(troubles) {
			t.Errorf("there are %v", left)
		}
	})
}

func TestALifeInCompanyUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		const many = 4
		s := newSimulated(t, realm, dialect)
		contacts := make([]Contact, many)
		step := func(name string, do func(i int) error) {
			t.Helper()
			query := "find"
			if name == "delete" && realm == "keyed" {
				query = "detail" // which shows keys
			}
			for i, err := range togetherAfter(s, query, many, do) {
				if err != nil {
					t.Errorf("%s %d: %v", name, i, err)
				}
			}
		}
		step("create", func(i int) error {
			contact := person(i, realm)
			contact.Subscriptions = []Subscription{{5, HTML}, {7, Text}}
			created, err := s.client.CreateContact(t.Context(), NewContact{Contact: contact})
			contact.SubscriberID = created.SubscriberID
			contacts[i] = contact
			if !slices.Equal(created.Subscribed, []int64{5, 7}) {
				return fmt.Errorf("%+v (%w)", created, err)
			}
			return err
		})
		change := func(name string, to func(*Contact)) {
			step(name, func(i int) error {
				wanted := contacts[i].clone()
				to(&wanted)
				_, _, err := s.client.UpdateContact(t.Context(), contacts[i], wanted, UpdateOptions{})
				contacts[i] = wanted
				return err
			})
		}
		change("values", func(wanted *Contact) { wanted.Fields["last"] = "Smith" })
		change("lists", func(wanted *Contact) { wanted.Subscriptions = []Subscription{{5, HTML}} })
		change("lists again", func(wanted *Contact) { wanted.Subscriptions = []Subscription{{5, HTML}, {7, HTML}} })
		step("unsubscribe", func(i int) error { return s.client.Unsubscribe(t.Context(), contacts[i], []int64{7}) })
		for i, contact := range contacts {
			s.expectStored(contact.SubscriberID, fmt.Sprintf("user%d@example.com/User %d/%s fields map[last:Smith] custom map[] lists [5 as html]", i, i, contact.CustomerKey))
		}
		step("delete", func(i int) error { return s.client.DeleteContact(t.Context(), contacts[i], DeleteCheck{Verify: true}) })
		if left := s.service.Contacts(realm); len(left) != 0 {
			t.Errorf("left are %v", left)
		}
		if optouts := s.service.Optouts(realm); len(optouts) != many {
			t.Errorf("opt-outs are %v", optouts)
		}
		short := dialect == "wc-sub-text-short" || dialect == "wc-unsub-text-short" // tell nothing of each
		for command, want := range map[string]int{"sub": 3, "update": 1, "unsub": 2, "delete": 1} {
			if got := s.exchange.Log.Count(command); got != want && !short {
				t.Errorf("%s was sent %d times, want %d", command, got, want)
			}
		}
	})
}

func TestVerificationAndJournalStayPerContactInCompany(t *testing.T) {
	s := newSimulated(t, "plain")
	contacts := s.numbered(4)
	stop := errors.New("the disk is full")
	var mu sync.Mutex
	var seen []string
	contacts[2].FirstName = "Somebody else" // as state has it
	errs := together(s, 4, func(i int) error {
		return s.client.DeleteContact(t.Context(), contacts[i], DeleteCheck{Verify: true, Before: func(current Contact) error {
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, current.Email)
			if s.exchange.Log.Count("delete") != 0 {
				t.Error("Before came after the delete")
			}
			if i == 1 {
				return stop
			}
			return nil
		}})
	})
	var changed *ChangedError
	if errs[0] != nil || !errors.Is(errs[1], stop) || !errors.As(errs[2], &changed) || errs[3] != nil {
		t.Errorf("%v", errs)
	}
	slices.Sort(seen)
	if got := strings.Join(seen, " "); got != "user0@example.com user1@example.com user3@example.com" {
		t.Errorf("Before got %s", got)
	}
	if left := s.service.Contacts("plain"); len(left) != 2 || s.exchange.Log.Count("delete") != 1 {
		t.Errorf("left are %v", left)
	}
}

func TestABatchSizeOfOneSendsEveryRowByItself(t *testing.T) {
	s := newSimulated(t, "plain")
	client, err := New(Config{Endpoint: s.client.endpoint, Realm: "plain", Password: testPassword, BatchSize: 1})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 5 {
		group.Go(func() {
			if _, err := client.CreateContact(t.Context(), NewContact{Contact: person(i, "plain")}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := s.exchange.Log.Count("sub"); got != 5 {
		t.Errorf("sub was sent %d times", got)
	}
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	s := newSimulated(t, "plain")
	before := runtime.NumGoroutine()
	for i, err := range together(s, 20, func(i int) error {
		_, err := s.client.CreateContact(t.Context(), NewContact{Contact: person(i, "plain")})
		return err
	}) {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	stacks := make([]byte, 1<<20)
	for range 100 {
		stacks = stacks[:runtime.Stack(stacks[:cap(stacks)], true)]
		if !strings.Contains(string(stacks), "internal/batch.") {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines before, now:\n%s", before, stacks)
}
