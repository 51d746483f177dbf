package seveng

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestRenewalBeforeExpiry(t *testing.T) {
	start := time.Now()
	first, second := jwt("first", start.Add(20*time.Minute)), jwt("second", start.Add(40*time.Minute))
	s := newService(t, script(map[string][]reply{
		login: {pair(first, "refresh-1")}, renew: {pair(second, "refresh-2")}, get: {ok(asJSON(billing))},
	}))
	client := withLogin(t, s)
	now := start
	client.now = func() time.Time { return now }

	now = start.Add(20*time.Minute - 35*time.Second)
	for range 2 {
		if err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	expectOperations(t, s, login, get, get)

	now = start.Add(20*time.Minute - 25*time.Second)
	expectNoErrors(t, together(t, 20, func(ctx context.Context) error { return read(ctx, client) }))
	if s.count(login) != 1 || s.count(renew) != 1 {
		t.Errorf("%d logins and %d renewals", s.count(login), s.count(renew))
	}
	if sent := s.last(t, renew); sent.authorization != first || sent.body != `{"refreshToken":"refresh-1"}` || sent.version != "2.0" {
		t.Errorf("renewal was %+v", sent)
	}
	token, expires, err := client.AccessToken(t.Context())
	if err != nil || token != second || !expires.Equal(start.Add(40*time.Minute).Truncate(time.Second)) {
		t.Errorf("access token is %q until %s, %v", token, expires, err)
	}
}

func TestRefreshForms(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(exchange) reply
		want   []string
		forms  []string
	}{
		"bare":                 {func(exchange) reply { return pair("new", "r2") }, []string{renew}, []string{"old"}},
		"no new refresh token": {func(exchange) reply { return reply{status: 200, body: `{"accessToken":"new"}`} }, []string{renew}, []string{"old"}},
		"bearer": {func(e exchange) reply {
			if !strings.HasPrefix(e.authorization, "Bearer ") {
				return reply{status: 401}
			}
			return pair("new", "r2")
		}, []string{renew, renew}, []string{"old", "Bearer old"}},
		"refused":      {func(exchange) reply { return reply{status: 401} }, []string{renew, renew, login}, []string{"old", "Bearer old"}},
		"result false": {func(exchange) reply { return refused("no") }, []string{renew, login}, []string{"old"}},
		"broken":       {func(exchange) reply { return broken() }, []string{renew, login}, []string{"old"}},
		"cut":          {func(exchange) reply { return reply{} }, []string{renew, login}, []string{"old"}},
	} {
		t.Run(name, func(t *testing.T) {
			logins := []reply{pair("old", "r1"), pair("new", "r2")}
			s := newService(t, acceptOnly(func() string { return "new" }, func(e exchange) reply {
				if e.operation == renew {
					return c.answer(e)
				}
				answered := logins[0]
				logins = logins[1:]
				return answered
			}))
			client := withLogin(t, s)
			if err := read(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			expectOperations(t, s, append(append([]string{login, get}, c.want...), get)...)
			var forms []string
			for _, e := range s.received {
				if e.operation == renew {
					forms = append(forms, e.authorization)
				}
			}
			if strings.Join(forms, ",") != strings.Join(c.forms, ",") {
				t.Errorf("renewed with %q, want %q", forms, c.forms)
			}
			if want := map[string]string{"no new refresh token": "r1"}[name]; want != "" && loginsOf(t, client).held().refresh != want {
				t.Errorf("the old refresh token was not kept")
			}
		})
	}
}

func TestRefusedTokenIsRenewedOnceForAll(t *testing.T) {
	accepted := "old"
	var mu sync.Mutex
	s := newService(t, acceptOnly(func() string { mu.Lock(); defer mu.Unlock(); return accepted }, script(map[string][]reply{
		login: {pair("old", "refresh")}, renew: {pair("new", "refresh-2")},
	})))
	client := withLogin(t, s)
	if err := read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	accepted = "new"
	mu.Unlock()
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error { return read(ctx, client) }))
	if s.count(login) != 1 || s.count(renew) != 1 {
		t.Errorf("%d logins and %d renewals", s.count(login), s.count(renew))
	}
}

func TestRefusedTokenOnEveryWrite(t *testing.T) {
	for operation, call := range map[string]func(*Client) error{
		post: func(c *Client) error { _, err := c.CreateCommunication(t.Context(), wanted()); return err },
		put: func(c *Client) error {
			_, err := c.UpdateCommunication(t.Context(), billing, billing)
			return err
		},
		remove: func(c *Client) error { return c.DeleteCommunication(t.Context(), ByID(billing.ID)) },
	} {
		s := newService(t, script(map[string][]reply{
			login:     {pair("old", ""), pair("new", "")},
			operation: {{status: 401}, ok(asJSON(billing))},
		}))
		if err := call(withLogin(t, s)); err != nil {
			t.Fatal(err)
		}
		expectOperations(t, s, login, operation, login, operation)
	}
}

func TestTokenRefusedForGood(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		login: {pair("old", "refresh")}, renew: {pair("new", "refresh-2")}, get: {{status: 401}},
	}))
	err := read(t.Context(), withLogin(t, s))
	expectKind(t, err, apierror.Unauthenticated)
	expectText(t, err, "permission", "SEVENG_USERNAME")
	expectOperations(t, s, login, get, renew, get)
}

// A token that was replaced twice while a call was under way is no reason to
// fail, and none for yet another renewal.
func TestTokenReplacedByOthers(t *testing.T) {
	s := newService(t, acceptOnly(func() string { return "third" }, script(map[string][]reply{login: {pair("first", "")}})))
	client := withLogin(t, s)
	held := loginsOf(t, client)
	next := map[string]string{"": "first", "first": "second", "second": "third"}
	s.mu.Lock()
	inner := s.answer
	s.answer = func(e exchange) reply {
		if after := next[e.authorization]; e.operation == get && after != "" {
			held.mu.Lock()
			held.current = session{access: after}
			held.mu.Unlock()
		}
		return inner(e)
	}
	s.mu.Unlock()
	if err := read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	expectOperations(t, s, login, get, get, get)
}

func TestSameTokenAgainCanBeRenewedLater(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		login: {pair("same", ""), pair("same", ""), pair("other", "")},
		get:   {{status: 401}, {status: 401}, {status: 401}, ok(asJSON(billing))},
	}))
	client := withLogin(t, s)
	expectKind(t, read(t.Context(), client), apierror.Unauthenticated)
	if err := read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	expectOperations(t, s, login, get, login, get, get, login, get)
}

// With clocks apart every new token seems to have expired. It is used all the
// same until it is refused.
func TestClocksApart(t *testing.T) {
	s := newService(t, script(map[string][]reply{
		login: {pair(jwt("t", time.Now().Add(-time.Hour)), "refresh")}, get: {ok(asJSON(billing))},
	}))
	client := withLogin(t, s)
	for range 3 {
		if err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}
	expectOperations(t, s, login, get, get, get)
}

// acceptOnly answers reads that carry one of the tokens, and 401 to others.
func acceptOnly(accepted func() string, rest func(exchange) reply) func(exchange) reply {
	return func(e exchange) reply {
		if e.operation != get {
			return rest(e)
		}
		if e.authorization != accepted() {
			return reply{status: 401}
		}
		return ok(asJSON(billing))
	}
}
