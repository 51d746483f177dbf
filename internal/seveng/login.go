package seveng

import (
	"context"
	"errors"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

type loginBody struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// logIn sends one login. A refusal is remembered for the life of the client
// and returned to every later caller without a request, since three failures
// within ten minutes lock the account for everybody who uses it.
//
// 7G: User/Login, POST.
func (t *loginTokens) logIn(ctx context.Context) (session, error) {
	if err := t.loginOver(); err != nil {
		return session{}, err
	}
	r := request{
		attempt:      "logging in to 7G",
		method:       http.MethodPost,
		path:         "/User/Login",
		confidential: true,
		body:         loginBody{Username: t.username, Password: t.password},
	}
	received, err := t.client.exchange(ctx, httpclient.Never, http.Header{}, r)
	var failed *httpclient.Failure
	if errors.As(err, &failed) {
		return session{}, t.loginUnanswered(r.attempt, failed)
	}
	if err != nil {
		return session{}, err
	}
	a := readAnswer(received)
	if access, refresh, ok := t.readPair(a); ok {
		return t.newSession(access, refresh), nil
	}
	if a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout || a.status >= 500 {
		return session{}, t.countUnanswered(t.client.failure(apierror.Uncertain, r.attempt, a.reason(), adviceLoginUnanswered, nil))
	}
	if a.refusesLogin() {
		return session{}, t.giveUp(t.client.failure(apierror.Unauthenticated, r.attempt, "the login was refused: "+a.reason(), adviceLoginRefused, nil))
	}
	return session{}, t.giveUp(t.client.failure(apierror.Uncertain, r.attempt, "the answer holds no access token: "+a.reason(), adviceNotALogin, nil))
}

// refusesLogin tells a refusal from the page of some other server. How 7G
// words a wrong password, a locked account or a blocked address is not
// published.
func (a answer) refusesLogin() bool {
	switch {
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return true
	case a.status >= 400:
		return a.fields != nil
	}
	return a.enveloped && !a.result
}

// readPair is the pair of tokens in an answer. It stands bare, outside the
// envelope that every other endpoint uses.
func (t *loginTokens) readPair(a answer) (access, refresh string, ok bool) {
	if a.status < 200 || a.status >= 300 || a.fields == nil {
		return "", "", false
	}
	access, err := a.fields.text("accessToken")
	if err != nil || access == "" {
		return "", "", false
	}
	refresh, err = a.fields.text("refreshToken")
	if err != nil {
		refresh = ""
	}
	return access, refresh, true
}

func (t *loginTokens) loginOver() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.final
}

func (t *loginTokens) giveUp(err *apierror.Error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.final = err
	return err
}

// loginUnanswered is the verdict on a login that may or may not have arrived.
func (t *loginTokens) loginUnanswered(attempt string, failed *httpclient.Failure) error {
	err := t.client.unanswered(attempt, failed)
	err.Advice = adviceLoginUnanswered
	if !failed.Sent {
		return err // it never arrived, so it cannot have counted
	}
	return t.countUnanswered(err)
}

func (t *loginTokens) countUnanswered(err *apierror.Error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unanswered++
	if t.unanswered == mostUnansweredLogins {
		final := *err
		final.Advice = adviceLoginGivenUp
		t.final = &final
		return t.final
	}
	return err
}
