package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// newPaged is a service whose client sends commands of ten rows.
func newPaged(t *testing.T) *simulated {
	t.Helper()
	s := newSimulated(t, "plain")
	s.client.batchSize = 10
	return s
}

// faultsOfAnswers are what can go wrong with a request.
var faultsOfAnswers = map[string]traffic.Fault{
	"status before": {Kind: traffic.StatusBefore, Status: 500}, "status after": {Kind: traffic.StatusAfter, Status: 500},
	"cut before": {Kind: traffic.CutBefore}, "cut after": {Kind: traffic.CutAfter}, "reset during": {Kind: traffic.ResetDuring},
	"empty after": {Kind: traffic.EmptyAfter}, "truncated": {Kind: traffic.Truncate}, "too long": {Kind: traffic.TooLong},
	"a page": {Kind: traffic.Replace, Body: "<html>Maintenance</html>"}, "a refusal": {Kind: traffic.Replace, Body: "FAILURE: not now"},
	"rows undone": {Kind: traffic.Partial, Rows: 3}, "credentials refused": {Kind: traffic.Replace, Body: "Invalid credentials"},
}

// TestEveryFaultOfASet: whatever goes wrong at any phase, once or for good,
// nobody is added twice, nobody is lost, nobody else is touched, and the next
// attempt completes what is left.
func TestEveryFaultOfASet(t *testing.T) {
	const many = 21
	for name, fault := range faultsOfAnswers {
		for _, command := range []string{"find", "sub", "sub to the second list", "delete", "rpt_subscribers_in_list", "show_optglobal", "show_opt", "detail"} {
			for _, times := range []int{1, -1} {
				// A query is repeated whatever went wrong on its way.
				isQuery := command != "sub" && command != "sub to the second list" && command != "delete"
				few := []string{"status before", "cut after", "a page"}
				if times < 0 && !slices.Contains(few, name) || isQuery && !slices.Contains(append(few, "a refusal", "credentials refused"), name) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%d", name, command, times), func(t *testing.T) {
					t.Parallel()
					s := newPaged(t)
					s.put("bystander@example.com", "By")
					fault := fault
					fault.Operation, fault.Count = command, times
					if command == "sub to the second list" {
						fault.Operation, fault.Skip = "sub", 3
					}
					s.exchange.Faults.Add(fault)
					contacts := people(many, "plain")
					for i := range contacts {
						contacts[i].Values["custom_plan"] = "gold"
						contacts[i].Subscriptions = []Subscription{{5, HTML}, {7, Text}}
					}
					known, unseen := make(map[string]Identity), make(map[string]bool)
					add := func() []Outcome {
						var missing []NewContact
						for _, contact := range contacts {
							if unseen[contact.Email] {
								known[contact.Email] = s.single(contact.Email)
							}
							if known[contact.Email].SubscriberID == 0 {
								missing = append(missing, contact)
							}
						}
						outcomes := s.client.Add(t.Context(), missing, AllOrNothing())
						for i, outcome := range outcomes {
							known[missing[i].Email] = outcome.Contact.Identity
							var mayBeThere *UnseenError
							unseen[missing[i].Email] = errors.As(outcome.Err, &mayBeThere)
							if outcome.Err == nil && outcome.Contact.SubscriberID == 0 || outcome.Contact.SubscriberID != 0 && !outcome.Sent || len(outcome.Pending) > 0 {
								t.Errorf("%d: %+v", i, outcome)
							}
						}
						return outcomes
					}
					add()
					s.settled(func() { expectDone(t, "add again", add()) })
					if stored := s.service.Contacts("plain"); len(stored) != many+1 {
						t.Fatalf("there are %d", len(stored))
					}
					s.exchange.Faults.Clear()
					s.exchange.Faults.Add(fault)
					var targets []Identity
					for _, contact := range contacts {
						targets = append(targets, known[contact.Email])
					}
					before := make(map[int64]int)
					remove := func() []Outcome {
						return s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true, Before: func(_ context.Context, current Contact) error {
							before[current.SubscriberID]++
							return nil
						}}), nil, OnLists(5))
					}
					for i, outcome := range remove() {
						_, there := s.service.Contact("plain", targets[i].SubscriberID)
						if outcome.Err == nil && there || !there && before[targets[i].SubscriberID] != 1 || before[targets[i].SubscriberID] > 1 {
							t.Errorf("%s: it is there: %t, Before was called %d times; %v", targets[i], there, before[targets[i].SubscriberID], outcome.Err)
						}
					}
					s.settled(func() { expectDone(t, "delete again", remove()) })
					if left := s.service.Contacts("plain"); len(left) != 1 {
						t.Errorf("left are %v", left)
					}
				})
			}
		}
	}
}

