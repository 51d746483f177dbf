package page_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/page"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// send makes one request and returns the answer and its body.
func send(t *testing.T, method, address, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Host = header.Get("Host")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(content)
}

// state reads what a script reads.
func state(t *testing.T, s *simulator.Simulator) page.State {
	t.Helper()
	_, body := send(t, "GET", s.URL()+page.StatePath, "", nil)
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.DisallowUnknownFields()
	var read page.State
	if err := decoder.Decode(&read); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return read
}

// command sends a WhatCounts command to the realm demo.
func command(t *testing.T, s *simulator.Simulator, arguments string) {
	t.Helper()
	send(t, "POST", s.WhatCountsURL(), "r=demo&p=demo-password&"+arguments, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// data is a data argument.
func data(rows string) string { return "&data=" + url.QueryEscape(rows) }

// logIn returns the header of an ordinary 7G request, and both tokens.
func logIn(t *testing.T, s *simulator.Simulator) (header http.Header, secrets []string) {
	t.Helper()
	header = http.Header{"Version": {"2.0"}, "Content-Type": {"application/json"}}
	_, body := send(t, "POST", s.URL()+"/User/Login", `{"username":"demo","password":"demo-password"}`, header)
	var pair struct{ AccessToken, RefreshToken string }
	if err := json.Unmarshal([]byte(body), &pair); err != nil || pair.AccessToken == "" || pair.RefreshToken == "" {
		t.Fatalf("%v: %s", err, body)
	}
	header.Set("Authorization", pair.AccessToken)
	return header, []string{pair.AccessToken, pair.RefreshToken}
}

func TestStateShowsRecords(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	header, _ := logIn(t, s)
	send(t, "POST", s.URL()+"/communication", `{"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42,"externalCommunicationId":"EMAIL-001"}`, header)
	command(t, s, "c=sub&list_id=5&format=2"+data("email,first,last,custom_plan^jane@example.com,Jane,Doe,gold"))
	command(t, s, "c=sub&list_id=8&format=99"+data("email,first^jane@example.com,Jane"))

	now := state(t, s)
	if want := (page.Communication{
		ID: 1001, ExternalID: "EMAIL-001", Type: "Email", Value: "billing@example.com",
		Owner: page.Owner{Type: "biz_entity", ID: 42, ExternalID: "BE-1", Name: "Smith Family Trust"},
	}); now.SevenG.CommunicationCount != 1 || !slices.Equal(now.SevenG.Communications, []page.Communication{want}) {
		t.Errorf("communications: %+v", now.SevenG)
	}
	realm := now.WhatCounts.Realms[0]
	if realm.Name != "demo" || realm.CustomerKeys || realm.ContactCount != 1 || realm.OptoutCount != 0 || !now.WhatCounts.Realms[1].CustomerKeys {
		t.Errorf("realms: %+v", now.WhatCounts.Realms)
	}
	jane := realm.Contacts[0]
	if jane.ID != 1001 || jane.Email != "jane@example.com" || jane.FirstName != "Jane" || jane.Fields["last"] != "Doe" || jane.Fields["custom_plan"] != "gold" {
		t.Errorf("contact: %+v", jane)
	}
	if want := []page.Subscription{
		{ListID: 5, List: "Newsletter", Format: "html"},
		{ListID: 8, List: "Confirmed", Format: "mime", Pending: true},
	}; !slices.Equal(jane.Subscriptions, want) {
		t.Errorf("subscriptions: %+v", jane.Subscriptions)
	}

	command(t, s, "c=unsub&list_id=5&optout=1"+data("email^jane@example.com"))
	command(t, s, "c=delete"+data("email,first^jane@example.com,Jane"))
	realm = state(t, s).WhatCounts.Realms[0]
	if len(realm.Contacts) != 0 || realm.ContactCount != 0 || realm.OptoutCount != 2 {
		t.Fatalf("after the delete: %+v", realm)
	}
	list, global := realm.Optouts[0], realm.Optouts[1]
	if list.Email != "jane@example.com" || list.ListID != 5 || list.List != "Newsletter" || list.Origin != "unsub" || list.Time.IsZero() {
		t.Errorf("opt-out of the list: %+v", list)
	}
	if global.Email != "jane@example.com" || global.ListID != 0 || global.List != "" || global.Origin != "delete" {
		t.Errorf("global opt-out: %+v", global)
	}
}

func TestStateShowsRequests(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	header, _ := logIn(t, s)
	send(t, "GET", s.URL()+"/communication?CommunicationID=77", "", header)
	send(t, "POST", s.URL()+"/communication", `{"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`, header)
	send(t, "DELETE", s.URL()+"/communication?CommunicationID=1001", "", header)
	command(t, s, "c=sub&list_id=5"+data("email,first^a@example.com,Ann^b@example.com,Bob^c@example.com,^d@example.com,Dan"))
	command(t, s, "c=delete"+data("email^a@example.com"))
	command(t, s, "c=sub&list_id=5"+data("email^a@example.com"))
	command(t, s, "c=find&exact=1&email=b@example.com")
	command(t, s, "c=find&exact=1&email=z@example.com")
	command(t, s, "c=frobnicate")
	s.Faults.Add(traffic.Fault{Operation: "show_lists", Kind: traffic.StatusBefore, Status: 503})
	command(t, s, "c=show_lists")
	// The service knows what it did, whatever it answers.
	command(t, s, "c=delete"+data("email^a@example.com"))
	if err := s.Set("wc-sub-optout-mixed-fails", "7g-not-found-null"); err != nil {
		t.Fatal(err)
	}
	command(t, s, "c=sub&list_id=6"+data("email^a@example.com^e@example.com"))
	send(t, "DELETE", s.URL()+"/communication?CommunicationID=1001", "", header)

	want := []page.Request{
		{Service: "7g", Operation: "POST /user/login", Status: 200, Outcome: "done"},
		{Service: "7g", Operation: "GET /communication", Record: "communicationid=77", Status: 200, Outcome: "refused", Said: "No record was found"},
		{Service: "7g", Operation: "POST /communication", Record: "communicationtypeid=1 name=billing@example.com bizentityid=42", Status: 200, Outcome: "done"},
		{Service: "7g", Operation: "DELETE /communication", Record: "communicationid=1001", Status: 200, Outcome: "done", Said: "Communication deleted successfully"},
		{Service: "whatcounts", Operation: "sub", Record: "r=demo list_id=5 · a@example.com, Ann · b@example.com, Bob · c@example.com · and 1 more", Rows: 4, Addresses: []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com"}, Status: 200, Outcome: "done", Said: "SUCCESS: "},
		{Service: "whatcounts", Operation: "delete", Record: "r=demo · a@example.com", Rows: 1, Status: 200, Outcome: "done", Said: "SUCCESS: 1 record(s) procesed. 1 users deleted"},
		{Service: "whatcounts", Operation: "sub", Record: "r=demo list_id=5 · a@example.com", Rows: 1, Status: 200, Outcome: "refused", Said: "FAILURE: "},
		{Service: "whatcounts", Operation: "find", Record: "r=demo email=b@example.com", Status: 200, Outcome: "done", Said: "1 line"},
		{Service: "whatcounts", Operation: "find", Record: "r=demo email=z@example.com", Status: 200, Outcome: "done", Said: "empty answer"},
		{Service: "whatcounts", Operation: "frobnicate", Record: "r=demo", Status: 200, Outcome: "refused", Said: "FAILURE: Unknown command"},
		{Service: "whatcounts", Operation: "show_lists", Record: "r=demo", Status: 503, Outcome: "failed", Said: "Service Unavailable", Fault: "status-before"},
		{Service: "whatcounts", Operation: "delete", Record: "r=demo · a@example.com", Rows: 1, Status: 200, Outcome: "refused", Said: "SUCCESS: 1 record(s) procesed. 0 users deleted"},
		{Service: "whatcounts", Operation: "sub", Record: "r=demo list_id=6 · a@example.com · e@example.com", Rows: 2, Addresses: []string{"a@example.com", "e@example.com"}, Status: 200, Outcome: "done", Said: "FAILURE: "},
		{Service: "7g", Operation: "DELETE /communication", Record: "communicationid=1001", Status: 200, Outcome: "refused", Said: "no record"},
	}
	got := state(t, s).Requests
	if len(got) != len(want) {
		t.Fatalf("%d requests, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g.Number != i+1 || g.Time.IsZero() {
			t.Errorf("request %d: number %d, time %v", i+1, g.Number, g.Time)
		}
		said := g.Said
		if strings.HasPrefix(said, w.Said) && w.Said != "" {
			said = w.Said // the texts are the services', not the page's
		}
		w.Number, w.Time = g.Number, g.Time
		g.Said = said
		if !reflect.DeepEqual(g, w) {
			t.Errorf("got  %+v\nwant %+v", g, w)
		}
	}
}

// TestEvents: the page tells what happened before it was opened, and what did not
// come of a request.
func TestEvents(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	if got := state(t, s).Events; got == nil || len(got) > 0 {
		t.Fatalf("before anything happened: %+v", got)
	}
	header, _ := logIn(t, s)
	body := `{"communicationID":%d,"communicationTypeID":1,"name":%q,"bizEntityID":42}`
	send(t, "POST", s.URL()+"/communication", fmt.Sprintf(body, 0, "billing@example.com"), header)
	send(t, "PUT", s.URL()+"/communication", fmt.Sprintf(body, 1001, "billing@example.com"), header) // no change
	send(t, "PUT", s.URL()+"/communication", fmt.Sprintf(body, 1001, "accounts@example.com"), header)
	send(t, "DELETE", s.URL()+"/communication?CommunicationID=1001", "", header)
	added, err := s.SevenG.AddCommunication(seveng.Communication{TypeID: 1, Name: "other@example.com", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}})
	if err != nil {
		t.Fatal(err)
	}
	s.SevenG.ChangeCommunication(added.ID, func(c *seveng.Communication) { c.Name = "another@example.com" })
	s.SevenG.RemoveCommunication(added.ID)

	command(t, s, "c=sub&list_id=5"+data("email,first^jane@example.com,Jane^joe@example.com,"))
	command(t, s, "c=sub&list_id=5"+data("email,first^jane@example.com,Jane")) // no change
	command(t, s, "c=sub&list_id=6"+data("email,first^jane@example.com,Jane"))
	command(t, s, "c=find&email=jane@example.com")
	command(t, s, "c=delete"+data("email,first^jane@example.com,Jane"))
	command(t, s, "c=sub&list_id=5&force_sub=1"+data("email,first^jane@example.com,Jane"))
	if err := s.WhatCounts.OptOut("demo", "joe@example.com", 5); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"Communication added: Email billing@example.com", "Communication changed: Email accounts@example.com", "Communication deleted: Email accounts@example.com",
		"Communication added: Email other@example.com", "Communication changed: Email another@example.com", "Communication deleted: Email another@example.com",
		"Contact added: jane@example.com, Jane", "Contact added: joe@example.com", "Contact changed: jane@example.com, Jane",
		"Contact deleted: jane@example.com, Jane", "Opt-out recorded: jane@example.com, global: every list",
		"Contact added: jane@example.com, Jane", "Opt-out lifted: jane@example.com, global: every list",
		"Contact changed: joe@example.com", "Opt-out recorded: joe@example.com, list 5 Newsletter",
	}
	var got []string
	for i, event := range state(t, s).Events {
		got = append(got, event.Happened+": "+event.Record)
		if event.Number != i+1 || event.Time.IsZero() {
			t.Errorf("event %d: %+v", i+1, event)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the events are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Loading a state is no event.
	seed := simulator.DefaultSeed()
	seed.SevenG.Communications = []seveng.Communication{{TypeID: 1, Name: "billing@example.com", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}}}
	seed.WhatCounts.Realms[0].Contacts = []whatcounts.Contact{{ID: 1, Email: "jane@example.com"}}
	seed.WhatCounts.Realms[0].Optouts = []whatcounts.Optout{{Email: "gone@example.com", Origin: whatcounts.OriginDelete}}
	loaded := simulatortest.Start(t, simulator.Options{Seed: seed})
	command(t, loaded, "c=show_lists")
	if got := state(t, loaded).Events; len(got) > 0 {
		t.Errorf("after loading: %+v", got)
	}
}

func TestCutConnectionFailed(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	s.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.CutAfter})
	if _, err := http.Post(s.WhatCountsURL(), "application/x-www-form-urlencoded", strings.NewReader("c=find")); err == nil {
		t.Fatal("the connection was not cut")
	}
	if r := state(t, s).Requests[0]; r.Outcome != "failed" || r.Said != "connection cut" || r.Fault != "cut-after" {
		t.Errorf("got %+v", r)
	}
}

