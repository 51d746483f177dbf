package seveng

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

const (
	// renewalMargin is how long before its end a token is renewed: long enough
	// for one request to arrive with it.
	renewalMargin = 30 * time.Second

	// maxUnansweredLogins is how many logins may end without an answer before no
	// other is tried. Each may count as a failed one at the service, and the
	// third failure locks the account (7g.md#login).
	maxUnansweredLogins = 2
)

// auth is where access tokens come from: the given one, or a login and its
// renewals. Whatever the number of callers, one login or renewal is under way
// at a time, and a refused login is never repeated.
type auth struct {
	client             *Client
	username, password string // empty with a given token, and without credentials

	mu         sync.Mutex
	current    session
	unanswered int   // logins that ended without an answer
	loginsOver error // why no login will be tried any more

	renewals singleflight.Group
}

// session is one pair of tokens.
type session struct {
	access  string // empty before the first login
	refresh string
	renewAt time.Time // zero: not before the service refuses the token
	number  int       // of the session in this client: 7G may hand out the same token twice
}

// AccessToken is an access token that can be used now, and when it expires;
// the time is zero when the token does not tell. The error is a
// *apierror.Error: Unauthenticated when the login is refused or the given token
// has expired, Invalid when no credentials are configured, NotSent when the
// login got no answer (7g.md#tokens).
func (c *Client) AccessToken(ctx context.Context) (token string, expiresAt time.Time, err error) {
	const attempt = "obtaining an access token"
	token, err = c.auth.token(ctx)
	if err != nil {
		return "", time.Time{}, c.withoutToken(attempt, err)
	}
	expiresAt = expiry(token)
	if !c.auth.logsIn() && !expiresAt.IsZero() && !c.now().Before(expiresAt) {
		return "", time.Time{}, c.failure(apierror.Unauthenticated, attempt, "the access token expired at "+expiresAt.Format(time.RFC3339), c.auth.advice(), nil)
	}
	return token, expiresAt, nil
}

func (a *auth) logsIn() bool { return a.username != "" }

// advice says what a person can do about a token that is not accepted.
func (a *auth) advice() string {
	switch {
	case a.logsIn():
		return adviceTryAgain
	case a.held().access != "":
		return adviceGivenToken
	}
	return adviceNoCredentials
}

func (a *auth) held() session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.current
}

// token is a token for the next call, obtained if need be.
func (a *auth) token(ctx context.Context) (string, error) {
	current := a.held()
	if a.usable(current) {
		return current.access, nil
	}
	return a.successor(ctx, current)
}

// otherThan is a usable token at hand other than refused, or "". It sends
// nothing.
func (a *auth) otherThan(refused string) string {
	if current := a.held(); a.usable(current) && current.access != refused {
		return current.access
	}
	return ""
}

// renew obtains a token in place of one that 7G refused.
func (a *auth) renew(ctx context.Context, refused string) (string, error) {
	current := a.held()
	if a.usable(current) && current.access != refused {
		return current.access, nil
	}
	return a.successor(ctx, current)
}

func (a *auth) usable(s session) bool {
	return s.access != "" && (s.renewAt.IsZero() || a.client.now().Before(s.renewAt))
}

// successor is the token of the session after old. Callers with the same old
// session share one renewal, which goes on when the caller that began it is
// cancelled: a login that was sent may count towards the lock, so its answer
// is not thrown away.
func (a *auth) successor(ctx context.Context, old session) (string, error) {
	if !a.logsIn() {
		return "", a.notRenewable(old)
	}
	renewal := a.renewals.DoChan(strconv.Itoa(old.number), func() (any, error) {
		if current := a.held(); current.number != old.number {
			return current, nil // another renewal has just ended
		}
		return a.obtain(context.WithoutCancel(ctx), old)
	})
	select {
	case <-ctx.Done():
		return "", a.client.failure(apierror.NotSent, attemptLogin, endOf(ctx), adviceLoginUnanswered, ctx.Err())
	case result := <-renewal:
		next, _ := result.Val.(session)
		return next.access, result.Err
	}
}

// notRenewable is the error of a configuration without user name and password,
// when it has no token or 7G does not accept it.
func (a *auth) notRenewable(given session) error {
	if given.access == "" {
		return a.client.failure(apierror.Invalid, "authenticating with 7G", "no credentials are set", a.advice(), nil)
	}
	reason := "7G refused the given access token (HTTP 401)"
	if at := expiry(given.access); !at.IsZero() && a.client.now().After(at) {
		reason = "the given access token expired at " + at.Format(time.RFC3339)
	}
	return a.client.failure(apierror.Unauthenticated, "using seveng.access_token", reason, a.advice(), nil)
}

