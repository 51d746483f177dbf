package whatcounts

import (
	"context"
	"errors"
	"io"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// stream sends a query whose answer may be too long to hold, and hands it to
// read as it arrives.
func (c *Client) stream(ctx context.Context, attempt string, cmd command, read func(status int, body io.Reader) error) error {
	release, err := c.enter(ctx, attempt)
	if err != nil {
		return err
	}
	defer release()
	var judged error // also holds an error of read's caller, which is nobody's to wrap
	err = c.wire.Stream(ctx, c.request(cmd, httpclient.Repeatable), func(status int, body io.Reader) error {
		judged = read(status, body)
		return judged
	})
	if judged == nil && err != nil {
		return c.unanswered(attempt, err)
	}
	return judged
}

// readStream looks at how an answer begins before it takes it for rows, and
// calls do with each of them. An error of do ends it and is returned as it is.
func (c *Client) readStream(attempt string, status int, body io.Reader, known layout, do func(tableRow) error) error {
	rows, start, err := beginning(body)
	if err != nil {
		return c.cutOff(attempt, err)
	}
	a := readAnswer(start)
	if err := c.judgeStatus(attempt, status, a); err != nil {
		return err
	}
	if err := c.notQueried(attempt, a); err != nil {
		return err
	}
	if a.kind == failure {
		return c.refusedBy(attempt, a)
	}
	t, err := newTable(rows, known)
	for err == nil {
		var row tableRow
		if row, err = t.next(); err != nil {
			break
		}
		if err := do(row); err != nil {
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

// repeatStream calls ask until an answer arrives whole, as often as a query is
// repeated.
func (c *Client) repeatStream(ctx context.Context, ask func() error) error {
	for try := 0; ; try++ {
		err := ask()
		if !apierror.Is(err, apierror.Uncertain) || try >= c.retries || !c.pause(ctx, try) {
			return err
		}
	}
}

func (c *Client) cutOff(attempt string, err error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer was cut off: " + c.quote(err.Error()), Cause: err}
}
