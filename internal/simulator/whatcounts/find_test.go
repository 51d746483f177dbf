package whatcounts

import (
	"fmt"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	on5 := []Subscription{{ListID: 5, Format: 2}}
	both := []Subscription{{ListID: 7, Format: 1}, {ListID: 5, Format: 2}}
	for _, test := range []struct {
		name, command, want string
	}{
		{name: "plain", command: "c=find&email=jane@domain.com&exact=1", want: "1001 jane@domain.com Jane\n1002 Jane@domain.com JD\n"},
		{
			name: "csv with headings", command: "c=find&email=jane@domain.com&exact=1&output_format=csv&headers=1",
			want: "subscriber_id,email,first,last,lists\n\"1001\",\"jane@domain.com\",\"Jane\",\"Doe \"\"Jr\"\"\",\"5,7\"\n\"1002\",\"Jane@domain.com\",\"JD\",\"\",\"\"\n",
		},
		{name: "tabs", command: "c=find&email=jane@domain.com&exact=1&first=JD&output_format=csv_tab", want: "\"1002\"\t\"Jane@domain.com\"\t\"JD\"\t\"\"\t\"\"\n"},
		{name: "pipes", command: "c=find&email=jane@domain.com&exact=1&first=JD&output_format=csv_pipe", want: "\"1002\"|\"Jane@domain.com\"|\"JD\"|\"\"|\"\"\n"},
		{
			name: "xml", command: "c=find&email=jane@domain.com&exact=1&first=Jane&output_format=xml&headers=1",
			want: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<data>\n<subscriber><subscriber_id>1001</subscriber_id><email>jane@domain.com</email><first>Jane</first><last>Doe &#34;Jr&#34;</last><lists>5,7</lists></subscriber>\n</data>\n",
		},
		{name: "part of the address", command: "c=find&email=ane@dom", want: "1001 …\n1002 …\n1003 mary.ane@domain.com \n"},
		{name: "exact address is no part", command: "c=find&email=ane@dom&exact=1", want: ""},
		{name: "first name in another case", command: "c=find&email=jane@domain.com&exact=1&first=jane", want: ""},
		{name: "last name", command: "c=find&email=jane@domain.com&last=doe", want: "1001 jane@domain.com Jane\n"},
		{name: "limit", command: "c=find&email=jane@domain.com&limit=1", want: "1001 jane@domain.com Jane\n"},
		{name: "custom field", command: "c=find&identity_field=custom_plan&identity_value=gold&exact=1", want: "1002 Jane@domain.com JD\n"},
		{name: "identity that is not supported", command: "c=find&identity_field=phone&identity_value=1", want: "FAILURE: identity_field phone is not supported"},
		{name: "without a question: everyone", command: "c=find", want: "1001 …\n1002 …\n1003 …\n"},
		{name: "no match", command: "c=find&email=nobody@domain.com&output_format=xml", want: ""},
		{name: "in a list", command: "c=findinlist&email=@domain.com&list_id=5", want: "1001 jane@domain.com Jane\n1003 mary.ane@domain.com \n"},
		{name: "in a list, no match", command: "c=findinlist&email=jane@domain.com&first=JD&list_id=5", want: ""},
		{name: "in an unknown list", command: "c=findinlist&email=jane@domain.com", want: "FAILURE: Error looking up list ids, …"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			f.contact(Contact{Email: "jane@domain.com", First: "Jane", Fields: map[string]string{"last": `Doe "Jr"`}, Subscriptions: both})
			f.contact(Contact{Email: "Jane@domain.com", First: "JD", Custom: map[string]string{"plan": "gold"}})
			f.contact(Contact{Email: "mary.ane@domain.com", Subscriptions: on5})
			f.expect(test.command, test.want)
		})
	}
}

func TestFindByCustomerKey(t *testing.T) {
	f := start(t)
	f.realm = "keyed"
	f.contact(Contact{Email: "jane@domain.com", CustomerKey: "A1"})
	f.contact(Contact{Email: "jane@domain.com", CustomerKey: "A12"})
	f.expect("c=find&identity_field=customer_key&identity_value=A1&exact=1", "1001 jane@domain.com \n")
	f.expect("c=find&identity_field=customer_key&identity_value=A1", "1001 jane@domain.com \n1002 jane@domain.com \n")
}

func TestFindAndReportAreCapped(t *testing.T) {
	f := start(t)
	for i := range 260 {
		f.contact(Contact{Email: fmt.Sprintf("user%d@domain.com", i), Subscriptions: []Subscription{{ListID: 5, Format: 2}}})
	}
	for command, rows := range map[string]int{
		"c=find&email=@domain.com":                       250,
		"c=find&email=@domain.com&limit=1000":            250,
		"c=findinlist&email=@domain.com&list_id=5":       250,
		"c=rpt_subscribers_in_list&list_id=5":            250,
		"c=rpt_subscribers_in_list&list_id=5&offset=250": 10,
		"c=rpt_subscribers_in_list&list_id=5&offset=900": 0,
	} {
		if got := strings.Count(f.send(command), "\n"); got != rows {
			t.Errorf("%s: %d rows, want %d", command, got, rows)
		}
	}
}
