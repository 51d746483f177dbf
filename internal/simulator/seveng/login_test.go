package seveng_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

const read = "/communication?CommunicationID=1001"

// expiry reads the exp claim the way a client does, without the key.
func expiry(t *testing.T, token string) time.Time {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q has %d parts", token, len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Expires int64 `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		t.Fatal(err)
	}
	return time.Unix(claims.Expires, 0)
}

func (w *world) refresh(access, refresh string) reply {
	w.t.Helper()
	w.header = map[string]string{"Authorization": access}
	defer func() { w.header = nil }()
	return w.call("POST", "/User/RefreshToken", `{"refreshToken":"`+refresh+`"}`)
}

func TestTokenExpires(t *testing.T) {
	for _, lifetime := range []time.Duration{0, time.Minute} {
		w := newWorld(t)
		w.service.SetLifetimeOfAccessToken(lifetime)
		if lifetime == 0 {
			lifetime = 20 * time.Minute
		}
		w.token, _ = w.login("correct-horse")
		left := expiry(t, w.token).Sub(w.exchange.Clock.Now())
		if left > lifetime || left < lifetime-2*time.Second {
			t.Errorf("exp is in %v, want %v", left, lifetime)
		}
		w.exchange.Clock.Advance(lifetime - 2*time.Second)
		w.want(w.call("GET", read, ""), 200, true, "")
		w.exchange.Clock.Advance(3 * time.Second)
		if r := w.call("GET", read, ""); r.status != 401 || r.body != "" {
			t.Errorf("got %d %q, want an empty 401", r.status, r.body)
		}
		if r := w.call("GET", "/Common/Lookup", ""); r.status != 200 {
			t.Errorf("an anonymous endpoint looked at the token: %d", r.status)
		}
		if err := w.service.Set("7g-expired-token-200"); err != nil {
			t.Fatal(err)
		}
		w.want(w.call("GET", read, ""), 200, false, "token")
	}
}

func TestRefresh(t *testing.T) {
	w := newWorld(t)
	access, refresh := w.login("correct-horse")
	if r := w.refresh("", refresh); r.status != 401 {
		t.Errorf("without Authorization: got %d", r.status)
	}
	if r := w.refresh(w.token, refresh); r.status != 401 {
		t.Errorf("with the access token of another pair: got %d", r.status)
	}
	if r := w.refresh(access, "made-up"); r.status != 401 {
		t.Errorf("with an unknown refresh token: got %d", r.status)
	}
	w.exchange.Clock.Advance(25 * time.Minute)
	r := w.refresh(access, refresh)
	next, _ := r.object["accessToken"].(string)
	if r.status != 200 || next == "" || next == access || r.object["refreshToken"] == refresh || r.object["result"] != nil {
		t.Fatalf("got %d %v", r.status, r.object)
	}
	if again := w.refresh(access, refresh); again.status != 401 {
		t.Errorf("a refresh token was good twice: %d", again.status)
	}
	w.token = next
	w.want(w.call("GET", read, ""), 200, true, "")

	following, _ := r.object["refreshToken"].(string)
	w.exchange.Clock.Advance(31 * 24 * time.Hour)
	if late := w.refresh(next, following); late.status != 401 {
		t.Errorf("after 31 days: got %d", late.status)
	}
}

func TestRefreshRevokesTheOldToken(t *testing.T) {
	w := newWorld(t)
	access, refresh := w.login("correct-horse")
	w.token = access
	w.want(w.call("GET", read, ""), 200, true, "")
	if r := w.refresh(access, refresh); r.status != 200 {
		t.Fatal(r)
	}
	if r := w.call("GET", read, ""); r.status != 401 {
		t.Errorf("the old token still counts: %d", r.status)
	}
}

func TestRefreshDialects(t *testing.T) {
	tests := []struct {
		dialect      string
		bare, bearer int
	}{
		{"", 200, 200},
		{"7g-refresh-bare-only", 200, 401},
		{"7g-refresh-bearer-only", 401, 200},
	}
	for _, test := range tests {
		w := newWorld(t, names(test.dialect)...)
		access, refresh := w.login("correct-horse")
		if r := w.refresh(access, refresh); r.status != test.bare {
			t.Errorf("%s: bare got %d, want %d", test.dialect, r.status, test.bare)
		}
		access, refresh = w.login("correct-horse")
		if r := w.refresh("Bearer "+access, refresh); r.status != test.bearer {
			t.Errorf("%s: with Bearer got %d, want %d", test.dialect, r.status, test.bearer)
		}
	}
}

