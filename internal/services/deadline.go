package services

import (
	"context"
	"time"

	action "github.com/hashicorp/terraform-plugin-framework/action/schema"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Deadline is the timeouts attribute of what has one operation only: a data
// source, a list resource, an action or an ephemeral resource. It is embedded in
// the model of each. Without it an answer that never ends would hold the run.
type Deadline struct {
	Timeouts types.Object `tfsdk:"timeouts"`
}

// Within is ctx with the time that the operation may take: what the
// configuration says, or [DefaultTimeout].
func (d Deadline) Within(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := DefaultTimeout
	for _, value := range d.Timeouts.Attributes() {
		if text, ok := value.(types.String); ok {
			if given, err := time.ParseDuration(text.ValueString()); err == nil { // validated; null is none
				limit = given
			}
		}
	}
	return context.WithTimeout(ctx, limit)
}

const (
	timeoutsDescription = "How long it may take, including retries and waiting for `requests_per_second`."
	timeoutForm         = " may take, as a Go duration such as `30s` or `5m`. Default `2m`."
)

func positive() []validator.String { return []validator.String{PositiveDuration{}} }

// ReadTimeout is the timeouts attribute of a data source.
func ReadTimeout() datasource.Attribute {
	return datasource.SingleNestedAttribute{
		Optional: true, MarkdownDescription: timeoutsDescription,
		Attributes: map[string]datasource.Attribute{
			"read": datasource.StringAttribute{Optional: true, MarkdownDescription: "How long reading" + timeoutForm, Validators: positive()},
		},
	}
}

// ListTimeout is the timeouts attribute of a list resource.
func ListTimeout() list.Attribute {
	return list.SingleNestedAttribute{
		Optional: true, MarkdownDescription: timeoutsDescription,
		Attributes: map[string]list.Attribute{
			"list": list.StringAttribute{Optional: true, MarkdownDescription: "How long listing" + timeoutForm, Validators: positive()},
		},
	}
}

// InvokeTimeout is the timeouts attribute of an action.
func InvokeTimeout() action.Attribute {
	return action.SingleNestedAttribute{
		Optional: true, MarkdownDescription: timeoutsDescription,
		Attributes: map[string]action.Attribute{
			"invoke": action.StringAttribute{Optional: true, MarkdownDescription: "How long the action" + timeoutForm, Validators: positive()},
		},
	}
}

// OpenTimeout is the timeouts attribute of an ephemeral resource.
func OpenTimeout() ephemeral.Attribute {
	return ephemeral.SingleNestedAttribute{
		Optional: true, MarkdownDescription: timeoutsDescription,
		Attributes: map[string]ephemeral.Attribute{
			"open": ephemeral.StringAttribute{Optional: true, MarkdownDescription: "How long opening" + timeoutForm, Validators: positive()},
		},
	}
}
