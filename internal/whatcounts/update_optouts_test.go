package whatcounts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// addPeople adds n contacts and returns them as they are.
func (s *simulated) addPeople(n int) []Managed {
	s.Helper()
	var all []Managed
	for i, outcome := range s.client.Add(s.Context(), people(n, s.realm)) {
		if outcome.Err != nil {
			s.Fatal(outcome.Err)
		}
		added := person(i, s.realm)
		added.SubscriberID = outcome.Contact.SubscriberID
		all = append(all, added)
	}
	return all
}

func (s *simulated) optOut(email string, list int64) {
	s.Helper()
	if err := s.service.OptOut(s.realm, email, list); err != nil {
		s.Fatal(err)
	}
}

// An address that has opted out is not taken, however the contact came to the
// list, and with whatever else the change is about. What shares the batch goes
// through, and nothing is asked twice.
func TestAnAddressThatHasOptedOutIsNotTaken(t *testing.T) {
	for _, realm := range []string{"plain", "keyed"} {
		t.Run(realm, func(t *testing.T) {
			s := newSimulated(t, realm)
			before := s.addPeople(7)
			if err := s.service.ChangeContact(realm, before[2].SubscriberID, func(c *simulator.Contact) {
				c.Subscriptions = append(c.Subscriptions, simulator.Subscription{ListID: 7, Format: 1})
			}); err != nil {
				t.Fatal(err)
			}
			s.optOut("global@example.com", 0)
			s.optOut("list5@example.com", 5)
			for _, email := range []string{"list7@example.com", "joins7@example.com", "free@example.com"} {
				s.optOut(email, 7)
			}
			changes := make([]Change, len(before))
			stored := make([]string, len(before))
			for i, contact := range before {
				to := clone(contact)
				to.Values["city"] = "Rome"
				changes[i], stored[i] = Change{From: contact, To: to}, s.stored(contact.SubscriberID)
			}
			for i, email := range []string{"GLOBAL@example.com", "list5@example.com", "list7@example.com", "joins7@example.com", "free@example.com"} {
				changes[i].To.Email = email
			}
			changes[3].To.Subscriptions = append(changes[3].To.Subscriptions, Subscription{7, HTML})
			changes[5].To.Email = "global@example.com"
			changes[5].To.Subscriptions = nil
			want := map[int]OptedOutError{
				0: {Email: "GLOBAL@example.com", Global: true},
				1: {Email: "list5@example.com", ListID: 5, OfList: true},
				2: {Email: "list7@example.com", ListID: 7, OfList: true},
				3: {Email: "joins7@example.com", ListID: 7, OfList: true},
				5: {Email: "global@example.com", Global: true},
			}
			for i, outcome := range s.client.Update(t.Context(), changes) {
				wanted, refused := want[i]
				if !refused {
					if outcome.Err != nil || !strings.Contains(s.stored(before[i].SubscriberID), "Rome") {
						t.Errorf("%d: %v, %s", i, outcome.Err, s.stored(before[i].SubscriberID))
					}
					continue
				}
				var optedOut *OptedOutError
				if !errors.As(outcome.Err, &optedOut) || *optedOut != wanted || outcome.Sent || !strings.Contains(outcome.Err.Error(), "email") {
					t.Errorf("%d: %+v", i, outcome)
				}
				s.expectStored(before[i].SubscriberID, stored[i])
			}
			s.expectCount("show_optglobal", 1)
			s.expectCount("show_opt", 2)
		})
	}
}

// The service lets such an address pass, so what it does not tell is not
// guessed.
func TestAnAddressOfWhichNothingIsToldIsNotTaken(t *testing.T) {
	s := newScript(t).on("find", rows(janeRow), "").on("show_optglobal", "FAILURE: not allowed").on("show_opt", "")
	outcome := s.client.UpdateOne(t.Context(), Change{From: jane(), To: changed(func(c *Managed) { c.Email = "new@example.com" })})
	if !apierror.Is(outcome.Err, apierror.Refused) || outcome.Sent || !strings.Contains(outcome.Err.Error(), "new@example.com") || s.count("change") != 0 {
		t.Errorf("%+v after %s", outcome, s.sent())
	}
}

