package whatcounts

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// csvOf writes rows as a service does that quotes every value.
func csvOf(table [][]string, lineBreak string) string {
	var b strings.Builder
	for _, row := range table {
		for i, value := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(value, `"`, `""`) + `"`)
		}
		b.WriteString(lineBreak)
	}
	return b.String()
}

// withoutReturns are values as a row can carry them: in quotes, a carriage
// return and a line feed are read as a line feed.
func withoutReturns(values ...string) []string {
	for i := range values {
		values[i] = strings.ReplaceAll(values[i], "\r", "")
	}
	return values
}

// FuzzRows: rows read as they were written or not at all. Cut anywhere, what is
// read are whole rows from the beginning, or an error.
func FuzzRows(f *testing.F) {
	f.Add("12", "jane@example.com", "Jane", "5,7", "13", "", false, uint(20))
	f.Add(`a"b`, `a\b`, `\`, `"`, `\"`, `""`, true, uint(8))
	f.Add(`a\`, ",", "b", `c\`, ",", "d", false, uint(5))
	f.Add("\n", "\r\n", " ", "\ufeff", "\x00", "\xff", true, uint(9))
	f.Add(`\`, "", `\`, "", `\`, "", false, uint(1))
	f.Add("", "0", "0", `\`, ",0", "0", true, uint(3))
	f.Add(`a\"`, "b", "", `a\",b`, `"`, `\"b`, false, uint(3))
	f.Add(`Weekly "news", short`, "b", "", `a",b`, `"`, `"b`, false, uint(3))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g string, crlf bool, cut uint) {
		want := [][]string{withoutReturns(a, b, c), withoutReturns(d, e, g)}
		lineBreak := "\n"
		if crlf {
			lineBreak = "\r\n"
		}
		text := csvOf(want, lineBreak)
		got, err := readTable(text)
		if err != nil || !sameRows(got, want) {
			t.Fatalf("%q is read as %q (%v), want %q", text, got, err, want)
		}
		if err != nil || strings.Contains(a+b+c+d+e+g, `"`) {
			return // the first of two quotes looks like the end
		}
		half, err := readTable(text[:cut%uint(len(text))])
		if err == nil && (len(half) > 2 || !sameRows(half, want[:len(half)]) && !isShorter(half, want)) {
			t.Fatalf("%q, cut, is read as %q", text, half)
		}
		// Any other text neither panics nor loops.
		_, _ = readTable(a + b + c)
	})
}

func sameRows(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal) }

// isShorter reports whether the last row lacks columns, which a table finds,
// and the rows before it are whole.
func isShorter(half, whole [][]string) bool {
	last := len(half) - 1
	return last >= 0 && sameRows(half[:last], whole[:last]) && len(half[last]) < len(whole[last])
}

