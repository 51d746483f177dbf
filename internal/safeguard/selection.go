package safeguard

import (
	"cmp"
	"fmt"
	"strings"

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

// PlanScope decides, in a plan, on the addresses of records that an action is
// to delete, where the configuration says them.
func (g *Guard) PlanScope(addresses []string) diag.Diagnostics {
	return refuseOutside(g, addresses, func(address string) (string, string) { return address, address })
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

// refuseOutside is one error that names everything outside the scope.
func refuseOutside[T any](g *Guard, selected []T, of func(T) (address, name string)) diag.Diagnostics {
	var refusals diag.Diagnostics
	var outside []string
	for _, one := range selected {
		if address, name := of(one); g.settings.Deletable != nil && !g.inScope(address) {
			outside = append(outside, name)
		}
	}
	if len(outside) > 0 {
		refusals.AddError(SummaryOutside, fmt.Sprintf("These match none of the patterns in safeguards.deletable (%s), so nothing was deleted:\n  - %s\n"+
			"Take them out of the action, or add a pattern that matches them if they may really go.",
			cmp.Or(strings.Join(g.settings.Deletable, ", "), "the list is empty"), strings.Join(outside, "\n  - ")))
	}
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

// countAll reports whether all of keys are within the limit. Where they are,
// and counting is asked for, they are noted; otherwise none is.
func (g *Guard) countAll(keys []string, counted map[string]bool, counting bool) diag.Diagnostics {
	g.mu.Lock()
	defer g.mu.Unlock()
	var refusals diag.Diagnostics
	fresh := map[string]bool{}
	for _, key := range keys {
		if !counted[key] {
			fresh[key] = true
		}
	}
	if limit := g.settings.MaxDeletesPerRun; limit != nil && int64(len(counted)+len(fresh)) > *limit {
		refusals.AddError(SummaryTooMany, fmt.Sprintf("The action has %d to delete, %d are deleted in this run already, and safeguards.max_deletes_per_run allows %d, both services together. Nothing of the action was deleted. "+
			"Raise the limit if all of these deletes are meant, or delete in smaller steps.", len(fresh), len(counted), *limit))
		return refusals
	}
	if counting {
		for key := range fresh {
			counted[key] = true
		}
	}
	return refusals
}
