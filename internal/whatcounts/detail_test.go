package whatcounts

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestDetailInEveryKnownShape(t *testing.T) {
	want := Contact{
		Identity:      Identity{SubscriberID: 12, Email: "jane@example.com", FirstName: "Jane"},
		Values:        map[string]string{"last": "Doe & Co", "address_1": "1 Main St", "custom_Plan": "gold"},
		Subscriptions: []Subscription{{5, HTML}, {7, Text}},
	}
	body := `<subscriber_id> 12 </subscriber_id><email>jane@example.com</email><first>Jane</first><last>Doe &amp; Co</last><company/><address_1>1 Main St</address_1><lists>7,5</lists>`
	details := func(html, text string) string {
		return `<subscription_details><list_7><created_date>09/26/12 10:12 AM</created_date><format>` + text + `</format></list_7><list_5><format>` + html + `</format></list_5></subscription_details>`
	}
	shapes := map[string]string{
		"declaration":       `<?xml version="1.0" encoding="UTF-8"?><data><subscriber>` + body + `<custom_Plan>gold</custom_Plan><custom_empty/>` + details("2", "1") + `</subscriber></data>`,
		"upper-case root":   "<DATA>\r\n<subscriber>" + body + `<custom_Plan>gold</custom_Plan><realm_note>x</realm_note>` + details("2", "1") + "</subscriber>\r\n</DATA>\r\n",
		"bare custom names": `<Data><subscriber>` + body + `<Plan>gold</Plan><created_date>01/02/12 1:00 PM</created_date>` + details("html", "Plain Text") + `</subscriber></Data>`,
		"details apart":     `<data><subscriber>` + body + `<custom_Plan>gold</custom_Plan></subscriber>` + details("HTML", "text") + `</data>`,
		"no inner element":  `<?xml version="1.0"?><subscriber>` + body + `<custom_Plan>gold</custom_Plan>` + details("2", "1") + `</subscriber>`,
		"count for lists":   strings.Replace(`<data><subscriber>`+body+`<custom_Plan>gold</custom_Plan>`+details("2", "1")+`</subscriber></data>`, "<lists>7,5</lists>", "<lists>2</lists>", 1),
		"byte order mark":   "\ufeff" + `<data><subscriber>` + body + `<custom_Plan>gold</custom_Plan>` + details("2", "1") + `</subscriber></data>`,
		"character data":    `<data><subscriber>` + body + `<custom_Plan><![CDATA[gold]]></custom_Plan>` + details("2", "1") + `</subscriber></data>`,
	}
	for name, answer := range shapes {
		s := newScript(t).on("detail", answer)
		got, err := s.client.Contact(t.Context(), 12, "")
		if err != nil || !sameContact(got, want) {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
		s.expectSent("detail")
	}
	s := newScript(t).on("detail", strings.Replace(`<data><subscriber>`+body+`</subscriber></data>`, "<lists>7,5</lists>", "<customer_key>K-1</customer_key><lists>7</lists>", 1))
	got, err := s.client.Contact(t.Context(), 12, "")
	if err != nil || got.CustomerKey != "K-1" || !slices.Equal(got.Subscriptions, []Subscription{{7, 0}}) || !maps.Equal(got.Values, map[string]string{"last": "Doe & Co", "address_1": "1 Main St"}) {
		t.Errorf("without details: %+v (%v)", got, err)
	}
}

func TestDetailIsGoneOnlyWhenRecognised(t *testing.T) {
	read := func(answer, find, email string) (string, error) {
		s := newScript(t).on("detail", answer).on("find", find)
		_, err := s.client.Contact(t.Context(), 12, email)
		return s.sent(), err
	}
	tests := []struct {
		answer, find, email string
		want                apierror.Kind
		sent                string
	}{
		{absent("12"), "", "", apierror.NotFound, "detail"},
		{absent("13"), "", "", apierror.Refused, "detail"},
		{"FAILURE: try later", "", "", apierror.Refused, "detail"},
		{"", "", "", apierror.Uncertain, "detail"},
		{"", "", "jane@example.com", apierror.NotFound, "detail find"},
		{"", rows("13,jane@example.com,Jim,,"), "jane@example.com", apierror.NotFound, "detail find"},
		{"", rows(janeRow), "jane@example.com", apierror.Uncertain, "detail find detail find detail find detail find detail find"},
		{"", "FAILURE: try later", "jane@example.com", apierror.Refused, "detail find"},
		{detailXML("13", "jane@example.com", "Jane", ""), "", "", apierror.Uncertain, "detail"},
		{"<data></data>", "", "", apierror.Uncertain, "detail"},
		{"<data><subscriber><subscriber_id>12</subscriber_id><email>a@b.c</email>", "", "", apierror.Uncertain, "detail"},
		{"<data><subscriber><subscriber_id>12</subscriber_id><email>a & b</email></subscriber></data>", "", "", apierror.Uncertain, "detail"},
		{"<data><subscriber><subscriber_id>12</subscriber_id></subscriber></data>", "", "", apierror.Uncertain, "detail"},
		{"12 jane@example.com Jane", "", "", apierror.Uncertain, "detail"},
		{strings.Repeat("<a>", 100), "", "", apierror.Uncertain, "detail"},
	}
	for _, test := range tests {
		sent, err := read(test.answer, test.find, test.email)
		if apierror.Of(err) != test.want || sent != test.sent {
			t.Errorf("%.80q with %q: %v after %s", test.answer, test.email, err, sent)
		}
	}
	s := newScript(t)
	if _, err := s.client.Contact(t.Context(), 0, ""); !apierror.Is(err, apierror.Invalid) || s.sent() != "" {
		t.Errorf("id 0: %v", err)
	}
}

func TestFormats(t *testing.T) {
	for text, want := range map[string]Format{"1": Text, "2": HTML, "99": MIME, "html": HTML, "Plain Text": Text, "text": Text, "plain": Text, "MIME": MIME, "multipart/alternative": MIME, "": 0, "7": 0} {
		if got := readFormat(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	for _, f := range []Format{Text, HTML, MIME} {
		if got, err := ParseFormat(strings.ToUpper(f.String())); err != nil || got != f {
			t.Errorf("%s is parsed as %s (%v)", f, got, err)
		}
	}
	if _, err := ParseFormat("rtf"); !apierror.Is(err, apierror.Invalid) {
		t.Errorf("rtf: %v", err)
	}
}
