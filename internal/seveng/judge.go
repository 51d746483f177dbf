package seveng

import (
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// judge is the one place where an answer becomes a verdict: nil when the call
// succeeded. A 401 is dealt with before it comes here.
//
// 7G: concepts/responses-error-handling.
func (c *Client) judge(r request, a answer) error {
	if a.succeeded() {
		c.proven.Store(true)
		return nil
	}
	kind, advice := c.kindOf(r, a)
	failed := c.failure(kind, r.attempt, a.reason(), advice, nil)
	if a.retryAfter > 0 {
		failed.Cause = &busy{after: a.retryAfter}
	}
	return failed
}

func (c *Client) kindOf(r request, a answer) (apierror.Kind, string) {
	switch {
	case a.status == http.StatusForbidden:
		return apierror.Forbidden, adviceForbidden
	case a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout, a.status >= 500:
		return apierror.Uncertain, adviceTryAgain
	case a.status < 200 || a.status >= 300 && a.status < 400:
		return apierror.Uncertain, adviceEndpoint
	case a.status < 300 && !a.enveloped:
		return apierror.Uncertain, adviceEndpoint
	case a.saysNotFound(r, c.proven.Load()):
		return apierror.NotFound, ""
	}
	words := plainWords(a.text(), r.quoted)
	switch {
	case speaksOf(words, permissionWords):
		return apierror.Forbidden, adviceForbidden
	case speaksOf(words, sessionWords):
		return apierror.Unauthenticated, c.tokens.advice()
	case a.status == http.StatusNotFound && a.message == "":
		return apierror.Refused, adviceEndpoint
	}
	return apierror.Refused, adviceRefused
}
