package seveng

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// DefaultLifetimeOfAccessToken is the published lifetime. The service says
// that it is configured per environment.
const DefaultLifetimeOfAccessToken = 20 * time.Minute

// lifetimeOfRefreshToken is what older text of the published page on
// authentication calls typical.
const lifetimeOfRefreshToken = 30 * 24 * time.Hour

// accessToken is what the service knows of a token that it issued.
type accessToken struct {
	user    string
	expires time.Time
	revoked bool
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

func newSigningKey() []byte {
	key := make([]byte, 32)
	// crypto/rand.Read never returns an error: it ends the process instead.
	_, _ = rand.Read(key)
	return key
}

// issue makes an access token for a user.
func (s *Service) issue(user string) string {
	now := s.exchange.Clock.Now()
	expires := now.Add(s.lifetime)
	token := s.sign(map[string]any{
		"sub": user,
		"jti": rand.Text(),
		"iat": now.Unix(),
		"exp": expires.Unix(),
	})
	s.access[token] = accessToken{user: user, expires: expires}
	return token
}

// issueRefresh makes the refresh token that goes with an access token.
func (s *Service) issueRefresh(user, access string) string {
	token := rand.Text() + rand.Text()
	s.refresh[token] = refreshToken{
		user:        user,
		accessToken: access,
		expires:     s.exchange.Clock.Now().Add(lifetimeOfRefreshToken),
	}
	return token
}

// sign makes a JSON Web Token with HMAC-SHA256.
func (s *Service) sign(claims map[string]any) string {
	encode := base64.RawURLEncoding.EncodeToString
	// A map of texts and numbers always encodes.
	payload, _ := json.Marshal(claims)
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(payload)
	signature := hmac.New(sha256.New, s.signing)
	signature.Write([]byte(signed))
	return signed + "." + encode(signature.Sum(nil))
}

// authenticate finds the user of a request to an ordinary endpoint. Without
// one it returns nil and the answer to give.
func (s *Service) authenticate(authorization string) (*account, ledger.Answer) {
	token, bearer := withoutBearer(authorization)
	if token == "" {
		return nil, ledger.Answer{Status: http.StatusUnauthorized}
	}
	known, issued := s.access[token]
	user := s.accounts[known.user]
	switch {
	case bearer && s.dialect.bareTokenOnly,
		!issued, known.revoked, user == nil,
		user.Disabled, user.AddressBlocked,
		!s.exchange.Clock.Now().Before(known.expires):
		return nil, s.badToken()
	}
	return user, ledger.Answer{}
}

// badToken is the answer to a token that does not count, or no longer: 401
// by the troubleshooting text of the SDK page, with a body that is unknown.
func (s *Service) badToken() ledger.Answer {
	if s.dialect.badToken200 {
		return failure(http.StatusOK, "The access token was not found or has expired.")
	}
	return ledger.Answer{Status: http.StatusUnauthorized}
}

// withoutBearer splits the prefix off that some texts print before the token.
func withoutBearer(authorization string) (token string, bearer bool) {
	const prefix = "bearer "
	if len(authorization) >= len(prefix) && strings.EqualFold(authorization[:len(prefix)], prefix) {
		return strings.TrimSpace(authorization[len(prefix):]), true
	}
	return authorization, false
}
