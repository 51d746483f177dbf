package cmd

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/page"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

func TestSession(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	ctx, stop := context.WithCancel(context.Background())
	out, problems, code := &simulatortest.Screen{}, &simulatortest.Screen{}, make(chan int)
	go func() {
		code <- run(ctx, []string{"-address", "127.0.0.1:0", "-state", state, "-dialect", "7g-get-array,7g-message-null", "-dialect", "wc-sub-text-short"}, out, problems)
	}()
	out.Await(t, `Ctrl-C`)
	sevenG := out.Await(t, `export SEVENG_ENDPOINT=(\S+)\n`)
	whatCounts := out.Await(t, `export WHATCOUNTS_ENDPOINT=(\S+/bin/api_web)\n`)
	for _, line := range []string{
		"export SEVENG_USERNAME=demo\n", "export SEVENG_PASSWORD=demo-password\n",
		"export WHATCOUNTS_REALM=demo\n", "export WHATCOUNTS_PASSWORD=demo-password\n",
		"# or WHATCOUNTS_REALM=keyed WHATCOUNTS_PASSWORD=keyed-password (customer keys)\n",
		sevenG + "/simulator/\n", sevenG + "/_simulator/state", "7g-get-array, 7g-message-null, wc-sub-text-short", state,
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not in\n%s", line, out)
		}
	}
	welcome := out.String()

	post(t, whatCounts, url.Values{"r": {"demo"}, "p": {"demo-password"}, "c": {"sub"}, "list_id": {"5"}, "data": {"email^jane@example.com"}}.Encode())
	post(t, whatCounts, url.Values{"r": {"demo"}, "p": {"secret-guess"}, "c": {"show_lists"}}.Encode())
	request, err := http.NewRequest("GET", sevenG+"/communication?CommunicationID=5", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Version", "2.0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	lines := strings.TrimPrefix(out.String(), welcome)
	for _, line := range []string{"sub r=demo list_id=5 rows=1 -> 200 SUCCESS", "show_lists r=demo -> 200", "GET /communication CommunicationID=5 -> 401 Unauthorized\n"} {
		if !strings.Contains(lines, line) {
			t.Errorf("%q is not in\n%s", line, lines)
		}
	}
	for _, secret := range []string{"jane", "demo-password", "secret-guess"} {
		if strings.Contains(lines, secret) {
			t.Errorf("%q is in\n%s", secret, lines)
		}
	}

	stop()
	if got := <-code; got != succeeded || problems.String() != "" {
		t.Errorf("exit code %d, %s", got, problems)
	}
	out.Await(t, `Stopped\.`)
	if content, err := os.ReadFile(state); err != nil || !strings.Contains(string(content), "jane@example.com") {
		t.Errorf("%v: %s", err, content)
	}
}

func post(t *testing.T, address, form string) {
	t.Helper()
	answer, err := http.Post(address, "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Fatal(err)
	}
}

func TestSeedFileAndQuiet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seed.json")
	seed := `{"7g":{"users":[{"name":"off","password":"x","disabled":true},{"name":"o'neil","password":"pass word"}]},"whatcounts":{"realms":[{"realm":{"name":"mine","password":"$x"}}]}}`
	if err := os.WriteFile(path, []byte(seed), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	out, problems, code := &simulatortest.Screen{}, &simulatortest.Screen{}, make(chan int)
	go func() {
		code <- run(ctx, []string{"-address", "127.0.0.1:0", "-seed", path, "-quiet"}, out, problems)
	}()
	out.Await(t, `Ctrl-C`)
	for _, line := range []string{`SEVENG_USERNAME='o'\''neil'`, `SEVENG_PASSWORD='pass word'`, `WHATCOUNTS_PASSWORD='$x'`} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not in\n%s", line, out)
		}
	}
	before := out.String()
	post(t, out.Await(t, `export WHATCOUNTS_ENDPOINT=(\S+)\n`), "c=show_lists")
	if out.String() != before {
		t.Errorf("quiet, but printed %s", out)
	}
	stop()
	if got := <-code; got != succeeded {
		t.Errorf("exit code %d, %s", got, problems)
	}
}

