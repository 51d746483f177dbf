package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// send makes one request and returns status and body.
func send(t *testing.T, method, address, body string, header http.Header) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// login returns the header of an ordinary 7G request.
func login(t *testing.T, s *simulator.Simulator) http.Header {
	t.Helper()
	header := http.Header{"Version": {"2.0"}, "Content-Type": {"application/json"}}
	_, body := send(t, "POST", s.URL()+"/User/Login", `{"username":"demo","password":"demo-password"}`, header)
	var pair struct{ AccessToken string }
	if err := json.Unmarshal([]byte(body), &pair); err != nil || pair.AccessToken == "" {
		t.Fatalf("%v: %s", err, body)
	}
	header.Set("Authorization", pair.AccessToken)
	return header
}

// command sends a WhatCounts command to the realm demo.
func command(t *testing.T, s *simulator.Simulator, arguments string) string {
	t.Helper()
	form := "r=demo&p=demo-password&" + arguments
	_, body := send(t, "POST", s.WhatCountsURL(), form, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	return body
}

const create = `{"communicationTypeID":1,"name":"jane@example.com","bizEntityID":42}`

var subscribe = "c=sub&list_id=5&format=2&data=" + url.QueryEscape("email,first^jane@example.com,Jane")

func TestBothServicesShareOnePort(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	header := login(t, s)
	if _, body := send(t, "POST", s.URL()+"/communication", create, header); !strings.Contains(body, `"result":true`) {
		t.Error(body)
	}
	if body := command(t, s, subscribe); !strings.HasPrefix(body, "SUCCESS") {
		t.Error(body)
	}
	var operations []string
	for _, e := range s.Log.Entries() {
		operations = append(operations, e.Service+": "+e.Operation)
	}
	if want := []string{"7g: POST /user/login", "7g: POST /communication", "whatcounts: sub"}; !reflect.DeepEqual(operations, want) {
		t.Errorf("the log has %v", operations)
	}
	s.Clock.Advance(time.Hour)
	if status, _ := send(t, "GET", s.URL()+"/communication?CommunicationID=1001", "", header); status != 401 {
		t.Errorf("the clock is not shared: %d", status)
	}
	s.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.StatusBefore, Status: 503})
	if status, _ := send(t, "POST", s.WhatCountsURL(), "c=find", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}); status != 503 {
		t.Errorf("the fault is not shared: %d", status)
	}
	if status, _ := send(t, "GET", s.URL()+"/bin", "", nil); status != 404 {
		t.Errorf("another path: %d", status)
	}
}

func TestOwnPaths(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	header := login(t, s)
	send(t, "POST", s.URL()+"/communication", create, header)
	command(t, s, subscribe)
	command(t, s, "c=delete&data="+url.QueryEscape("email^jane@example.com"))
	command(t, s, "c=sub&list_id=8&data="+url.QueryEscape("email^jo@example.com"))

	_, state := send(t, "GET", s.URL()+simulator.StatePath, "", nil)
	if state != s.Dump() {
		t.Error("the state differs from the dump")
	}
	for _, line := range []string{
		"biz_entity 42 BE-1 Smith Family Trust 1", "1001 - Email jane@example.com biz_entity 42",
		"8 Confirmed yes 0", "jane@example.com - global delete", "jo@example.com", "WhatCounts, realm keyed: contacts none",
		"WhatCounts, realm demo: waiting for confirmation",
	} {
		if !strings.Contains(strings.Join(strings.Fields(state), " "), line) {
			t.Errorf("%q is not in\n%s", line, state)
		}
	}
	if strings.Contains(state, "password") {
		t.Error("the state shows a password")
	}

	_, log := send(t, "GET", s.URL()+simulator.LogPath, "", nil)
	lines := strings.Split(strings.TrimSpace(log), "\n")
	var last traffic.Entry
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil || len(lines) != 5 || last.Operation != "sub" {
		t.Errorf("%v, %d lines: %s", err, len(lines), log)
	}
	if strings.Contains(log, "demo-password") {
		t.Error("the log shows a password")
	}
	if status, _ := send(t, "GET", s.URL()+simulator.ResetLogPath, "", nil); status != 405 || s.Log.Len() != 5 {
		t.Errorf("GET of reset-log: %d, %d entries", status, s.Log.Len())
	}
	if status, _ := send(t, "POST", s.URL()+simulator.ResetLogPath, "", nil); status != 204 || s.Log.Len() != 0 {
		t.Errorf("POST of reset-log: %d, %d entries", status, s.Log.Len())
	}
}

