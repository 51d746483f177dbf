package httpclient

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func TestAnswerIsReturnedAsItCame(t *testing.T) {
	for _, code := range []int{200, 204, 304, 400, 401, 404, 409, 501} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Request", "17")
				w.WriteHeader(code)
				if code != 204 && code != 304 {
					writeText(w, "a text")
				}
			})
			got, err := New(quick()).Do(t.Context(), Request{Method: http.MethodPost, URL: s.URL})
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != code || got.Header.Get("X-Request") != "17" {
				t.Errorf("the answer is %d with the header %v", got.Status, got.Header)
			}
			if code != 204 && code != 304 && string(got.Body) != "a text" {
				t.Errorf("the body is %q", got.Body)
			}
		})
	}
}

func TestAnswerThatIsCutOffIsNoAnswer(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { cutHalfWay(w, r) })
	got, err := New(quick()).Do(t.Context(), Request{Class: Once, Method: http.MethodPost, URL: s.URL})
	failure := failureOf(t, err)
	if !failure.Sent || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(failure.Reason, "cut off") {
		t.Errorf("sent %v, reason %q", failure.Sent, failure.Reason)
	}
	if got.Body != nil {
		t.Errorf("half of the answer was returned: %q", got.Body)
	}
}

func TestAnswerHasALimit(t *testing.T) {
	const limit = 5000
	tests := map[string]struct {
		length int
		fits   bool
	}{
		"one as long as the limit fits":        {limit, true},
		"one that is one byte longer does not": {limit + 1, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				writeText(w, string(bytes.Repeat([]byte("x"), test.length)))
			})
			c := New(quick())
			c.buffered.HTTPClient.Transport = wholeAnswer{c.wire(t), limit}
			got, err := c.Do(t.Context(), Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL})
			switch {
			case test.fits && (err != nil || len(got.Body) != test.length):
				t.Errorf("%d bytes, error %v", len(got.Body), err)
			case !test.fits:
				if failure := failureOf(t, err); !failure.Sent || !strings.Contains(failure.Reason, "longer than") {
					t.Errorf("sent %v, reason %q", failure.Sent, failure.Reason)
				}
			}
			if s.received.Load() != 1 {
				t.Errorf("%d requests arrived, want 1", s.received.Load())
			}
		})
	}
}

func TestRedirectIsNeverFollowed(t *testing.T) {
	elsewhere := newService(t, func(int, http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	})
	tests := map[string]struct{ target, shown string }{
		"to another host":                         {elsewhere.URL + "/login?user=jane&token=abc#top", "redirects to " + elsewhere.URL + "/login, "},
		"to another path":                         {"/maintenance?user=jane", "redirects to /maintenance, "},
		"to an address with a password":           {"https://user:pass@example.com/a", "redirects to https://example.com/a, "},
		"to an address that cannot be understood": {"https://example.com/%zz?user=jane", "redirects to another address, "},
	}
	for name, test := range tests {
		for _, code := range []int{300, 301, 302, 303, 307, 308} {
			t.Run(name+" with HTTP "+strconv.Itoa(code), func(t *testing.T) {
				s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Location", test.target)
					w.WriteHeader(code)
				})
				host := strings.TrimPrefix(s.URL, "http://")
				read := func(int, io.Reader) error {
					t.Error("the body of a redirect was handed out")
					return nil
				}
				request := Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL}
				client := New(quick())
				_, whole := client.Do(t.Context(), request)
				for how, err := range map[string]error{"whole": whole, "streamed": client.Stream(t.Context(), request, read)} {
					failure := failureOf(t, err)
					if !failure.Sent || !strings.HasPrefix(failure.Reason, host+" "+test.shown) || !strings.Contains(failure.Reason, "endpoint") {
						t.Errorf("%s: sent %v, reason %q", how, failure.Sent, failure.Reason)
					}
					for _, private := range []string{"jane", "abc", "pass", "?"} {
						if strings.Contains(failure.Reason, private) {
							t.Errorf("%s: the reason shows %q: %q", how, private, failure.Reason)
						}
					}
				}
			})
		}
	}
}

func TestStreamHandsTheAnswerOutAsItArrives(t *testing.T) {
	firstRead := make(chan struct{})
	s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		writeText(w, "first\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		select {
		case <-firstRead: // an answer that was read whole first would never get here
		case <-r.Context().Done():
		}
		writeText(w, "second\n")
	})
	err := New(quick()).Stream(t.Context(), Request{Class: Repeatable, Method: http.MethodPost, URL: s.URL, Body: []byte("x")}, func(status int, body io.Reader) error {
		first := make([]byte, len("first\n"))
		if _, err := io.ReadFull(body, first); err != nil {
			return err
		}
		close(firstRead)
		rest, err := io.ReadAll(body)
		if status != 200 || string(first)+string(rest) != "first\nsecond\n" {
			t.Errorf("the answer is %d %q", status, string(first)+string(rest))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestStream(t *testing.T) {
	errReader := errors.New("a row could not be understood")
	readAll := func(_ int, body io.Reader) error {
		_, err := io.Copy(io.Discard, body)
		return err
	}
	tests := map[string]struct {
		first    http.HandlerFunc
		read     func(int, io.Reader) error
		want     error
		received int32
	}{
		"is retried before its answer begins":        {status(503), readAll, nil, 2},
		"is not retried once its answer has begun":   {cutHalfWay, readAll, io.ErrUnexpectedEOF, 1},
		"ends with the error of its reader":          {status(200), func(int, io.Reader) error { return errReader }, errReader, 1},
		"may be left before its end is reached":      {status(200), func(int, io.Reader) error { return nil }, nil, 1},
		"hands out an answer that is not a good one": {status(404), readAll, nil, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(number int, w http.ResponseWriter, r *http.Request) {
				if number == 1 {
					test.first(w, r)
				}
			})
			err := New(quick()).Stream(t.Context(), Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL}, test.read)
			if !errors.Is(err, test.want) {
				t.Errorf("the error is %v, want %v", err, test.want)
			}
			if s.received.Load() != test.received {
				t.Errorf("%d requests arrived, want %d", s.received.Load(), test.received)
			}
		})
	}
}
