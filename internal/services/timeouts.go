package services

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DefaultTimeout bounds an operation that sets no timeout of its own.
const DefaultTimeout = 2 * time.Minute

// DefaultSetTimeout is the same for one that has many records.
const DefaultSetTimeout = 30 * time.Minute

// Timeouts is the timeouts attribute of a resource.
func Timeouts(ctx context.Context) schema.Attribute { return timeoutsOf(ctx, "2m") }

// SetTimeouts is that of a resource with many records.
func SetTimeouts(ctx context.Context) schema.Attribute { return timeoutsOf(ctx, "30m") }

func timeoutsOf(ctx context.Context, standard string) schema.Attribute {
	form := " Default `" + standard + "`."
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "For a create." + form,
		Read: true, ReadDescription: "For a read." + form,
		Update: true, UpdateDescription: "For an update." + form,
		Delete: true, DeleteDescription: "For a delete." + form + " A destroy uses the value that was last applied.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long each operation may take, including retries and waiting for `requests_per_second`, as a Go duration such as `30s` or `2m`."
	for name, inner := range nested.Attributes {
		if text, ok := inner.(schema.StringAttribute); ok {
			// The library's own takes 0s and -5m, with which nothing is ever done.
			text.Validators = []validator.String{PositiveDuration{}}
			nested.Attributes[name] = text
		}
	}
	return nested
}

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
