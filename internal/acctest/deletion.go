package acctest

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
	Told             func(number int) string             // how reports name a record
	ToldGone         func(number int) string             // the same of one that is not there
	Left             func(sim *simulator.Simulator) []int64
}

// Check runs a test for each promise.
func (d Deletion) Check(t *testing.T) {
	t.Run("a dry run deletes nothing", d.dryRun)
	t.Run("a refusal keeps everything", d.refusals)
	t.Run("without a journal nothing is deleted", d.journal)
	t.Run("deletes of resources are the same run", d.oneRun)
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
		"no count":               {nil, d.with(map[string]any{"dry_run": false}, 1), deletion.SummaryCount, []string{"expected_count", "dry_run = true"}, true},
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