func TestFaultsOfThePersonAtTheKeyboard(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, problems, code := &simulatortest.Screen{}, &simulatortest.Screen{}, make(chan int)
	go func() {
		code <- run(ctx, []string{"-address", "127.0.0.1:0", "-fault", "show_lists:status-before:503:2", "-fault", "*:answer:FAILURE: closed", "-fault", "subscribe:cut-after"}, out, problems)
	}()
	address := out.Await(t, `export WHATCOUNTS_ENDPOINT=(\S+)\n`)
	for _, line := range []string{"status-before of show_lists\n", "replace of every request\n", "cut-after of sub\n"} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not in\n%s", line, out)
		}
	}
	for range 4 {
		post(t, address, "r=demo&p=demo-password&c=show_lists")
	}
	for expression, want := range map[string]int{`show_lists r=demo -> 503 .*\[fault: status-before\]`: 2, `-> 200 FAILURE: closed \[fault: replace\]`: 1, `-> 200 \d+ lines\n`: 1} {
		if got := len(regexp.MustCompile(expression).FindAllString(out.String(), -1)); got != want {
			t.Errorf("%s: %d lines, want %d\n%s", expression, got, want, out)
		}
	}
	stop()
	if got := <-code; got != succeeded {
		t.Errorf("exit code %d, %s", got, problems)
	}
}

func TestCommandsThatEndAtOnce(t *testing.T) {
	tests := []struct {
		arguments        []string
		code             int
		output, problems string
	}{
		{[]string{"-help"}, succeeded, "Usage: reach-simulator [flags]", ""},
		{[]string{"-dialects"}, succeeded, "7g-not-found-404 ", ""},
		{[]string{"-dialects"}, succeeded, "\nWhatCounts\n", ""},
		{[]string{"-help"}, succeeded, "-fault OPERATION:KIND", ""},
		{[]string{"-faults"}, succeeded, "status-after:STATUS ", ""},
		{[]string{"-fault", "sub"}, misused, "", "OPERATION:KIND"},
		{[]string{"-print-seed"}, succeeded, `"password": "demo-password"`, ""},
		{[]string{"-port", "1"}, misused, "", "-port"},
		{[]string{"stop"}, misused, "", `"stop"`},
		{[]string{"-latency", "fast"}, misused, "", "latency"},
		{[]string{"-address", "0.0.0.0:8700"}, failed, "", "loopback"},
		{[]string{"-dialect", "klingon"}, failed, "", "klingon"},
		{[]string{"-dialect", "7g-stale-read"}, failed, "", "alike are 7g-stale-reads, wc-stale-reads"},
		{[]string{"-seed", "no/such/file"}, failed, "", "no/such/file"},
		{[]string{"-seed", "run.go"}, failed, "", "run.go: line 1 is not JSON"},
		{[]string{"-address", "8700"}, failed, "", "HOST:PORT"},
		{[]string{"-address", inUse(t)}, failed, "", "address already in use; with port 0"},
		{[]string{"-latency", "-1s"}, misused, "", "above zero"},
		{[]string{"-token-lifetime", "5"}, misused, "", "such as 50ms or 20m"},
		{[]string{"-fault", "subb:cut-after"}, misused, "", `"subb"; there are DELETE /bizentity, `},
		{[]string{"-fault", "POST /comunication:cut-after"}, misused, "", "POST /communication"},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.arguments, " "), func(t *testing.T) {
			var out, problems bytes.Buffer
			code := run(t.Context(), test.arguments, &out, &problems)
			if code != test.code || !strings.Contains(out.String(), test.output) || !strings.Contains(problems.String(), test.problems) {
				t.Errorf("exit code %d\n%s\n%s", code, &out, &problems)
			}
			if lines := strings.Count(problems.String(), "\n"); lines > 2 {
				t.Errorf("the reason is lost in %d lines", lines)
			}
			if test.code == succeeded && problems.Len() > 0 || test.code != succeeded && out.Len() > 0 {
				t.Errorf("printed on the wrong side:\n%s\n%s", &out, &problems)
			}
		})
	}
}

