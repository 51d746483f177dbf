package whatcounts

import (
	"testing"
	"time"
)

func TestUpdate(t *testing.T) {
	const one = "SUCCESS: 1 record(s) processed. 1 users updated."
	const none = "SUCCESS: 1 record(s) processed. 0 users updated."
	for _, test := range []struct {
		name, command, want, contacts string
	}{
		{
			name: "official example", command: "c=update&list_id=5&identity_field=custom_user_id&data=email,first,last,custom_user_id^jane@domain.com,Jayne,Doe,112",
			want: one, contacts: "jane@domain.com/JD/ jane@domain.com/Jayne/5",
		},
		{
			name: "several on the address: the oldest", command: "c=update&list_id=5&identity_field=email&data=email,first^jane@domain.com,Ann",
			want: one, contacts: "jane@domain.com/JD/ jane@domain.com/Ann/5",
		},
		{
			name: "first name of another contact", command: "c=update&list_id=5&identity_field=custom_user_id&data=email,first,custom_user_id^jane@domain.com,JD,112",
			want: none, contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5",
		},
		{
			name: "the address stays", command: "c=update&list_id=5&identity_field=custom_user_id&data=email,custom_user_id^other@domain.com,112",
			want: one, contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5",
		},
		{
			name: "no match", command: "c=update&list_id=5&identity_field=custom_user_id&data=email,custom_user_id^jane@domain.com,113",
			want: none, contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5",
		},
		{
			name: "empty identity", command: "c=update&list_id=5&identity_field=custom_user_id&data=email,custom_user_id^jane@domain.com,",
			want: none, contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5",
		},
		{
			name: "custom field that does not exist", command: "c=update&list_id=5&identity_field=custom_nonsense&data=email,custom_nonsense^jane@domain.com,112",
			want: none, contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5",
		},
		{name: "subscriber id as identity", command: "c=update&list_id=5&identity_field=subscriber_id&data=email,subscriber_id^jane@domain.com,1001", want: "FAILURE: identity_field subscriber_id is not supported", contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5"},
		{name: "no identity", command: "c=update&list_id=5&data=email^jane@domain.com", want: "FAILURE: Missing required argument identity_field", contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5"},
		{name: "identity without its column", command: "c=update&list_id=5&identity_field=custom_plan&data=email^jane@domain.com", want: "FAILURE: The data argument must contain identity_field", contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5"},
		{name: "no list", command: "c=update&identity_field=email&data=email^jane@domain.com", want: "FAILURE: Error looking up list ids, …", contacts: "jane@domain.com/JD/ jane@domain.com/Jane/5"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			f.contact(Contact{Email: "jane@domain.com", First: "JD"})
			f.contact(Contact{
				Email: "jane@domain.com", First: "Jane", Created: time.Now().Add(-time.Hour),
				Custom: map[string]string{"user_id": "112"}, Subscriptions: []Subscription{{ListID: 5, Format: 2}},
			})
			f.expect(test.command, test.want)
			f.expectNames(test.contacts)
		})
	}
}

func TestUpdateChangesFieldsAndFormat(t *testing.T) {
	f := start(t)
	jane := f.contact(Contact{Email: "jane@domain.com", Fields: map[string]string{"city": "Perth", "zip": "6000"}, Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
	f.send("c=update&list_id=5&identity_field=email&data=email,city,zip,custom_plan,format_number^jane@domain.com,,6001,gold,99")
	changed, _ := f.Contact("plain", jane.ID)
	if changed.Fields["zip"] != "6001" || len(changed.Fields) != 1 || changed.Custom["plan"] != "gold" || changed.Subscriptions[0].Format != 99 {
		t.Errorf("contact %+v", changed)
	}
	f.send("c=update&list_id=5&identity_field=email&data=email,format_text^jane@domain.com,Text")
	if changed, _ = f.Contact("plain", jane.ID); changed.Subscriptions[0].Format != 1 {
		t.Errorf("contact %+v", changed)
	}
	f.expect("c=update&list_id=5&identity_field=email&data=email,last^nobody@domain.com,A^jane@domain.com,B^jane@domain.com", "SUCCESS: 3 record(s) processed. 1 users updated.")
}

func TestUpdateByCustomerKey(t *testing.T) {
	f := start(t)
	f.realm = "keyed"
	f.contact(Contact{Email: "jane@domain.com", First: "Jane", CustomerKey: "1"})
	f.contact(Contact{Email: "jane@domain.com", First: "JD", CustomerKey: "2"})
	f.expect("c=update&list_id=5&identity_field=customer_key&data=email,first,customer_key^jane@domain.com,Jane,2", "SUCCESS: 1 record(s) processed. 1 users updated.")
	f.expectNames("jane@domain.com/Jane/ jane@domain.com/Jane/")
}

func TestChange(t *testing.T) {
	for _, test := range []struct {
		name, command, want, contacts string
	}{
		{
			name: "official example", command: "c=change&email=JOHN@domain.com&email_new=john.smith@domain.com",
			want: "SUCCESS: JOHN@domain.com changed to john.smith@domain.com [subscriber ID 1001)", contacts: "john.smith@domain.com/John/5 jane@domain.com/Jane/ jane@domain.com/JD/",
		},
		{
			name: "only the letter case", command: "c=change&email=john@domain.com&email_new=John@domain.com",
			want: "SUCCESS: john@domain.com changed to John@domain.com [subscriber ID 1001)", contacts: "John@domain.com/John/5 jane@domain.com/Jane/ jane@domain.com/JD/",
		},
		{name: "missing", command: "c=change&email=nobody@domain.com&email_new=john.smith@domain.com", want: "FAILURE: unable to find subscriber record"},
		{name: "several", command: "c=change&email=jane@domain.com&email_new=jane.doe@domain.com", want: "FAILURE: Multiple subscribers share this email address"},
		{name: "bad new address", command: "c=change&email=john@domain.com&email_new=foobar", want: "FAILURE: john@domain.com does not appear to be a valid email address"},
		{name: "in use", command: "c=change&email=john@domain.com&email_new=Jane@domain.com", want: "FAILURE: Jane@domain.com is already in use"},
		{name: "no new address", command: "c=change&email=john@domain.com", want: "FAILURE: Missing required argument email or email_new"},
		{
			name: "opted-out address", command: "c=change&email=john@domain.com&email_new=gone@domain.com",
			want: "SUCCESS: john@domain.com changed to gone@domain.com [subscriber ID 1001)", contacts: "gone@domain.com/John/5 jane@domain.com/Jane/ jane@domain.com/JD/",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			f.contact(Contact{Email: "john@domain.com", First: "John", Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
			f.contact(Contact{Email: "jane@domain.com", First: "Jane"})
			f.contact(Contact{Email: "jane@domain.com", First: "JD"})
			f.must(f.OptOut("plain", "gone@domain.com", 0))
			f.expect(test.command, test.want)
			if test.contacts == "" {
				test.contacts = "john@domain.com/John/5 jane@domain.com/Jane/ jane@domain.com/JD/"
			}
			f.expectNames(test.contacts)
		})
	}
}
