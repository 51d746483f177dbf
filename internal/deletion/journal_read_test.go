package deletion

import (
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestLineReadsBackAsItWasWritten(t *testing.T) {
	for text, want := range map[string]Line{
		wholeContactLine:       {Time: deletedAt, Kind: KindContact, ID: 1001, Policy: "delete", Record: wholeContact},
		placedLine:             {Time: deletedAt, Kind: KindContact, ID: 7, Policy: "delete", Place: Place{"https://api.example.com", "demo"}, Record: named(7, "jane@example.com")},
		wholeCommunicationLine: {Time: deletedAt, Kind: KindCommunication, ID: 501, Policy: "delete", Record: wholeCommunication},
	} {
		if got := lines(t, text); len(got) != 1 || !reflect.DeepEqual(got[0], want) {
			t.Errorf("%s\nreads as %+v", text, got)
		}
	}
}

// What may stand around and between lines: a line that was torn was the last
// one until the journal was continued behind it.
func TestTornLinesArePassedOver(t *testing.T) {
	const whole = wholeContactLine
	half := whole[:len(whole)/2]
	tests := map[string]struct {
		text  string
		whole int
		torn  []int
	}{
		"nothing at all":                         {"", 0, nil},
		"an end without its line break":          {strings.TrimSuffix(whole, "\n"), 1, nil},
		"a torn line at the end":                 {whole + half, 1, []int{2}},
		"a torn line that is the only one":       {half, 0, []int{1}},
		"a single brace":                         {whole + "{", 1, []int{2}},
		"a line torn within a letter":            {whole + whole[:len(whole)/2] + "\xc3", 1, []int{2}},
		"a torn line, and the journal continued": {whole + half + "\n" + whole, 2, []int{2}},
		"two of them":                            {half + "\n" + whole + half, 1, []int{1, 3}},
		"a line that lost its end to zeros":      {whole + half + "\x00\x00\x00\n" + whole, 2, []int{2}},
		"nothing but zeros":                      {whole + "\x00\x00\x00", 1, nil},
		"empty lines":                            {whole + "\n\n" + whole, 2, nil},
		"a torn line glued to a whole one":       {half + whole, 1, []int{1}},
		"a whole line glued to a torn one":       {strings.TrimSuffix(whole, "\n") + half + "\n" + whole, 2, []int{1}},
		"two whole lines glued":                  {strings.TrimSuffix(whole, "\n") + whole + whole, 3, nil},
		"torn, whole and torn glued":             {half + strings.TrimSuffix(whole, "\n") + half + "\n" + whole, 2, []int{1}},
		"a custom field that looks like a line":  {strings.Replace(whole, `{"plan":`, `{"time":`, 1) + whole, 2, nil},
		"a byte order mark":                      {"\ufeff" + whole, 1, nil},
		"line breaks of another system":          {strings.ReplaceAll(whole+whole, "\n", "\r\n"), 2, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, torn, err := read(test.text)
			if err != nil || len(found) != test.whole || !slices.Equal(torn, test.torn) {
				t.Errorf("%d lines, torn %v, error %v; want %d lines, torn %v", len(found), torn, err, test.whole, test.torn)
			}
		})
	}
}

// A line can be cut anywhere, and is never taken for a whole one or for a
// broken one.
func TestLineTornAnywhere(t *testing.T) {
	text := strings.TrimSuffix(wholeContactLine, "\n")
	for length := 1; length < len(text); length++ {
		if found, torn, err := read(text[:length]); err != nil || len(found) > 0 || len(torn) != 1 {
			t.Fatalf("cut to %q: %d lines, torn %v, error %v", text[:length], len(found), torn, err)
		}
	}
}

