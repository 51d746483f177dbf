// Package simulatortest starts simulators for tests, each for the length of one.
package simulatortest

import (
	"testing"

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
