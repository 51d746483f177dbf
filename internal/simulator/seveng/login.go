package seveng

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// Three failed logins within ten minutes lock the account for ten minutes,
// 7g.md#login.
const (
	failuresBeforeLock = 3
	failureWindow      = 10 * time.Minute
	lockDuration       = 10 * time.Minute
)

// longestCredential is in characters, 7g.md#limits.
const longestCredential = 255

// DefaultLifetimeOfAccessToken is the published lifetime, 7g.md#tokens.
const DefaultLifetimeOfAccessToken = 20 * time.Minute

// lifetimeOfRefreshToken is that of 7g.md#refresh.
const lifetimeOfRefreshToken = 30 * 24 * time.Hour

// account is a user with what its logins left behind.
type account struct {
	User
	failures    []time.Time
	lockedUntil time.Time
}

// accessToken is what the service knows of a token that it issued.
type accessToken struct {
	user    string
	expires time.Time
}

// refreshToken belongs to the access token that it was issued with.
type refreshToken struct {
	user        string
	accessToken string
	expires     time.Time
}

// pair is the answer of both token endpoints; it has no envelope.
type pair struct {
	AccessToken  string `json:"accessToken"`
	RefreshToken string `json:"refreshToken,omitempty"`
}

// fail counts a failed login.
func (a *account) fail(now time.Time) {
	recent := slices.DeleteFunc(a.failures, func(t time.Time) bool { return now.Sub(t) >= failureWindow })
	a.failures = append(recent, now)
	if len(a.failures) >= failuresBeforeLock {
		a.failures, a.lockedUntil = nil, now.Add(lockDuration)
	}
}

// login is POST /User/Login, 7g.md#login. Texts, and the answers to accounts
// that cannot log in, are constructed.
func (s *Service) login(r request) (traffic.Answer, error) {
	name, password := credential(r.body, "username"), credential(r.body, "password")
	if r.body.err != nil {
		return traffic.Answer{}, r.body.err
	}
	wrong := failure(http.StatusUnauthorized, "The user name or the password is wrong.")
	user, now := s.accounts[name], s.exchange.Clock.Now()
	switch {
	case user == nil:
		return wrong, nil
	case user.AddressBlocked:
		return s.closedLogin("Logins from this address are not allowed."), nil
	case now.Before(user.lockedUntil):
		return s.closedLogin("The account is locked. Try again in ten minutes."), nil
	case subtle.ConstantTimeCompare([]byte(user.Password), []byte(password)) != 1:
		user.fail(now)
		return wrong, nil
	case user.Disabled:
		return s.closedLogin("The account is disabled."), nil
	}
	user.failures = nil
	access := s.issue(name)
	return tokens(access, s.issueRefresh(name, access)), nil
}

// closedLogin is 35 in 7g.md#contradictions.
func (s *Service) closedLogin(message string) traffic.Answer {
	switch s.Latest(closedLogin403, closedLogin200) {
	case closedLogin403:
		return failure(http.StatusForbidden, message)
	case closedLogin200:
		return failure(http.StatusOK, message)
	}
	return failure(http.StatusUnauthorized, message)
}

// refreshTokens is POST /User/RefreshToken, 7g.md#refresh. The access token
// that the refresh token was issued with must come along, expired or not. Both
// change, and the old pair no longer counts.
func (s *Service) refreshTokens(r request) (traffic.Answer, error) {
	token, bearer := withoutBearer(r.authorization)
	form := s.Latest(refreshBareOnly, refreshBearerOnly)
	if token == "" || bearer && form == refreshBareOnly || !bearer && form == refreshBearerOnly {
		return empty(http.StatusUnauthorized), nil
	}
	given := credential(r.body, "refreshToken")
	if r.body.err != nil {
		return traffic.Answer{}, r.body.err
	}
	known := s.refresh[given]
	if known.accessToken != token || !s.exchange.Clock.Now().Before(known.expires) || s.open(known.user) == nil {
		return failure(http.StatusUnauthorized, "The refresh token is not valid."), nil
	}
	delete(s.access, token)
	access := s.issue(known.user)
	if s.On(refreshAccessTokenOnly) {
		known.accessToken = access
		s.refresh[given] = known
		return tokens(access, ""), nil
	}
	delete(s.refresh, given)
	return tokens(access, s.issueRefresh(known.user, access)), nil
}

// open is the account of a user, nil when it does not exist or cannot be used.
func (s *Service) open(user string) *account {
	if a := s.accounts[user]; a != nil && !a.Disabled && !a.AddressBlocked {
		return a
	}
	return nil
}

// tokens answers with a pair that the log does not see.
func tokens(access, refresh string) traffic.Answer {
	answer := jsonAnswer(http.StatusOK, pair{access, refresh})
	logged := pair{AccessToken: hidden}
	if refresh != "" {
		logged.RefreshToken = hidden
	}
	answer.Logged = jsonAnswer(http.StatusOK, logged).Body
	return answer
}

func credential(body *fields, name string) string {
	value := body.text(name)
	switch {
	case value == "":
		body.fail("%s is required.", name)
	case utf8.RuneCountInString(value) > longestCredential:
		body.fail("%s must not be longer than %d characters.", name, longestCredential)
	}
	return value
}

func newSigningKey() []byte {
	key := make([]byte, 32)
	// crypto/rand.Read never returns an error: it ends the process instead.
	_, _ = rand.Read(key)
	return key
}

// issue makes an access token for a user: a JSON Web Token with HMAC-SHA256.
func (s *Service) issue(user string) string {
	now := s.exchange.Clock.Now()
	expires := now.Add(s.lifetime)
	// A map of texts and numbers always encodes.
	payload, _ := json.Marshal(map[string]any{"sub": user, "jti": rand.Text(), "iat": now.Unix(), "exp": expires.Unix()})
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(payload)
	signature := hmac.New(sha256.New, s.signing)
	signature.Write([]byte(signed))
	token := signed + "." + encode(signature.Sum(nil))
	s.access[token] = accessToken{user: user, expires: expires}
	return token
}

// issueRefresh makes the refresh token that goes with an access token.
func (s *Service) issueRefresh(user, access string) string {
	token := rand.Text() + rand.Text()
	s.refresh[token] = refreshToken{user, access, s.exchange.Clock.Now().Add(lifetimeOfRefreshToken)}
	return token
}

// authenticate finds the user of a request to an ordinary endpoint. Without
// one it returns nil and the answer to give, 7g.md#tokens.
func (s *Service) authenticate(authorization string) (*account, traffic.Answer) {
	token, bearer := withoutBearer(authorization)
	if token == "" {
		return nil, empty(http.StatusUnauthorized)
	}
	known := s.access[token]
	user := s.open(known.user)
	switch {
	case user != nil && s.exchange.Clock.Now().Before(known.expires) && (!bearer || !s.On(bareTokenOnly)):
		return user, traffic.Answer{}
	case s.On(expiredToken200):
		return nil, failure(http.StatusOK, "The access token was not found or has expired.")
	}
	return nil, empty(http.StatusUnauthorized)
}

// withoutBearer splits the prefix off that some texts print before the token.
func withoutBearer(authorization string) (token string, bearer bool) {
	const prefix = "bearer "
	if len(authorization) >= len(prefix) && strings.EqualFold(authorization[:len(prefix)], prefix) {
		return strings.TrimSpace(authorization[len(prefix):]), true
	}
	return authorization, false
}
