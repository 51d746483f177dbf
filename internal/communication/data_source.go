package communication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// source is what every data source of 7G has.
type source struct {
	services *services.Services
}

// Configure takes the client of 7G.
func (s *source) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.services = services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
}

// DataSource is reach_communication: one record, by either id.
type DataSource struct{ source }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// NewDataSource makes the data source reach_communication.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// recordModel is a communication as the data sources show it.
type recordModel struct {
	CommunicationID types.Int64  `tfsdk:"communication_id"`
	Type            types.String `tfsdk:"type"`
	TypeID          types.Int64  `tfsdk:"type_id"`
	Value           types.String `tfsdk:"value"`
	ExternalID      types.String `tfsdk:"external_id"`
	Owner           types.Object `tfsdk:"owner"`
}

var recordType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"communication_id": types.Int64Type,
	"type":             types.StringType,
	"type_id":          types.Int64Type,
	"value":            types.StringType,
	"external_id":      types.StringType,
	"owner":            types.ObjectType{AttrTypes: ownerAttributeTypes},
}}

// dataSourceModel is one communication with the time that reading it may take.
type dataSourceModel struct {
	recordModel
	services.Deadline
}

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_communication"
}

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One communication of 7G, by its native id or by your own id.",
		Attributes: map[string]schema.Attribute{
			"communication_id": schema.Int64Attribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Native id in 7G. Set this or `external_id`.",
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"external_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Your own id for the record, at most 50 characters. Set this or `communication_id`.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, seveng.LongestExternalID)},
			},
			"type":    schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the type, in lower case, such as `email`."},
			"type_id": schema.Int64Attribute{Computed: true, MarkdownDescription: "Id of the type in 7G."},
			"value":   schema.StringAttribute{Computed: true, MarkdownDescription: "The address or number."},
			"owner": schema.SingleNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The owner of the communication.",
				Attributes: map[string]schema.Attribute{
					"type":        schema.StringAttribute{Computed: true, MarkdownDescription: "Kind of owner: `biz_entity`, `person` or `organisation`."},
					"id":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Native id of the owner."},
					"external_id": schema.StringAttribute{Computed: true, MarkdownDescription: "Your own id of the owner, if it has one."},
				},
			},
			"timeouts": services.ReadTimeout(),
		},
	}
}

// ConfigValidators refuse both ids at once, and neither.
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("communication_id"), path.MatchRoot("external_id")),
	}
}

// Read looks the record up. One that does not exist is an error.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := seveng.ByExternalID(config.ExternalID.ValueString())
	if !config.CommunicationID.IsNull() {
		key = seveng.ByID(config.CommunicationID.ValueInt64())
	}
	ctx, cancel := config.Within(ctx)
	defer cancel()
	found, err := d.services.SevenG.Read(ctx, key)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	record, problems := newRecord(ctx, d.services.SevenG, found)
	resp.Diagnostics.Append(problems...)
	config.recordModel = record
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// newRecord is what the data sources show of a communication.
func newRecord(ctx context.Context, client *seveng.Client, c seveng.Communication) (recordModel, diag.Diagnostics) {
	name, problems := typeName(ctx, client, c)
	return recordModel{
		CommunicationID: types.Int64Value(c.ID),
		Type:            types.StringValue(name),
		TypeID:          types.Int64Value(c.TypeID),
		Value:           types.StringValue(c.Value),
		ExternalID:      stringOrNull(c.ExternalID),
		Owner:           ownerObject(c.Owner),
	}, problems
}
