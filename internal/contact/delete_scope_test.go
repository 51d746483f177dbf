package contact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// A contact that has left safeguards.deletable since the delete was planned, by
// getting another address, is no longer the one that was asked for: it is kept,
// also without verification, and not written to the journal; those beside it go.
func TestContactThatLeavesTheScope(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"delete", "delete_without_optout"} {
		for _, way := range []string{"resource", "action"} {
			t.Run(policy+", "+way, func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				journal := filepath.Join(t.TempDir(), "deleted.jsonl")
				server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{
					"deletable": []any{"*@test.example.com"}, "verify_before_delete": false, "journal_path": journal,
				})
				var states []acctest.State
				for _, email := range []string{"jane@test.example.com", "joan@test.example.com"} {
					states = append(states, server.Created(typeName, jane(map[string]any{"email": email, "deletion_policy": policy})))
				}
				change := func() {
					if err := sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) { c.Email = "jane@example.com" }); err != nil {
						t.Error(err)
					}
				}
				if way == "resource" {
					change()
					_, diagnostics := server.Change(typeName, states[0], nil)
					acctest.OneError(t, diagnostics, contact.SummaryChanged, "jane@example.com", "nothing was deleted")
					_, diagnostics = server.Change(typeName, states[1], nil)
					acctest.NoErrors(t, diagnostics)
				} else {
					sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.Act, Do: change})
					_, diagnostics := server.Act("reach_delete_contacts", map[string]any{
						"contacts": []any{map[string]any{"email": "jane@test.example.com", "first_name": "Jane"}, map[string]any{"email": "joan@test.example.com", "first_name": "Jane"}},
						"dry_run":  false, "expected_count": 2, "without_optout": policy == "delete_without_optout",
					})
					acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, "1 contact deleted", "1 refused", "found contact 1001 (jane@example.com, Jane)")
				}
				if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) != 1 || left[0].Email != "jane@example.com" {
					t.Errorf("left are %v", left)
				}
				if text, err := os.ReadFile(journal); err != nil || strings.Contains(string(text), "jane@example.com") || !strings.Contains(string(text), "joan@test.example.com") {
					t.Errorf("the journal holds %s (%v)", text, err)
				}
			})
		}
	}
}
