package whatcounts

import (
	"context"
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

const deletedID = "SUCCESS: subscriber_id 12 successfully deleted."

func TestADeleteIsReadDoneAndSeen(t *testing.T) {
	var last Contact
	before := func(_ context.Context, current Contact) error { last = current; return nil }
	expected := Deletion{Identity: jane().Identity, Verify: true, Before: before}

	s := newScript(t).on("find", rows(`12,Jane@Example.com,Jane,Doe,"5,7"`, "13,jane@example.com,Jim,,")).on("delete", deletedOne).on("detail", absent("12"))
	outcome := s.client.DeleteOne(t.Context(), expected)
	if outcome.Err != nil || outcome.AlreadyGone || !outcome.Sent {
		t.Errorf("%+v", outcome)
	}
	s.expectSent("find delete detail")
	if got := s.last("delete"); got.form.Get("data") != "email,first^Jane@Example.com,Jane" || got.names() != "r p c data" {
		t.Errorf("sent %v", got.form)
	}
	want := Contact{Identity{12, "Jane@Example.com", "Jane", ""}, map[string]string{"last": "Doe"}, []Subscription{{5, 0}, {7, 0}}}
	if !sameContact(last, want) || !sameContact(outcome.Contact, want) {
		t.Errorf("Before got %+v, the outcome is %+v", last, outcome.Contact)
	}

	s = newScript(t).on("delete", deletedOne).on("detail", absent("12"))
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: expected.Identity, Before: before}).Err; err != nil || last.Identity != expected.Identity {
		t.Errorf("without verification: %+v (%v)", last, err)
	}
	s.expectSent("delete detail")

	byID := expected
	byID.WithoutOptout = true
	s = newScript(t).on("find", rows(janeRow)).on("deletesubid", deletedID).on("show_optglobal", "")
	if outcome := s.client.DeleteOne(t.Context(), byID); outcome.Err != nil || outcome.OptoutRecorded {
		t.Errorf("by id: %+v", outcome)
	}
	s.expectSent("find show_optglobal deletesubid show_optglobal")
	if err := s.client.DeleteOne(t.Context(), byID).Err; err != nil {
		t.Error(err)
	}
	s.expectSent("find show_optglobal deletesubid show_optglobal find deletesubid")
	if got := s.last("deletesubid").names(); got != "r p c subscriber_id" {
		t.Errorf("sent %s", got)
	}

	keyed := expected
	keyed.CustomerKey = "K-1"
	s = newScript(t).on("getrealmsettings", "1,Y,Y").on("detail", detailXML("12", "jane@example.com", "Janet", "5", "<customer_key>K-1</customer_key>"), absent("12")).on("delete", deletedOne)
	if err := s.client.DeleteOne(t.Context(), keyed).Err; err != nil || last.FirstName != "Janet" {
		t.Errorf("by key: %+v (%v)", last, err)
	}
	s.expectSent("detail delete detail")
	if got := s.last("delete").form.Get("data"); got != "customer_key,email^K-1,jane@example.com" {
		t.Errorf("sent %s", got)
	}
}

