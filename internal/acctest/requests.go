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

// SentBesideLook are the requests since a number of entries in the log, without
// the look at credentials: what a provider asks once in a run that creates
// something.
func SentBesideLook(sim *simulator.Simulator, before int) []string {
	var sent []string
	for _, entry := range sim.Log.Since(before) {
		if !slices.Contains([]string{"POST /user/login", "GET /common/lookup", "getrealmsettings"}, entry.Operation) {
			sent = append(sent, entry.Operation)
		}
	}
	return sent
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