// TestNoSecretIsShown sends every credential in every place where a client may
// put it, the wrong ones too, and looks for them in everything that the
// simulator shows.
func TestNoSecretIsShown(t *testing.T) {
	for _, dialect := range []string{"", "wc-bad-password-invalid", "wc-bad-password-failure", "wc-byte-order-mark"} {
		t.Run(dialect, func(t *testing.T) {
			seed := simulator.DefaultSeed()
			seed.SevenG.Users = append(seed.SevenG.Users, seveng.User{Name: "other", Password: "secret-of-other"})
			seed.WhatCounts.Realms[0].Realm.APIClients = map[string]string{"shop": "secret-of-client"}
			options := simulator.Options{Seed: seed}
			if dialect != "" {
				options.Dialects = []string{dialect}
			}
			s := simulatortest.Start(t, options)
			header, secrets := logIn(t, s)
			secrets = append(secrets, "demo-password", "keyed-password", "secret-of-other", "secret-of-client", "secret-guess")
			form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

			send(t, "POST", s.URL()+"/User/Login", `{"username":"other","password":"secret-of-other"}`, header)
			send(t, "POST", s.URL()+"/User/Login", `{"username":"other","Password":"secret-guess"}`, header)
			send(t, "POST", s.URL()+"/User/Login", `{"username":"other","password":"secret-guess"`, header)
			send(t, "POST", s.URL()+"/User/Login", `"secret-guess"`, header)
			send(t, "POST", s.URL()+"/User/RefreshToken", `{"refreshToken":"`+secrets[1]+`"}`, header)
			send(t, "GET", s.URL()+"/person?PersonID=7", "", header)
			bearer := header.Clone()
			bearer.Set("Authorization", "Bearer "+secrets[0])
			send(t, "GET", s.URL()+"/person?PersonID=7", "", bearer)
			for _, password := range []string{"p", "pwd", "password", "P", "Password"} {
				send(t, "POST", s.WhatCountsURL(), "r=demo&c=show_lists&"+password+"=secret-guess", form)
				send(t, "GET", s.WhatCountsURL()+"?r=demo&c=show_lists&"+password+"=secret-guess", "", nil)
			}
			command(t, s, "c=show_lists&api_client=shop&client_auth=secret-of-client")
			command(t, s, "c=show_lists&api_client=shop&client_auth=secret-guess")
			command(t, s, "c=getrealmsettings")
			command(t, s, "c=show_lists&output_format=xml")

			for _, path := range []string{page.StatePath, page.Path, simulator.StatePath, simulator.LogPath} {
				_, shown := send(t, "GET", s.URL()+path, "", nil)
				if shown == "" {
					t.Errorf("%s is empty", path)
				}
				for _, secret := range secrets {
					if strings.Contains(shown, secret) {
						t.Errorf("%s shows %s:\n%s", path, secret, shown)
					}
				}
			}
			if n := len(state(t, s).Requests); n != 22 {
				t.Errorf("%d requests are shown", n)
			}
		})
	}
}

