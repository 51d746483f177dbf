package httpclient

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// quick is a configuration whose pauses do not slow a test down.
func quick() Config {
	return Config{Service: "7G", UserAgent: "test", MaxRetries: 3, RetryPause: time.Millisecond}
}

// service is a real server that counts the requests it receives. answer is
// called with their number, which starts at 1.
type service struct {
	*httptest.Server
	received atomic.Int32
}

func newService(t *testing.T, answer func(number int, w http.ResponseWriter, r *http.Request)) *service {
	t.Helper()
	s := &service{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(int(s.received.Add(1)), w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// cut closes the connection without an answer.
func cut(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cutHalfWay closes the connection in the middle of the answer.
func cutHalfWay(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	writeText(w, `{"result":true}`)
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(err)
	}
	panic(http.ErrAbortHandler)
}

// hang answers when the client has gone away.
func hang(_ http.ResponseWriter, r *http.Request) {
	// The server notices a client that leaves only once the request is read.
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func redirectTo(target string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", target)
		w.WriteHeader(http.StatusFound)
	}
}

func writeText(w io.Writer, text string) {
	// A client that has left is what some of the tests are about.
	_, _ = io.WriteString(w, text)
}

// wire is the http.Transport beneath a client.
func (c *Client) wire(t *testing.T) *http.Transport {
	t.Helper()
	whole, ok := c.buffered.HTTPClient.Transport.(wholeAnswer)
	if !ok {
		t.Fatalf("the wire is a %T", c.buffered.HTTPClient.Transport)
	}
	unfollowed, ok := whole.RoundTripper.(straight)
	if !ok {
		t.Fatalf("the wire is a %T", whole.RoundTripper)
	}
	beneath, ok := unfollowed.RoundTripper.(*http.Transport)
	if !ok {
		t.Fatalf("the wire is a %T", unfollowed.RoundTripper)
	}
	return beneath
}

// script stands in for the network where a test runs in simulated time.
type script func(*http.Request) (*http.Response, error)

// RoundTrip plays the script.
func (s script) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

func newScripted(config Config, play script) *Client {
	c := New(config)
	c.buffered.HTTPClient.Transport = wholeAnswer{straight{play}, longestAnswer}
	return c
}

func answerOf(code int, header ...string) *http.Response {
	response := &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("answer " + strconv.Itoa(code)))}
	for i := 0; i+1 < len(header); i += 2 {
		response.Header.Set(header[i], header[i+1])
	}
	return response
}

func failureOf(t *testing.T, err error) *Failure {
	t.Helper()
	var failure *Failure
	if !errors.As(err, &failure) {
		t.Fatalf("the error is %v (%T), not a *Failure", err, err)
	}
	return failure
}

// unreachable is an address at which nobody listens.
func unreachable(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return "http://" + listener.Addr().String()
}

// refuseDials makes the first dials of a client fail and counts all of them.
func refuseDials(t *testing.T, c *Client, first int) *atomic.Int32 {
	t.Helper()
	var dials atomic.Int32
	c.wire(t).DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if int(dials.Add(1)) <= first {
			return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	return &dials
}
