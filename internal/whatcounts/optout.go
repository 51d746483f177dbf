package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// optoutQuery is one opt-out query: of one list, or of the realm when list is
// 0, over so many days back.
type optoutQuery struct {
	list int64
	days int
}

// ever are the numbers of days to ask for, one after the other, when every
// opt-out is meant. The largest number that the service takes is not known.
var ever = []int{36500, 3650, 365}

var optoutLayout = layout{keys: []string{"email"}, order: []string{"email", "customer_key"}}

// OptedOut reports whether address is among the opt-outs of a list, or among
// the global ones when listID is 0, of so many days back; days of 0 mean ever.
// Whether global opt-outs show up under a list is not known, so "would a
// subscription be refused?" takes both. The service only lists opt-outs whole,
// so each query is sent once per Client, for all callers, until one of the
// Client's own commands may have changed the answer. "WhatCounts: Show Optouts,
// Show Global Optouts".
func (c *Client) OptedOut(ctx context.Context, email string, listID int64, days int) (bool, error) {
	if err := CheckIdentity("email", email); err != nil {
		return false, err
	}
	query := optoutQuery{listID, max(days, 0)}
	shown, err := c.optouts.Get(ctx, query, func(ctx context.Context) (fingerprints, error) {
		return c.collectOptouts(ctx, query)
	})
	return err == nil && shown.contain(email), withVerdict(query.attempt(), err)
}

// collectOptouts keeps what a query shows in a form that is small enough for
// millions. One that is cut off on its way is asked again from the start.
func (c *Client) collectOptouts(ctx context.Context, query optoutQuery) (fingerprints, error) {
	for try := 0; ; try++ {
		var shown fingerprints
		err := c.EachOptout(ctx, query.list, query.days, func(email string) error {
			shown = shown.with(email)
			return nil
		})
		if err == nil {
			return shown.sorted(), nil
		}
		if !apierror.Is(err, apierror.Uncertain) || try >= c.retries || !c.pause(ctx, try) {
			return nil, err
		}
	}
}

// EachOptout calls yield with every address that the query shows, as it
// arrives and as it is written there, possibly more than once. An error of
// yield ends the query and is returned as it is. The arguments are those of
// [Client.OptedOut]. An answer that ends early is an error, also after
// addresses were yielded.
func (c *Client) EachOptout(ctx context.Context, listID int64, days int, yield func(email string) error) error {
	if listID < 0 {
		return invalid("asking for opt-outs", fmt.Sprintf("there is no list %d", listID), "Give the number of a list in list_id, or leave it out for the global opt-outs.")
	}
	if days > 0 {
		return c.streamOptouts(ctx, optoutQuery{listID, days}, yield)
	}
	var err error
	began := false
	for _, days := range ever {
		err = c.streamOptouts(ctx, optoutQuery{listID, days}, func(email string) error {
			began = true
			return yield(email)
		})
		// The service refuses in place of the rows; what comes later is yield's.
		if began || !apierror.Is(err, apierror.Refused) {
			return err
		}
	}
	return err
}

func (q optoutQuery) attempt() string {
	if q.list == 0 {
		return "asking for the global opt-outs"
	}
	return fmt.Sprintf("asking for the opt-outs of list %d", q.list)
}

func (q optoutQuery) command() command {
	days := argument{"days", strconv.Itoa(q.days)}
	if q.list == 0 {
		return newCommand("show_optglobal", append([]argument{days}, asTable...)...)
	}
	return newCommand("show_opt", append([]argument{{"list_id", strconv.FormatInt(q.list, 10)}, days}, asTable...)...)
}

func (c *Client) streamOptouts(ctx context.Context, query optoutQuery, yield func(email string) error) error {
	attempt := query.attempt()
	release, err := c.enter(ctx, attempt)
	if err != nil {
		return err
	}
	defer release()
	var judged error // also holds an error of yield, which is nobody's to wrap
	err = c.wire.Stream(ctx, c.request(query.command(), httpclient.Repeatable), func(status int, body io.Reader) error {
		judged = c.readOptouts(attempt, status, body, yield)
		return judged
	})
	if judged == nil && err != nil {
		return c.unanswered(attempt, err)
	}
	return judged
}

// readOptouts looks at how the answer begins before it takes it for rows.
func (c *Client) readOptouts(attempt string, status int, body io.Reader, yield func(email string) error) error {
	rows, beginning, err := beginStream(body)
	if err != nil {
		return c.cutOff(attempt, err)
	}
	answer := readReply(beginning)
	if err := c.judge(attempt, status, answer); err != nil {
		return err
	}
	if err := c.unexpected(attempt, answer); err != nil {
		return err
	}
	if answer.said == saidFailure {
		return withAdvice(c.refusedBy(attempt, answer), "Check list_id and days.")
	}
	t, err := newTable(rows, optoutLayout)
	for err == nil {
		var row record
		if row, err = t.next(); err != nil {
			break
		}
		email := strings.TrimSpace(row.text("email"))
		if !strings.Contains(email, "@") || strings.ContainsAny(email, " <>\r\n") {
			return c.unreadable(attempt, fmt.Errorf("%w: it holds no address", errMalformedRow))
		}
		if err := yield(email); err != nil {
			return err
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, errMalformedRow):
		return c.unreadable(attempt, err)
	}
	return c.cutOff(attempt, err)
}

func (c *Client) cutOff(attempt string, err error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer was cut off: " + c.quote(err.Error()), Cause: err}
}
