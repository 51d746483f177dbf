package contact

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// anotherCustomerKey tells a change of the key, which means another contact,
// from a key that state did not show before.
func anotherCustomerKey(_ context.Context, req planmodifier.StringRequest, resp *stringplanmodifier.RequiresReplaceIfFuncResponse) {
	resp.RequiresReplace = replaces(req.StateValue, req.ConfigValue)
}

func replaces(state, config types.String) bool {
	return !state.IsNull() && !config.IsNull() && !config.Equal(state)
}

// ModifyPlan keeps what does not really change, and says what a delete would
// mean before it happens. It asks the service nothing.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.services.Planned(req.Config)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(note.RefuseUnread(kind)...)
	switch {
	case resp.Diagnostics.HasError():
	case req.Plan.Raw.IsNull():
		r.planEnd(ctx, req, resp, note)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp, note)
	default:
		r.planChange(ctx, req, resp, note)
	}
}

func (r *Resource) planEnd(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, note services.Note) {
	state, problems := readModel(ctx, req.State)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() || r.services == nil {
		return
	}
	// An end that is planned as such is meant, also for a contact that was added
	// in part only: its policy is followed to the letter.
	note.Incomplete, note.Adds, note.Forced = nil, "", false
	note.Replaced = note.Replaced || r.isReplacedFirst(state, note)
	r.services.Conflicts.AwaitOthers(ctx)
	before := r.conflictRecord(state, note)
	planned := r.services.Conflicts.Plan(conflict.Change{Instance: note.Instance, Before: &before, Ending: r.ending(before.Policy)})
	resp.Diagnostics.Append(planned.Diagnostics...)
	note.Forgets = planned.Forgets
	if !resp.Diagnostics.HasError() && !note.Forgets {
		refused, problems := r.refuseUnsendable(ctx, state, note, before.Record)
		resp.Diagnostics.Append(problems...)
		if !refused {
			resp.Diagnostics.Append(r.planDelete(ctx, before.Record, "")...)
		}
	}
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
}

// isReplacedFirst reports whether the contact in state was replaced before its
// end is planned, as create_before_destroy does it: its successor was made in
// this run and has the address.
func (r *Resource) isReplacedFirst(state model, note services.Note) bool {
	before := r.conflictRecord(state, note)
	return r.ending(before.Policy) == conflict.DeletedOptout && r.services.Conflicts.MadeOnAddress(before)
}

// planCreate plans a contact that is to be added: a new one, or the second half
// of a replacement. Of that, Terraform shows the private state of the contact in
// state where the plan asks for the replacement, and nothing at all where the
// resource is tainted.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, note services.Note) {
	plan, config, problems := readPlanned(ctx, req)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	plan.fillFormats(config.contactModel)
	resp.Diagnostics.Append(planLists(ctx, true, &resp.Plan, plan)...)
	if r.services != nil {
		resp.Diagnostics.Append(r.services.WhatCountsCredentials.Refused(ctx, r.services.Activity)...)
		resp.Diagnostics.Append(r.checkCustomerKey(config)...)
		resp.Diagnostics.Append(r.planAdd(ctx, plan, note.Instance, conflict.Configuration(req.Config))...)
		note.Incomplete = r.incompleteContacts()
		note.Adds, note.Forced = plan.Email.ValueString(), plan.ForceSub.ValueBool()
	}
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(keepChanges(ctx, &resp.Plan, proposed, plan)...)
}

// planAdd holds a contact that is to be added against the one that it replaces,
// if any, and against all others of the plan.
func (r *Resource) planAdd(ctx context.Context, plan model, instance, configuration string) diag.Diagnostics {
	after := r.conflictRecord(plan, services.Note{})
	after.ID = 0
	predecessor, replaces := r.services.Conflicts.Before(instance)
	tainted, isSure := false, true
	if !replaces {
		predecessor, isSure, tainted = r.services.Conflicts.Predecessor(ctx, after)
	}
	change := conflict.Change{Instance: instance, After: &after, Configuration: configuration}
	if replaces || tainted {
		change.Before, change.Ending = &predecessor, r.ending(predecessor.Policy)
		if change.Ending == conflict.DeletedOptout && !plan.ForceSub.ValueBool() && mayBeSameAddress(plan.Email, predecessor.Address) {
			return refusedSuccession(predecessor.Record)
		}
	}
	planned := r.services.Conflicts.Plan(change)
	if planned.Diagnostics.HasError() || !isSure || !tainted && (!replaces || keyOf(predecessor) != keyOf(after)) {
		return planned.Diagnostics // another customer key is a replacement that planChange has decided on
	}
	// In the second half of a replacement Terraform drops warnings, so that this
	// one must not speak for others.
	refused, problems := r.services.Guard.Plan(ctx, predecessor.Record)
	if summary := r.summaryOfDelete(predecessor.Record); !refused && summary != "" {
		problems.Append(warnOfDelete(summary, "It is in state already and is to be added anew. ", []deletion.Record{predecessor.Record}))
	}
	return problems
}

