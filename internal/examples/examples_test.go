package examples

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const folder = "../../examples"

// perPage are the folders whose files the registry shows on its pages.
var perPage = []string{"provider", "resources", "data-sources", "ephemeral-resources", "functions", "list-resources", "actions"}

// runs are the examples, and how each is lived through.
var runs = map[string]func(*testing.T, *acctest.CLI, *simulator.Simulator){
	"test-environment":   cleansUp,
	"contacts-from-csv":  followsTheFile,
	"guarded-production": lettingGoTakesTwoRuns,
	"onboarding-module":  testsItself,
}

func TestExamples(t *testing.T) {
	t.Parallel()
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			run(t, acctest.NewWorkspace(t, filepath.Join(folder, name), sim), sim)
		})
	}
}

// TestEveryExampleRuns finds a folder that nothing runs, or that does not say
// what it is.
func TestEveryExampleRuns(t *testing.T) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, entry := range entries {
		if slices.Contains(perPage, entry.Name()) {
			continue
		}
		found++
		if runs[entry.Name()] == nil {
			t.Errorf("nothing runs %s", entry.Name())
		}
		if _, err := os.Stat(filepath.Join(folder, entry.Name(), "README.md")); err != nil {
			t.Error(err)
		}
	}
	if found != len(runs) {
		t.Errorf("%d examples, %d runs", found, len(runs))
	}
}

// apply applies, and finds that nothing is left to do.
func apply(t *testing.T, w *acctest.CLI, variables ...string) {
	t.Helper()
	w.MustRun(append([]string{"apply", "-auto-approve", "-input=false"}, variables...)...)
	if printed, err := w.Run(append([]string{"plan", "-input=false", "-detailed-exitcode"}, variables...)...); err != nil {
		t.Errorf("a second plan is not empty: %v\n%s", err, printed)
	}
}

func destroy(w *acctest.CLI, variables ...string) {
	w.MustRun(append([]string{"destroy", "-auto-approve", "-input=false"}, variables...)...)
}

// expectEmails fails the test unless these are the addresses of all contacts.
func expectEmails(t *testing.T, sim *simulator.Simulator, want ...string) {
	t.Helper()
	var got []string
	for _, c := range sim.WhatCounts.Contacts(acctest.Realm) {
		got = append(got, c.Email)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("the realm holds %q, want %q", got, want)
	}
}

// cleansUp: nothing is left, and so the next run can do the same again.
func cleansUp(t *testing.T, w *acctest.CLI, sim *simulator.Simulator) {
	before := sim.Dump()
	for range 2 {
		apply(t, w)
		expectEmails(t, sim, "ann@test.example.com", "bob@test.example.com", "cleo@test.example.com")
		if n := len(sim.SevenG.Communications()); n != 1 {
			t.Errorf("%d communications", n)
		}
		destroy(w)
		if after := sim.Dump(); after != before {
			t.Fatalf("before\n%s\nafter\n%s", before, after)
		}
	}
}

