package conflict_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// testsWithOneProvider are the versions of Terraform whose test files have one
// configured provider.
var testsWithOneProvider = regexp.MustCompile(`Terraform v1\.(1[3-9]|[2-9]\d)\.`)

// TestAccRunsOfAFile is a test file of several modules with any CLI: each run is
// planned, limited and read by itself, and everything is destroyed at the end.
func TestAccRunsOfAFile(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	cli := acctest.NewWorkspace(t, "testdata/test_file", sim)
	if printed := cli.MustRun("test"); !strings.Contains(printed, "11 passed, 0 failed") {
		t.Errorf("not every run passed:\n%s", printed)
	}
	if contacts, communications := sim.WhatCounts.Contacts(acctest.Realm), sim.SevenG.Communications(); len(contacts)+len(communications) > 0 {
		t.Errorf("left are %+v and %+v", contacts, communications)
	}
	version := cli.MustRun("version")
	if logins := sim.Log.Count("POST /user/login"); testsWithOneProvider.MatchString(version) && logins != 1 {
		t.Errorf("%d logins: the runs did not share one provider, as they do with\n%s", logins, version)
	}
}
