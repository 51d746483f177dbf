package whatcounts

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestTheReportOfChangesTellsOfEveryKind(t *testing.T) {
	f := start(t)
	f.exchange.Clock.Advance(time.Until(time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)))
	for _, first := range []string{"added", "subscribed", "updated", "readdressed", "left", "elsewhere", "opted", "untouched"} {
		f.contact(Contact{Email: first + "@domain.com", First: first, Subscriptions: []Subscription{{ListID: 5, Format: 2}, {ListID: 7, Format: 2}}})
	}
	f.exchange.Clock.Advance(48 * time.Hour)
	f.send("c=sub&list_id=5&format=1&data=email,first^new@domain.com,new")
	f.send("c=sub&list_id=5&format=1&data=email,first,last^subscribed@domain.com,subscribed,Doe")
	f.send("c=update&list_id=5&identity_field=email&data=email,last^updated@domain.com,Doe")
	f.send("c=change&email=readdressed@domain.com&email_new=other@domain.com")
	f.send("c=unsub&list_id=5&data=email^left@domain.com")
	f.send("c=unsub&list_id=7&data=email^elsewhere@domain.com")
	f.must(f.OptOut("plain", "opted@domain.com", 7))
	report := f.send("c=rpt_sub_by_update_datetime&list_id=5&start_datetime=05/03/2026&end_datetime=05/03/2026+23:59:59&csv=1&headers=1")
	var told []string
	for line := range strings.Lines(report) {
		told = append(told, strings.Split(line, ",")[1])
	}
	if got, want := strings.Join(told, " "), `email "subscribed@domain.com" "updated@domain.com" "other@domain.com" "elsewhere@domain.com" "opted@domain.com" "new@domain.com"`; got != want {
		t.Errorf("told are %s, want %s", got, want)
	}
	f.expect("c=rpt_sub_by_update_datetime&list_id=5&start_datetime=05/04/2026&end_datetime=05/05/2026&csv=1&headers=1", "")
	f.expect("c=rpt_sub_by_update_datetime&list_id=5&start_datetime=yesterday&end_datetime=05/05/2026&csv=1", "FAILURE: Invalid value for start_datetime")
}

// A realm of many thousands is filled, paged and emptied without a cost that
// grows with each of them.
func TestFiftyThousandContacts(t *testing.T) {
	const many = 50_000
	f := start(t)
	contacts := make([]Contact, many)
	for i := range contacts {
		contacts[i] = dated("user" + strings.Repeat("x", i%3) + strconv.Itoa(i) + "@domain.com")
		contacts[i].ID = int64(1001 + i)
	}
	snapshot := f.Snapshot()
	snapshot.Realms[0].Contacts = contacts
	started := time.Now()
	f.Restore(snapshot)
	for offset := 0; offset < many; offset += rowCap {
		if page := f.send("c=rpt_subscribers_in_list&list_id=5&csv=1&offset=" + strconv.Itoa(offset)); strings.Count(page, "\n") != rowCap {
			t.Fatalf("the page at %d has %d rows", offset, strings.Count(page, "\n"))
		}
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("it took %s", took)
	} else {
		t.Log(took)
	}
}