// settled does something once the service and the client are well again.
func (s *simulated) settled(do func()) {
	s.exchange.Faults.Clear()
	s.client.refusal.Store(nil)
	s.client.Forget()
	do()
}

// TestACancelledSetTellsWhatWasDone: what was added or deleted by then is
// known, although many commands were under way.
func TestACancelledSetTellsWhatWasDone(t *testing.T) {
	t.Parallel()
	const many = 150
	s := newPaged(t)
	ctx, cancel := context.WithCancel(t.Context())
	s.exchange.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Act, Skip: 6, Do: cancel})
	var targets []Identity
	for i, outcome := range s.client.Add(ctx, people(many, "plain"), AllOrNothing()) {
		stored := s.storedOn(person(i, "plain").Email)
		if len(stored) > 1 || (len(stored) == 1) != (outcome.Contact.SubscriberID != 0) || outcome.Err == nil && len(stored) == 0 {
			t.Errorf("%d: stored are %v; %+v", i, stored, outcome)
		}
		if len(stored) == 1 {
			targets = append(targets, outcome.Contact.Identity)
		}
	}
	if len(targets) == 0 || len(targets) == many {
		t.Errorf("%d of %d were added", len(targets), many)
	}
	for i := range many {
		targets = append(targets, s.put(fmt.Sprintf("more%d@example.com", i), "More"))
	}
	ctx, cancel = context.WithCancel(t.Context())
	s.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Act, Skip: 6, Do: cancel})
	gone := 0
	for i, outcome := range s.client.Delete(ctx, deletions(targets, Deletion{Verify: true}), nil, OnLists(5)) {
		_, there := s.service.Contact("plain", targets[i].SubscriberID)
		if there == (outcome.Err == nil) {
			t.Errorf("%d is there: %t; %v", i, there, outcome.Err)
		}
		if !there {
			gone++
		}
	}
	if gone == 0 || gone == len(targets) {
		t.Errorf("%d of %d were deleted", gone, len(targets))
	}
}

// storedOn are the contacts on an address.
func (s *simulated) storedOn(email string) []simulator.Contact {
	return slices.DeleteFunc(s.service.Contacts(s.realm), func(c simulator.Contact) bool { return c.Email != email })
}

// single is who is on an address, or nobody.
func (s *simulated) single(email string) Identity {
	s.Helper()
	rows, err := s.client.Find(s.Context(), email, nil)
	if err != nil || len(rows) > 1 {
		s.Errorf("on %s are %v (%v)", email, rows, err)
	}
	if len(rows) == 0 {
		return Identity{}
	}
	return rows[0].Identity
}

func TestASetUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		if realm == "keyed" {
			return // there are no pages for keys: see TestALifeOfASetUnderEveryDialect
		}
		const many = 21
		s := newSimulated(t, realm, dialect)
		s.client.batchSize = 10
		contacts := people(many, realm)
		for i := range contacts {
			contacts[i].Subscriptions = []Subscription{{5, HTML}, {7, Text}}
		}
		added := s.client.Add(t.Context(), contacts, AllOrNothing())
		expectDone(t, "add", added)
		leaving := make([]Managed, many)
		for i := range leaving {
			leaving[i] = on(Managed{Identity: added[i].Contact.Identity}, 7)
		}
		expectDone(t, "unsubscribe", s.client.Unsubscribe(t.Context(), leaving))
		for _, outcome := range added {
			if stored := s.stored(outcome.Contact.SubscriberID); !strings.HasSuffix(stored, "lists [5 as html]") {
				t.Errorf("stored is %s", stored)
			}
		}
		deleted := s.client.Delete(t.Context(), deletions(identities(added), Deletion{Verify: true, Written: true}), nil, OnLists(5, 7))
		expectDone(t, "delete", deleted)
		if left := s.service.Contacts(realm); len(left) != 0 {
			t.Errorf("left are %v", left)
		}
	})
}

