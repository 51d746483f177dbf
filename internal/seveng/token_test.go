package seveng

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// read is a call that needs a token.
func read(ctx context.Context, client *Client) error {
	_, err := client.Communication(ctx, ByID(billing.ID))
	return err
}

func loginsOf(t *testing.T, client *Client) *loginTokens {
	t.Helper()
	held, ok := client.tokens.(*loginTokens)
	if !ok {
		t.Fatalf("tokens come from %T", client.tokens)
	}
	return held
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

func TestOneLoginForManyCallers(t *testing.T) {
	slow := pair("access", "refresh")
	slow.delay = 20 * time.Millisecond
	s := newService(t, script(map[string][]reply{login: {slow}, get: {ok(asJSON(billing))}}))
	client := withLogin(t, s)
	expectNoErrors(t, together(t, 50, func(ctx context.Context) error { return read(ctx, client) }))
	if n := s.count(login); n != 1 {
		t.Errorf("%d logins", n)
	}
	sent := s.last(t, login)
	if want := `{"username":"registrar","password":"pa$$ word/with\"quotes"}`; sent.body != want || sent.authorization != "" || sent.version != "2.0" || sent.contentType != "application/json" {
		t.Errorf("login was %+v", sent)
	}
	if sent := s.last(t, get); sent.authorization != "access" {
		t.Errorf("the token was sent as %q", sent.authorization)
	}
}

func TestRefusedLoginIsNeverRepeated(t *testing.T) {
	for name, answered := range map[string]reply{
		"401":           {status: 401},
		"401 with text": {status: 401, body: `{"message":"wrong"}`},
		"403":           {status: 403, body: "<html>blocked</html>"},
		"result false":  refused("The account is locked."),
		"400":           {status: 400, body: `{"result":false,"message":"no"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{login: {answered}}))
			client := withLogin(t, s)
			errs := together(t, 50, func(ctx context.Context) error { return read(ctx, client) })
			errs = append(errs, read(t.Context(), client))
			_, _, err := client.AccessToken(t.Context())
			errs = append(errs, err)
			_, err = client.CreateCommunication(t.Context(), wanted())
			errs = append(errs, err)
			for _, err := range errs {
				expectKind(t, err, apierror.Unauthenticated)
				expectText(t, err, "SEVENG_USERNAME", "SEVENG_PASSWORD", "seveng.username", "seveng.password", "SEVENG_ENDPOINT", "lock")
			}
			expectOperations(t, s, login)
		})
	}
}

func TestLoginAnsweredByAnotherServer(t *testing.T) {
	for name, answered := range map[string]reply{
		"page":          {status: 200, body: "<html></html>"},
		"404":           {status: 404},
		"other success": {status: 200, body: `{"result":true,"data":{}}`},
		"empty token":   pair("", ""),
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{login: {answered}}))
			client := withLogin(t, s)
			for range 3 {
				err := read(t.Context(), client)
				expectKind(t, err, apierror.NotSent)
				expectText(t, err, "SEVENG_ENDPOINT")
			}
			expectOperations(t, s, login)
		})
	}
}

// A login without an answer may have counted as a failure. A third one is not
// risked.
func TestUnansweredLogins(t *testing.T) {
	for name, answered := range map[string]reply{"cut": {}, "500": broken(), "429": {status: 429}} {
		t.Run(name, func(t *testing.T) {
			s := newService(t, script(map[string][]reply{login: {answered}}))
			client := withLogin(t, s)
			for range 5 {
				expectKind(t, read(t.Context(), client), apierror.NotSent)
			}
			expectOperations(t, s, login, login)
		})
	}
	t.Run("then answered", func(t *testing.T) {
		s := newService(t, script(map[string][]reply{login: {{}, pair("access", "")}, get: {ok(asJSON(billing))}}))
		client := withLogin(t, s)
		expectKind(t, read(t.Context(), client), apierror.NotSent)
		if err := read(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("shared by those who wait", func(t *testing.T) {
		slow := broken()
		slow.delay = 50 * time.Millisecond
		s := newService(t, script(map[string][]reply{login: {slow}}))
		client := withLogin(t, s)
		for _, err := range together(t, 10, func(ctx context.Context) error { return read(ctx, client) }) {
			expectKind(t, err, apierror.NotSent)
		}
		if n := s.count(login); n > mostUnansweredLogins {
			t.Errorf("%d logins", n)
		}
	})
	t.Run("no connection does not count", func(t *testing.T) {
		s := newService(t, func(exchange) reply { return reply{} })
		client := withLogin(t, s)
		s.Close()
		for range 5 {
			expectKind(t, read(t.Context(), client), apierror.NotSent)
		}
		if held := loginsOf(t, client); held.final != nil || held.unanswered != 0 {
			t.Errorf("logins that never left were counted: %d, %v", held.unanswered, held.final)
		}
	})
}

func TestCancelledCallerLeavesTheLoginToAnother(t *testing.T) {
	slow := pair("access", "")
	slow.delay = 100 * time.Millisecond
	s := newService(t, script(map[string][]reply{login: {slow, pair("access", "")}, get: {ok(asJSON(billing))}}))
	client := withLogin(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	var group sync.WaitGroup
	group.Go(func() { expectKind(t, read(ctx, client), apierror.NotSent) })
	time.Sleep(10 * time.Millisecond)
	group.Go(func() {
		if err := read(t.Context(), client); err != nil {
			t.Error(err)
		}
	})
	group.Wait()
}

func TestGivenToken(t *testing.T) {
	s := newService(t, func(exchange) reply { return reply{status: 401} })
	client := withToken(t, s)
	err := read(t.Context(), client)
	expectKind(t, err, apierror.Unauthenticated)
	expectText(t, err, "seveng.access_token", "SEVENG_ACCESS_TOKEN", "seveng.username", "SEVENG_USERNAME", "seveng.password", "SEVENG_PASSWORD")
	expectOperations(t, s, get)

	config := quick(s.URL)
	config.AccessToken = jwt("mine", time.Now().Add(-time.Minute))
	client = newClient(t, config)
	expectText(t, read(t.Context(), client), "expired at", "SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME")
	_, _, err = client.AccessToken(t.Context())
	expectKind(t, err, apierror.Unauthenticated)
	expectText(t, err, "expired at", "SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME")

	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	config.AccessToken = jwt("mine", expires)
	token, at, err := newClient(t, config).AccessToken(t.Context())
	if err != nil || token != config.AccessToken || !at.Equal(expires) {
		t.Errorf("access token is %q until %s, %v", token, at, err)
	}
	config.AccessToken = "opaque"
	if token, at, err := newClient(t, config).AccessToken(t.Context()); err != nil || token != "opaque" || !at.IsZero() {
		t.Errorf("access token is %q until %s, %v", token, at, err)
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
	if client := newClient(t, Config{Username: "u", Password: "p"}); client.endpoint != DefaultEndpoint {
		t.Errorf("endpoint is %s", client.endpoint)
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
