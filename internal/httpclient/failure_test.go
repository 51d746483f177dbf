package httpclient

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A write whose failure says that it was not sent is taken for undone, so this
// must be true whatever came between.
func TestFailureSaysWhetherTheRequestWasSent(t *testing.T) {
	tests := map[string]struct {
		answer  http.HandlerFunc
		prepare func(t *testing.T, c *Client)
		class   Class
		sent    bool
		reason  string
	}{
		"it was, when the connection is cut before the answer": {
			answer: cut, sent: true, reason: "the connection was closed before an answer came",
		},
		"it was, when no answer comes in time": {
			answer: hang, sent: true, reason: "no answer within 100ms (request_timeout)",
		},
		"it was not, when there is no connection in time": {
			prepare: func(t *testing.T, c *Client) {
				c.wire(t).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
					<-ctx.Done()
					return nil, ctx.Err()
				}
			},
			reason: "no connection within 100ms (request_timeout)",
		},
		"it was not, when every dial fails": {
			prepare: func(t *testing.T, c *Client) { refuseDials(t, c, 99) },
			reason:  "connection refused",
		},
		"it was not, when the proxy cannot be reached": {
			prepare: func(t *testing.T, c *Client) {
				c.wire(t).Proxy = func(r *http.Request) (*url.URL, error) { return r.URL.Parse(unreachable(t)) }
			},
			reason: "connection refused",
		},
		"it was, when only a later attempt finds no connection": {
			answer: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Connection", "close")
				w.WriteHeader(http.StatusServiceUnavailable)
			},
			prepare: func(t *testing.T, c *Client) {
				dials := 0
				c.wire(t).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					if dials++; dials > 1 {
						return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
					}
					return new(net.Dialer).DialContext(ctx, network, address)
				}
			},
			class: Repeatable, sent: true, reason: "connection refused",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { test.answer(w, r) })
			config := quick()
			config.RequestTimeout = 100 * time.Millisecond
			config.MaxRetries = 1
			c := New(config)
			if test.prepare != nil {
				test.prepare(t, c)
			}
			_, err := c.Do(t.Context(), Request{Class: test.class, Method: http.MethodPost, URL: s.URL, Body: []byte("x")})
			failure := failureOf(t, err)
			if failure.Sent != test.sent || !strings.Contains(failure.Reason, test.reason) {
				t.Errorf("sent %v, want %v; reason %q, want %q", failure.Sent, test.sent, failure.Reason, test.reason)
			}
		})
	}
}

func TestCancelledRunEndsAtOnce(t *testing.T) {
	tests := map[string]struct {
		// run makes the request, whose context it ends by calling cancel.
		run  func(ctx context.Context, cancel context.CancelFunc, t *testing.T, config Config, request Request) error
		sent bool
	}{
		"before the request": {
			run: func(ctx context.Context, cancel context.CancelFunc, _ *testing.T, config Config, request Request) error {
				cancel()
				_, err := New(config).Do(ctx, request)
				return err
			},
		},
		"while it waits for its turn": {
			run: func(ctx context.Context, cancel context.CancelFunc, t *testing.T, config Config, request Request) error {
				config.RequestsPerSecond = 0.001
				c := New(config)
				if err := c.awaitTurn(ctx); err != nil {
					t.Error(err)
				}
				time.AfterFunc(10*time.Millisecond, cancel)
				_, err := c.Do(ctx, request)
				return err
			},
		},
		"while it connects": {
			run: func(ctx context.Context, cancel context.CancelFunc, t *testing.T, config Config, request Request) error {
				c := New(config)
				c.wire(t).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
					cancel()
					<-ctx.Done()
					return nil, ctx.Err()
				}
				_, err := c.Do(ctx, request)
				return err
			},
		},
		"while it waits for the answer": {
			run: func(ctx context.Context, cancel context.CancelFunc, t *testing.T, config Config, request Request) error {
				request.URL = newService(t, func(_ int, w http.ResponseWriter, r *http.Request) {
					cancel()
					hang(w, r)
				}).URL
				_, err := New(config).Do(ctx, request)
				return err
			},
			sent: true,
		},
		"while it reads the answer": {
			run: func(ctx context.Context, cancel context.CancelFunc, t *testing.T, config Config, request Request) error {
				request.URL = newService(t, func(_ int, w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Length", "100")
					writeText(w, "the beginning")
					if err := http.NewResponseController(w).Flush(); err != nil {
						t.Error(err)
					}
					cancel()
					hang(w, r)
				}).URL
				_, err := New(config).Do(ctx, request)
				return err
			},
			sent: true,
		},
		"while it pauses before a retry": {
			run: func(ctx context.Context, cancel context.CancelFunc, t *testing.T, config Config, request Request) error {
				config.RetryPause = time.Hour
				config.Log.Debug = func(_ context.Context, message string, _ map[string]any) {
					if message == "request may be repeated" {
						cancel()
					}
				}
				request.URL = newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { cut(w, r) }).URL
				_, err := New(config).Do(ctx, request)
				return err
			},
			sent: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			config := quick()
			err := test.run(ctx, cancel, t, config, Request{Class: Repeatable, Method: http.MethodPost, URL: unreachable(t)})
			failure := failureOf(t, err)
			if failure.Sent != test.sent || failure.Reason != "the run was cancelled" || !errors.Is(err, context.Canceled) {
				t.Errorf("sent %v, want %v; reason %q; error beneath %v", failure.Sent, test.sent, failure.Reason, errors.Unwrap(err))
			}
		})
	}
}

