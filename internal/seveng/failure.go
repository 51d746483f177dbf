package seveng

import (
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// longestReason is how much of a text from the service is passed on.
const longestReason = 600

// failure is a verdict whose texts are clean. Secrets go before the text is
// shortened, since half a secret would no longer be recognised.
func (c *Client) failure(kind apierror.Kind, attempt, reason, advice string, cause error) *apierror.Error {
	reason = strings.Join(strings.Fields(c.Clean(reason)), " ")
	if letters := []rune(reason); len(letters) > longestReason {
		reason = string(letters[:longestReason]) + "…"
	}
	return &apierror.Error{
		Kind:    kind,
		Attempt: c.Clean(attempt),
		Reason:  strings.TrimRight(reason, ". "),
		Advice:  c.Clean(advice),
		Cause:   cause,
	}
}

// unanswered is the verdict on a request that got no whole answer.
func (c *Client) unanswered(attempt string, failed *httpclient.Failure) *apierror.Error {
	kind := apierror.NotSent
	if failed.Sent {
		kind = apierror.Uncertain
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
