package communication

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// The limits of 7G (Communication: POST and PUT).
const (
	longestValue      = 255
	longestExternalID = 50
)

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		// Of the states that it can read: package upgrade holds it to what it wrote.
		Version: 0,
		MarkdownDescription: "A communication in 7G: an e-mail address, phone, mobile or fax number of an entity, person or organisation.\n\n" +
			"~> **Destroying it cannot be undone.** 7G deletes a communication for good, and the link to its owner with it. An e-mail address becomes free for reuse.",
		Attributes: map[string]schema.Attribute{
			"communication_id": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Native id in 7G. It is made by the service and never changes; a communication that is deleted and created again has another one.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of a type from 7G's look-up of communication types, in any case: `email`, `phone`, `mobile`, `fax`, or one that your 7G environment has added. Changes in place.",
				Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1)},
			},
			"type_id": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Id of the type in 7G, which may differ between environments.",
			},
			"value": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The address or number itself, at most 255 characters and not blanks alone. Write a number in quotation marks: without them, Terraform drops leading zeros. E-mail addresses compare without regard to case. Changes in place.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, longestValue), visibleText{}},
			},
			"external_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Your own id for the record, at most 50 characters, not blanks alone, and unique. 7G sets it at creation and never changes it, so another one replaces the record. Left out, the record gets none, or keeps the one that it has.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, longestExternalID), visibleText{}},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"owner": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "Whose communication it is, named by its `type` and exactly one of `id` and `external_id`. The other id comes from 7G. The owner must exist. Changes in place.",
				Validators:          []validator.Object{oneOwnerID{}},
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Kind of owner: `biz_entity`, `person` or `organisation`.",
						Validators:          []validator.String{stringvalidator.OneOf(ownerKinds()...)},
					},
					"id": schema.Int64Attribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Native id of the owner. Set this or `external_id`.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"external_id": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Your own id of the owner, at most 50 characters. Set this or `id`.",
						Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, longestExternalID)},
					},
				},
			},
			"deletion_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What a destroy does: `delete` (for good), `abandon` (forget the record, call nothing) or `prevent` (refuse, in the plan). The policy that was last applied counts, also when the block is gone. Default: `safeguards.deletion_policy` of the provider, else `delete`.",
				Validators:          []validator.String{stringvalidator.OneOf(deletion.Policies()...)},
			},
			"timeouts": services.Timeouts(ctx),
		},
	}
}