func TestEndOfTheTimeForAnOperationIsToldFromThatOfAnAttempt(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { hang(w, r) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := New(quick()).Do(ctx, Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL})
	failure := failureOf(t, err)
	if !failure.Sent || !strings.Contains(failure.Reason, "timeouts") || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("sent %v, reason %q, error beneath %v", failure.Sent, failure.Reason, errors.Unwrap(err))
	}
}

// Somebody who stops a run as the answer to a create arrives still has a
// record that was made, and should have it in state.
func TestAnswerThatCameWholeCountsAlthoughTheRunWasCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := newScripted(quick(), func(*http.Request) (*http.Response, error) {
		cancel()
		return answerOf(200), nil
	})
	got, err := c.Do(ctx, Request{Class: Once, Method: http.MethodPost, URL: "https://example.com/"})
	if err != nil || string(got.Body) != "answer 200" {
		t.Errorf("the answer is %q, the error %v", got.Body, err)
	}
}

func TestErrorsShowNoQuery(t *testing.T) {
	const query = "?email=jane@example.com&token=abc123"
	tests := map[string]struct {
		answer http.HandlerFunc
		url    string
		retry  int
	}{
		"a service that cannot be reached":            {url: unreachable(t)},
		"a connection that is cut":                    {answer: cut},
		"an answer that is cut off":                   {answer: cutHalfWay},
		"an answer that does not come":                {answer: hang},
		"a redirect":                                  {answer: redirectTo("https://example.com/" + query)},
		"a redirect that cannot be understood":        {answer: redirectTo("https://example.com:x/" + query)},
		"an address that is none":                     {url: "https://example.com:port/"},
		"an address with a character that is not one": {url: "https://example.com/\x7f"},
		"an address without a host":                   {url: "https:///path"},
		"an address of another kind":                  {url: "ftp://example.com/"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			config := quick()
			config.RequestTimeout = 50 * time.Millisecond
			config.MaxRetries = 0
			config.Log.Debug = func(_ context.Context, _ string, fields map[string]any) {
				for name, value := range fields {
					if text, ok := value.(string); ok && containsAny(text, "jane", "abc123", "?") {
						t.Errorf("the log field %s shows the query: %q", name, text)
					}
				}
			}
			address := test.url
			if test.answer != nil {
				address = newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { test.answer(w, r) }).URL + "/"
			}
			_, err := New(config).Do(t.Context(), Request{Class: Repeatable, Method: http.MethodGet, URL: address + query})
			failure := failureOf(t, err)
			for _, err := range []error{failure, failure.cause} {
				if containsAny(err.Error(), "jane", "abc123", "?") {
					t.Errorf("the error shows the query: %v", err)
				}
			}
		})
	}
}

func containsAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