// TestCredentialUnderAnotherNameStaysAway: the page names what it shows, so
// that a client that misspells where a credential goes does not put it there.
func TestCredentialUnderAnotherNameStaysAway(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	send(t, "GET", s.URL()+"/communication?CommunicationID=1&AccessToken=secret-a", "", nil)
	send(t, "POST", s.URL()+"/communication", `{"token":"secret-b","name":"x"}`, nil)
	send(t, "GET", s.URL()+"/User/Login?name=secret-c", "", nil)
	command(t, s, "c=show_lists&passwd=secret-d&auth=secret-e"+data("secret-f,email^secret-g,a@example.com"))
	if _, shown := send(t, "GET", s.URL()+page.StatePath, "", nil); strings.Contains(shown, "secret-") {
		t.Error(shown)
	}
}

func TestHeaders(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	for path, kind := range map[string]string{
		page.Path:              "text/html; charset=utf-8",
		page.Path + "page.js":  "text/javascript; charset=utf-8",
		page.Path + "page.css": "text/css; charset=utf-8",
		page.Path + "icon.svg": "image/svg+xml",
		page.StatePath:         "application/json; charset=utf-8",
	} {
		answer, body := send(t, "GET", s.URL()+path, "", nil)
		if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != kind || body == "" {
			t.Errorf("%s: %d %s", path, answer.StatusCode, answer.Header.Get("Content-Type"))
		}
		policy := answer.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: %q is not in the policy %q", path, part, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy opens a door: %q", path, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
	}
	for _, path := range []string{"", "/", "/simulator"} {
		if answer, _ := send(t, "GET", s.URL()+path, "", nil); answer.Request.URL.Path != page.Path || answer.StatusCode != 200 {
			t.Errorf("%q leads to %s: %d", path, answer.Request.URL, answer.StatusCode)
		}
	}
	if answer, _ := send(t, "GET", s.URL()+page.Path+"nothing", "", nil); answer.StatusCode != 404 {
		t.Errorf("a file that is not there: %d", answer.StatusCode)
	}
	if s.Log.Len() != 0 {
		t.Errorf("looking at the page is in the log: %+v", s.Log.Entries())
	}
}

