package whatcounts

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestAddContactRefusesWhatCannotBe(t *testing.T) {
	f := start(t)
	f.contact(Contact{ID: 2000, Email: "jane@domain.com", First: "Jane"})
	if _, err := f.AddContact("keyed", Contact{Email: "jane@domain.com", CustomerKey: "1"}); err != nil {
		t.Error(err)
	}
	for name, test := range map[string]struct {
		realm   string
		contact Contact
	}{
		"unknown realm":    {"other", Contact{Email: "john@domain.com"}},
		"id in use":        {"plain", Contact{ID: 2000, Email: "john@domain.com"}},
		"identity in use":  {"plain", Contact{Email: "JANE@domain.com", First: "Jane"}},
		"key in use":       {"keyed", Contact{Email: "john@domain.com", CustomerKey: "1"}},
		"no key":           {"keyed", Contact{Email: "john@domain.com"}},
		"key for nothing":  {"plain", Contact{Email: "john@domain.com", CustomerKey: "1"}},
		"unknown field":    {"plain", Contact{Email: "john@domain.com", Fields: map[string]string{"planet": "Mars"}}},
		"undefined custom": {"plain", Contact{Email: "john@domain.com", Custom: map[string]string{"planet": "Mars"}}},
		"unknown list":     {"plain", Contact{Email: "john@domain.com", Subscriptions: []Subscription{{ListID: 6}}}},
	} {
		if _, err := f.AddContact(test.realm, test.contact); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	next := f.contact(Contact{Email: "john@domain.com"})
	if next.ID <= 2000 {
		t.Errorf("the next id is %d", next.ID)
	}
}

func TestDirectAccess(t *testing.T) {
	f := start(t)
	both := []Subscription{{ListID: 5, Format: 2}, {ListID: 7, Format: 2}}
	jane := f.contact(Contact{Email: "jane@domain.com", First: "Jane", Subscriptions: both})
	f.contact(Contact{Email: "jane@domain.com", First: "JD", Subscriptions: both})

	f.must(f.Unsubscribe("plain", jane.ID, 5))
	f.expectNames("jane@domain.com/Jane/7 jane@domain.com/JD/5,7")
	f.expectOptouts("")
	f.must(f.OptOut("plain", "Jane@domain.com", 7))
	f.expectNames("jane@domain.com/Jane/ jane@domain.com/JD/5")
	f.expectOptouts("Jane@domain.com/7/recipient Jane@domain.com/7/recipient")

	if err := f.ChangeContact("plain", jane.ID, func(c *Contact) { c.First = "JD" }); err == nil {
		t.Error("a change to the identity of another contact was accepted")
	}
	f.must(f.ChangeContact("plain", jane.ID, func(c *Contact) { c.Email, c.ID = "ann@domain.com", 1 }))
	f.expect("c=find&email=ann@domain.com&exact=1", "1001 ann@domain.com Jane\n")
	f.must(f.RemoveContact("plain", jane.ID))
	f.expectNames("jane@domain.com/JD/5")
	for name, err := range map[string]error{
		"remove":      f.RemoveContact("plain", jane.ID),
		"change":      f.ChangeContact("plain", jane.ID, func(*Contact) {}),
		"unsubscribe": f.Unsubscribe("plain", jane.ID, 5),
		"opt out":     f.OptOut("other", "jane@domain.com", 5),
		"confirm":     f.Confirm("other", "jane@domain.com", 5),
		"opt-outs":    f.AddOptouts("other", 1, "%d@domain.com"),
		"row":         f.AddRow("other", "orders", FlatTable, 1, nil),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if f.Contacts("other") != nil || f.Optouts("other") != nil || f.Rows("other", "orders") != nil {
		t.Error("a realm that does not exist holds something")
	}
	copied, _ := f.Contact("plain", 1002)
	copied.Subscriptions[0].Format = 99
	if stored, _ := f.Contact("plain", 1002); stored.Subscriptions[0].Format != 2 {
		t.Error("a copy shares memory with the state")
	}
	if f.exchange.Log.Len() != 1 {
		t.Error("direct access is in the log")
	}
}

func TestChangedKey(t *testing.T) {
	f := start(t)
	f.realm = "keyed"
	jane := f.contact(Contact{Email: "jane@domain.com", CustomerKey: "1"})
	f.must(f.ChangeContact("keyed", jane.ID, func(c *Contact) { c.CustomerKey = "2" }))
	f.expect("c=delete&data=customer_key,email^1,jane@domain.com", "SUCCESS: 1 record(s) procesed. 0 users deleted")
	f.expect("c=delete&data=customer_key,email^2,jane@domain.com", "SUCCESS: 1 record(s) procesed. 1 users deleted")
}

func TestSnapshot(t *testing.T) {
	f := start(t)
	f.send("c=sub&list_id=5&format=2&data=email,first,custom_plan^jane@domain.com,Jane,gold^john@domain.com,John,")
	f.send("c=sub&list_id=9&format=2&data=email^joan@domain.com")
	f.send("c=delete&data=email^john@domain.com")
	f.must(f.AddRow("plain", "orders", RegularTable, 1001, map[string]string{"total": "3"}))
	before := f.Snapshot()
	text, err := json.Marshal(before)
	f.must(err)
	if !strings.Contains(string(text), "code-1") {
		t.Error("the snapshot holds no credentials")
	}
	var read Snapshot
	f.must(json.Unmarshal(text, &read))
	f.send("c=delete&data=email^jane@domain.com")
	f.Restore(read)
	if after := f.Snapshot(); !reflect.DeepEqual(after, before) {
		t.Errorf("restored %+v, want %+v", after, before)
	}
	f.expectNames("jane@domain.com/Jane/5 joan@domain.com//")
	f.must(f.Confirm("plain", "joan@domain.com", 9))
	f.expect("c=sub&list_id=5&format=2&data=email^john@domain.com", "FAILURE: … (Optout Error) 1, …")
	if next := f.contact(Contact{Email: "ann@domain.com"}); next.ID != 1004 {
		t.Errorf("the next id is %d", next.ID)
	}
}
