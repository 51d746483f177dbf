package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// together makes n calls at once for one contact each, which the client hands
// on as one batch however slow the machine is, and returns their errors.
func together(s *simulated, n int, do func(i int) error) []error {
	c := s.client
	batchOf(&c.additions, n)
	batchOf(&c.changes, n)
	batchOf(&c.deletions, n)
	batchOf(&c.unsubscriptions, n)
	errs := make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { errs[i] = do(i) })
	}
	group.Wait()
	return errs
}

func batchOf[T any](b *httpclient.Batcher[T, Outcome], n int) {
	b.Limit, b.Quiet, b.Longest = n, 5*time.Second, 5*time.Second
}

// person is one of several contacts in a test.
func person(i int, realm string) Managed {
	return Managed{
		Identity: Identity{Email: fmt.Sprintf("user%d@example.com", i), FirstName: fmt.Sprint("User ", i), CustomerKey: keyIn(realm, fmt.Sprint("K-", i))},
		Values:   map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}},
	}
}

func newPerson(i int, realm string) NewContact { return NewContact{Managed: person(i, realm)} }

// people are several of them.
func people(n int, realm string) []NewContact {
	var all []NewContact
	for i := range n {
		all = append(all, newPerson(i, realm))
	}
	return all
}

// expectCount fails unless a command was sent so often.
func (s *simulated) expectCount(command string, want int) {
	s.Helper()
	if got := s.exchange.Log.Count(command); got != want {
		s.Errorf("%s was sent %d times, want %d", command, got, want)
	}
}

// troubles are contacts that cannot be added, and why.
var troubles = map[int]string{1: "opted out of the list", 3: "opted out globally", 4: "a bad address"}

func newTroubled(t *testing.T, realm, dialect string) (*simulated, []NewContact) {
	s := newSimulated(t, realm, dialect)
	for i, list := range map[int]int64{1: 5, 3: 0} {
		if err := s.service.OptOut(realm, person(i, realm).Email, list); err != nil {
			t.Fatal(err)
		}
	}
	contacts := people(6, realm)
	contacts[4].Email = "foobar"
	return s, contacts
}

func TestEachGetsTheOutcomeItWouldGetAloneUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		alone, contacts := newTroubled(t, realm, dialect)
		alone.client.batchSize = 1
		shared, _ := newTroubled(t, realm, dialect)
		got := shared.client.Add(t.Context(), contacts)
		for i, contact := range contacts {
			want := alone.client.AddOne(t.Context(), contact)
			if fmt.Sprint(got[i].Err) != fmt.Sprint(want.Err) || (got[i].Err == nil) != (troubles[i] == "") || !slices.Equal(got[i].Pending, want.Pending) {
				t.Errorf("%d (%s): together %v\nalone %v", i, troubles[i], got[i].Err, want.Err)
			}
			if (got[i].Contact.SubscriberID != 0) != (got[i].Err == nil) {
				t.Errorf("%d: %+v", i, got[i])
			}
		}
		if sent := shared.exchange.Log.Entries(); !slices.ContainsFunc(sent, func(e traffic.Entry) bool { return e.Operation == "sub" && len(e.Rows) == len(contacts) }) {
			t.Errorf("no sub has %d rows", len(contacts))
		}
		if left := shared.service.Contacts(realm); len(left) != len(contacts)-len(troubles) {
			t.Errorf("there are %v", left)
		}
	})
}

func TestALifeOfASetUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		const many = 4
		s := newSimulated(t, realm, dialect)
		added := people(many, realm)
		contacts := make([]Managed, many)
		for i := range added {
			added[i].Subscriptions = []Subscription{{5, HTML}, {7, Text}}
			contacts[i] = added[i].Managed
		}
		check := func(step string, outcomes []Outcome) {
			t.Helper()
			for i, outcome := range outcomes {
				if outcome.Err != nil || len(outcome.Pending) != 0 {
					t.Errorf("%s %d: %+v", step, i, outcome)
				}
			}
		}
		outcomes := s.client.Add(t.Context(), added)
		check("create", outcomes)
		for i, outcome := range outcomes {
			contacts[i].SubscriberID = outcome.Contact.SubscriberID
			if lists := outcome.Contact.Managed().Lists(); !slices.Equal(lists, []int64{5, 7}) {
				t.Errorf("%d is on %v", i, lists)
			}
		}
		change := func(step string, to func(*Managed)) {
			changes := make([]Change, many)
			for i := range changes {
				changes[i] = Change{From: contacts[i], To: clone(contacts[i])}
				to(&changes[i].To)
				contacts[i] = changes[i].To
			}
			check(step, s.client.Update(t.Context(), changes))
		}
		change("values", func(wanted *Managed) { wanted.Values["last"] = "Smith" })
		change("lists", func(wanted *Managed) { wanted.Subscriptions = []Subscription{{5, HTML}} })
		change("lists again", func(wanted *Managed) { wanted.Subscriptions = []Subscription{{5, HTML}, {7, HTML}} })
		var leaving []Managed
		var identities []Identity
		for _, contact := range contacts {
			leaving, identities = append(leaving, on(contact, 7)), append(identities, contact.Identity)
		}
		check("unsubscribe", s.client.Unsubscribe(t.Context(), leaving))
		for i, contact := range contacts {
			s.expectStored(contact.SubscriberID, fmt.Sprintf("user%d@example.com/User %d/%s fields map[last:Smith] custom map[] lists [5 as html]", i, i, contact.CustomerKey))
		}
		check("delete", s.client.Delete(t.Context(), deletions(identities, Deletion{Verify: true}), nil))
		if left := s.service.Contacts(realm); len(left) != 0 {
			t.Errorf("left are %v", left)
		}
		if optouts := s.service.Optouts(realm); len(optouts) != many {
			t.Errorf("opt-outs are %v", optouts)
		}
		short := dialect == "wc-sub-text-short" || dialect == "wc-unsub-text-short" // tell nothing of each
		for command, want := range map[string]int{"sub": 3, "update": 1, "unsub": 2, "delete": 1} {
			if !short {
				s.expectCount(command, want)
			}
		}
	})
}