func TestAContactThatIsNotTheOneExpectedIsNotDeleted(t *testing.T) {
	never := func(context.Context, Contact) error { t.Error("Before was called"); return nil }
	stop := errors.New("the journal cannot be written")
	for _, withoutOptout := range []bool{false, true} {
		expected := Deletion{Identity: jane().Identity, Verify: true, WithoutOptout: withoutOptout, Before: never}
		for change, detail := range map[string]string{
			"renamed": detailXML("12", "jane@example.com", "Janet", "5"),
			"moved":   detailXML("12", "jane@elsewhere.example.com", "Jane", "5"),
		} {
			s := newScript(t).on("find", rows("12,jane@example.com,Janet,,", "13,jane@example.com,Jane,,")).on("detail", detail)
			outcome := s.client.DeleteOne(t.Context(), expected)
			var changed *ChangedError
			if !errors.As(outcome.Err, &changed) || !apierror.Is(outcome.Err, apierror.Refused) || changed.Found.SubscriberID != 12 || outcome.Sent {
				t.Errorf("by id %t, %s: %+v", withoutOptout, change, outcome)
			}
			s.expectSent("find detail")
		}
		s := newScript(t).on("find", rows("13,jane@example.com,Jane,,")).on("detail", absent("12"))
		if outcome := s.client.DeleteOne(t.Context(), expected); outcome.Err != nil || !outcome.AlreadyGone {
			t.Errorf("by id %t, gone already: %+v", withoutOptout, outcome)
		}
		s.expectSent("find detail")

		s = newScript(t).on("find", rows(janeRow)).on("show_optglobal", "")
		expected.Before = func(context.Context, Contact) error { return stop }
		if outcome := s.client.DeleteOne(t.Context(), expected); !errors.Is(outcome.Err, stop) || outcome.Sent {
			t.Errorf("by id %t, stopped: %+v", withoutOptout, outcome)
		}
		if s.count("delete")+s.count("deletesubid")+s.count("deletebyid") != 0 {
			t.Errorf("by id %t, stopped: sent %s", withoutOptout, s.sent())
		}
	}
	key := jane().Identity
	key.CustomerKey = "K-1"
	s := newScript(t).on("getrealmsettings", "1,Y,Y").on("detail", detailXML("12", "jane@example.com", "Jane", "5", "<customer_key>K-2</customer_key>"))
	var changed *ChangedError
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: key, Verify: true, Before: never}).Err; !errors.As(err, &changed) || s.count("delete") != 0 {
		t.Errorf("another key: %v", err)
	}
}

func TestDeleteByAddressAloneTakesNobodyElse(t *testing.T) {
	nameless := jane().Identity
	nameless.FirstName = ""
	both := rows("12,jane@example.com,,,5", "13,jane@example.com,Jim,,5")
	s := newScript(t).on("find", both)
	err := s.client.DeleteOne(t.Context(), Deletion{Identity: nameless}).Err
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) || len(ambiguous.Rows) != 2 || !strings.Contains(err.Error(), `deletion_policy = "delete_without_optout"`) {
		t.Error(err)
	}
	s.expectSent("find")

	s = newScript(t).on("find", rows("12,jane@example.com,,,5")).on("delete", deletedOne).on("detail", absent("12"))
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: nameless}).Err; err != nil {
		t.Error(err)
	}
	s.expectSent("find delete detail")
	if got := s.last("delete").form.Get("data"); got != "email^jane@example.com" {
		t.Errorf("sent %s", got)
	}

	s = newScript(t).on("find", both).on("deletesubid", deletedID).on("show_optglobal", "")
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: nameless, WithoutOptout: true, Verify: true}).Err; err != nil {
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
		{"SUCCESS: 1 record(s) processed. 1 users deleted.", absent("12"), 0, ""},
		{"SUCCESS: 1 record(s) processed. 1 users deleted.", there, apierror.Uncertain, "another one may be gone in its place"},
		{deletedOne, detailXML("12", "jane@example.com", "Janet", "5"), apierror.Uncertain, "no longer the one expected"},
		{deletedOne, "FAILURE: try later", apierror.Uncertain, "reading it back failed as well"},
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
		err := s.client.DeleteOne(t.Context(), Deletion{Identity: jane().Identity}).Err
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
		err := s.client.DeleteOne(t.Context(), Deletion{Identity: jane().Identity, WithoutOptout: true}).Err
		if apierror.Of(err) != test.want || s.count("deletesubid") != 1 || s.count("deletebyid") != 0 {
			t.Errorf("%q: %v after %s", test.answer, err, s.sent())
		}
	}
}

