package whatcounts

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

func TestManyContactsAtOnceStayWithinTheBudget(t *testing.T) {
	const many = 40
	s := newSimulated(t, "plain")
	contacts := make([]Managed, many)
	each := func(name string, do func(i int) error) {
		t.Helper()
		var group sync.WaitGroup
		for i := range many {
			group.Go(func() {
				if err := do(i); err != nil {
					t.Errorf("%s %d: %v", name, i, err)
				}
			})
		}
		group.Wait()
	}
	each("create", func(i int) error {
		contact := newJane()
		contact.Email, contact.FirstName = fmt.Sprintf("user%d@example.com", i%8), fmt.Sprintf("Jane %d", i)
		created, err := add(t.Context(), s.client, contact)
		contacts[i] = contact.Managed
		contacts[i].SubscriberID = created.Contact.SubscriberID
		return err
	})
	each("update", func(i int) error {
		wanted := clone(contacts[i])
		wanted.Values = map[string]string{"last": fmt.Sprintf("Doe %d", i)}
		stored, _, err := update(t.Context(), s.client, contacts[i], wanted)
		if stored.Values["last"] != wanted.Values["last"] {
			return fmt.Errorf("it is %+v", stored)
		}
		return err
	})
	each("opt-out", func(i int) error {
		out, err := s.client.OptedOut(t.Context(), contacts[i].Email, 5, 30)
		if out {
			return errors.New("it has opted out")
		}
		return err
	})
	each("delete", func(i int) error {
		return s.client.DeleteOne(t.Context(), Deletion{Identity: contacts[i].Identity, WithoutOptout: i%2 != 0, Verify: true}).Err
	})
	// Those deleted by address share theirs, so that each is looked up.
	for command, want := range map[string]int{
		"getrealmsettings": 1, "sub": 2 * many, "find": (2 + 1 + 1) * many, "detail": many + many/2,
		"show_opt": 1, "show_optglobal": 2, "delete": many / 2, "deletesubid": many / 2,
	} {
		if got := s.exchange.Log.Count(command); got > want {
			t.Errorf("%s was sent %d times, want at most %d", command, got, want)
		}
	}
	if left := s.service.Contacts("plain"); len(left) != 0 {
		t.Errorf("%d contacts are left", len(left))
	}
	if optouts := s.service.Optouts("plain"); len(optouts) != many/2 {
		t.Errorf("%d opt-outs were recorded", len(optouts))
	}
}

func TestAnotherActorBetweenTwoRequests(t *testing.T) {
	act := func(s *simulated, command string, do func() error) {
		s.exchange.Faults.Add(traffic.Fault{Operation: command, Kind: traffic.Act, Do: func() {
			if err := do(); err != nil {
				t.Error(err)
			}
		}})
	}
	put := func(s *simulated, first string) Managed {
		added, err := s.service.AddContact("plain", simulator.Contact{Email: "jane@example.com", First: first, Subscriptions: []simulator.Subscription{{ListID: 5, Format: 2}}})
		if err != nil {
			t.Fatal(err)
		}
		return Managed{Identity: Identity{SubscriberID: added.ID, Email: added.Email, FirstName: added.First}, Subscriptions: []Subscription{{5, HTML}}}
	}

	s := newSimulated(t, "plain")
	act(s, "sub", func() error { put(s, "Jane"); return nil })
	created, err := add(t.Context(), s.client, newJane())
	var exists *ExistsError
	if !errors.As(err, &exists) || !exists.Changed || exists.SubscriberID == 0 || created.Contact.SubscriberID != 0 {
		t.Errorf("somebody added the same contact: %+v (%v)", created, err)
	}

	s = newSimulated(t, "plain")
	contact := put(s, "")
	act(s, "delete", func() error { put(s, "Ann"); return nil })
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: contact.Identity}).Err; !apierror.Is(err, apierror.Refused) || len(s.service.Contacts("plain")) != 2 {
		t.Errorf("somebody joined the address: %v, left are %v", err, s.service.Contacts("plain"))
	}

	s = newSimulated(t, "plain")
	contact = put(s, "Jane")
	act(s, "delete", func() error { return s.service.RemoveContact("plain", contact.SubscriberID) })
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: contact.Identity, Verify: true}).Err; err != nil {
		t.Errorf("somebody deleted it first: %v", err)
	}

	s = newSimulated(t, "plain")
	contact = put(s, "Jane")
	act(s, "sub", func() error { return s.service.OptOut("plain", "jane@example.com", 7) })
	wanted := clone(contact)
	wanted.Subscriptions = append(wanted.Subscriptions, Subscription{7, HTML})
	_, _, err = update(t.Context(), s.client, contact, wanted)
	var optedOut *OptedOutError
	if !errors.As(err, &optedOut) || optedOut.ListID != 7 {
		t.Errorf("the recipient opted out meanwhile: %v", err)
	}
}

