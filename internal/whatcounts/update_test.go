package whatcounts

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

const (
	updatedOne = "SUCCESS: 1 record(s) processed. 1 users updated."
	updatedNo  = "SUCCESS: 1 record(s) processed. 0 users updated."
)

// changed is jane after a change.
func changed(change func(*Managed)) Managed {
	contact := clone(jane())
	change(&contact)
	return contact
}

// update is UpdateOne with its results apart.
func update(ctx context.Context, c *Client, from, to Managed) (Contact, []int64, error) {
	outcome := c.UpdateOne(ctx, Change{From: from, To: to})
	return outcome.Contact, outcome.Pending, outcome.Err
}

func TestAnUpdateOfNothingSendsNothing(t *testing.T) {
	s := newScript(t)
	for _, wanted := range []Managed{
		jane(),
		changed(func(c *Managed) { c.Email = "JANE@example.com" }),
		changed(func(c *Managed) { c.Subscriptions = []Subscription{{5, 0}} }),
	} {
		if _, _, err := update(t.Context(), s.client, jane(), wanted); err != nil || len(s.requests) != 0 {
			t.Errorf("%v after %s", err, s.sent())
		}
	}
	keyed := jane()
	keyed.CustomerKey = "K-1"
	other := keyed
	other.CustomerKey = "K-2"
	if _, _, err := update(t.Context(), s.client, keyed, other); !apierror.Is(err, apierror.Invalid) || !strings.Contains(err.Error(), "customer_key") || len(s.requests) != 0 {
		t.Errorf("another key: %v", err)
	}
	if _, _, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.Values["city"] = "a^b" })); !apierror.Is(err, apierror.Invalid) || len(s.requests) != 0 {
		t.Errorf("a value that cannot be sent: %v", err)
	}
}

func TestAnUpdateOfValues(t *testing.T) {
	current := changed(func(c *Managed) {
		c.Values = map[string]string{"last": "Doe", "fax": "a^b", "custom_plan": "lead"}
	})
	wanted := changed(func(c *Managed) {
		c.Values = map[string]string{"city": "Rome", "fax": "a^b", "custom_plan": "gold"}
	})
	stored := []string{"<city>Rome</city>", "<fax>a^b</fax>", "<zip>2000</zip>", "<custom_plan>gold</custom_plan>"}
	s := newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", detailXML("12", "jane@example.com", "Jane", "5", stored...))
	got, pending, err := update(t.Context(), s.client, current, wanted)
	if err != nil || got.Values["zip"] != "2000" || len(pending) != 0 {
		t.Errorf("%+v (%v)", got, err)
	}
	s.expectSent("find update detail")
	sent := s.last("update")
	if sent.names() != "r p c list_id identity_field data" || sent.form.Get("identity_field") != "email" || sent.form.Get("list_id") != "5" ||
		sent.form.Get("data") != "email,last,city,custom_plan^jane@example.com,,Rome,gold" {
		t.Errorf("sent %v", sent.form)
	}

	s = newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", detailXML("12", "jane@example.com", "Jane", "5", append(stored, "<last>Doe</last>")...))
	got, _, err = update(t.Context(), s.client, current, wanted)
	var difference *DifferenceError
	if !errors.As(err, &difference) || len(difference.Differences) != 1 || difference.Differences[0] != (Difference{"last_name", "", "Doe"}) || got.Values["last"] != "Doe" {
		t.Errorf("a value that is not cleared: %+v (%v)", got, err)
	}
	for answer, want := range map[string]apierror.Kind{
		updatedNo: apierror.Refused, "FAILURE: no": apierror.Refused, "SUCCESS: 1 record(s) processed. 2 users updated.": apierror.Uncertain,
	} {
		s = newScript(t).on("find", rows(janeRow)).on("update", answer).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
		if _, _, err = update(t.Context(), s.client, current, wanted); !apierror.Is(err, want) || s.count("update") != 1 {
			t.Errorf("%s: %v after %s", answer, err, s.sent())
		}
	}
}