// It costs that line, and nothing before or behind it.
func TestBrokenLineIsAnErrorWithItsNumber(t *testing.T) {
	changed := func(old, replacement string) string {
		text := strings.Replace(wholeContactLine, old, replacement, 1)
		if text == wholeContactLine {
			t.Fatalf("%q is not in the line", old)
		}
		return text
	}
	communication := func(old, replacement string) string {
		return strings.Replace(wholeCommunicationLine, old, replacement, 1)
	}
	tests := map[string]struct{ line, says string }{
		"no JSON":                         {"deleted jane@example.com\n", "invalid character"},
		"a list":                          {"[]\n", "array"},
		"a kind that does not exist":      {changed(`"kind":"contact"`, `"kind":"person"`), `no kind "person"`},
		"the record of another kind":      {changed(`"kind":"contact"`, `"kind":"communication"`), "subscriber_id"},
		"another id":                      {changed(`"id":1001`, `"id":1002`), "1002"},
		"no id":                           {changed(`"id":1001`, `"id":0`), "the id is 0"},
		"no time":                         {changed(`"time":"2026-03-04T05:06:07Z",`, ``), "time"},
		"a time that is none":             {changed(`2026-03-04T05:06:07Z`, `yesterday`), "yesterday"},
		"no policy":                       {changed(`"policy":"delete",`, ``), "policy"},
		"no record":                       {`{"time":"2026-03-04T05:06:07Z","kind":"contact","id":1,"policy":"delete"}` + "\n", "no record"},
		"a record that is null":           {`{"time":"2026-03-04T05:06:07Z","kind":"contact","id":1,"policy":"delete","record":null}` + "\n", "own id 0"},
		"a contact without address":       {changed(`"email":"jane@example.com",`, ``), "email"},
		"a subscription without list":     {changed(`"list_id":5,`, ``), "list 0"},
		"a field of a newer version":      {changed(`"fax"`, `"twitter"`), "twitter"},
		"a key of a newer version":        {changed(`"policy"`, `"reason":"","policy"`), "reason"},
		"a communication without value":   {communication(`"value":"billing@example.com",`, ``), "value"},
		"a communication without type":    {communication(`"type":"email",`, ``), "type"},
		"a communication without owner":   {communication(`{"type":"biz_entity","id":42,"external_id":"BE-1"}`, `{}`), "owner"},
		"an owner that cannot be found":   {communication(`"id":42,"external_id":"BE-1"`, `"id":0`), "owner"},
		"an owner of no kind":             {communication(`"type":"biz_entity",`, ``), "owner"},
		"the record of an older version":  {`{"time":"2026-03-04T05:06:07Z","kind":"contact","id":7,"policy":"delete","record":{"SubscriberID":7}}` + "\n", "SubscriberID"},
		"a number in the place of a text": {changed(`"zip":"2000"`, `"zip":2000`), "zip"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			found, torn, err := read(wholeContactLine + test.line + wholeContactLine)
			var broken *BrokenError
			if !errors.As(err, &broken) || broken.Number != 2 || !strings.Contains(err.Error(), "line 2 ") || !strings.Contains(err.Error(), test.says) {
				t.Errorf("the error is %v, want one about line 2 and %q", err, test.says)
			}
			if len(found) != 2 || len(torn) > 0 {
				t.Errorf("%d lines beside it, torn %v", len(found), torn)
			}
		})
	}
}

// What stands around a whole record on its line is told, and the record read.
func TestWholeRecordOfABrokenLineIsRead(t *testing.T) {
	whole := strings.TrimSuffix(wholeContactLine, "\n")
	for name, text := range map[string]string{
		"a brace too many":   whole + "}",
		"words before it":    "2026-03-04 " + whole,
		"words behind it":    whole + " deleted",
		"a broken one first": strings.Replace(whole, `"id":1001`, `"id":0`, 1) + whole,
		"a broken one last":  whole + strings.Replace(whole, `"id":1001`, `"id":0`, 1),
	} {
		found, torn, err := read(text + "\n" + wholeContactLine)
		var broken *BrokenError
		if len(found) != 2 || len(torn) > 0 || !errors.As(err, &broken) || broken.Number != 1 {
			t.Errorf("%s: %d lines, torn %v, error %v", name, len(found), torn, err)
		}
	}
}

func TestReadingThatFailsIsAnError(t *testing.T) {
	failure := errors.New("the disk is gone")
	var got error
	for _, err := range Lines(io.MultiReader(strings.NewReader(wholeContactLine), iotest.ErrReader(failure))) {
		got = err
	}
	if !errors.Is(got, failure) || !strings.Contains(got.Error(), "line 2") {
		t.Errorf("the error is %v", got)
	}
}

func TestReadingCanBeLeft(t *testing.T) {
	count := 0
	for _, err := range Lines(strings.NewReader(strings.Repeat(wholeContactLine, 3))) {
		if err != nil {
			t.Error(err)
		}
		count++
		break
	}
	if count != 1 {
		t.Errorf("%d lines", count)
	}
}

// A journal may hold more than memory does, and a line more than a buffer.
func TestLongLines(t *testing.T) {
	long := inCompany(1001, strings.Repeat("a long name ", 100_000))
	path := newPath(t)
	file := NewJournalFile(path)
	for range 2 {
		if err := file.Append(Line{Time: deletedAt, Kind: KindContact, ID: 1001, Policy: "delete", Record: long}); err != nil {
			t.Fatal(err)
		}
	}
	if got := lines(t, content(t, path)); len(got) != 2 || !reflect.DeepEqual(got[1].Record, long) {
		t.Errorf("%d lines", len(got))
	}
}