// FuzzFind: a search reads as it was written, whatever the order of columns; it
// is never taken for one without a match.
func FuzzFind(f *testing.F) {
	f.Add([]byte(rows(janeRow)), uint32(12), "jane@example.com", "Jane", "Doe", uint16(5), uint16(7), byte(0), uint(60))
	f.Add([]byte("FAILURE: No matching record found."), uint32(0), "", `J"`, `\`, uint16(0), uint16(5), byte(0xff), uint(25))
	f.Add([]byte("subscriber_id,email,fi"), uint32(1), "a,b", "\n", "", uint16(5), uint16(5), byte(2), uint(22))
	f.Add([]byte("subscriber_id,email,first,last,lists"), uint32(1), "a@b.c", "A", "", uint16(5), uint16(5), byte(0), uint(22))
	f.Add([]byte("<html>"), uint32(1), "a,b", "\n", "", uint16(5), uint16(5), byte(4), uint(19))
	f.Fuzz(func(t *testing.T, any []byte, id uint32, email, first, last string, list, otherList uint16, form byte, cut uint) {
		c := fuzzClient(t)
		// Anything at all: no match is only what says so.
		if matches, _, err := c.readRows("looking", readAnswer(any)); err == nil && len(matches) == 0 {
			if r := readAnswer(any); r.kind != empty && !r.says(noMatchingRecord.MatchString) && !hasPrefixFold(r.text, "subscriber_id") && !strings.Contains(strings.ToLower(r.text), "subscriber_id") {
				t.Fatalf("%q is taken for no match", any)
			}
		} else if err != nil && !apierror.Is(err, apierror.Uncertain) && !apierror.Is(err, apierror.Refused) {
			t.Fatalf("%q is %v", any, err)
		}
		email, first, last = strings.ReplaceAll(email, "\r", ""), strings.ReplaceAll(first, "\r", ""), strings.ReplaceAll(last, "\r", "")
		lists := []int64{int64(list), int64(otherList)}
		headings := []string{"subscriber_id", "email", "first", "last", "lists"}
		values := []string{fmt.Sprint(id), email, first, last, fmt.Sprintf("%d,%d", list, otherList)}
		if form&1 == 1 {
			slices.Reverse(headings)
			slices.Reverse(values)
		}
		head := strings.Join(headings, ",") + "\n"
		if form&2 == 2 {
			head = csvOf([][]string{headings}, "\r\n")
		}
		if form&4 == 4 && form&1 == 0 {
			head = ""
		}
		text := head + csvOf([][]string{values}, "\n")
		answer := readAnswer([]byte(text))
		if answer.kind != data {
			return // an address such as SUCCESS in the first place
		}
		matches, count, err := c.readRows("looking", answer)
		if err == nil && (count != 1 || matches[0].SubscriberID != int64(id) || matches[0].Email != strings.TrimSpace(email) ||
			matches[0].FirstName != first || matches[0].LastName != last || !slices.Equal(matches[0].Lists, sortedLists(lists))) {
			t.Fatalf("%q is read as %+v", text, matches)
		}
		if err != nil && id > 0 {
			t.Fatalf("%q: %v", text, err)
		}
		if err != nil || id == 0 || strings.Contains(email+first, `"`) {
			return // the first of two quotes looks like the end
		}
		half := text[:cut%uint(len(text))]
		matches, _, err = c.readRows("looking", readAnswer([]byte(half)))
		// Cut within its headings, or in the middle of its row, it is no answer.
		if err == nil && len(matches) == 0 && len(strings.TrimSpace(half)) > 0 && len(half) < len(strings.TrimSpace(head)) && !namesAll(half) {
			t.Fatalf("%q, cut from %q, is taken for no match", half, text)
		}
		if err == nil && len(matches) == 1 && (matches[0].FirstName != first || matches[0].Email != strings.TrimSpace(email)) {
			t.Fatalf("%q, cut from %q, is read as %+v", half, text, matches)
		}
	})
}

// namesAll reports whether a row of headings names what a search has to have.
func namesAll(headings string) bool {
	for _, heading := range []string{"subscriber_id", "email", "first"} {
		if !strings.Contains(headings, heading) {
			return false
		}
	}
	return true
}

func sortedLists(lists []int64) []int64 {
	lists = slices.DeleteFunc(slices.Clone(lists), func(id int64) bool { return id == 0 })
	slices.Sort(lists)
	lists = slices.Compact(lists)
	if len(lists) == 0 {
		return nil
	}
	return lists
}

// FuzzOptouts: a stream of addresses reads as it was written. What is no
// address, or a refusal, is an error.
func FuzzOptouts(f *testing.F) {
	for _, text := range append(seeds, "\"Email\"\n\"jane@example.com\"\n", "Email,customer_key\r\na@b.c,1\r\n", "\ufeff\"Email\"\n", "a@b.c\n\n\nd@e.f", "\"Email\"\n\"a@b.c", "Email\n") {
		f.Add([]byte(text), 200, "jane@example.com", "k", byte(len(text)), uint(len(text)/2))
	}
	f.Fuzz(func(t *testing.T, any []byte, status int, email, key string, form byte, cut uint) {
		collect := func(status int, body []byte) (shown []string, err error) {
			err = fuzzClient(t).readOptouts("asking", status, bytes.NewReader(body), func(email, _ string) error {
				shown = append(shown, email)
				return nil
			})
			return shown, err
		}
		shown, err := collect(status, any)
		for _, address := range shown {
			if !strings.Contains(address, "@") || !bytes.Contains(any, []byte(strings.Split(address, `"`)[0])) {
				t.Fatalf("%q shows %q", any, address)
			}
		}
		r := readAnswer(any)
		if said := r.kind == success || r.kind == failure || r.isPage() || status != 200 || r.refusesCredentials(); err == nil && said {
			t.Fatalf("%d %q is taken for opt-outs", status, any)
		}
		want := []string{"first@example.com", strings.TrimSpace(email) + "@example.com", "last@example.com"}
		table := [][]string{}
		if form&1 == 1 {
			table = append(table, []string{"Email", "customer_key"})
		}
		for _, address := range want {
			table = append(table, []string{address, key})
		}
		if form&2 == 2 {
			for i, row := range table {
				table[i] = row[:1]
			}
		}
		text := csvOf(table, "\n")
		if form&8 == 8 {
			text = byteOrderMark + text
		}
		odd := strings.ContainsAny(email+key, "\"\\ <>\r\n") || strings.TrimSpace(want[1]) != want[1]
		got, err := collect(200, []byte(text))
		if err == nil && !slices.Equal(got, want) || err != nil && !odd {
			t.Fatalf("%q shows %q (%v), want %q", text, got, err, want)
		}
		if err != nil || strings.Contains(email, `"`) {
			return // the first of two quotes looks like the end
		}
		if half, err := collect(200, []byte(text[:cut%uint(len(text))])); err == nil && !slices.Equal(half, want[:min(len(half), 3)]) {
			t.Fatalf("%q, cut, shows %q", text, half)
		}
	})
}

