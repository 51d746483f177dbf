package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// argument is one form argument.
type argument struct{ name, value string }

// command is one command and its own arguments, in the order in which they
// are sent. The credentials go before them.
type command struct {
	name      string
	arguments []argument
}

// asTable asks for rows with headings: plain rows are separated by blanks and
// cannot carry values that hold one.
var asTable = []argument{{"output_format", "csv"}, {"headers", "1"}}

func newCommand(name string, arguments ...argument) command {
	return command{name, arguments}
}

// form is the body of the request: r, p, api_client, client_auth, c, the rest.
func (c *Client) form(cmd command) []byte {
	var body strings.Builder
	write := func(a argument) {
		if body.Len() > 0 {
			body.WriteByte('&')
		}
		body.WriteString(url.QueryEscape(a.name))
		body.WriteByte('=')
		body.WriteString(url.QueryEscape(a.value))
	}
	for _, a := range c.credentials {
		write(a)
	}
	write(argument{"c", cmd.name})
	for _, a := range cmd.arguments {
		write(a)
	}
	return []byte(body.String())
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

// query asks for data. The reply is data, nothing, or a FAILURE that the
// caller judges; everything else is an error. A web page in place of the
// service, as during maintenance, is waited for like any other outage.
func (c *Client) query(ctx context.Context, attempt string, cmd command) (reply, error) {
	for try := 0; ; try++ {
		answer, err := c.exchange(ctx, attempt, cmd, httpclient.Repeatable)
		if err != nil {
			return reply{}, err
		}
		if answer.isPage() && try < c.retries && c.pause(ctx, try) {
			continue
		}
		return answer, c.unexpected(attempt, answer)
	}
}

// unexpected is the error for an answer that no query gives.
func (c *Client) unexpected(attempt string, answer reply) error {
	switch {
	case answer.isPage():
		return &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer is a web page",
			Advice: "Try again later. If it stays: " + adviceEndpoint,
		}
	case answer.said == saidSuccess:
		return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "data was asked for, the answer is: " + c.quote(answer.text)}
	}
	return nil
}

// act sends a command that changes something. The reply says SUCCESS or
// FAILURE; whatever else comes back leaves the outcome unclear and has to be
// read back.
func (c *Client) act(ctx context.Context, attempt string, cmd command) (reply, error) {
	answer, err := c.exchange(ctx, attempt, cmd, httpclient.Once)
	return c.outcome(attempt, answer, err)
}

// outcome sorts the answer to a command that changes something.
func (c *Client) outcome(attempt string, answer reply, err error) (reply, error) {
	var failed *apierror.Error
	switch {
	case errors.As(err, &failed) && failed.Kind == apierror.Uncertain:
		return reply{}, withAdvice(c.unclear(attempt, failed.Reason, failed), failed.Advice)
	case err != nil:
		return reply{}, err
	case answer.said == saidNothing:
		return reply{}, c.unclear(attempt, "the answer is empty", nil)
	case answer.isPage():
		return reply{}, c.unclear(attempt, "the answer is a web page", nil)
	case answer.said == saidData:
		return reply{}, c.unclear(attempt, "the answer is neither SUCCESS nor FAILURE: "+c.quote(answer.text), nil)
	}
	return answer, nil
}

// exchange sends one command and sorts its answer. Refused credentials are an
// error, and remembered.
func (c *Client) exchange(ctx context.Context, attempt string, cmd command, class httpclient.Class) (reply, error) {
	release, err := c.enter(ctx, attempt)
	if err != nil {
		return reply{}, err
	}
	defer release()
	response, err := c.wire.Do(ctx, c.request(cmd, class))
	return c.answered(attempt, response, err)
}

func (c *Client) answered(attempt string, response httpclient.Response, err error) (reply, error) {
	if err != nil {
		return reply{}, c.unanswered(attempt, err)
	}
	c.heed(response.Header)
	answer := readReply(response.Body)
	return answer, c.judge(attempt, response.Status, answer)
}

// judge finds what makes any answer useless, whatever the command was.
func (c *Client) judge(attempt string, status int, answer reply) error {
	switch {
	case answer.refusesCredentials():
		return c.refuseFromNowOn(attempt, c.quote(answer.text))
	case status == http.StatusUnauthorized:
		return c.refuseFromNowOn(attempt, "HTTP 401 Unauthorized")
	case status == http.StatusOK && !answer.isPage():
		c.accepted.Store(true)
	case status != http.StatusOK:
		return &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt, Reason: fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)),
			Advice: adviceOnStatus(status),
		}
	}
	return nil
}

const adviceEndpoint = "Check whatcounts.endpoint (WHATCOUNTS_ENDPOINT): it is a whole address, with the path of the servlet, as in " + DefaultEndpoint + "."

func adviceOnStatus(status int) string {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return adviceEndpoint + " Nothing answers commands at that address."
	case http.StatusTooManyRequests:
		return "Set whatcounts.requests_per_second to a lower rate."
	}
	return ""
}

// unanswered is the verdict on a request without a whole answer.
func (c *Client) unanswered(attempt string, err error) error {
	kind := apierror.Uncertain
	var failure *httpclient.Failure
	if errors.As(err, &failure) && !failure.Sent {
		kind = apierror.NotSent
	}
	advice := ""
	if kind == apierror.NotSent {
		advice = "Nothing was sent. Check the network. " + adviceEndpoint
	}
	return &apierror.Error{Kind: kind, Attempt: attempt, Reason: c.quote(err.Error()), Advice: advice, Cause: err}
}