func TestAnUpdateBesideOthersAddressesOneContact(t *testing.T) {
	wanted := changed(func(c *Managed) { c.Values["city"] = "Rome"; c.Subscriptions = []Subscription{{5, Text}} })
	s := newScript(t).on("find", rows("11,jane@example.com,Ann,,5", janeRow)).on("sub", subUpdated).
		on("detail", strings.Replace(detailXML("12", "jane@example.com", "Jane", "5", "<city>Rome</city>"), "<format>2", "<format>1", 1))
	if _, _, err := update(t.Context(), s.client, jane(), wanted); err != nil {
		t.Error(err)
	}
	s.expectSent("find sub detail")
	if got := s.last("sub"); got.form.Get("data") != "email,first,city^jane@example.com,Jane,Rome" || got.form.Get("list_id") != "5" || got.form.Get("format") != "1" {
		t.Errorf("sent %v", got.form)
	}

	s = newScript(t).on("find", rows("11,jane@example.com,Ann,,5", janeRow)).on("sub", subAdded).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
	if _, _, err := update(t.Context(), s.client, jane(), wanted); err == nil || !strings.Contains(err.Error(), "second contact") {
		t.Errorf("a second contact: %v", err)
	}

	nameless := jane()
	nameless.FirstName = ""
	refusals := map[string][2]Managed{
		"nameless":   {nameless, func() Managed { w := wanted; w.FirstName = ""; return w }()},
		"email":      {jane(), changed(func(c *Managed) { c.Email = "new@example.com" })},
		"first name": {jane(), changed(func(c *Managed) { c.FirstName = "Janet" })},
	}
	for name, contacts := range refusals {
		s := newScript(t).on("find", rows("11,jane@example.com,Ann,,5", "12,jane@example.com,"+contacts[0].FirstName+",,5"))
		_, _, err := update(t.Context(), s.client, contacts[0], contacts[1])
		var ambiguous *AmbiguousError
		if !errors.As(err, &ambiguous) || len(ambiguous.Rows) != 2 {
			t.Errorf("%s: %v", name, err)
		}
		s.expectSent("find")
	}
}

func TestAChangeOfAddress(t *testing.T) {
	wanted := changed(func(c *Managed) { c.Email = "new@example.com" })
	const done = "SUCCESS: jane@example.com changed to new@example.com [subscriber ID 12)"
	moved := detailXML("12", "new@example.com", "Jane", "5")
	stayed := detailXML("12", "jane@example.com", "Jane", "5")
	newScript := func(t *testing.T) *script { return newScript(t).on("show_optglobal", "").on("show_opt", "") }

	s := newScript(t).on("find", rows(janeRow), "").on("change", done).on("detail", moved)
	if got, _, err := update(t.Context(), s.client, jane(), wanted); err != nil || got.Email != "new@example.com" {
		t.Errorf("%+v (%v)", got, err)
	}
	s.expectSent("find find show_optglobal show_opt change detail")
	if got := s.last("change").names(); got != "r p c email email_new" {
		t.Errorf("sent %s", got)
	}

	s = newScript(t).on("find", rows(janeRow), rows("13,new@example.com,Jim,,"))
	_, _, err := update(t.Context(), s.client, jane(), wanted)
	var exists *ExistsError
	if !errors.As(err, &exists) || exists.SubscriberID != 13 || s.count("change") != 0 {
		t.Errorf("an address in use: %v", err)
	}

	s = newScript(t).on("find", rows(janeRow), "").on("change", "FAILURE: jane@example.com does not appear to be a valid email address").on("detail", stayed)
	if got, _, err := update(t.Context(), s.client, jane(), wanted); !apierror.Is(err, apierror.Refused) || got.Email != "jane@example.com" {
		t.Errorf("a bad address: %+v (%v)", got, err)
	}
	s = newScript(t).on("find", rows(janeRow), "").on("change", "FAILURE: unable to find subscriber record").on("detail", absent("12"))
	if _, _, err := update(t.Context(), s.client, jane(), wanted); !apierror.Is(err, apierror.NotFound) {
		t.Errorf("a contact that is gone: %v", err)
	}
	s = newScript(t).on("find", rows(janeRow), "").on("change", "FAILURE: busy").on("detail", moved)
	if _, _, err := update(t.Context(), s.client, jane(), wanted); err != nil {
		t.Errorf("a failure that was done: %v", err)
	}
	for _, answer := range []string{"", "SUCCESS", "SUCCESS: jane@example.com changed to new@example.com [subscriber ID 13)"} {
		s = newScript(t).on("find", rows(janeRow), "").on("change", answer).on("detail", moved)
		if _, _, err := update(t.Context(), s.client, jane(), wanted); err != nil || s.count("change") != 1 {
			t.Errorf("%q, done: %v after %s", answer, err, s.sent())
		}
		s = newScript(t).on("find", rows(janeRow), "", rows(janeRow), "").on("change", answer, done).on("detail", stayed)
		s.respond = func(w http.ResponseWriter, r received) bool {
			if r.form.Get("c") == "detail" && s.count("change") == 2 {
				writeText(t, w, moved)
				return true
			}
			return false
		}
		if _, _, err := update(t.Context(), s.client, jane(), wanted); err != nil || s.count("change") != 2 {
			t.Errorf("%q, not done: %v after %s", answer, err, s.sent())
		}
	}
}