func TestLoopbackOnly(t *testing.T) {
	for address, reason := range map[string]string{
		"0.0.0.0:0": "loopback", ":0": "loopback", "[::]:0": "loopback", "192.0.2.1:0": "loopback",
		"example.com:0": "loopback", "localhost.example.com:0": "loopback", "127.0.0.1": "HOST:PORT",
	} {
		s, err := simulator.Start(simulator.Options{Address: address})
		if err == nil {
			t.Errorf("%q was accepted", address)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), address) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, address := range []string{"", "127.0.0.1:0", "localhost:0"} {
		s := simulatortest.Start(t, simulator.Options{Address: address})
		if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") && !strings.HasPrefix(s.URL(), "http://[::1]:") {
			t.Errorf("%q: %s", address, s.URL())
		}
		if s.WhatCountsURL() != s.URL()+"/bin/api_web" {
			t.Errorf("WhatCounts is at %s", s.WhatCountsURL())
		}
	}
}

func TestOptions(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{
		Latency:               30 * time.Millisecond,
		Dialects:              []string{"7g-get-array", "wc-bad-password-failure"},
		LifetimeOfAccessToken: time.Minute,
	})
	began := time.Now()
	header := login(t, s)
	if took := time.Since(began); took < 30*time.Millisecond {
		t.Errorf("a request took %v", took)
	}
	send(t, "POST", s.URL()+"/communication", create, header)
	if _, body := send(t, "GET", s.URL()+"/communication?CommunicationID=1001", "", header); !strings.Contains(body, `"data":[`) {
		t.Error(body)
	}
	wrong := func() string {
		_, body := send(t, "GET", s.WhatCountsURL()+"?r=demo&p=no&c=show_lists", "", nil)
		return body
	}
	if body := wrong(); !strings.Contains(body, "Invalid credentials") {
		t.Error(body)
	}
	if err := s.Unset("wc-bad-password-failure", "7g-get-array"); err != nil {
		t.Fatal(err)
	}
	if body := wrong(); strings.Contains(body, "Invalid credentials") {
		t.Error(body)
	}
	s.Clock.Advance(2 * time.Minute)
	if status, _ := send(t, "GET", s.URL()+"/person?PersonID=7", "", header); status != 401 {
		t.Errorf("the token outlived its minute: %d", status)
	}
}

func TestUnknownDialect(t *testing.T) {
	for name, want := range map[string]string{
		"7g-stale-read": `unknown dialect "7g-stale-read"; alike are 7g-stale-reads, wc-stale-reads`,
		"7g-esperanto":  `unknown dialect "7g-esperanto"; -dialects lists those that there are`,
	} {
		if _, err := simulator.Start(simulator.Options{Dialects: []string{"7g-get-array", name}}); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	s := simulatortest.Start(t, simulator.Options{})
	if s.Unset("no-such") == nil {
		t.Error("Unset took an unknown name")
	}
	if n := len(simulator.Dialects()); n != len(seveng.Dialects())+len(whatcounts.Dialects()) {
		t.Errorf("%d dialects", n)
	}
}

func TestStateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	options := simulator.Options{StateFile: path}
	first, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v: the file holds passwords", info, err)
	}
	saved := func(text string) bool {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(content), text)
	}
	header := login(t, first)
	send(t, "POST", first.URL()+"/communication", create, header)
	if !saved("jane@example.com") {
		t.Error("the state was not saved after the POST")
	}
	send(t, "DELETE", first.URL()+"/communication?CommunicationID=1001", "", header)
	if saved("jane@example.com") {
		t.Error("the state was not saved after the DELETE")
	}
	first.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.CutAfter, Count: -1})
	if _, err := http.Post(first.WhatCountsURL(), "application/x-www-form-urlencoded", strings.NewReader("r=demo&p=demo-password&"+subscribe)); err == nil {
		t.Error("the connection was not cut")
	}
	if !saved("jane@example.com") {
		t.Error("the state was not saved after a cut connection")
	}
	first.SevenG.AddOwner(seveng.Owner{Kind: seveng.Person, ID: 77, Name: "Late"})
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if !saved("Late") {
		t.Error("the state was not saved at the end")
	}

	second := simulatortest.Start(t, options)
	if first.Dump() != second.Dump() {
		t.Errorf("before\n%s\nafter\n%s", first.Dump(), second.Dump())
	}
	if _, body := send(t, "POST", second.URL()+"/communication", create, login(t, second)); !strings.Contains(body, `"communicationID":1002`) {
		t.Errorf("an id came back: %s", body)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v: only the state file stays", entries, err)
	}
}

func TestReadsDoNotWriteTheStateFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	s := simulatortest.Start(t, simulator.Options{StateFile: path})
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	send(t, "GET", s.URL()+"/person?PersonID=7", "", login(t, s))
	command(t, s, "c=show_lists&output_format=csv")
	if _, err := os.Stat(path); err == nil {
		t.Error("a read wrote the file")
	}
}

