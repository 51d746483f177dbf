// Package simulatortest starts simulators for tests, each for the length of one.
package simulatortest

import (
	"bytes"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// Start starts both services, and closes them when the test ends.
func Start(t testing.TB, options simulator.Options) *simulator.Simulator {
	t.Helper()
	started, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Close(); err != nil {
			t.Error(err)
		}
	})
	return started
}

// Screen is an output that one goroutine writes and another one reads. The zero
// value is empty.
type Screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to what is on the screen.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// String is all that is on the screen.
func (s *Screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// Await returns what an expression finds on the screen, once it does.
func (s *Screen) Await(t testing.TB, expression string) string {
	t.Helper()
	wanted := regexp.MustCompile(expression)
	for range 200 {
		if found := wanted.FindStringSubmatch(s.String()); found != nil {
			return found[len(found)-1]
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no %s on the screen:\n%s", expression, s)
	return ""
}
