package seveng

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// read is a call that needs a token.
func read(ctx context.Context, client *Client) error {
	_, err := client.Read(ctx, ByID(billing.ID))
	return err
}

// together makes many calls at once and returns their errors.
func together(t *testing.T, callers int, call func(context.Context) error) []error {
	t.Helper()
	errs := make([]error, callers)
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() { errs[i] = call(t.Context()) })
	}
	group.Wait()
	return errs
}

func expectNoErrors(t *testing.T, errs []error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func expectCount(t *testing.T, s *service, operation string, want int) {
	t.Helper()
	if n := s.count(operation); n != want {
		t.Errorf("%s: %d requests, want %d", operation, n, want)
	}
}

func TestOneLoginForManyCallers(t *testing.T) {
	slow := pair("access", "refresh")
	slow.delay = 20 * time.Millisecond
	s := newService(t, script(map[string][]reply{login: {slow}, get: {ok(asJSON(billing))}}))
	client := withLogin(t, s)
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error { return read(ctx, client) }))
	expectCount(t, s, login, 1)
	sent := s.last(t, login)
	if want := `{"password":"pa$$ word/with\"quotes","username":"registrar"}`; sent.body != want || sent.authorization != "" || sent.version != "2.0" || sent.contentType != "application/json" {
		t.Errorf("login was %+v", sent)
	}
	if sent := s.last(t, get); sent.authorization != "access" {
		t.Errorf("the token was sent as %q", sent.authorization)
	}
}

// A refused login, and one that another server answers, is sent once in the
// life of a client, for all callers.
func TestRefusedLoginIsNeverRepeated(t *testing.T) {
	refusal := []string{"SEVENG_USERNAME", "SEVENG_PASSWORD", "seveng.username", "seveng.password", "SEVENG_ENDPOINT", "lock"}
	for name, c := range map[string]struct {
		answer reply
		kind   apierror.Kind
		says   []string
	}{
		"401":           {reply{status: 401}, apierror.Unauthenticated, refusal},
		"401 with text": {reply{status: 401, body: `{"message":"wrong"}`}, apierror.Unauthenticated, refusal},
		"403":           {reply{status: 403, body: "<html>blocked</html>"}, apierror.Unauthenticated, refusal},
		"result false":  {refused("The account is locked."), apierror.Unauthenticated, refusal},
		"400":           {reply{status: 400, body: `{"result":false,"message":"no"}`}, apierror.Unauthenticated, refusal},
		"page":          {reply{status: 200, body: "<html></html>"}, apierror.NotSent, []string{"SEVENG_ENDPOINT"}},
		"404":           {reply{status: 404}, apierror.NotSent, []string{"SEVENG_ENDPOINT"}},
		"other success": {reply{status: 200, body: `{"result":true,"data":{}}`}, apierror.NotSent, []string{"SEVENG_ENDPOINT"}},
		"empty token":   {pair("", ""), apierror.NotSent, []string{"SEVENG_ENDPOINT"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{login: {c.answer}}))
			client := withLogin(t, s)
			errs := together(t, 50, func(ctx context.Context) error { return read(ctx, client) })
			_, _, tokenErr := client.AccessToken(t.Context())
			_, createErr := client.Create(t.Context(), billing.Spec)
			for _, err := range append(errs, read(t.Context(), client), tokenErr, createErr) {
				expectKind(t, err, c.kind)
				expectText(t, err, c.says...)
			}
			expectOperations(t, s, login)
		})
	}
}

// A login without an answer may have counted as a failure. A third one is not
// risked.
func TestUnansweredLogins(t *testing.T) {
	for name, test := range map[string]struct {
		answered reply
		advice   string
	}{
		"cut": {reply{}, "seveng.endpoint"},
		"500": {broken(), "seveng.endpoint"},
		"429": {reply{status: 429}, "seveng.requests_per_second"}, // not the endpoint's fault
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{login: {test.answered}}))
			client := withLogin(t, s)
			for range 5 {
				err := read(t.Context(), client)
				expectKind(t, err, apierror.NotSent)
				expectText(t, err, test.advice)
			}
			expectOperations(t, s, login, login)
		})
	}
	t.Run("by many callers at once", func(t *testing.T) {
		slow := broken()
		slow.delay = 50 * time.Millisecond
		s := newService(t, script(map[string][]reply{login: {slow}}))
		client := withLogin(t, s)
		for _, err := range together(t, 10, func(ctx context.Context) error { return read(ctx, client) }) {
			expectKind(t, err, apierror.NotSent)
		}
		if n := s.count(login); n > maxUnansweredLogins {
			t.Errorf("%d logins", n)
		}
	})
	t.Run("then answered", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{login: {{}, pair("access", "")}, get: {ok(asJSON(billing))}}))
		client := withLogin(t, s)
		expectKind(t, read(t.Context(), client), apierror.NotSent)
		if err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("those that never left do not count", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{login: {pair("access", "")}, get: {ok(asJSON(billing))}}))
		client := withLogin(t, s)
		working := client.endpoint
		client.endpoint = "http://127.0.0.1:1"
		for range 3 {
			expectKind(t, read(t.Context(), client), apierror.NotSent)
		}
		client.endpoint = working
		if err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	})
}

