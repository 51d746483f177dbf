package httpclient

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

var errTooLong = errors.New("the answer is longer than a client should read")

// wholeAnswer reads an answer to its end as part of the attempt, so that one
// that is cut off counts as a failed attempt and not as a short answer.
type wholeAnswer struct {
	http.RoundTripper
	limit int64
}

// RoundTrip sends the request and returns its answer with the body in memory.
func (t wholeAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, t.limit+1))
	closeErr := response.Body.Close()
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer was cut off: %w", err)
	case int64(len(body)) > t.limit:
		return nil, fmt.Errorf("%w (%d bytes)", errTooLong, t.limit)
	case closeErr != nil:
		return nil, closeErr
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// straight takes a redirect for an error. To follow it would carry credentials
// to wherever it points, and turn a POST into a GET. net/http must not see it
// at all: what it says about a target that it cannot read holds the query.
type straight struct{ http.RoundTripper }

// RoundTrip sends the request and returns its answer, unless that is a
// redirect.
func (t straight) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	target := response.Header.Get("Location")
	if response.StatusCode < 300 || response.StatusCode > 399 || target == "" {
		return response, nil
	}
	_ = response.Body.Close() // a redirect's body says nothing
	return nil, &redirect{from: r.URL.Host, to: withoutQuery(target)}
}

type redirect struct{ from, to string }

// Error names both ends of the redirect.
func (r *redirect) Error() string {
	return fmt.Sprintf("%s redirects to %s, which is not followed. Set endpoint to the address that answers itself", r.from, r.to)
}

func withoutQuery(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "another address"
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// withoutURL is the error beneath net/http's own, whose text repeats the
// address with its query.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