func TestALongListIsNotReadForAFew(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	s.crowd(6_000)
	added := s.client.Add(t.Context(), people2(20), AllOrNothing())
	expectDone(t, "add", added)
	s.expectSpent("add", map[string]int{"find": 40, "rpt_subscribers_in_list": 2})
	expectDone(t, "delete", s.client.Delete(t.Context(), deletions(identities(added), Deletion{Verify: true}), nil, OnLists(5)))
	s.expectSpent("delete", map[string]int{"find": 20, "rpt_subscribers_in_list": 2, "detail": 0})
	if _, err := s.client.ManyMembers(t.Context(), 5, 30, 3_000); !errors.Is(err, ErrLongList) {
		t.Errorf("%v", err)
	}
	s.expectSpent("members", map[string]int{"all": 2})

	// Where the list is worth it, those of others on it are left alone. The
	// opt-outs of twenty addresses may be those of the deletes before.
	again := people2(100)
	for i := range again {
		again[i].ForceSub = true
	}
	added = s.client.Add(t.Context(), again, AllOrNothing())
	expectDone(t, "add", added)
	s.expectSpent("add", map[string]int{"find": 100, "rpt_subscribers_in_list": 2 + 30})
	expectDone(t, "delete", s.client.Delete(t.Context(), deletions(identities(added), Deletion{Verify: true}), nil, OnLists(5)))
	s.expectSpent("delete", map[string]int{"find": 0, "detail": 20, "rpt_subscribers_in_list": 2 * 32})
	if left := s.service.Contacts("plain"); len(left) != 6_000 {
		t.Errorf("%d are left", len(left))
	}
}

// people2 are people whom the crowd does not have.
func people2(n int) []NewContact {
	all := people(n, "plain")
	for i := range all {
		all[i].Email = "new-" + all[i].Email
	}
	return all
}

// TestWhoHasMovedIsLookedAtSingly: some of a set are not on the pages as
// expected, and each of them gets the outcome that it would get alone.
func TestWhoHasMovedIsLookedAtSingly(t *testing.T) {
	t.Parallel()
	s := newPaged(t)
	targets := s.numbered(40)
	change := func(i int, to func(*simulator.Contact)) {
		if err := s.service.ChangeContact("plain", targets[i].SubscriberID, to); err != nil {
			t.Fatal(err)
		}
	}
	change(3, func(c *simulator.Contact) { c.Subscriptions = nil })
	change(5, func(c *simulator.Contact) { c.Email = "other@example.com" })
	change(7, func(c *simulator.Contact) { c.First = "Janet" })
	if err := s.service.RemoveContact("plain", targets[9].SubscriberID); err != nil {
		t.Fatal(err)
	}
	shared := s.put(targets[11].Email, "Somebody else")
	targets[13].FirstName = "" // is "User 13", and has changed as well
	nameless, besideOthers := s.put("nameless@example.com", ""), s.put("both@example.com", "")
	other := s.put("both@example.com", "Other")
	targets = append(targets, nameless, besideOthers)
	outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil, OnLists(5))
	for i, outcome := range outcomes {
		switch i {
		case 5, 7, 13:
			expectAs[*ChangedError](t, outcome.Err, apierror.Refused)
		case 41:
			expectAs[*AmbiguousError](t, outcome.Err, apierror.Refused)
		default:
			if outcome.Err != nil || outcome.AlreadyGone != (i == 9) {
				t.Errorf("%d: %+v", i, outcome)
			}
		}
	}
	s.expectLeft(targets[5], targets[7], targets[13], shared, besideOthers, other)
}

// TestSomebodyLeavesWhilePagesAreRead: pages that do not meet prove no absence,
// and are read again.
func TestSomebodyLeavesWhilePagesAreRead(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	targets := s.numbered(600)
	leaves := func(id int64) traffic.Fault {
		return traffic.Fault{Operation: "rpt_subscribers_in_list", Kind: traffic.ActAfter, Do: func() {
			if err := s.service.RemoveContact("plain", id); err != nil {
				t.Error(err)
			}
		}}
	}
	s.exchange.Faults.Add(leaves(targets[0].SubscriberID))
	members, err := s.client.ManyMembers(t.Context(), 5, 0, 0) // the first page is read alone
	if err != nil || !members.Complete || len(members.Rows) != 599 {
		t.Errorf("%d members, complete is %t (%v)", len(members.Rows), members.Complete, err)
	}
	if slices.ContainsFunc(members.Rows, func(row Row) bool { return row.SubscriberID == targets[0].SubscriberID }) {
		t.Error("who has left is a member")
	}
}

// TestADeleteThatMeetsSomebodyElseOfASet: the row of one contact meets another on
// its address, who is on no list. The opt-out of the address appears, the totals
// add up, and the contact is still there.
func TestADeleteThatMeetsSomebodyElseOfASet(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain")
	targets := s.numbered(30)
	other, err := s.service.AddContact("plain", simulator.Contact{Email: targets[29].Email, First: "Vic"})
	if err != nil {
		t.Fatal(err)
	}
	s.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Astray, Body: "email,first^" + other.Email + ",Vic"})
	for i, outcome := range s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil, OnLists(5)) {
		_, there := s.service.Contact("plain", targets[i].SubscriberID)
		if there != (outcome.Err != nil) || there && !apierror.Is(outcome.Err, apierror.Uncertain) {
			t.Errorf("%d is there: %t; %v", i, there, outcome.Err)
		}
		if there != (i == 29) {
			t.Errorf("%d is there: %t", i, there)
		}
	}
}

