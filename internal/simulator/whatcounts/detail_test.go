package whatcounts

import (
	"encoding/xml"
	"testing"
	"time"
)

// detailAnswer is what a client of 2016 reads from the XML.
type detailAnswer struct {
	Subscriber struct {
		ID          int64  `xml:"subscriber_id"`
		Email       string `xml:"email"`
		Last        string `xml:"last"`
		Address1    string `xml:"address_1"`
		Lists       string `xml:"lists"`
		CustomerKey string `xml:"customer_key"`
		Plan        string `xml:"custom_plan"`
		Details     struct {
			List5 struct {
				Created string `xml:"created_date"`
				Format  string `xml:"format"`
			} `xml:"list_5"`
		} `xml:"subscription_details"`
	} `xml:"subscriber"`
}

func TestDetail(t *testing.T) {
	f := start(t)
	f.realm = "keyed"
	f.contact(Contact{
		ID: 1171, Email: "jane@domain.com", First: "Jane", CustomerKey: "11293",
		Fields: map[string]string{"last": "Doe & <Sons>", "address_1": "1 Main St"},
		Custom: map[string]string{"plan": "gold"},
		Subscriptions: []Subscription{
			{ListID: 5, Format: 99, Created: time.Date(2012, 9, 26, 10, 12, 0, 0, time.UTC)},
			{ListID: 7, Format: 1},
		},
	})
	var answer detailAnswer
	if err := xml.Unmarshal([]byte(f.send("c=detail&subscriber_id=1171&output_format=xml")), &answer); err != nil {
		t.Fatal(err)
	}
	got := answer.Subscriber
	if got.ID != 1171 || got.Email != "jane@domain.com" || got.Last != "Doe & <Sons>" || got.Address1 != "1 Main St" ||
		got.Lists != "5,7" || got.CustomerKey != "11293" || got.Plan != "gold" ||
		got.Details.List5.Created != "09/26/12 10:12 AM" || got.Details.List5.Format != "99" {
		t.Errorf("got %+v", got)
	}
	f.expect("c=detail&subscriber_id=1171", "1171 jane@domain.com Jane Doe & <Sons>\n")
	f.expect("c=detail&subscriber_id=1171&csv=1&headers=1",
		"subscriber_id,email,first,last,company,address_1,address_2,city,state,zip,country,phone,fax,lists,customer_key,custom_plan,custom_user_id,custom_source\n"+
			"\"1171\",\"jane@domain.com\",\"Jane\",\"Doe & <Sons>\",\"\",\"1 Main St\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"5,7\",\"11293\",\"gold\",\"\",\"\"\n")
	cut := f.send("c=detail&subscriber_id=1171&output_format=xml&version=8.4.0")
	if err := xml.Unmarshal([]byte(cut), &answer); err == nil {
		t.Errorf("version 8.4.0 answers whole XML: %s", cut)
	}
}

func TestDetailOfNobody(t *testing.T) {
	f := start(t)
	f.expect("c=detail&subscriber_id=1171&output_format=xml", "FAILURE: Specified subscriber ID 1171 does not belong to the realm plain")
	f.expect("c=detail", "FAILURE: Missing required argument subscriber_id")
	f.realm = "keyed"
	f.contact(Contact{ID: 1171, Email: "jane@domain.com", CustomerKey: "1"})
	f.realm = "plain"
	f.expect("c=detail&subscriber_id=1171", "FAILURE: Specified subscriber ID 1171 does not belong to the realm plain")
}

func TestDetailHasNoKeyInOrdinaryRealms(t *testing.T) {
	f := start(t)
	f.contact(Contact{Email: "jane@domain.com"})
	if got := f.send("c=detail&subscriber_id=1001&csv=1&headers=1"); !fits(got, "…lists,custom_plan,…") {
		t.Errorf("got %q", got)
	}
}
