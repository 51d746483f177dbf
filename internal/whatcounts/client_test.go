package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

func TestConfigurationIsCheckedWithoutRequests(t *testing.T) {
	good := Config{Endpoint: "https://api.whatcounts.net/bin/api_web", Realm: "acme", Password: "secret"}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
	for advice, change := range map[string]func(*Config){
		"WHATCOUNTS_ENDPOINT": func(c *Config) { c.Endpoint = "api.whatcounts.net" },
		"whatcounts.endpoint": func(c *Config) { c.Endpoint = "https://acme:" + testPassword + "@host/bin/api_web" },
		"WHATCOUNTS_REALM":    func(c *Config) { c.Realm = "" },
		"WHATCOUNTS_PASSWORD": func(c *Config) { c.Password = "" },
	} {
		config := good
		change(&config)
		_, err := New(config)
		if !apierror.Is(err, apierror.Invalid) || !strings.Contains(err.Error(), advice) || strings.Contains(err.Error(), testPassword) {
			t.Errorf("%s: %v", advice, err)
		}
	}
}

func TestEveryCommandIsAPostWithCredentialsInOrder(t *testing.T) {
	s := newScript(t, func(c *Config) { c.APIClient, c.ClientAuth = "terraform", testClientAuth })
	ctx := t.Context()
	s.on("find", "", rows(janeRow)).on("sub", subAdded).on("detail", detailXML("12", "jane@example.com", "Jane", "5")).
		on("unsub", "SUCCESS: 1 record(s) processed. 1 users unsubscribed from list(s) 5 (1 total contacts), Records Failed Other Error 0").
		on("delete", "SUCCESS: 1 record(s) procesed. 1 users deleted").on("deletesubid", "SUCCESS: subscriber_id 12 successfully deleted.").
		on("update", "SUCCESS: 1 record(s) processed. 1 users updated.").on("show_opt", "").on("show_optglobal", "").
		on("show_lists", "\"List Number\",\"List Name\",\"List Description\",\"Folder ID\"\n\"5\",\"News\",\"\",\"2\"\n")
	check := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	contact := newJane()
	contact.ForceSub, contact.OverrideConfirmation = true, true
	check(add(ctx, s.client, contact))
	check(s.client.Contact(ctx, 12, ""))
	check(s.client.OptedOut(ctx, "jane@example.com", 5, 30))
	check(s.client.OptedOut(ctx, "jane@example.com", 0, 30))
	check(s.client.Lists(ctx))
	s.on("detail", detailXML("12", "jane@example.com", "Jane", ""), absent("12"))
	check(nil, s.client.UnsubscribeOne(ctx, on(jane(), 5)).Err)
	check(nil, s.client.DeleteOne(ctx, Deletion{Identity: jane().Identity, Verify: true}).Err)
	check(nil, s.client.DeleteOne(ctx, Deletion{Identity: jane().Identity, WithoutOptout: true, Verify: true}).Err)
	want := map[string]string{
		"find":             "email exact output_format headers",
		"sub":              "list_id format force_sub override_confirmation data",
		"detail":           "subscriber_id output_format",
		"show_opt":         "list_id days output_format headers",
		"show_optglobal":   "days output_format headers",
		"show_lists":       "output_format headers",
		"unsub":            "list_id data",
		"delete":           "data",
		"deletesubid":      "subscriber_id",
		"getrealmsettings": "output_format headers",
	}
	for command, rest := range want {
		if got := s.last(command).names(); got != "r p api_client client_auth c "+rest {
			t.Errorf("%s was sent as %s", command, got)
		}
	}
	for _, r := range s.requests {
		if r.method != http.MethodPost || r.target != "/bin/api_web" || r.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("sent %s %s as %s", r.method, r.target, r.header.Get("Content-Type"))
		}
		if r.form.Get("p") != testPassword || r.form.Get("client_auth") != testClientAuth || strings.Contains(fmt.Sprint(r.header), "auth-code") {
			t.Error("the credentials did not arrive as they are, or in another place as well")
		}
	}
	if got := s.last("sub").form.Get("data"); got != "email,first^jane@example.com,Jane" {
		t.Errorf("data is %s", got)
	}
	if s.count("getrealmsettings") != 1 {
		t.Errorf("the realm was asked for %d times", s.count("getrealmsettings"))
	}
}

func TestRefusedCredentialsAreRememberedAndNeverShown(t *testing.T) {
	for _, text := range []string{
		"Invalid credentials", "FAILURE: Invalid credentials", "FAILURE: Unable to determine customer account (realm)",
		"FAILURE: Password (" + testPassword + ") doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP",
		"FAILURE: Password (" + url.QueryEscape(testPassword) + ") doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP",
		"FAILURE: Password (" + strings.ToUpper(testPassword) + ") doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP",
	} {
		s := newScript(t)
		for _, command := range []string{"detail", "getrealmsettings"} {
			s.on(command, text)
		}
		_, err := s.client.Contact(t.Context(), 12, "")
		for range 3 {
			expectUnauthenticated(t, err)
			if got := len(s.requests); got != 1 {
				t.Fatalf("%s: %d requests were sent", text, got)
			}
			if strings.Contains(err.Error(), "ord") && strings.Contains(strings.ToLower(err.Error()), "p@ss") || strings.Contains(err.Error(), url.QueryEscape(testPassword)) {
				t.Errorf("the password is in %s", err)
			}
			_, err = s.add(newJane())
		}
		if err := s.client.EachOptout(t.Context(), 5, 1, nil); !apierror.Is(err, apierror.Unauthenticated) || len(s.requests) != 1 {
			t.Errorf("the opt-out query: %v", err)
		}
	}
}

