package contact

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/attr"
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
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("The contacts to delete, each named once: at least one, at most %d. Set this, `subscriber_ids` or both; or select contacts by `list_id`, `email` or both.", deletion.MostNamed),
			Validators:          []validator.List{listvalidator.NoNullValues()},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"email": schema.StringAttribute{
					Required:            true,
					MarkdownDescription: "E-mail address, compared without regard to case.",
					Validators:          []validator.String{emailAddress{}},
				},
				"first_name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "First name, compared exactly, except for the Unicode form of accents. Required if several contacts share the address: the provider never guesses.",
					Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
				},
				"customer_key": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Key of the contact. Required in a realm with customer keys; in other realms it is refused.",
					Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1), identityText},
				},
			}},
		},
		"subscriber_ids": schema.ListAttribute{
			Optional:            true,
			ElementType:         types.Int64Type,
			MarkdownDescription: "Subscriber ids of the contacts to delete, each once. Each costs one request more than an entry of `contacts`.",
			Validators: []validator.List{
				listvalidator.NoNullValues(), listvalidator.UniqueValues(), listvalidator.ValueInt64sAre(int64validator.AtLeast(1)),
			},
		},
		"without_optout": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Delete by subscriber id, which records no Global Optout: for test environments. This takes one command for each contact. " +
				"Default false: one command deletes many contacts, and records a Global Optout of each address.",
		},
	}
	maps.Copy(attributes, selectionAttributes())
	maps.Copy(attributes, deletion.ConsentAttributes(kind+"s"))
	resp.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("Deletes contacts from WhatCounts for good, whether or not Terraform manages them: at most %d in one action.\n\n", deletion.MostNamed) +
			"~> **It cannot be undone**, and unless `without_optout = true` is set, adding one of the addresses again needs `force_sub = true`. Run it with `dry_run = true` first, which is the default, and read what it would delete.\n\n" +
			"Name the contacts in `contacts` and `subscriber_ids`, or select them by `list_id`, `email` or both when the action runs. " +
			"All contacts are looked up first. Nothing is deleted if the provider's `safeguards` refuse one of them, if an entry matches several contacts, if their number is not `expected_count` or is more than `max_count`, or if `safeguards.deletion_policy` is not `delete`. " +
			"Each contact is then read again (`safeguards.verify_before_delete`), written to the journal, and deleted, up to `whatcounts.batch_size` with one command. If WhatCounts refuses to delete one, the others are still deleted, and the action ends with an error that lists it. Contacts that are already gone are no error.",
		Attributes: attributes,
	}
}

type deleteActionModel struct {
	deletion.Consent
	services.Deadline
	Selection
	Contacts      types.List `tfsdk:"contacts"`
	SubscriberIDs types.List `tfsdk:"subscriber_ids"`
	WithoutOptout types.Bool `tfsdk:"without_optout"`
}

type targetModel struct {
	Email       types.String `tfsdk:"email"`
	FirstName   types.String `tfsdk:"first_name"`
	CustomerKey types.String `tfsdk:"customer_key"`
}

// targets are the contacts named, and false when they are not all known yet.
func (m deleteActionModel) targets(ctx context.Context) (targets []whatcounts.Identity, known bool, problems diag.Diagnostics) {
	for _, named := range []types.List{m.Contacts, m.SubscriberIDs} {
		// A validator refuses null elements.
		if named.IsUnknown() || slices.ContainsFunc(named.Elements(), func(v attr.Value) bool { return v.IsUnknown() || v.IsNull() }) {
			return nil, false, nil
		}
	}
	var named []targetModel
	var ids []int64
	problems = m.Contacts.ElementsAs(ctx, &named, false)
	problems.Append(m.SubscriberIDs.ElementsAs(ctx, &ids, false)...)
	known = !problems.HasError()
	for _, one := range named {
		known = known && !one.Email.IsUnknown() && !one.FirstName.IsUnknown() && !one.CustomerKey.IsUnknown()
		targets = append(targets, whatcounts.Identity{
			Email: one.Email.ValueString(), FirstName: one.FirstName.ValueString(), CustomerKey: one.CustomerKey.ValueString(),
		})
	}
	for _, id := range ids {
		targets = append(targets, whatcounts.Identity{SubscriberID: id})
	}
	return targets, known, problems
}

// nameOf is a target as the configuration names it.
func nameOf(target whatcounts.Identity) string {
	if target.SubscriberID != 0 {
		return fmt.Sprintf("subscriber id %d", target.SubscriberID)
	}
	name := target.Email
	if target.FirstName != "" {
		name += "," + target.FirstName
	}
	if target.CustomerKey != "" {
		name += " with customer key " + target.CustomerKey
	}
	return name
}