func TestAChangeOfFirstName(t *testing.T) {
	wanted := changed(func(c *Managed) { c.FirstName = "Janet" })
	s := newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", detailXML("12", "jane@example.com", "Janet", "5"))
	if got, _, err := update(t.Context(), s.client, jane(), wanted); err != nil || got.FirstName != "Janet" {
		t.Errorf("%+v (%v)", got, err)
	}
	s.expectSent("find update detail")
	if got := s.last("update").form.Get("data"); got != "email,first^jane@example.com,Janet" {
		t.Errorf("sent %s", got)
	}
	for _, answer := range []string{updatedOne, updatedNo, "FAILURE: no"} {
		s = newScript(t).on("find", rows(janeRow)).on("update", answer).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
		got, _, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.FirstName = "Janet"; c.Values["city"] = "Rome" }))
		if !apierror.Is(err, apierror.Refused) || !strings.Contains(err.Error(), "as it was") || got.FirstName != "Jane" || s.count("update") != 1 {
			t.Errorf("%s: %+v (%v) after %s", answer, got, err, s.sent())
		}
	}
}

func TestAnUpdateOfSubscriptions(t *testing.T) {
	wanted := changed(func(c *Managed) { c.Subscriptions = []Subscription{{7, HTML}} })
	s := newScript(t).on("find", rows(janeRow)).on("show_opt", "").on("show_optglobal", "").on("sub", subUpdated).on("unsub", unsubOne).
		on("detail", detailXML("12", "jane@example.com", "Jane", "7"))
	if _, pending, err := update(t.Context(), s.client, jane(), wanted); err != nil || len(pending) != 0 {
		t.Errorf("%v (%v)", pending, err)
	}
	s.expectSent("find show_optglobal show_opt sub unsub detail")
	if sub, unsub := s.last("sub"), s.last("unsub"); sub.form.Get("data") != "email,first^jane@example.com,Jane" || sub.names() != "r p c list_id format data" ||
		unsub.form.Get("data") != "email,first^jane@example.com,Jane" || unsub.form.Has("optout") {
		t.Errorf("sent %v and %v", sub.form, unsub.form)
	}

	for _, answer := range []string{subPending, subUpdated, "SUCCESS: 1 record(s) processed."} {
		s = newScript(t).on("find", rows(janeRow)).on("show_opt", "").on("show_optglobal", "").on("sub", strings.Replace(answer, "Added 1", "Added 0", 1)).
			on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
		_, pending, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.Subscriptions = []Subscription{{5, HTML}, {7, HTML}} }))
		if err != nil || !slices.Equal(pending, []int64{7}) {
			t.Errorf("%s: pending %v (%v)", answer, pending, err)
		}
	}

	s = newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", strings.Replace(detailXML("12", "jane@example.com", "Jane", "5"), "<format>2", "<format>99", 1))
	if _, _, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.Subscriptions = []Subscription{{5, MIME}} })); err != nil {
		t.Error(err)
	}
	if got := s.last("update").form.Get("data"); got != "email,format_number^jane@example.com,99" {
		t.Errorf("sent %s", got)
	}
	s.on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
	if _, _, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.Subscriptions = []Subscription{{5, MIME}} })); err == nil || !strings.Contains(err.Error(), "subscription to list 5") {
		t.Errorf("a format that is not taken: %v", err)
	}
}

func TestAnOptoutStopsAnUpdateBeforeAnythingChanges(t *testing.T) {
	wanted := changed(func(c *Managed) {
		c.Email = "new@example.com"
		c.Values["city"] = "Rome"
		c.Subscriptions = []Subscription{{7, HTML}, {9, HTML}}
	})
	s := newScript(t).on("find", rows(janeRow), "").on("show_optglobal", "Email\njane@example.com\n").on("show_opt", "", "Email\nNEW@example.com\n")
	outcome := s.client.UpdateOne(t.Context(), Change{From: jane(), To: wanted})
	var optedOut *OptedOutError
	if !errors.As(outcome.Err, &optedOut) || *optedOut != (OptedOutError{"new@example.com", 9, false, true}) || outcome.Sent {
		t.Errorf("%+v", outcome)
	}
	s.expectSent("find find show_optglobal show_opt show_opt")

	s = newScript(t).on("find", rows(janeRow)).on("show_optglobal", "").on("show_opt", "").on("sub", subIgnored).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
	_, _, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.Values["city"] = "Rome"; c.Subscriptions = []Subscription{{5, HTML}, {9, HTML}} }))
	if !errors.As(err, &optedOut) || optedOut.ListID != 9 || s.count("update") != 0 || strings.Contains(err.Error(), "set force_sub") {
		t.Errorf("an opt-out that no query shows: %v after %s", err, s.sent())
	}
	if s.last("sub").form.Has("force_sub") {
		t.Error("an update forced a subscription")
	}
}