func expectUnauthenticated(t *testing.T, err error) {
	t.Helper()
	if !apierror.Is(err, apierror.Unauthenticated) {
		t.Fatalf("the error is %v", err)
	}
	for _, name := range []string{"whatcounts.realm", "WHATCOUNTS_REALM", "whatcounts.password", "WHATCOUNTS_PASSWORD", "WHATCOUNTS_API_CLIENT", "WHATCOUNTS_CLIENT_AUTH"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%v does not name %s", err, name)
		}
	}
}

func TestNoTextRepeatsASecret(t *testing.T) {
	var forms []string
	for _, secret := range []string{testPassword, testClientAuth} {
		forms = append(forms, secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(secret, `"`, `\"`), html.EscapeString(secret))
	}
	echo := strings.Join(forms, " ")
	for _, answer := range []string{"FAILURE: something about " + echo, "SUCCESS: " + echo, "<html>" + echo, "nonsense " + echo} {
		s := newScript(t, func(c *Config) { c.APIClient, c.ClientAuth = "terraform", testClientAuth })
		for _, command := range []string{"find", "sub", "detail", "delete", "deletesubid", "deletebyid", "unsub", "update", "change", "show_opt", "show_lists", "getlistbyname"} {
			s.on(command, answer)
		}
		for name, call := range everyCall(s.client) {
			err := call(t.Context())
			if err == nil {
				t.Errorf("%s took %q for an answer", name, answer)
				continue
			}
			for _, form := range forms {
				if strings.Contains(err.Error(), form) {
					t.Errorf("%s: %s is in %v", name, form, err)
				}
			}
		}
	}
}

// everyCall is each operation on a contact, in a form that sends commands.
func everyCall(c *Client) map[string]func(context.Context) error {
	wanted := jane()
	wanted.Values = map[string]string{"last": "Doe"}
	return map[string]func(context.Context) error{
		"create": func(ctx context.Context) error { _, err := add(ctx, c, newJane()); return err },
		"read":   func(ctx context.Context) error { _, err := c.Contact(ctx, 12, ""); return err },
		"find":   func(ctx context.Context) error { _, err := c.Find(ctx, "jane@example.com", nil); return err },
		"update": func(ctx context.Context) error {
			_, _, err := update(ctx, c, jane(), wanted)
			return err
		},
		"delete": func(ctx context.Context) error { return c.DeleteOne(ctx, Deletion{Identity: jane().Identity}).Err },
		"delete by id": func(ctx context.Context) error {
			err := c.DeleteOne(ctx, Deletion{Identity: jane().Identity, WithoutOptout: true}).Err
			return err
		},
		"unsubscribe": func(ctx context.Context) error { return c.UnsubscribeOne(ctx, on(jane(), 5)).Err },
		"opt-outs":    func(ctx context.Context) error { _, err := c.OptedOut(ctx, "jane@example.com", 5, 1); return err },
		"lists":       func(ctx context.Context) error { _, err := c.Lists(ctx); return err },
	}
}

func TestOutagesAreNeverAnAbsence(t *testing.T) {
	outages := map[string]func(http.ResponseWriter){
		"500 with the text of an absence": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusInternalServerError)
			writeText(t, w, absent("12"))
		},
		"404":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) },
		"429":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
		"a page": func(w http.ResponseWriter) { writeText(t, w, "<!DOCTYPE HTML><html><body>Back soon</body></html>") },
		"204":    func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) },
		"cut off": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			writeText(t, w, absent("12"))
		},
		"redirect": func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://elsewhere.example.com/bin/api_web")
			w.WriteHeader(http.StatusFound)
		},
	}
	for name, outage := range outages {
		s := newScript(t)
		s.respond = func(w http.ResponseWriter, r received) bool {
			if r.form.Get("c") == "getrealmsettings" {
				return false
			}
			outage(w)
			return true
		}
		for operation, call := range everyCall(s.client) {
			if err := call(t.Context()); !apierror.Is(err, apierror.Uncertain) {
				t.Errorf("%s during %s: %v", operation, name, err)
			}
		}
	}
}

func TestQueriesWaitForAnOutageToPass(t *testing.T) {
	s := newScript(t).on("detail", "<html>maintenance</html>", "<html>maintenance</html>", detailXML("12", "jane@example.com", "Jane", "5"))
	if _, err := s.client.Contact(t.Context(), 12, ""); err != nil || s.count("detail") != 3 {
		t.Errorf("after %d requests: %v", s.count("detail"), err)
	}
}

func TestNothingIsSentWithoutAConnection(t *testing.T) {
	client, err := New(Config{Endpoint: "http://127.0.0.1:1/bin/api_web", Realm: "acme", Password: testPassword, Transport: httpclient.Config{RetryPause: time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range everyCall(client) {
		if err := call(t.Context()); !apierror.Is(err, apierror.NotSent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range everyCall(client) {
		if err := call(cancelled); !errors.Is(err, context.Canceled) || apierror.Of(err) == 0 {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}