func TestCallersAtTheSameTimeShareTheirCommands(t *testing.T) {
	s := newSimulated(t, "plain")
	const many = 5
	contacts := make([]Managed, many)
	steps := []struct {
		command string
		do      func(i int) Outcome
	}{
		{"sub", func(i int) Outcome {
			outcome := s.client.AddOne(t.Context(), newPerson(i, "plain"))
			contacts[i] = person(i, "plain")
			contacts[i].SubscriberID = outcome.Contact.SubscriberID
			return outcome
		}},
		{"update", func(i int) Outcome {
			wanted := clone(contacts[i])
			wanted.Values["last"] = "Smith"
			return s.client.UpdateOne(t.Context(), Change{From: contacts[i], To: wanted})
		}},
		{"unsub", func(i int) Outcome { return s.client.UnsubscribeOne(t.Context(), contacts[i]) }},
		{"delete", func(i int) Outcome {
			return s.client.DeleteOne(t.Context(), Deletion{Identity: contacts[i].Identity, Verify: true})
		}},
	}
	for _, step := range steps {
		for i, err := range together(s, many, func(i int) error { return step.do(i).Err }) {
			if err != nil {
				t.Errorf("%s %d: %v", step.command, i, err)
			}
		}
		s.expectCount(step.command, 1)
	}
	for command, want := range map[string]int{"getrealmsettings": 1, "find": 5 * many, "detail": 2 * many, "show_optglobal": 2} {
		s.expectCount(command, want)
	}
}

// TestRealmsDoNotShareCommands changes contacts of two realms at the same time:
// each realm has its own afterwards, and nobody else's.
func TestRealmsDoNotShareCommands(t *testing.T) {
	s := newSimulated(t, "plain")
	other, err := New(Config{
		Endpoint: s.client.endpoint, Realm: "keyed", Password: testPassword,
		Consistency: s.client.consistency, QuietPeriod: 50 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	clients := map[string]*Client{"plain": s.client, "keyed": other}
	const each = 4
	var calls sync.WaitGroup
	outcomes := map[string][]Outcome{"plain": make([]Outcome, each), "keyed": make([]Outcome, each)}
	for i := range each {
		for realm, client := range clients {
			calls.Go(func() {
				contact := newPerson(i, realm)
				contact.Email = realm + contact.Email
				outcomes[realm][i] = client.AddOne(t.Context(), contact)
			})
		}
	}
	calls.Wait()
	for realm := range clients {
		stored := s.service.Contacts(realm)
		if len(stored) != each {
			t.Errorf("%s has %d contacts", realm, len(stored))
		}
		for _, contact := range stored {
			if !strings.HasPrefix(contact.Email, realm) {
				t.Errorf("%s has %s", realm, contact.Email)
			}
		}
		for i, outcome := range outcomes[realm] {
			if want := fmt.Sprintf("%suser%d@example.com", realm, i); outcome.Err != nil || outcome.Contact.Email != want {
				t.Errorf("%s, %d: %s (%v)", realm, i, outcome.Contact.Email, outcome.Err)
			}
		}
	}
}

func TestVerificationAndJournalStayPerContact(t *testing.T) {
	s := newSimulated(t, "plain")
	contacts := s.numbered(4)
	stop := errors.New("the disk is full")
	var seen []string
	contacts[2].FirstName = "Somebody else" // as state has it
	errs := together(s, 4, func(i int) error {
		// Without a lock of its own: the client calls it for one contact at a time.
		return s.client.DeleteOne(t.Context(), Deletion{Identity: contacts[i], Verify: true, Before: func(_ context.Context, current Contact) error {
			seen = append(seen, current.Email)
			s.expectCount("delete", 0)
			if i == 1 {
				return stop
			}
			return nil
		}}).Err
	})
	if errs[0] != nil || !errors.Is(errs[1], stop) || errs[3] != nil {
		t.Errorf("%v", errs)
	}
	expectAs[*ChangedError](t, errs[2], apierror.Refused)
	slices.Sort(seen)
	if got := strings.Join(seen, " "); got != "user0@example.com user1@example.com user3@example.com" {
		t.Errorf("Before got %s", got)
	}
	if left := s.service.Contacts("plain"); len(left) != 2 {
		t.Errorf("left are %v", left)
	}
	s.expectCount("delete", 1)
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
			if err := client.AddOne(t.Context(), newPerson(i, "plain")).Err; err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	s.expectCount("sub", 5)
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	s := newSimulated(t, "plain")
	for i, err := range together(s, 20, func(i int) error { return s.client.AddOne(t.Context(), newPerson(i, "plain")).Err }) {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	stacks := make([]byte, 1<<20)
	for range 100 {
		stacks = stacks[:runtime.Stack(stacks[:cap(stacks)], true)]
		if !strings.Contains(string(stacks), "httpclient.(*Batcher") {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("left are\n%s", stacks)
}