func TestRefreshWithAccessTokenOnly(t *testing.T) {
	w := newWorld(t, "7g-refresh-access-token-only")
	access, refresh := w.login("correct-horse")
	for range 3 {
		r := w.refresh(access, refresh)
		if _, present := r.object["refreshToken"]; r.status != 200 || present {
			t.Fatalf("got %d %s", r.status, r.body)
		}
		access, _ = r.object["accessToken"].(string)
	}
}

func TestRevokedTokens(t *testing.T) {
	w := newWorld(t)
	access, refresh := w.login("correct-horse")
	w.token = access
	w.service.RevokeAccessTokens()
	if r := w.call("GET", read, ""); r.status != 401 {
		t.Errorf("got %d", r.status)
	}
	r := w.refresh(access, refresh)
	if r.status != 200 {
		t.Fatalf("refresh got %d", r.status)
	}
	access, _ = r.object["accessToken"].(string)
	refresh, _ = r.object["refreshToken"].(string)
	w.service.RevokeTokens()
	if r := w.refresh(access, refresh); r.status != 401 {
		t.Errorf("refresh after RevokeTokens got %d", r.status)
	}
	if access, _ = w.login("correct-horse"); access == "" {
		t.Error("login no longer works")
	}
}

func TestLoginIsRefused(t *testing.T) {
	long := strings.Repeat("x", 256)
	tests := []struct {
		name, body, message string
		status              int
	}{
		{"wrong password", `{"username":"ada","password":"no"}`, "wrong", 401},
		{"unknown user", `{"username":"bob","password":"correct-horse"}`, "wrong", 401},
		{"no password", `{"username":"ada"}`, "password is required", 200},
		{"no user name", `{"username":"","password":"x"}`, "username is required", 200},
		{"password not a text", `{"username":"ada","password":1}`, "text", 200},
		{"long user name", `{"username":"` + long + `","password":"x"}`, "255", 200},
		{"long password", `{"username":"ada","password":"` + long + `"}`, "255", 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.want(w.call("POST", "/user/login", test.body), test.status, false, test.message)
		})
	}
}

func TestLockout(t *testing.T) {
	w := newWorld(t)
	minute := func(n time.Duration) { w.exchange.Clock.Advance(n * time.Minute) }
	fail := func() { w.t.Helper(); w.login("wrong") }
	good := func(want bool) {
		t.Helper()
		if token, _ := w.login("correct-horse"); (token != "") != want {
			t.Fatalf("login works: %v, want %v", token != "", want)
		}
	}
	fail()
	fail()
	good(true) // and forgets the failures
	fail()
	fail()
	good(true)
	fail()
	fail()
	minute(11) // and so does time
	fail()
	good(true)
	fail()
	fail()
	fail()
	good(false)
	minute(9)
	good(false)
	minute(2)
	good(true)
}

func TestClosedLogins(t *testing.T) {
	for dialect, status := range map[string]int{"": 401, "7g-closed-login-403": 403, "7g-closed-login-200": 200} {
		t.Run(dialect, func(t *testing.T) {
			w := newWorld(t, names(dialect)...)
			const body = `{"username":"ada","password":"correct-horse"}`
			for range 3 {
				w.want(w.call("POST", "/user/login", `{"username":"ada","password":"x"}`), 401, false, "wrong")
			}
			w.want(w.call("POST", "/user/login", body), status, false, "locked")
			user := seveng.User{Name: "ada", Password: "correct-horse"}
			user.Disabled = true
			w.service.SetUser(user)
			w.want(w.call("POST", "/user/login", body), status, false, "disabled")
			if r := w.call("GET", read, ""); r.status != 401 {
				t.Errorf("the token of a disabled user got %d", r.status)
			}
			user.Disabled, user.AddressBlocked = false, true
			w.service.SetUser(user)
			w.want(w.call("POST", "/user/login", body), status, false, "address")
		})
	}
}
