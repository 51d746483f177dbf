package whatcounts

import (
	"context"
	"errors"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
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
