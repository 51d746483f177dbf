package communication_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// What happens to one record does not keep the others, unless it would happen
// to all of them. Each record stands once in the report.
func TestDeleteCommunicationsWhenOneFails(t *testing.T) {
	t.Parallel()
	const (
		first  = "communication 1001 (office1001@test.example.com)"
		second = "communication 1002 (office1002@test.example.com)"
		third  = "communication 1003 (office1003@test.example.com)"
	)
	unavailable := `{"result":false,"message":"in use by a workflow"}`
	for name, test := range map[string]struct {
		fault      func(sim *simulator.Simulator) traffic.Fault // of the second record, after three look-ups
		safeguards map[string]any
		left       []int64
		told       []string // the parts of the report
		failed     bool
	}{
		"refused": {
			func(*simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Replace, Body: unavailable, Skip: 1}
			}, nil, []int64{1002},
			[]string{"2 communications deleted:\n  - " + first + "\n  - " + third, "1 refused:\n  - " + second + ": While deleting communication 1002: refused. In use by a workflow."}, true,
		},
		"no permission": {
			func(*simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Replace, Status: 403, Body: unavailable, Skip: 1}
			}, nil, []int64{1002},
			[]string{"2 communications deleted:", "1 refused:\n  - " + second}, true,
		},
		"changed meanwhile": {
			func(sim *simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Act, Do: func() {
					sim.SevenG.ChangeCommunication(1002, func(c *simulated.Communication) { c.Name = "ceo@example.com" })
				}}
			}, nil, []int64{1002},
			[]string{"2 communications deleted:", "1 refused:\n  - " + second + `: It was changed by somebody else meanwhile. Before: value "office1002@test.example.com"`, "ceo@example.com"}, true,
		},
		"gone meanwhile": {
			func(sim *simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Act, Do: func() { sim.SevenG.RemoveCommunication(1002) }}
			}, nil, nil,
			[]string{"2 communications deleted:", "1 already gone:\n  - " + second}, false,
		},
		"gone meanwhile, not verified": {
			func(sim *simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Act, Do: func() { sim.SevenG.RemoveCommunication(1002) }}
			}, map[string]any{"verify_before_delete": false}, nil,
			[]string{"3 communications deleted:"}, false,
		},
		"not read again": {
			func(*simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "GET /communication", Kind: traffic.Replace, Body: "nothing", Skip: 4, Count: -1}
			}, nil, []int64{1002, 1003},
			[]string{"1 communication deleted:\n  - " + first, "1 refused:\n  - " + second, "1 not attempted:\n  - " + third}, true,
		},
		"outcome unknown": {
			func(*simulator.Simulator) traffic.Fault {
				return traffic.Fault{Operation: "DELETE /communication", Kind: traffic.StatusBefore, Status: 500, Skip: 1, Count: -1}
			}, nil, []int64{1002, 1003},
			[]string{"1 communication deleted:\n  - " + first, "1 with an unknown outcome:\n  - " + second, "1 not attempted:\n  - " + third}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := office(t, 3)
			server := acctest.NewConfigured(t, sim, acctest.Realm, test.safeguards)
			sim.Faults.Add(test.fault(sim))
			progress, diagnostics := server.Invoke(deleteAction, deleting(3, 1001, 1002, 1003))
			if !slices.Equal(left(sim), test.left) {
				t.Errorf("left are %v", left(sim))
			}
			outcome := progress[len(progress)-1]
			for _, part := range test.told {
				if !strings.Contains(outcome, part) {
					t.Errorf("the report does not say %q:\n%s", part, outcome)
				}
			}
			for _, record := range []string{first, second, third} {
				if strings.Count(outcome, "\n  - "+record) != 1 {
					t.Errorf("%s does not stand once in\n%s", record, outcome)
				}
			}
			if !test.failed {
				acctest.NoErrors(t, diagnostics)
				return
			}
			acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, outcome)
		})
	}
}

// Each record is in the journal before it is deleted.
func TestDeleteCommunicationsJournal(t *testing.T) {
	t.Parallel()
	sim := office(t, 2)
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": path})
	var atDelete []string
	sim.Faults.Add(traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Act, Count: 2, Do: func() {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		lines := strings.Split(strings.TrimSpace(string(content)), "\n")
		atDelete = append(atDelete, lines[len(lines)-1])
	}})
	_, diagnostics := server.Invoke(deleteAction, deleting(2, 1001, 1002))
	acctest.NoErrors(t, diagnostics)
	if len(atDelete) != 2 {
		t.Fatalf("%d deletes", len(atDelete))
	}
	for i, line := range atDelete {
		for _, part := range []string{fmt.Sprintf(`"communication_id":%d`, 1001+i), `"type":"email"`, `"policy":"delete"`, `"external_id":"BE-1"`} {
			if !strings.Contains(line, part) {
				t.Errorf("%s is not in the journal's line %s", part, line)
			}
		}
	}
}

// A journal that cannot be written would keep the next record too.
func TestDeleteCommunicationsEndsWithoutAJournal(t *testing.T) {
	t.Parallel()
	sim := office(t, 2)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": filepath.Join(t.TempDir(), "none", "deleted.jsonl")})
	_, diagnostics := server.Invoke(deleteAction, deleting(2, 1001, 1002))
	acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, "1 not attempted:\n  - communication 1002")
}
