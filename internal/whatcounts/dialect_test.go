package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulator "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// simulated is a client of the simulated service. Lists 5 and 7 are ordinary,
// 9 waits for a confirmation. Each call of newSimulated makes a service of its
// own with an ordinary realm and one with customer keys; a dialect without a
// name is none.
type simulated struct {
	testing.TB
	service  *simulator.Service
	exchange *traffic.Exchange
	client   *Client
	realm    string
}

func newSimulated(t testing.TB, realm string, dialects ...string) *simulated {
	t.Helper()
	lists := []simulator.List{{ID: 5, Name: "News"}, {ID: 7, Name: "Offers"}, {ID: 9, Name: "Quiet", Confirmation: true}}
	exchange := &traffic.Exchange{}
	service := simulator.New(exchange,
		simulator.Realm{Name: "plain", Password: testPassword, Lists: lists},
		simulator.Realm{Name: "keyed", Password: testPassword, Lists: lists, CustomerKeys: true})
	for _, dialect := range dialects {
		if dialect == "" {
			continue
		}
		if err := service.Set(dialect); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	client, err := New(Config{
		Endpoint: server.URL + simulator.ServletPath, Realm: realm, Password: testPassword, QuietPeriod: time.Millisecond,
		Transport:   httpclient.Config{MaxRetries: 2, RetryPause: time.Millisecond},
		Consistency: httpclient.Consistency{First: time.Millisecond, Window: 15 * time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &simulated{t, service, exchange, client, realm}
}

// stored is a contact in the service itself, written on one line.
func (s *simulated) stored(id int64) string {
	contact, found := s.service.Contact(s.realm, id)
	if !found {
		return "nobody"
	}
	var lists []string
	for _, subscription := range contact.Subscriptions {
		lists = append(lists, fmt.Sprintf("%d as %s", subscription.ListID, Format(subscription.Format)))
	}
	return fmt.Sprintf("%s/%s/%s fields %v custom %v lists %v", strings.ToLower(contact.Email), contact.First, contact.CustomerKey, contact.Fields, contact.Custom, lists)
}

func (s *simulated) expectStored(id int64, want string) {
	s.Helper()
	if got := s.stored(id); got != want {
		s.Errorf("stored is %s\nwant      %s", got, want)
	}
}

// read repeats a read that is allowed to be behind.
func (s *simulated) read(id int64, email string) Contact {
	s.Helper()
	contact, err := s.client.readUntil(s.Context(), id, email, func(Contact) bool { return true })
	if err != nil {
		s.Error(err)
	}
	return contact
}

// tells names the steps after which a dialect makes it impossible to do what
// was asked, and the client says so.
var tells = map[string]string{
	"wc-data-empty-keeps":    "clear",
	"wc-sub-keeps-columns":   "shared update",
	"wc-sub-duplicate-fails": "shared update",
	"wc-data-quotes-literal": "quotes",
	"wc-data-trimmed":        "blanks",
}

// attempt runs one step. Where the dialect does not do it, the step has to end
// with the error that says so.
func (s *simulated) attempt(dialect, step string, err error) bool {
	s.Helper()
	if strings.Contains(tells[dialect], step) && tells[dialect] != "" {
		if !apierror.Is(err, apierror.Refused) || !strings.Contains(err.Error(), "WhatCounts may") && step != "shared update" {
			s.Errorf("%s: %v, want an error that says what the service may not do", step, err)
		}
		return false
	}
	if err != nil {
		s.Errorf("%s: %v", step, err)
	}
	return err == nil
}

// everyDialect runs a test in both kinds of realm, under each dialect and under
// none, which has no name.
func everyDialect(t *testing.T, test func(t *testing.T, realm, dialect string)) {
	names := []string{""}
	for _, dialect := range simulator.Dialects() {
		names = append(names, dialect.Name)
	}
	for _, realm := range []string{"plain", "keyed"} {
		for _, dialect := range names {
			if realm == "keyed" && dialect == "wc-realm-settings-unknown" {
				continue // see TestACustomerKeyBelongsToItsRealm
			}
			t.Run(realm+"/"+dialect, func(t *testing.T) {
				t.Parallel()
				test(t, realm, dialect)
			})
		}
	}
}

func TestLifeOfAContactUnderEveryDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, realm, dialect string) {
		t.Run("alone", func(t *testing.T) { alone(newSimulated(t, realm, dialect), dialect) })
		t.Run("shared", func(t *testing.T) { besideOthers(newSimulated(t, realm, dialect), dialect) })
	})
}

// keyIn is a customer key where the realm wants one.
func keyIn(realm, key string) string {
	if realm == "keyed" {
		return key
	}
	return ""
}

// alone takes a contact that is alone on its address through everything.
func alone(s *simulated, dialect string) {
	ctx, c := s.Context(), s.client
	wanted := Managed{
		Identity:      Identity{Email: "jane@example.com", FirstName: "Jane", CustomerKey: keyIn(s.realm, "K-1")},
		Values:        map[string]string{"last": "Doe", "city": "Rome", "custom_plan": "gold"},
		Subscriptions: []Subscription{{5, HTML}, {7, Text}},
	}
	created, err := add(ctx, c, NewContact{Managed: wanted})
	if err != nil || !slices.Equal(created.Contact.Managed().Lists(), []int64{5, 7}) {
		s.Fatalf("create: %+v (%v)", created, err)
	}
	id := created.Contact.SubscriberID
	wanted.SubscriberID = id
	if got := s.read(id, wanted.Email); !strings.EqualFold(got.Email, wanted.Email) || got.Values["custom_plan"] != "gold" || !slices.Equal(got.Subscriptions, wanted.Subscriptions) {
		s.Errorf("read: %+v", got)
	}
	_, err = add(ctx, c, NewContact{Managed: wanted})
	var exists *ExistsError
	if !errors.As(err, &exists) || exists.SubscriberID != id {
		s.Errorf("create again: %v", err)
	}

	step := func(name string, change func(*Managed)) {
		s.Helper()
		next := clone(wanted)
		change(&next)
		_, pending, err := update(ctx, c, wanted, next)
		if s.attempt(dialect, name, err) {
			wanted = next
		}
		if len(pending) != 0 {
			s.Errorf("%s: %v is pending", name, pending)
		}
	}
	step("values", func(next *Managed) { next.Values["last"] = "Smith"; next.Values["custom_plan"] = "lead" })
	step("format", func(next *Managed) { next.Subscriptions = []Subscription{{5, MIME}, {7, Text}} })
	step("clear", func(next *Managed) { delete(next.Values, "city") })
	step("lists", func(next *Managed) { next.Subscriptions = []Subscription{{5, MIME}} })
	step("name", func(next *Managed) { next.FirstName = "Janet" })
	step("address", func(next *Managed) { next.Email = "janet@example.com" })
	step("quotes", func(next *Managed) { next.Values["company"] = `Doe, "Sons"` })
	step("blanks", func(next *Managed) { next.Values["address_1"] = " 1 Main St " })
	step("everything", func(next *Managed) {
		next.Email, next.FirstName = "j@example.com", "J"
		next.Values["company"], next.Values["address_1"] = "Doe", "1 Main St"
		next.Subscriptions = []Subscription{{7, HTML}}
	})
	city := ""
	if tells[dialect] == "clear" {
		city = "city:Rome "
	}
	s.expectStored(id, "j@example.com/J/"+wanted.CustomerKey+" fields map[address_1:1 Main St "+city+"company:Doe last:Smith] custom map[plan:lead] lists [7 as html]")

	_, pending, err := update(ctx, c, wanted, func() Managed {
		next := clone(wanted)
		next.Subscriptions = append(next.Subscriptions, Subscription{9, HTML})
		return next
	}())
	if err != nil || len(pending) != 1 && dialect != "wc-sub-pending-visible" {
		s.Errorf("a list that asks for confirmation: %v (%v)", pending, err)
	}

	if err := c.UnsubscribeOne(ctx, on(wanted, 7, 5)).Err; err != nil {
		s.Errorf("unsubscribe: %v", err)
	}
	if len(s.service.Optouts(s.realm)) != 0 {
		s.Errorf("opt-outs so far: %v", s.service.Optouts(s.realm))
	}
	if err := c.DeleteOne(ctx, Deletion{Identity: wanted.Identity, Verify: true}).Err; err != nil {
		s.Errorf("delete: %v", err)
	}
	if err := c.DeleteOne(ctx, Deletion{Identity: wanted.Identity}).Err; err != nil {
		s.Errorf("delete again: %v", err)
	}
	s.expectStored(id, "nobody")
	if len(s.service.Optouts(s.realm)) != 1 {
		s.Errorf("opt-outs after the delete: %v", s.service.Optouts(s.realm))
	}
	returnAfterDelete(s, dialect, wanted)
}

// returnAfterDelete adds a contact again that was deleted, and deletes it by
// its id.
func returnAfterDelete(s *simulated, dialect string, wanted Managed) {
	ctx, c := s.Context(), s.client
	_, err := add(ctx, c, NewContact{Managed: wanted})
	var optedOut *OptedOutError
	if !errors.As(err, &optedOut) || !optedOut.Global && dialect != "wc-stale-reads" {
		s.Errorf("create after a delete: %v", err)
	}
	created, err := add(ctx, c, NewContact{Managed: wanted, ForceSub: true})
	if err != nil {
		s.Fatalf("forced: %v", err)
	}
	wanted.SubscriberID = created.Contact.SubscriberID
	s.read(wanted.SubscriberID, wanted.Email)
	if err := c.DeleteOne(ctx, Deletion{Identity: wanted.Identity, WithoutOptout: true, Verify: true}).Err; err != nil {
		s.Errorf("delete by id: %v", err)
	}
	s.expectStored(wanted.SubscriberID, "nobody")
	if err := c.DeleteOne(ctx, Deletion{Identity: wanted.Identity, WithoutOptout: true}).Err; err != nil {
		s.Errorf("delete by id again: %v", err)
	}
	other := wanted
	other.Email, other.CustomerKey = "other@example.com", keyIn(s.realm, "K-9")
	if created, err = add(ctx, c, NewContact{Managed: other}); err != nil {
		s.Fatal(err)
	}
	other.SubscriberID = created.Contact.SubscriberID
	outcome := c.DeleteOne(ctx, Deletion{Identity: other.Identity, WithoutOptout: true})
	if outcome.Err != nil || outcome.OptoutRecorded != (dialect == "wc-deletesubid-optout") {
		s.Errorf("an opt-out was recorded: %+v", outcome)
	}
}

// besideOthers takes a contact through everything that is possible beside others on
// its address, who must not notice.
func besideOthers(s *simulated, dialect string) {
	ctx, c := s.Context(), s.client
	others := make(map[int64]string)
	for _, name := range []string{"Ann", "", "Janet"} {
		added, err := s.service.AddContact(s.realm, simulator.Contact{
			Email: "jane@example.com", First: name, CustomerKey: keyIn(s.realm, "K-"+name), Fields: map[string]string{"last": "Other"},
			Custom: map[string]string{"plan": "old"}, Subscriptions: []simulator.Subscription{{ListID: 5, Format: 2}, {ListID: 7, Format: 2}},
		})
		if err != nil {
			s.Fatal(err)
		}
		others[added.ID] = s.stored(added.ID)
	}
	wanted := Managed{
		Identity: Identity{Email: "jane@example.com", FirstName: "Jane", CustomerKey: keyIn(s.realm, "K-1")},
		Values:   map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}, {7, HTML}},
	}
	created, err := add(ctx, c, NewContact{Managed: wanted})
	if err != nil {
		s.Fatalf("create: %v", err)
	}
	wanted.SubscriberID = created.Contact.SubscriberID
	s.read(wanted.SubscriberID, wanted.Email)
	next := clone(wanted)
	next.Values["last"] = "Smith"
	_, _, err = update(ctx, c, wanted, next)
	s.attempt(dialect, "shared update", err)
	if err := c.UnsubscribeOne(ctx, on(wanted, 7)).Err; err != nil {
		s.Errorf("unsubscribe: %v", err)
	}
	last := "Smith"
	if tells[dialect] == "shared update" {
		last = "Doe"
	}
	s.expectStored(wanted.SubscriberID, "jane@example.com/Jane/"+wanted.CustomerKey+" fields map[last:"+last+"] custom map[] lists [5 as html]")
	if s.realm == "plain" {
		namelessBesideOthers(s)
	}
	if err := c.DeleteOne(ctx, Deletion{Identity: wanted.Identity, Verify: true}).Err; err != nil {
		s.Errorf("delete: %v", err)
	}
	s.expectStored(wanted.SubscriberID, "nobody")
	for id, before := range others {
		s.expectStored(id, before)
	}
}

// namelessBesideOthers tries everything that a contact without first name must
// not do while others share its address.
func namelessBesideOthers(s *simulated) {
	ctx, c := s.Context(), s.client
	nameless := Managed{Identity: Identity{Email: "jane@example.com"}, Values: map[string]string{"last": "Other"}, Subscriptions: []Subscription{{5, HTML}, {7, HTML}}}
	for _, contact := range s.service.Contacts(s.realm) {
		if contact.First == "" {
			nameless.SubscriberID = contact.ID
		}
	}
	next := clone(nameless)
	next.Values["last"] = "Changed"
	for name, call := range map[string]func(context.Context) error{
		"update": func(ctx context.Context) error {
			_, _, err := update(ctx, c, nameless, next)
			return err
		},
		"unsubscribe": func(ctx context.Context) error { return c.UnsubscribeOne(ctx, on(nameless, 5)).Err },
		"delete":      func(ctx context.Context) error { return c.DeleteOne(ctx, Deletion{Identity: nameless.Identity}).Err },
	} {
		var ambiguous *AmbiguousError
		if err := call(ctx); !errors.As(err, &ambiguous) || !apierror.Is(err, apierror.Refused) {
			s.Errorf("%s of a contact without first name: %v", name, err)
		}
	}
}
