package seveng

import (
	"crypto/subtle"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// The published rule: three failed logins within ten minutes lock the
// account for ten minutes.
const (
	failuresBeforeLock = 3
	failureWindow      = 10 * time.Minute
	lockDuration       = 10 * time.Minute
)

// longestCredential is the published limit of user name, password and
// refresh token, in characters.
const longestCredential = 255

// account is a user with what its logins left behind.
type account struct {
	User
	failures    []time.Time
	lockedUntil time.Time
}

// fail counts a failed login.
func (a *account) fail(now time.Time) {
	recent := a.failures[:0]
	for _, t := range a.failures {
		if now.Sub(t) < failureWindow {
			recent = append(recent, t)
		}
	}
	a.failures = append(recent, now)
	if len(a.failures) >= failuresBeforeLock {
		a.failures = nil
		a.lockedUntil = now.Add(lockDuration)
	}
}

// login is POST /User/Login. Status 401 for wrong credentials is published;
// its text and the answers to closed accounts are constructed.
func (s *Service) login(r request) ledger.Answer {
	name, err := credential(r.body, "username")
	if err != nil {
		return s.refused(err)
	}
	password, err := credential(r.body, "password")
	if err != nil {
		return s.refused(err)
	}
	user := s.accounts[name]
	if user == nil {
		return wrongCredentials()
	}
	now := s.exchange.Clock.Now()
	switch {
	case user.AddressBlocked:
		return s.closedLogin("Logins from this address are not allowed.")
	case now.Before(user.lockedUntil):
		return s.closedLogin("The account is locked. Try again in ten minutes.")
	case subtle.ConstantTimeCompare([]byte(user.Password), []byte(password)) != 1:
		user.fail(now)
		return wrongCredentials()
	case user.Disabled:
		return s.closedLogin("The account is disabled.")
	}
	user.failures = nil
	access := s.issue(name)
	return tokens(pair{AccessToken: access, RefreshToken: s.issueRefresh(name, access)})
}

// refreshTokens is POST /User/RefreshToken. The access token that the refresh
// token was issued with must come along, expired or not. Both change, and the
// old pair no longer counts.
func (s *Service) refreshTokens(r request) ledger.Answer {
	token, bearer := withoutBearer(r.authorization)
	switch {
	case token == "",
		bearer && s.dialect.refreshAuthorization == bareOnly,
		!bearer && s.dialect.refreshAuthorization == bearerOnly:
		return ledger.Answer{Status: http.StatusUnauthorized}
	}
	given, err := credential(r.body, "refreshToken")
	if err != nil {
		return s.refused(err)
	}
	known, issued := s.refresh[given]
	user := s.accounts[known.user]
	switch {
	case !issued, known.accessToken != token, user == nil,
		user.Disabled, user.AddressBlocked,
		!s.exchange.Clock.Now().Before(known.expires):
		return failure(http.StatusUnauthorized, "The refresh token is not valid.")
	}
	s.revokeAccess(token)
	access := s.issue(known.user)
	if s.dialect.refreshAccessTokenOnly {
		known.accessToken = access
		s.refresh[given] = known
		return tokens(pair{AccessToken: access})
	}
	delete(s.refresh, given)
	return tokens(pair{AccessToken: access, RefreshToken: s.issueRefresh(known.user, access)})
}

func (s *Service) revokeAccess(token string) {
	if known, issued := s.access[token]; issued {
		known.revoked = true
		s.access[token] = known
	}
}

// tokens answers with a pair that the log does not see.
func tokens(p pair) ledger.Answer {
	answer := jsonAnswer(http.StatusOK, p)
	p.AccessToken = hidden
	if p.RefreshToken != "" {
		p.RefreshToken = hidden
	}
	answer.Logged = jsonAnswer(http.StatusOK, p).Body
	return answer
}

func credential(body fields, name string) (string, error) {
	value, err := body.text(name)
	switch {
	case err != nil:
		return "", err
	case value == "":
		return "", refusef("%s is required.", name)
	case utf8.RuneCountInString(value) > longestCredential:
		return "", refusef("%s must not be longer than %d characters.", name, longestCredential)
	}
	return value, nil
}

func wrongCredentials() ledger.Answer {
	return failure(http.StatusUnauthorized, "The user name or the password is wrong.")
}

func (s *Service) closedLogin(message string) ledger.Answer {
	switch s.dialect.closedLogin {
	case closedLogin403:
		return failure(http.StatusForbidden, message)
	case closedLogin200:
		return failure(http.StatusOK, message)
	default:
		return failure(http.StatusUnauthorized, message)
	}
}
