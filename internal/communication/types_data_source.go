package communication

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// TypesDataSource is reach_communication_types: the registry's own names and
// ids of the types.
type TypesDataSource struct{ source }

var _ datasource.DataSourceWithConfigure = (*TypesDataSource)(nil)

// NewTypesDataSource makes the data source reach_communication_types.
func NewTypesDataSource() datasource.DataSource { return &TypesDataSource{} }

type typesModel struct {
	services.Deadline
	Types map[string]int64 `tfsdk:"types"`
}

// Metadata names the data source.
func (d *TypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_communication_types"
}

// Schema describes the data source.
func (d *TypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The communication types of your 7G environment. Ids may differ between environments.",
		Attributes: map[string]schema.Attribute{
			"timeouts": services.ReadTimeout(),
			"types": schema.MapAttribute{
				Computed:            true,
				ElementType:         types.Int64Type,
				MarkdownDescription: "Ids by the name of the type, in lower case.",
			},
		},
	}
}

// Read asks for the types, once in a run however many ask.
func (d *TypesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var names typesModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &names.Timeouts)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := names.Within(ctx)
	defer cancel()
	all, err := d.services.SevenG.Types(ctx)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryTypesNotRead, err))
		return
	}
	names.Types = make(map[string]int64, len(all))
	for _, t := range all {
		names.Types[strings.ToLower(t.Name)] = t.ID
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, names)...)
}

// typeID resolves a type's name, in any case, through 7G's look-up. The ids
// differ between registries, so none is built in.
func typeID(ctx context.Context, client *seveng.Client, at path.Path, name string) (int64, diag.Diagnostics) {
	all, err := client.Types(ctx)
	if err != nil {
		return 0, diag.Diagnostics{diag.WithPath(at, diagnostic.Error(SummaryTypesNotRead, err))}
	}
	return typeAmong(all, at, name)
}

// typeAmong is the id of the type with this name.
func typeAmong(all []seveng.Type, at path.Path, name string) (id int64, problems diag.Diagnostics) {
	var known []string
	for _, t := range all {
		if sameType(t.Name, name) {
			return t.ID, nil
		}
		known = append(known, strings.ToLower(t.Name))
	}
	problems.AddAttributeError(at, SummaryUnknownType, fmt.Sprintf(
		"7G knows no communication type %q. Set type to one of: %s.", name, strings.Join(known, ", ")))
	return 0, problems
}

// typeName is the name of a record's type in lower case, as configurations
// write it.
func typeName(ctx context.Context, client *seveng.Client, c seveng.Communication) (string, diag.Diagnostics) {
	var problems diag.Diagnostics
	all, err := client.Types(ctx)
	if err != nil {
		problems.Append(diagnostic.Error(SummaryTypesNotRead, err))
		return "", problems
	}
	for _, t := range all {
		if t.ID == c.TypeID {
			return strings.ToLower(t.Name), nil
		}
	}
	problems.AddError(SummaryUnknownType, fmt.Sprintf(
		"The communication %d (%s) carries the type id %d, which 7G's look-up of communication types does not have. It is kept as it is. Ask the registry which type this is.", c.ID, c.Value, c.TypeID))
	return "", problems
}
