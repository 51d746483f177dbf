package whatcounts

import (
	"testing"
)

func TestEveryKnownLiteralIsRead(t *testing.T) {
	read := func(text string) answer { return readAnswer([]byte(text)) }
	subscribes := []struct {
		text string
		want subscribeCounts
	}{
		{subUpdated, subscribeCounts{processed: 1, subscriptions: 1, updated: 1}},
		{subNothing, subscribeCounts{processed: 1}},
		{subIgnored, subscribeCounts{processed: 1, ignored: 1}},
		{"SUCCESS: Total Records Processed 1, Total Subscriptions 1, Records Added 1, Records Updated 0, Records Ignored (Optout Error)0, Records Failed Other Error 0", subscribeCounts{processed: 1, subscriptions: 1, added: 1}},
		{"FAILURE: 1 record(s) processed. 0 users subscribed to list(s) 5 (0 total subscriptions)", subscribeCounts{processed: 1, subscriptions: 0, added: notCounted, updated: notCounted}},
		{"SUCCESS: 1 record(s) processed. 1 users subscribed to list(s) 5 (1 total subscriptions)", subscribeCounts{processed: 1, subscriptions: 1, added: notCounted, updated: notCounted}},
		{"SUCCESS: 1 record(s) processed.", subscribeCounts{processed: 1, subscriptions: notCounted, added: notCounted, updated: notCounted}},
		{"\ufeffsuccess: 1 record(s) processed.\r\n", subscribeCounts{processed: 1, subscriptions: notCounted, added: notCounted, updated: notCounted}},
		{"FAILURE: Cannot insert duplicate subscription", subscribeCounts{subscriptions: notCounted, added: notCounted, updated: notCounted, duplicate: true}},
	}
	for _, test := range subscribes {
		if got, readable := read(test.text).subscribeCounts(); !readable || got != test.want {
			t.Errorf("%s\n is read as %+v (%t), want %+v", test.text, got, readable, test.want)
		}
	}
	for _, text := range []string{"SUCCESS", "SUCCESS: 43", "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts)", "SUCCESS: Total Records Processed 0, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0"} {
		if counts, readable := read(text).subscribeCounts(); readable {
			t.Errorf("%s is read as %+v, want it unreadable", text, counts)
		}
	}

	unsubscribes := map[string][2]int{
		"SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0":    {1, 0},
		"SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total subscribers), Records Failed Other Error 0": {1, 0},
		"SUCCESS: 1 record(s) processed. 0 users unsubscribed from list(s) 0 (0 total contacts), Records Failed Other Error 1":    {0, 1},
		"SUCCESS: 1 record(s) processed. 0 users unsubscribed from list(s) 5 (0 total contacts)":                                  {0, 0},
		"SUCCESS: 1 record(s) processed.": {notCounted, 0},
	}
	for text, want := range unsubscribes {
		users, failed, readable := read(text).parseUnsubscribe()
		if got := [2]int{users, failed}; !readable || got != want {
			t.Errorf("%s is read as %v (%t), want %v", text, got, readable, want)
		}
	}

	deletes := map[string]int{
		"SUCCESS: 3 record(s) procesed. 3 users deleted":    3,
		"SUCCESS: 1 record(s) processed. 1 users deleted":   1,
		"SUCCESS: 1 record(s) processed. 1 users deleted.":  1,
		"SUCCESS: 1 record(s) processed. 0 users deleted. ": 0,
	}
	for text, want := range deletes {
		if got, readable, missing := read(text).parseDelete(); !readable || got != want || missing != (want == 0) {
			t.Errorf("%s is read as %d (%t), want %d", text, got, readable, want)
		}
	}
	if id, readable, missing := read("SUCCESS: subscriber_id 3121 successfully deleted.").parseDeleteByID(3121); !readable || id != 3121 || missing {
		t.Errorf("delete by id is read as %d (%t)", id, readable)
	}
	for text, want := range map[string]int{"SUCCESS: 1 record(s) processed. 1 users updated.": 1, "SUCCESS: 1 record(s) processed. 0 users updated.": 0} {
		if got, readable := read(text).parseUpdate(); !readable || got != want {
			t.Errorf("%s is read as %d (%t), want %d", text, got, readable, want)
		}
	}
	for _, text := range []string{
		"SUCCESS: john@domain.com changed to john.smith@domain.com [subscriber ID 1171)",
		"SUCCESS: john@domain.com changed to john.smith@domain.com [subscriber ID 1171]",
	} {
		if !read(text).parseChange("John@domain.com", "john.smith@domain.com", 1171) {
			t.Errorf("%s is not read as the change", text)
		}
		if read(text).parseChange("john@domain.com", "john.smith@domain.com", 1172) || read(text).parseChange("john@domain.com", "other@domain.com", 1171) {
			t.Errorf("%s is read as the change of another contact", text)
		}
	}
}

