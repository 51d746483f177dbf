package whatcounts

import (
	"encoding/xml"
	"testing"
	"time"
)

func TestListsAndSettings(t *testing.T) {
	f := start(t)
	f.contact(Contact{
		Email: "jane@domain.com", First: "Jane", Fields: map[string]string{"last": "Doe"},
		Created: time.Date(2026, 2, 3, 16, 5, 0, 0, time.UTC), Subscriptions: []Subscription{{ListID: 5, Format: 2}},
	})
	const listHeadings = `"List ID","List Name","Description","Template","From Address","Reply To Address","Bounce Address","Track Clicks","Track Opens","Folder ID"` + "\n"
	for _, test := range []struct{ command, want string }{
		{"c=show_lists", "5 News\n7 Offers & more\n9 Quiet\n"},
		{"c=show_lists&csv=1&headers=1", "List Number,List Name,List Description,Folder ID\n\"5\",\"News\",\"Weekly \"\"news\"\", short\",\"2\"\n\"7\",\"Offers & more\",\"\",\"0\"\n\"9\",\"Quiet\",\"\",\"0\"\n"},
		{"c=getlistbyid&list_id=7", "7 Offers & more\n"},
		{"c=getlistbyid&list_id=7&csv=1&headers=1", listHeadings + `"7","Offers & more","","0","","","","0","0","0"` + "\n"},
		{"c=getlistbyid&list_id=8", "FAILURE: Error looking up list ids, …"},
		{"c=getlistbyname&list_name=Offers+%26+more&output_format=xml", "…<data>\n<list_id>7</list_id><list_name>Offers &amp; more</list_name>…</data>\n"},
		{"c=getlistbyname&list_name=Nothing", "FAILURE: Error looking up list ids, …"},
		{"c=getrealmsettings", "1 N Y\n"},
		{"c=getrealmsettings&csv=1&headers=1", "\"realm_id\",\"use_customer_key\",\"enable_relational_database\"\n\"1\",\"N\",\"Y\"\n"},
		{"c=rpt_subscribers_in_list&list_id=5&csv=1&headers=1", "subscriber_id,email,first_name,last_name,created_date\n\"1001\",\"jane@domain.com\",\"Jane\",\"Doe\",\"02/03/26 04:05 PM\"\n"},
		{"c=rpt_subscribers_in_list&list_id=5&output_format=xml", "…<Data><subscriber_id>1001</subscriber_id><email>jane@domain.com</email>…</Data>…"},
		{"c=rpt_subscribers_in_list&list_id=7&output_format=xml", ""},
		{"c=rpt_subscribers_in_list&list_id=8", "FAILURE: Error looking up list ids, …"},
	} {
		f.expect(test.command, test.want)
	}
	var anything struct{}
	if err := xml.Unmarshal([]byte(f.send("c=show_lists&output_format=xml")), &anything); err == nil {
		t.Error("the XML of show_lists can be parsed")
	}
	f.realm = "keyed"
	f.expect("c=getrealmsettings&csv=1", "\"2\",\"Y\",\"Y\"\n")
}
