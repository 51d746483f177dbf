package communication_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/selection"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

const deleteAction = "reach_delete_communications"

// office is a registry with communications 1001 and on, whose external ids are
// EXT-1001 and on.
func office(t *testing.T, count int) *simulator.Simulator {
	t.Helper()
	sim := acctest.Simulator(t)
	for i := range count {
		id := int64(1001 + i)
		_, err := sim.SevenG.AddCommunication(simulated.Communication{
			ID: id, ExternalID: fmt.Sprintf("EXT-%d", id), TypeID: 1, Name: fmt.Sprintf("office%d@test.example.com", id),
			Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return sim
}

func left(sim *simulator.Simulator) []int64 {
	var ids []int64
	for _, c := range sim.SevenG.Communications() {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// deleting is a configuration that deletes, of native ids.
func deleting(expected int, ids ...any) map[string]any {
	return map[string]any{"communication_ids": ids, "dry_run": false, "expected_count": expected}
}

// What is deleted, what is asked for it, and what a person is told.
func TestDeleteCommunications(t *testing.T) {
	t.Parallel()
	sim := office(t, 4)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	var progress []string
	acctest.ExpectRequests(t, sim, func() {
		told, diagnostics := server.Act(deleteAction, map[string]any{
			"communication_ids": []any{1001, 4711, 1002}, "external_ids": []any{"EXT-1002", "EXT-1003", "NONE"},
			"dry_run": false, "expected_count": 3,
		})
		acctest.NoErrors(t, diagnostics)
		warnings := acctest.Warnings(diagnostics)
		if len(warnings) != 1 || warnings[0].Summary != communication.SummaryPermanent || !strings.Contains(warnings[0].Detail, "6 communications, if these are 3 in the end") {
			t.Errorf("warned of\n%s", acctest.Texts(warnings))
		}
		progress = told
	},
		"GET /communication", "GET /communication", "GET /communication", "GET /communication", "GET /communication", "GET /communication",
		"GET /communication", "DELETE /communication", "GET /communication", "DELETE /communication", "GET /communication", "DELETE /communication")
	if !slices.Equal(left(sim), []int64{1004}) {
		t.Errorf("left are %v", left(sim))
	}
	want := []string{"Looked up 6 of 6", "Deleted or passed over 3 of 3", `3 communications deleted:
  - communication 1001 (office1001@test.example.com)
  - communication 1002 (office1002@test.example.com)
  - communication 1003 (office1003@test.example.com)
2 already gone:
  - communication 4711
  - the communication with external id NONE`}
	if !slices.Equal(progress, want) {
		t.Errorf("told\n%s", strings.Join(progress, "\n"))
	}
}

// Without dry_run = false nothing is deleted, and a run with it would do
// exactly what was told.
func TestDeleteCommunicationsDryRun(t *testing.T) {
	t.Parallel()
	for _, config := range []map[string]any{
		{"communication_ids": []any{1001, 4711}},
		{"communication_ids": []any{1001, 4711}, "dry_run": true, "expected_count": 1},
	} {
		sim := office(t, 2)
		server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 1})
		for range 2 { // a dry run does not count
			acctest.ExpectRequests(t, sim, func() {
				progress, diagnostics := server.Act(deleteAction, config)
				acctest.NoErrors(t, diagnostics)
				const found = "1 communication would be deleted:\n  - communication 1001 (office1001@test.example.com)\n1 already gone:\n  - communication 4711"
				if last := progress[len(progress)-1]; last != selection.SummaryDryRun+": "+found {
					t.Errorf("told %q", last)
				}
				warnings := acctest.Warnings(diagnostics)
				if len(warnings) != 1 || warnings[0].Summary != selection.SummaryDryRun || warnings[0].Detail != found+"\nTo delete what is listed, set dry_run = false and expected_count = 1." {
					t.Errorf("warned of\n%s", acctest.Texts(warnings))
				}
			}, "GET /communication", "GET /communication")
		}
		if !slices.Equal(left(sim), []int64{1001, 1002}) {
			t.Errorf("left are %v", left(sim))
		}
	}
}

// What is refused before anything is deleted, dry or not, and with how many
// requests.
func TestDeleteCommunicationsRefusals(t *testing.T) {
	t.Parallel()
	scope := map[string]any{"deletable": []any{"office1001@*"}}
	for name, test := range map[string]struct {
		safeguards map[string]any
		config     map[string]any
		fault      *ledger.Fault
		summary    string
		texts      []string
		reads      int // -1: refused in the plan
	}{
		"fewer than expected":   {nil, deleting(3, 1001, 1002, 4711), nil, selection.SummaryCount, []string{"expected_count is 3", "2 communications", "communication 1002 (office1002@test.example.com)", "set expected_count = 2"}, 3},
		"more than expected":    {nil, deleting(1, 1001, 1002), nil, selection.SummaryCount, []string{"expected_count is 1", "2 communications"}, 2},
		"more, dry":             {nil, map[string]any{"communication_ids": []any{1001, 1002}, "expected_count": 1}, nil, selection.SummaryCount, []string{"set expected_count = 2"}, 2},
		"one by two ids":        {nil, map[string]any{"communication_ids": []any{1001}, "external_ids": []any{"EXT-1001"}, "dry_run": false, "expected_count": 2}, nil, selection.SummaryCount, []string{"set expected_count = 1"}, 2},
		"outside":               {scope, deleting(3, 1001, 1002, 1003), nil, safeguard.SummaryOutside, []string{"office1002@", "office1003@", "office1001@*"}, 3},
		"outside, dry":          {scope, map[string]any{"communication_ids": []any{1001, 1002}}, nil, safeguard.SummaryOutside, []string{"office1002@"}, 2},
		"nothing is deletable":  {map[string]any{"deletable": []any{}}, deleting(1, 1001), nil, safeguard.SummaryOutside, []string{"the list is empty"}, 1},
		"more than a run may":   {map[string]any{"max_deletes_per_run": 1}, deleting(2, 1001, 1002), nil, safeguard.SummaryTooMany, []string{"2 to delete", "allows 1"}, -1},
		"the same, dry":         {map[string]any{"max_deletes_per_run": 1}, map[string]any{"communication_ids": []any{1001, 1002}}, nil, safeguard.SummaryTooMany, []string{"2 to delete"}, 2},
		"prevented":             {map[string]any{"deletion_policy": "prevent"}, deleting(1, 1001), nil, safeguard.SummaryPrevented, []string{`"prevent"`, "alias"}, -1},
		"abandoned":             {map[string]any{"deletion_policy": "abandon"}, deleting(1, 1001), nil, safeguard.SummaryPrevented, []string{`"abandon"`}, -1},
		"prevented, dry":        {map[string]any{"deletion_policy": "prevent"}, map[string]any{"communication_ids": []any{1001}}, nil, safeguard.SummaryPrevented, nil, 1},
		"one that is not read":  {nil, deleting(2, 1001, 1002), &ledger.Fault{Operation: "GET /communication", Kind: ledger.Replace, Skip: 1, Body: `{"result":false,"message":"out of order"}`}, communication.SummaryNotRead, []string{"communication 1002", "Out of order", "Nothing was deleted"}, 2},
		"none named":            {nil, map[string]any{"communication_ids": []any{}}, nil, selection.SummaryEmpty, []string{"communication_ids and external_ids"}, -1},
		"nothing said":          {nil, map[string]any{}, nil, selection.SummaryEmpty, nil, -1},
		"no count":              {nil, map[string]any{"communication_ids": []any{1001}, "dry_run": false}, nil, selection.SummaryCount, []string{"expected_count", "dry_run = true"}, -1},
		"a count past the ids":  {nil, deleting(2, 1001), nil, selection.SummaryCount, []string{"named are 1"}, -1},
		"a negative count":      {nil, deleting(-1, 1001), nil, "Invalid Attribute Value", []string{"expected_count"}, -1},
		"an id that is none":    {nil, deleting(1, 0), nil, "Invalid Attribute Value", []string{"communication_ids"}, -1},
		"an id twice":           {nil, deleting(1, 1001, 1001), nil, "Duplicate List Value", []string{"communication_ids"}, -1},
		"an external id twice":  {nil, map[string]any{"external_ids": []any{"A", "A"}}, nil, "Duplicate List Value", []string{"external_ids"}, -1},
		"a null":                {nil, map[string]any{"external_ids": []any{"A", nil}}, nil, "Null List Value", []string{"external_ids"}, -1},
		"an empty external id":  {nil, map[string]any{"external_ids": []any{""}}, nil, "Invalid Attribute Value Length", []string{"external_ids"}, -1},
		"a long external id":    {nil, map[string]any{"external_ids": []any{strings.Repeat("é", 51)}}, nil, "Invalid Attribute Value Length", []string{"50"}, -1},
		"more than one can see": {nil, map[string]any{"communication_ids": numbers(10001)}, nil, selection.SummaryTooMany, []string{"10001 records", "10000"}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := office(t, 3)
			server := acctest.NewConfigured(t, sim, acctest.Realm, test.safeguards)
			if test.fault != nil {
				sim.Faults.Add(*test.fault)
			}
			var sent []string
			if test.reads > 0 {
				sent = slices.Repeat([]string{"GET /communication"}, test.reads)
			}
			acctest.ExpectRequests(t, sim, func() {
				planned := server.PlanAction(deleteAction, test.config)
				if test.reads < 0 {
					acctest.OneError(t, planned, test.summary, test.texts...)
					return
				}
				acctest.NoErrors(t, planned)
				_, diagnostics := server.Invoke(deleteAction, test.config)
				acctest.OneError(t, diagnostics, test.summary, test.texts...)
			}, sent...)
			if len(left(sim)) != 3 {
				t.Errorf("left are %v", left(sim))
			}
		})
	}
}

func numbers(count int) []any {
	var ids []any
	for i := range count {
		ids = append(ids, i+1)
	}
	return ids
}

// What is not known in a plan yet is not refused, and not warned of.
func TestDeleteCommunicationsPlansWhatIsKnown(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	acctest.ExpectSilence(t, sim, func() {
		for _, config := range []map[string]any{
			{"communication_ids": acctest.Unknown, "dry_run": false, "expected_count": 5},
			{"communication_ids": []any{acctest.Unknown}, "dry_run": false, "expected_count": 1},
			{"external_ids": []any{acctest.Unknown}, "dry_run": acctest.Unknown},
			{"communication_ids": []any{1}, "dry_run": false, "expected_count": acctest.Unknown},
			{"communication_ids": []any{1}},
		} {
			if told := server.PlanAction(deleteAction, config); len(told) != 0 {
				t.Errorf("%v: %s", config, acctest.Texts(told))
			}
		}
	})
}

// Deletes of actions and of resources are one run, in the plan and at apply.
func TestDeleteCommunicationsCountsWithResources(t *testing.T) {
	t.Parallel()
	sim := office(t, 3)
	limited := map[string]any{"max_deletes_per_run": 2}
	imported := func(server *acctest.Server, id int) acctest.State {
		state, diagnostics := server.Import(typeName, fmt.Sprint(id), nil)
		acctest.NoErrors(t, diagnostics)
		return state
	}
	t.Run("plan", func(t *testing.T) {
		server := acctest.NewConfigured(t, sim, acctest.Realm, limited)
		acctest.NoErrors(t, server.Plan(typeName, imported(server, 1001), nil).Diagnostics)
		acctest.NoErrors(t, server.PlanAction(deleteAction, deleting(2, 1001, 1002))) // 1001 counts once
		acctest.NoErrors(t, server.PlanAction(deleteAction, deleting(2, 1001, 1002)))
		acctest.OneError(t, server.PlanAction(deleteAction, deleting(1, 1003)), safeguard.SummaryTooMany)
		acctest.OneError(t, server.Plan(typeName, imported(server, 1003), nil).Diagnostics, safeguard.SummaryTooMany)
	})
	t.Run("apply", func(t *testing.T) {
		server := acctest.NewConfigured(t, sim, acctest.Realm, limited)
		state := imported(server, 1003)
		_, diagnostics := server.Invoke(deleteAction, deleting(2, 1001, 1002))
		acctest.NoErrors(t, diagnostics)
		none := server.None(typeName)
		_, diagnostics = server.Apply(typeName, state, acctest.Planned{State: none, Config: none.Value})
		acctest.OneError(t, diagnostics, safeguard.SummaryTooMany)
		_, diagnostics = server.Invoke(deleteAction, deleting(1, 1003))
		acctest.OneError(t, diagnostics, safeguard.SummaryTooMany, "1 to delete", "2 are deleted in this run already")
		if !slices.Equal(left(sim), []int64{1003}) {
			t.Errorf("left are %v", left(sim))
		}
	})
}

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
		fault      func(sim *simulator.Simulator) ledger.Fault // of the second record, after three look-ups
		safeguards map[string]any
		left       []int64
		told       []string // the parts of the report
		failed     bool
	}{
		"refused": {
			func(*simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Replace, Body: unavailable, Skip: 1}
			}, nil, []int64{1002},
			[]string{"2 communications deleted:\n  - " + first + "\n  - " + third, "1 refused:\n  - " + second + ": While deleting communication 1002: refused. In use by a workflow."}, true,
		},
		"no permission": {
			func(*simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Replace, Status: 403, Body: unavailable, Skip: 1}
			}, nil, []int64{1002},
			[]string{"2 communications deleted:", "1 refused:\n  - " + second}, true,
		},
		"changed meanwhile": {
			func(sim *simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Act, Do: func() {
					sim.SevenG.ChangeCommunication(1002, func(c *simulated.Communication) { c.Name = "ceo@example.com" })
				}}
			}, nil, []int64{1002},
			[]string{"2 communications deleted:", "1 refused:\n  - " + second + `: It was changed by somebody else meanwhile. Before: value "office1002@test.example.com"`, "ceo@example.com"}, true,
		},
		"gone meanwhile": {
			func(sim *simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Act, Do: func() { sim.SevenG.RemoveCommunication(1002) }}
			}, nil, nil,
			[]string{"2 communications deleted:", "1 already gone:\n  - " + second}, false,
		},
		"gone meanwhile, not verified": {
			func(sim *simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Act, Do: func() { sim.SevenG.RemoveCommunication(1002) }}
			}, map[string]any{"verify_before_delete": false}, nil,
			[]string{"3 communications deleted:"}, false,
		},
		"not read again": {
			func(*simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "GET /communication", Kind: ledger.Replace, Body: "nothing", Skip: 4, Count: -1}
			}, nil, []int64{1002, 1003},
			[]string{"1 communication deleted:\n  - " + first, "1 refused:\n  - " + second, "1 not attempted:\n  - " + third}, true,
		},
		"outcome unknown": {
			func(*simulator.Simulator) ledger.Fault {
				return ledger.Fault{Operation: "DELETE /communication", Kind: ledger.StatusBefore, Status: 500, Skip: 1, Count: -1}
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
			acctest.OneError(t, diagnostics, selection.SummaryNotDeleted, outcome)
		})
	}
}

