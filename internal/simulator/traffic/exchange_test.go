package traffic

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// received is what a caller of a simulated service got.
type received struct {
	status int
	body   string
	header http.Header
	err    error // of the connection, or of reading the answer
}

// serve sends one request to an exchange through a real server.
func serve(t *testing.T, x *Exchange, work func() Answer) received {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // a service reads its request before it answers
		x.Serve(w, r, Entry{Operation: "find"}, func(Fault) Answer { return work() })
	}))
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader("x"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := server.Client().Do(request)
	if err != nil {
		return received{err: err}
	}
	body, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); closeErr != nil {
		t.Error(closeErr)
	}
	return received{response.StatusCode, string(body), response.Header, err}
}

func TestServe(t *testing.T) {
	const cut = -1
	acted := false
	tests := map[string]struct {
		fault  *Fault
		status int // of the answer, or cut
		body   string
		worked bool
		logged int // the status in the log
	}{
		"without a fault the service answers":     {nil, 201, "the answer", true, 201},
		"a status before the work":                {&Fault{Kind: StatusBefore, Status: 503, Body: "busy"}, 503, "busy", false, 503},
		"a status after the work":                 {&Fault{Kind: StatusAfter, Status: 500, Body: "oops"}, 500, "oops", true, 500},
		"a cut before the work":                   {&Fault{Kind: CutBefore}, cut, "", false, 0},
		"a cut after the work":                    {&Fault{Kind: CutAfter}, cut, "", true, 0},
		"an empty answer after the work":          {&Fault{Kind: EmptyAfter}, 200, "", true, 200},
		"another answer without the work":         {&Fault{Kind: Replace, Body: "<html>"}, 200, "<html>", false, 200},
		"another answer with a status of its own": {&Fault{Kind: Replace, Status: 302, Body: "<html>"}, 302, "<html>", false, 302},
		"a delay": {&Fault{Kind: Delay, For: time.Millisecond}, 201, "the answer", true, 201},
		"another actor, who comes before the answer": {&Fault{Kind: Act, Do: func() { acted = true }}, 201, "the answer after another actor", true, 201},
		"another actor, who comes after the work":    {&Fault{Kind: ActAfter, Do: func() { acted = true }}, 201, "the answer", true, 201},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var x Exchange
			if test.fault != nil {
				x.Faults.Add(*test.fault)
			}
			acted = false
			worked := false
			got := serve(t, &x, func() Answer {
				worked = true
				if acted {
					return Answer{Status: 201, Body: []byte("the answer after another actor")}
				}
				return Answer{Status: 201, Body: []byte("the answer")}
			})
			if (got.err != nil) != (test.status == cut) {
				t.Errorf("the error is %v", got.err)
			}
			if got.err == nil && (got.status != test.status || got.body != test.body) {
				t.Errorf("the answer is %d %q, want %d %q", got.status, got.body, test.status, test.body)
			}
			if worked != test.worked {
				t.Errorf("the work was done: %v, want %v", worked, test.worked)
			}
			if wanted := test.fault != nil && test.fault.Do != nil; acted != wanted {
				t.Errorf("another actor came: %v, want %v", acted, wanted)
			}
			entries := x.Log.Entries()
			if len(entries) != 1 {
				t.Fatalf("%d entries in the log, want 1", len(entries))
			}
			entry, kind := entries[0], ""
			if test.fault != nil {
				kind = string(test.fault.Kind)
			}
			if entry.Operation != "find" || entry.Status != test.logged || entry.Fault != kind || entry.Answer != test.body {
				t.Errorf("logged: %+v", entry)
			}
		})
	}
}

// The status and the length arrive, and then too little: what a client takes
// for a short answer unless it looks.
func TestTruncatedAnswerArrivesInPart(t *testing.T) {
	tests := map[string]struct{ whole, arrives string }{
		"half of a short one":     {"the answer", "the a"},
		"half of a long one":      {strings.Repeat("x", 100_000), strings.Repeat("x", 50_000)},
		"nothing of a single x":   {"x", ""},
		"nothing of an empty one": {"", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var x Exchange
			x.Faults.Add(Fault{Kind: Truncate})
			got := serve(t, &x, func() Answer { return Answer{Status: 201, Body: []byte(test.whole)} })
			if test.whole == "" {
				if got.err == nil {
					t.Errorf("an answer that cannot be shortened arrived whole: %d %q", got.status, got.body)
				}
				return
			}
			if got.status != 201 || got.body != test.arrives || !errors.Is(got.err, io.ErrUnexpectedEOF) {
				t.Errorf("%d with %d bytes, error %v", got.status, len(got.body), got.err)
			}
		})
	}
}

