package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

func TestEveryFaultInCompanyLeavesTheRightState(t *testing.T) {
	const many = 4
	faults := map[string]ledger.Fault{
		"status before": {Kind: ledger.StatusBefore, Status: 500}, "status after": {Kind: ledger.StatusAfter, Status: 500},
		"cut before": {Kind: ledger.CutBefore}, "cut after": {Kind: ledger.CutAfter}, "empty after": {Kind: ledger.EmptyAfter},
		"truncated": {Kind: ledger.Truncate}, "a page": {Kind: ledger.Replace, Body: "<html>Maintenance</html>"},
		"no counts": {Kind: ledger.Replace, Body: "SUCCESS: whatever"}, "a refusal": {Kind: ledger.Replace, Body: "FAILURE: one of them is no good"},
		"half of them":    {Kind: ledger.Replace, Body: "SUCCESS: Total Records Processed 4, Total Subscriptions 2, Records Added 2, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 2"},
		"half updated":    {Kind: ledger.Replace, Body: "SUCCESS: 4 record(s) processed. 2 users updated."},
		"half deleted":    {Kind: ledger.Replace, Body: "SUCCESS: 4 record(s) procesed. 2 users deleted"},
		"none deleted":    {Kind: ledger.Replace, Body: "SUCCESS: 4 record(s) procesed. 0 users deleted"},
		"half left":       {Kind: ledger.Replace, Body: "SUCCESS: 4 record(s) processed. 2 users unsubscribed from list(s) 5 (2 total contacts), Records Failed Other Error 0"},
		"some not done":   {Kind: ledger.Replace, Body: "SUCCESS: 4 record(s) processed. 2 users unsubscribed from list(s) 5 (2 total contacts), Records Failed Other Error 2"},
		"done, then half": {Kind: ledger.ActAfter, Do: func() {}},
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
					contacts := make([]Contact, many)
					step := func(name string, do func(i int) error) {
						t.Helper()
						for i, err := range together(s, many, do) {
							if err != nil {
								t.Errorf("%s %d: %v", name, i, err)
							}
						}
					}
					step("create", func(i int) error {
						contact := person(i, "plain")
						created, err := s.client.CreateContact(t.Context(), NewContact{Contact: contact})
						contact.SubscriberID = created.SubscriberID
						contacts[i] = contact
						return err
					})
					step("update", func(i int) error {
						wanted := contacts[i].clone()
						wanted.Fields["last"] = "Smith"
						_, _, err := s.client.UpdateContact(t.Context(), contacts[i], wanted, UpdateOptions{})
						return err
					})
					step("unsubscribe", func(i int) error { return s.client.Unsubscribe(t.Context(), contacts[i], []int64{5}) })
					for i, contact := range contacts {
						s.expectStored(contact.SubscriberID, fmt.Sprintf("user%d@example.com/User %d/ fields map[last:Smith] custom map[] lists []", i, i))
					}
					step("delete", func(i int) error {
						return s.client.DeleteContact(t.Context(), contacts[i], DeleteCheck{Verify: true})
					})
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
		s.exchange.Faults.Add(ledger.Fault{Operation: command, Kind: ledger.Replace, Body: answer})
		for i, err := range together(s, 3, func(i int) error {
			switch contact := contacts[i]; command {
			case "update":
				wanted := contact.clone()
				wanted.Fields = map[string]string{"last": "Smith"}
				_, _, err := s.client.UpdateContact(t.Context(), contact, wanted, UpdateOptions{})
				return err
			case "unsub":
				return s.client.Unsubscribe(t.Context(), contact, []int64{5})
			default:
				return s.client.DeleteContact(t.Context(), contact, DeleteCheck{Verify: true})
			}
		}) {
			if !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "4 contacts, where 3 were meant") || !strings.Contains(err.Error(), contacts[i].Email) {
				t.Errorf("%s %d: %v", command, i, err)
			}
		}
		if got := s.exchange.Log.Count(command); got != 1 {
			t.Errorf("%s was sent %d times", command, got)
		}
	}
}

func TestSomebodyElseAddsOneOfSeveralMeanwhile(t *testing.T) {
	s := newSimulated(t, "plain")
	s.exchange.Faults.Add(ledger.Fault{Operation: "sub", Kind: ledger.Act, Do: func() {
		if _, err := s.service.AddContact("plain", simulator.Contact{
			Email: "user1@example.com", First: "User 1", Fields: map[string]string{"city": "Rome"},
			Subscriptions: []simulator.Subscription{{ListID: 7, Format: 2}},
		}); err != nil {
			t.Error(err)
		}
	}})
	for i, err := range together(s, 3, func(i int) error {
		_, err := s.client.CreateContact(t.Context(), NewContact{Contact: person(i, "plain")})
		return err
	}) {
		var exists *ExistsError
		if i == 1 && (!errors.As(err, &exists) || !exists.Changed) || i != 1 && err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
	if got := s.exchange.Log.Count("sub"); got != 1 {
		t.Errorf("sub was sent %d times", got)
	}
}

func TestTheCredentialsAreTriedOnceInCompany(t *testing.T) {
	s := newSimulated(t, "plain")
	s.exchange.Faults.Add(ledger.Fault{Operation: "sub", Kind: ledger.Replace, Body: "Invalid credentials", Count: -1})
	for i, err := range together(s, 4, func(i int) error {
		_, err := s.client.CreateContact(t.Context(), NewContact{Contact: person(i, "plain")})
		return err
	}) {
		if !apierror.Is(err, apierror.Unauthenticated) || !strings.Contains(err.Error(), person(i, "plain").Email) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if got := s.exchange.Log.Count("sub"); got != 1 {
		t.Errorf("sub was sent %d times", got)
	}
}

func TestOneCancelledCallerKnowsWhatBecameOfItsRow(t *testing.T) {
	s := newSimulated(t, "plain")
	ctx, cancel := context.WithCancel(t.Context())
	s.exchange.Faults.Add(ledger.Fault{Operation: "sub", Kind: ledger.Act, Do: cancel})
	created := make([]Created, 3)
	for i, err := range together(s, 3, func(i int) (err error) {
		own := t.Context()
		if i == 1 {
			own = ctx
		}
		created[i], err = s.client.CreateContact(own, NewContact{Contact: person(i, "plain")})
		return err
	}) {
		if err != nil || created[i].SubscriberID == 0 {
			t.Errorf("%d: %+v (%v)", i, created[i], err)
		}
	}
	if got := s.exchange.Log.Count("sub"); got != 1 || len(s.service.Contacts("plain")) != 3 {
		t.Errorf("sub was sent %d times, there are %v", got, s.service.Contacts("plain"))
	}
}
