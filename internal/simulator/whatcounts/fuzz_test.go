package whatcounts

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// FuzzDecoder: a row comes from a record and has the columns of the header, or
// is malformed.
func FuzzDecoder(f *testing.F) {
	for _, text := range []string{"", "^", "email^a@b.c", "email,first ^jane@domain.com,Jayne^x", `email,last^a@b.c,"Doe, Jr"`, `email^"a`, `email^"a"b`, `email^"\"`, "email\r\n^a\n^b", "^^,^", `"email"^x`} {
		f.Add(text, byte(0))
		f.Add(text, byte(7))
	}
	f.Fuzz(func(t *testing.T, text string, bits byte) {
		table := decodeData(text, dataRules{literalQuotes: bits&1 == 1, lineFeeds: bits&2 == 2, trimmed: bits&4 == 4})
		separators := "^"
		if bits&2 == 2 {
			separators = "^\n"
		}
		if records := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(separators, r) }); len(table.rows) > len(records) {
			t.Fatalf("%d rows in %q", len(table.rows), text)
		}
		for _, row := range table.rows {
			for column := range row.values {
				if !table.has(column) {
					t.Fatalf("%q has a value in the column %q", text, column)
				}
			}
		}
	})
}

// FuzzServe: no request makes the service panic or answer with another status,
// under any dialects, and none shows the realm's password.
func FuzzServe(f *testing.F) {
	for command := range commands {
		f.Add("c="+command+"&list_id=5&format=2&email=a@b.c&exact=1&subscriber_id=1001&identity_field=email&data=email,first^a@b.c,A&days=1&output_format=csv&headers=1", uint64(0))
		f.Add("c="+command+"&list_id=0&optout=1&email=a@b.c&email_new=d@e.f&subscriber_id=x&data=customer_key,email^k,a@b.c&output_format=xml", ^uint64(0))
		f.Add("c="+command+"&list_name=News&limit=-1&offset=-1&days=-1&output_format=csv_pipe&data=%zz", uint64(0x5555555555555555))
	}
	f.Add("c=find&r=%zz&output_format=csv_tab&email=%&first=%00", uint64(3))
	all := Dialects()
	f.Fuzz(func(t *testing.T, form string, on uint64) {
		const password = "a-password-of-its-own"
		s := New(&traffic.Exchange{}, Realm{Name: "r", Password: password, CustomerKeys: on>>63 == 1, Lists: []List{{ID: 5, Name: "News"}}})
		for bit, dialect := range all[:min(len(all), 63)] {
			if on>>bit&1 == 1 {
				if err := s.Set(dialect.Name); err != nil {
					t.Fatal(err)
				}
			}
		}
		key := ""
		if on>>63 == 1 {
			key = "k"
		}
		if _, err := s.AddContact("r", Contact{Email: "a@b.c", CustomerKey: key, Subscriptions: []Subscription{{ListID: 5, Format: 2}}}); err != nil {
			t.Fatal(err)
		}
		for _, credentials := range []string{"r=r&p=" + password + "&", ""} {
			r := httptest.NewRequest(http.MethodPost, ServletPath, strings.NewReader(credentials+form))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			answer := httptest.NewRecorder()
			s.ServeHTTP(answer, r)
			if answer.Code != http.StatusOK {
				t.Fatalf("%q is answered %d", form, answer.Code)
			}
			if !strings.Contains(form, password) && strings.Contains(answer.Body.String(), password) {
				t.Fatalf("%q is answered %q", form, answer.Body)
			}
		}
	})
}
