package whatcounts

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

const (
	deletedOne = "SUCCESS: 1 record(s) procesed. 1 users deleted"
	deletedNo  = "SUCCESS: 1 record(s) processed. 0 users deleted."
)

func TestDeleteTakesTwoRequests(t *testing.T) {
	var last Contact
	check := DeleteCheck{Verify: true, Before: func(current Contact) error { last = current; return nil }}
	expected := jane()
	expected.Fields = map[string]string{"last": "Doe"}

	s := newScript(t).on("find", rows(`12,Jane@Example.com,Jane,Doe,"5,7"`, "13,jane@example.com,Jim,,")).on("delete", deletedOne)
	if err := s.client.DeleteContact(t.Context(), expected, check); err != nil {
		t.Error(err)
	}
	s.expectSent("find delete")
	if got := s.last("delete"); got.form.Get("data") != "email,first^Jane@Example.com,Jane" || got.names() != "r p c data" {
		t.Errorf("sent %v", got.form)
	}
	want := Contact{SubscriberID: 12, Email: "Jane@Example.com", FirstName: "Jane", Fields: map[string]string{"last": "Doe"}, Subscriptions: []Subscription{{5, HTML}, {7, 0}}}
	if !sameContact(last, want) {
		t.Errorf("Before got %+v", last)
	}

	s = newScript(t).on("delete", deletedOne)
	if err := s.client.DeleteContact(t.Context(), expected, DeleteCheck{Before: check.Before}); err != nil || !sameContact(last, expected) {
		t.Errorf("without verification: %+v (%v)", last, err)
	}
	s.expectSent("delete")

	s = newScript(t).on("find", rows(janeRow)).on("deletesubid", "SUCCESS: subscriber_id 12 successfully deleted.").on("show_optglobal", "")
	if recorded, err := s.client.DeleteContactByID(t.Context(), expected, check); err != nil || recorded {
		t.Errorf("by id: %t (%v)", recorded, err)
	}
	s.expectSent("find show_optglobal deletesubid show_optglobal")
	if _, err := s.client.DeleteContactByID(t.Context(), expected, check); err != nil {
		t.Error(err)
	}
	s.expectSent("find show_optglobal deletesubid show_optglobal find deletesubid")
	if got := s.last("deletesubid").names(); got != "r p c subscriber_id" {
		t.Errorf("sent %s", got)
	}

	keyed := expected
	keyed.CustomerKey = "K-1"
	s = newScript(t).on("getrealmsettings", "1,Y,Y").on("detail", detailXML("12", "jane@example.com", "Janet", "5", "<customer_key>K-1</customer_key>")).on("delete", deletedOne)
	if err := s.client.DeleteContact(t.Context(), keyed, check); err != nil || last.FirstName != "Janet" {
		t.Errorf("by key: %+v (%v)", last, err)
	}
	s.expectSent("detail delete")
	if got := s.last("delete").form.Get("data"); got != "customer_key,email^K-1,jane@example.com" {
		t.Errorf("sent %s", got)
	}
}

// deletes are both delete commands.
func deletes(c *Client) map[string]func(*testing.T, Contact, DeleteCheck) error {
	return map[string]func(*testing.T, Contact, DeleteCheck) error{
		"delete": func(t *testing.T, contact Contact, check DeleteCheck) error {
			return c.DeleteContact(t.Context(), contact, check)
		},
		"by id": func(t *testing.T, contact Contact, check DeleteCheck) error {
			_, err := c.DeleteContactByID(t.Context(), contact, check)
			return err
		},
	}
}

func TestAContactThatIsNotTheOneExpectedIsNotDeleted(t *testing.T) {
	before := func(Contact) error { t.Error("Before was called"); return nil }
	for _, name := range []string{"delete", "by id"} {
		for change, detail := range map[string]string{
			"renamed": detailXML("12", "jane@example.com", "Janet", "5"),
			"moved":   detailXML("12", "jane@elsewhere.example.com", "Jane", "5"),
		} {
			s := newScript(t).on("find", rows("12,jane@example.com,Janet,,", "13,jane@example.com,Jane,,")).on("detail", detail)
			err := deletes(s.client)[name](t, jane(), DeleteCheck{Verify: true, Before: before})
			var changed *ChangedError
			if !errors.As(err, &changed) || !apierror.Is(err, apierror.Refused) || changed.Found.SubscriberID != 12 {
				t.Errorf("%s, %s: %v", name, change, err)
			}
			s.expectSent("find detail")
		}
		s := newScript(t).on("find", rows("13,jane@example.com,Jane,,")).on("detail", absent("12"))
		if err := deletes(s.client)[name](t, jane(), DeleteCheck{Verify: true, Before: before}); err != nil {
			t.Errorf("%s, gone already: %v", name, err)
		}
		s.expectSent("find detail")

		s = newScript(t).on("find", rows(janeRow))
		stop := errors.New("the journal cannot be written")
		if err := deletes(s.client)[name](t, jane(), DeleteCheck{Verify: true, Before: func(Contact) error { return stop }}); !errors.Is(err, stop) {
			t.Errorf("%s, stopped: %v", name, err)
		}
		if s.count("delete")+s.count("deletesubid")+s.count("deletebyid") != 0 {
			t.Errorf("%s, stopped: sent %s", name, s.sent())
		}
	}
	key := jane()
	key.CustomerKey = "K-1"
	s := newScript(t).on("getrealmsettings", "1,Y,Y").on("detail", detailXML("12", "jane@example.com", "Jane", "5", "<customer_key>K-2</customer_key>"))
	err := s.client.DeleteContact(t.Context(), key, DeleteCheck{Verify: true, Before: before})
	var changed *ChangedError
	if !errors.As(err, &changed) {
		t.Errorf("another key: %v", err)
	}
}

