package canary_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// repeated is a text of a service that repeats a secret in all the forms that
// a service, a proxy or a gateway is known to give it.
func repeated(value string) string {
	told := []string{"You sent", value, "Basic", base64.StdEncoding.EncodeToString([]byte("demo:" + value)), base64.URLEncoding.EncodeToString([]byte("de:" + value + "!"))}
	all := forms(value)
	for _, how := range slices.Sorted(maps.Keys(all)) {
		told = append(told, all[how])
	}
	return strings.Join(told, " ")
}

// refusal is repeated in the envelope of 7G.
func refusal(values ...string) string {
	var all []string
	for _, value := range values {
		all = append(all, repeated(value))
	}
	body, err := json.Marshal(map[string]any{"result": false, "message": strings.Join(all, " and "), "recordCount": 0, "data": map[string]any{}})
	if err != nil {
		panic(err) // texts do not fail
	}
	return string(body)
}

// TestAccSecretsLeaveNoTrace is a whole life of both services' records, with
// everything going wrong on the way. The secrets may show in the requests that
// present them and in the user's own configuration, and nowhere else.
func TestAccSecretsLeaveNoTrace(t *testing.T) {
	t.Parallel()
	folder := filepath.Dir(acctest.BuildProvider(t))
	for _, kind := range []kind{simple, special} {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, kind, "TRACE")
			w.install(folder)
			w.mustRun("plan", "plan", "-out=saved.tfplan", "-input=false")
			w.mustRun("apply", "apply", "-input=false", "saved.tfplan")
			w.failInTheMiddle()
			w.refuseLogins()
			w.redirect()
			if !kind.written {
				w.giveToken()
			}
			w.crash()
			w.mustRun("destroy", "destroy", "-auto-approve")
			w.collect()
			for name := range w.secrets {
				if !w.presented[name] && !strings.HasPrefix(name, "refresh token") && !strings.HasPrefix(name, "access token") {
					t.Errorf("the %s was never presented, so that nothing is proven about it", name)
				}
			}
			for where, says := range map[string]string{
				"the file terraform.log": "@module=reach", "the file deleted.jsonl": `"policy":"delete"`, "the file terraform.tfstate.backup": "jane@example.com",
				"the plan saved.tfplan, tfplan": "reach_contact", "the file saved.tfplan": "PK", "the simulator's log": "(secret)",
			} {
				if !strings.Contains(w.traces[where], says) {
					t.Errorf("%s is not there, or says nothing of %q", where, says)
				}
			}
			if len(w.secrets) < 9 {
				t.Errorf("too few tokens were issued: %d secrets", len(w.secrets))
			}
			w.expectSilence()
		})
	}
}

// failInTheMiddle changes both records while the services fail and repeat what
// they were sent. The access token is renewed on the way.
func (w *world) failInTheMiddle() {
	w.Helper()
	reads := 0
	w.setRepeat(func(operation, access, refresh string) (int, string) {
		switch operation {
		case "GET /communication":
			switch reads++; reads {
			case 1:
				return http.StatusUnauthorized, refusal(access, refresh)
			case 2:
				return http.StatusBadGateway, "<html>" + repeated(access) + repeated(refresh)
			}
		case "PUT /communication":
			return http.StatusOK, refusal(access, refresh, w.kind.password("7g"))
		}
		return 0, ""
	})
	w.sim.Faults.Add(traffic.Fault{Operation: "update", Kind: traffic.Replace, Body: "FAILURE: " + repeated(w.secrets["WhatCounts password"]) + "^" + repeated(w.secrets["client_auth"]), Count: -1})
	w.sim.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: " + repeated(w.secrets["WhatCounts password"]), Count: -1})
	w.sim.Faults.Add(traffic.Fault{Operation: "show_optglobal", Kind: traffic.Truncate})
	w.mustFail("an apply that fails", httpclient.Removed, "apply", "-auto-approve", "-input=false", "-var=last_name=Smith", "-var=value=accounts@example.com")
	w.setRepeat(nil)
	w.sim.Faults.Clear()
	if w.sim.Log.Count("POST /user/refreshtoken") == 0 {
		w.Error("no access token was renewed")
	}
}

func (w *world) setRepeat(repeat func(operation, access, refresh string) (status int, body string)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.repeat = repeat
}