// Each record is in the journal before it is deleted, and a journal that cannot
// be written ends the action.
func TestDeleteCommunicationsJournal(t *testing.T) {
	t.Parallel()
	t.Run("written first", func(t *testing.T) {
		t.Parallel()
		sim := office(t, 2)
		path := filepath.Join(t.TempDir(), "deleted.jsonl")
		server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": path})
		var atDelete []string
		sim.Faults.Add(ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Act, Count: 2, Do: func() {
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
	})
	t.Run("not written", func(t *testing.T) {
		t.Parallel()
		sim := office(t, 2)
		server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": filepath.Join(t.TempDir(), "none", "deleted.jsonl")})
		progress, diagnostics := server.Invoke(deleteAction, deleting(2, 1001, 1002))
		acctest.OneError(t, diagnostics, selection.SummaryNotDeleted, "safeguards.journal_path", "1 not attempted:\n  - communication 1002")
		if len(left(sim)) != 2 || !strings.HasPrefix(progress[len(progress)-1], "0 communications deleted.") {
			t.Errorf("left are %v, told %q", left(sim), progress)
		}
	})
}

// A person is told how far a long action is.
func TestDeleteCommunicationsProgress(t *testing.T) {
	t.Parallel()
	sim := office(t, 120)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": false})
	var ids []any
	for i := range 120 {
		ids = append(ids, 1001+i)
	}
	progress, diagnostics := server.Invoke(deleteAction, deleting(120, ids...))
	acctest.NoErrors(t, diagnostics)
	want := []string{
		"Looked up 50 of 120", "Looked up 100 of 120", "Looked up 120 of 120",
		"Deleted or passed over 50 of 120", "Deleted or passed over 100 of 120", "Deleted or passed over 120 of 120",
	}
	if got := progress[:len(progress)-1]; !slices.Equal(got, want) {
		t.Errorf("told %q", got)
	}
	if len(left(sim)) != 0 || sim.Log.Count("DELETE /communication") != 120 || sim.Log.Count("GET /communication") != 120 {
		t.Errorf("left are %v", left(sim))
	}
}

func TestDeleteCommunicationsWithoutSevenG(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	acctest.NoErrors(t, server.Configure(map[string]any{}))
	acctest.OneError(t, server.PlanAction(deleteAction, deleting(1, 1001)), "7G is not configured", "SEVENG_ACCESS_TOKEN")
	_, diagnostics := server.Invoke(deleteAction, deleting(1, 1001))
	acctest.OneError(t, diagnostics, "7G is not configured", "SEVENG_ACCESS_TOKEN")
}

// Twin: TestDeleteCommunications
func TestAccDeleteCommunications_cli(t *testing.T) {
	t.Parallel()
	sim := office(t, 4)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.Configuration(sim, `
action "reach_delete_communications" "old" {
  config {
    communication_ids = [1001, 4711, 1002]
    external_ids      = ["EXT-1002", "EXT-1003", "NONE"]
    dry_run           = false
    expected_count    = 3
  }
}

resource "terraform_data" "trigger" {
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.reach_delete_communications.old]
    }
  }
}
`),
			Check: func(*terraform.State) error {
				if ids := left(sim); !slices.Equal(ids, []int64{1004}) {
					return fmt.Errorf("left are %v", ids)
				}
				return nil
			},
		}},
	})
}