func TestStateFileThatCannotBeUsed(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte(`{"7g":{"userz":[]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		broken:      "userz",
		t.TempDir(): "directory",
		filepath.Join(t.TempDir(), "missing", "state.json"): "saving the state",
	} {
		if _, err := simulator.Start(simulator.Options{StateFile: path}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q in it", path, err, want)
		}
	}
}

func TestSeed(t *testing.T) {
	var text strings.Builder
	if err := simulator.DefaultSeed().Write(&text); err != nil {
		t.Fatal(err)
	}
	seed, err := simulator.ReadSeed(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	if s := simulatortest.Start(t, simulator.Options{Seed: seed}); s.Dump() != simulatortest.Start(t, simulator.Options{}).Dump() {
		t.Error("the default seed changed on its way through JSON")
	}
	tests := []struct{ name, seed, want string }{
		{"misspelt key", `{"whatcount":{}}`, "whatcount"},
		{"nothing", "", "it is empty"},
		{"half of it", "{\n\"7g\": {", "ends on line 2"},
		{"two of them", "{}\n{}", "line 2: something follows"},
		{"a comma left out", "{\n\"7g\": {\"users\": [\n{\"name\": \"a\" \"password\": \"b\"}]}}", "line 3 is not JSON"},
		{"a misspelt key's line", "{\n\"7g\": {\n\"userz\": []\n}}", `line 3: there is no key "userz"`},
		{"a key in two places", `{"7g":{"name":"a","users":[{"name":"a"}]}}`, `there is no key "name" where one stands`},
		{"a text for a list", "{\n\"7g\": {\"users\": \"demo\"}}", "line 2: 7g.users has to be a list, and is: string"},
		{"a text for an id", `{"7g":{"owners":[{"kind":"person","id":"7"}]}}`, "7g.owners.id has to be a number, and is: string"},
		{"a list for the whole", `[]`, "the whole has to be an object, and is: array"},
		{"owner of no kind", `{"7g":{"owners":[{"kind":"trust","id":1}]}}`, "seed: 7g"},
		{"communication of no owner", `{"7g":{"communications":[{"type_id":1,"name":"a@example.com","owner":{"kind":"person","id":4}}]}}`, `"a@example.com" (id 0`},
		{"realm without a name", `{"whatcounts":{"realms":[{"realm":{}}]}}`, "name"},
		{"realm twice", `{"whatcounts":{"realms":[{"realm":{"name":"a"}},{"realm":{"name":"a"}}]}}`, "once"},
		{"list 0", `{"whatcounts":{"realms":[{"realm":{"name":"a","lists":[{"name":"x"}]}}]}}`, "list id 0"},
		{"contact without an id", `{"whatcounts":{"realms":[{"realm":{"name":"a"},"contacts":[{"email":"a@example.com"}]}]}}`, "contact id 0"},
		{"contact without an address", `{"whatcounts":{"realms":[{"realm":{"name":"a"},"contacts":[{"id":1}]}]}}`, "no email"},
		{"contact on no list", `{"whatcounts":{"realms":[{"realm":{"name":"a"},"contacts":[{"id":1,"email":"a@example.com","subscriptions":[{"list_id":5}]}]}]}}`, "list 5"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			seed, err := simulator.ReadSeed(strings.NewReader(test.seed))
			if err == nil {
				_, err = simulator.Start(simulator.Options{Seed: seed})
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// TestSeedFileIsNamed starts from files that can be read and do not fit
// together.
func TestSeedFileIsNamed(t *testing.T) {
	for name, content := range map[string]string{"7g": `{"7g":{"users":[{}]}}`, "whatcounts": `{"whatcounts":{"realms":[{}]}}`} {
		path := filepath.Join(t.TempDir(), "seed.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		seed, err := simulator.ReadSeedFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := simulator.Start(simulator.Options{Seed: seed}); err == nil || !strings.HasPrefix(err.Error(), path+": "+name+": ") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := simulator.Start(simulator.Options{StateFile: path}); err == nil || !strings.HasPrefix(err.Error(), path+": "+name+": ") {
			t.Errorf("%s, as a state: %v", name, err)
		}
	}
}

func TestDumpKeepsControlCharactersOut(t *testing.T) {
	s := simulatortest.Start(t, simulator.Options{})
	s.SevenG.AddOwner(seveng.Owner{Kind: seveng.Person, ID: 99, Name: "two\nlines\x1b[2J"})
	if dump := s.Dump(); !strings.Contains(dump, `"two\nlines\x1b[2J"`) {
		t.Error(dump)
	}
}