// refuseLogins has both services refuse the credentials, in each of the ways
// that are known.
func (w *world) refuseLogins() {
	w.Helper()
	good := w.sim.WhatCounts.Snapshot()
	bad := w.sim.WhatCounts.Snapshot()
	bad.Realms[0].Realm.Password = "another"
	w.sim.WhatCounts.Restore(bad)
	password := w.secrets["7G password"]
	for dialect, body := range map[string]string{
		"":                        refusal(password),
		"wc-bad-password-invalid": "<html><body>" + repeated(password) + "</body></html>",
		"wc-bad-password-failure": `{"title":"Unauthorized","detail":"` + inJSON(repeated(password), false) + `"}`,
	} {
		if dialect != "" {
			if err := w.sim.Set(dialect); err != nil {
				w.Fatal(err)
			}
		}
		w.sim.Faults.Add(traffic.Fault{Operation: "POST /user/login", Kind: traffic.Replace, Status: http.StatusUnauthorized, Body: body, Count: -1})
		w.mustFail("a plan with a wrong password "+dialect, "WHATCOUNTS_PASSWORD", "plan", "-input=false")
		w.sim.Faults.Clear()
		if err := w.sim.Unset("wc-bad-password-invalid", "wc-bad-password-failure"); err != nil {
			w.Fatal(err)
		}
	}
	w.sim.WhatCounts.Restore(good)
	for _, command := range []string{"detail", "show_optglobal", "show_lists"} {
		w.sim.Faults.Add(traffic.Fault{Operation: command, Kind: traffic.Replace, Count: -1,
			Body: "FAILURE: " + repeated(w.secrets["WhatCounts password"]) + " " + repeated(w.secrets["client_auth"])})
	}
	w.mustFail("a plan that is answered with the password", httpclient.Removed, "plan", "-input=false")
	w.sim.Faults.Clear()
}

// redirect sends every request elsewhere, to an address that repeats secrets.
func (w *world) redirect() {
	w.Helper()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.elsewhere = append(w.elsewhere, r.Method+" "+r.RequestURI)
	}))
	defer elsewhere.Close()
	target := elsewhere.URL + "/" + url.PathEscape("x") + "?p=" + url.QueryEscape(w.secrets["WhatCounts password"]) + "&q=" + url.QueryEscape(w.secrets["7G password"])
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
		w.sim.Faults.Add(traffic.Fault{Kind: traffic.Replace, Status: status, Header: map[string]string{"Location": target}, Count: -1})
		w.mustFail("a plan that is redirected", "is not followed", "plan", "-input=false")
		w.sim.Faults.Clear()
	}
}

// giveToken uses an access token that was obtained elsewhere, until it is
// refused with itself in the text.
func (w *world) giveToken() {
	w.Helper()
	body, err := json.Marshal(map[string]string{"username": acctest.Username, "password": w.secrets["7G password"]})
	if err != nil {
		w.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/User/Login", strings.NewReader(string(body)))
	r.Host = "localhost"
	r.Header.Set("Version", "2.0")
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	w.sim.ServeHTTP(answer, r)
	var issued struct{ AccessToken string }
	if err := json.Unmarshal(answer.Body.Bytes(), &issued); err != nil || issued.AccessToken == "" {
		w.Fatalf("no token: %v", err)
	}
	w.mu.Lock()
	w.secrets["given token"] = issued.AccessToken
	w.mu.Unlock()
	w.terraform.Set("SEVENG_ACCESS_TOKEN", issued.AccessToken)
	w.terraform.Set("SEVENG_USERNAME", "")
	w.terraform.Set("SEVENG_PASSWORD", "")
	w.mustRun("a plan with a given token", "plan", "-input=false")
	w.sim.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.Replace, Status: http.StatusUnauthorized, Body: refusal(issued.AccessToken), Count: -1})
	w.mustFail("a plan with a refused token", "SEVENG_ACCESS_TOKEN", "plan", "-input=false")
	w.sim.Faults.Clear()
	w.terraform.Set("SEVENG_ACCESS_TOKEN", "")
	w.terraform.Set("SEVENG_USERNAME", acctest.Username)
	w.terraform.Set("SEVENG_PASSWORD", w.secrets["7G password"])
}