func TestHeadersAreSent(t *testing.T) {
	tests := map[string]struct {
		fault *Fault
		name  string
		want  string
	}{
		"of the answer":                {nil, "Content-Type", "text/csv"},
		"of the answer, cut in half":   {&Fault{Kind: Truncate}, "Content-Type", "text/csv"},
		"of a fault before the work":   {&Fault{Kind: StatusBefore, Status: 429, Header: map[string]string{"Retry-After": "7"}}, "Retry-After", "7"},
		"of a fault after the work":    {&Fault{Kind: StatusAfter, Status: 429, Header: map[string]string{"Retry-After": "7"}}, "Retry-After", "7"},
		"of an answer in its place":    {&Fault{Kind: Replace, Header: map[string]string{"Location": "/a"}}, "Location", "/a"},
		"of none, when it is replaced": {&Fault{Kind: Replace, Header: map[string]string{"Content-Type": ""}}, "Content-Type", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var x Exchange
			if test.fault != nil {
				x.Faults.Add(*test.fault)
			}
			got := serve(t, &x, func() Answer {
				return Answer{Header: map[string]string{"Content-Type": "text/csv"}, Body: []byte("a,b\n")}
			})
			if got.header.Get(test.name) != test.want {
				t.Errorf("%s is %q, want %q", test.name, got.header.Get(test.name), test.want)
			}
		})
	}
}

func TestLogKeepsWhatMayBeKept(t *testing.T) {
	long := strings.Repeat("x", longestLoggedAnswer+1)
	tests := map[string]struct {
		answer Answer
		sent   string
		logged string
	}{
		"the answer":                         {Answer{Body: []byte("an answer")}, "an answer", "an answer"},
		"what stands for a secret":           {Answer{Body: []byte("token"), Logged: []byte("(token)")}, "token", "(token)"},
		"nothing in place of a secret":       {Answer{Body: []byte("token"), Logged: []byte{}}, "token", ""},
		"the beginning of an endless answer": {Answer{Body: []byte(long)}, long, long[:longestLoggedAnswer]},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var x Exchange
			got := serve(t, &x, func() Answer { return test.answer })
			if got.body != test.sent {
				t.Errorf("%d bytes were sent, want %d", len(got.body), len(test.sent))
			}
			if logged := x.Log.Entries()[0].Answer; logged != test.logged {
				t.Errorf("%d bytes were logged, want %d", len(logged), len(test.logged))
			}
		})
	}
}

func TestSecretIsKeptFromTheLogOfATruncatedAnswer(t *testing.T) {
	var x Exchange
	x.Faults.Add(Fault{Kind: Truncate})
	serve(t, &x, func() Answer { return Answer{Body: []byte("token token"), Logged: []byte("(token)")} })
	if logged := x.Log.Entries()[0].Answer; logged != "(token)" {
		t.Errorf("logged: %q", logged)
	}
}

func TestEntryHasTheTimeOfTheSimulation(t *testing.T) {
	var x Exchange
	x.Clock.Advance(24 * time.Hour)
	serve(t, &x, func() Answer { return Answer{} })
	if ahead := time.Until(x.Log.Entries()[0].Time); ahead < 23*time.Hour {
		t.Errorf("the entry is %v ahead", ahead)
	}
}

// A client that has an answer may look for its request in the log at once.
func TestEntryIsLoggedBeforeTheAnswerIsSent(t *testing.T) {
	gone := httptest.NewRequest(http.MethodGet, "/", nil)
	left, leave := context.WithCancel(t.Context())
	leave()
	gone = gone.WithContext(left)
	for _, kind := range []FaultKind{
		"", StatusBefore, StatusAfter, CutBefore, CutAfter, ResetBefore, ResetDuring, ResetAfter, SilentBefore, SilentAfter,
		EmptyAfter, Truncate, TooLong, TooShort, Flood, Replace,
	} {
		t.Run("with the fault "+string(kind), func(t *testing.T) {
			var x Exchange
			sent := false
			x.Log.Follow(func(Entry) {
				if sent {
					t.Error("the answer was sent before")
				}
			})
			if kind != "" {
				x.Faults.Add(Fault{Kind: kind, Status: 200, Size: 1})
			}
			defer func() {
				err, cut := recover().(error)
				if cut && !errors.Is(err, http.ErrAbortHandler) {
					t.Error(err)
				}
				if x.Log.Len() != 1 {
					t.Errorf("%d entries, want 1", x.Log.Len())
				}
			}()
			x.Serve(&watched{httptest.NewRecorder(), &sent}, gone, Entry{}, func(Fault) Answer { return Answer{Body: []byte("x")} })
		})
	}
}

// watched notes when an answer begins.
type watched struct {
	*httptest.ResponseRecorder
	sent *bool
}

// WriteHeader begins the answer.
func (w *watched) WriteHeader(status int) {
	*w.sent = true
	w.ResponseRecorder.WriteHeader(status)
}

func TestLatencyIsAddedToEveryAnswer(t *testing.T) {
	x := Exchange{Latency: 5 * time.Millisecond}
	x.Faults.Add(Fault{Kind: StatusBefore, Status: 503})
	for range 2 {
		began := time.Now()
		serve(t, &x, func() Answer { return Answer{} })
		if took := time.Since(began); took < x.Latency {
			t.Errorf("it answered after %v", took)
		}
	}
}
