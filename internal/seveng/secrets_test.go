package seveng

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// A service may repeat anything it was sent. None of it may reach an error or
// the trace.
func TestSecretsStayInside(t *testing.T) {
	access := jwt("access", time.Now().Add(time.Hour))
	renewed := jwt("renewed", time.Now().Add(2*time.Hour))
	secrets := []string{testPassword, access, renewed, "refresh-secret-1", "refresh-secret-2"}
	echo := "You sent " + strings.Join(secrets, " and ") + " and " + url.QueryEscape(testPassword)
	s := newService(t, script(map[string][]reply{
		login:  {pair(access, "refresh-secret-1")},
		renew:  {pair(renewed, "refresh-secret-2")},
		get:    {{status: 401}, refused(echo)},
		post:   {refused(echo)},
		put:    {refused(echo)},
		remove: {{status: 400, body: `{"result":false,"message":"` + url.QueryEscape(testPassword) + `"}`}},
		owner:  {refused(echo)},
		lookup: {refused(echo)},
	}))
	config := quick(s.URL)
	config.Username, config.Password = testUsername, testPassword
	var mu sync.Mutex
	var logged strings.Builder
	write := func(_ context.Context, message string, fields map[string]any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(&logged, message, fields)
	}
	config.Transport.Log.Debug, config.Transport.Log.Trace = write, write
	client := newClient(t, config)

	var errs []error
	collect := func(_ any, err error) { errs = append(errs, err) }
	collect(client.Read(t.Context(), ByID(1)))
	collect(client.Create(t.Context(), wanted))
	collect(client.Update(t.Context(), billing, accounts.Spec))
	collect(client.List(t.Context(), billing.Owner))
	collect(client.Types(t.Context()))
	collect(nil, client.Delete(t.Context(), ByID(1)))

	locked := newService(t, func(exchange) reply { return refused(echo) })
	config.Endpoint = locked.URL
	_, _, err := newClient(t, config).AccessToken(t.Context())
	errs = append(errs, err)

	texts := []string{logged.String(), client.Clean(echo)}
	for _, err := range errs {
		if err == nil {
			t.Fatal("a refused call succeeded")
		}
		texts = append(texts, fmt.Sprintf("%v %+v", err, err))
	}
	for i, text := range texts {
		for _, secret := range append(secrets, url.QueryEscape(testPassword)) {
			// The last error belongs to a client that knows the password alone.
			if strings.Contains(text, secret) && (i < len(texts)-1 || secret == testPassword) {
				t.Errorf("text %d holds the secret %q: %s", i, secret, text)
			}
		}
	}
}