// TestPageLoadsNothingFromOutside reads what it is made of.
func TestPageLoadsNothingFromOutside(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	outside := regexp.MustCompile(`(?i)https?://[^"'\s)]+|@import|\burl\(|\bon[a-z]+=|<style|style=|innerHTML|\beval\b`)
	for _, name := range []string{"", "page.js", "page.css", "icon.svg"} {
		_, content := send(t, "GET", s.URL()+page.Path+name, "", nil)
		for _, found := range outside.FindAllString(content, -1) {
			if found != "http://www.w3.org/2000/svg" { // a name, which nobody asks for
				t.Errorf("%q: %s", name, found)
			}
		}
	}
}

// TestOnlyThisMachine: another site can give its name this machine's address,
// and then asks under that name.
func TestOnlyThisMachine(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{Hosts: []string{"simulator"}})
	command(t, s, "c=show_lists")
	paths := []string{"/", page.Path, page.Path + "page.js", page.StatePath, "/simulator", simulator.StatePath, simulator.LogPath, "/Common/HealthCheck", whatcounts.ServletPath + "?c=show_lists"}
	for host, want := range map[string]int{
		"127.0.0.1": 200, "127.0.0.1:8700": 200, "localhost": 200, "LocalHost:1": 200, "[::1]": 200, "[::1]:8700": 200, "127.9.9.9:80": 200, "simulator:8700": 200,
		"example.com": 403, "example.com:8700": 403, "127.0.0.1.example.com": 403, "localhost.example.com:80": 403,
		"192.0.2.1": 403, "[2001:db8::1]:80": 403, "0.0.0.0:8700": 403,
	} {
		for _, path := range paths {
			answer, body := send(t, "GET", s.URL()+path, "", http.Header{"Host": {host}, "Version": {"2.0"}})
			if refused := answer.StatusCode == 403; refused != (want == 403) && answer.Request.URL.RequestURI() == path {
				t.Errorf("%s of %s: %d", path, host, answer.StatusCode)
			}
			if want == 403 && strings.Contains(body, "show_lists") {
				t.Errorf("%s of %s shows %s", path, host, body)
			}
		}
		if answer, _ := send(t, "POST", s.URL()+simulator.ResetLogPath, "", http.Header{"Host": {host}}); want == 403 && answer.StatusCode != 403 {
			t.Errorf("the log was emptied for %s", host)
		}
	}
}

