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
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Summaries of the errors of the data source.
const (
	SummaryNoMatch        = "No such contact"
	SummarySeveralMatches = "Several contacts match"
)

// DataSource is reach_contact: one contact, by subscriber id or by address.
type DataSource struct{ source }

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
		"subscriber_id": schema.Int64Attribute{
			Optional: true, Computed: true,
			MarkdownDescription: "Subscriber id in WhatCounts. Set this or `email`.",
			Validators:          []validator.Int64{int64validator.AtLeast(1)},
		},
		"email": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "E-mail address, compared without regard to case. Set this or `subscriber_id`." + emailLimits,
			Validators:          []validator.String{emailAddress{}},
		},
		"first_name": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "First name, for an address that several contacts share. Goes with `email`, and is compared exactly." + identityLimits,
			Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("email")), identityText},
		},
		"customer_key": schema.StringAttribute{Computed: true, MarkdownDescription: "Key of the contact, in realms that have them. Null where WhatCounts does not show it."},
		"custom_fields": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "Custom fields by name, without `custom_`; those that are empty are left out.",
		},
		"subscriptions": schema.SetNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The lists that the contact is subscribed to.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"list_id": schema.Int64Attribute{Computed: true, MarkdownDescription: "Id of the list."},
				"format":  schema.StringAttribute{Computed: true, MarkdownDescription: "Format of the mails: `text`, `html` or `mime`."},
			}},
		},
	}
	for _, field := range standardFields {
		attributes[field.attribute] = schema.StringAttribute{Computed: true, MarkdownDescription: field.meaning + "."}
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

type dataSourceModel struct {
	fieldsModel
	SubscriberID  types.Int64  `tfsdk:"subscriber_id"`
	Email         types.String `tfsdk:"email"`
	FirstName     types.String `tfsdk:"first_name"`
	CustomerKey   types.String `tfsdk:"customer_key"`
	CustomFields  types.Map    `tfsdk:"custom_fields"`
	Subscriptions types.Set    `tfsdk:"subscriptions"`
}

// Read looks the contact up.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config dataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := config.SubscriberID.ValueInt64()
	if config.SubscriberID.IsNull() {
		match, problem := d.match(ctx, config)
		if problem != nil {
			resp.Diagnostics.Append(problem)
			return
		}
		id = match.SubscriberID
	}
	c, err := d.services.WhatCounts.Contact(ctx, id, config.Email.ValueString())
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	// The same mapping as the resource's after an import: all fields.
	var imported model
	resp.Diagnostics.Append(imported.set(ctx, c, nil)...)
	shown := dataSourceModel{
		fieldsModel:   imported.fieldsModel,
		SubscriberID:  imported.SubscriberID,
		Email:         imported.Email,
		FirstName:     imported.FirstName,
		CustomerKey:   imported.CustomerKey,
		CustomFields:  imported.CustomFields,
		Subscriptions: imported.Subscriptions,
	}
	if imported.CustomFields.IsNull() {
		shown.CustomFields = types.MapNull(types.StringType)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, shown)...)
}

// match is the one contact with the configured address and first name.
func (d *DataSource) match(ctx context.Context, config dataSourceModel) (whatcounts.Match, diag.Diagnostic) {
	matches, err := d.services.WhatCounts.FindContacts(ctx, config.Email.ValueString(), config.FirstName.ValueStringPointer())
	switch {
	case err != nil:
		return whatcounts.Match{}, diagnostic.Error(SummaryNotRead, err)
	case len(matches) == 0:
		return whatcounts.Match{}, diag.NewAttributeErrorDiagnostic(path.Root("email"), SummaryNoMatch, fmt.Sprintf(
			"WhatCounts has no contact with the address %s%s. Check email and first_name, and the realm.", config.Email.ValueString(), withFirstName(config.FirstName)))
	case len(matches) > 1:
		return whatcounts.Match{}, diag.NewAttributeErrorDiagnostic(path.Root("email"), SummarySeveralMatches, fmt.Sprintf(
			"%d contacts have the address %s. Set first_name, or subscriber_id to one of these:\n%s", len(matches), config.Email.ValueString(), listMatches(matches)))
	}
	return matches[0], nil
}

func withFirstName(name types.String) string {
	if name.IsNull() {
		return ""
	}
	return fmt.Sprintf(" and the first name %q", name.ValueString())
}
