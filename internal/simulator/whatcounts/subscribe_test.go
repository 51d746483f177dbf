package whatcounts

import (
	"testing"
)

const oneAdded = "SUCCESS: Total Records Processed 1, Total Subscriptions 1, Records Added 1, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0"

func TestSubscribe(t *testing.T) {
	const sub = "c=sub&list_id=5&format=2&data="
	const oneUpdated = "SUCCESS: Total Records Processed 1, Total Subscriptions 1, Records Added 0, Records Updated 1, Records Ignored (Optout Error) 0, Records Failed Other Error 0"
	for _, test := range []struct {
		name     string
		before   []Contact
		command  string
		want     string
		contacts string
	}{
		{name: "new contact", command: sub + "email,first^jane@domain.com,Jane", want: oneAdded, contacts: "jane@domain.com/Jane/5"},
		{
			name: "known contact", before: []Contact{{Email: "Jane@domain.com", First: "Jane"}},
			command: sub + "email,first^jane@DOMAIN.com,Jane", want: oneUpdated, contacts: "Jane@domain.com/Jane/5",
		},
		{
			name: "first names are compared exactly", before: []Contact{{Email: "jane@domain.com", First: "Jane"}},
			command: sub + "email,first^jane@domain.com,jane", want: oneAdded, contacts: "jane@domain.com/Jane/ jane@domain.com/jane/5",
		},
		{
			name: "address alone: the oldest", before: []Contact{{Email: "jane@domain.com", First: "Jane"}, {Email: "jane@domain.com", First: "JD"}},
			command: sub + "email^jane@domain.com", want: oneUpdated, contacts: "jane@domain.com/Jane/5 jane@domain.com/JD/",
		},
		{
			name: "empty first is a name of its own", before: []Contact{{Email: "jane@domain.com", First: "Jane"}},
			command: sub + "email,first^jane@domain.com,", want: oneAdded, contacts: "jane@domain.com/Jane/ jane@domain.com//5",
		},
		{
			name: "again", before: []Contact{{Email: "jane@domain.com", Subscriptions: []Subscription{{ListID: 5, Format: 1}}}},
			command: sub + "email^jane@domain.com", want: oneUpdated, contacts: "jane@domain.com//5",
		},
		{
			name: "bad address", command: sub + "email^foobar", contacts: "",
			want: "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 1",
		},
		{
			name: "good and bad rows", command: sub + "email,first^foobar,X^jane@domain.com,Jane^john@domain.com", contacts: "jane@domain.com/Jane/5",
			want: "SUCCESS: Total Records Processed 3, Total Subscriptions 1, Records Added 1, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 2",
		},
		{
			name: "without format", command: "c=subscribe&list_id=5&data=email^jane@domain.com",
			want: oneAdded, contacts: "jane@domain.com//5",
		},
		{name: "bad format", command: "c=sub&list_id=5&format=3&data=email^jane@domain.com", want: "FAILURE: Invalid format"},
		{
			name: "unknown list", command: "c=sub&list_id=6&format=2&data=email^jane@domain.com",
			want: "FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm",
		},
		{
			name: "comma list", command: "c=sub&list_id=5,7&format=2&data=email^jane@domain.com",
			want: "FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			for _, c := range test.before {
				f.contact(c)
			}
			f.expect(test.command, test.want)
			f.expectNames(test.contacts)
		})
	}
}

func TestSubscribeStoresColumns(t *testing.T) {
	f := start(t)
	f.expect(`c=sub&list_id=5&format=99&data=email,first,last,city,custom_plan,custom_Plan,nonsense,customer_key^jane@domain.com,Jane,"Doe,+Jr",Perth,gold,lost,lost,lost`, oneAdded)
	c := f.Contacts("plain")[0]
	if c.Fields["last"] != "Doe, Jr" || c.Fields["city"] != "Perth" || len(c.Fields) != 2 {
		t.Errorf("fields %v", c.Fields)
	}
	if c.Custom["plan"] != "gold" || len(c.Custom) != 1 || c.CustomerKey != "" {
		t.Errorf("unknown columns lose their value: %v, key %q", c.Custom, c.CustomerKey)
	}
	if c.Subscriptions[0].Format != 99 || c.Subscriptions[0].Created.IsZero() || c.Created.IsZero() {
		t.Errorf("contact %+v", c)
	}
	f.send("c=sub&list_id=5&format=1&data=email,first,last,custom_plan^jane@domain.com,Jane,,")
	c = f.Contacts("plain")[0]
	if len(c.Custom) != 0 || c.Fields["last"] != "" || c.Fields["city"] != "Perth" || c.Subscriptions[0].Format != 1 {
		t.Errorf("an empty field clears, a missing one stays: %+v", c)
	}
}

