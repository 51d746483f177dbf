package contact

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// DataSource is reach_contact: one contact, by subscriber id or by address.
type DataSource struct{ dataSource }

var (
	_ datasource.DataSourceWithConfigure        = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*DataSource)(nil)
)

// NewDataSource makes the data source reach_contact.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// Metadata names the data source.
func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_contact"
}

// Schema describes the data source.
func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"timeouts": services.ReadTimeout(),
		"subscriber_id": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Subscriber id in WhatCounts. Set this or `email`.",
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		},
		"email": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "E-mail address, compared without regard to case. Set this or `subscriber_id`.",
			Validators:          []validator.String{emailAddress{}},
		},
		"first_name": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "First name, for an address that several contacts share. Goes with `email`, and is compared exactly.",
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("email")), identityText},
		},
		"customer_key": schema.StringAttribute{Computed: true, MarkdownDescription: "Key of the contact, in realms with customer keys. Null if WhatCounts does not show it."},
		"custom_fields": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Custom fields by name, without `custom_`; those that are empty are left out.",
		},
		// No nested attributes: mock_data of Terraform cannot fill a set of those.
		"subscriptions": schema.SetAttribute{
			Computed:            true,
			ElementType:         subscriptionType,
			MarkdownDescription: "The lists that the contact is subscribed to. Each has `list_id` and `format`, the format of the mails: `text`, `html` or `mime`.",
		},
	}
	for _, col := range whatcounts.ValueColumns() {
		attributes[col.Attribute] = schema.StringAttribute{Computed: true, MarkdownDescription: col.Meaning + "."}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One contact of WhatCounts, by subscriber id or e-mail address. None or several matches are an error.",
		Attributes:          attributes,
	}
}

// ConfigValidators refuse both ways to name a contact at once, and neither.
func (d *DataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{
		datasourcevalidator.ExactlyOneOf(path.MatchRoot("subscriber_id"), path.MatchRoot("email")),
	}
}

// Read looks the contact up.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	values, problems := attributesOf(ctx, req.Config)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	var deadline services.Deadline
	read(values, "timeouts", &deadline.Timeouts)
	ctx, cancel := deadline.Within(ctx)
	defer cancel()
	config := readContact(values)
	id := config.SubscriberID.ValueInt64()
	if config.SubscriberID.IsNull() {
		found, problem := d.match(ctx, config)
		if problem != nil {
			resp.Diagnostics.Append(problem)
			return
		}
		id = found.SubscriberID
	}
	stored, err := d.services.WhatCounts.Contact(ctx, id, config.Email.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	// As after an import: everything is taken over.
	shown := contactModel{CustomFields: types.MapNull(types.StringType)}
	shown.take(stored)
	attributes := shown.attributes()
	attributes["timeouts"] = deadline.Timeouts
	resp.Diagnostics.Append(write(ctx, &resp.State, attributes)...)
}

// match is the one contact with the configured address and first name.
func (d *DataSource) match(ctx context.Context, config contactModel) (whatcounts.Row, diag.Diagnostic) {
	rows, err := d.services.WhatCounts.Find(ctx, config.Email.ValueString(), config.FirstName.ValueStringPointer())
	switch {
	case err != nil:
		return whatcounts.Row{}, diagnostic.Error(SummaryNotRead, err)
	case len(rows) == 0:
		return whatcounts.Row{}, diag.NewAttributeErrorDiagnostic(path.Root("email"), SummaryNoMatch, fmt.Sprintf(
			"WhatCounts has no contact with the address %s%s. Check email and first_name, and the realm.", config.Email.ValueString(), withFirstName(config.FirstName)))
	case len(rows) > 1:
		return whatcounts.Row{}, diag.NewAttributeErrorDiagnostic(path.Root("email"), SummarySeveralMatches, fmt.Sprintf(
			"%d contacts have the address %s. Set first_name, or subscriber_id to one of these:\n%s", len(rows), config.Email.ValueString(), listRows(rows)))
	}
	return rows[0], nil
}

func withFirstName(name types.String) string {
	if name.IsNull() {
		return ""
	}
	return fmt.Sprintf(" and the first name %q", name.ValueString())
}

// dataSource is what every data source of WhatCounts has.
type dataSource struct {
	services *services.Services
}

// Configure takes the client of WhatCounts.
func (s *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
}
