package seveng

import (
	"context"
	"sync"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// renewalMargin is how long before its end a token is renewed: long enough for
// one request to arrive with it.
const renewalMargin = 30 * time.Second

// mostUnansweredLogins is how many logins may end without an answer before no
// other is tried. Each may have counted as a failed one at the service, and
// the third failure locks the account.
const mostUnansweredLogins = 2

// session is one pair of tokens.
type session struct {
	access  string
	refresh string
	renewAt time.Time // zero: not before the service refuses the token
}

// loginTokens come from a user name and a password. Whatever the number of
// callers, one login or renewal is under way at a time, and a refused login is
// never repeated.
type loginTokens struct {
	client             *Client
	username, password string

	mu         sync.Mutex
	current    session // no access token before the first login
	unanswered int     // logins that ended without an answer
	final      error   // why no login will be tried any more

	// renewals has the successor of each access token, the first login being
	// the successor of none. Callers with the same old token share one renewal.
	renewals httpclient.Cache[string, session]
}

func (t *loginTokens) usable(ctx context.Context) (string, error) {
	current := t.held()
	if current.access != "" && !t.due(current) {
		return current.access, nil
	}
	return t.successor(ctx, current)
}

func (t *loginTokens) newerThan(refused string) string {
	current := t.held()
	if current.access == refused || t.due(current) {
		return ""
	}
	return current.access
}

func (t *loginTokens) renew(ctx context.Context, refused string) (string, error) {
	current := t.held()
	if current.access != refused && current.access != "" && !t.due(current) {
		return current.access, nil
	}
	return t.successor(ctx, current)
}

func (t *loginTokens) advice() string { return adviceTryAgain }

func (t *loginTokens) successor(ctx context.Context, old session) (string, error) {
	next, err := t.renewals.Get(ctx, old.access, func(ctx context.Context) (session, error) {
		next, err := t.obtain(ctx, old)
		if err == nil {
			t.mu.Lock()
			t.current = next
			t.mu.Unlock()
			if next.access == old.access {
				// A service may hand out the same token again while it is good; it must
				// still be possible to renew it when it no longer is.
				t.renewals.Forget(old.access)
			}
		}
		return next, err
	})
	return next.access, err
}

// obtain refreshes the session when it can be, and logs in otherwise.
func (t *loginTokens) obtain(ctx context.Context, old session) (session, error) {
	if old.refresh != "" {
		if next, ok := t.refresh(ctx, old); ok {
			return next, nil
		}
	}
	return t.logIn(ctx)
}

func (t *loginTokens) held() session {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.current
}

func (t *loginTokens) due(s session) bool {
	return !s.renewAt.IsZero() && !t.client.now().Before(s.renewAt)
}

// newSession takes note of a pair of tokens just received.
func (t *loginTokens) newSession(access, refresh string) session {
	t.client.wire.AddSecret(access)
	t.client.wire.AddSecret(refresh)
	t.client.proven.Store(true)
	s := session{access: access, refresh: refresh}
	if at := expiry(access); !at.IsZero() {
		s.renewAt = at.Add(-renewalMargin)
	}
	if t.due(s) {
		// Either tokens live shorter than the margin or the clocks differ.
		// Renewing before every call would not help: use it until it is refused.
		s.renewAt = time.Time{}
	}
	return s
}
