package contact

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/report"
)

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
		Computed: true, ElementType: types.StringType,
		MarkdownDescription: "The addresses, in lower case.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Every address that has opted out, of one list or globally. All of them end up in state: for a realm with very many, ask for a few with `reach_optout` instead, or limit `days`.",
		Attributes:          attributes,
	}
}

type optoutsModel struct {
	ListID types.Int64 `tfsdk:"list_id"`
	Days   types.Int64 `tfsdk:"days"`
	Emails types.Set   `tfsdk:"emails"`
}

// Read collects the addresses as they arrive.
func (d *OptoutsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config optoutsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	seen := map[string]bool{}
	emails := []string{}
	err := d.services.WhatCounts.EachOptout(ctx, config.ListID.ValueInt64(), daysBack(config.Days), func(email string) error {
		email = strings.ToLower(email)
		if !seen[email] {
			seen[email] = true
			emails = append(emails, email)
		}
		return nil
	})
	if err != nil {
		resp.Diagnostics.Append(report.Error(SummaryOptoutsNotRead, err))
		return
	}
	set, problems := types.SetValueFrom(ctx, types.StringType, emails)
	resp.Diagnostics.Append(problems...)
	config.Emails = set
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