func TestEveryFaultAtEveryCommandLeavesTheRightState(t *testing.T) {
	faults := []traffic.Fault{
		{Kind: traffic.StatusBefore, Status: 500}, {Kind: traffic.StatusAfter, Status: 500}, {Kind: traffic.CutBefore}, {Kind: traffic.CutAfter},
		{Kind: traffic.EmptyAfter}, {Kind: traffic.Truncate}, {Kind: traffic.Replace, Body: "<html>Maintenance</html>"}, {Kind: traffic.StatusBefore, Status: 429},
		{Kind: traffic.Replace, Body: "SUCCESS: whatever"},
	}
	queries := []string{"getrealmsettings", "find", "detail", "show_optglobal"}
	for _, command := range append([]string{"sub", "update", "change", "unsub", "delete", "deletesubid"}, queries...) {
		for _, fault := range faults {
			for skip := range 2 {
				if fault.Body == "SUCCESS: whatever" && slices.Contains(queries, command) {
					continue // no query answers so: see TestWhatIsNoTableIsAnErrorAndNeverNobody
				}
				fault.Operation, fault.Skip = command, skip
				s := newSimulated(t, "plain")
				s.exchange.Faults.Add(fault)
				if err := wholeLife(s); err != nil {
					t.Errorf("%s at %s number %d: %v", fault.Kind, command, skip+1, err)
				}
			}
		}
	}
}

// wholeLife is a contact from its creation to its end.
func wholeLife(s *simulated) error {
	ctx, c := s.Context(), s.client
	contact := newJane()
	contact.Subscriptions = []Subscription{{5, HTML}, {7, HTML}}
	created, err := add(ctx, c, contact)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if len(s.service.Contacts("plain")) != 1 {
		return errors.New("there is more than one contact")
	}
	current := contact.Managed
	current.SubscriberID = created.Contact.SubscriberID
	wanted := clone(current)
	wanted.Email, wanted.FirstName, wanted.Values = "new@example.com", "Janet", map[string]string{"last": "Doe"}
	wanted.Subscriptions = []Subscription{{5, Text}}
	if _, _, err := update(ctx, c, current, wanted); err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if got := s.stored(created.Contact.SubscriberID); got != "new@example.com/Janet/ fields map[last:Doe] custom map[] lists [5 as text]" {
		return errors.New("after the update it is " + got)
	}
	if err := c.UnsubscribeOne(ctx, on(wanted, 5)).Err; err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	if err := c.DeleteOne(ctx, Deletion{Identity: wanted.Identity, Verify: true}).Err; err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	if created, err = add(ctx, c, NewContact{Managed: contact.Managed, ForceSub: true}); err != nil {
		return fmt.Errorf("create again: %w", err)
	}
	current.SubscriberID = created.Contact.SubscriberID
	if err := c.DeleteOne(ctx, Deletion{Identity: current.Identity, WithoutOptout: true, Verify: true}).Err; err != nil {
		return fmt.Errorf("delete by id: %w", err)
	}
	if left := s.service.Contacts("plain"); len(left) != 0 {
		return fmt.Errorf("left are %v", left)
	}
	return nil
}
