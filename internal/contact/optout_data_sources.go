package contact

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// mostDays is the longest time that can be asked for: a hundred years.
const mostDays = 36500

// OptoutDataSource is reach_optout: whether one address has opted out.
type OptoutDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*OptoutDataSource)(nil)

// NewOptoutDataSource makes the data source reach_optout.
func NewOptoutDataSource() datasource.DataSource { return &OptoutDataSource{} }

// Metadata names the data source.
func (d *OptoutDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_optout"
}

// Schema describes the data source.
func (d *OptoutDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := optoutQueryAttributes()
	attributes["email"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "The address to look for, compared without regard to case.",
		Validators:          []validator.String{emailAddress{}},
	}
	attributes["opted_out"] = schema.BoolAttribute{
		Computed:            true,
		MarkdownDescription: "Whether the address has opted out. If it has, adding a contact with it fails unless `force_sub = true` is set.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Whether an address has opted out, of one list or globally. Deleting a contact under the policy `delete` records a Global Optout; WhatCounts does not distinguish such an opt-out from a recipient's own.\n\nIn one run, each combination of `list_id` and `days` costs one request, for any number of addresses.",
		Attributes:          attributes,
	}
}

// optoutQueryAttributes choose which opt-outs are looked at.
func optoutQueryAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"timeouts": services.ReadTimeout(),
		"list_id": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "List whose opt-outs are read. Default: the Global Optouts of the realm.",
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		},
		"days": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("How many days back to look, from 1 to %d. Default: all opt-outs.", mostDays),
			Validators:          []validator.Int64{int64validator.Between(1, mostDays)},
		},
	}
}

type optoutModel struct {
	services.Deadline
	Email    types.String `tfsdk:"email"`
	ListID   types.Int64  `tfsdk:"list_id"`
	Days     types.Int64  `tfsdk:"days"`
	OptedOut types.Bool   `tfsdk:"opted_out"`
}

// Read looks the address up.
func (d *OptoutDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config optoutModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := config.Within(ctx)
	defer cancel()
	optedOut, err := d.services.WhatCounts.OptedOut(ctx, config.Email.ValueString(), config.ListID.ValueInt64(), daysBack(config.Days))
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryOptoutsNotRead, err))
		return
	}
	config.OptedOut = types.BoolValue(optedOut)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// daysBack is what the client takes: 0 for all of them.
func daysBack(days types.Int64) int { return int(days.ValueInt64()) }

// mostOptouts is how many addresses the set may have. The framework compares
// each of them with every other, which takes a minute here and hours for a
// realm with a million.
const mostOptouts = 20_000

var errTooManyOptouts = errors.New("too many opt-outs")

// OptoutsDataSource is reach_optouts: every address that has opted out.
type OptoutsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*OptoutsDataSource)(nil)

// NewOptoutsDataSource makes the data source reach_optouts.
func NewOptoutsDataSource() datasource.DataSource { return &OptoutsDataSource{} }

// Metadata names the data source.
func (d *OptoutsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_optouts"
}

// Schema describes the data source.
func (d *OptoutsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := optoutQueryAttributes()
	attributes["emails"] = schema.SetAttribute{
		Computed: true, ElementType: types.StringType, CustomType: newDistinctStrings(),
		MarkdownDescription: "The addresses, in lower case.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Every address that has opted out, of one list or globally. All of them are stored in state; the result is never incomplete. More than 20,000 are an error: look up single addresses with `reach_optout`, or limit `days`.",
		Attributes:          attributes,
	}
}

type optoutsModel struct {
	services.Deadline
	ListID types.Int64 `tfsdk:"list_id"`
	Days   types.Int64 `tfsdk:"days"`

	Emails distinctStringsValue `tfsdk:"emails"`
}

// Read collects the addresses as they arrive.
func (d *OptoutsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config optoutsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := config.Within(ctx)
	defer cancel()
	seen := map[string]bool{}
	emails := []attr.Value{}
	err := d.services.WhatCounts.EachOptout(ctx, config.ListID.ValueInt64(), daysBack(config.Days), func(email string) error {
		email = textform.Key(email)
		if len(seen) > mostOptouts {
			return errTooManyOptouts
		}
		if !seen[email] {
			seen[email] = true
			emails = append(emails, types.StringValue(email))
		}
		return nil
	})
	if errors.Is(err, errTooManyOptouts) {
		resp.Diagnostics.AddError(SummaryTooManyOptouts, fmt.Sprintf(
			"There are more than %d addresses. Limit them by days or list_id, or ask for single addresses with reach_optout: many of those take one request, and there may be millions of opt-outs.", mostOptouts))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryOptoutsNotRead, err))
		return
	}
	set, problems := types.SetValue(types.StringType, emails)
	resp.Diagnostics.Append(problems...)
	config.Emails = distinctStringsValue{set}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
