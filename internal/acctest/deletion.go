package acctest

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// Deletion is an action that deletes records, and what has to be known of it to
// hold it to what is promised of every such action. Records are numbered from 1
// on; their ids are from 1001 on.
type Deletion struct {
	Action, Resource string
	Kind             string // "communication" or "contact"
	Unconfigured     string // the summary where its service has no credentials
	Credential       string // an environment variable that would help
	Start            func(t testing.TB, records int) *simulator.Simulator
	Naming           func(numbers ...int) map[string]any // what a configuration names records with
	NamingOtherwise  func(numbers ...int) map[string]any // the same records by another attribute
	Told             func(number int) string             // how reports name a record
	ToldGone         func(number int) string             // the same of one that is not there
	Left             func(sim *simulator.Simulator) []int64
}

// Check runs a test for each promise.
func (d Deletion) Check(t *testing.T) {
	t.Run("a dry run deletes nothing", d.dryRun)
	t.Run("a refusal keeps everything", d.refusals)
	t.Run("without a journal nothing is deleted", d.journal)
	t.Run("as many as max_count go, or fewer", d.atMost)
	t.Run("deletes of resources are the same run", d.oneRun)
	t.Run("a record counts once", d.once)
	t.Run("its service is needed", d.unconfigured)
}

// with is a configuration that names records, with further arguments.
func (d Deletion) with(further map[string]any, numbers ...int) map[string]any {
	config := d.Naming(numbers...)
	maps.Copy(config, further)
	return config
}

// deleting is a configuration that deletes.
func (d Deletion) deleting(expected int, numbers ...int) map[string]any {
	return d.with(map[string]any{"dry_run": false, "expected_count": expected}, numbers...)
}

// deletingAtMost is a configuration that deletes what it finds.
func (d Deletion) deletingAtMost(most int, numbers ...int) map[string]any {
	return d.with(map[string]any{"dry_run": false, "max_count": most}, numbers...)
}

// keeps fails the test unless these are the records that are left.
func (d Deletion) keeps(t *testing.T, sim *simulator.Simulator, ids ...int64) {
	t.Helper()
	if left := d.Left(sim); !slices.Equal(left, ids) {
		t.Errorf("left are %v, not %v", left, ids)
	}
}

// dryRun: without dry_run = false nothing is deleted nor counted, and a person
// is told what would be.
func (d Deletion) dryRun(t *testing.T) {
	t.Parallel()
	found := "1 " + d.Kind + " would be deleted:\n  - " + d.Told(1) + "\n1 already gone:\n  - " + d.ToldGone(99)
	for _, config := range []map[string]any{d.Naming(1, 99), d.with(map[string]any{"dry_run": true, "expected_count": 1}, 1, 99)} {
		sim := d.Start(t, 2)
		server := NewConfigured(t, sim, Realm, map[string]any{"max_deletes_per_run": 1})
		for range 2 {
			progress, diagnostics := server.Act(d.Action, config)
			NoErrors(t, diagnostics)
			if last := progress[len(progress)-1]; last != deletion.SummaryDryRun+": "+found {
				t.Errorf("told %q", last)
			}
			warnings := Warnings(diagnostics)
			if len(warnings) != 1 || warnings[0].Summary != deletion.SummaryDryRun || warnings[0].Detail != found+"\nTo delete what is listed, set dry_run = false and expected_count = 1." {
				t.Errorf("warned of\n%s", Texts(warnings))
			}
		}
		_, diagnostics := server.Act(d.Action, d.Naming(99))
		if warnings := Warnings(diagnostics); len(warnings) != 1 || !strings.HasSuffix(warnings[0].Detail, "\nThere is nothing to delete.") {
			t.Errorf("of nothing, warned of\n%s", Texts(warnings))
		}
		d.keeps(t, sim, 1001, 1002)
	}
}