func TestDeleteByAddressAloneTakesNobodyElse(t *testing.T) {
	nameless := jane()
	nameless.FirstName = ""
	s := newScript(t).on("find", rows("12,jane@example.com,,,5", "13,jane@example.com,Jim,,5"))
	err := s.client.DeleteContact(t.Context(), nameless, DeleteCheck{})
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) || len(ambiguous.Matches) != 2 || !strings.Contains(err.Error(), `deletion_policy = "delete_without_optout"`) {
		t.Error(err)
	}
	s.expectSent("find")

	s = newScript(t).on("find", rows("12,jane@example.com,,,5")).on("delete", deletedOne)
	if err := s.client.DeleteContact(t.Context(), nameless, DeleteCheck{}); err != nil {
		t.Error(err)
	}
	s.expectSent("find delete")
	if got := s.last("delete").form.Get("data"); got != "email^jane@example.com" {
		t.Errorf("sent %s", got)
	}

	s = newScript(t).on("find", rows("12,jane@example.com,,,5", "13,jane@example.com,Jim,,5")).
		on("deletesubid", "SUCCESS: subscriber_id 12 successfully deleted.").on("show_optglobal", "")
	if _, err := s.client.DeleteContactByID(t.Context(), nameless, DeleteCheck{Verify: true}); err != nil {
		t.Error(err)
	}
}

func TestTheCountOfADeleteDecides(t *testing.T) {
	there := detailXML("12", "jane@example.com", "Jane", "5")
	tests := []struct {
		answer, detail string
		want           apierror.Kind // 0: no error
		text           string
	}{
		{"SUCCESS: 1 record(s) processed. 1 users deleted.", there, 0, ""},
		{deletedNo, absent("12"), 0, ""},
		{"FAILURE: Subscriber cannot be found for jane@example.com", absent("12"), 0, ""},
		{"FAILURE: No subscriber record exists", absent("12"), 0, ""},
		{deletedNo, there, apierror.Refused, "still there"},
		{"FAILURE: Subscriber cannot be found", there, apierror.Refused, "still there"},
		{deletedNo, detailXML("12", "new@example.com", "Jane", "5"), apierror.Refused, "no longer the one expected"},
		{deletedNo, "FAILURE: try later", apierror.Refused, "try later"},
		{"SUCCESS: 1 record(s) processed. 2 users deleted", absent("12"), apierror.Uncertain, "more was deleted than asked for"},
		{"FAILURE: customer_key is required", there, apierror.Refused, "customer_key is required"},
		{"FAILURE: Error looking up list ids", absent("12"), apierror.Refused, "list ids"},
	}
	for _, test := range tests {
		s := newScript(t).on("delete", test.answer).on("detail", test.detail).on("find", "")
		err := s.client.DeleteContact(t.Context(), jane(), DeleteCheck{})
		if apierror.Of(err) != test.want || test.want == 0 && err != nil || err != nil && !strings.Contains(err.Error(), test.text) {
			t.Errorf("%q, %.60q: %v", test.answer, test.detail, err)
		}
		if s.count("delete") != 1 {
			t.Errorf("%q: sent %s", test.answer, s.sent())
		}
	}
	byID := []struct {
		answer, detail string
		want           apierror.Kind
	}{
		{"FAILURE: unable to find subscriber record", absent("12"), 0},
		{absent("12"), absent("12"), 0},
		{"FAILURE: No subscriber record exists", absent("12"), 0},
		{"FAILURE: unable to find subscriber record", there, apierror.Refused},
		{"SUCCESS: subscriber_id 13 successfully deleted.", there, apierror.Uncertain},
	}
	for _, test := range byID {
		s := newScript(t).on("deletesubid", test.answer).on("detail", test.detail).on("find", "").on("show_optglobal", "")
		_, err := s.client.DeleteContactByID(t.Context(), jane(), DeleteCheck{})
		if apierror.Of(err) != test.want || s.count("deletesubid") != 1 || s.count("deletebyid") != 0 {
			t.Errorf("%q: %v after %s", test.answer, err, s.sent())
		}
	}
}