// followsTheFile: a line is a contact, and a file that was cut off is refused.
func followsTheFile(t *testing.T, w *acctest.CLI, sim *simulator.Simulator) {
	content, err := os.ReadFile(filepath.Join(w.Directory(), "contacts.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(content), "\n")
	apply(t, w)
	expectEmails(t, sim, "jane@example.com", "joe@example.com", "mia@example.com")
	if jane := named(sim, "jane@example.com"); jane.First != "Jane" || jane.Fields["last"] != "Doe" || jane.Custom["plan"] != "gold" || len(jane.Subscriptions) != 2 {
		t.Errorf("jane is %+v", jane)
	}

	// Another spelling of an address is the same contact, and other fields
	// change in place.
	w.Write("contacts.csv", strings.ReplaceAll(strings.ReplaceAll(string(content), "mia@example.com", "MIA@example.com"), "silver", "gold"))
	apply(t, w)
	if mia := named(sim, "mia@example.com"); mia.Custom["plan"] != "gold" {
		t.Errorf("mia is %+v", mia)
	}
	if n := sim.Log.Count("delete"); n != 0 {
		t.Errorf("%d deletes for another spelling", n)
	}

	w.Write("contacts.csv", string(content)+"JANE@example.com,Janet,,5,\n")
	w.Refused([]string{"Duplicate object key"}, "plan", "-input=false")
	w.Write("contacts.csv", string(content)+"jane.example.com,Janet,,5,\n")
	w.Refused([]string{"is not an e-mail address"}, "plan", "-input=false")
	w.Write("contacts.csv", lines[0])
	w.Refused([]string{deletion.SummaryTooMany}, "apply", "-auto-approve", "-input=false")
	expectEmails(t, sim, "jane@example.com", "joe@example.com", "mia@example.com")

	w.Write("contacts.csv", lines[0]+lines[1]+lines[3])
	apply(t, w)
	expectEmails(t, sim, "jane@example.com", "mia@example.com")
	w.Write("contacts.csv", string(content))
	w.Refused([]string{contact.SummaryOptedOut, "joe@example.com"}, "apply", "-auto-approve", "-input=false")

	w.Write("contacts.csv", lines[0]+lines[1]+lines[3])
	destroy(w, "-var", "max_deletes=25")
	expectEmails(t, sim)
}

// named is the contact with this address; the zero one when there is none.
func named(sim *simulator.Simulator, email string) whatcounts.Contact {
	for _, c := range sim.WhatCounts.Contacts(acctest.Realm) {
		if c.Email == email {
			return c
		}
	}
	return whatcounts.Contact{}
}

// lettingGoTakesTwoRuns: no single slip deletes anything.
func lettingGoTakesTwoRuns(t *testing.T, w *acctest.CLI, sim *simulator.Simulator) {
	const onlyJane = `customers={"jane@example.com"="Jane"}`
	const joeMayGo = `leavers=["joe@example.com"]`
	journal := filepath.Join(w.Directory(), "deleted.jsonl")
	apply(t, w)
	before := sim.Dump()
	w.Refused([]string{deletion.SummaryPrevented, "jane@example.com", "joe@example.com", "billing@example.com"}, "destroy", "-auto-approve", "-input=false")
	w.Refused([]string{deletion.SummaryPrevented, "joe@example.com"}, "apply", "-auto-approve", "-input=false", "-var", onlyJane)
	w.Refused([]string{deletion.SummaryPrevented, "joe@example.com"}, "apply", "-auto-approve", "-input=false", "-var", onlyJane, "-var", joeMayGo)
	apply(t, w, "-var", joeMayGo)
	if after := sim.Dump(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	if _, err := os.Stat(journal); err == nil {
		t.Error("there is a journal, and nothing was deleted")
	}

	apply(t, w, "-var", onlyJane, "-var", joeMayGo)
	expectEmails(t, sim, "jane@example.com")
	if written, err := os.ReadFile(journal); err != nil || strings.Count(string(written), "\n") != 1 || !strings.Contains(string(written), "joe@example.com") {
		t.Errorf("the journal: %v\n%s", err, written)
	}
	if len(sim.SevenG.Communications()) != 1 {
		t.Error("the communication is gone")
	}
}

// testsItself: the module's own tests pass twice, leave nothing behind, and
// fail when the module is broken.
func testsItself(t *testing.T, w *acctest.CLI, sim *simulator.Simulator) {
	before := sim.Dump()
	for range 2 {
		if printed := w.MustRun("test"); !strings.Contains(printed, "6 passed, 0 failed") {
			t.Errorf("not every test ran:\n%s", printed)
		}
		if after := sim.Dump(); after != before {
			t.Fatalf("before\n%s\nafter\n%s", before, after)
		}
	}
	if sim.Log.Count("sub") == 0 || sim.Log.Count("POST /communication") != 2 {
		t.Error("the tests asked no service")
	}
	content, err := os.ReadFile(filepath.Join(w.Directory(), "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	w.Write("main.tf", strings.ReplaceAll(string(content), "lower(trimspace(var.email))", "trimspace(var.email)"))
	w.Refused([]string{"The address is not in its plain form"}, "test")
}