// refusals: what nobody has agreed to is refused, in the plan and without a
// request where the configuration tells, and else once all records are looked up.
func (d Deletion) refusals(t *testing.T) {
	t.Parallel()
	limited := map[string]any{"max_deletes_per_run": 1}
	prevent, abandon := map[string]any{"deletion_policy": "prevent"}, map[string]any{"deletion_policy": "abandon"}
	naming := strings.Join(slices.Sorted(maps.Keys(d.Naming())), " and ")
	for name, test := range map[string]struct {
		safeguards map[string]any
		config     map[string]any
		summary    string
		texts      []string
		inPlan     bool
	}{
		"fewer than expected":    {nil, d.deleting(3, 1, 2, 99), deletion.SummaryCount, []string{"expected_count is 3", "2 " + d.Kind + "s", d.Told(2), "set expected_count = 2"}, false},
		"more than expected":     {nil, d.deleting(1, 1, 2), deletion.SummaryCount, []string{"expected_count is 1", "2 " + d.Kind + "s"}, false},
		"more, dry":              {nil, d.with(map[string]any{"expected_count": 1}, 1, 2), deletion.SummaryCount, []string{"set expected_count = 2"}, false},
		"more than a run may":    {limited, d.deleting(2, 1, 2), deletion.SummaryTooMany, []string{"2 to delete", "allows 1"}, true},
		"the same, dry":          {limited, d.Naming(1, 2), deletion.SummaryTooMany, []string{"2 to delete"}, false},
		"prevented":              {prevent, d.deleting(1, 1), deletion.SummaryPrevented, []string{`"prevent"`, "alias"}, true},
		"prevented, dry":         {prevent, d.Naming(1), deletion.SummaryPrevented, nil, false},
		"abandoned":              {abandon, d.deleting(1, 1), deletion.SummaryPrevented, []string{`"abandon"`}, true},
		"none named":             {nil, d.Naming(), deletion.SummaryEmpty, []string{naming}, true},
		"no count":               {nil, d.with(map[string]any{"dry_run": false}, 1), deletion.SummaryNoCount, []string{"expected_count", "dry_run = true", "max_count"}, true},
		"both counts":            {nil, d.with(map[string]any{"dry_run": false, "expected_count": 1, "max_count": 1}, 1), deletion.SummaryNoCount, []string{"expected_count", "max_count"}, true},
		"both counts, dry":       {nil, d.with(map[string]any{"expected_count": 1, "max_count": 1}, 1), deletion.SummaryNoCount, nil, true},
		"more than the most":     {nil, d.deletingAtMost(2, 1, 2, 3, 99), deletion.SummaryTooManyFound, []string{"max_count is 2", "3 " + d.Kind + "s", d.Told(3), "Nothing was deleted", "set max_count = 3"}, false},
		"the same of max, dry":   {nil, d.with(map[string]any{"max_count": 2}, 1, 2, 3), deletion.SummaryTooManyFound, []string{"max_count is 2"}, false},
		"a most of none":         {nil, d.deletingAtMost(0, 1), "Invalid Attribute Value", []string{"max_count"}, true},
		"most, past the limit":   {limited, d.deletingAtMost(3, 1, 2), deletion.SummaryTooMany, []string{"2 to delete", "allows 1"}, false},
		"most, prevented":        {prevent, d.deletingAtMost(3, 1, 2), deletion.SummaryPrevented, nil, true},
		"a count past the names": {nil, d.deleting(2, 1), deletion.SummaryCount, []string{"only 1 can be found"}, true},
		"a negative count":       {nil, d.deleting(-1, 1), "Invalid Attribute Value", []string{"expected_count"}, true},
		"more than one can see":  {nil, d.Naming(numbers(10001)...), deletion.SummaryTooManyNamed, []string{"10001 records", "10000"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := d.Start(t, 3)
			server := NewConfigured(t, sim, Realm, test.safeguards)
			ExpectSilence(t, sim, func() {
				planned := server.PlanAction(d.Action, test.config)
				if test.inPlan {
					OneError(t, planned, test.summary, test.texts...)
					return
				}
				NoErrors(t, planned)
			})
			if !test.inPlan {
				_, diagnostics := server.Invoke(d.Action, test.config)
				OneError(t, diagnostics, test.summary, test.texts...)
			}
			d.keeps(t, sim, 1001, 1002, 1003)
		})
	}
}

func numbers(count int) []int {
	var all []int
	for i := range count {
		all = append(all, i+1)
	}
	return all
}

// journal: what cannot be written down is not deleted.
func (d Deletion) journal(t *testing.T) {
	t.Parallel()
	sim := d.Start(t, 2)
	server := NewConfigured(t, sim, Realm, map[string]any{"journal_path": filepath.Join(t.TempDir(), "none", "deleted.jsonl")})
	progress, diagnostics := server.Invoke(d.Action, d.deleting(2, 1, 2))
	OneError(t, diagnostics, deletion.SummaryNotDeleted, "safeguards.journal_path", "0 "+d.Kind+"s deleted.", d.Told(1), d.Told(2))
	if last := progress[len(progress)-1]; !strings.HasPrefix(last, "0 "+d.Kind+"s deleted.") {
		t.Errorf("told %q", last)
	}
	d.keeps(t, sim, 1001, 1002)
}

