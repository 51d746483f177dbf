package contact

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/movestate"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// MoveState takes over contacts that were managed with a generic provider. Only
// the subscriber id is taken: the refresh that follows reads the rest.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if !movestate.IsSource(req) {
			return
		}
		id, err := movestate.NativeID(req, "subscriber_id", "contact_id")
		if err != nil {
			resp.Diagnostics.AddError(SummaryNotImported, fmt.Sprintf(
				"The contact cannot be moved: %s. Use a removed block for the old resource, and an import block with the subscriber id for reach_contact.", err))
			return
		}
		resp.Diagnostics.Append(beginImport(ctx, &resp.TargetState, id)...)
		resp.Diagnostics.Append(services.Note{Unread: true}.Write(ctx, resp.TargetPrivate)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.TargetIdentity, types.Int64Value(id))...)
	}}}
}
