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
	counted := g.executed
	if planning {
		counted = g.planned
	}
	switch limit := g.settings.MaxDeletesPerRun; {
	case counted.has(record):
	case !planning && g.past[record.key()]:
		return false
	case limit != nil && int64(counted.total()) >= *limit:
		if planning {
			g.past[record.key()] = true
		}
		return false
	}
	counted.add(record)
	delete(g.past, record.key())
	return true
}

// countAll reports whether all records of an action are within the limit, and
// at least so many if not all of them are known. Where they are, and counting is
// asked for, they are noted; otherwise none is.
func (g *Guard) countAll(records []Record, atLeast int64, counted *tally, counting bool) diag.Diagnostics {
	g.mu.Lock()
	defer g.mu.Unlock()
	var refusals diag.Diagnostics
	fresh := newTally()
	for _, record := range records {
		if !counted.has(record) {
			fresh.add(record)
		}
	}
	before, more := int64(counted.total()), int64(fresh.total())
	if limit := g.settings.MaxDeletesPerRun; limit != nil && max(before+more, atLeast) > *limit {
		refusals.AddError(SummaryTooMany, fmt.Sprintf("The action has %d to delete, %d are deleted in this run already, and safeguards.max_deletes_per_run allows %d, both services together. Nothing of the action was deleted. "+
			"Raise the limit if all of these deletes are intended, or delete in smaller steps.", max(more, atLeast), before, *limit))
		return refusals
	}
	if counting {
		for _, record := range records {
			counted.add(record)
		}
	}
	return refusals
}
