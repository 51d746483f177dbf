package httpclient

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// The first answer is bad and the second would be good. What counts is how
// often a request of each class arrives.
func TestClassDecidesWhetherARequestIsSentAgain(t *testing.T) {
	tests := map[string]struct {
		first      http.HandlerFunc
		repeatable int32 // requests; of the other classes it is always one
	}{
		"HTTP 200 is an answer":                       {status(200), 1},
		"HTTP 400 is an answer":                       {status(400), 1},
		"HTTP 401 is an answer":                       {status(401), 1},
		"HTTP 404 is an answer":                       {status(404), 1},
		"HTTP 501 will not pass":                      {status(501), 1},
		"HTTP 304 without a target is an answer":      {status(304), 1},
		"a redirect will not pass":                    {redirectTo("https://example.com/"), 1},
		"HTTP 429 may pass":                           {status(429), 2},
		"HTTP 500 may pass":                           {status(500), 2},
		"HTTP 502 may pass":                           {status(502), 2},
		"HTTP 503 may pass":                           {status(503), 2},
		"a connection cut before the answer may pass": {cut, 2},
		"an answer that is cut off may pass":          {cutHalfWay, 2},
		"an attempt that takes too long may pass":     {hang, 2},
	}
	for name, test := range tests {
		for class, want := range map[Class]int32{Once: 1, Never: 1, Repeatable: test.repeatable} {
			t.Run(name+" for "+describeClass(class), func(t *testing.T) {
				t.Parallel()
				s := newService(t, func(number int, w http.ResponseWriter, r *http.Request) {
					if number == 1 {
						test.first(w, r)
					}
				})
				config := quick()
				config.RequestTimeout = 250 * time.Millisecond
				_, err := New(config).Do(t.Context(), Request{Class: class, Method: http.MethodPost, URL: s.URL, Body: []byte("x")})
				if got := s.received.Load(); got != want {
					t.Errorf("%d requests arrived, want %d (error: %v)", got, want, err)
				}
				if want == 2 && err != nil {
					t.Errorf("the second answer was good, but the error is %v", err)
				}
			})
		}
	}
}

func TestRequestThatNeverLeft(t *testing.T) {
	tests := map[string]struct {
		class    Class
		refused  int // dials that fail
		dials    int32
		received int32
	}{
		"is sent again when it changes something":        {Once, 1, 2, 1},
		"is sent again when it reads":                    {Repeatable, 1, 2, 1},
		"is not sent again when it is a login":           {Never, 1, 1, 0},
		"is given up after the last retry":               {Once, 99, 4, 0},
		"is given up after the last retry when it reads": {Repeatable, 99, 4, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { status(200)(w, r) })
			c := New(quick())
			dials := refuseDials(t, c, test.refused)
			_, err := c.Do(t.Context(), Request{Class: test.class, Method: http.MethodDelete, URL: s.URL})
			if got := dials.Load(); got != test.dials {
				t.Errorf("%d dials, want %d", got, test.dials)
			}
			if got := s.received.Load(); got != test.received {
				t.Errorf("%d requests arrived, want %d", got, test.received)
			}
			if test.received == 0 && failureOf(t, err).Sent {
				t.Error("the failure says that the request was sent")
			}
		})
	}
}

func TestDistrustedCertificateIsNotTriedAgain(t *testing.T) {
	s := httptest.NewUnstartedServer(status(200))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report the refused handshakes
	s.StartTLS()
	t.Cleanup(s.Close)
	for _, class := range []Class{Once, Repeatable, Never} {
		t.Run("for "+describeClass(class), func(t *testing.T) {
			c := New(quick())
			dials := refuseDials(t, c, 0)
			_, err := c.Do(t.Context(), Request{Class: class, Method: http.MethodPost, URL: s.URL})
			failure := failureOf(t, err)
			if failure.Sent || !strings.Contains(failure.Reason, "certificate") {
				t.Errorf("sent %v, reason %q", failure.Sent, failure.Reason)
			}
			if dials.Load() != 1 {
				t.Errorf("%d dials, want 1", dials.Load())
			}
		})
	}
}

func TestLastAnswerStandsWhenRetriesAreUsedUp(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		writeText(w, "down for maintenance")
	})
	config := quick()
	config.MaxRetries = 2
	got, err := New(config).Do(t.Context(), Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != 503 || string(got.Body) != "down for maintenance" {
		t.Errorf("the answer is %d %q", got.Status, got.Body)
	}
	if s.received.Load() != 3 {
		t.Errorf("%d requests arrived, want 3", s.received.Load())
	}
}

func TestEveryAttemptIsTheWholeRequest(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	s := newService(t, func(number int, w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		seen = append(seen, r.Method+" "+r.URL.RequestURI()+" "+r.Header.Get("Version")+" "+r.Header.Get("User-Agent")+" "+string(body))
		mu.Unlock()
		if number < 3 {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	_, err := New(quick()).Do(t.Context(), Request{
		Class: Repeatable, Method: http.MethodPost, URL: s.URL + "/a?b=c",
		Header: http.Header{"version": {"2.0"}}, Body: []byte("the body"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := slices.Repeat([]string{"POST /a?b=c 2.0 test the body"}, 3); !slices.Equal(seen, want) {
		t.Errorf("arrived: %q, want %q", seen, want)
	}
}

func TestRequestWithoutABodySaysSo(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPost, http.MethodPut} {
		t.Run(method, func(t *testing.T) {
			s := newService(t, func(_ int, _ http.ResponseWriter, r *http.Request) {
				if r.ContentLength != 0 || len(r.TransferEncoding) > 0 {
					t.Errorf("the length is %d, the transfer encoding %v", r.ContentLength, r.TransferEncoding)
				}
			})
			if _, err := New(quick()).Do(t.Context(), Request{Class: Repeatable, Method: method, URL: s.URL}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func describeClass(class Class) string {
	return map[Class]string{Once: "a change", Repeatable: "a read", Never: "a login"}[class]
}
