package seveng

import (
	"context"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

type refreshBody struct {
	RefreshToken string `json:"refreshToken"`
}

// refresh trades a session for a new one. It reports false when that did not
// work, for whatever reason: the caller then logs in.
//
// The vendor's pages print the Authorization of this endpoint both bare and
// with "Bearer ", so the second form is tried when the first gets an HTTP 401.
//
// 7G: User/RefreshToken, POST.
func (t *loginTokens) refresh(ctx context.Context, old session) (session, bool) {
	r := request{
		attempt:      "renewing the access token",
		method:       http.MethodPost,
		path:         "/User/RefreshToken",
		confidential: true,
		body:         refreshBody{RefreshToken: old.refresh},
	}
	for _, scheme := range []string{"", "Bearer "} {
		header := http.Header{}
		header.Set("Authorization", scheme+old.access)
		received, err := t.client.exchange(ctx, httpclient.Once, header, r)
		if err != nil {
			return session{}, false
		}
		a := readAnswer(received)
		if access, refresh, ok := t.readPair(a); ok {
			if refresh == "" {
				refresh = old.refresh // the vendor calls the new one optional
			}
			return t.newSession(access, refresh), true
		}
		if a.status != http.StatusUnauthorized {
			return session{}, false
		}
	}
	return session{}, false
}
