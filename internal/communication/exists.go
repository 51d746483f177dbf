package communication

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/report"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/verdict"
)

// notCreated is the diagnostic for a refused create. When the record was found
// there already, it is not adopted: the block that would is printed instead.
func notCreated(err error) diag.Diagnostic {
	var exists *seveng.ExistsError
	if !errors.As(err, &exists) {
		return report.Error(SummaryNotCreated, err)
	}
	summary, origin := SummaryExists, "This resource did not make it, so it was left as it is."
	if verdict.Is(err, verdict.Unknown) {
		summary, origin = SummaryNotCreated, "It may be the one that was just asked for."
	}
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
		"%s\n\nThe record that is there: communication %d, %s. %s If it is the predecessor of this very resource (create_before_destroy), the predecessor has to go first: remove create_before_destroy. Otherwise, to manage it from now on, add this block and apply again:\n\n%s",
		report.Detail(err), exists.Existing.ID, describe(exists.Existing), origin,
		report.ImportBlock("reach_communication", strconv.FormatInt(exists.Existing.ID, 10))))
}