// A recipient who has opted out since the last look is neither missed nor put
// back by a change of something else.
func TestAnOptoutSinceTheLastLookIsLeftAlone(t *testing.T) {
	for _, realm := range []string{"plain", "keyed"} {
		for _, list := range []int64{0, 5} {
			t.Run(fmt.Sprint(realm, " ", list), func(t *testing.T) {
				s := newSimulated(t, realm)
				contact := s.addPeople(1)[0]
				s.optOut(contact.Email, list)
				to := clone(contact)
				to.Values["last"] = "Roe"
				subscribed := s.exchange.Log.Count("sub")
				if outcome := s.client.UpdateOne(t.Context(), Change{From: contact, To: to}); outcome.Err != nil {
					t.Error(outcome.Err)
				}
				if got := s.stored(contact.SubscriberID); !strings.Contains(got, "Roe") || !strings.Contains(got, "lists []") {
					t.Errorf("stored is %s", got)
				}
				s.expectCount("sub", subscribed)
			})
		}
	}
}

// A contact leaves its last list, stays, and can be changed on none.
func TestAContactOnNoList(t *testing.T) {
	for _, realm := range []string{"plain", "keyed"} {
		for _, dialect := range []string{"", "wc-update-needs-list"} {
			t.Run(realm+" "+dialect, func(t *testing.T) {
				s := newSimulated(t, realm, dialect)
				contact := s.addPeople(1)[0]
				none := on(contact)
				if outcome := s.client.UpdateOne(t.Context(), Change{From: contact, To: none}); outcome.Err != nil {
					t.Fatal(outcome.Err)
				}
				to := clone(none)
				to.Values["last"] = "Roe"
				outcome := s.client.UpdateOne(t.Context(), Change{From: none, To: to})
				if dialect == "" && (outcome.Err != nil || !strings.Contains(s.stored(contact.SubscriberID), "last:Roe] custom map[] lists []")) {
					t.Errorf("%v, %s", outcome.Err, s.stored(contact.SubscriberID))
				}
				if dialect != "" && (outcome.Err == nil || !strings.Contains(outcome.Err.Error(), "subscriptions")) {
					t.Errorf("the service changes only contacts on a list: %v", outcome.Err)
				}
			})
		}
	}
}

// On a shared address a change is a subscribe, which no contact gets that is on
// no list, and whose refusal says so.
func TestAContactOnNoListBesideOthers(t *testing.T) {
	for name, test := range map[string]struct {
		list int64
		want string
	}{
		"on no list":            {5, "on no list"},
		"opted out and on none": {0, "on no list"},
		"opted out, on another": {-1, "Others share the address"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSimulated(t, "plain")
			contact := s.addPeople(1)[0]
			if _, err := s.service.AddContact(s.realm, simulator.Contact{Email: contact.Email, First: "Other"}); err != nil {
				t.Fatal(err)
			}
			switch test.list {
			case -1:
				s.optOut(contact.Email, 0)
				if err := s.service.ChangeContact(s.realm, contact.SubscriberID, func(c *simulator.Contact) {
					c.Subscriptions = []simulator.Subscription{{ListID: 5, Format: 2}}
				}); err != nil {
					t.Fatal(err)
				}
			default:
				s.optOut(contact.Email, test.list)
			}
			stored := s.stored(contact.SubscriberID)
			to := clone(contact)
			to.Values["last"] = "Roe"
			outcome := s.client.UpdateOne(t.Context(), Change{From: contact, To: to})
			if !apierror.Is(outcome.Err, apierror.Refused) || !strings.Contains(outcome.Err.Error(), test.want) {
				t.Errorf("%v", outcome.Err)
			}
			s.expectStored(contact.SubscriberID, stored)
		})
	}
}
