package transport

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

// withoutURL is the error beneath net/http's own, whose text repeats the
// address with its query.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
