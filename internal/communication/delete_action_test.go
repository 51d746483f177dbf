package communication_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

const deleteAction = "reach_delete_communications"

// office is a registry with communications 1001 and on, whose external ids are
// EXT-1001 and on.
func office(t testing.TB, count int) *simulator.Simulator {
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

// What every action that deletes promises.
func TestDeleteCommunicationsPromises(t *testing.T) {
	t.Parallel()
	acctest.Deletion{
		Action: deleteAction, Resource: typeName, Kind: "communication",
		Unconfigured: services.SummarySevenGNotConfigured, Credential: "SEVENG_ACCESS_TOKEN",
		Start: office,
		Naming: func(numbers ...int) map[string]any {
			ids := []any{}
			for _, number := range numbers {
				ids = append(ids, 1000+number)
			}
			return map[string]any{"communication_ids": ids}
		},
		NamingOtherwise: func(numbers ...int) map[string]any {
			ids := []any{}
			for _, number := range numbers {
				ids = append(ids, fmt.Sprintf("EXT-%d", 1000+number))
			}
			return map[string]any{"external_ids": ids}
		},
		Told: func(number int) string {
			return fmt.Sprintf("communication %d (office%d@test.example.com)", 1000+number, 1000+number)
		},
		ToldGone: func(number int) string { return fmt.Sprintf("communication %d", 1000+number) },
		Left:     left,
	}.Check(t)
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
		if len(warnings) != 1 || warnings[0].Summary != communication.SummaryPermanent || !strings.Contains(warnings[0].Detail, "names 6 communications, and deletes what it finds of them if that is exactly 3") {
			t.Errorf("warned of\n%s", acctest.Texts(warnings))
		}
		progress = told
	},
		"GET /communication", "GET /communication", "GET /communication", "GET /communication", "GET /communication", "GET /communication",
		"GET /communication", "DELETE /communication", "GET /communication", "DELETE /communication", "GET /communication", "DELETE /communication")
	if !slices.Equal(left(sim), []int64{1004}) {
		t.Errorf("left are %v", left(sim))
	}
	want := []string{"Looked up 6 of 6", "Deleted or skipped 3 of 3", `3 communications deleted:
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

// What is refused before anything is deleted, dry or not, and with how many
// requests.
func TestDeleteCommunicationsRefusals(t *testing.T) {
	t.Parallel()
	scope := map[string]any{"deletable": []any{"office1001@*"}}
	for name, test := range map[string]struct {
		safeguards map[string]any
		config     map[string]any
		fault      *traffic.Fault
		summary    string
		texts      []string
		reads      int // -1: refused in the plan
	}{
		"one by two ids":       {nil, map[string]any{"communication_ids": []any{1001}, "external_ids": []any{"EXT-1001"}, "dry_run": false, "expected_count": 2}, nil, deletion.SummaryCount, []string{"set expected_count = 1"}, 2},
		"outside":              {scope, deleting(3, 1001, 1002, 1003), nil, deletion.SummaryOutside, []string{"office1002@", "office1003@", "office1001@*"}, 3},
		"outside, dry":         {scope, map[string]any{"communication_ids": []any{1001, 1002}}, nil, deletion.SummaryOutside, []string{"office1002@"}, 2},
		"nothing is deletable": {map[string]any{"deletable": []any{}}, deleting(1, 1001), nil, deletion.SummaryOutside, []string{"the list is empty"}, 1},
		"one that is not read": {nil, deleting(2, 1001, 1002), &traffic.Fault{Operation: "GET /communication", Kind: traffic.Replace, Skip: 1, Body: `{"result":false,"message":"out of order"}`}, communication.SummaryNotRead, []string{"communication 1002", "Out of order", "Nothing was deleted"}, 2},
		"nothing said":         {nil, map[string]any{}, nil, deletion.SummaryEmpty, nil, -1},
		"an id that is none":   {nil, deleting(1, 0), nil, "Invalid Attribute Value", []string{"communication_ids"}, -1},
		"an id twice":          {nil, deleting(1, 1001, 1001), nil, "Duplicate List Value", []string{"communication_ids"}, -1},
		"an external id twice": {nil, map[string]any{"external_ids": []any{"A", "A"}}, nil, "Duplicate List Value", []string{"external_ids"}, -1},
		"a null":               {nil, map[string]any{"external_ids": []any{"A", nil}}, nil, "Null List Value", []string{"external_ids"}, -1},
		"an empty external id": {nil, map[string]any{"external_ids": []any{""}}, nil, "Invalid Attribute Value Length", []string{"external_ids"}, -1},
		"a long external id":   {nil, map[string]any{"external_ids": []any{strings.Repeat("é", 51)}}, nil, "Invalid Attribute Value Length", []string{"50"}, -1},
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

// Deletes of actions and of resources are one run in the plan, too.
func TestDeleteCommunicationsPlansOneRunWithResources(t *testing.T) {
	t.Parallel()
	sim := office(t, 3)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 2})
	imported := func(id int) acctest.State {
		state, diagnostics := server.Import(typeName, fmt.Sprint(id), nil)
		acctest.NoErrors(t, diagnostics)
		return state
	}
	acctest.NoErrors(t, server.Plan(typeName, imported(1001), nil).Diagnostics)
	acctest.NoErrors(t, server.PlanAction(deleteAction, deleting(2, 1001, 1002))) // 1001 counts once
	acctest.NoErrors(t, server.PlanAction(deleteAction, deleting(2, 1001, 1002)))
	acctest.OneError(t, server.PlanAction(deleteAction, deleting(1, 1003)), deletion.SummaryTooMany)
	acctest.OneError(t, server.Plan(typeName, imported(1003), nil).Diagnostics, deletion.SummaryTooMany)
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
		"Deleted or skipped 50 of 120", "Deleted or skipped 100 of 120", "Deleted or skipped 120 of 120",
	}
	if got := progress[:len(progress)-1]; !slices.Equal(got, want) {
		t.Errorf("told %q", got)
	}
	if len(left(sim)) != 0 || sim.Log.Count("DELETE /communication") != 120 || sim.Log.Count("GET /communication") != 120 {
		t.Errorf("left are %v", left(sim))
	}
}

// Covered in-process by TestDeleteCommunications.
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
