package contact

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

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
		"timeouts": services.InvokeTimeout(),
		"contacts": schema.ListNestedAttribute{
			Required:            true,
			MarkdownDescription: fmt.Sprintf("The contacts to delete, each named once: at least one, at most %d.", deletion.MostNamed),
			Validators:          []validator.List{listvalidator.NoNullValues()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"email": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "E-mail address, compared without regard to case." + emailLimits,
					Validators:          []validator.String{emailAddress{}},
				},
				"first_name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "First name, compared exactly, in whatever form its accents are stored. Needed where several contacts share the address: which of them is meant is never guessed." + identityLimits,
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
	maps.Copy(attributes, deletion.ConsentAttributes(kind+"s"))
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Deletes contacts from WhatCounts for good, whether or not Terraform manages them: at most %d in one action.\n\n", deletion.MostNamed) +
			"~> **It cannot be undone**, and unless `without_optout = true` is set, adding one of the addresses again needs `force_sub = true`. Run it with `dry_run = true` first, which is the default, and read what it would delete.\n\n" +
			"All contacts are looked up first. When one of them stands outside the provider's `safeguards`, cannot be told from others, or their number is not `expected_count`, nothing is deleted; nor is anything under a `safeguards.deletion_policy` other than `delete`. " +
			"Each is then read once more (`safeguards.verify_before_delete`), written to the journal, and deleted together with others, up to `whatcounts.batch_size` with one command. A contact that WhatCounts refuses to delete does not keep the others: the action ends with an error that lists it. Contacts that are gone already are no error.",
		Attributes: attributes,
	}
}

type deleteActionModel struct {
	deletion.Consent
	services.Deadline
	Contacts      types.List `tfsdk:"contacts"`
	WithoutOptout types.Bool `tfsdk:"without_optout"`
}

type targetModel struct {
	Email       types.String `tfsdk:"email"`
	FirstName   types.String `tfsdk:"first_name"`
	CustomerKey types.String `tfsdk:"customer_key"`
}

// targets are the contacts named, and false when they are not all known yet.
func (m deleteActionModel) targets(ctx context.Context) (targets []whatcounts.Identity, known bool, problems diag.Diagnostics) {
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
		targets = append(targets, whatcounts.Identity{
			Email: one.Email.ValueString(), FirstName: one.FirstName.ValueString(), CustomerKey: one.CustomerKey.ValueString(),
		})
	}
	return targets, known, problems
}

// nameOf is a target as the configuration names it.
func nameOf(target whatcounts.Identity) string {
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
		target.Email = textform.Key(target.Email)
		name := textform.Compose(nameOf(target))
		before, twice := first[name]
		if twice {
			resp.Diagnostics.AddAttributeError(path.Root("contacts").AtListIndex(i), SummaryNamedTwice, fmt.Sprintf(
				"%s is named here and in contacts[%d]. Addresses compare without regard to case. Name each contact once.", nameOf(targets[i]), before))
			continue
		}
		first[name] = i
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
	summary, consequence := SummaryLeavesOptout, "WhatCounts deletes them for good, with their subscriptions and everything attached to them, and records a Global Optout of each address that remains: adding one again needs force_sub = true."
	if config.WithoutOptout.ValueBool() {
		summary, consequence = SummaryLeavesNoOptout, "WhatCounts deletes them for good, with their subscriptions and everything attached to them. They are deleted by subscriber id, which leaves no Global Optout."
	}
	resp.Diagnostics.Append(config.Plan(a.services.Guard, kind, names, summary, consequence)...)
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
	policy := deletion.Delete
	if config.WithoutOptout.ValueBool() {
		policy = deletion.DeleteWithoutOptout
	}
	ctx, cancel := config.Within(ctx)
	defer cancel()
	progress := deletion.Progress(resp.SendProgress)
	found, gone, problems := a.lookUp(ctx, targets, policy, progress)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	records := make([]deletion.Record, 0, len(found))
	for _, one := range found {
		records = append(records, recordOf(one, policy))
	}
	var deleted []whatcounts.Outcome
	resp.Diagnostics.Append(config.Run(a.services.Guard, deletion.Found{Kind: kind, Records: records, Gone: gone}, progress, func() deletion.Report {
		deleted = a.services.WhatCounts.Delete(ctx, a.deletions(found, policy), func(done, total int) {
			progress.Say("Deleted or passed over %d of %d", done, total)
		})
		return report(deleted, gone, policy)
	})...)
	resp.Diagnostics.Append(optoutWarning(deleted)...)
}

// lookedUpAtOnce is how many contacts are looked up between two messages.
const lookedUpAtOnce = 500

