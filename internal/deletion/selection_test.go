package deletion

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

func selected(count int) []Record {
	var records []Record
	for i := range count {
		records = append(records, Record{Kind: "contact", ID: int64(i + 1), Address: "jane@example.com", Policy: Delete})
	}
	return records
}

func summaries(problems diag.Diagnostics) string {
	var all []string
	for _, problem := range problems {
		all = append(all, problem.Summary())
	}
	return strings.Join(all, "; ")
}

// A selection is admitted or refused as a whole, and what is refused does not
// count.
func TestSelectionCountsAsAWhole(t *testing.T) {
	guard := newGuard(t, Settings{MaxDeletesPerRun: limit(3)})
	for _, step := range []struct {
		what string
		got  diag.Diagnostics
		want string
	}{
		{"four, checked", guard.CheckSelection(selected(4)), SummaryTooMany},
		{"four, admitted", guard.AdmitSelection(selected(4)), SummaryTooMany},
		{"three, checked only", guard.CheckSelection(selected(3)), ""},
		{"one of a resource", guard.Admit(Record{Kind: "communication", ID: 1}), ""},
		{"three beside it", guard.AdmitSelection(selected(3)), SummaryTooMany},
		{"two beside it", guard.AdmitSelection(selected(2)), ""},
		{"the same two again", guard.AdmitSelection(selected(2)), ""},
		{"one of them as a resource", guard.Admit(selected(1)[0]), ""},
		{"another resource", guard.Admit(Record{Kind: "communication", ID: 2}), SummaryTooMany},
		{"planned apart: three", guard.PlanSelection(append(selected(2), Record{Kind: "contact", Names: []string{"external:3"}}), 3), ""},
		{"planned: one of them as a resource", planned(guard, selected(1)[0]), ""},
		{"planned: one more", guard.PlanSelection([]Record{{Kind: "contact", ID: 4}}, 1), SummaryTooMany},
		{"planned: one more resource", planned(guard, Record{Kind: "communication", ID: 2}), SummaryTooMany},
	} {
		if summaries(step.got) != step.want {
			t.Errorf("%s: %v", step.what, step.got)
		}
	}
}

// All refusals of a selection are told at once.
func TestSelectionRefusals(t *testing.T) {
	limit := int64(1)
	guard, err := New(Settings{Policy: Abandon, MaxDeletesPerRun: &limit, Deletable: []string{"*@test.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := summaries(guard.AdmitSelection(selected(2))), SummaryPrevented+"; "+SummaryOutside+"; "+SummaryTooMany; got != want {
		t.Errorf("refused with %s", got)
	}
}

// A record that is planned by a name and by its id counts once, whichever comes
// first, and only one of those with that name.
func TestPlannedByNameAndByID(t *testing.T) {
	jane := Record{Kind: "contact", ID: 1, Names: []string{"jane", "jane,1"}}
	twin := Record{Kind: "contact", ID: 2, Names: []string{"jane", "jane,2"}}
	other := Record{Kind: "communication", ID: 1, Names: []string{"jane"}}
	named := func(guard *Guard, names ...string) diag.Diagnostics {
		var records []Record
		for _, name := range names {
			records = append(records, Record{Kind: "contact", Names: []string{name}})
		}
		return guard.PlanSelection(records, int64(len(names)))
	}
	for name, test := range map[string]struct {
		count int64
		plan  func(guard *Guard) diag.Diagnostics
	}{
		"by name, then by id": {1, func(g *Guard) diag.Diagnostics { return append(named(g, "jane,1"), planned(g, jane)...) }},
		"by id, then by name": {1, func(g *Guard) diag.Diagnostics { return append(planned(g, jane), named(g, "jane")...) }},
		"the same name again": {1, func(g *Guard) diag.Diagnostics { return append(named(g, "jane"), named(g, "jane")...) }},
		"two of the name": {2, func(g *Guard) diag.Diagnostics {
			return append(append(named(g, "jane"), planned(g, jane)...), planned(g, twin)...)
		}},
		"another of the address": {2, func(g *Guard) diag.Diagnostics { return append(planned(g, jane), named(g, "jane,2")...) }},
		"another kind":           {2, func(g *Guard) diag.Diagnostics { return append(planned(g, other), named(g, "jane")...) }},
		"by id, in an action": {1, func(g *Guard) diag.Diagnostics {
			return append(planned(g, jane), g.PlanSelection([]Record{{Kind: "contact", ID: 1}}, 1)...)
		}},
		"a number and no names": {3, func(g *Guard) diag.Diagnostics { return append(planned(g, jane), g.PlanSelection(nil, 3)...) }},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.plan(newGuard(t, Settings{MaxDeletesPerRun: limit(test.count)})); got.HasError() {
				t.Errorf("within %d, refused: %v", test.count, got)
			}
			if got := test.plan(newGuard(t, Settings{MaxDeletesPerRun: limit(test.count - 1)})); !got.HasError() {
				t.Errorf("within %d, not refused", test.count-1)
			}
		})
	}
}
