package whatcounts

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestCreateTakesThreeRequestsAndOneForEachFurtherList(t *testing.T) {
	s := newScript(t).on("find", "", rows(janeRow)).on("sub", subAdded, subUpdated)
	contact := newJane()
	contact.Values = map[string]string{"zip": "2000", "last": "Doe"}
	created, err := s.add(contact)
	if err != nil || created.Contact.SubscriberID != 12 || !slices.Equal(created.Contact.Managed().Lists(), []int64{5}) || len(created.Pending) != 0 {
		t.Errorf("%+v (%v)", created, err)
	}
	s.expectSent("find sub find")
	if got := s.last("sub"); got.form.Get("data") != "email,first,last,zip^jane@example.com,Jane,Doe,2000" || got.names() != "r p c list_id format data" || got.form.Get("format") != "2" {
		t.Errorf("sent %v", got.form)
	}

	s = newScript(t).on("find", "", rows(`12,jane@example.com,Jane,,"5,7,9"`)).on("sub", subAdded, subUpdated)
	contact.Subscriptions = []Subscription{{5, 0}, {7, Text}, {9, MIME}}
	created, err = s.add(contact)
	if err != nil || created.Contact.SubscriberID != 12 || !slices.Equal(created.Contact.Managed().Lists(), []int64{5, 7, 9}) {
		t.Errorf("%+v (%v)", created, err)
	}
	s.expectSent("find sub sub sub find")
	if got := s.last("sub").form; got.Get("data") != "email,first^jane@example.com,Jane" || got.Get("format") != "99" || got.Get("list_id") != "9" {
		t.Errorf("the further list was sent as %v", got)
	}
}

func TestCreateAdoptsNobody(t *testing.T) {
	nameless := newJane()
	nameless.FirstName = ""
	tests := []struct {
		name    string
		contact NewContact
		found   string
		id      int64
	}{
		{"same address and name", newJane(), rows("13,jane@example.com,Jim,,", janeRow), 12},
		{"other letter case", newJane(), rows("12,Jane@Example.com,Jane,,"), 12},
		{"no name, alone", nameless, rows("12,jane@example.com,,,"), 12},
		{"a name in another letter case", newJane(), rows("12,jane@example.com,JANE,,"), 12},
		{"a name with an accent", newJane(), rows("12,jane@example.com,Jané,,"), 12},
		{"a name with a blank", newJane(), rows("12,jane@example.com,Jane ,,"), 12},
		{"a name in another form", NewContact{Managed: Managed{Identity: Identity{Email: "jane@example.com", FirstName: "Zo\u00eb"}, Subscriptions: newJane().Subscriptions}}, rows("12,jane@example.com,Zoe\u0308,,"), 12},
		{"no name, others", nameless, rows(janeRow), 0},
	}
	for _, test := range tests {
		s := newScript(t).on("find", test.found)
		created, err := s.add(test.contact)
		var exists *ExistsError
		var ambiguous *AmbiguousError
		switch {
		case err == nil || created.Contact.SubscriberID != 0 || created.Sent:
			t.Errorf("%s: %+v (%v)", test.name, created, err)
		case test.id != 0 && (!errors.As(err, &exists) || exists.SubscriberID != test.id || len(exists.Existing) == 0):
			t.Errorf("%s: %v", test.name, err)
		case test.id == 0 && (!errors.As(err, &ambiguous) || !apierror.Is(err, apierror.Refused) || len(ambiguous.Rows) != 1 || !strings.Contains(err.Error(), "first_name")):
			t.Errorf("%s: %v", test.name, err)
		}
		s.expectSent("find")
	}
	s := newScript(t).on("find", rows("13,jane@example.com,Jim,,", "14,jane@example.com,Janet,,"), rows("13,jane@example.com,Jim,,", janeRow)).on("sub", subAdded)
	if created, err := s.add(newJane()); err != nil || created.Contact.SubscriberID != 12 {
		t.Errorf("beside others: %+v (%v)", created, err)
	}
}

func TestCreateTellsThatItChangedAnother(t *testing.T) {
	s := newScript(t).on("find", "", rows(janeRow)).on("sub", subUpdated)
	created, err := s.add(newJane())
	var exists *ExistsError
	if !errors.As(err, &exists) || !exists.Changed || exists.SubscriberID != 12 || created.Contact.SubscriberID != 0 || !strings.Contains(err.Error(), "was changed in its place") {
		t.Errorf("%+v (%v)", created, err)
	}
}