func (r *Resource) planChange(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, note services.Note) {
	plan, config, problems := readPlanned(ctx, req)
	resp.Diagnostics.Append(problems...)
	state, problems := readModel(ctx, req.State)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	plan.fillFormats(config.contactModel)
	resp.Diagnostics.Append(planLists(ctx, false, &resp.Plan, plan)...)
	if !plan.Email.IsUnknown() && textform.SameInAnyCase(plan.Email.ValueString(), state.Email.ValueString()) {
		plan.Email = state.Email
	}
	resp.Diagnostics.Append(keepChanges(ctx, &resp.Plan, proposed, plan)...)
	replaced := replaces(state.CustomerKey, config.CustomerKey)
	if r.services != nil {
		before, after := r.conflictRecord(state, note), r.conflictRecord(plan, note)
		change := conflict.Change{Instance: note.Instance, Before: &before, After: &after}
		if replaced {
			after.ID, change.Ending, change.Configuration = 0, r.ending(before.Policy), conflict.Configuration(req.Config)
		}
		resp.Diagnostics.Append(r.services.Conflicts.Plan(change).Diagnostics...)
	}
	switch {
	case resp.Diagnostics.HasError():
		return
	case state.CustomerKey.IsNull():
		resp.Diagnostics.Append(r.checkCustomerKey(config)...)
	case config.CustomerKey.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("customer_key"), SummaryCustomerKey, fmt.Sprintf(
			"The contact %s has the customer key %q, so its realm requires one. Set customer_key to it.", state.Email.ValueString(), state.CustomerKey.ValueString()))
	case replaced:
		resp.Diagnostics.Append(r.planReplacement(ctx, state, plan)...)
	}
	if !replaced {
		resp.Diagnostics.Append(refuseChangeOfUnsendable(state, plan, note)...)
	} else if r.services != nil {
		_, problems := r.refuseUnsendable(ctx, state, note, r.recordToDelete(state, note))
		resp.Diagnostics.Append(problems...)
	}
}

// readPlanned are the plan and the configuration.
func readPlanned(ctx context.Context, req resource.ModifyPlanRequest) (plan, config model, problems diag.Diagnostics) {
	plan, problems = readModel(ctx, req.Plan)
	config, more := readModel(ctx, req.Config)
	problems.Append(more...)
	return plan, config, problems
}

// keepChanges writes what ModifyPlan has changed, and nothing where it has not:
// to write a whole plan costs more than all the rest of a plan does.
func keepChanges(ctx context.Context, to *tfsdk.Plan, proposed, plan model) diag.Diagnostics {
	var problems diag.Diagnostics
	if !plan.Subscriptions.Equal(proposed.Subscriptions) {
		problems.Append(to.SetAttribute(ctx, path.Root("subscriptions"), plan.Subscriptions)...)
	}
	if !plan.Email.Equal(proposed.Email) {
		problems.Append(to.SetAttribute(ctx, path.Root("email"), plan.Email)...)
	}
	return problems
}

// checkCustomerKey holds the configuration against the kind of realm, where
// this run has learnt it already.
func (r *Resource) checkCustomerKey(config model) diag.Diagnostics {
	var problems diag.Diagnostics
	if r.services == nil || r.services.WhatCounts == nil {
		return nil
	}
	settings, known := r.services.WhatCounts.KnownRealm()
	switch {
	case !known || config.CustomerKey.IsUnknown():
	case settings.CustomerKeys && config.CustomerKey.IsNull():
		problems.AddAttributeError(path.Root("customer_key"), SummaryCustomerKey, "This realm tells contacts apart by customer key. Set customer_key.")
	case !settings.CustomerKeys && !config.CustomerKey.IsNull():
		problems.AddAttributeError(path.Root("customer_key"), SummaryCustomerKey, "This realm has no customer keys. Remove customer_key.")
	}
	return problems
}

// planReplacement refuses a replacement whose second half cannot succeed.
func (r *Resource) planReplacement(ctx context.Context, state, plan model) diag.Diagnostics {
	var problems diag.Diagnostics
	if r.services == nil {
		return nil
	}
	problems.Append(r.services.Guard.PlanReplacement(state.record(), plan.policy(), plan.DeletionPolicy.IsUnknown(), path.Root("customer_key"), plan.CustomerKey.IsUnknown())...)
	if problems.HasError() {
		return problems
	}
	if r.ending(state.policy()) == conflict.DeletedOptout && !plan.ForceSub.ValueBool() && mayBeSameAddress(plan.Email, state.Email.ValueString()) {
		problems.AddAttributeError(path.Root("customer_key"), SummaryReplacement, fmt.Sprintf(
			"Another customer_key replaces the contact %s: it would be deleted, which records a Global Optout of its address, and adding it again would then be refused. Nothing was changed. "+
				"Set force_sub = true, known at plan, to add it although the opt-out exists, or deletion_policy = \"delete_without_optout\" and apply that first, or keep the key.", state.Email.ValueString()))
		return problems
	}
	return r.planDelete(ctx, state.record(), "Another customer_key replaces the contact. ")
}

