package communication

import (
	"context"
	"sort"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// OwnerDataSource is reach_communications: all records of one owner. Reading
// them through the owner is the only enumeration that 7G documents.
type OwnerDataSource struct{ source }

var _ datasource.DataSourceWithConfigure = (*OwnerDataSource)(nil)

// NewOwnerDataSource makes the data source reach_communications.
func NewOwnerDataSource() datasource.DataSource { return &OwnerDataSource{} }

type ownerDataSourceModel struct {
	services.Deadline
	Owner          ownerModel    `tfsdk:"owner"`
	Communications []recordModel `tfsdk:"communications"`
}

// Metadata names the data source.
func (d *OwnerDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_communications"
}

// Schema describes the data source.
func (d *OwnerDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All communications of one owner, read from the owner's own record in 7G.",
		Attributes: map[string]schema.Attribute{
			"timeouts": services.ReadTimeout(),
			"owner": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "The owner of the communications: its `type`, and its `id`, its `external_id`, or both.",
				Validators:          []validator.Object{ownerID{}},
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Kind of owner: `biz_entity`, `person` or `organisation`.",
						Validators:          []validator.String{stringvalidator.OneOf(ownerKinds()...)},
					},
					"id": schema.Int64Attribute{
						Optional:            true,
						MarkdownDescription: "Native id of the owner. Set this, `external_id` or both.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"external_id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Your own id of the owner, at most 50 characters. Set this, `id` or both.",
						Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, seveng.LongestExternalID)},
					},
				},
			},
			// No nested attributes: mock_data of Terraform cannot fill a list of those.
			"communications": schema.ListAttribute{
				Computed:            true,
				ElementType:         recordType,
				MarkdownDescription: "The owner's communications, in the order of their native ids; an empty list if there are none. Each has its native id `communication_id`; `type`, the name of its type in lower case, such as `email`, and `type_id`; `value`, the address or number; `external_id`, your own id, null if it has none; and `owner` with its `type` (`biz_entity`, `person` or `organisation`), `id` and `external_id`.",
			},
		},
	}
}

// Read asks for the owner. One that does not exist is an error; one without
// communications has an empty list.
func (d *OwnerDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config ownerDataSourceModel
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("owner"), &config.Owner)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("timeouts"), &config.Timeouts)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := config.Within(ctx)
	defer cancel()
	all, err := d.services.SevenG.List(ctx, config.Owner.owner())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	sort.Slice(all, func(i, j int) bool { return all[i].ID < all[j].ID })
	config.Communications = []recordModel{}
	for _, c := range all {
		record, problems := newRecord(ctx, d.services.SevenG, c)
		resp.Diagnostics.Append(problems...)
		config.Communications = append(config.Communications, record)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
