package contact

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

const defaultFormat = "html"

var formats = []string{"text", "html", "mime"}

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"subscriber_id": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Subscriber id in WhatCounts, made by the service. It survives a change of address or first name, and is lost with a delete: a contact that is added again has another one.",
			PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
		},
		"email": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "E-mail address, compared without regard to case. Changes in place." + emailLimits,
			Validators:          []validator.String{emailAddress{}},
		},
		"first_name": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "First name, part of who the contact is: WhatCounts tells contacts apart by e-mail address and first name. Changes in place where the contact is alone on its address. Left out it is not managed; set and then removed it is cleared." + identityLimits,
			Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
		},
		"customer_key": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Key of the contact in a realm with customer keys, where it is required; in other realms it is refused. Another key replaces the contact." + identityLimits,
			Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
			PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplaceIf(
				anotherCustomerKey, "Another customer key is another contact.", "Another customer key is another contact.")},
		},
		"custom_fields": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Custom fields of the realm by name, without the `custom_` that WhatCounts puts before them. Only the names listed are managed, none when it is left out; a name that is removed is cleared. A name is of letters, digits and underscores; a value holds " + fieldLimits,
			Validators: []validator.Map{
				mapvalidator.KeysAre(customFieldName, withoutPrefix{}),
				mapvalidator.ValueStringsAre(fieldText),
			},
		},
		"subscriptions": schema.SetNestedAttribute{
			Required:            true,
			MarkdownDescription: "The lists that the contact is subscribed to, at least one. Only the lists named here are managed; an import takes over all of them. A list may be named once. Changes in place: a list that is removed is unsubscribed from, without an opt-out.",
			Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues()},
			NestedObject: schema.NestedAttributeObject{
				Attributes: map[string]schema.Attribute{
					"list_id": schema.Int64Attribute{
						Required:            true,
						MarkdownDescription: "Id of the list, as `reach_lists` shows it.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"format": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Format of the mails: `text`, `html` or `mime`. Default `html`.",
						Validators:          []validator.String{stringvalidator.OneOf(formats...)},
					},
				},
			},
		},
		"force_sub": schema.BoolAttribute{
			Optional: true, Computed: true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Adds the contact although an opt-out of its address exists; after a destroy under the policy `delete` one always does. It counts when the contact is created or replaced, and never puts back a subscription that a recipient gave up. Default false.",
		},
		"override_confirmation": schema.BoolAttribute{
			Optional: true, Computed: true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Skips a list's double opt-in. Without it, a subscription to such a list waits for the recipient's confirmation. Default false.",
		},
		"deletion_policy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What a destroy does: `delete` (the contact goes for good and a Global Optout is recorded), `delete_without_optout` (it goes for good, by subscriber id and without an opt-out: for test environments), " +
				"`unsubscribe` (only the subscriptions in state end), `abandon` (forget it, call nothing) or `prevent` (refuse, in the plan). The policy that was last applied counts, also when the block is gone. Default: `safeguards.deletion_policy` of the provider, else `delete`.",
			Validators: []validator.String{stringvalidator.OneOf(safeguard.ContactPolicies()...)},
		},
		"timeouts": services.Timeouts(ctx),
	}
	for _, field := range standardFields {
		attributes[field.attribute] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: field.meaning + "." + field.advice + " Left out it is not managed; set and then removed it is cleared. It holds " + fieldLimits,
			Validators:          []validator.String{fieldText},
		}
	}
	resp.Schema = schema.Schema{
		// Of the states that it can read: package upgrade holds it to what it wrote.
		Version: 0,
		MarkdownDescription: "A contact in a WhatCounts realm, with its subscriptions.\n\n" +
			"~> **Destroying it cannot be undone.** WhatCounts deletes the contact with everything attached to it and records a **Global Optout** of its address. Adding the address again fails unless `force_sub = true` is given. " +
			"Where that is not wanted, choose another `deletion_policy`.",
		Attributes: attributes,
	}
}
