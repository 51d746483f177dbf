package refactoring_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

const (
	people = `
locals {
  people = {
    "jane@example.com" = { email = "jane@example.com", first_name = "Jane", company = "R&D" }
    "joan@example.com" = { email = "joan@example.com", first_name = "Joan", company = "R&D" }
  }
}
`
	singles = `
resource "reach_contact" "people" {
  for_each      = local.people
  email         = each.value.email
  first_name    = each.value.first_name
  company       = each.value.company
  subscriptions = [{ list_id = 5 }]
}
`
	set = `
resource "reach_contacts" "people" {
  contacts      = jsonencode(local.people)
  subscriptions = [{ list_id = 5 }]
}
`
	importSet = `
import {
  to = reach_contacts.people
  id = "list:5"
}
`
	importSingles = `
import {
  for_each = local.people
  to       = reach_contact.people[each.key]
  id       = "${each.value.email},${each.value.first_name}"
}
`
)

// Contacts move from single resources to a set and back, by a removed and an
// import block, and nothing is sent.
func TestAccContactsMoveBetweenSingleAndSet(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	for name, move := range map[string][2]string{
		"to a set":   {singles, set + importSet + removed("reach_contact.people")},
		"from a set": {set, singles + importSingles + removed("reach_contacts.people")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			cli, _, err := rearranged(t, provider, sim, arrangement{root: people + move[0]}, arrangement{root: people + move[1]})
			if err != nil {
				t.Fatal(err)
			}
			if printed := cli.MustRun("plan", "-detailed-exitcode"); !strings.Contains(printed, "No changes.") {
				t.Errorf("the plan does not say so:\n%s", printed)
			}
		})
	}
	// Without them, the contacts would be deleted, and added anew.
	sim := acctest.Simulator(t)
	if _, planned, err := rearranged(t, provider, sim, arrangement{root: people + singles}, arrangement{root: people + set}); err == nil {
		t.Errorf("the plan is\n%s", planned)
	}
}

// A set whose create has failed half way is completed by the next apply, although
// Terraform shows a replacement. Without a refresh it is refused.
func TestAccTaintedSet(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	rows := make([]string, 25)
	for i := range rows {
		rows[i] = fmt.Sprintf("    p%d = { email = \"p%d@example.com\", first_name = \"Jane\" }", i, i)
	}
	configuration := strings.Replace(acctest.Configuration(sim, "locals {\n  people = {\n"+strings.Join(rows, "\n")+"\n  }\n}\n"+set), "realm ", "batch_size = 10\n    max_retries = 0\n    realm ", 1)
	cli := acctest.NewCLI(t, configuration)
	cli.Install(filepath.Dir(acctest.BuildProvider(t))) // another process for the plan and for the apply
	fail := func(skip int) {
		sim.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: not today", Skip: skip, Count: -1})
	}
	made := func() int { return len(sim.WhatCounts.Contacts(acctest.Realm)) }

	fail(0)
	cli.Refused([]string{contact.SummaryRowsFailed}, "apply", "-auto-approve")
	if printed := cli.MustRun("state", "list"); made() != 0 || strings.TrimSpace(printed) != "" {
		t.Fatalf("nothing was added, and in state is\n%s", printed)
	}
	sim.Faults.Clear()
	fail(1)
	cli.Refused([]string{contact.SummaryRowsFailed, contact.SummaryIncomplete}, "apply", "-auto-approve")
	sim.Faults.Clear()
	half := made()
	if half == 0 || half == 25 {
		t.Fatalf("%d contacts were added", half)
	}
	cli.Refused([]string{contact.SummaryNotTakenOver, "terraform untaint"}, "apply", "-auto-approve", "-refresh=false")
	if made() != half || !strings.Contains(cli.MustRun("show"), "(tainted)") {
		t.Errorf("%d contacts are left of %d", made(), half)
	}
	fail(1)
	cli.Refused([]string{contact.SummaryRowsFailed}, "apply", "-auto-approve")
	sim.Faults.Clear()
	if printed := cli.MustRun("apply", "-auto-approve"); !strings.Contains(printed, contact.SummaryTakenOver) {
		t.Errorf("it is not told:\n%s", printed)
	}
	if printed := cli.MustRun("plan", "-detailed-exitcode"); !strings.Contains(printed, "No changes.") || made() != 25 || sim.Log.Count("delete")+sim.Log.Count("deletesubid") > 0 {
		t.Errorf("%d contacts are there, and the plan is\n%s", made(), printed)
	}
	cli.MustRun("destroy", "-auto-approve")
	if made() != 0 {
		t.Errorf("%d contacts are left", made())
	}
}
