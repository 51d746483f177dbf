package deletion

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Summaries of the refusals of a replacement.
const (
	SummaryPolicyFirst = "deletion_policy has to be applied before a replacement"
	SummaryNotKnown    = "Replacement not known at plan"
)

// PlanReplacement decides on a replacement apart from the delete in it. The
// delete follows the policy in state, so another one that is only planned would
// be ignored. And a record is not deleted for a value that nobody has seen:
// it may turn out to be the one that it has.
func (g *Guard) PlanReplacement(record Record, planned Policy, policyUnknown bool, at path.Path, valueUnknown bool) diag.Diagnostics {
	var refusals diag.Diagnostics
	current := g.Policy(record.Policy)
	if current == Prevent {
		return nil // Plan refuses the delete itself
	}
	if policyUnknown || g.Policy(planned) != current {
		refusals.AddAttributeError(at, SummaryPolicyFirst, fmt.Sprintf(
			"The %s would be replaced, and its delete follows the deletion_policy that was last applied, %q, not the new one. Nothing was changed. "+
				"Apply the change of deletion_policy alone first.", record, current))
	}
	if valueUnknown && current.Deletes() {
		refusals.AddAttributeError(at, SummaryNotKnown, fmt.Sprintf(
			"The value of %s is only known after apply. If it turns out to be another one, the %s is deleted for good; if it is the same, that would have been for nothing. Nothing was changed. "+
				"Set a value that is known at plan.", at, record))
	}
	return refusals
}

// Managed is the record in state that this run has seen under a key, which is
// whatever the service tells records apart by. A plan to add what is managed
// already is the second half of a replacement, or of a resource that moved:
// Terraform plans it with an empty state and does not say so.
func (g *Guard) Managed(key string) (Record, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	record, found := g.managed[key]
	return record, found
}

// Manage notes a record that is in state.
func (g *Guard) Manage(key string, record Record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.managed[key] = record
}

// ManagedUnder are the ids of the records in state that this run has seen under
// a policy.
func (g *Guard) ManagedUnder(policy Policy) []int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	ids := []int64{}
	for _, record := range g.managed {
		if g.Policy(record.Policy) == policy && !slices.Contains(ids, record.ID) {
			ids = append(ids, record.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// PlanAdd notes that a plan adds a record under a key. The plan to delete the
// record that is there now may come before that or after it.
func (g *Guard) PlanAdd(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.added[key] = true
}

// PlansAdd reports whether a plan adds a record under a key.
func (g *Guard) PlansAdd(key string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.added[key]
}

// Release forgets what was planned and what was in state under a key.
func (g *Guard) Release(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.managed, key)
	delete(g.added, key)
}
