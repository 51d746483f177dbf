package deletion

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

func (g *Guard) inScope(address string) bool {
	address = strings.ToLower(strings.TrimSpace(address))
	for _, pattern := range g.deletable {
		if pattern.Match(address) {
			return true
		}
	}
	return false
}

// PlanScope decides, in a plan, on the addresses of records that an action is
// to delete, where the configuration says them.
func (g *Guard) PlanScope(addresses []string) diag.Diagnostics {
	return refuseOutside(g, addresses, func(address string) (string, string) { return address, address })
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
