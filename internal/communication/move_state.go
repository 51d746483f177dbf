package communication

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/movestate"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// MoveState takes over communications that were managed with a generic provider.
// Only the native id is taken: the refresh that follows reads the rest.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if !movestate.IsSource(req) {
			return
		}
		id, err := movestate.NativeID(req, "communication_id")
		if err != nil {
			resp.Diagnostics.AddError(SummaryNotImported, fmt.Sprintf(
				"The communication cannot be moved: %s. Use a removed block for the old resource, and an import block with the native id for reach_communication.", err))
			return
		}
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("communication_id"), id)...)
		resp.Diagnostics.Append(services.Note{Unread: true}.Write(ctx, resp.TargetPrivate)...)
		resp.Diagnostics.Append(setIdentity(ctx, resp.TargetIdentity, types.Int64Value(id))...)
	}}}
}