// TestPagesThatNeverMeetProveNoAbsence: somebody leaves between any two pages.
func TestPagesThatNeverMeetProveNoAbsence(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"unsub", "delete"} {
		s := newSimulated(t, "plain")
		s.crowd(300)
		var targets []Identity
		for i := range 30 {
			targets = append(targets, s.put(fmt.Sprintf("new%d@example.com", i), "New"))
		}
		const pages = "rpt_subscribers_in_list"
		var one sync.Mutex // pages are asked for side by side
		gone, answered := int64(1000), 0
		leave := func() {
			one.Lock()
			defer one.Unlock()
			for s.exchange.Log.Count(pages) < answered { // the page before is being made
				time.Sleep(time.Millisecond)
			}
			answered++
			if gone++; s.service.RemoveContact("plain", gone) != nil {
				t.Error("nobody is left")
			}
		}
		s.exchange.Faults.Add(traffic.Fault{Operation: command, Kind: traffic.ActAfter, Do: func() {
			answered = s.exchange.Log.Count(pages)
			s.exchange.Faults.Add(traffic.Fault{Operation: pages, Kind: traffic.Act, Count: -1, Do: leave})
		}})
		if command == "delete" {
			expectDone(t, command, s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil, OnLists(5)))
		} else {
			var leaving []Managed
			for _, target := range targets {
				leaving = append(leaving, on(Managed{Identity: target}, 5))
			}
			expectDone(t, command, s.client.Unsubscribe(t.Context(), leaving))
		}
		if got := s.exchange.Log.Count("detail"); got != 30 {
			t.Errorf("%s: %d were looked at singly", command, got)
		}
	}
}

// TestPagesDoNotTellWhoElseIsOnAnAddress: a contact without a first name is
// looked at singly, and so is everybody in a realm with keys.
func TestPagesDoNotTellWhoElseIsOnAnAddress(t *testing.T) {
	t.Parallel()
	s := newSimulated(t, "plain", "wc-delete-several-all")
	var targets []Identity
	for i := range 25 {
		targets = append(targets, s.put(fmt.Sprintf("nameless%d@example.com", i), ""))
	}
	other, err := s.service.AddContact("plain", simulator.Contact{Email: targets[4].Email, First: "Vic"})
	if err != nil {
		t.Fatal(err)
	}
	outcomes := s.client.Delete(t.Context(), deletions(targets, Deletion{}), nil, OnLists(5))
	expectAs[*AmbiguousError](t, outcomes[4].Err, apierror.Refused)
	s.expectLeft(targets[4], Identity{SubscriberID: other.ID})

	s = newSimulated(t, "keyed")
	targets = s.numbered(25)
	if err := s.service.ChangeContact("keyed", targets[7].SubscriberID, func(c *simulator.Contact) { c.CustomerKey = "K-other" }); err != nil {
		t.Fatal(err)
	}
	outcomes = s.client.Delete(t.Context(), deletions(targets, Deletion{Verify: true}), nil, OnLists(5))
	expectAs[*ChangedError](t, outcomes[7].Err, apierror.Refused)
	s.expectLeft(targets[7])
}

// TestSomebodyElseAddsOneOfASetMeanwhile: the contact of somebody else is on the
// pages, and is not taken for the one that was to be added.
func TestSomebodyElseAddsOneOfASetMeanwhile(t *testing.T) {
	t.Parallel()
	s := newPaged(t)
	s.exchange.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Act, Do: func() {
		if _, err := s.service.AddContact("plain", simulator.Contact{
			Email: "user5@example.com", First: "User 5", Fields: map[string]string{"city": "Rome"},
			Subscriptions: []simulator.Subscription{{ListID: 5, Format: 2}},
		}); err != nil {
			t.Error(err)
		}
	}})
	outcomes := s.client.Add(t.Context(), people(30, "plain"), AllOrNothing())
	expectAs[*ExistsError](t, outcomes[5].Err, apierror.Conflict)
	if outcomes[5].Contact.SubscriberID != 0 {
		t.Errorf("%+v", outcomes[5])
	}
	expectDone(t, "add", slices.Delete(outcomes, 5, 6))
}
