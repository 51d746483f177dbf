package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// exchange is one request with all its attempts. It travels in the context of
// the request, where retryablehttp's callbacks find it.
type exchange struct {
	class     Class
	operation string
	// connected is set once an attempt had a connection to write to. Before
	// that, whatever the error is, the service cannot have seen the request.
	connected atomic.Bool
}

type exchangeKey struct{}

// checkRetry decides by the class of the request whether it is sent again.
func (c *Client) checkRetry(ctx context.Context, response *http.Response, err error) (bool, error) {
	if err != nil && ctx.Err() != nil {
		return false, ctx.Err()
	}
	this, known := ctx.Value(exchangeKey{}).(*exchange)
	reason := ""
	switch {
	case !known || this.class == Never:
	case err != nil && (this.mayLeaveAgain(err) || this.class == Repeatable && !isLasting(err)):
		reason = c.Answer(withoutURL(err).Error())
	case err == nil && this.class == Repeatable && isPassing(response.StatusCode) && hasTime(ctx, retryAfter(response)):
		reason = describe(response.StatusCode)
	}
	if reason == "" {
		return false, nil
	}
	c.debug(ctx, "request may be repeated", map[string]any{"service": c.config.Service, "operation": this.operation, "reason": reason})
	return true, nil
}

// mayLeaveAgain reports whether the request never left, for a reason that may
// pass: the service could not be reached.
func (x *exchange) mayLeaveAgain(err error) bool {
	var operation *net.OpError
	var timeout interface{ Timeout() bool }
	return !x.connected.Load() && (errors.As(err, &operation) || errors.As(err, &timeout) && timeout.Timeout())
}

// isLasting reports whether the next attempt would fail the same way.
func isLasting(err error) bool {
	var elsewhere *redirect
	var distrusted *tls.CertificateVerificationError
	return errors.Is(err, errTooLong) || errors.As(err, &elsewhere) || errors.As(err, &distrusted)
}

// isPassing reports whether a status tells of a state that may pass by itself.
func isPassing(status int) bool {
	return status == http.StatusTooManyRequests || status >= 500 && status != http.StatusNotImplemented
}

// retryAfter is the pause that an answer asks for, or 0. There may be no answer.
func retryAfter(response *http.Response) time.Duration {
	if response == nil || response.StatusCode != http.StatusTooManyRequests && response.StatusCode != http.StatusServiceUnavailable {
		return 0
	}
	// So many seconds that they do not fit a duration would come out as anything.
	if seconds, _ := strconv.ParseUint(response.Header.Get("Retry-After"), 10, 64); seconds > uint64(longestRetryAfter/time.Second) {
		return longestRetryAfter + time.Second
	}
	return retryablehttp.DefaultBackoff(0, 0, 0, response)
}

// RetryAfter is the pause that the header of an answer asks for, in seconds or
// as a date, or 0.
func RetryAfter(header http.Header) time.Duration {
	return retryAfter(&http.Response{StatusCode: http.StatusServiceUnavailable, Header: header})
}

// Pause waits before a client repeats what it has judged itself, and notes that
// it does. The pauses are those between the attempts of one request: they grow
// with number, which starts at 0, and are at least what the service asked for.
// It reports false when ctx ends first, and at once when the wait would be
// longer than ctx or anybody's patience.
func (c *Client) Pause(ctx context.Context, number int, asked time.Duration) bool {
	length := max(jitteredBackoff(c.config.RetryPause, longestRetryPause, number, nil), asked)
	if !hasTime(ctx, length) {
		return false
	}
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		c.debug(ctx, "request may be repeated", map[string]any{
			"service": c.config.Service, "reason": "the last attempt brought no usable answer, and nothing shows that it was done",
		})
		return true
	}
}

// hasTime reports whether a pause is worth waiting for. When it is not, the
// answer that asks for it says more than the end of the wait would.
func hasTime(ctx context.Context, pause time.Duration) bool {
	deadline, limited := ctx.Deadline()
	return pause <= longestRetryAfter && (!limited || time.Until(deadline) > pause)
}

// jitteredBackoff honours Retry-After, and spreads the pauses, which grow, so
// that many callers do not come back at the same moment.
func jitteredBackoff(shortest, longest time.Duration, number int, response *http.Response) time.Duration {
	if asked := retryAfter(response); asked > 0 {
		return asked + rand.N(shortest+1)
	}
	pause := retryablehttp.DefaultBackoff(shortest, longest, number, nil)
	return pause/2 + rand.N(pause/2+1)
}
