package deletion

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

func (g *Guard) inScope(address string) bool {
	for _, pattern := range g.deletable {
		if pattern.Match(address) {
			return true
		}
	}
	return false
}

// CheckScope decides on one record as it was read right before its delete. The
// error is an [OutsideError].
func (g *Guard) CheckScope(record Record) error {
	if g.settings.Deletable == nil || g.inScope(record.Address) {
		return nil
	}
	return &OutsideError{fmt.Errorf("the %s matches none of the patterns in safeguards.deletable (%s). Nothing was deleted. "+
		"Add a pattern that matches it if it may really go, or keep the resource", record, g.patterns())}
}

func (g *Guard) patterns() string {
	return cmp.Or(strings.Join(g.settings.Deletable, ", "), "the list is empty")
}

// OutsideError is a delete that was not sent because the record is outside
// safeguards.deletable.
type OutsideError struct{ Cause error }

// Error is the cause.
func (e *OutsideError) Error() string { return e.Cause.Error() }

// Unwrap is the cause.
func (e *OutsideError) Unwrap() error { return e.Cause }

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
			g.patterns(), strings.Join(outside, "\n  - ")))
	}
	return refusals
}
