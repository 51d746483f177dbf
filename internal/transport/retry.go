package transport

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

type classKey struct{}

type attempt struct {
	class     Class
	operation string
}

// checkRetry decides by the class of the request, which travels in its
// context, whether it is sent again.
func (c *Client) checkRetry(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	this, _ := ctx.Value(classKey{}).(attempt)
	reason := ""
	switch {
	case err != nil && neverSent(err) && this.class != Never:
		reason = "no connection"
	case this.class != Repeatable:
		return false, nil
	case err != nil && errors.Is(err, errTooLong):
		return false, nil
	case err != nil:
		reason = c.Clean(withoutURL(err).Error())
	case response.StatusCode == http.StatusTooManyRequests || response.StatusCode >= 500 && response.StatusCode != http.StatusNotImplemented:
		reason = describe(response.StatusCode)
	default:
		return false, nil
	}
	c.debug(ctx, "request may be repeated", map[string]any{"service": c.config.Service, "operation": this.operation, "reason": reason})
	return true, nil
}

// jitteredBackoff honours Retry-After, and spreads its own growing pauses so
// that many callers do not come back at the same moment.
func jitteredBackoff(shortest, longest time.Duration, number int, response *http.Response) time.Duration {
	pause := retryablehttp.DefaultBackoff(shortest, longest, number, response)
	if response != nil && response.Header.Get("Retry-After") != "" {
		return pause
	}
	return pause/2 + rand.N(pause/2+1)
}

// neverSent reports whether err arose before a connection existed, so that the
// service cannot have seen the request.
func neverSent(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "dial"
}