func TestSubscribeAndOptouts(t *testing.T) {
	const refused = "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 1, Records Failed Other Error 0"
	f := start(t)
	f.contact(Contact{Email: "jane@domain.com", First: "Jayne"})
	f.send("c=delete&data=email^jane@domain.com")
	f.must(f.OptOut("plain", "jane@domain.com", 7))
	f.expect("c=sub&list_id=5&format=2&data=email,first^JANE@domain.com,JD", refused)
	f.expect("c=sub&list_id=5&format=2&data=email,first^jane@domain.com,Jayne^john@domain.com,John",
		"SUCCESS: Total Records Processed 2, Total Subscriptions 1, Records Added 1, Records Updated 0, Records Ignored (Optout Error) 1, Records Failed Other Error 0")
	f.expect("c=sub&list_id=5&format=2&force_sub=1&data=email,first^jane@domain.com,Jayne", oneAdded)
	f.expectOptouts("jane@domain.com/7/recipient")
	f.expect("c=sub&list_id=7&format=2&data=email,first^jane@domain.com,Jayne", refused)
	f.expect("c=sub&list_id=7&format=2&force_sub=1&data=email,first^jane@domain.com,Jayne", "SUCCESS: …")
	f.expectOptouts("")
	f.expectNames("john@domain.com/John/5 jane@domain.com/Jayne/5,7")
}

func TestSubscribeWithConfirmation(t *testing.T) {
	f := start(t)
	f.expect("c=sub&list_id=9&format=2&data=email^jane@domain.com",
		"SUCCESS: Total Records Processed 1, Total Subscriptions 0, Records Added 1, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0")
	f.expectNames("jane@domain.com//")
	if err := f.Confirm("plain", "john@domain.com", 9); err == nil {
		t.Error("a confirmation that nobody waits for succeeded")
	}
	f.must(f.Confirm("plain", "jane@domain.com", 9))
	f.expectNames("jane@domain.com//9")
	f.expect("c=sub&list_id=9&format=2&override_confirmation=1&data=email^john@domain.com", oneAdded)
	f.expectNames("jane@domain.com//9 john@domain.com//9")
	f.send("c=sub&list_id=9&format=2&data=email^joan@domain.com")
	f.send("c=unsub&list_id=9&data=email^joan@domain.com")
	if err := f.Confirm("plain", "joan@domain.com", 9); err == nil {
		t.Error("unsub leaves a subscription waiting")
	}
	f.send("c=sub&list_id=9&format=2&data=email^joan@domain.com")
	f.send("c=sub&list_id=9&format=2&override_confirmation=1&data=email^joan@domain.com")
	if err := f.Confirm("plain", "joan@domain.com", 9); err == nil {
		t.Error("a subscription that was made at once still waits")
	}
}

func TestSubscribeInCustomerKeyRealm(t *testing.T) {
	f := start(t)
	f.realm = "keyed"
	const failed = "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 1"
	f.expect("c=sub&list_id=5&format=2&data=email^jane@domain.com", "FAILURE: The data argument must contain customer_key")
	f.expect("c=sub&list_id=5&format=2&data=email,customer_key^jane@domain.com,", failed)
	f.expect("c=sub&list_id=5&format=2&data=email,customer_key,first^jane@domain.com,11293,Jane", oneAdded)
	f.expect("c=sub&list_id=5&format=2&data=email,customer_key,first^jane@domain.com,11294,Jane", oneAdded)
	f.expect("c=sub&list_id=5&format=2&data=email,customer_key^john@domain.com,11293", failed)
	f.expect("c=sub&list_id=7&format=2&data=email,customer_key,first^jane@domain.com,11293,JD", "SUCCESS: … Records Updated 1, …")
	f.expectNames("jane@domain.com/JD/5,7 jane@domain.com/Jane/5")
}
