package accesstoken

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// login stands for the client of 7G: its tokens live twenty minutes, and it
// renews one when thirty seconds are left.
type login struct {
	issued   int
	expires  time.Time
	lifetime time.Duration
	err      error
}

func (l *login) AccessToken(context.Context) (string, time.Time, error) {
	if l.err != nil {
		return "", time.Time{}, l.err
	}
	if !time.Now().Before(l.expires.Add(-renewBefore)) {
		l.issued++
		l.expires = time.Now().Add(l.lifetime)
	}
	return "token", l.expires, nil
}

// Each renewal is due just when the client obtains another token, however long
// the ephemeral resource is open.
func TestRenewalsFollowEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tokens := &login{lifetime: 20 * time.Minute}
		resource := &EphemeralResource{tokens: tokens}
		next, problem := resource.renew(t.Context())
		for range 5 {
			if problem != nil || !next.Equal(tokens.expires.Add(-renewBefore)) {
				t.Fatalf("next is %s, %v", next, problem)
			}
			before := tokens.issued
			time.Sleep(time.Until(next))
			if next, problem = resource.renew(t.Context()); tokens.issued != before+1 {
				t.Errorf("%d tokens were issued, not one more than %d", tokens.issued, before)
			}
		}
	})
}

// What cannot be renewed in time is not renewed without end.
func TestNoRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, expires := range map[string]time.Time{"unknown end": {}, "over": time.Now().Add(-time.Minute), "within the margin": time.Now().Add(renewBefore)} {
			if at := renewAt(expires); !at.IsZero() {
				t.Errorf("%s: %s", name, at)
			}
		}
	})
}

func TestRenewalFails(t *testing.T) {
	t.Parallel()
	var renewed ephemeral.RenewResponse
	refused := &apierror.Error{Kind: apierror.Unauthenticated, Attempt: "logging in to 7G", Reason: "wrong password"}
	(&EphemeralResource{tokens: &login{err: refused}}).Renew(t.Context(), ephemeral.RenewRequest{}, &renewed)
	problems := renewed.Diagnostics.Errors()
	if len(problems) != 1 || problems[0].Summary() != SummaryNotRenewed || !strings.Contains(problems[0].Detail(), "Wrong password") || !renewed.RenewAt.IsZero() {
		t.Errorf("%v, next at %s", problems, renewed.RenewAt)
	}
}
