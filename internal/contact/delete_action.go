package contact

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/selection"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// SummaryNamedTwice heads the refusal of a selection that names one contact
// more than once.
const SummaryNamedTwice = "Contact named twice"

// kind is what a contact is called in safeguards and reports.
const kind = "contact"

// DeleteAction is reach_delete_contacts: it deletes contacts that no resource
// manages, many with one command. All of them are looked up and admitted before
// the first is deleted; a refusal of the service for one does not keep the
// others.
type DeleteAction struct {
	services *services.Services
}

var (
	_ action.ActionWithConfigure      = (*DeleteAction)(nil)
	_ action.ActionWithValidateConfig = (*DeleteAction)(nil)
	_ action.ActionWithModifyPlan     = (*DeleteAction)(nil)
)

// NewDeleteAction makes the action reach_delete_contacts.
func NewDeleteAction() action.Action { return &DeleteAction{} }

// Metadata names the action.
func (a *DeleteAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_delete_contacts"
}

// Configure takes the client of WhatCounts and the safeguards.
func (a *DeleteAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
}

// Schema describes the action.
func (a *DeleteAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"contacts": schema.ListNestedAttribute{
			Required:            true,
			MarkdownDescription: fmt.Sprintf("The contacts to delete, each named once: at least one, at most %d.", selection.Most),
			Validators:          []validator.List{listvalidator.NoNullValues()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"email": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "E-mail address, compared without regard to case." + emailLimits,
					Validators:          []validator.String{emailAddress{}},
				},
				"first_name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "First name, compared exactly. Needed where several contacts share the address: which of them is meant is never guessed." + identityLimits,
					Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
				},
				"customer_key": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Key of the contact. Required in a realm with customer keys; in other realms it is refused." + identityLimits,
					Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
				},
			}},
		},
		"without_optout": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Delete by subscriber id, which records no Global Optout: what a test environment wants. It takes one command for each contact. " +
				"Default false: many contacts go with one command, and a Global Optout of each address is recorded and remains.",
		},
	}
	maps.Copy(attributes, selection.ConsentAttributes(kind+"s"))
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Deletes contacts from WhatCounts for good, whether or not Terraform manages them: at most %d in one action.\n\n", selection.Most) +
			"~> **It cannot be undone**, and unless `without_optout = true` is set, adding one of the addresses again needs `force_sub = true`. Run it with `dry_run = true` first, which is the default, and read what it would delete.\n\n" +
			"All contacts are looked up first. When one of them stands outside the provider's `safeguards`, cannot be told from others, or their number is not `expected_count`, nothing is deleted; nor is anything under a `safeguards.deletion_policy` other than `delete`. " +
			"Each is then read once more (`safeguards.verify_before_delete`), written to the journal, and deleted together with others, up to `whatcounts.batch_size` with one command. A contact that WhatCounts refuses to delete does not keep the others: the action ends with an error that lists it. Contacts that are gone already are no error.",
		Attributes: attributes,
	}
}

type deleteActionModel struct {
	selection.Consent
	Contacts      types.List `tfsdk:"contacts"`
	WithoutOptout types.Bool `tfsdk:"without_optout"`
}

type targetModel struct {
	Email       types.String `tfsdk:"email"`
	FirstName   types.String `tfsdk:"first_name"`
	CustomerKey types.String `tfsdk:"customer_key"`
}

// targets are the contacts named, and false when they are not all known yet.
func (m deleteActionModel) targets(ctx context.Context) (targets []whatcounts.Contact, known bool, problems diag.Diagnostics) {
	if m.Contacts.IsUnknown() {
		return nil, false, nil
	}
	for _, element := range m.Contacts.Elements() {
		if element.IsUnknown() || element.IsNull() { // a validator refuses null
			return nil, false, nil
		}
	}
	var named []targetModel
	problems = m.Contacts.ElementsAs(ctx, &named, false)
	known = !problems.HasError()
	for _, one := range named {
		known = known && !one.Email.IsUnknown() && !one.FirstName.IsUnknown() && !one.CustomerKey.IsUnknown()
		targets = append(targets, whatcounts.Contact{
			Email: one.Email.ValueString(), FirstName: one.FirstName.ValueString(), CustomerKey: one.CustomerKey.ValueString(),
		})
	}
	return targets, known, problems
}

// nameOf is a target as the configuration names it.
func nameOf(target whatcounts.Contact) string {
	name := target.Email
	if target.FirstName != "" {
		name += "," + target.FirstName
	}
	if target.CustomerKey != "" {
		name += " with customer key " + target.CustomerKey
	}
	return name
}

// ValidateConfig refuses a selection that cannot be meant.
func (a *DeleteAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	targets, known, problems := config.targets(ctx)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(config.Validate("contacts", len(targets), known)...)
	if !known {
		return
	}
	first := map[string]int{}
	for i, target := range targets {
		target.Email = strings.ToLower(target.Email)
		before, twice := first[nameOf(target)]
		if twice {
			resp.Diagnostics.AddAttributeError(path.Root("contacts").AtListIndex(i), SummaryNamedTwice, fmt.Sprintf(
				"%s is named here and in contacts[%d]. Addresses compare without regard to case. Name each contact once.", nameOf(targets[i]), before))
			continue
		}
		first[nameOf(target)] = i
	}
}

// ModifyPlan says what the action would mean, and refuses what the safeguards
// do not allow as far as the configuration tells. It asks the service nothing.
func (a *DeleteAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || a.services == nil {
		return
	}
	targets, known, problems := config.targets(ctx)
	resp.Diagnostics.Append(problems...)
	if !known || config.IsDryRun() {
		return
	}
	var names, addresses []string
	for _, target := range targets {
		names = append(names, nameOf(target))
		addresses = append(addresses, target.Email)
	}
	resp.Diagnostics.Append(a.services.Guard.PlanScope(addresses)...)
	if resp.Diagnostics.HasError() {
		return
	}
	consequence := "WhatCounts deletes them for good, with their subscriptions and everything attached to them, and records a Global Optout of each address that remains: adding one again needs force_sub = true."
	if config.WithoutOptout.ValueBool() {
		consequence = "WhatCounts deletes them for good, with their subscriptions and everything attached to them. They are deleted by subscriber id, which leaves no Global Optout."
	}
	resp.Diagnostics.Append(config.Plan(a.services.Guard, kind, names, SummaryPermanent, consequence)...)
}

// Invoke looks every contact up, asks the safeguards about all of them, and
// deletes them.
func (a *DeleteAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	targets, _, problems := config.targets(ctx)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	run := deleteRun{services: a.services, progress: selection.Progress(resp.SendProgress), policy: safeguard.Delete}
	if config.WithoutOptout.ValueBool() {
		run.policy = safeguard.DeleteWithoutOptout
	}
	resp.Diagnostics.Append(run.lookUp(ctx, targets)...)
	if resp.Diagnostics.HasError() {
		return
	}
	found := selection.Found{Kind: kind, Records: run.records(), Gone: run.gone}
	resp.Diagnostics.Append(config.Run(a.services.Guard, found, run.progress, func() selection.Report { return run.deleteAll(ctx) })...)
	resp.Diagnostics.Append(run.optoutWarning()...)
}
