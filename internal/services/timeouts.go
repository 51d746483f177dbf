package services

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DefaultTimeout bounds an operation that sets no timeout of its own.
const DefaultTimeout = 2 * time.Minute

// Timeouts is the timeouts attribute of a resource.
func Timeouts(ctx context.Context) schema.Attribute {
	const form = " may take, as a Go duration such as `30s` or `2m`. Default `2m`."
	attribute := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "How long creating" + form,
		Read: true, ReadDescription: "How long reading" + form,
		Update: true, UpdateDescription: "How long updating" + form,
		Delete: true, DeleteDescription: "How long deleting" + form + " The value that was last applied counts.",
	})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long each operation may take, retries, second looks and waiting for `requests_per_second` included. Left out, each of them takes its default."
	for name, inner := range nested.Attributes {
		if text, ok := inner.(schema.StringAttribute); ok {
			// The library's own takes 0s and -5m, with which nothing is ever done.
			text.Validators = []validator.String{PositiveDuration{}}
			nested.Attributes[name] = text
		}
	}
	return nested
}