func isMissing(a answer) bool {
	_, _, missing := a.parseDelete()
	return missing
}

func isMissingByID(a answer) bool {
	_, _, missing := a.parseDeleteByID(12)
	return missing
}

// isAbsence reports whether any command takes the answer for contact 12 not being there.
func isAbsence(a answer) bool {
	return a.findsNobody() || a.knowsNoContact(12) || isMissing(a) || isMissingByID(a)
}

func TestCredentialRefusalsAreTold(t *testing.T) {
	refusals := []string{
		"Invalid credentials",
		"FAILURE: Invalid credentials",
		"failure: invalid credentials.",
		"FAILURE: Unable to determine customer account (realm)",
		"FAILURE: Unable to acquire API user credentials through API User Manager.",
		"FAILURE: Password (wrong-password) doesn't match entry for API user credentials in database or 216.65.145.194 isn't an approved IP",
		"FAILURE: Password (wr^ong) doesn't match entry for API user credentials in database or 216.65.145.194 isn't an approved IP",
	}
	for _, text := range refusals {
		a := readAnswer([]byte(text))
		if !a.refusesCredentials() {
			t.Errorf("%s is not taken for refused credentials", text)
		}
		if isAbsence(a) {
			t.Errorf("%s is taken for a contact that is not there", text)
		}
	}
	for _, text := range []string{
		"FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm",
		"FAILURE: No matching record found.", "SUCCESS", "", "invalid credentials@example.com,Jane",
		"FAILURE: jane@example.com does not appear to be a valid email address",
	} {
		if readAnswer([]byte(text)).refusesCredentials() {
			t.Errorf("%q is taken for refused credentials", text)
		}
	}
}

func TestOnlyRecognisedTextsMeanNotThere(t *testing.T) {
	recognised := map[string]func(answer) bool{
		"":                                   answer.findsNobody,
		"FAILURE: No matching record found.": answer.findsNobody,
		"FAILURE: Specified subscriber ID 12 does not belong to the realm ACME": func(r answer) bool {
			return r.knowsNoContact(12) && isMissingByID(r)
		},
		"FAILURE: Subscriber cannot be found for the given data":                   func(r answer) bool { return isMissing(r) && isMissingByID(r) },
		"FAILURE: No subscriber record exists for x@y^No subscriber record exists": func(r answer) bool { return isMissing(r) && isMissingByID(r) },
		"FAILURE: unable to find subscriber record":                                func(r answer) bool { return isMissingByID(r) },
	}
	for text, is := range recognised {
		if !is(readAnswer([]byte(text))) {
			t.Errorf("%q is not recognised", text)
		}
	}
	for _, text := range []string{
		"FAILURE", "FAILURE:", "FAILURE: try later",
		"FAILURE: Specified subscriber ID 13 does not belong to the realm ACME",
		"FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm",
		"FAILURE: Subscriber cannot be found^Unable to determine customer account (realm)",
		"FAILURE: jane@example.com does not appear to be a valid email address",
		"SUCCESS: No matching record found.", "No subscriber record exists", "<html>not found</html>",
	} {
		r := readAnswer([]byte(text))
		if isAbsence(r) {
			t.Errorf("%q is taken for a contact that is not there", text)
		}
	}
}

func TestPrefixIsAWholeWord(t *testing.T) {
	for text, want := range map[string]answerKind{
		"SUCCESS": success, "success: 1": success, "SUCCESS\n1": success, "Failure:x:y": failure, "FAILURE": failure,
		"failure@example.com": data, "success.story@example.com": data, "successor": data, " \ufeff \r\n": empty, "": empty,
	} {
		if got := readAnswer([]byte(text)).kind; got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
	if got := readAnswer([]byte("FAILURE: first: second")).rest; got != "first: second" {
		t.Errorf("the reason is %q", got)
	}
}