// A login that was sent is not given up with the caller that began it: those
// who wait get its answer, and no second one is sent.
func TestCancelledCallerLeavesTheLoginToTheOthers(t *testing.T) {
	slow := pair("access", "")
	slow.delay = 100 * time.Millisecond
	s := newService(t, script(map[string][]reply{login: {slow}, get: {ok(asJSON(billing))}}))
	client := withLogin(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	var group sync.WaitGroup
	group.Go(func() {
		err := read(ctx, client)
		expectKind(t, err, apierror.NotSent)
		expectText(t, err, "timeouts")
	})
	time.Sleep(10 * time.Millisecond)
	group.Go(func() {
		if err := read(t.Context(), client); err != nil {
			t.Error(err)
		}
	})
	group.Wait()
	expectCount(t, s, login, 1)
}

func TestGivenToken(t *testing.T) {
	s := newService(t, func(exchange) reply { return reply{status: 401} })
	err := read(t.Context(), withToken(t, s))
	expectKind(t, err, apierror.Unauthenticated)
	expectText(t, err, "seveng.access_token", "SEVENG_ACCESS_TOKEN", "seveng.username", "SEVENG_USERNAME", "seveng.password", "SEVENG_PASSWORD")
	expectOperations(t, s, get)

	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	for _, c := range []struct {
		token   string
		expires time.Time
		says    string
	}{
		{jwt("mine", time.Now().Add(-time.Minute)), time.Time{}, "expired at"},
		{jwt("mine", expires), expires, ""},
		{"opaque", time.Time{}, ""},
	} {
		config := quick(s.URL)
		config.AccessToken = c.token
		client := newClient(t, config)
		token, at, err := client.AccessToken(t.Context())
		if c.says == "" && (err != nil || token != c.token || !at.Equal(c.expires)) {
			t.Errorf("access token is %q until %s, %v", token, at, err)
		}
		if c.says != "" {
			expectKind(t, err, apierror.Unauthenticated)
			expectText(t, err, c.says, "SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME")
			expectText(t, read(t.Context(), client), c.says, "SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME")
		}
	}
}

func TestCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		config Config
		says   []string
	}{
		"user name alone": {Config{Username: "u"}, []string{"seveng.password", "SEVENG_PASSWORD"}},
		"password alone":  {Config{Password: testPassword}, []string{"seveng.username", "SEVENG_USERNAME"}},
		"both kinds":      {Config{Username: "u", Password: testPassword, AccessToken: testToken}, []string{"SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME"}},
		"token and half":  {Config{Password: testPassword, AccessToken: testToken}, []string{"SEVENG_ACCESS_TOKEN"}},
		"no URL":          {Config{Endpoint: "api.7g.com.au"}, []string{"seveng.endpoint", "SEVENG_ENDPOINT"}},
	} {
		_, err := New(c.config)
		expectKind(t, err, apierror.Invalid)
		expectText(t, err, c.says...)
		if strings.Contains(err.Error(), testPassword) || strings.Contains(err.Error(), testToken) {
			t.Errorf("%s: the error holds a secret: %v", name, err)
		}
	}
	if client := newClient(t, Config{Username: "u", Password: "p"}); client.Endpoint() != DefaultEndpoint {
		t.Errorf("endpoint is %s", client.Endpoint())
	}
}

