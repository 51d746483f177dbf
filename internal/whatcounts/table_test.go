package whatcounts

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// readTable reads rows none of which is a row of headings.
func readTable(text string) ([][]string, error) {
	t, err := newTable(strings.NewReader(text), layout{})
	var all [][]string
	for err == nil {
		var row tableRow
		if row, err = t.next(); err == nil {
			all = append(all, slices.Clone(row.values))
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, err
}

func TestRowsInEveryKnownDress(t *testing.T) {
	tests := map[string][][]string{
		"a,b\n1,2\n":                   {{"a", "b"}, {"1", "2"}},
		"\"a\",\"b\"\r\n\"1\",\"\"":    {{"a", "b"}, {"1", ""}},
		"\"x,y\",\"say \"\"hi\"\"\"\n": {{"x,y", `say "hi"`}},
		`"C:\temp",b`:                  {{`C:\temp`, "b"}},
		"\n\r\n a \n\n":                {{" a "}},
		"\"two\nlines\",b\n":           {{"two\nlines", "b"}},
		"a,\n":                         {{"a", ""}},
		"a,":                           {{"a", ""}},
		"":                             nil,
	}
	for text, want := range tests {
		got, err := readTable(text)
		if err != nil || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("%q is read as %q (%v), want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`"a`, `"a"b,c`, `a,"b` + "\n", `"say \"hi\"",b`, `"a" , b`, `"` + strings.Repeat("x", longestRow)} {
		if got, err := readTable(text); !errors.Is(err, errMalformedRow) {
			t.Errorf("%.20q is read as %.20q (%v), want it malformed", text, got, err)
		}
	}
}

func TestFindReadsItsRows(t *testing.T) {
	want := []Row{{Identity: Identity{SubscriberID: 12, Email: "jane@example.com", FirstName: "Jane"}, LastName: "Doe", Lists: []int64{5, 7}}}
	for name, answer := range map[string]string{
		"bare headings":   "subscriber_id,email,first,last,lists\n12,jane@example.com,Jane,Doe,\"5,7\"\n",
		"quoted headings": "\"Subscriber_ID\",\"Email\",\"First\",\"Last\",\"Lists\"\r\n\"12\",\"jane@example.com\",\"Jane\",\"Doe\",\"7,5\"\r\n",
		"byte order mark": "\ufeffsubscriber_id,email,first,last,lists\r\n12,jane@example.com,Jane,Doe,\"(5,7)\"\r\n",
		"no headings":     "12,jane@example.com,Jane,Doe,\"5,7\"\n",
		"bare lists":      "subscriber_id,email,first,last,lists\n12,jane@example.com,Jane,Doe,5,7\n",
		"other order":     "email,lists,first,subscriber_id,last\njane@example.com,\"5,7\",Jane,12,Doe\n",
		"others too":      "subscriber_id,email,first,last,lists\n12,jane@example.com,Jane,Doe,\"5,7\"\n13,xjane@example.com,Jane,Doe,\n12,jane@example.com,Jane,Doe,\n",
	} {
		s := newScript(t).on("find", answer)
		got, err := s.client.Find(t.Context(), "JANE@example.com", nil)
		if err != nil || !slices.EqualFunc(got, want, sameRow) {
			t.Errorf("%s: %+v (%v)", name, got, err)
		}
	}
	for _, answer := range []string{"", "\r\n", "FAILURE: No matching record found.", findHeadings} {
		s := newScript(t).on("find", answer)
		if got, err := s.client.Find(t.Context(), "jane@example.com", nil); err != nil || len(got) != 0 {
			t.Errorf("%q: %v (%v), want nothing", answer, got, err)
		}
	}
}

func sameRow(a, b Row) bool {
	return a.Identity == b.Identity && a.LastName == b.LastName && slices.Equal(a.Lists, b.Lists)
}

func TestWhatIsNoTableIsAnErrorAndNeverNobody(t *testing.T) {
	for _, answer := range []string{
		"SUCCESS", "SUCCESS: 0 rows", "FAILURE: try later", "FAILURE",
		"7160984 jane@example.com Reader", "<html><body>Maintenance</body></html>", "<!DOCTYPE html>", "<data></data>",
		findHeadings + "12,jane@example.com\n", findHeadings + "x,jane@example.com,Jane,,\n", findHeadings + "12,\"jane@example.com,Jane,,\n",
		"subscriber_id,mail\n12,jane@example.com\n", "who,what\n",
	} {
		s := newScript(t).on("find", answer)
		if got, err := s.client.Find(t.Context(), "jane@example.com", nil); err == nil || apierror.Is(err, apierror.NotFound) {
			t.Errorf("%q: %v (%v), want an error", answer, got, err)
		}
	}
}

func TestAFullPageOfRowsIsAnError(t *testing.T) {
	line := func(n int) string { return strings.Repeat("1", n) + ",other@example.com,,,\n" }
	var page strings.Builder
	for n := range mostRows {
		page.WriteString(line(n%18 + 1))
	}
	s := newScript(t).on("find", findHeadings+page.String())
	_, err := s.client.Find(t.Context(), "jane@example.com", nil)
	if !apierror.Is(err, apierror.Uncertain) || !strings.Contains(err.Error(), "perhaps more") {
		t.Errorf("Find: %v", err)
	}
	matches, more, err := s.client.Search(t.Context(), Criteria{Email: "example.com"})
	if err != nil || !more || len(matches) != 18 {
		t.Errorf("Search: %d matches, more %t (%v)", len(matches), more, err)
	}
}

func TestFindByFirstName(t *testing.T) {
	s := newScript(t).on("find", rows(janeRow, "13,jane@example.com,jane,,", "14,jane@example.com,,,"))
	for name, want := range map[string]int64{"Jane": 12, "jane": 13, "": 14} {
		got, err := s.client.Find(t.Context(), "jane@example.com", &name)
		if err != nil || len(got) != 1 || got[0].SubscriberID != want {
			t.Errorf("first name %q: %v (%v), want %d", name, got, err, want)
		}
	}
	if got := s.last("find").names(); got != "r p c email exact output_format headers" {
		t.Errorf("sent %s", got)
	}
	before := len(s.sent())
	for _, email := range []string{"", "a,b@c", "a^b@c", " a@b.c"} {
		if _, err := s.client.Find(t.Context(), email, nil); !apierror.Is(err, apierror.Invalid) {
			t.Errorf("address %q: %v", email, err)
		}
	}
	if len(s.sent()) != before {
		t.Error("an address that cannot be sent was sent")
	}
}
