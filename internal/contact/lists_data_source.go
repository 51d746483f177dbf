package contact

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"

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
			"lists": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The lists, by id.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"list_id":     schema.Int64Attribute{Computed: true, MarkdownDescription: "Id of the list, as `subscriptions` takes it."},
					"name":        schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the list."},
					"description": schema.StringAttribute{Computed: true, MarkdownDescription: "Description of the list, which may be empty."},
				}},
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