// nameKey is the name of a target in the same words for all that mean it.
func nameKey(target whatcounts.Identity) string {
	target.Email = textform.Key(target.Email)
	return textform.Compose(nameOf(target))
}

// namesOf are the keys of all names that a target may have which means this
// contact, but for its id.
func namesOf(contact whatcounts.Identity) []string {
	var names []string
	for _, first := range []string{"", contact.FirstName} {
		for _, key := range []string{"", contact.CustomerKey} {
			names = append(names, nameKey(whatcounts.Identity{Email: contact.Email, FirstName: first, CustomerKey: key}))
		}
	}
	return slices.Compact(names)
}

// selection is what the configuration asks for, as far as it is known.
func (m deleteActionModel) selection(ctx context.Context) (targets []whatcounts.Identity, selected deletion.Selection, problems diag.Diagnostics) {
	targets, known, problems := m.targets(ctx)
	selected = deletion.Selection{
		Kind: kind, Attributes: "contacts or subscriber_ids, or select some by list_id or email", Unknown: !known || m.isUnknown(),
	}
	if m.isSet() {
		selected.Query = m.query()
	}
	for _, target := range targets {
		record := deletion.Record{Kind: kind, ID: target.SubscriberID}
		if record.ID == 0 {
			record.Names = []string{nameKey(target)}
		}
		selected.Named = append(selected.Named, record)
	}
	return targets, selected, problems
}

// validate checks what is known of a configuration.
func (m deleteActionModel) validate(ctx context.Context) (targets []whatcounts.Identity, selected deletion.Selection, problems diag.Diagnostics) {
	targets, selected, problems = m.selection(ctx)
	set := func(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }
	if (set(m.ListID) || set(m.Email)) && (set(m.Contacts) || set(m.SubscriberIDs)) {
		problems.AddError(SummaryNamedAndSelected, "Contacts are named in contacts or subscriber_ids, or selected by list_id or email, and not both. Remove one of the two, or use two actions.")
	}
	problems.Append(m.Selection.validate()...)
	problems.Append(m.Validate(selected)...)
	return targets, selected, problems
}

