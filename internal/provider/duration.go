package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// positiveDuration accepts Go durations such as "30s" above zero.
type positiveDuration struct{}

// Description says what is accepted.
func (positiveDuration) Description(context.Context) string {
	return `must be a duration above zero, such as "30s" or "2m"`
}

// MarkdownDescription says what is accepted.
func (v positiveDuration) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses what is not a duration.
func (v positiveDuration) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.ValueString() == "" {
		return
	}
	if d, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || d <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, SummaryInvalidDuration, fmt.Sprintf("%q is not valid: it %s.", req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}