func TestAnUpdateGoesOnAfterALostAnswer(t *testing.T) {
	wanted := changed(func(c *Managed) { c.Values["city"] = "Rome" })
	stored := detailXML("12", "jane@example.com", "Jane", "5", "<city>Rome</city>")
	s := newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", stored)
	s.fault("update", 1, status500)
	if _, _, err := update(t.Context(), s.client, jane(), wanted); err != nil {
		t.Error(err)
	}
	s.expectSent("find update detail")

	s = newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
	s.fault("update", 99, status500)
	if _, _, err := update(t.Context(), s.client, jane(), wanted); !apierror.Is(err, apierror.Uncertain) || s.count("update") != 3 {
		t.Errorf("%v after %s", err, s.sent())
	}
}

func TestAnUpdateThatFailedTellsWhetherAnythingChanged(t *testing.T) {
	for stored, sent := range map[string]bool{"<last>Doe</last>": false, "<last>Smith</last>": true, "FAILURE: try later": true} {
		detail := detailXML("12", "jane@example.com", "Jane", "5", stored)
		if strings.HasPrefix(stored, "FAILURE") {
			detail = stored
		}
		s := newScript(t).on("find", rows(janeRow)).on("update", "FAILURE: no").on("detail", detail)
		outcome := s.client.UpdateOne(t.Context(), Change{
			From: changed(func(c *Managed) { c.Values["last"] = "Doe" }),
			To:   changed(func(c *Managed) { c.Values["last"] = "Smith"; c.Values["city"] = "Rome" }),
		})
		if !apierror.Is(outcome.Err, apierror.Refused) || outcome.Sent != sent || (outcome.Contact.SubscriberID == 12) != (detail != stored) {
			t.Errorf("%s: %+v", stored, outcome)
		}
	}
}

func TestAListThatIsKnownToWaitIsNoDifference(t *testing.T) {
	s := newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", detailXML("12", "jane@example.com", "Jane", "5", "<city>Rome</city>"))
	from := on(jane(), 5, 7)
	to := clone(from)
	to.Values["city"] = "Rome"
	if err := s.client.UpdateOne(t.Context(), Change{From: from, To: to, Pending: []int64{7}}).Err; err != nil {
		t.Error(err)
	}
	s.expectSent("find update detail")
	if err := s.client.UpdateOne(t.Context(), Change{From: from, To: to}).Err; err == nil || !strings.Contains(err.Error(), "subscription to list 7") {
		t.Errorf("a list that is not known to wait: %v", err)
	}
}

// Where the contact cannot be read after something was sent, none is returned.
func TestAnUpdateThatCannotBeReadClaimsNothing(t *testing.T) {
	s := newScript(t).on("find", rows(janeRow)).on("update", updatedOne).on("detail", detailXML("12", "jane@example.com", "Jane", "5"))
	s.fault("detail", 99, status500)
	got, _, err := update(t.Context(), s.client, jane(), changed(func(c *Managed) { c.Values["city"] = "Rome" }))
	if !apierror.Is(err, apierror.Uncertain) || got.SubscriberID != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnUpdateOfAnotherContactIsRefused(t *testing.T) {
	wanted := changed(func(c *Managed) { c.Values["city"] = "Rome" })
	s := newScript(t).on("find", rows("13,jane@example.com,Jane,,5")).on("detail", detailXML("12", "moved@example.com", "Jane", "5"))
	_, _, err := update(t.Context(), s.client, jane(), wanted)
	var other *ChangedError
	if !errors.As(err, &other) {
		t.Error(err)
	}
	s.on("detail", absent("12"))
	if _, _, err := update(t.Context(), s.client, jane(), wanted); !apierror.Is(err, apierror.NotFound) {
		t.Error(err)
	}
	if s.count("update")+s.count("sub") != 0 {
		t.Errorf("sent %s", s.sent())
	}
}