// atMost: with max_count, a record that is gone is no obstacle, also where that is
// everybody, and the plan says how many may go.
func (d Deletion) atMost(t *testing.T) {
	t.Parallel()
	sim := d.Start(t, 4)
	server := NewConfigured(t, sim, Realm, nil)
	warned := Warnings(server.PlanAction(d.Action, d.deletingAtMost(3, 1, 2, 99)))
	if len(warned) != 1 || !strings.Contains(warned[0].Detail, "names 3 "+d.Kind+"s, and deletes what it finds of them if that is at most 3 (max_count)") {
		t.Errorf("warned of\n%s", Texts(warned))
	}
	for _, run := range []struct {
		config map[string]any
		told   string
		left   []int64
	}{
		{d.deletingAtMost(3, 1, 2, 99), "2 " + d.Kind + "s deleted:\n  - " + d.Told(1) + "\n  - " + d.Told(2) + "\n1 already gone:\n  - " + d.ToldGone(99), []int64{1003, 1004}},
		{d.deletingAtMost(1, 3, 99), "1 " + d.Kind + " deleted:\n  - " + d.Told(3) + "\n1 already gone:\n  - " + d.ToldGone(99), []int64{1004}},
		{d.deletingAtMost(1, 99), "0 " + d.Kind + "s deleted.\n1 already gone:\n  - " + d.ToldGone(99), []int64{1004}},
	} {
		progress, diagnostics := server.Act(d.Action, run.config)
		NoErrors(t, diagnostics)
		if last := progress[len(progress)-1]; last != run.told {
			t.Errorf("told %q", last)
		}
		d.keeps(t, sim, run.left...)
	}
	// What was not known in the plan is asked for when the action runs.
	unknown := d.with(map[string]any{"dry_run": false, "max_count": Unknown}, 4)
	NoErrors(t, server.PlanAction(d.Action, unknown))
	_, diagnostics := server.Invoke(d.Action, d.with(map[string]any{"dry_run": false}, 4))
	OneError(t, diagnostics, deletion.SummaryNoCount)
	d.keeps(t, sim, 1004)
}

// once: a record that an action and a resource both delete is one of those that
// a run may delete, whichever is planned first and however the action names it.
func (d Deletion) once(t *testing.T) {
	t.Parallel()
	for name, naming := range map[string]func(...int) map[string]any{"named": d.Naming, "named otherwise": d.NamingOtherwise} {
		for _, actionFirst := range []bool{true, false} {
			sim := d.Start(t, 2)
			server := NewConfigured(t, sim, Realm, map[string]any{"max_deletes_per_run": 1})
			state, diagnostics := server.Import(d.Resource, "1001", nil)
			NoErrors(t, diagnostics)
			config := naming(1)
			maps.Copy(config, map[string]any{"dry_run": false, "expected_count": 1})
			plans := []func() []*tfprotov6.Diagnostic{
				func() []*tfprotov6.Diagnostic { return server.PlanAction(d.Action, config) },
				func() []*tfprotov6.Diagnostic { return server.Plan(d.Resource, state, nil).Diagnostics },
			}
			if !actionFirst {
				slices.Reverse(plans)
			}
			for _, plan := range plans {
				if told := Errors(plan()); len(told) > 0 {
					t.Errorf("%s, action first %t: %s", name, actionFirst, Texts(told))
				}
			}
			another := naming(2)
			maps.Copy(another, map[string]any{"dry_run": false, "expected_count": 1})
			OneError(t, server.PlanAction(d.Action, another), deletion.SummaryTooMany, "1 to delete", "allows 1")

			_, diagnostics = server.Invoke(d.Action, config)
			NoErrors(t, diagnostics)
			none := server.None(d.Resource)
			_, diagnostics = server.Apply(d.Resource, state, Planned{State: none, Config: none.Value})
			NoErrors(t, diagnostics)
			d.keeps(t, sim, 1002)
		}
	}
}

// oneRun: the limit of a run counts deletes of actions and of resources.
func (d Deletion) oneRun(t *testing.T) {
	t.Parallel()
	sim := d.Start(t, 3)
	server := NewConfigured(t, sim, Realm, map[string]any{"max_deletes_per_run": 2})
	state, diagnostics := server.Import(d.Resource, "1003", nil)
	NoErrors(t, diagnostics)
	_, diagnostics = server.Invoke(d.Action, d.deleting(2, 1, 2))
	NoErrors(t, diagnostics)
	none := server.None(d.Resource)
	_, diagnostics = server.Apply(d.Resource, state, Planned{State: none, Config: none.Value})
	OneError(t, diagnostics, deletion.SummaryTooMany)
	_, diagnostics = server.Invoke(d.Action, d.deleting(1, 3))
	OneError(t, diagnostics, deletion.SummaryTooMany, "1 to delete", "2 are deleted in this run already")
	d.keeps(t, sim, 1003)
}

// unconfigured: an action of a service without credentials says so.
func (d Deletion) unconfigured(t *testing.T) {
	t.Parallel()
	server := NewServer(t)
	NoErrors(t, server.Configure(map[string]any{}))
	config := d.deleting(1, 1)
	OneError(t, server.PlanAction(d.Action, config), d.Unconfigured, d.Credential)
	_, diagnostics := server.Invoke(d.Action, config)
	OneError(t, diagnostics, d.Unconfigured, d.Credential)
}