// ValidateConfig refuses a selection that cannot be meant.
func (a *DeleteAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	targets, selected, problems := config.validate(ctx)
	resp.Diagnostics.Append(problems...)
	if selected.Unknown {
		return
	}
	first := map[string]int{}
	for i, target := range targets {
		if target.SubscriberID != 0 {
			continue // a validator compares those
		}
		before, twice := first[nameKey(target)]
		if twice {
			resp.Diagnostics.AddAttributeError(path.Root("contacts").AtListIndex(i), SummaryNamedTwice, fmt.Sprintf(
				"%s is named here and in contacts[%d]. Addresses compare without regard to case. Name each contact once.", nameOf(targets[i]), before))
			continue
		}
		first[nameKey(target)] = i
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
	targets, selected, problems := config.selection(ctx)
	resp.Diagnostics.Append(problems...)
	if selected.Unknown || config.IsDryRun() {
		return
	}
	var addresses []string
	for _, target := range targets {
		if target.SubscriberID == 0 {
			addresses = append(addresses, target.Email)
		}
	}
	resp.Diagnostics.Append(a.services.Guard.PlanScope(addresses)...)
	if resp.Diagnostics.HasError() {
		return
	}
	summary, consequence := SummaryLeavesOptout, "WhatCounts deletes them for good, with their subscriptions and everything attached to them, and records a Global Optout of each address that remains: adding one again needs force_sub = true."
	if config.WithoutOptout.ValueBool() {
		summary, consequence = SummaryLeavesNoOptout, "WhatCounts deletes them for good, with their subscriptions and everything attached to them. They are deleted by subscriber id, which leaves no Global Optout."
	}
	resp.Diagnostics.Append(config.Plan(a.services.Guard, selected, summary, consequence)...)
}

// Invoke looks every contact up, asks the safeguards about all of them, and
// deletes them.
func (a *DeleteAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config deleteActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	targets, selected, problems := config.validate(ctx) // of what the plan did not know yet
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
	var found []whatcounts.Identity
	var gone []deletion.Name
	if config.isSet() {
		found, gone, problems = a.selected(ctx, config.Selection, policy, progress)
	} else {
		found, gone, problems = a.lookUp(ctx, targets, policy, progress)
	}
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	records := make([]deletion.Record, 0, len(found))
	for _, one := range found {
		records = append(records, recordOf(one, policy))
	}
	var deleted []whatcounts.Outcome
	resp.Diagnostics.Append(config.Run(a.services.Guard, deletion.Found{Kind: kind, Query: selected.Query, Records: records, Gone: gone}, progress, func() deletion.Report {
		deleted = a.services.WhatCounts.Delete(ctx, a.deletions(found, config.Selection, policy), func(done, total int) {
			progress.Say("Deleted or skipped %d of %d", done, total)
		}, config.Selection.onLists()...)
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
			"These share addresses that are named without a first name, so it is not clear which of them to delete. Nothing was deleted. Set first_name, or customer_key.\n\n%s", strings.Join(ambiguous, "\n")))
	}
	problems.Append(a.keysShown(ctx, found, policy)...)
	return found, gone, problems
}

// selected are the contacts that a selection finds. The rows that show them hold
// no customer keys: where a delete needs those, each contact is looked up by its
// id.
func (a *DeleteAction) selected(ctx context.Context, selection Selection, policy deletion.Policy, progress deletion.Progress) (found []whatcounts.Identity, gone []deletion.Name, problems diag.Diagnostics) {
	found, problems = selection.contacts(ctx, a.services.WhatCounts)
	if problems.HasError() {
		return nil, nil, problems
	}
	progress.Say("Selected %d", len(found))
	realm, err := a.services.WhatCounts.Realm(ctx)
	switch {
	case err != nil:
		problems.AddError(SummaryNotRead, detail(err)+"\n\nNothing was deleted.")
	case realm.CustomerKeys && policy == deletion.Delete:
		return a.lookUp(ctx, found, policy, progress)
	}
	return found, nil, problems
}

// keysShown refuses contacts that a delete could not name, since it is done by
// customer key in this realm and their details show none.
func (a *DeleteAction) keysShown(ctx context.Context, found []whatcounts.Identity, policy deletion.Policy) diag.Diagnostics {
	var problems diag.Diagnostics
	var keyless []deletion.Record
	for _, one := range found {
		if one.CustomerKey == "" {
			keyless = append(keyless, recordOf(one, policy))
		}
	}
	if len(keyless) == 0 || policy != deletion.Delete {
		return nil
	}
	realm, err := a.services.WhatCounts.Realm(ctx)
	switch {
	case err != nil:
		problems.AddError(SummaryNotRead, detail(err)+"\n\nNothing was deleted.")
	case realm.CustomerKeys:
		problems.AddError(SummaryKeyNotShown, fmt.Sprintf(
			"This realm tells contacts apart by customer key, and the details of these show none, so that no delete could name them%s\nNothing was deleted. Set without_optout = true, which deletes by subscriber id, or name them in contacts with their customer_key.", deletion.First(keyless)))
	}
	return problems
}

func recordOf(contact whatcounts.Identity, policy deletion.Policy) deletion.Record {
	return deletion.Record{Kind: kind, ID: contact.SubscriberID, Address: contact.Email, Policy: policy}
}

// deletions are what is sent for contacts that were found. What is read right
// before is judged once more, by the safeguards and by the selection.
func (a *DeleteAction) deletions(found []whatcounts.Identity, selection Selection, policy deletion.Policy) []whatcounts.Deletion {
	guard := a.services.Guard
	deletions := make([]whatcounts.Deletion, 0, len(found))
	for _, one := range found {
		deletions = append(deletions, whatcounts.Deletion{
			Identity:      one,
			WithoutOptout: policy == deletion.DeleteWithoutOptout,
			Verify:        guard.VerifyBeforeDelete() || selection.isSet() && mayBeGuessed(one),
			Before: func(ctx context.Context, current whatcounts.Contact) error {
				if guard.VerifyBeforeDelete() || guard.Journals() {
					if err := selection.stillOn(ctx, a.services.WhatCounts, current); err != nil {
						return err
					}
				}
				return keep(a.services, recordOf(current.Identity, policy), current, whatcounts.Managed{Identity: one})
			},
			Whole: guard.Journals(),
		})
	}
	return deletions
}

// mayBeGuessed: what selects contacts reads letters of an undeclared charset as
// well as it can, and no delete names a contact by those.
func mayBeGuessed(contact whatcounts.Identity) bool {
	return strings.ContainsFunc(contact.Email+contact.FirstName, func(letter rune) bool { return letter > unicode.MaxASCII })
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
