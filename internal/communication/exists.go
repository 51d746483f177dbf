package communication

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// notCreated is the diagnostic for a create that failed. When the record was
// found there already, or may be there without having been seen, it is not
// adopted: the block that would is printed instead.
func notCreated(wanted seveng.Communication, err error) diag.Diagnostic {
	var exists *seveng.ExistsError
	switch {
	case errors.As(err, &exists):
	case apierror.Is(err, apierror.Uncertain):
		return diag.NewErrorDiagnostic(SummaryNotCreated, diagnostic.Detail(err)+"\n\n"+adoption(wanted))
	default:
		return diagnostic.Error(SummaryNotCreated, err)
	}
	summary, origin := SummaryExists, "This resource did not make it, so it was left as it is."
	if apierror.Is(err, apierror.Uncertain) {
		summary, origin = SummaryNotCreated, "It may be the one that was just asked for."
	}
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
		"%s\n\nThe record that is there: communication %d, %s. %s If it is the predecessor of this very resource (create_before_destroy), the predecessor has to go first: remove create_before_destroy. Otherwise, to manage it from now on, add this block and apply again:\n\n%s",
		diagnostic.Detail(err), exists.Existing.ID, describe(exists.Existing), origin,
		diagnostic.ImportBlock("reach_communication", strconv.FormatInt(exists.Existing.ID, 10))))
}

// adoption is how to adopt a record that may have been created unseen.
func adoption(wanted seveng.Communication) string {
	if wanted.ExternalID != "" {
		return "If the record is there, add this block and apply again; otherwise just apply again:\n\n" +
			diagnostic.ImportBlock("reach_communication", externalPrefix+wanted.ExternalID)
	}
	return "If the record is there, add this block, with the communication_id that data.reach_communications shows for it, and apply again; otherwise just apply again:\n\n" +
		diagnostic.ImportBlock("reach_communication", "COMMUNICATION_ID")
}
