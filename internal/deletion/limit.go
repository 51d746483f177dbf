package deletion

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// count notes one record and reports whether it is within the limit. The same
// record counts once: terraform destroy plans each one twice. What was past the
// limit in the plan is not deleted, whatever came of that plan.
func (g *Guard) count(record Record, planning bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	key, counted := record.key(), g.executed
	if planning {
		counted = g.planned
	}
	switch limit := g.settings.MaxDeletesPerRun; {
	case counted[key]:
		return true
	case !planning && g.past[key]:
		return false
	case limit != nil && int64(len(counted)) >= *limit:
		if planning {
			g.past[key] = true
		}
		return false
	}
	counted[key] = true
	delete(g.past, key)
	return true
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