// FuzzLists: the lists of a realm read as they were written, and its settings
// too; anything else is an error.
func FuzzLists(f *testing.F) {
	f.Add([]byte("\"List Number\",\"List Name\",\"List Description\",\"Folder ID\"\n\"5\",\"News\",\"Monthly\",\"0\"\n"), uint32(5), "News", "Monthly", true, byte(0))
	f.Add([]byte("realm_id,use_customer_key\n1,Y\n"), uint32(0), `"`, `\`, false, byte(1))
	f.Add([]byte("<data><Data><realm_id>1</realm_id><use_customer_key>N</use_customer_key></Data></data>"), uint32(1), "", "\n", false, byte(2))
	f.Add([]byte("use_customer_key\nY\nN\n"), uint32(1), "use_customer_key", "List Number", true, byte(3))
	f.Fuzz(func(t *testing.T, any []byte, id uint32, name, description string, keyed bool, form byte) {
		c := fuzzClient(t)
		if settings, err := c.readRealm("asking", readAnswer(any)); err == nil && settings.Known && !bytes.ContainsAny(any, "yntfYNTF01") {
			t.Fatalf("%q is read as %+v", any, settings)
		}
		name, description = strings.ReplaceAll(name, "\r", ""), strings.ReplaceAll(description, "\r", "")
		headings := [][]string{{"List Number", "List Name", "List Description", "Folder ID"}, {"id", "name", "description", "folder"}, {"List ID", "List Name", "Description", "Template"}}[int(form)%3]
		text := csvOf([][]string{headings, {fmt.Sprint(id), name, description, "0"}}, "\n")
		var lists []List
		err := c.eachRow("asking", readAnswer([]byte(text)), listLayout, func(row tableRow) error {
			number, err := row.id(listIDs...)
			lists = append(lists, List{ID: number, Name: row.text(listNames...), Description: row.text(listDescriptions...)})
			return err
		})
		if err == nil && !slices.Equal(lists, []List{{int64(id), name, description}}) || err != nil && id > 0 {
			t.Fatalf("%q is read as %+v (%v)", text, lists, err)
		}
		flag := map[bool]string{true: "Y", false: "N"}[keyed]
		want := RealmSettings{ID: fmt.Sprint(id), CustomerKeys: keyed, RelationalDatabase: !keyed, Known: true}
		other := map[bool]string{true: "N", false: "Y"}[keyed]
		for _, text := range []string{
			csvOf([][]string{{"realm_id", "use_customer_key", "enable_relational_database"}, {fmt.Sprint(id), flag, other}}, "\n"),
			csvOf([][]string{{fmt.Sprint(id), flag, other}}, "\r\n"),
			fmt.Sprintf("<?xml version=\"1.0\"?><DATA><Data><realm_id>%d</realm_id><use_customer_key>%s</use_customer_key><enable_relational_database>%s</enable_relational_database></Data></DATA>", id, flag, other),
		} {
			if got, err := c.readRealm("asking", readAnswer([]byte(text))); err != nil || got != want {
				t.Fatalf("%q is read as %+v (%v), want %+v", text, got, err, want)
			}
		}
	})
}