func TestNoCredentials(t *testing.T) {
	s := newService(t, script(map[string][]reply{lookup: {ok(`[{"id":1,"value":"Email"}]`)}}))
	client := newClient(t, quick(s.URL+"/"))
	if _, err := client.Types(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := read(t.Context(), client)
	expectKind(t, err, apierror.Invalid)
	expectText(t, err, "SEVENG_USERNAME", "SEVENG_PASSWORD", "SEVENG_ACCESS_TOKEN")
	expectOperations(t, s, lookup)
}

func TestRenewalBeforeExpiry(t *testing.T) {
	start := time.Now()
	first, second := jwt("first", start.Add(20*time.Minute)), jwt("second", start.Add(40*time.Minute))
	s := newService(t, script(map[string][]reply{
		login: {pair(first, "refresh-1")}, renew: {pair(second, "refresh-2")}, get: {ok(asJSON(billing))},
	}))
	client := withLogin(t, s)
	now := start.Add(20*time.Minute - 35*time.Second)
	client.now = func() time.Time { return now }
	expectNoErrors(t, []error{read(t.Context(), client), read(t.Context(), client)})
	expectCount(t, s, renew, 0)

	now = start.Add(20*time.Minute - 25*time.Second)
	expectNoErrors(t, together(t, 20, func(ctx context.Context) error { return read(ctx, client) }))
	expectCount(t, s, login, 1)
	expectCount(t, s, renew, 1)
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
		forms  string // of Authorization, in the requests to refresh
		logins int
	}{
		"bare":                 {func(exchange) reply { return pair("new", "r2") }, "old", 1},
		"no new refresh token": {func(exchange) reply { return reply{status: 200, body: `{"accessToken":"new"}`} }, "old", 1},
		"bearer": {func(e exchange) reply {
			if !strings.HasPrefix(e.authorization, "Bearer ") {
				return reply{status: 401}
			}
			return pair("new", "r2")
		}, "old,Bearer old", 1},
		"refused":      {func(exchange) reply { return reply{status: 401} }, "old,Bearer old", 2},
		"result false": {func(exchange) reply { return refused("no") }, "old", 2},
		"broken":       {func(exchange) reply { return broken() }, "old", 2},
		"cut":          {func(exchange) reply { return reply{} }, "old", 2},
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
			expectCount(t, s, login, c.logins)
			var forms []string
			for _, e := range s.received {
				if e.operation == renew {
					forms = append(forms, e.authorization)
				}
			}
			if got := strings.Join(forms, ","); got != c.forms {
				t.Errorf("renewed with %q, want %q", got, c.forms)
			}
			if name == "no new refresh token" && client.auth.held().refresh != "r1" {
				t.Error("the old refresh token was not kept")
			}
		})
	}
}

func TestRefusedTokenIsRenewedOnceForAll(t *testing.T) {
	var accepted atomic.Value
	accepted.Store("old")
	s := newService(t, acceptOnly(func() string { return accepted.Load().(string) }, script(map[string][]reply{
		login: {pair("old", "refresh")}, renew: {pair("new", "refresh-2")},
	})))
	client := withLogin(t, s)
	if err := read(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	accepted.Store("new")
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error { return read(ctx, client) }))
	expectCount(t, s, login, 1)
	expectCount(t, s, renew, 1)
}

func TestRefusedTokenOnEveryWrite(t *testing.T) {
	for operation, call := range map[string]func(*Client) error{
		post:   func(c *Client) error { _, err := c.Create(t.Context(), billing.Spec); return err },
		put:    func(c *Client) error { _, err := c.Update(t.Context(), billing, billing.Spec); return err },
		remove: func(c *Client) error { return c.Delete(t.Context(), ByID(billing.ID)) },
	} {
		s := newService(t, script(map[string][]reply{
			login:     {pair("old", ""), pair("new", "")},
			operation: {{status: 401}, ok(asJSON(billing))},
			owner:     {ok(ownerJSON(billing.Owner))},
		}))
		if err := call(withLogin(t, s)); err != nil {
			t.Fatal(err)
		}
		if operation == post {
			expectOperations(t, s, login, owner, operation, login, operation)
		} else {
			expectOperations(t, s, login, operation, login, operation)
		}
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
func TestTokenReplacedByOtherCallers(t *testing.T) {
	var client *Client
	next := map[string]string{"first": "second", "second": "third"}
	s := newService(t, func(e exchange) reply {
		if e.operation == login {
			return pair("first", "")
		}
		if after := next[e.authorization]; after != "" {
			client.auth.accept(after, "")
			return reply{status: 401}
		}
		return ok(asJSON(billing))
	})
	client = withLogin(t, s)
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
	expectNoErrors(t, []error{read(t.Context(), client), read(t.Context(), client)})
	expectOperations(t, s, login, get, get)
}

func TestExpiry(t *testing.T) {
	for token, want := range map[string]int64{
		"":                                 0,
		"a.b":                              0,
		"a.!!.c":                           0,
		"a.bm90IGpzb24.c":                  0,
		jwt("x", time.Unix(1700000000, 0)): 1700000000,
		"a.eyJleHAiOjE3MDAwMDAwMDAuNX0=.c": 1700000000,
		"a.eyJleHAiOiJzb29uIn0.c":          0,
	} {
		got := expiry(token)
		if want == 0 && !got.IsZero() || want != 0 && got.Unix() != want {
			t.Errorf("%q expires at %v, want %d", token, got, want)
		}
	}
}

// acceptOnly answers reads that carry the accepted token, and 401 to others.
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
