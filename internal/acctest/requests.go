package acctest

import (
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// oncePerRun are the requests whose number does not grow with the records.
var oncePerRun = []string{"POST /user/login", "GET /common/lookup", "getrealmsettings"}

// ExpectRequests runs act and fails the test unless it caused exactly these
// requests, apart from those that are made once in a run.
func ExpectRequests(t testing.TB, sim *simulator.Simulator, act func(), want ...string) {
	t.Helper()
	before := sim.Log.Len()
	act()
	var sent []string
	for _, entry := range sim.Log.Since(before) {
		if !slices.Contains(oncePerRun, entry.Operation) {
			sent = append(sent, entry.Operation)
		}
	}
	if !slices.Equal(sent, want) {
		t.Errorf("expected the requests [%s], got [%s]", strings.Join(want, ", "), strings.Join(sent, ", "))
	}
}

// ExpectSilence runs act and fails the test when it caused any request.
func ExpectSilence(t testing.TB, sim *simulator.Simulator, act func()) {
	t.Helper()
	before := sim.Log.Len()
	act()
	for _, entry := range sim.Log.Since(before) {
		t.Errorf("an unexpected request: %s", entry.Operation)
	}
}