// TestContainer starts it as the container image does: it listens on every
// address, says where it is reached, and answers under the names of loopback and
// those that -host adds.
func TestContainer(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	out, problems, code := &simulatortest.Screen{}, &simulatortest.Screen{}, make(chan int)
	go func() {
		code <- run(ctx, []string{"-address", "0.0.0.0:0", "-allow-remote", "-host", "simulator, sim.example.com"}, out, problems)
	}()
	address := out.Await(t, `export SEVENG_ENDPOINT=(http://127\.0\.0\.1:\d+)\n`)
	for host, want := range map[string]int{"": 200, "simulator:8700": 200, "SIM.example.com": 200, "example.com": 403, "other:8700": 403} {
		request, err := http.NewRequest("GET", address+simulator.StatePath, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%q: %d, want %d", host, answer.StatusCode, want)
		}
	}
	stop()
	if got := <-code; got != succeeded {
		t.Errorf("exit code %d, %s", got, problems)
	}
}

// inUse is an address where something listens already.
func inUse(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// TestHelpIsComplete looks for every flag that is defined.
func TestHelpIsComplete(t *testing.T) {
	source, err := os.ReadFile("flags.go")
	if err != nil {
		t.Fatal(err)
	}
	defined := regexp.MustCompile(`flags\.\w+\((?:&[\w.]+, )?"([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(defined) < 11 {
		t.Fatalf("only %d flags were found", len(defined))
	}
	for _, flag := range defined {
		if !strings.Contains(usage, "\n  -"+flag[1]+" ") {
			t.Errorf("-help does not tell of -%s", flag[1])
		}
	}
	for _, path := range []string{page.Path, page.StatePath, simulator.StatePath, simulator.LogPath, simulator.ResetLogPath} {
		if !strings.Contains(usage, "\n  "+path+" ") {
			t.Errorf("-help does not tell of %s", path)
		}
	}
}

func TestSummary(t *testing.T) {
	at := time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC)
	tests := []struct {
		want  string
		entry traffic.Entry
	}{
		{"15:04:05 DELETE /communication CommunicationID=12 -> 200 Communication deleted successfully",
			traffic.Entry{Service: "7g", Operation: "DELETE /communication", Query: url.Values{"CommunicationID": {"12"}}, Status: 200, Said: "Communication deleted successfully"}},
		{"15:04:05 POST /communication -> connection cut [fault: cut-after]",
			traffic.Entry{Service: "7g", Operation: "POST /communication", Said: "connection cut", Fault: "cut-after"}},
		{"15:04:05 GET /communication (address) -> 200",
			traffic.Entry{Service: "7g", Operation: "GET /communication", Query: url.Values{"ExternalCommunicationId": {"a@example.com"}}, Status: 200}},
		{"15:04:05 find -> 200 3 lines",
			traffic.Entry{Service: "whatcounts", Operation: "find", Status: 200, Said: "3 lines"}},
		{"15:04:05 find -> 200 empty answer",
			traffic.Entry{Service: "whatcounts", Operation: "find", Status: 200, Said: "empty answer"}},
		{"15:04:05 sub -> 200 FAILURE: (address) opted out",
			traffic.Entry{Service: "whatcounts", Operation: "sub", Status: 200, Said: "FAILURE: a@example.com opted out"}},
		{"15:04:05 x -> 200 SUCCESS" + strings.Repeat("y", longestReason-len("SUCCESS")) + "…",
			traffic.Entry{Service: "whatcounts", Operation: "x", Status: 200, Said: "SUCCESS" + strings.Repeat("y", 500)}},
		{"15:04:05 a b -> 404 Not Found",
			traffic.Entry{Service: "7g", Operation: "a\x1b\nb", Status: 404, Said: "Not Found"}},
	}
	for _, test := range tests {
		test.entry.Time = at
		if got := summary(test.entry); got != test.want {
			t.Errorf("got  %q\nwant %q", got, test.want)
		}
	}
}
