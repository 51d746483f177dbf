package deletion

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PlanSelection decides, in a plan, on records that an action is to delete.
// Only their names are known then, which tell them apart within a kind, so that
// the policy and the limit can be judged and nothing else. They are counted
// with what the plan deletes otherwise; a record that both name counts once.
func (g *Guard) PlanSelection(kind string, names []string) diag.Diagnostics {
	refusals := g.selectionPolicy()
	if refusals.HasError() {
		return refusals
	}
	keys := make([]string, 0, len(names))
	for _, name := range names {
		keys = append(keys, kind+" "+name)
	}
	return g.countAll(keys, g.planned, true)
}

// CheckSelection decides on all records that an action has selected, and on
// all of them at once: when there is a refusal, none may be deleted. Each
// refusal names every record that it is about.
func (g *Guard) CheckSelection(records []Record) diag.Diagnostics {
	return g.decideSelection(records, false)
}

// AdmitSelection is CheckSelection for records that are about to be deleted:
// they count towards the limit, together with the deletes of resources.
func (g *Guard) AdmitSelection(records []Record) diag.Diagnostics {
	return g.decideSelection(records, true)
}

func (g *Guard) decideSelection(records []Record, counting bool) diag.Diagnostics {
	refusals := g.selectionPolicy()
	var keys []string
	for _, record := range records {
		keys = append(keys, record.key())
	}
	refusals.Append(refuseOutside(g, records, func(record Record) (string, string) { return record.Address, record.String() })...)
	refusals.Append(g.countAll(keys, g.executed, counting && !refusals.HasError())...)
	return refusals
}

// selectionPolicy refuses where the provider's policy deletes nothing: an
// action has no resource that could say otherwise.
func (g *Guard) selectionPolicy() diag.Diagnostics {
	var refusals diag.Diagnostics
	if !g.settings.Policy.Deletes() {
		refusals.AddError(SummaryPrevented, fmt.Sprintf("safeguards.deletion_policy of the provider is %q, under which nothing is deleted that does not say otherwise, and an action cannot. Nothing was deleted. "+
			"To delete all the same, give the action a provider alias whose safeguards.deletion_policy is \"delete\".", g.settings.Policy))
	}
	return refusals
}
