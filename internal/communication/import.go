package communication

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

const externalPrefix = "external:"

// importedID is the native id that an import asks for, by id or by identity.
func (r *Resource) importedID(ctx context.Context, req resource.ImportStateRequest) (int64, diag.Diagnostics) {
	var problems diag.Diagnostics
	if req.ID == "" {
		var identity identityModel
		problems.Append(req.Identity.Get(ctx, &identity)...)
		id := identity.CommunicationID.ValueInt64()
		if id < 1 && !problems.HasError() {
			problems.AddError(SummaryNotImported, fmt.Sprintf("The identity names no communication: communication_id is %s. Set it to the native id, a number above zero.", identity.CommunicationID))
		}
		return id, problems
	}
	if external, found := strings.CutPrefix(req.ID, externalPrefix); found && external != "" {
		c, err := r.services.SevenG.Communication(ctx, seveng.ByExternalID(external))
		if err != nil {
			problems.Append(diagnostic.Error(SummaryNotImported, err))
		}
		return c.ID, problems
	}
	id, err := strconv.ParseInt(req.ID, 10, 64)
	if err != nil || id < 1 {
		problems.AddError(SummaryNotImported, fmt.Sprintf(
			"%q names no communication. Use the native id, as in 12345, or the external id behind %q, as in %sEMAIL-001.", req.ID, externalPrefix, externalPrefix))
	}
	return id, problems
}
