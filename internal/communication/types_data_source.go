package communication

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

// TypesDataSource is reach_communication_types: the registry's own names and
// ids of the types.
type TypesDataSource struct{ source }

var _ datasource.DataSourceWithConfigure = (*TypesDataSource)(nil)

// NewTypesDataSource makes the data source reach_communication_types.
func NewTypesDataSource() datasource.DataSource { return &TypesDataSource{} }

// Metadata names the data source.
func (d *TypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_communication_types"
}

// Schema describes the data source.
func (d *TypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The communication types of your 7G environment, from its own look-up. Ids may differ between environments.",
		Attributes: map[string]schema.Attribute{
			"types": schema.MapAttribute{
				Computed:            true,
				ElementType:         types.Int64Type,
				MarkdownDescription: "Ids by the name of the type, in lower case.",
			},
		},
	}
}

type typesModel struct {
	Types map[string]int64 `tfsdk:"types"`
}

// Read asks for the types, once in a run however many ask.
func (d *TypesDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	all, err := d.services.SevenG.Types(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryTypesNotRead, err))
		return
	}
	names := typesModel{Types: make(map[string]int64, len(all))}
	for _, t := range all {
		names.Types[strings.ToLower(t.Name)] = t.ID
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, names)...)
}
