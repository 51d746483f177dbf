package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// spent is how often each command was sent since the last call.
func (s *simulated) spent() map[string]int {
	counts := make(map[string]int)
	for _, e := range s.exchange.Log.Entries() {
		counts[e.Operation]++
		counts["all"]++
	}
	s.exchange.Log.Reset()
	return counts
}

// expectSpent fails where more was sent than the budget has.
func (s *simulated) expectSpent(step string, budget map[string]int) {
	s.Helper()
	spent := s.spent()
	for command, most := range budget {
		if spent[command] > most {
			s.Errorf("%s: %s was sent %d times, want at most %d (%v)", step, command, spent[command], most, spent)
		}
	}
}

// expectDone fails where an outcome is an error.
func expectDone(t testing.TB, step string, outcomes []Outcome) {
	t.Helper()
	for i, outcome := range outcomes {
		if outcome.Err != nil || len(outcome.Pending) > 0 || outcome.Unread != nil {
			t.Fatalf("%s %d: %+v", step, i, outcome)
		}
	}
}

func identities(outcomes []Outcome) []Identity {
	all := make([]Identity, len(outcomes))
	for i, outcome := range outcomes {
		all[i] = outcome.Contact.Identity
	}
	return all
}

func TestALifeOfAThousandInFewRequests(t *testing.T) {
	t.Parallel()
	const many = 1000
	s := newSimulated(t, "plain")
	contacts := people(many, "plain")
	for i := range contacts {
		contacts[i].Subscriptions = []Subscription{{5, HTML}, {7, Text}}
		contacts[i].Values["custom_plan"] = "gold"
	}
	var progress []int
	added := s.client.Add(t.Context(), contacts, AllOrNothing(), OnProgress(func(done, total int) {
		if progress = append(progress, done); total != many {
			t.Errorf("progress is %d of %d", done, total)
		}
	}))
	expectDone(t, "add", added)
	if len(progress) < 2 || progress[len(progress)-1] != many {
		t.Errorf("progress was %v", progress)
	}
	// Pages of two lists, two commands for each, the opt-outs, the realm, and what
	// the first ten find out about the custom field.
	s.expectSpent("add", map[string]int{"find": many, "rpt_subscribers_in_list": 10, "sub": 4, "detail": mostAtOnce, "show_optglobal": 1, "show_opt": 2, "getrealmsettings": 1})
	s.expectStored(added[7].Contact.SubscriberID, "user7@example.com/User 7/ fields map[last:Doe] custom map[plan:gold] lists [5 as html 7 as text]")

	members, err := s.client.ManyMembers(t.Context(), 5, many, 0)
	if err != nil || !members.Complete || len(members.Rows) != many {
		t.Errorf("%d members, complete is %t (%v)", len(members.Rows), members.Complete, err)
	}
	s.expectSpent("members", map[string]int{"all": 5})

	leaving := make([]Managed, many)
	for i := range leaving {
		leaving[i] = on(added[i].Contact.Managed(), 7)
	}
	expectDone(t, "unsubscribe", s.client.Unsubscribe(t.Context(), leaving))
	s.expectSpent("unsubscribe", map[string]int{"all": 5 + 2 + 1})

	called := 0
	deleted := s.client.Delete(t.Context(), deletions(identities(added), Deletion{Verify: true, Before: func(_ context.Context, current Contact) error {
		if called++; !current.On(5) || current.SubscriberID == 0 {
			return errors.New("it was not read")
		}
		return nil
	}}), nil, OnLists(5))
	expectDone(t, "delete", deleted)
	s.expectSpent("delete", map[string]int{"all": 5 + 2 + 2 + 1})
	if left := s.service.Contacts("plain"); len(left) != 0 || called != many {
		t.Errorf("%d contacts are left, Before was called %d times", len(left), called)
	}
}

func TestASetIsAddedAsAWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	contacts := people(8, "plain")
	s.put("user1@example.com", "User 1")
	s.put("user2@example.com", "USER 2")
	if err := errors.Join(s.service.OptOut("plain", "user3@example.com", 0), s.service.OptOut("plain", "user4@example.com", 5)); err != nil {
		t.Fatal(err)
	}
	contacts[5].FirstName = "a,b"
	contacts = append(contacts, contacts[6])
	contacts[8].FirstName = "user 6"
	outcomes := s.client.Add(t.Context(), contacts, AllOrNothing(), OnProgress(func(done, _ int) { t.Errorf("%d are done", done) }))
	for i, outcome := range outcomes {
		var held *HeldBackError
		if stands := i >= 1 && i <= 5 || i == 8; errors.As(outcome.Err, &held) == stands || outcome.Sent || outcome.Contact.SubscriberID != 0 {
			t.Errorf("%d: %+v", i, outcome)
		}
		if held != nil && !apierror.Is(outcome.Err, apierror.NotSent) {
			t.Errorf("%d: %v", i, outcome.Err)
		}
	}
	expectAs[*ExistsError](t, outcomes[1].Err, apierror.Conflict)
	expectAs[*ExistsError](t, outcomes[2].Err, apierror.Conflict)
	expectAs[*OptedOutError](t, outcomes[3].Err, apierror.Refused)
	expectAs[*OptedOutError](t, outcomes[4].Err, apierror.Refused)
	expectAs[*ExistsError](t, outcomes[8].Err, apierror.Conflict)
	s.expectCount("sub", 0)
	if left := s.service.Contacts("plain"); len(left) != 2 {
		t.Errorf("there are %v", left)
	}
	contacts = contacts[6:8]
	contacts = append(contacts, NewContact{Managed: person(3, "plain"), ForceSub: true})
	expectDone(t, "without them", s.client.Add(t.Context(), contacts, AllOrNothing()))
}