// TestNoWebsite: a website can make a browser send requests, without seeing the
// answer. Where one of them changes something it does not get there, and with the
// services that may be a GET.
func TestNoWebsite(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	command(t, s, "c=sub&list_id=5"+data("email^jane@example.com"))
	header, _ := logIn(t, s)
	before, requests := s.Dump(), s.Log.Len()
	deletion := "r=demo&p=demo-password&c=delete" + data("email^jane@example.com")
	for name, value := range map[string]string{"Origin": "https://example.com", "Sec-Fetch-Site": "cross-site"} {
		form := http.Header{name: {value}, "Content-Type": {"application/x-www-form-urlencoded"}}
		own := header.Clone()
		own.Set(name, value)
		for request, status := range map[string]int{
			sent(t, "POST", s.URL()+simulator.ResetLogPath, "", form):                                                                 403,
			sent(t, "POST", s.WhatCountsURL(), deletion, form):                                                                        403,
			sent(t, "GET", s.WhatCountsURL()+"?"+deletion, "", form):                                                                  403,
			sent(t, "GET", s.URL()+"/communication?CommunicationID=1001", "", own):                                                    403,
			sent(t, "POST", s.URL()+"/communication", `{"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`, own): 403,
			sent(t, "GET", s.URL()+page.Path, "", form):                                                                               200, // a link
		} {
			if !strings.HasPrefix(request, fmt.Sprint(status, " ")) {
				t.Errorf("%s: %s, want %d", name, request, status)
			}
		}
	}
	if s.Dump() != before || s.Log.Len() != requests {
		t.Error("a website has done something")
	}
	// The simulator's own origin is none of another site.
	form := http.Header{"Origin": {s.URL()}, "Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	if answer, _ := send(t, "POST", s.WhatCountsURL(), deletion, form); answer.StatusCode != 200 || s.Dump() == before {
		t.Errorf("its own origin: %d", answer.StatusCode)
	}
}