func TestAnUnknownDeleteIsReadBackBeforeItIsRepeated(t *testing.T) {
	there := detailXML("12", "jane@example.com", "Jane", "5")
	lost := func(http.ResponseWriter) {}
	tests := []struct {
		name    string
		faults  int
		fault   func(http.ResponseWriter)
		detail  string
		finds   []string
		want    apierror.Kind // 0: no error
		most    int           // commands
		certain bool          // exactly so many
	}{
		{"done", 1, status500, absent("12"), []string{rows(janeRow), ""}, 0, 1, true},
		// They do not know yet of a contact that was added a moment ago.
		{"not done, and the details behind", 1, status500, absent("12"), []string{rows(janeRow)}, 0, 2, true},
		{"not done", 1, status500, there, []string{rows(janeRow)}, 0, 2, true},
		{"never done", 99, status500, there, []string{rows(janeRow)}, apierror.Uncertain, 3, true},
		{"cannot be read", 1, lost, "FAILURE: try later", []string{rows(janeRow)}, apierror.Uncertain, 2, false},
	}
	for command, withoutOptout := range map[string]bool{"delete": false, "deletesubid": true} {
		for _, test := range tests {
			s := newScript(t).on("find", test.finds...).on("detail", test.detail).on("delete", deletedOne).on("deletesubid", deletedID).on("show_optglobal", "")
			s.fault(command, test.faults, test.fault)
			s.goneAfter(command)
			calls := 0
			outcome := s.client.DeleteOne(t.Context(), Deletion{
				Identity: jane().Identity, WithoutOptout: withoutOptout, Verify: true,
				Before: func(context.Context, Contact) error { calls++; return nil },
			})
			if apierror.Of(outcome.Err) != test.want || (outcome.Err != nil) != (test.want != 0) || outcome.AlreadyGone || !outcome.Sent || calls != 1 {
				t.Errorf("%s, %s: %+v, Before was called %d times", command, test.name, outcome, calls)
			}
			if sent := s.count(command); sent > test.most || test.certain && sent != test.most {
				t.Errorf("%s, %s: sent %s", command, test.name, s.sent())
			}
		}
	}
}

// goneAfter has the details of the contact end with the first command that is
// answered.
func (s *script) goneAfter(command string) {
	faulty := s.respond
	s.respond = func(w http.ResponseWriter, r received) bool {
		if faulty(w, r) {
			return true
		}
		if r.form.Get("c") == command {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.on("detail", absent("12"))
		}
		return false
	}
}

// Right after a write, a read may not know the contact yet.
func TestADeleteRightAfterAWriteReadsAgain(t *testing.T) {
	for _, written := range []bool{false, true} {
		s := newScript(t).on("find", rows(janeRow)).on("detail", absent("12"), detailXML("12", "jane@example.com", "Jane", "5", "<city>Rome</city>"), absent("12")).on("delete", deletedOne)
		var last Contact
		outcome := s.client.DeleteOne(t.Context(), Deletion{
			Identity: jane().Identity, Verify: true, Whole: true, Written: written,
			Before: func(_ context.Context, current Contact) error { last = current; return nil },
		})
		if outcome.Err != nil || outcome.AlreadyGone == written || (s.count("delete") == 1) != written || (last.Values["city"] == "Rome") != written {
			t.Errorf("written %t: %+v, Before got %+v, sent %s", written, outcome, last, s.sent())
		}
	}
}

func TestTheSecondNameOfDeleteByID(t *testing.T) {
	s := newScript(t).on("deletesubid", "FAILURE: Unknown command").on("deletebyid", "SUCCESS: subscriber_id 12 successfully deleted").on("show_optglobal", "")
	for range 2 {
		if err := s.client.DeleteOne(t.Context(), Deletion{Identity: jane().Identity, WithoutOptout: true}).Err; err != nil {
			t.Error(err)
		}
	}
	s.expectSent("show_optglobal deletesubid deletebyid show_optglobal deletebyid")
	s = newScript(t).on("deletesubid", "FAILURE: no permission").on("deletebyid", "FAILURE: Unknown command")
	if err := s.client.DeleteOne(t.Context(), Deletion{Identity: jane().Identity, WithoutOptout: true}).Err; !apierror.Is(err, apierror.Refused) || !strings.Contains(err.Error(), "no permission") {
		t.Error(err)
	}
}

func TestDeleteByIDLearnsWhetherItLeavesAnOptout(t *testing.T) {
	const shown = "\"Email\"\n\"jane@example.com\"\n"
	remove := func(s *script) bool {
		outcome := s.client.DeleteOne(t.Context(), Deletion{Identity: jane().Identity, WithoutOptout: true})
		if outcome.Err != nil {
			t.Error(outcome.Err)
		}
		return outcome.OptoutRecorded
	}
	newService := func(optouts ...string) *script {
		return newScript(t).on("deletesubid", deletedID).on("show_optglobal", optouts...)
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