// TestASetIsReadInFullForTheJournal: pages show who a contact is, and not all of
// it; each is then read right before its command.
func TestASetIsReadInFullForTheJournal(t *testing.T) {
	t.Parallel()
	const many = 60
	s := newSimulated(t, "plain")
	s.client.batchSize = 20
	var seen []Contact
	targets := s.numbered(many)
	s.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Act, Do: func() {
		if len(seen) != 20 || s.exchange.Log.Count("detail") != 20 {
			t.Errorf("%d contacts were read for the first command of 20, Before was called %d times", s.exchange.Log.Count("detail"), len(seen))
		}
	}})
	expectDone(t, "delete", s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true, Whole: true, Before: func(_ context.Context, current Contact) error {
		seen = append(seen, current)
		return nil
	}}), nil, OnLists(5)))
	for i, contact := range seen {
		if contact.SubscriberID != targets[i].SubscriberID || contact.Values["city"] != "Rome" || !contact.On(5) {
			t.Errorf("%d: Before got %+v", i, contact)
		}
	}
	s.expectSpent("delete", map[string]int{"detail": many, "find": 0, "delete": 3, "rpt_subscribers_in_list": 2, "show_optglobal": 2})
	s.expectLeft()
}

func TestASetIsDeletedByID(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	targets := s.numbered(50)
	nameless := s.put("nameless@example.com", "")
	for range 30 {
		targets = append(targets, nameless)
	}
	for i := 51; i < len(targets); i++ {
		targets[i] = s.put(fmt.Sprintf("nameless%d@example.com", i), "")
	}
	if err := s.service.ChangeContact("plain", targets[3].SubscriberID, func(c *simulator.Contact) { c.First = "Janet" }); err != nil {
		t.Fatal(err)
	}
	reports := 0
	outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true, WithoutOptout: true}), func(int, int) { reports++ }, OnLists(5))
	expectAs[*ChangedError](t, outcomes[3].Err, apierror.Refused)
	expectDone(t, "delete", slices.Delete(outcomes, 3, 4))
	s.expectSpent("delete", map[string]int{"find": 1, "detail": 1, "deletesubid": 79, "delete": 0, "rpt_subscribers_in_list": 2, "show_optglobal": 2})
	s.expectLeft(targets[3])
	if reports > 4 {
		t.Errorf("progress was reported %d times", reports)
	}
}

// TestASetWithSharedAddresses: contacts that share an address go one after the
// other, and a later one is not taken for an earlier one.
func TestASetWithSharedAddresses(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	contacts := people(60, "plain")
	for i := range contacts {
		contacts[i].Email = fmt.Sprintf("user%d@example.com", i/2)
	}
	contacts[10].FirstName = "" // the first on its address
	added := s.client.Add(t.Context(), contacts, AllOrNothing())
	expectDone(t, "add", added)
	for i, outcome := range added {
		if stored, _ := s.service.Contact("plain", outcome.Contact.SubscriberID); stored.First != contacts[i].FirstName || !strings.EqualFold(stored.Email, contacts[i].Email) {
			t.Errorf("%d: %+v is %+v", i, outcome.Contact, stored)
		}
	}
	targets := identities(added)
	for i, outcome := range s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil, OnLists(5)) {
		if outcome.Err != nil {
			t.Errorf("%d: %v", i, outcome.Err)
		}
	}
	s.expectLeft()

	// One without a first name cannot come second.
	contacts[10].FirstName, contacts[11].FirstName = contacts[11].FirstName, ""
	for i := range contacts {
		contacts[i].ForceSub = true
	}
	s.spent()
	outcomes := s.client.Add(t.Context(), contacts, AllOrNothing())
	expectAs[*AmbiguousError](t, outcomes[11].Err, apierror.Refused)
	s.expectSpent("add", map[string]int{"sub": 0})
}

// TestAnOutageEndsTheLookEarly: nothing will be sent in any case.
func TestAnOutageEndsTheLookEarly(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	s.exchange.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.StatusBefore, Status: 503, Skip: 20, Count: -1})
	outcomes := s.client.Add(t.Context(), people(500, "plain"), AllOrNothing())
	held := 0
	for i, outcome := range outcomes {
		var heldBack *HeldBackError
		if errors.As(outcome.Err, &heldBack) {
			held++
		} else if !apierror.Is(outcome.Err, apierror.Uncertain) {
			t.Errorf("%d: %v", i, outcome.Err)
		}
	}
	if held < 480 {
		t.Errorf("%d are held back", held)
	}
	s.expectSpent("add", map[string]int{"find": 20 + 3*mostAtOnce, "sub": 0})
}
