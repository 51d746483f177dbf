package contact

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

// importedID is the subscriber id that an import asks for, by id, by address,
// by address and first name, or by identity.
func (r *Resource) importedID(ctx context.Context, req resource.ImportStateRequest) (int64, diag.Diagnostics) {
	var problems diag.Diagnostics
	if req.ID == "" {
		var identity identityModel
		problems.Append(req.Identity.Get(ctx, &identity)...)
		id := identity.SubscriberID.ValueInt64()
		if id < 1 && !problems.HasError() {
			problems.AddError(SummaryNotImported, fmt.Sprintf("The identity names no contact: subscriber_id is %s. Set it to the subscriber id, a number above zero.", identity.SubscriberID))
		}
		return id, problems
	}
	if id, err := strconv.ParseInt(req.ID, 10, 64); err == nil && id > 0 {
		return id, problems
	}
	email, name, named := strings.Cut(req.ID, ",")
	if !strings.Contains(email, "@") {
		problems.AddError(SummaryNotImported, fmt.Sprintf(
			"%q names no contact. Use the subscriber id, as in 12345, the address, as in jane@example.com, or address and first name, as in jane@example.com,Jane.", req.ID))
		return 0, problems
	}
	var firstName *string
	if named {
		firstName = &name
	}
	matches, err := r.services.WhatCounts.FindContacts(ctx, email, firstName)
	switch {
	case err != nil:
		problems.Append(diagnostic.Error(SummaryNotImported, err))
	case len(matches) == 0:
		problems.AddError(SummaryNotImported, fmt.Sprintf("WhatCounts has no contact %s. Check the address and the realm.", req.ID))
	case len(matches) > 1:
		problems.AddError(SummaryNotImported, fmt.Sprintf("Several contacts share the address. Import one of them by its subscriber id:\n%s", listMatches(matches)))
	default:
		return matches[0].SubscriberID, problems
	}
	return 0, problems
}

// attributes are a state or a list result, by attribute.
type attributes interface {
	SetAttribute(ctx context.Context, at path.Path, value any) diag.Diagnostics
}

// beginImport is what is known of a contact before it is read: its id, and the
// defaults, so that the first plan after an import shows no change of them.
func beginImport(ctx context.Context, target attributes, id int64) diag.Diagnostics {
	problems := target.SetAttribute(ctx, path.Root("subscriber_id"), id)
	problems.Append(target.SetAttribute(ctx, path.Root("force_sub"), false)...)
	problems.Append(target.SetAttribute(ctx, path.Root("override_confirmation"), false)...)
	return problems
}