func TestCreateAndOptouts(t *testing.T) {
	const global, none = "\"Email\"\n\"Jane@example.com\"\n", ""
	tests := []struct {
		name, sub, show, showGlobal string
		wantGlobal, wantList        bool
		sent                        string
	}{
		{"counted", subIgnored, none, global, true, false, "find sub show_optglobal show_opt"},
		{"counted in a success", strings.Replace(subIgnored, "FAILURE", "SUCCESS", 1), global, none, false, true, "find sub show_optglobal show_opt"},
		{"no blank", strings.Replace(subIgnored, "Error) 1", "Error)1", 1), none, none, false, false, "find sub show_optglobal show_opt"},
		{"bare failure", subNothing, none, global, true, false, "find sub show_optglobal show_opt"},
		{"older failure", "FAILURE: 1 record(s) processed. 0 users subscribed to list(s) 5 (0 total subscriptions)", global, global, true, true, "find sub show_optglobal show_opt"},
		{"failure without text", "FAILURE", global, none, false, true, "find sub show_optglobal show_opt"},
		{"success that did nothing", strings.Replace(subNothing, "FAILURE", "SUCCESS", 1), global, none, false, true, ""},
		{"queries fail", subIgnored, "FAILURE: no", "FAILURE: no", false, false, ""},
	}
	for _, test := range tests {
		s := newScript(t).on("find", "").on("sub", test.sub).on("show_opt", test.show).on("show_optglobal", test.showGlobal)
		created, err := s.add(newJane())
		var optedOut *OptedOutError
		if !errors.As(err, &optedOut) || *optedOut != (OptedOutError{"jane@example.com", 5, test.wantGlobal, test.wantList}) || !apierror.Is(err, apierror.Refused) || created.Contact.SubscriberID != 0 {
			t.Errorf("%s: %+v (%v)", test.name, optedOut, err)
			continue
		}
		if !strings.Contains(err.Error(), "force_sub") || !strings.Contains(err.Error(), "list 5") {
			t.Errorf("%s: %v", test.name, err)
		}
		if test.sent != "" {
			s.expectSent(test.sent)
		}
	}
	s := newScript(t).on("find", "").on("sub", subNothing).on("show_opt", none).on("show_optglobal", none)
	_, err := s.add(newJane())
	var optedOut *OptedOutError
	if errors.As(err, &optedOut) || !apierror.Is(err, apierror.Refused) || !strings.Contains(err.Error(), "Check email") {
		t.Errorf("a refusal without opt-out: %v", err)
	}
	s = newScript(t).on("find", "").on("sub", "FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm")
	if _, err = s.add(newJane()); !apierror.Is(err, apierror.Refused) || !strings.Contains(err.Error(), "Check list_id") {
		t.Errorf("a bad list: %v", err)
	}
	s.expectSent("find sub")
}

// fault answers with something else than the script for some requests.
func (s *script) fault(command string, times int, do func(http.ResponseWriter)) {
	s.respond = func(w http.ResponseWriter, r received) bool {
		s.mu.Lock()
		hit := r.form.Get("c") == command && times > 0
		if hit {
			times--
		}
		s.mu.Unlock()
		if hit {
			do(w)
		}
		return hit
	}
}

func status500(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }

func TestCreateReadsBackAnUnknownOutcome(t *testing.T) {
	lost := map[string]func(http.ResponseWriter){
		"500": status500, "empty": func(http.ResponseWriter) {}, "unreadable": func(w http.ResponseWriter) { writeText(t, w, "SUCCESS: fine") },
		"page": func(w http.ResponseWriter) { writeText(t, w, "<html>") }, "cut": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range lost {
		s := newScript(t).on("find", "", rows(janeRow)).on("sub", subUpdated)
		s.fault("sub", 1, answer)
		created, err := s.add(newJane())
		if err != nil || created.Contact.SubscriberID != 12 || !slices.Equal(created.Contact.Managed().Lists(), []int64{5}) {
			t.Errorf("%s, done: %+v (%v)", name, created, err)
		}
		s.expectSent("find sub find")

		s = newScript(t).on("find", "").on("sub", subAdded)
		s.fault("sub", 1, func(w http.ResponseWriter) { answer(w) })
		finds := 0
		inner := s.respond
		s.respond = func(w http.ResponseWriter, r received) bool {
			if r.form.Get("c") == "find" {
				if finds++; s.count("sub") == 2 {
					writeText(t, w, rows(janeRow))
					return true
				}
			}
			return inner(w, r)
		}
		created, err = s.add(newJane())
		if err != nil || created.Contact.SubscriberID != 12 || s.count("sub") != 2 || finds < 4 {
			t.Errorf("%s, not done: %+v (%v) after %s", name, created, err, s.sent())
		}

		s = newScript(t).on("find", "")
		s.fault("sub", 99, answer)
		created, err = s.add(newJane())
		if !apierror.Is(err, apierror.Uncertain) || created.Contact.SubscriberID != 0 || s.count("sub") != 3 {
			t.Errorf("%s, never done: %+v (%v) after %d attempts", name, created, err, s.count("sub"))
		}
	}
	s := newScript(t).on("find", "", "FAILURE: try later")
	s.fault("sub", 1, status500)
	_, err := s.add(newJane())
	if !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "import") || s.count("sub") != 1 {
		t.Errorf("read back in vain: %v after %s", err, s.sent())
	}
}

func TestACancelledCreateStillFindsItsId(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := newScript(t).on("find", "", rows(janeRow)).on("sub", subAdded)
	s.respond = func(w http.ResponseWriter, r received) bool {
		if r.form.Get("c") == "sub" {
			cancel()
		}
		return false
	}
	contact := newJane()
	contact.Subscriptions = append(contact.Subscriptions, Subscription{7, HTML})
	created, err := add(ctx, s.client, contact)
	if created.Contact.SubscriberID != 12 || !errors.Is(err, context.Canceled) || s.count("sub") != 1 {
		t.Errorf("%+v (%v) after %s", created, err, s.sent())
	}
}

func TestCreateReportsWhatWaitsForConfirmation(t *testing.T) {
	s := newScript(t).on("find", "", rows("12,jane@example.com,Jane,,")).on("sub", subPending)
	created, err := s.add(newJane())
	if err != nil || created.Contact.SubscriberID != 12 || len(created.Contact.Managed().Lists()) != 0 || !slices.Equal(created.Pending, []int64{5}) {
		t.Errorf("%+v (%v)", created, err)
	}
	s.expectSent("find sub find")

	s = newScript(t).on("find", "", rows(`12,jane@example.com,Jane,,"5,7"`)).on("sub", subAdded, "SUCCESS: 1 record(s) processed.", strings.Replace(subPending, "Added 1", "Added 0", 1))
	contact := newJane()
	contact.Subscriptions = []Subscription{{5, HTML}, {7, HTML}, {9, HTML}}
	created, err = s.add(contact)
	if err != nil || !slices.Equal(created.Contact.Managed().Lists(), []int64{5, 7}) || !slices.Equal(created.Pending, []int64{9}) {
		t.Errorf("%+v (%v)", created, err)
	}
	s.expectSent("find sub sub sub find")

	// A list that the service counted and that does not show waits, unless an opt-out explains it.
	for optouts, pending := range map[string][]int64{"": {7}, "Email\njane@example.com\n": nil, "FAILURE: no": nil} {
		s = newScript(t).on("find", "", rows(janeRow)).on("sub", subAdded, subUpdated).on("show_opt", optouts).on("show_optglobal", "")
		contact.Subscriptions = []Subscription{{5, HTML}, {7, HTML}}
		created, err = s.add(contact)
		if err != nil || !slices.Equal(created.Contact.Managed().Lists(), []int64{5}) || !slices.Equal(created.Pending, pending) {
			t.Errorf("opt-outs %q: %+v (%v)", optouts, created, err)
		}
	}

	s = newScript(t).on("find", "").on("sub", subPending).on("show_opt", "").on("show_optglobal", "")
	_, err = s.add(newJane())
	if !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "override_confirmation") {
		t.Errorf("a hidden contact: %v", err)
	}
}

