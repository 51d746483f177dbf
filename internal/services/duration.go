package services

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// SummaryInvalidDuration heads the refusal of a time that is no duration.
const SummaryInvalidDuration = "Invalid duration"

// PositiveDuration accepts Go durations such as "30s" above zero.
type PositiveDuration struct {
	EmptyIsUnset bool // as everywhere in the provider block
}

// Description says what is accepted.
func (PositiveDuration) Description(context.Context) string {
	return `must be a number with a unit and above zero, such as "30s", "2m" or "1h30m"`
}

// MarkdownDescription says what is accepted.
func (v PositiveDuration) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses what is not a duration.
func (v PositiveDuration) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || v.EmptyIsUnset && req.ConfigValue.ValueString() == "" {
		return
	}
	if d, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || d <= 0 {
		resp.Diagnostics.AddAttributeError(req.Path, SummaryInvalidDuration, fmt.Sprintf("%s is %q: it %s.", req.Path, req.ConfigValue.ValueString(), v.Description(ctx)))
	}
}
