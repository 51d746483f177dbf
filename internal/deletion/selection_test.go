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
		{"planned apart: three", guard.PlanSelection("contact", []string{"1", "2", "external:3"}), ""},
		{"planned: one of them as a resource", planned(guard, selected(1)[0]), ""},
		{"planned: one more", guard.PlanSelection("contact", []string{"4"}), SummaryTooMany},
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