// obtain refreshes the session when it can be, and logs in otherwise.
func (a *auth) obtain(ctx context.Context, old session) (session, error) {
	if old.refresh != "" {
		if next, ok := a.refresh(ctx, old); ok {
			return next, nil
		}
	}
	return a.logIn(ctx)
}

// refresh trades a session for a new one. It reports false when that did not
// work, for whatever reason: the caller then logs in. The sources print the
// Authorization of this endpoint both bare and with "Bearer ", so the second
// form is tried when the first gets an HTTP 401 (7g.md#refresh).
func (a *auth) refresh(ctx context.Context, old session) (session, bool) {
	r := request{
		attempt:      "renewing the access token",
		method:       http.MethodPost,
		path:         "/User/RefreshToken",
		confidential: true,
		body:         map[string]any{"refreshToken": old.refresh},
	}
	for _, scheme := range []string{"", "Bearer "} {
		received, err := a.client.exchange(ctx, httpclient.Once, scheme+old.access, r)
		if err != nil {
			return session{}, false
		}
		if access, refresh, ok := received.tokens(); ok {
			if refresh == "" {
				refresh = old.refresh // one source calls the new one optional
			}
			return a.accept(access, refresh), true
		}
		if received.status != http.StatusUnauthorized {
			return session{}, false
		}
	}
	return session{}, false
}

const attemptLogin = "logging in to 7G"

// logIn sends one login. A refusal is kept for the life of the client and
// returned to every later caller without a request, since three failures
// within ten minutes lock the account for everybody who uses it
// (7g.md#login).
func (a *auth) logIn(ctx context.Context) (session, error) {
	a.mu.Lock()
	over := a.loginsOver
	a.mu.Unlock()
	if over != nil {
		return session{}, over
	}
	c := a.client
	received, err := c.exchange(ctx, httpclient.Never, "", request{
		attempt:      attemptLogin,
		method:       http.MethodPost,
		path:         "/User/Login",
		confidential: true,
		body:         map[string]any{"username": a.username, "password": a.password},
	})
	var unsent *apierror.Error
	if errors.As(err, &unsent) {
		unsent.Advice = adviceLoginUnanswered
		if unsent.Kind == apierror.NotSent {
			return session{}, unsent // it never arrived, so it cannot have counted
		}
		return session{}, a.unansweredLogin(unsent)
	}
	if access, refresh, ok := received.tokens(); ok {
		return a.accept(access, refresh), nil
	}
	switch received.loginKind() {
	case apierror.Uncertain:
		advice := adviceLoginUnanswered
		if received.status == http.StatusTooManyRequests {
			advice = adviceTooMany
		}
		return session{}, a.unansweredLogin(c.failure(apierror.Uncertain, attemptLogin, received.reason(), advice, nil))
	case apierror.Unauthenticated:
		return session{}, a.giveUp(c.failure(apierror.Unauthenticated, attemptLogin, received.reason(), adviceLoginRefused, nil))
	}
	return session{}, a.giveUp(c.failure(apierror.Uncertain, attemptLogin, "the answer holds no access token: "+received.reason(), adviceNotALogin, nil))
}

func (a *auth) giveUp(err *apierror.Error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.loginsOver = err
	return err
}

// unansweredLogin counts a login that may have arrived.
func (a *auth) unansweredLogin(err *apierror.Error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unanswered++
	if a.unanswered == maxUnansweredLogins {
		err.Advice += ". " + adviceLoginGivenUp
		a.loginsOver = err
	}
	return err
}

// accept makes a pair of tokens the current session.
func (a *auth) accept(access, refresh string) session {
	a.client.http.AddSecret(access)
	a.client.http.AddSecret(refresh)
	a.client.endpointProven.Store(true)
	next := session{access: access, refresh: refresh}
	if at := expiry(access); !at.IsZero() {
		next.renewAt = at.Add(-renewalMargin)
	}
	if !a.usable(next) {
		// Either tokens live shorter than the margin or the clocks differ.
		// Renewing before every call would not help: use it until it is refused.
		next.renewAt = time.Time{}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	next.number = a.current.number + 1
	a.current = next
	return next
}

// lastSecond is the end of the year 9999. A claim beyond it is no time.
const lastSecond = 253402300799

// expiry is the exp claim of a JWT, or zero when the token has none that can
// be read. The signature is not checked: the claim only tells when to renew
// (7g.md#tokens).
func expiry(token string) time.Time {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}
	}
	var claims struct {
		Expiry float64 `json:"exp"`
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Expiry <= 0 || claims.Expiry > lastSecond {
		return time.Time{}
	}
	return time.Unix(int64(claims.Expiry), 0).UTC()
}
