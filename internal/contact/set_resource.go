package contact

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// SetResource is reach_contacts: many contacts as one resource. Each of its rows
// is to it what a contact is to [Resource], which decides about one.
type SetResource struct {
	services *services.Services
}

var (
	_ resource.ResourceWithConfigure      = (*SetResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*SetResource)(nil)
	_ resource.ResourceWithImportState    = (*SetResource)(nil)
	_ resource.ResourceWithIdentity       = (*SetResource)(nil)
	_ resource.ResourceWithValidateConfig = (*SetResource)(nil)
)

// NewSetResource makes reach_contacts.
func NewSetResource() resource.Resource { return &SetResource{} }

// Metadata names the resource. Its identity follows the lists, which may change.
func (r *SetResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_contacts"
	resp.ResourceBehavior.MutableIdentity = true
}

// Configure takes the client of WhatCounts and the safeguards.
func (r *SetResource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
	if r.services != nil {
		r.services.WhatCountsCredentials.Begin(ctx)
	}
}

// one is what decides about a single contact.
func (r *SetResource) one() *Resource { return &Resource{services: r.services} }

// IdentitySchema says that a set is told by a list and the realm that has it. Of
// several lists it is the one with the lowest id.
func (r *SetResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"list_id": identityschema.Int64Attribute{
				RequiredForImport: true,
				Description:       "Id of the list that the contacts are on; the lowest id if there are several.",
			},
			"realm": identityschema.StringAttribute{
				OptionalForImport: true,
				Description:       "Realm of WhatCounts that has the list. Default: the provider's realm.",
			},
		},
	}
}

type setIdentityModel struct {
	ListID types.Int64  `tfsdk:"list_id"`
	Realm  types.String `tfsdk:"realm"`
}

func (r *SetResource) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, s *set) diag.Diagnostics {
	lists := s.lists()
	if identity == nil || len(lists) == 0 {
		return nil
	}
	return identity.Set(ctx, setIdentityModel{types.Int64Value(lists[0]), types.StringValue(r.services.WhatCounts.RealmName())})
}

// Schema describes the resource. What it has in common with reach_contact is
// described there.
func (r *SetResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	var contact resource.SchemaResponse
	(&Resource{}).Schema(ctx, resource.SchemaRequest{}, &contact)
	attributes := map[string]schema.Attribute{
		"contacts": schema.StringAttribute{
			Required:   true,
			CustomType: jsontypes.NormalizedType{},
			MarkdownDescription: "The contacts, as a JSON object. Each has a key that you choose, and an object with the columns `email` (required), `first_name`, `last_name`, `company`, `address_1`, `address_2`, `city`, `state`, `zip`, `country`, `phone`, `fax`, `customer_key` and `custom_<name>`, all of them strings. " +
				"A column that is omitted, null or an empty string is not managed; one that was set and is then omitted is cleared. The page of `reach_contact` lists the valid values, under Fields. Changing the key of a contact sends nothing; removing a row deletes the contact under `deletion_policy`. Use `jsonencode`, so that a plan shows the records that change.",
		},
		"subscriptions": setSubscriptions(contact.Schema.Attributes["subscriptions"]),
		"subscriber_ids": schema.StringAttribute{
			Computed: true, CustomType: jsontypes.NormalizedType{},
			MarkdownDescription: "Subscriber ids in WhatCounts, as a JSON object by the keys of `contacts`.",
		},
		"contact_count": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "How many contacts there are.",
		},
		"opted_out": schema.StringAttribute{
			Computed: true, CustomType: jsontypes.NormalizedType{},
			MarkdownDescription: "The lists of `subscriptions` that recipients have opted out of, as a JSON object: for the key of each such contact in `contacts`, the ids of the lists. A plan warns of them, and the recipients are not subscribed again.",
		},
		"subscription_drift": schema.StringAttribute{
			Computed: true, CustomType: jsontypes.NormalizedType{},
			MarkdownDescription: "Contacts whose subscriptions differ from `subscriptions` although the recipient has not opted out, as a JSON object by the keys of `contacts`. Each has, by the id of the list, `none` or the format that the contact has there. The next apply corrects it.",
		},
		"force_sub":             contact.Schema.Attributes["force_sub"],
		"override_confirmation": contact.Schema.Attributes["override_confirmation"],
		"deletion_policy":       contact.Schema.Attributes["deletion_policy"],
		"timeouts":              services.SetTimeouts(ctx),
	}
	resp.Schema = schema.Schema{
		Version: 0,
		MarkdownDescription: "Many contacts of a WhatCounts realm as one resource, with the same subscriptions for all of them. Use it for some hundred contacts and more: Terraform's time for each resource instance grows with their number.\n\n" +
			"~> **Removing a row deletes the contact, and a destroy deletes all of them. This cannot be undone.** WhatCounts deletes a contact with everything attached to it and records a **Global Optout** of its address. Adding the address again fails unless `force_sub = true` is set. " +
			"To avoid that, choose another `deletion_policy`.",
		Attributes: attributes,
	}
}

// setSubscriptions is the attribute of reach_contact, of which a set needs at
// least one.
func setSubscriptions(of schema.Attribute) schema.Attribute {
	nested, ok := of.(schema.SetNestedAttribute)
	if !ok {
		return of
	}
	nested.MarkdownDescription = "The lists that all contacts are subscribed to, at least one, each named once. Other lists are not managed. Changes in place, for every contact: removing a list ends the subscription, without an opt-out. A list that a recipient has opted out of is not changed for that contact, see `opted_out`."
	nested.Validators = append(nested.Validators, setvalidator.SizeAtLeast(1))
	return nested
}

// ValidateConfig refuses contacts that cannot be read or sent, rows that are one
// contact, and a list that is named twice.
func (r *SetResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	r.services.Validated(req.Config)
	var config setModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(listsNamedTwice(config.Subscriptions)...)
	if config.Contacts.IsNull() || config.Contacts.IsUnknown() {
		return
	}
	rows, problems := parseRows(config.Contacts.ValueString())
	checkRows(rows, &problems)
	resp.Diagnostics.Append(problems.diagnostics()...)
}

// conflictRecord is a row as it is compared with the records of other instances.
func (r *SetResource) conflictRecord(s *set, row setRow) conflict.Record {
	m := model{contactModel: contactModel{
		SubscriberID: types.Int64Value(row.id), Email: types.StringValue(row.cell("email")),
		FirstName: textOrNull(row.cell("first_name")), CustomerKey: textOrNull(row.cell("customer_key")),
	}, DeletionPolicy: s.DeletionPolicy}
	return r.one().conflictRecord(m, row.note)
}

func (r *SetResource) conflictRecords(s *set) []conflict.Record {
	records := make([]conflict.Record, len(s.rows))
	for i, row := range s.rows {
		records[i] = r.conflictRecord(s, row)
	}
	return records
}

func textOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// refuseElsewhere refuses a set whose contacts were last seen in another realm.
func (r *SetResource) refuseElsewhere(s *set) diag.Diagnostics {
	if len(s.rows) == 0 {
		return nil
	}
	return r.one().origin().RefuseAs(s.note.Note, s.contact(s.rows[0]).record(), "reach_contacts", fmt.Sprintf("list:%d", slices.Min(s.lists())))
}

func counted(number int) string {
	if number == 1 {
		return "1 contact"
	}
	return fmt.Sprintf("%d contacts", number)
}
