package seveng

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// tokens is where access tokens come from. Errors are *apierror.Error, or that
// of a context that ended.
type tokens interface {
	// usable is a token for the next call, obtained if need be.
	usable(ctx context.Context) (string, error)
	// newerThan is a token at hand other than refused, or "". It asks nobody.
	newerThan(refused string) string
	// renew obtains a token in place of refused.
	renew(ctx context.Context, refused string) (string, error)
	// advice says what a person can do about a token that is not accepted.
	advice() string
}

// AccessToken is an access token that can be used now, and when it expires;
// the time is zero when the token does not tell. The error is a
// *apierror.Error: Unauthenticated when the login is refused or the given token
// has expired, Invalid when no credentials are configured, NotSent when the
// login got no answer.
//
// 7G: get-started/authentication.
func (c *Client) AccessToken(ctx context.Context) (token string, expiresAt time.Time, err error) {
	const attempt = "obtaining an access token"
	token, err = c.tokens.usable(ctx)
	if err != nil {
		return "", time.Time{}, c.withoutToken(attempt, err)
	}
	expiresAt = expiry(token)
	if _, given := c.tokens.(*givenToken); given && !expiresAt.IsZero() && !c.now().Before(expiresAt) {
		return "", time.Time{}, c.failure(apierror.Unauthenticated, attempt, "the access token expired at "+expiresAt.Format(time.RFC3339), c.tokens.advice(), nil)
	}
	return token, expiresAt, nil
}

// lastSecond is the end of the year 9999. A claim beyond it is no time.
const lastSecond = 253402300799

// expiry is the exp claim of a JWT, or zero when the token has none that can
// be read. The signature is not checked: the claim only tells when to renew.
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

// givenToken is an access token from the configuration. It cannot be renewed.
type givenToken struct {
	client *Client
	access string
}

func (g *givenToken) usable(context.Context) (string, error) { return g.access, nil }

func (g *givenToken) newerThan(refused string) string {
	if refused == g.access {
		return ""
	}
	return g.access
}

func (g *givenToken) renew(context.Context, string) (string, error) {
	reason := "7G refused the given access token (HTTP 401)"
	if at := expiry(g.access); !at.IsZero() && g.client.now().After(at) {
		reason = "the given access token expired at " + at.Format(time.RFC3339)
	}
	return "", g.client.failure(apierror.Unauthenticated, "using seveng.access_token", reason, adviceGivenToken, nil)
}

func (g *givenToken) advice() string { return adviceGivenToken }

// noTokens stands for a configuration without credentials.
type noTokens struct{}

func (noTokens) usable(context.Context) (string, error) {
	return "", &apierror.Error{Kind: apierror.Invalid, Attempt: "authenticating with 7G", Reason: "no credentials are set", Advice: adviceNoCredentials}
}

func (noTokens) newerThan(string) string { return "" }

func (n noTokens) renew(ctx context.Context, _ string) (string, error) { return n.usable(ctx) }

func (noTokens) advice() string { return adviceNoCredentials }
