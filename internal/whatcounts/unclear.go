package whatcounts

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// unclearOutcome marks the error of an action that may have been done or not.
// Reading it back may tell; a failed query carries no such mark, since asking
// again is all that can be done about it, and has been done.
type unclearOutcome struct {
	cause  error
	shared bool // the command was about other contacts too
}

func (u *unclearOutcome) Error() string { return "the outcome is not known" }

func (u *unclearOutcome) Unwrap() error { return u.cause }

func (c *Client) unclear(attempt, reason string, cause error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: reason, Cause: &unclearOutcome{cause: cause}}
}

func isUnclear(err error) bool {
	var unclear *unclearOutcome
	return errors.As(err, &unclear)
}

// notReadBack is the error for an unclear outcome that could not be looked at
// either. It is no longer worth another look.
func notReadBack(attempt string, outcome, look error, advice string) error {
	return &apierror.Error{
		Kind: apierror.Uncertain, Attempt: attempt,
		Reason: reasonOf(outcome) + "; reading it back failed as well: " + reasonOf(look),
		Advice: advice, Cause: look,
	}
}

// notDone is the error for an unclear outcome that was read back, more than
// once, without the work being seen. It is no longer worth another look.
func notDone(attempt string, outcome error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: reasonOf(outcome) + "; reading it back shows that it was not done", Advice: "Apply again."}
}

func reasonOf(err error) string {
	var judged *apierror.Error
	if errors.As(err, &judged) {
		return judged.Reason
	}
	return err.Error()
}

// withVerdict gives a verdict to the error of a caller that stopped waiting
// for an answer, or for an address, before anything was sent for it.
func withVerdict(attempt string, err error) error {
	var judged *apierror.Error
	if err == nil || errors.As(err, &judged) {
		return err
	}
	return &apierror.Error{Kind: apierror.NotSent, Attempt: attempt, Reason: err.Error(), Cause: err}
}

// heed remembers how long the service asks to be left alone.
func (c *Client) heed(header http.Header) {
	if asked := httpclient.RetryAfter(header); asked > 0 {
		until := time.Now().Add(asked)
		c.quietUntil.Store(&until)
	}
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

// mayRepeat pauses before a command with this unclear outcome is sent once
// more, and reports whether it may be. The attempt in company does not count:
// what one row gets must not depend on the others.
func (c *Client) mayRepeat(ctx context.Context, try int, err error) bool {
	if errors.Is(err, errTotals) {
		return ctx.Err() == nil
	}
	var unclear *unclearOutcome
	if !errors.As(err, &unclear) || !unclear.shared && try >= c.retries {
		return false
	}
	return c.pause(ctx, try)
}

// grace is how long a record that was just sent is still looked for after the
// run was cancelled. Without its id it would be lost from the state.
const grace = 15 * time.Second

// withGrace is ctx, except that it ends a little after ctx does.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() {
		stop()
		cancel()
	}
}
