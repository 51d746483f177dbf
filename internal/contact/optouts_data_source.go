package contact

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

// SummaryTooManyOptouts heads the refusal of more addresses than a set may have.
const SummaryTooManyOptouts = "More opt-outs than one set takes"

// mostOptouts is how many addresses the set may have. The framework compares
// each of them with every other, which takes a minute here and hours for a
// realm with a million.
const mostOptouts = 20_000

var errTooManyOptouts = errors.New("too many opt-outs")

// OptoutsDataSource is reach_optouts: every address that has opted out.
type OptoutsDataSource struct{ source }

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
		MarkdownDescription: "Every address that has opted out, of one list or globally. All of them end up in state: for a realm with more than 20,000, which are refused, ask for single ones with `reach_optout` instead, or limit `days`.",
		Attributes:          attributes,
	}
}

type optoutsModel struct {
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
	seen := map[string]bool{}
	emails := []attr.Value{}
	err := d.services.WhatCounts.EachOptout(ctx, config.ListID.ValueInt64(), daysBack(config.Days), func(email string) error {
		email = strings.ToLower(email)
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
