package whatcounts

import "testing"

func TestDelete(t *testing.T) {
	for _, test := range []struct {
		name, command, want, contacts, optouts string
	}{
		{
			name: "one", command: "c=delete&data=email^JOHN@domain.com",
			want:     "SUCCESS: 1 record(s) procesed. 1 users deleted",
			contacts: "jane@domain.com/Jayne/5 jane@domain.com/JD/", optouts: "john@domain.com/0/delete",
		},
		{
			name: "official example", command: "c=delete&data=email,first+^jane@domain.com,Jayne^jane@domain.com,JD^john@domain.com,John",
			want:    "SUCCESS: 3 record(s) procesed. 3 users deleted",
			optouts: "jane@domain.com/0/delete jane@domain.com/0/delete john@domain.com/0/delete",
		},
		{
			name: "missing", command: "c=delete&data=email^nobody@domain.com",
			want:     "SUCCESS: 1 record(s) procesed. 0 users deleted",
			contacts: "jane@domain.com/Jayne/5 jane@domain.com/JD/ john@domain.com/John/",
		},
		{
			name: "first name in another case", command: "c=delete&data=email,first^john@domain.com,john",
			want:     "SUCCESS: 1 record(s) procesed. 0 users deleted",
			contacts: "jane@domain.com/Jayne/5 jane@domain.com/JD/ john@domain.com/John/",
		},
		{
			name: "several on the address", command: "c=delete&data=email^jane@domain.com",
			want:     "FAILURE: Multiple subscribers share this email address",
			contacts: "jane@domain.com/Jayne/5 jane@domain.com/JD/ john@domain.com/John/",
		},
		{
			name: "good and bad rows", command: "c=delete&data=email^jane@domain.com^nobody@domain.com^john@domain.com^john@domain.com",
			want:     "SUCCESS: 4 record(s) procesed. 1 users deleted",
			contacts: "jane@domain.com/Jayne/5 jane@domain.com/JD/", optouts: "john@domain.com/0/delete",
		},
		{
			name: "row without a field", command: "c=delete&data=email,first^john@domain.com",
			want:     "SUCCESS: 1 record(s) procesed. 0 users deleted",
			contacts: "jane@domain.com/Jayne/5 jane@domain.com/JD/ john@domain.com/John/",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			f.contact(Contact{Email: "jane@domain.com", First: "Jayne", Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
			f.contact(Contact{Email: "jane@domain.com", First: "JD"})
			f.contact(Contact{Email: "john@domain.com", First: "John"})
			f.expect(test.command, test.want)
			f.expectNames(test.contacts)
			f.expectOptouts(test.optouts)
		})
	}
}

func TestDeleteInCustomerKeyRealm(t *testing.T) {
	f := start(t)
	f.realm = "keyed"
	f.contact(Contact{Email: "jane@domain.com", CustomerKey: "11293"})
	f.contact(Contact{Email: "jane@domain.com", CustomerKey: "11294"})
	f.expect("c=delete&data=email^jane@domain.com", "FAILURE: The data argument must contain customer_key")
	f.expect("c=delete&data=customer_key,email^11293,john@domain.com", "SUCCESS: 1 record(s) procesed. 0 users deleted")
	f.expect("c=delete&data=customer_key,email^11293,jane@domain.com", "SUCCESS: 1 record(s) procesed. 1 users deleted")
	if contacts := f.Contacts("keyed"); len(contacts) != 1 || contacts[0].CustomerKey != "11294" {
		t.Errorf("contacts %v", contacts)
	}
	f.expect("c=show_optglobal&csv=1&headers=1", "\"Email\",\"customer_key\"\n\"jane@domain.com\",\"11293\"\n")
	f.expect("c=sub&list_id=5&format=2&data=customer_key,email^11293,other@domain.com", "FAILURE: … (Optout Error) 1, …")
	f.expect("c=sub&list_id=5&format=2&data=customer_key,email^11295,jane@domain.com", "FAILURE: … (Optout Error) 1, …")
	f.expect("c=sub&list_id=5&format=2&force_sub=1&data=customer_key,email^11293,other@domain.com", oneAdded)
	f.expectOptouts("")
}

func TestDeleteByID(t *testing.T) {
	f := start(t)
	for _, name := range []string{"deletesubid", "deletebyid"} {
		jane := f.contact(Contact{ID: 3121, Email: "jane@domain.com"})
		f.expect("c="+name+"&subscriber_id=3121", "SUCCESS: subscriber_id 3121 successfully deleted.")
		f.expect("c="+name+"&subscriber_id=3121", "FAILURE: unable to find subscriber record")
		if _, found := f.Contact("plain", jane.ID); found {
			t.Errorf("%s left the contact", name)
		}
	}
	f.expectOptouts("")
	next := f.contact(Contact{Email: "jane@domain.com"})
	if next.ID != 3122 {
		t.Errorf("ids are used again: %d", next.ID)
	}
	f.expect("c=deletesubid&optout=1&subscriber_id=3122", "SUCCESS: subscriber_id 3122 successfully deleted.")
	f.expectOptouts("jane@domain.com/0/deletesubid")
	f.expect("c=deletesubid", "FAILURE: Missing required argument subscriber_id")
	f.expect("c=deletesubid&subscriber_id=x", "FAILURE: Missing required argument subscriber_id")
	f.realm = "keyed"
	jane := f.contact(Contact{Email: "jane@domain.com", CustomerKey: "1"})
	f.realm = "plain"
	f.expect("c=deletesubid&subscriber_id=3123", "FAILURE: unable to find subscriber record")
	if _, found := f.Contact("keyed", jane.ID); !found {
		t.Error("a contact of another realm was deleted")
	}
}

func TestDeleteAndRelationalTables(t *testing.T) {
	f := start(t)
	jane := f.contact(Contact{Email: "jane@domain.com"})
	john := f.contact(Contact{Email: "john@domain.com"})
	for _, id := range []int64{jane.ID, john.ID} {
		f.must(f.AddRow("plain", "orders", RegularTable, id, map[string]string{"total": "3"}))
		f.must(f.AddRow("plain", "contact_shop", JoinTable, id, nil))
		f.must(f.AddRow("plain", "visits", FlatTable, id, nil))
	}
	if err := f.AddRow("plain", "orders", "round", jane.ID, nil); err == nil {
		t.Error("a kind of table that does not exist was accepted")
	}
	expect := func(want map[string]int) {
		t.Helper()
		for table, n := range want {
			if got := len(f.Rows("plain", table)); got != n {
				t.Errorf("%s has %d rows, want %d", table, got, n)
			}
		}
	}
	f.send("c=delete&data=email^jane@domain.com")
	expect(map[string]int{"orders": 1, "contact_shop": 1, "visits": 2})
	f.send("c=deletebyid&subscriber_id=1002")
	expect(map[string]int{"orders": 0, "contact_shop": 0, "visits": 2})
}
