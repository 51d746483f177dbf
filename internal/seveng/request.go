package seveng

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// version is the API version that every request names.
const version = "2.0"

// request is one call of an endpoint that answers with an envelope.
type request struct {
	attempt   string // what it is for, in errors
	method    string
	path      string
	query     url.Values
	body      any
	subject   subject  // whose absence the answer may report
	quoted    []string // what the caller sent and the answer may repeat
	anonymous bool     // needs no token

	confidential bool // both bodies stay out of the trace
}

// mostSends bounds how often one call is sent because its token was refused:
// once, once more after a renewal, and twice for tokens that other callers
// replaced meanwhile.
const mostSends = 4

// call sends a request and judges its answer. An access token that is refused
// is renewed once, and the call repeated: an HTTP 401 means that nothing was
// done. What comes in place of an answer to a read, such as a page that tells
// of maintenance, is waited for like any other outage. The error is a *apierror.Error.
func (c *Client) call(ctx context.Context, r request) (answer, error) {
	token, err := c.tokenFor(ctx, r)
	if err != nil {
		return answer{}, c.withoutToken(r.attempt, err)
	}
	renewed, pages := false, 0
	for sends := 1; ; sends++ {
		received, err := c.send(ctx, r, token)
		if err != nil {
			return answer{}, err
		}
		a := readAnswer(received)
		if r.method == http.MethodGet && a.isNoAnswer() && pages < c.retries && c.pause(ctx, pages, nil) {
			pages, sends = pages+1, sends-1
			continue
		}
		if a.status != http.StatusUnauthorized {
			return a, c.judge(r, a)
		}
		newer := c.tokens.newerThan(token)
		if newer == "" && renewed || sends == mostSends {
			return a, c.failure(apierror.Unauthenticated, r.attempt, a.reason()+", also with a renewed access token", adviceRefusedAgain, nil)
		}
		if newer == "" {
			renewed = true
			if newer, err = c.tokens.renew(ctx, token); err != nil {
				return a, c.withoutToken(r.attempt, err)
			}
		}
		token = newer
	}
}

func (c *Client) tokenFor(ctx context.Context, r request) (string, error) {
	if r.anonymous {
		return c.tokens.newerThan(""), nil
	}
	return c.tokens.usable(ctx)
}

// withoutToken is the verdict on a call that was not made, or was refused
// unheard, because no good access token could be had.
func (c *Client) withoutToken(attempt string, err error) error {
	failed := verdictOf(err)
	if failed == nil {
		return c.failure(apierror.NotSent, attempt, "no access token: "+err.Error(), "", err)
	}
	kind := failed.Kind
	if kind != apierror.Unauthenticated && kind != apierror.Invalid && kind != apierror.Forbidden {
		kind = apierror.NotSent
	}
	return c.failure(kind, attempt, failed.Attempt+": "+failed.Reason, failed.Advice, err)
}

// send puts one request on the wire.
func (c *Client) send(ctx context.Context, r request, token string) (httpclient.Response, error) {
	class := httpclient.Once
	if r.method == http.MethodGet {
		class = httpclient.Repeatable
	}
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", token) // bare: 7G documents no scheme
	}
	received, err := c.exchange(ctx, class, header, r)
	var failed *httpclient.Failure
	if errors.As(err, &failed) {
		return httpclient.Response{}, c.unanswered(r.attempt, failed)
	}
	return received, err
}

func (c *Client) exchange(ctx context.Context, class httpclient.Class, header http.Header, r request) (httpclient.Response, error) {
	header.Set("Version", version)
	var body []byte
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return httpclient.Response{}, c.failure(apierror.Invalid, r.attempt, err.Error(), "", err)
		}
		body = encoded
		header.Set("Content-Type", "application/json")
	}
	address := c.endpoint + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	return c.wire.Do(ctx, httpclient.Request{
		Operation: r.method + " " + strings.ToLower(r.path),
		Class:     class,
		Method:    r.method,
		URL:       address,
		Header:    header,
		Body:      body,

		Confidential: r.confidential,
	})
}

// verdictOf is the verdict that err carries, or nil.
func verdictOf(err error) *apierror.Error {
	var e *apierror.Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}
