package communication_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// deletions are the ways in which a record is deleted that is changed after it
// was planned, or found.
func deletions(t *testing.T, sim *simulator.Simulator, safeguards map[string]any, change func()) map[string]func() (problems string) {
	t.Helper()
	return map[string]func() string{
		"resource": func() string {
			server := acctest.NewConfigured(t, sim, acctest.Realm, safeguards)
			state := server.Created(typeName, billing(map[string]any{"value": "billing@test.example.com"}))
			planned := server.Plan(typeName, state, nil)
			acctest.NoErrors(t, planned.Diagnostics)
			change()
			_, diagnostics := server.Apply(typeName, state, planned)
			return acctest.Texts(acctest.Errors(diagnostics))
		},
		"action": func() string {
			server := acctest.NewConfigured(t, sim, acctest.Realm, safeguards)
			server.Created(typeName, billing(map[string]any{"value": "billing@test.example.com"}))
			sim.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.ActAfter, Do: change})
			_, diagnostics := server.Act(deleteAction, map[string]any{"communication_ids": []any{1001}, "dry_run": false, "expected_count": 1})
			return acctest.Texts(acctest.Errors(diagnostics))
		},
	}
}

// A record that has left safeguards.deletable since it was planned is not
// deleted, whenever it is read before the delete.
func TestRecordThatLeavesTheScope(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]any{
		"journal": {"verify_before_delete": false}, "verification": {"verify_before_delete": true}, "both": {"verify_before_delete": true},
	} {
		for _, way := range []string{"resource", "action"} {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				journal := filepath.Join(t.TempDir(), "deleted.jsonl")
				safeguards := map[string]any{"deletable": []any{"*@test.example.com"}, "verify_before_delete": settings["verify_before_delete"]}
				if name != "verification" {
					safeguards["journal_path"] = journal
				}
				told := deletions(t, sim, safeguards, func() {
					sim.SevenG.ChangeCommunication(1001, func(c *simulated.Communication) { c.Name = "boss@example.com" })
				})[way]()
				if left := sim.SevenG.Communications(); len(left) != 1 || !strings.Contains(told, "communication 1001 (boss@example.com)") || !strings.Contains(told, "safeguards.deletable") {
					t.Errorf("left are %v, told\n%s", left, told)
				}
				if way == "resource" && !strings.Contains(told, deletion.SummaryOutside) {
					t.Errorf("told\n%s", told)
				}
				if text, err := os.ReadFile(journal); err == nil {
					t.Errorf("the journal holds %s", text)
				}
			})
		}
	}
}

// The journal holds what 7G held right before the delete, its type by name
// included, and nothing is deleted where that could not be read.
func TestJournalOfWhatWasRead(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"resource", "action"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			journal := filepath.Join(t.TempDir(), "deleted.jsonl")
			safeguards := map[string]any{"journal_path": journal, "verify_before_delete": false}
			told := deletions(t, sim, safeguards, func() {
				sim.SevenG.ChangeCommunication(1001, func(c *simulated.Communication) {
					c.TypeID, c.Name, c.Owner = 2, "+61 2 5550 9999", simulated.OwnerKey{Kind: simulated.Person, ID: 7}
				})
			})[way]()
			text, err := os.ReadFile(journal)
			if err != nil || told != "" || len(sim.SevenG.Communications()) != 0 {
				t.Fatalf("%v, told\n%s", err, told)
			}
			for _, part := range []string{`"value":"+61 2 5550 9999"`, `"type":"phone"`, `"type_id":2`, `"type":"person","id":7`} {
				if !strings.Contains(string(text), part) {
					t.Errorf("%s is not in %s", part, text)
				}
			}
			if strings.Contains(string(text), "billing") {
				t.Errorf("the journal holds what the state had: %s", text)
			}
		})
	}
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": filepath.Join(t.TempDir(), "deleted.jsonl"), "verify_before_delete": false})
	state := server.Created(typeName, billing(nil))
	sim.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.StatusBefore, Status: 500, Count: -1})
	_, diagnostics := server.Change(typeName, state, nil)
	acctest.OneError(t, diagnostics, communication.SummaryNotDeleted, "reading communication 1001")
	if left := sim.SevenG.Communications(); len(left) != 1 {
		t.Errorf("7G holds %v", left)
	}
}
