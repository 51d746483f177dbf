package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// argument is one form argument.
type argument struct{ name, value string }

// command is one command and its own arguments, in the order in which they are
// sent. The credentials go before them.
type command struct {
	name      string
	arguments []argument
}

func newCommand(name string, arguments ...argument) command { return command{name, arguments} }

// asTable asks for rows with headings: plain rows are separated by blanks and
// cannot carry values that hold one. whatcounts.md#output-of-queries.
var asTable = []argument{{"output_format", "csv"}, {"headers", "1"}}

// tableCommand asks for rows with headings.
func tableCommand(name string, arguments ...argument) command {
	return command{name, append(arguments, asTable...)}
}

// form is the body of the request: r, p, api_client, client_auth, c, the rest.
func (c *Client) form(cmd command) []byte {
	all := append(append(append([]argument(nil), c.credentials...), argument{"c", cmd.name}), cmd.arguments...)
	pairs := make([]string, len(all))
	for i, a := range all {
		pairs[i] = url.QueryEscape(a.name) + "=" + url.QueryEscape(a.value)
	}
	return []byte(strings.Join(pairs, "&"))
}

// request is always a POST: a GET would put the password into addresses and
// access logs.
func (c *Client) request(cmd command, class httpclient.Class) httpclient.Request {
	return httpclient.Request{
		Operation: cmd.name,
		Class:     class,
		Method:    http.MethodPost,
		URL:       c.endpoint,
		Header:    http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:      c.form(cmd),
	}
}

// query asks for data. The answer is data, nothing, or a FAILURE that the
// caller judges; everything else is an error. A web page in place of the
// service, as during maintenance, is waited for like any other outage.
func (c *Client) query(ctx context.Context, attempt string, cmd command) (answer, error) {
	for try := 0; ; try++ {
		a, err := c.exchange(ctx, attempt, cmd, httpclient.Repeatable)
		if err != nil {
			return answer{}, apierror.OfRead(err)
		}
		if a.isPage() && try < c.retries && c.pause(ctx, try) {
			continue
		}
		return a, apierror.OfRead(c.notQueried(attempt, a))
	}
}

// notQueried is the error for an answer that no query gives.
func (c *Client) notQueried(attempt string, a answer) error {
	switch {
	case a.isPage():
		return &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer is a web page",
			Advice: "Try again later. If it stays: " + adviceEndpoint,
		}
	case a.kind == success:
		return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "data was asked for, the answer is: " + c.quote(a.text)}
	}
	return nil
}

// act sends a command that changes something. The answer says SUCCESS or
// FAILURE; whatever else comes back leaves the outcome uncertain, and the record
// has to be read back.
func (c *Client) act(ctx context.Context, attempt string, cmd command) (answer, error) {
	a, err := c.exchange(ctx, attempt, cmd, httpclient.Once)
	var failed *apierror.Error
	switch {
	case errors.As(err, &failed) && failed.Kind == apierror.Uncertain:
		return answer{}, withAdvice(uncertain(attempt, failed.Reason, failed), failed.Advice)
	case err != nil:
		return answer{}, err
	case a.kind == empty:
		return answer{}, uncertain(attempt, "the answer is empty", nil)
	case a.isPage():
		return answer{}, uncertain(attempt, "the answer is a web page", nil)
	case a.kind == data:
		return answer{}, uncertain(attempt, "the answer is neither SUCCESS nor FAILURE: "+c.quote(a.text), nil)
	}
	return a, nil
}

// exchange sends one command and finds what makes any answer useless, whatever
// the command was.
func (c *Client) exchange(ctx context.Context, attempt string, cmd command, class httpclient.Class) (answer, error) {
	leave, err := c.enter(ctx, attempt)
	if err != nil {
		return answer{}, err
	}
	defer leave()
	response, err := c.wire.Do(ctx, c.request(cmd, class))
	if err != nil {
		return answer{}, c.unanswered(attempt, err)
	}
	if asked := httpclient.RetryAfter(response.Header); asked > 0 {
		until := time.Now().Add(asked)
		c.quietUntil.Store(&until)
	}
	c.noteClock(response.Header)
	a := readAnswer(response.Body)
	a.guessed = response.Guessed
	return a, c.judgeStatus(attempt, response.Status, a)
}

func (c *Client) judgeStatus(attempt string, status int, a answer) error {
	switch {
	case a.refusesCredentials():
		return c.refuseFromNowOn(attempt, c.quote(a.text))
	case status == http.StatusUnauthorized:
		return c.refuseFromNowOn(attempt, "HTTP 401 Unauthorized")
	case status != http.StatusOK:
		return &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt, Reason: fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)),
			Advice: adviceOnStatus(status),
		}
	case !a.isPage():
		c.accepted.Store(true)
	}
	return nil
}

const adviceEndpoint = "Check whatcounts.endpoint (WHATCOUNTS_ENDPOINT): it is a whole address, with the path of the servlet, as in " + DefaultEndpoint + "."

func adviceOnStatus(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return adviceEndpoint + " Nothing answers commands at that address."
	case http.StatusTooManyRequests:
		return "WhatCounts limits requests. Wait a minute and run again, with whatcounts.requests_per_second set to a lower rate."
	}
	return ""
}

// unanswered is the error for a request without a whole answer.
func (c *Client) unanswered(attempt string, err error) error {
	var failure *httpclient.Failure
	if errors.As(err, &failure) && !failure.Sent {
		return &apierror.Error{
			Kind: apierror.NotSent, Attempt: attempt, Reason: c.quote(err.Error()),
			Advice: "Nothing was sent. Check the network. " + adviceEndpoint, Cause: err,
		}
	}
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: c.quote(err.Error()), Cause: err}
}

const adviceCredentials = "Check whatcounts.realm (WHATCOUNTS_REALM) and whatcounts.password (WHATCOUNTS_PASSWORD); with several API clients also " +
	"whatcounts.api_client (WHATCOUNTS_API_CLIENT) and whatcounts.client_auth (WHATCOUNTS_CLIENT_AUTH). The API has to be on for the realm, and this machine's address approved."

// refuseFromNowOn remembers that the credentials are refused. More attempts
// with the same ones cannot succeed and may lock the account.
func (c *Client) refuseFromNowOn(attempt, reason string) error {
	c.refusal.CompareAndSwap(nil, &reason)
	return c.refusedBefore(attempt)
}

// refusedBefore is the error for every command after the credentials were
// refused once.
func (c *Client) refusedBefore(attempt string) error {
	reason := c.refusal.Load()
	if reason == nil {
		return nil
	}
	return &apierror.Error{Kind: apierror.Unauthenticated, Attempt: attempt, Reason: *reason, Advice: adviceCredentials}
}

// enter lets a command through to the service. Until an answer has shown that
// the credentials are accepted it lets one through at a time, so that wrong
// ones are tried once, however many callers there are.
func (c *Client) enter(ctx context.Context, attempt string) (leave func(), err error) {
	leave = func() {}
	if !c.accepted.Load() {
		if leave, err = c.unaccepted.hold(ctx, ""); err != nil {
			return nil, notSent(attempt, err)
		}
		if c.accepted.Load() {
			leave()
			leave = func() {}
		}
	}
	if err := c.refusedBefore(attempt); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// pause waits before an attempt is repeated, and as long as the service asks
// for. It reports false when there is no time for it.
func (c *Client) pause(ctx context.Context, try int) bool {
	var asked time.Duration
	if until := c.quietUntil.Load(); until != nil {
		asked = time.Until(*until)
	}
	return c.wire.Pause(ctx, try, asked)
}
