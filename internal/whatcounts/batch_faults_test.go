package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

func TestEveryFaultOfASharedCommandLeavesTheRightState(t *testing.T) {
	const many = 4
	faults := map[string]traffic.Fault{
		"status before": {Kind: traffic.StatusBefore, Status: 500}, "status after": {Kind: traffic.StatusAfter, Status: 500},
		"cut before": {Kind: traffic.CutBefore}, "cut after": {Kind: traffic.CutAfter}, "empty after": {Kind: traffic.EmptyAfter},
		"truncated": {Kind: traffic.Truncate}, "a page": {Kind: traffic.Replace, Body: "<html>Maintenance</html>"},
		"no counts": {Kind: traffic.Replace, Body: "SUCCESS: whatever"}, "a refusal": {Kind: traffic.Replace, Body: "FAILURE: one of them is no good"},
		"half of them":    {Kind: traffic.Replace, Body: "SUCCESS: Total Records Processed 4, Total Subscriptions 2, Records Added 2, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 2"},
		"half updated":    {Kind: traffic.Replace, Body: "SUCCESS: 4 record(s) processed. 2 users updated."},
		"half deleted":    {Kind: traffic.Replace, Body: "SUCCESS: 4 record(s) procesed. 2 users deleted"},
		"none deleted":    {Kind: traffic.Replace, Body: "SUCCESS: 4 record(s) procesed. 0 users deleted"},
		"half left":       {Kind: traffic.Replace, Body: "SUCCESS: 4 record(s) processed. 2 users unsubscribed from list(s) 5 (2 total contacts), Records Failed Other Error 0"},
		"some not done":   {Kind: traffic.Replace, Body: "SUCCESS: 4 record(s) processed. 2 users unsubscribed from list(s) 5 (2 total contacts), Records Failed Other Error 2"},
		"done, then half": {Kind: traffic.ActAfter, Do: func() {}},
	}
	for name, fault := range faults {
		for _, command := range []string{"sub", "update", "unsub", "delete"} {
			for _, retries := range []int{0, 2} {
				t.Run(fmt.Sprintf("%s/%s/%d retries", name, command, retries), func(t *testing.T) {
					t.Parallel()
					s := newSimulated(t, "plain")
					s.client.retries = retries
					fault := fault
					fault.Operation = command
					s.exchange.Faults.Add(fault)
					var contacts []Managed
					var changes []Change
					var identities []Identity
					check := func(step string, outcomes []Outcome) {
						t.Helper()
						for i, outcome := range outcomes {
							if outcome.Err != nil {
								t.Errorf("%s %d: %v", step, i, outcome.Err)
							}
						}
					}
					added := s.client.Add(t.Context(), people(many, "plain"))
					check("create", added)
					for i, outcome := range added {
						contact := person(i, "plain")
						contact.SubscriberID = outcome.Contact.SubscriberID
						wanted := clone(contact)
						wanted.Values["last"] = "Smith"
						contacts, identities = append(contacts, contact), append(identities, contact.Identity)
						changes = append(changes, Change{From: contact, To: wanted})
					}
					check("update", s.client.Update(t.Context(), changes))
					check("unsubscribe", s.client.Unsubscribe(t.Context(), contacts))
					for i, contact := range contacts {
						s.expectStored(contact.SubscriberID, fmt.Sprintf("user%d@example.com/User %d/ fields map[last:Smith] custom map[] lists []", i, i))
					}
					check("delete", s.client.Delete(t.Context(), deletions(identities, Deletion{Verify: true}), nil))
					if left := s.service.Contacts("plain"); len(left) != 0 {
						t.Errorf("left are %v", left)
					}
				})
			}
		}
	}
}

func TestMoreThanWasAskedForIsAnErrorForEverybody(t *testing.T) {
	answers := map[string]string{
		"update": "SUCCESS: 3 record(s) processed. 4 users updated.",
		"unsub":  "SUCCESS: 3 record(s) processed. 4 users unsubscribed from list(s) 5 (4 total contacts)",
		"delete": "SUCCESS: 3 record(s) procesed. 4 users deleted",
	}
	for command, answer := range answers {
		s := newSimulated(t, "plain")
		contacts := s.numbered(3)
		s.exchange.Faults.Add(traffic.Fault{Operation: command, Kind: traffic.Replace, Body: answer})
		var outcomes []Outcome
		switch command {
		case "update":
			var changes []Change
			for _, contact := range contacts {
				changes = append(changes, Change{From: on(Managed{Identity: contact}, 5), To: Managed{Identity: contact, Values: map[string]string{"last": "Smith"}, Subscriptions: []Subscription{{ListID: 5}}}})
			}
			outcomes = s.client.Update(t.Context(), changes)
		case "unsub":
			var leaving []Managed
			for _, contact := range contacts {
				leaving = append(leaving, on(Managed{Identity: contact}, 5))
			}
			outcomes = s.client.Unsubscribe(t.Context(), leaving)
		default:
			outcomes = s.client.Delete(t.Context(), deletions(contacts, Deletion{Verify: true}), nil)
		}
		for i, outcome := range outcomes {
			if err := outcome.Err; !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "4 contacts, where 3 were meant") || !strings.Contains(err.Error(), contacts[i].Email) {
				t.Errorf("%s %d: %v", command, i, err)
			}
		}
		s.expectCount(command, 1)
	}
}

func TestSomebodyElseAddsOneOfSeveralMeanwhile(t *testing.T) {
	s := newSimulated(t, "plain")
	s.exchange.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Act, Do: func() {
		if _, err := s.service.AddContact("plain", simulator.Contact{
			Email: "user1@example.com", First: "User 1", Fields: map[string]string{"city": "Rome"},
			Subscriptions: []simulator.Subscription{{ListID: 7, Format: 2}},
		}); err != nil {
			t.Error(err)
		}
	}})
	for i, outcome := range s.client.Add(t.Context(), people(3, "plain")) {
		var exists *ExistsError
		if i == 1 && (!errors.As(outcome.Err, &exists) || !exists.Changed || outcome.Contact.SubscriberID != 0) || i != 1 && outcome.Err != nil {
			t.Errorf("%d: %+v", i, outcome)
		}
	}
	s.expectCount("sub", 1)
}

func TestTheCredentialsAreTriedOnceForAll(t *testing.T) {
	s := newSimulated(t, "plain")
	s.exchange.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "Invalid credentials", Count: -1})
	for i, outcome := range s.client.Add(t.Context(), people(4, "plain")) {
		if !apierror.Is(outcome.Err, apierror.Unauthenticated) || !strings.Contains(outcome.Err.Error(), person(i, "plain").Email) {
			t.Errorf("%d: %v", i, outcome.Err)
		}
	}
	s.expectCount("sub", 1)
}

func TestOneCancelledCallerKnowsWhatBecameOfItsRow(t *testing.T) {
	s := newSimulated(t, "plain")
	ctx, cancel := context.WithCancel(t.Context())
	s.exchange.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Act, Do: cancel})
	for i, err := range together(s, 3, func(i int) error {
		own := t.Context()
		if i == 1 {
			own = ctx
		}
		outcome := s.client.AddOne(own, newPerson(i, "plain"))
		if outcome.Contact.SubscriberID == 0 {
			return fmt.Errorf("%+v", outcome)
		}
		return outcome.Err
	}) {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if len(s.service.Contacts("plain")) != 3 {
		t.Errorf("there are %v", s.service.Contacts("plain"))
	}
	s.expectCount("sub", 1)
}
