package deletion

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Summaries of the refusals of a replacement.
const (
	SummaryPolicyFirst = "Apply deletion_policy before the replacement"
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
