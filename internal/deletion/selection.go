package deletion

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// PlanSelection decides, in a plan, on records that an action is to delete, at
// least so many. Most are known by a name only, so that the policy and the limit
// can be judged and nothing else. They are counted with what the plan deletes
// otherwise; a record that both name counts once.
func (g *Guard) PlanSelection(records []Record, atLeast int64) diag.Diagnostics {
	refusals := g.selectionPolicy()
	if refusals.HasError() {
		return refusals
	}
	return g.countAll(records, atLeast, g.planned, true)
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
	refusals.Append(refuseOutside(g, records, func(record Record) (string, string) { return record.Address, record.String() })...)
	refusals.Append(g.countAll(records, 0, g.executed, counting && !refusals.HasError())...)
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
