package communication

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// SummaryOwner heads the refusal of an owner that is named by both ids or by
// neither.
const SummaryOwner = "Owner not named once"

// oneOwnerID accepts an owner that is named by exactly one of its ids.
type oneOwnerID struct{}

// Description says what is accepted.
func (oneOwnerID) Description(context.Context) string {
	return "must have exactly one of id and external_id"
}

// MarkdownDescription says what is accepted.
func (v oneOwnerID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject refuses both ids and neither; parts that are not known yet
// may still turn out to be null.
func (oneOwnerID) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	owner, problems := decodeOwner(ctx, req.ConfigValue)
	resp.Diagnostics.Append(problems...)
	if problems.HasError() || req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || owner.ID.IsUnknown() || owner.ExternalID.IsUnknown() {
		return
	}
	given := "neither is"
	switch {
	case owner.ID.IsNull() != owner.ExternalID.IsNull():
		return
	case !owner.ID.IsNull():
		given = "both are"
	}
	resp.Diagnostics.AddAttributeError(req.Path, SummaryOwner, fmt.Sprintf(
		"Set exactly one of %[1]s.id (the native id) and %[1]s.external_id (your own id): %[2]s set.", req.Path, given))
}