// lookUp finds the contacts, and those that are gone. One that cannot be read,
// or not told from others, is an error: nothing is deleted on a guess.
func (a *DeleteAction) lookUp(ctx context.Context, targets []whatcounts.Identity, policy deletion.Policy, progress deletion.Progress) (found []whatcounts.Identity, gone []deletion.Name, problems diag.Diagnostics) {
	var ambiguous []string
	named := map[int64]string{}
	done := 0
	for some := range slices.Chunk(targets, lookedUpAtOnce) {
		for i, resolution := range a.services.WhatCounts.Resolve(ctx, some) {
			one, err := resolution.Contact.Identity, resolution.Err
			var several *whatcounts.AmbiguousError
			var repeated *whatcounts.RepeatedError
			switch {
			case errors.As(err, &repeated):
				one = repeated.Identity
			case apierror.Is(err, apierror.NotFound):
				gone = append(gone, deletion.Name(nameOf(some[i])))
				continue
			case errors.As(err, &several):
				ambiguous = append(ambiguous, listRows(several.Rows))
				continue
			case err != nil:
				problems.AddError(SummaryNotRead, detail(err)+"\n\nNothing was deleted.")
				return nil, nil, problems
			}
			if other, twice := named[one.SubscriberID]; twice {
				problems.AddError(SummaryNamedTwice, fmt.Sprintf("%s and %s are the same %s. Name each contact once. Nothing was deleted.", other, nameOf(some[i]), recordOf(one, policy)))
				return nil, nil, problems
			}
			named[one.SubscriberID] = nameOf(some[i])
			found = append(found, one)
		}
		done += len(some)
		progress.Say("Looked up %d of %d", done, len(targets))
	}
	if len(ambiguous) > 0 {
		problems.AddError(SummaryAmbiguous, fmt.Sprintf(
			"These share addresses that are named without a first name, so it is not clear which of them is meant. Nothing was deleted. Set first_name, or customer_key.\n\n%s", strings.Join(ambiguous, "\n")))
	}
	return found, gone, problems
}

func recordOf(contact whatcounts.Identity, policy deletion.Policy) deletion.Record {
	return deletion.Record{Kind: kind, ID: contact.SubscriberID, Address: contact.Email, Policy: policy}
}

// deletions are what is sent for contacts that were found.
func (a *DeleteAction) deletions(found []whatcounts.Identity, policy deletion.Policy) []whatcounts.Deletion {
	deletions := make([]whatcounts.Deletion, 0, len(found))
	for _, one := range found {
		deletions = append(deletions, whatcounts.Deletion{
			Identity:      one,
			WithoutOptout: policy == deletion.DeleteWithoutOptout,
			Verify:        a.services.Guard.VerifyBeforeDelete(),
			Before: func(_ context.Context, current whatcounts.Contact) error {
				return keep(a.services.Guard, recordOf(current.Identity, policy), current, whatcounts.Managed{Identity: one})
			},
			Whole: a.services.Guard.Journals(),
		})
	}
	return deletions
}

// report is what became of the contacts.
func report(deleted []whatcounts.Outcome, gone []deletion.Name, policy deletion.Policy) deletion.Report {
	r := deletion.Report{Kind: kind, Gone: gone}
	for _, one := range deleted {
		record := recordOf(one.Contact.Identity, policy)
		switch {
		case one.AlreadyGone:
			r.Gone = append(r.Gone, deletion.Name(record.String()))
		case one.Err == nil:
			r.Deleted = append(r.Deleted, record)
		case apierror.Is(one.Err, apierror.NotSent):
			r.NotAttempted = append(r.NotAttempted, record)
		case apierror.Is(one.Err, apierror.Uncertain):
			r.Unclear = append(r.Unclear, deletion.Kept{Record: record, Reason: detail(one.Err)})
		default:
			r.Refused = append(r.Refused, deletion.Kept{Record: record, Reason: detail(one.Err)})
		}
	}
	return r
}

// optoutWarning tells of opt-outs that were not to be recorded.
func optoutWarning(deleted []whatcounts.Outcome) diag.Diagnostics {
	var problems diag.Diagnostics
	var addresses []string
	for _, one := range deleted {
		if one.OptoutRecorded {
			addresses = append(addresses, one.Contact.Email)
		}
	}
	if len(addresses) > 0 {
		problems.AddWarning(SummaryOptoutRemain, fmt.Sprintf(
			"WhatCounts records a Global Optout for a delete by subscriber id too, against its documentation. Adding these addresses again needs force_sub = true:\n  - %s", strings.Join(addresses, "\n  - ")))
	}
	return problems
}
