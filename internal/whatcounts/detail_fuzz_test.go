package whatcounts

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// xmlText is a value as XML carries it, or false when it cannot.
func xmlText(value string) (string, bool) {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(value)); err != nil {
		return "", false
	}
	// What XML has no characters for is replaced.
	return b.String(), !strings.Contains(strings.ReplaceAll(value, "\ufffd", ""), "\ufffd") && strings.Count(b.String(), "\ufffd") == strings.Count(value, "\ufffd")
}

// FuzzDetail: a contact reads as it was written; cut anywhere, it is no
// contact.
func FuzzDetail(f *testing.F) {
	f.Add([]byte(detailXML("12", "jane@example.com", "Jane", "5")), uint32(12), "jane@example.com", "Jane", "11293", "Doe & Sons", "gold", uint16(5), byte(0), uint(100))
	f.Add([]byte("<data><subscriber_id>1</subscriber_id><subscriber_id>2</subscriber_id></data>"), uint32(1), "<a>", `"`, "", "]]>", "\t", uint16(6), byte(0xff), uint(30))
	f.Add([]byte("<!DOCTYPE x [<!ENTITY e 'x'>]><data>&e;</data>"), uint32(1), "&amp;", "\r\n", "", "", "", uint16(6), byte(1), uint(300))
	f.Add([]byte(strings.Repeat("<a>", 100)), uint32(1), "a@b.c", "", "", "", " ", uint16(6), byte(2), uint(3000))
	f.Fuzz(func(t *testing.T, any []byte, id uint32, email, first, key, last, custom string, list uint16, form byte, cut uint) {
		if contact, err := readDetail(string(any)); err == nil && (contact.Email == "" || !bytes.Contains(any, []byte("subscriber_id")) && !bytes.Contains(bytes.ToLower(any), []byte("subscriber_id"))) {
			t.Fatalf("%q is read as %+v", any, contact)
		}
		fields := []struct{ name, value string }{{"subscriber_id", fmt.Sprint(id)}, {"email", email}, {"first", first}, {"customer_key", key}, {"last", last}, {"custom_plan", custom}, {"lists", fmt.Sprint(list)}}
		var b strings.Builder
		for _, field := range fields {
			value, possible := xmlText(field.value)
			if !possible {
				return
			}
			name := field.name
			if form&1 == 1 {
				name = strings.TrimPrefix(name, CustomPrefix)
			}
			if form&2 == 2 {
				name = strings.ToUpper(name)
			}
			fmt.Fprintf(&b, "<%s>%s</%s>\n", name, value, name)
		}
		format := []string{"1", "2", "99", "text", "HTML", "MIME", "plain"}[int(form>>2)%7]
		text := fmt.Sprintf("<data>\n<subscriber>%s<subscription_details><list_%d><format>%s</format></list_%d></subscription_details></subscriber></data>", b.String(), list, format, list)
		got, err := readDetail(text)
		if strings.TrimSpace(email) == "" {
			if err == nil {
				t.Fatalf("%q has no address and is read as %+v", text, got)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		kept := func(value string) string {
			if strings.TrimSpace(value) == "" {
				return ""
			}
			return value
		}
		wanted := []string{strings.TrimSpace(email), kept(first), kept(key), kept(last)}
		if found := []string{got.Email, got.FirstName, got.CustomerKey, got.Values["last"]}; got.SubscriberID != int64(id) || !slices.Equal(found, wanted) {
			t.Fatalf("%q is read as %+v, want %q", text, got, wanted)
		}
		customs := 0
		for name, value := range got.Values {
			if !strings.HasPrefix(name, CustomPrefix) {
				continue
			}
			if customs++; !strings.EqualFold(name, "custom_plan") || value != custom {
				t.Fatalf("%q has the custom field %s = %q", text, name, value)
			}
		}
		if (customs == 1) != (kept(custom) != "") || (len(got.Subscriptions) == 1) != (list > 0) {
			t.Fatalf("%q is read as %+v", text, got)
		}
		if list > 0 && got.Subscriptions[0] != (Subscription{int64(list), readFormat(format)}) {
			t.Fatalf("%q is read as %+v", text, got)
		}
		if contact, err := readDetail(text[:cut%uint(len(text))]); err == nil {
			t.Fatalf("%q, cut, is read as %+v", text, contact)
		}
	})
}
