package contact

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// ListsDataSource is reach_lists: the lists of the realm.
type ListsDataSource struct{ dataSource }

var _ datasource.DataSourceWithConfigure = (*ListsDataSource)(nil)

// NewListsDataSource makes the data source reach_lists.
func NewListsDataSource() datasource.DataSource { return &ListsDataSource{} }

// Metadata names the data source.
func (d *ListsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_lists"
}

// Schema describes the data source.
func (d *ListsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The lists of the WhatCounts realm.",
		Attributes: map[string]schema.Attribute{
			"timeouts": services.ReadTimeout(),
			// No nested attributes: mock_data of Terraform cannot fill a list of those.
			"lists": schema.ListAttribute{
				Computed:            true,
				ElementType:         listType,
				MarkdownDescription: "The lists, by id. Each has `list_id`, the number that `subscriptions` takes; `name`; and `description`, which may be empty.",
			},
		},
	}
}

type listsModel struct {
	services.Deadline
	Lists []listModel `tfsdk:"lists"`
}

type listModel struct {
	ListID      int64  `tfsdk:"list_id"`
	Name        string `tfsdk:"name"`
	Description string `tfsdk:"description"`
}

var listType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"list_id":     types.Int64Type,
	"name":        types.StringType,
	"description": types.StringType,
}}

// Read asks for the lists.
func (d *ListsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	shown := listsModel{Lists: []listModel{}}
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &shown.Timeouts)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := shown.Within(ctx)
	defer cancel()
	all, err := d.services.WhatCounts.Lists(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryListsNotRead, err))
		return
	}
	for _, list := range all {
		shown.Lists = append(shown.Lists, listModel{ListID: list.ID, Name: list.Name, Description: list.Description})
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, shown)...)
}