func TestAnUnknownDeleteIsReadBackBeforeItIsRepeated(t *testing.T) {
	there := detailXML("12", "jane@example.com", "Jane", "5")
	for command, name := range map[string]string{"delete": "delete", "deletesubid": "by id"} {
		setUp := func(faults int, detail ...string) *script {
			s := newScript(t).on("find", rows(janeRow)).on("detail", detail...).on("delete", deletedOne).
				on("deletesubid", "SUCCESS: subscriber_id 12 successfully deleted.").on("show_optglobal", "")
			s.fault(command, faults, status500)
			return s
		}
		calls := 0
		check := DeleteCheck{Verify: true, Before: func(Contact) error { calls++; return nil }}
		s := setUp(1, absent("12")).on("find", rows(janeRow), "")
		if err := deletes(s.client)[name](t, jane(), check); err != nil || s.count(command) != 1 || calls != 1 {
			t.Errorf("%s, done: %v after %s", name, err, s.sent())
		}
		// The details are behind: they do not know yet of a contact that was added
		// a moment ago, and that a search shows.
		s = setUp(1, absent("12"))
		if err := deletes(s.client)[name](t, jane(), check); err != nil || s.count(command) != 2 {
			t.Errorf("%s, not done, and the details behind: %v after %s", name, err, s.sent())
		}
		calls = 1
		s = setUp(1, there)
		if err := deletes(s.client)[name](t, jane(), check); err != nil || s.count(command) != 2 || calls != 2 {
			t.Errorf("%s, not done: %v after %s", name, err, s.sent())
		}
		s = setUp(99, there)
		if err := deletes(s.client)[name](t, jane(), check); !apierror.Is(err, apierror.Uncertain) || s.count(command) != 3 {
			t.Errorf("%s, never done: %v after %s", name, err, s.sent())
		}
		s = setUp(1, "FAILURE: try later")
		s.fault(command, 1, func(http.ResponseWriter) {})
		if err := deletes(s.client)[name](t, jane(), check); err == nil || s.count(command) > 2 {
			t.Errorf("%s, cannot be read: %v after %s", name, err, s.sent())
		}
	}
}

func TestTheSecondNameOfDeleteByID(t *testing.T) {
	s := newScript(t).on("deletesubid", "FAILURE: Unknown command").on("deletebyid", "SUCCESS: subscriber_id 12 successfully deleted").on("show_optglobal", "")
	for range 2 {
		if _, err := s.client.DeleteContactByID(t.Context(), jane(), DeleteCheck{}); err != nil {
			t.Error(err)
		}
	}
	s.expectSent("show_optglobal deletesubid deletebyid show_optglobal deletebyid")
	s = newScript(t).on("deletesubid", "FAILURE: no permission").on("deletebyid", "FAILURE: Unknown command")
	if _, err := s.client.DeleteContactByID(t.Context(), jane(), DeleteCheck{}); !apierror.Is(err, apierror.Refused) || !strings.Contains(err.Error(), "no permission") {
		t.Error(err)
	}
}

func TestDeleteByIDLearnsWhetherItLeavesAnOptout(t *testing.T) {
	const shown = "\"Email\"\n\"jane@example.com\"\n"
	remove := func(s *script) bool {
		recorded, err := s.client.DeleteContactByID(t.Context(), jane(), DeleteCheck{})
		if err != nil {
			t.Error(err)
		}
		return recorded
	}
	newService := func(optouts ...string) *script {
		return newScript(t).on("deletesubid", "SUCCESS: subscriber_id 12 successfully deleted.").on("show_optglobal", optouts...)
	}
	s := newService("", shown)
	if first, second := remove(s), remove(s); !first || !second || s.count("show_optglobal") != 2 {
		t.Errorf("an opt-out that is recorded was not told, or looked for again: %s", s.sent())
	}
	s = newService("")
	if first, second := remove(s), remove(s); first || second || s.count("show_optglobal") != 2 {
		t.Errorf("an opt-out was told that is not recorded: %s", s.sent())
	}
	s = newService(shown, "", shown)
	if remove(s) || !remove(s) {
		t.Errorf("an opt-out that was there before was taken for proof: %s", s.sent())
	}
	s = newService("FAILURE: no")
	if remove(s) {
		t.Error("a query that fails was taken for proof")
	}
	if got := s.last("show_optglobal").form.Get("days"); got != "2" {
		t.Errorf("asked for %s days", got)
	}
}