func TestCreateKeepsTheContactWhenAFurtherListIsRefused(t *testing.T) {
	s := newScript(t).on("find", "", rows(janeRow)).on("sub", subAdded, subIgnored).on("show_opt", "Email\njane@example.com\n").on("show_optglobal", "")
	contact := newJane()
	contact.Subscriptions = []Subscription{{5, HTML}, {7, HTML}}
	created, err := s.add(contact)
	var optedOut *OptedOutError
	if !errors.As(err, &optedOut) || optedOut.ListID != 7 || !optedOut.OfList || created.Contact.SubscriberID != 12 || !slices.Equal(created.Contact.Managed().Lists(), []int64{5}) {
		t.Errorf("%+v (%v)", created, err)
	}
	mixed := strings.Replace(subIgnored, "FAILURE", "SUCCESS", 1)
	mixed = strings.Replace(mixed, "Added 0", "Added 1", 1)
	s = newScript(t).on("find", "", rows("12,jane@example.com,Jane,,")).on("sub", mixed).on("show_opt", "").on("show_optglobal", "")
	created, err = s.add(newJane())
	if !errors.As(err, &optedOut) || created.Contact.SubscriberID != 12 || len(created.Contact.Managed().Lists()) != 0 {
		t.Errorf("added without subscription: %+v (%v)", created, err)
	}
}

func TestCreateReadsBackWhatMayNotArrive(t *testing.T) {
	tryToAdd := func(values map[string]string, stored ...string) (*script, Outcome, error) {
		s := newScript(t).on("find", "", rows(janeRow)).on("sub", subAdded).on("detail", detailXML("12", "jane@example.com", "Jane", "5", stored...))
		contact := newJane()
		contact.Values = values
		created, err := s.add(contact)
		return s, created, err
	}
	s, _, err := tryToAdd(map[string]string{"company": `Doe, "Sons"`}, `<company>Doe, "Sons"</company>`)
	if err != nil {
		t.Error(err)
	}
	s.expectSent("find sub find detail")

	_, created, err := tryToAdd(map[string]string{"company": "Doe, Sons"}, `<company>"Doe, Sons"</company>`)
	var difference *DifferenceError
	if !errors.As(err, &difference) || created.Contact.SubscriberID != 12 || difference.Differences[0] != (Difference{"company", "Doe, Sons", `"Doe, Sons"`}) {
		t.Errorf("%+v (%v)", created, err)
	}
	_, created, err = tryToAdd(map[string]string{"custom_plam": "gold"})
	if !errors.As(err, &difference) || created.Contact.SubscriberID != 12 || !strings.Contains(err.Error(), `custom_fields["plam"]`) || !strings.Contains(err.Error(), `"gold"`) {
		t.Errorf("%+v (%v)", created, err)
	}
	for stored, trimmed := range map[string]bool{"Rome": true, "": false, "Rom": false} {
		_, _, err = tryToAdd(map[string]string{"city": " Rome"}, "<city>"+stored+"</city>")
		if !errors.As(err, &difference) || strings.Contains(err.Error(), "WhatCounts may drop outer blanks") != trimmed {
			t.Errorf("stored as %q: %v", stored, err)
		}
	}

	if _, created, err = tryToAdd(map[string]string{"company": "Doe, Sons"}, "<"); err != nil || created.Contact.SubscriberID != 12 || !apierror.Is(created.Unread, apierror.Uncertain) {
		t.Errorf("a contact that cannot be read: %+v (%v)", created, err)
	}

	s, _, err = tryToAdd(map[string]string{"custom_plan": "gold"}, "<custom_plan>gold</custom_plan>")
	if err != nil {
		t.Fatal(err)
	}
	s.on("find", "", rows("13,jim@example.com,Jim,,5"))
	jim := NewContact{Managed: Managed{Identity: Identity{Email: "jim@example.com", FirstName: "Jim"}, Values: map[string]string{"custom_plan": "lead"}, Subscriptions: []Subscription{{5, HTML}}}}
	if _, err := s.add(jim); err != nil {
		t.Error(err)
	}
	s.expectSent("find sub find detail find sub find")
}

