package seveng

import (
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/transport"
	"github.com/reachops/terraform-provider-reach/internal/verdict"
)

// longestReason is how much of a text from the service is passed on.
const longestReason = 600

// failure is a verdict whose texts are clean. Secrets go before the text is
// shortened, since half a secret would no longer be recognised.
func (c *Client) failure(kind verdict.Kind, attempt, reason, advice string, cause error) *verdict.Error {
	reason = strings.Join(strings.Fields(c.Clean(reason)), " ")
	if letters := []rune(reason); len(letters) > longestReason {
		reason = string(letters[:longestReason]) + "…"
	}
	return &verdict.Error{
		Kind:    kind,
		Attempt: c.Clean(attempt),
		Reason:  strings.TrimRight(reason, ". "),
		Advice:  c.Clean(advice),
		Cause:   cause,
	}
}

// unanswered is the verdict on a request that got no whole answer.
func (c *Client) unanswered(attempt string, failed *transport.Failure) *verdict.Error {
	kind := verdict.NotSent
	if failed.Sent {
		kind = verdict.Unknown
	}
	return c.failure(kind, attempt, failed.Reason, adviceTryAgain, failed)
}

// reasonOf is what an error says apart from its attempt and advice, for use
// inside another error.
func reasonOf(err error) string {
	if e := verdictOf(err); e != nil && e.Reason != "" {
		return e.Reason
	}
	return err.Error()
}
