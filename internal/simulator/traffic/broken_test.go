package traffic

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestConnectionIsReset tells a reset, which the other end does not expect,
// from a connection that is merely closed.
func TestConnectionIsReset(t *testing.T) {
	for kind, worked := range map[FaultKind]bool{ResetBefore: false, ResetDuring: true, ResetAfter: true} {
		t.Run(string(kind), func(t *testing.T) {
			var x Exchange
			x.Faults.Add(Fault{Kind: kind})
			did := false
			got := serve(t, &x, func() Answer { did = true; return Answer{Status: 201, Body: []byte("the answer")} })
			if !errors.Is(got.err, syscall.ECONNRESET) {
				t.Errorf("the error is %v", got.err)
			}
			if did != worked {
				t.Errorf("worked: %v, want %v", did, worked)
			}
			if wanted := map[bool]string{true: "the a"}[kind == ResetDuring]; got.body != wanted {
				t.Errorf("%q arrived, want %q", got.body, wanted)
			}
			if entry := x.Log.Entries()[0]; entry.Fault != string(kind) || entry.Status != map[bool]int{true: 201}[kind == ResetDuring] {
				t.Errorf("logged: %+v", entry)
			}
		})
	}
}

func TestSilenceLastsUntilTheClientLeaves(t *testing.T) {
	for kind, worked := range map[FaultKind]bool{SilentBefore: false, SilentAfter: true} {
		t.Run(string(kind), func(t *testing.T) {
			var x Exchange
			x.Faults.Add(Fault{Kind: kind})
			did, over := make(chan bool, 1), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(over)
				_, _ = io.Copy(io.Discard, r.Body)
				x.Serve(w, r, Entry{}, func(Fault) Answer { did <- true; return Answer{} })
			}))
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader("x"))
			if err != nil {
				t.Fatal(err)
			}
			response, err := server.Client().Do(request)
			if err == nil {
				response.Body.Close()
			}
			if !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the error is %v", err)
			}
			<-over
			if len(did) != map[bool]int{true: 1}[worked] {
				t.Errorf("worked: %v, want %v", len(did) == 1, worked)
			}
			if x.Log.Len() != 1 {
				t.Errorf("%d entries, want 1", x.Log.Len())
			}
		})
	}
}

func TestLengthThatIsNotTheAnswers(t *testing.T) {
	tests := map[FaultKind]struct {
		arrives string
		err     error
	}{
		TooLong:  {"the answer", io.ErrUnexpectedEOF},
		TooShort: {"the a", nil},
	}
	for kind, test := range tests {
		t.Run(string(kind), func(t *testing.T) {
			var x Exchange
			x.Faults.Add(Fault{Kind: kind})
			got := serve(t, &x, func() Answer {
				return Answer{Status: 201, Header: map[string]string{"Content-Type": "text/csv"}, Body: []byte("the answer")}
			})
			if got.status != 201 || got.body != test.arrives || !errors.Is(got.err, test.err) || got.header.Get("Content-Type") != "text/csv" {
				t.Errorf("%d %q %v, error %v", got.status, got.body, got.header, got.err)
			}
			if entry := x.Log.Entries()[0]; entry.Status != 201 || entry.Answer != "the answer" {
				t.Errorf("logged: %+v", entry)
			}
		})
	}
}

func TestFloodIsAsLongAsItSays(t *testing.T) {
	tests := map[string]struct {
		fault Fault
		size  int64
		begin string
	}{
		"of its own lines":      {Fault{Kind: Flood, Size: 1000}, 1000, "0123456789"},
		"of a text":             {Fault{Kind: Flood, Size: 200_001, Body: "\"a@b.c\"\n"}, 200_001, "\"a@b.c\"\n\"a"},
		"of its default length": {Fault{Kind: Flood}, DefaultFlood, "0123456789"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var x Exchange
			x.Faults.Add(test.fault)
			worked := false
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				x.Serve(w, r, Entry{}, func(Fault) Answer { worked = true; return Answer{} })
			}))
			defer server.Close()
			response, err := server.Client().Get(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			begin := make([]byte, len(test.begin))
			if _, err := io.ReadFull(response.Body, begin); err != nil || string(begin) != test.begin {
				t.Errorf("it begins with %q, error %v", begin, err)
			}
			rest, err := io.Copy(io.Discard, response.Body)
			if got := rest + int64(len(begin)); got != test.size || err != nil || !worked {
				t.Errorf("%d bytes, want %d; error %v, worked %v", got, test.size, err, worked)
			}
			if logged := x.Log.Entries()[0].Answer; len(logged) > 100 {
				t.Errorf("%d bytes were logged", len(logged))
			}
		})
	}
}

func TestUndoneRows(t *testing.T) {
	for want, fault := range map[int]Fault{0: {Rows: 3}, 1: {Kind: Partial}, 3: {Kind: Partial, Rows: 3}} {
		if got := fault.UndoneRows(); got != want {
			t.Errorf("%+v leaves %d rows undone, want %d", fault, got, want)
		}
	}
}