// planDelete refuses a delete that the safeguards do not allow, and warns of
// one that they do. A reason is that of a replacement: Terraform does not tell
// whether that deletes the record, which it does not under OpenTofu's lifecycle
// { destroy = false }.
func (r *Resource) planDelete(ctx context.Context, record deletion.Record, reason string) diag.Diagnostics {
	if r.services == nil {
		return nil
	}
	refused, problems := r.services.Guard.Plan(ctx, record)
	if summary := r.summaryOfDelete(record); !refused && summary != "" {
		if records := r.services.Guard.Announce(ctx, summary+reason, record); records != nil {
			problems.Append(warnOfDelete(summary, reason, records))
		}
	}
	return problems
}

// summaryOfDelete heads the warning of the end of a contact under its policy. It
// is empty where the contact stays.
func (r *Resource) summaryOfDelete(record deletion.Record) string {
	switch r.services.Guard.Policy(record.Policy) {
	case deletion.Delete:
		return SummaryLeavesOptout
	case deletion.DeleteWithoutOptout:
		return SummaryLeavesNoOptout
	}
	return ""
}

// warnOfDelete says what the end of contacts means that go in one way.
func warnOfDelete(summary, reason string, records []deletion.Record) diag.Diagnostic {
	what, address, names := fmt.Sprintf("The %s", records[0]), records[0].Address, ""
	if len(records) > 1 {
		what, address, names = fmt.Sprintf("%d contacts", len(records)), "each address", "\n\nThese are the contacts"+deletion.First(records)
	}
	text := what + " will be deleted from WhatCounts, with all subscriptions and everything attached. This cannot be undone. "
	if reason != "" {
		text = reason + "If this plan deletes what it replaces: " + text
	}
	gentler := ""
	if summary == SummaryLeavesOptout {
		text += fmt.Sprintf("A Global Optout of %s remains: adding the address again fails unless force_sub = true is set.", address)
		gentler = "delete_without_optout (no opt-out), "
	} else {
		text += "The delete goes by subscriber id, which leaves no Global Optout."
	}
	return diag.NewWarningDiagnostic(summary, text+names+"\n\nTo do less, apply another deletion_policy first: "+gentler+
		"unsubscribe (ends the subscriptions) or abandon (only Terraform forgets it, as with a removed block with destroy = false).")
}

// keyPrefix begins a customer key among the keys of a [conflict.Record].
const keyPrefix = "customer key "

// conflictRecord is a contact as it is compared with those of other resources.
// What is not known yet is compared with nothing.
func (r *Resource) conflictRecord(m model, note services.Note) conflict.Record {
	record := conflict.Record{Record: r.recordToDelete(m, note), OptedOutBy: m.Email.ValueString()}
	email := textform.Key(record.Address)
	switch {
	case m.CustomerKey.IsUnknown():
	case m.CustomerKey.ValueString() != "":
		record.Keys = []string{keyPrefix + textform.Compose(m.CustomerKey.ValueString())}
	case email == "" || m.FirstName.IsUnknown():
	default:
		record.Keys = []string{email + "," + textform.Compose(m.FirstName.ValueString())}
		if m.FirstName.IsNull() && note.FirstName != "" {
			record.Keys = append(record.Keys, email+","+textform.Compose(note.FirstName))
		}
	}
	return record
}

// keyOf is the customer key of a record, or nothing.
func keyOf(record conflict.Record) string {
	if len(record.Keys) > 0 && strings.HasPrefix(record.Keys[0], keyPrefix) {
		return record.Keys[0]
	}
	return ""
}

// mayBeSameAddress reports whether a planned address is, or may turn out to be,
// the given one.
func mayBeSameAddress(planned types.String, address string) bool {
	return planned.IsUnknown() || textform.SameInAnyCase(planned.ValueString(), address)
}

// ending is what becomes of a contact that goes under a policy.
func (r *Resource) ending(policy deletion.Policy) conflict.Ending {
	switch r.services.Guard.Policy(policy) {
	case deletion.Delete:
		return conflict.DeletedOptout
	case deletion.DeleteWithoutOptout:
		return conflict.Deleted
	case deletion.Unsubscribe:
		return conflict.Unsubscribed
	}
	return conflict.Stays
}

// incompleteContacts are all that this run has seen to go without an opt-out.
// One of them may be what the contact to be added replaces, whatever address or
// name that gets: Terraform hands the delete half of a tainted resource the
// private state of this plan and not that of the contact.
func (r *Resource) incompleteContacts() []int64 {
	var ids []int64
	for _, record := range r.services.Conflicts.InState(kind) {
		if r.ending(record.Policy) == conflict.Deleted {
			ids = append(ids, record.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// refusedSuccession refuses a replacement that would delete a contact, and then
// be refused for the opt-out that this has left.
func refusedSuccession(held deletion.Record) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("email"), SummaryReplacement, fmt.Sprintf(
		"The %s is in state already, under the policy \"delete\". Its delete would record a Global Optout of its address, which refuses to add it again. Nothing was changed.\n\n"+
			"If the resource was renamed, use a moved block. If it is tainted and fine as it is, run terraform untaint. If another resource has the contact, remove the new one. "+
			"To replace it, set force_sub = true, or apply deletion_policy = \"delete_without_optout\" first. A terraform destroy that is refused here works with -refresh=false.", held))}
}
