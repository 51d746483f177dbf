package bounds_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const (
	most      = 200 << 20 // bytes that the provider may take
	optouts   = 1_000_000
	contacts  = 10_000
	tooLong   = 100 << 20 // bytes of an answer
	mostTaken = 24 << 20  // of them that may leave the service: the limit, and what lies in buffers on the way
)

// TestMain runs the tests, or one task in a process of its own.
func TestMain(m *testing.M) { acctest.Main(m) }

// tasks are what a provider is put to. Each fails its test when the answer is
// wrong.
var tasks = map[string]func(*testing.T, *acctest.Server){
	"optout": func(t *testing.T, server *acctest.Server) {
		for email, want := range map[string]bool{address(1): true, address(optouts): true, "nobody@test.example.com": false} {
			found, diagnostics := server.Look("reach_optout", map[string]any{"email": email})
			acctest.NoErrors(t, diagnostics)
			if found["opted_out"] != want {
				t.Errorf("%s has opted out: %v", email, found["opted_out"])
			}
		}
	},
	"optouts": func(t *testing.T, server *acctest.Server) {
		_, diagnostics := server.Look("reach_optouts", map[string]any{})
		acctest.OneError(t, diagnostics, contact.SummaryTooManyOptouts, "reach_optout")
	},
	"contacts": func(t *testing.T, server *acctest.Server) {
		for number := range contacts {
			state, diagnostics := server.Import("reach_contact", strconv.Itoa(1001+number), nil)
			acctest.NoErrors(t, diagnostics)
			acctest.NoErrors(t, server.Plan("reach_contact", state, map[string]any{
				"email": address(number), "first_name": "Jane", "last_name": "Doe", "subscriptions": []any{map[string]any{"list_id": 5, "format": "html"}},
			}).Diagnostics)
		}
	},
	"long answer": func(t *testing.T, server *acctest.Server) {
		_, diagnostics := server.Look("reach_lists", map[string]any{})
		acctest.OneError(t, diagnostics, contact.SummaryListsNotRead, "longer than a client should read (16777216 bytes)")
	},
	"long row": func(t *testing.T, server *acctest.Server) {
		_, diagnostics := server.Look("reach_optout", map[string]any{"email": address(1)})
		acctest.OneError(t, diagnostics, contact.SummaryOptoutsNotRead, "longer than 1048576 bytes")
	},
}

const (
	taskVariable     = "REACH_BOUNDS_TASK"
	endpointVariable = "REACH_BOUNDS_ENDPOINT"
	peakPrefix       = "peak bytes: "
)

// TestInAProcessOfItsOwn is what measure starts. Among the other tests it has
// nothing to do.
func TestInAProcessOfItsOwn(t *testing.T) {
	task, given := tasks[os.Getenv(taskVariable)]
	if !given {
		return
	}
	server := acctest.NewServer(t)
	endpoint := os.Getenv(endpointVariable)
	if diagnostics := server.Configure(map[string]any{
		"whatcounts": map[string]any{"endpoint": endpoint + whatcounts.ServletPath, "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm), "max_retries": 0},
	}); len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	task(t, server)
	fmt.Printf("%s%d\n", peakPrefix, peak(t))
}

// service is the simulator, with answers to some commands that it does not
// hold but writes as they are read. It counts what it wrote of them.
type service struct {
	*simulator.Simulator
	url     string
	written atomic.Int64
}

func newService(t testing.TB, answers map[string]func(io.Writer) error) *service {
	t.Helper()
	s := &service{Simulator: acctest.Simulator(t)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		for command, answer := range answers {
			if strings.Contains(string(body)+"&", "&c="+command+"&") {
				_ = answer(io.MultiWriter(w, counter{&s.written})) // a client that has read enough hangs up
				return
			}
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

type counter struct{ to *atomic.Int64 }

func (c counter) Write(p []byte) (int, error) {
	c.to.Add(int64(len(p)))
	return len(p), nil
}

// measure runs a task in a process of its own and returns the most memory that
// it took.
func measure(t testing.TB, path, task string, s *service) int64 {
	t.Helper()
	started := time.Now()
	process := exec.CommandContext(t.Context(), path, "-test.run=^TestInAProcessOfItsOwn$", "-test.v")
	process.Env = append(os.Environ(), taskVariable+"="+task, endpointVariable+"="+s.url)
	printed, err := process.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", task, err, printed)
	}
	for line := range strings.Lines(string(printed)) {
		if text, found := strings.CutPrefix(line, peakPrefix); found {
			taken, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: at most %d MB, in %s", task, taken>>20, time.Since(started).Round(time.Millisecond))
			return taken
		}
	}
	t.Fatalf("%s says nothing of its memory:\n%s", task, printed)
	return 0
}

// buildTasks builds this package's tests without the race detector, which takes
// several times the memory, and returns the path.
func buildTasks(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tasks.exe")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", path, "github.com/reachops/terraform-provider-reach/internal/bounds")
	if printed, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go test -c: %v\n%s", err, printed)
	}
	return path
}

func address(number int) string { return fmt.Sprintf("person%d@test.example.com", number) }

func writeOptouts(to io.Writer) error {
	buffered := bufio.NewWriterSize(to, 64<<10)
	fmt.Fprint(buffered, "\"Email\"\n")
	for number := 1; number <= optouts; number++ {
		if _, err := fmt.Fprintf(buffered, "%q\n", address(number)); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

// writeEndlessly is one row without an end.
func writeEndlessly(to io.Writer) error {
	if _, err := io.WriteString(to, "\"Email\"\n\""); err != nil {
		return err
	}
	part := []byte(strings.Repeat("x", 64<<10))
	for sent := 0; sent < tooLong; sent += len(part) {
		if _, err := to.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// TestTooMuch: a stream is not held, and an answer that is longer than any can
// be is left where the limit is.
func TestTooMuch(t *testing.T) {
	path := buildTasks(t)
	for task, test := range map[string]struct {
		command string
		answer  func(io.Writer) error
		written int64
	}{
		"optout":      {"show_optglobal", writeOptouts, most},
		"optouts":     {"show_optglobal", writeOptouts, mostTaken},
		"long answer": {"show_lists", writeEndlessly, mostTaken},
		"long row":    {"show_optglobal", writeEndlessly, mostTaken},
	} {
		t.Run(task, func(t *testing.T) {
			s := newService(t, map[string]func(io.Writer) error{test.command: test.answer})
			if taken := measure(t, path, task, s); taken > most {
				t.Errorf("the provider took %d MB", taken>>20)
			}
			if written := s.written.Load(); written > test.written {
				t.Errorf("the service could send %d MB before it was hung up on", written>>20)
			}
		})
	}
}

// BenchmarkTenThousandContacts imports, refreshes and plans as many contacts in
// one process of the provider. It takes longer than a test may: make bounds.
func BenchmarkTenThousandContacts(t *testing.B) {
	s := newService(t, nil)
	for number := range contacts {
		if _, err := s.WhatCounts.AddContact(acctest.Realm, whatcounts.Contact{
			ID: int64(1001 + number), Email: address(number), First: "Jane", Fields: map[string]string{"last": "Doe"},
			Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: 2}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	if taken := measure(t, buildTasks(t), "contacts", s); taken > most {
		t.Errorf("the provider took %d MB", taken>>20)
	}
}
