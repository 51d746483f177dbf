package whatcounts

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"
)

func TestOptoutQueries(t *testing.T) {
	f := start(t)
	f.exchange.Clock.Advance(-10 * 24 * time.Hour)
	f.must(f.OptOut("plain", "old@domain.com", 5))
	f.must(f.OptOut("plain", "old.global@domain.com", 0))
	f.exchange.Clock.Advance(10 * 24 * time.Hour)
	f.must(f.OptOut("plain", "new@domain.com", 5))
	f.must(f.OptOut("plain", "new.global@domain.com", 0))
	for _, test := range []struct{ command, want string }{
		{"c=show_opt&list_id=5", "old@domain.com\nnew@domain.com\n"},
		{"c=show_optout&list_id=5&days=0&csv=1", "\"new@domain.com\"\n"},
		{"c=show_opt&list_id=5&days=9&csv=1", "\"new@domain.com\"\n"},
		{"c=show_opt&list_id=5&days=10&csv=1", "\"old@domain.com\"\n\"new@domain.com\"\n"},
		{"c=show_opt&list_id=5&days=36500&csv=1", "\"old@domain.com\"\n\"new@domain.com\"\n"},
		{"c=show_opt&list_id=5&days=2000000000&csv=1", "\"old@domain.com\"\n\"new@domain.com\"\n"},
		{"c=show_opt&list_id=7&days=30&csv=1&headers=1", ""},
		{"c=show_opt&days=30", "FAILURE: Error looking up list ids, one or more list ids specified do not belong to your realm"},
		{"c=show_opt&list_id=5&days=-1", "FAILURE: Invalid value for days"},
		{"c=show_optglobal&days=ever", "FAILURE: Invalid value for days"},
		{"c=show_optglobal&days=30&output_format=csv&headers=1", "\"Email\"\n\"old.global@domain.com\"\n\"new.global@domain.com\"\n"},
		{"c=show_optglobal&days=1&output_format=xml", "<?xml …<data>\n<Data><email>new.global@domain.com</email></Data>\n</data>\n"},
	} {
		f.expect(test.command, test.want)
	}
}

func TestManyOptouts(t *testing.T) {
	const many = 100_000
	f := start(t)
	f.must(f.AddOptouts("plain", many, "user%d@test.example.com"))
	if rows := f.countGlobalOptouts(); rows != many+1 {
		t.Errorf("%d lines, want %d", rows, many+1)
	}
	if logged := len(f.exchange.Log.Entries()[0].Answer); logged > 1<<20 {
		t.Errorf("the log keeps %d bytes of the answer", logged)
	}
}

// BenchmarkMillionOptouts is one show_optglobal over a million records.
func BenchmarkMillionOptouts(b *testing.B) {
	const many = 1_000_000
	f := start(b)
	f.must(f.AddOptouts("plain", many, "user%d@test.example.com"))
	for b.Loop() {
		if rows := f.countGlobalOptouts(); rows != many+1 {
			b.Fatalf("%d lines, want %d", rows, many+1)
		}
	}
}

// countGlobalOptouts returns how many lines the answer to show_optglobal has,
// headings included.
func (f *fixture) countGlobalOptouts() int {
	f.t.Helper()
	response, err := http.PostForm(f.url, url.Values{
		"r": {"plain"}, "p": {password}, "c": {"show_optglobal"}, "days": {"36500"}, "csv": {"1"}, "headers": {"1"},
	})
	f.must(err)
	var rows lineCounter
	_, err = io.Copy(&rows, response.Body)
	f.must(err)
	f.must(response.Body.Close())
	return int(rows)
}

// lineCounter counts the lines written to it and keeps nothing.
type lineCounter int

func (c *lineCounter) Write(text []byte) (int, error) {
	*c += lineCounter(bytes.Count(text, []byte("\n")))
	return len(text), nil
}

func TestAddedOptoutsBlock(t *testing.T) {
	f := start(t)
	f.must(f.AddOptouts("plain", 3, "user%d@test.example.com"))
	f.expect("c=show_optglobal&days=0", "user1@test.example.com\nuser2@test.example.com\nuser3@test.example.com\n")
	f.expect("c=sub&list_id=5&format=2&data=email^USER3@test.example.com", "FAILURE: … (Optout Error) 1, …")
	f.must(f.AddOptouts("plain", 1, "late%d@test.example.com"))
	f.expect("c=sub&list_id=5&format=2&data=email^late1@test.example.com", "FAILURE: … (Optout Error) 1, …")
	if err := f.AddOptouts("plain", 1, "user@test.example.com"); err == nil {
		t.Error("a pattern without a number was accepted")
	}
}