// sent is the status of a request, and the request.
func sent(t *testing.T, method, address, body string, header http.Header) string {
	t.Helper()
	answer, _ := send(t, method, address, body, header)
	return fmt.Sprint(answer.StatusCode, " ", method, " ", address)
}

func TestNothingCanBeWritten(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	before := s.Dump()
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		for _, path := range []string{page.Path, page.StatePath} {
			if answer, _ := send(t, method, s.URL()+path, "{}", nil); answer.StatusCode != 405 || answer.Header.Get("Allow") != "GET" {
				t.Errorf("%s %s: %d", method, path, answer.StatusCode)
			}
		}
	}
	if s.Dump() != before || s.Log.Len() != 0 {
		t.Error("something was written")
	}
}

// TestServicesKeepTheirPaths: no path of a service is the page's.
func TestServicesKeepTheirPaths(t *testing.T) {
	for path, want := range map[string]bool{
		"/": true, "/simulator": true, "/simulator/": true, "/simulator/state": true,
		"/simulators": false, "/Common/HealthCheck": false, "/communication": false, "/person": false,
		"/organisation": false, "/BizEntity": false, "/User/Login": false, whatcounts.ServletPath: false, simulator.StatePath: false,
	} {
		if page.Has(path) != want {
			t.Errorf("%s: %t", path, !want)
		}
	}
}

func TestLongListsAreCut(t *testing.T) {
	seed := simulator.DefaultSeed()
	for id := int64(1); id <= 600; id++ {
		seed.WhatCounts.Realms[0].Contacts = append(seed.WhatCounts.Realms[0].Contacts, whatcounts.Contact{ID: id, Email: "a@example.com", First: string(rune(1000 + id))})
	}
	s := simulatortest.Start(t, simulator.Options{Seed: seed})
	for range 230 {
		s.Log.Append(traffic.Entry{Service: "whatcounts", Operation: "find", Status: 200})
	}
	now := state(t, s)
	realm := now.WhatCounts.Realms[0]
	if realm.ContactCount != 600 || len(realm.Contacts) != 500 || realm.Contacts[0].ID != 101 {
		t.Errorf("%d of %d contacts", len(realm.Contacts), realm.ContactCount)
	}
	if now.RequestCount != 230 || len(now.Requests) != 200 || now.Requests[0].Number != 31 {
		t.Errorf("%d of %d requests", len(now.Requests), now.RequestCount)
	}
}
