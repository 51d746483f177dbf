package whatcounts

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// fuzzClient talks to nobody.
func fuzzClient(t *testing.T) *Client {
	t.Helper()
	client, err := New(Config{Endpoint: "http://127.0.0.1:1/bin/api_web", Realm: "acme", Password: testPassword})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// seeds are answers of every command, and things that are none.
var seeds = []string{
	"", " \r\n", "\ufeff", "SUCCESS", "FAILURE", "FAILURE:", "FAILURE: ^", "SUCCESSOR", "success: 1 record(s) processed. 1 users deleted", "Invalid credentials", "FAILURE: Invalid credentials",
	subAdded, subIgnored, subNothing, "SUCCESS: 1 record(s) processed.", "SUCCESS: 1 record(s) processed. 1 users subscribed to list(s) 5 (1 total subscriptions)",
	"SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0", "SUCCESS: 3 record(s) procesed. 3 users deleted",
	"SUCCESS: subscriber_id 12 successfully deleted.", "SUCCESS: 1 record(s) processed. 0 users updated.", "SUCCESS: a@b.c changed to d@e.f [subscriber ID 12)",
	"FAILURE: Subscriber cannot be found", "FAILURE: No subscriber record exists", "FAILURE: unable to find subscriber record", absent("12"), absent("12") + "^Invalid credentials",
	"FAILURE: No matching record found.", "FAILURE: No matching record found.^Error looking up list ids", "FAILURE: Cannot insert duplicate subscription",
	"FAILURE: Password (a^b) doesn't match entry for API user credentials in database or 1.2.3.4 isn't an approved IP", "FAILURE: Unable to determine customer account (realm)",
	"<html><body>Maintenance</body></html>", rows(janeRow), detailXML("12", "jane@example.com", "Jane", "5"), "SUCCESS: 99999999999999999999 record(s) processed. 1 users deleted",
}

// FuzzAnswer: an answer is one thing and no other. What says that somebody is
// absent is a FAILURE and nothing that speaks of credentials; no text counts
// for two commands whose counts mean different things.
func FuzzAnswer(f *testing.F) {
	for _, text := range seeds {
		f.Add([]byte(text), int64(12))
	}
	f.Fuzz(func(t *testing.T, body []byte, id int64) {
		r := readAnswer(body)
		word := strings.ToUpper(r.text[:min(len("SUCCESS"), len(r.text))])
		if r.kind == success != (r.kind != data && word == "SUCCESS") || r.kind == failure != (r.kind != data && word == "FAILURE") {
			t.Fatalf("%q is read as %+v", body, r)
		}
		users, deleted, missing := r.parseDelete()
		_, byID, missingByID := r.parseDeleteByID(id)
		absent := r.kind != empty && r.findsNobody() || r.knowsNoContact(id) || missing && !deleted || missingByID
		if absent && (r.kind != failure || r.refusesCredentials()) {
			t.Fatalf("%q says that somebody is absent", body)
		}
		if r.knowsNoContact(id) && !strings.Contains(r.text, strconv.FormatInt(id, 10)) {
			t.Fatalf("%q says that %d is absent", body, id)
		}
		if said := absent || r.refusesCredentials(); said && strings.Count(r.rest, "^") == 0 && r.refusesCredentials() && absent {
			t.Fatalf("%q is both", body)
		}
		if deleted && missing != (users == 0) {
			t.Fatalf("%q counts %d and is %t", body, users, missing)
		}
		_, updated := r.parseUpdate()
		_, failed, unsubscribed := r.parseUnsubscribe()
		counted, subscribed := r.subscribeCounts()
		long := subscribed && counted.added != notCounted
		if !strings.Contains(r.rest, "^") {
			meanings := 0
			for _, one := range []bool{deleted, updated, byID, long} {
				if one {
					meanings++
				}
			}
			if meanings > 1 || meanings == 1 && unsubscribed {
				t.Fatalf("%q counts for several commands", body)
			}
		}
		for _, number := range []int{counted.ignored, counted.failed, failed} {
			if number < 0 {
				t.Fatalf("%q counts %d", body, number)
			}
		}
	})
}

// FuzzCounts: counts read as they were written, in every generation of texts,
// and not at all when the text is cut where that can be told.
func FuzzCounts(f *testing.F) {
	f.Add(uint32(1), uint32(1), uint32(0), uint32(0), uint32(0), uint32(0), byte(0), uint(3))
	f.Add(uint32(3), uint32(12), uint32(1), uint32(2), uint32(4294967295), uint32(7), byte(0xff), uint(40))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g uint32, form byte, cut uint) {
		stop, s, blank := "", "s", " "
		if form&1 == 1 {
			stop = "."
		}
		if form&2 == 2 {
			s = "ss"
		}
		if form&4 == 4 {
			blank = ""
		}
		text := fmt.Sprintf("SUCCESS: Total Records Processed %d, Total Subscriptions %d, Records Added %d, Records Updated %d, Records Ignored (Optout Error)%s%d, Records Failed Other Error %d%s", a, b, c, d, blank, e, g, stop)
		want := subscribeCounts{processed: int(a), subscriptions: int(b), added: int(c), updated: int(d), ignored: int(e), failed: int(g)}
		if got, readable := readAnswer([]byte(text)).subscribeCounts(); readable != (a > 0) || readable && got != want {
			t.Fatalf("%q counts %+v (%v)", text, got, readable)
		}
		deletes := fmt.Sprintf("SUCCESS: %d record(s) proce%sed. %d users deleted", a, s, b)
		if got, readable, _ := readAnswer([]byte(deletes + stop)).parseDelete(); !readable || got != int(b) {
			t.Fatalf("%q counts %d (%v)", deletes, got, readable)
		}
		updates := fmt.Sprintf("SUCCESS: %d record(s) processed. %d users updated", a, b)
		if got, readable := readAnswer([]byte(updates + stop)).parseUpdate(); !readable || got != int(b) {
			t.Fatalf("%q counts %d (%v)", updates, got, readable)
		}
		byID := fmt.Sprintf("SUCCESS: subscriber_id %d successfully deleted", a)
		if got, readable, _ := readAnswer([]byte(byID + stop)).parseDeleteByID(int64(a)); !readable || got != int64(a) {
			t.Fatalf("%q is about %d (%v)", byID, got, readable)
		}
		changes := fmt.Sprintf("SUCCESS: %d@b.c changed to %d@b.c [subscriber ID %d)", a, b, c)
		if r := readAnswer([]byte(changes + stop)); !r.parseChange(fmt.Sprint(a, "@b.c"), fmt.Sprint(b, "@B.C"), int64(c)) || r.parseChange(fmt.Sprint(a, "@b.c"), fmt.Sprint(b, "@b.c"), int64(c)+1) {
			t.Fatalf("%q is not the change that it says", changes)
		}
		for _, whole := range []string{deletes, updates, byID, changes} {
			half := readAnswer([]byte(whole[:cut%uint(len(whole))]))
			_, deleted, _ := half.parseDelete()
			_, updated := half.parseUpdate()
			_, gone, _ := half.parseDeleteByID(int64(a))
			if deleted || updated || gone || half.parseChange(fmt.Sprint(a, "@b.c"), fmt.Sprint(b, "@b.c"), int64(c)) {
				t.Fatalf("%q, cut from %q, counts", half.text, whole)
			}
		}
	})
}
