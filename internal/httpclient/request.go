package httpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Request is one request to the service.
type Request struct {
	Operation string // for logs, free of personal data: "DELETE /communication", "sub"
	Class     Class
	Method    string // GET only if Repeatable: net/http itself repeats one whose kept connection breaks
	URL       string
	Header    http.Header
	Body      []byte
	// Confidential keeps both bodies out of the trace: a login's answer holds
	// secrets that nobody could have made known yet.
	Confidential bool
}

// Response is an answer that was received whole. Its texts still hold whatever
// the service said: clean them before they are shown.
type Response struct {
	Status int
	Header http.Header
	Body   []byte // as UTF-8
	// Guessed: the answer was not UTF-8, nor in a charset that it declares. Its
	// text may be shown, but nothing may be decided by letters beyond ASCII.
	Guessed bool
}

// Failure is a request without a whole answer. Its text carries no secret.
type Failure struct {
	// Sent is false only when the request cannot have reached the service.
	Sent   bool
	Reason string
	cause  error
}

// Error is the reason.
func (f *Failure) Error() string { return f.Reason }

// Unwrap is the error beneath, for example context.DeadlineExceeded.
func (f *Failure) Unwrap() error { return f.cause }

// Do sends a request and returns its answer, whatever the status, once it has
// been received whole. The error is a [*Failure] in every other case.
func (c *Client) Do(ctx context.Context, request Request) (Response, error) {
	received, err := c.send(ctx, c.buffered, request)
	if err != nil {
		return Response{}, err
	}
	defer func() { _ = received.Body.Close() }() // a body in memory: closing it cannot fail
	body, err := io.ReadAll(received.Body)
	if err != nil {
		return Response{}, c.failure(ctx, true, err)
	}
	body, guessed := decoded(received.Header, body)
	if !request.Confidential {
		c.trace(ctx, "answer", string(body), c.Answer)
	}
	return Response{Status: received.StatusCode, Header: received.Header, Body: body, Guessed: guessed}, nil
}

// Stream sends a request and hands the body of its answer to read as it
// arrives, in UTF-8 where the header declares another charset. It is for answers
// that can be too long to hold, and may take longer than RequestTimeout as long
// as enough of them comes within it.
func (c *Client) Stream(ctx context.Context, request Request, read func(status int, body io.Reader) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	received, err := c.send(ctx, c.streamed, request)
	if err != nil {
		return err
	}
	err = read(received.StatusCode, decodedStream(received.Header, &watched{body: received.Body, limit: c.config.RequestTimeout, ctx: ctx, cancel: cancel}))
	if closeErr := received.Body.Close(); err == nil && closeErr != nil {
		err = c.failure(ctx, true, closeErr)
	}
	return err
}

func (c *Client) send(ctx context.Context, client *retryablehttp.Client, request Request) (*http.Response, error) {
	this := &exchange{class: request.Class, operation: request.Operation}
	if err := c.awaitTurn(ctx); err != nil {
		return nil, c.failure(ctx, false, err)
	}
	var body any // retryablehttp sends an empty slice as a body of unknown length
	if len(request.Body) > 0 {
		body = request.Body
	}
	traced := httptrace.WithClientTrace(context.WithValue(ctx, exchangeKey{}, this), &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { this.connected.Store(true) },
	})
	r, err := retryablehttp.NewRequestWithContext(traced, request.Method, request.URL, body)
	if err != nil {
		return nil, c.failure(ctx, false, err)
	}
	for name, values := range request.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	r.Header.Set("User-Agent", c.config.UserAgent)
	started := time.Now()
	if len(request.Body) > 0 && !request.Confidential {
		c.trace(ctx, "request "+request.Operation, string(request.Body), c.Clean)
	}
	response, err := client.Do(r)
	fields := map[string]any{"service": c.config.Service, "operation": request.Operation, "milliseconds": time.Since(started).Milliseconds()}
	if err != nil {
		if response != nil {
			_ = response.Body.Close() // the attempt has failed already
		}
		failure := c.failure(ctx, this.connected.Load(), err)
		fields["failure"] = failure.Reason
		c.debug(ctx, "request failed", fields)
		return nil, failure
	}
	fields["status"] = response.StatusCode
	c.debug(ctx, "request answered", fields)
	return response, nil
}

// failure is err in words that name the setting to change. ctx is the
// caller's: an attempt has a shorter one of its own.
func (c *Client) failure(ctx context.Context, sent bool, err error) *Failure {
	beneath := withoutURL(err)
	reason := c.Answer(beneath.Error())
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		reason = "the run was cancelled"
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		reason = "no answer within the time that was left for the operation (timeouts)"
	case errors.As(err, &timeout) && timeout.Timeout():
		reason = fmt.Sprintf("no answer within %s (request_timeout)", c.config.RequestTimeout)
		if !sent {
			reason = fmt.Sprintf("no connection within %s (request_timeout)", c.config.RequestTimeout)
		}
	case errors.Is(err, io.EOF):
		reason = "the connection was closed before an answer came"
	}
	return &Failure{Sent: sent, Reason: reason, cause: beneath}
}