func TestCreateSendsNothingThatItCannotEncode(t *testing.T) {
	for name, change := range map[string]func(*NewContact){
		"email":         func(c *NewContact) { c.Email = "a@b.c^victim@b.c" },
		"Set email":     func(c *NewContact) { c.Email = "" },
		"first_name":    func(c *NewContact) { c.FirstName = "Jane, Ann" },
		"customer_key":  func(c *NewContact) { c.CustomerKey = `K"1` },
		"company":       func(c *NewContact) { c.Values = map[string]string{"company": "a^b"} },
		"custom_fields": func(c *NewContact) { c.Values = map[string]string{"custom_a,b": "x"} },
		"lsat":          func(c *NewContact) { c.Values = map[string]string{"lsat": "x"} },
		"subscriptions": func(c *NewContact) { c.Subscriptions = nil },
		"twice":         func(c *NewContact) { c.Subscriptions = []Subscription{{5, HTML}, {5, Text}} },
		"list 0":        func(c *NewContact) { c.Subscriptions = []Subscription{{0, HTML}} },
		"format 3":      func(c *NewContact) { c.Subscriptions = []Subscription{{5, 3}} },
	} {
		s := newScript(t)
		contact := newJane()
		change(&contact)
		if _, err := s.add(contact); !apierror.Is(err, apierror.Invalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if len(s.requests) != 0 {
			t.Errorf("%s: sent %s", name, s.sent())
		}
	}
}

func TestCreateInACustomerKeyRealm(t *testing.T) {
	contact := newJane()
	contact.CustomerKey = "K-1"
	keyed := func(id, key string) string {
		return detailXML(id, "jane@example.com", "Jane", "5", "<customer_key>"+key+"</customer_key>")
	}
	s := newScript(t).on("getrealmsettings", "1,Y,Y").on("find", "", rows("13,jane@example.com,Jane,,"), rows("13,jane@example.com,Jane,,", janeRow)).
		on("detail", keyed("13", "K-2"), keyed("12", "K-1")).on("sub", subAdded)
	created, err := s.add(contact)
	if err != nil || created.Contact.SubscriberID != 12 {
		t.Errorf("%+v (%v)", created, err)
	}
	s.expectSent("find find detail sub find detail")
	if got := s.last("sub").form.Get("data"); got != "email,first,customer_key^jane@example.com,Jane,K-1" {
		t.Errorf("sent %s", got)
	}
	for name, find := range map[string][]string{
		"found by key":     {rows("14,other@example.com,Jim,,")},
		"found by address": {"FAILURE: Unknown identity field", rows("14,jane@example.com,Jim,,")},
	} {
		s := newScript(t).on("getrealmsettings", "1,Y,Y").on("find", find...).on("detail", keyed("14", "K-1"))
		_, err := s.add(contact)
		var exists *ExistsError
		if !errors.As(err, &exists) || exists.SubscriberID != 14 || s.count("sub") != 0 {
			t.Errorf("%s: %v after %s", name, err, s.sent())
		}
	}
	s = newScript(t).on("getrealmsettings", "1,Y,Y").on("find", "", "", rows(janeRow)).
		on("detail", detailXML("12", "jane@example.com", "Jane", "5")).on("sub", subAdded)
	if created, err := s.add(contact); err != nil || created.Contact.SubscriberID != 12 {
		t.Errorf("a service that shows no keys: %+v (%v)", created, err)
	}
}

func TestCreatesOnOneAddressWaitForEachOther(t *testing.T) {
	s := newScript(t).on("sub", subAdded)
	var mu sync.Mutex
	var known []string
	s.respond = func(w http.ResponseWriter, r received) bool {
		mu.Lock()
		defer mu.Unlock()
		switch r.form.Get("c") {
		case "find":
			writeText(t, w, rows(known...))
			return true
		case "sub":
			_, row, _ := strings.Cut(r.form.Get("data"), "^")
			known = append(known, string(rune('1'+len(known)))+","+row+",,5")
		}
		return false
	}
	var group sync.WaitGroup
	ids := make(chan int64, 5)
	for _, name := range []string{"Ann", "Bob", "Cid", "Dan", "Eve"} {
		group.Go(func() {
			contact := newJane()
			contact.FirstName = name
			if name < "C" {
				contact.Email = "JANE@example.com"
			}
			created, err := s.add(contact)
			if err != nil {
				t.Error(err)
			}
			ids <- created.Contact.SubscriberID
		})
	}
	group.Wait()
	if got := s.sent(); got != strings.TrimSuffix(strings.Repeat("find sub find ", 5), " ") {
		t.Errorf("sent %s", got)
	}
}
