package contact_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Every outcome in one call: deleted with others, gone before, and refused when
// the service had left it out of the command. Each stands in the report once.
func TestDeleteContactsMixed(t *testing.T) {
	t.Parallel()
	sim := club(t, 4)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	sim.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Partial, Rows: 1})
	sim.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Replace, Body: "FAILURE: in use by a campaign"})
	progress, diagnostics := server.Invoke(deleteAction, ending(3, firstNamed(1), firstNamed(99), firstNamed(2), firstNamed(3)))
	want := fmt.Sprintf("2 contacts deleted:\n  - %s\n  - %s\n1 already gone:\n  - Club99@test.example.com,Member 99\n1 refused:\n  - %s: While deleting contact 1003 (club3@test.example.com, Member 3): refused. In use by a campaign. Correct what the service names and apply again.",
		told(1), told(2), told(3))
	acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, want)
	if got := progress[len(progress)-1]; got != want {
		t.Errorf("told\n%s", got)
	}
	if !slices.Equal(leftIn(sim, acctest.Realm), []int64{1003, 1004}) {
		t.Errorf("left are %v", leftIn(sim, acctest.Realm))
	}
}

// A contact that somebody has renamed right before the command is another one:
// it is kept, and the others go.
func TestDeleteContactsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	sim := club(t, 3)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	sim.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Act, Do: func() {
		must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1002, func(c *simulated.Contact) { c.First = "Somebody else" }))
	}})
	_, diagnostics := server.Invoke(deleteAction, ending(3, firstNamed(1), firstNamed(2), firstNamed(3)))
	acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, "2 contacts deleted:", "1 refused:\n  - "+told(2), "Somebody else")
	if !slices.Equal(leftIn(sim, acctest.Realm), []int64{1002}) {
		t.Errorf("left are %v", leftIn(sim, acctest.Realm))
	}
}

// The journal has each contact, whole, before the command that deletes it.
func TestDeleteContactsJournal(t *testing.T) {
	t.Parallel()
	sim := club(t, 3)
	journal := filepath.Join(t.TempDir(), "deleted.jsonl")
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": journal})
	var atDelete string
	sim.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.Act, Do: func() {
		content, err := os.ReadFile(journal)
		must(t, err)
		atDelete = string(content)
	}})
	_, diagnostics := server.Invoke(deleteAction, ending(2, firstNamed(1), firstNamed(2)))
	acctest.NoErrors(t, diagnostics)
	lines := strings.Split(strings.TrimSpace(atDelete), "\n")
	if len(lines) != 2 {
		t.Fatalf("the journal was\n%s", atDelete)
	}
	for i, line := range lines {
		for _, part := range []string{fmt.Sprintf(`"subscriber_id":%d`, 1001+i), `"last_name":"Doe"`, `"policy":"delete"`, `"subscriptions":[{"list_id":5,"format":"html"}]`} {
			if !strings.Contains(line, part) {
				t.Errorf("%s is not in the journal's line %s", part, line)
			}
		}
	}
}

// An opt-out that WhatCounts records all the same is told.
func TestDeleteContactsTellsOfOptouts(t *testing.T) {
	t.Parallel()
	sim := club(t, 2)
	must(t, sim.WhatCounts.Set("wc-deletesubid-optout"))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	config := ending(2, named(1), named(2))
	config["without_optout"] = true
	_, diagnostics := server.Invoke(deleteAction, config)
	acctest.NoErrors(t, diagnostics)
	warnings := acctest.Warnings(diagnostics)
	if len(warnings) != 1 || warnings[0].Summary != contact.SummaryOptoutRemain || !strings.Contains(warnings[0].Detail, "club1@") || !strings.Contains(warnings[0].Detail, "club2@") {
		t.Errorf("warned of\n%s", acctest.Texts(warnings))
	}
}
