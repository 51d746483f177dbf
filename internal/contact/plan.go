package contact

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
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
	if req.Plan.Raw.IsNull() {
		state, problems := readModel(ctx, req.State)
		resp.Diagnostics.Append(problems...)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(r.checkPredecessor(state)...)
		resp.Diagnostics.Append(r.planDelete(state.record(), "")...)
		// An end that is planned as such is meant, also for a contact that was
		// added in part only: its policy is followed to the letter.
		resp.Diagnostics.Append(noteIncomplete(ctx, resp.Private, nil)...)
		return
	}
	plan, problems := readModel(ctx, req.Plan)
	resp.Diagnostics.Append(problems...)
	config, problems := readModel(ctx, req.Config)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	plan.fillFormats(config.contactModel)
	resp.Diagnostics.Append(planLists(ctx, req.State.Raw.IsNull(), &resp.Plan, plan)...)
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(r.checkCustomerKey(config)...)
		resp.Diagnostics.Append(r.checkSuccession(plan)...)
		resp.Diagnostics.Append(noteIncomplete(ctx, resp.Private, r.incompleteContacts())...)
		resp.Diagnostics.Append(keepChanges(ctx, &resp.Plan, proposed, plan)...)
		return
	}
	state, problems := readModel(ctx, req.State)
	resp.Diagnostics.Append(problems...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.services != nil {
		r.manage(state, state, note)
		if !plan.hasUnknownIdentity() && !replaces(state.CustomerKey, config.CustomerKey) {
			r.manage(plan, state, note)
			r.release(state, plan)
		}
	}
	if !plan.Email.IsUnknown() && strings.EqualFold(plan.Email.ValueString(), state.Email.ValueString()) {
		plan.Email = state.Email
	}
	resp.Diagnostics.Append(keepChanges(ctx, &resp.Plan, proposed, plan)...)
	switch {
	case state.CustomerKey.IsNull():
		resp.Diagnostics.Append(r.checkCustomerKey(config)...)
	case config.CustomerKey.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("customer_key"), SummaryCustomerKey, fmt.Sprintf(
			"The contact %s has the customer key %q, so its realm requires one. Set customer_key to it.", state.Email.ValueString(), state.CustomerKey.ValueString()))
	case replaces(state.CustomerKey, config.CustomerKey):
		resp.Diagnostics.Append(r.planReplacement(state, plan)...)
	}
}

// noteIncomplete notes contacts whose creation failed half way.
func noteIncomplete(ctx context.Context, private services.PrivateState, ids []int64) diag.Diagnostics {
	note, problems := services.ReadNote(ctx, private)
	note.Incomplete = ids
	problems.Append(note.Write(ctx, private)...)
	return problems
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
func (r *Resource) planReplacement(state, plan model) diag.Diagnostics {
	var problems diag.Diagnostics
	if r.services == nil {
		return nil
	}
	problems.Append(r.services.Guard.PlanReplacement(state.record(), plan.policy(), plan.DeletionPolicy.IsUnknown(), path.Root("customer_key"), plan.CustomerKey.IsUnknown())...)
	if problems.HasError() {
		return problems
	}
	if r.services.Guard.Policy(state.policy()) == deletion.Delete && !plan.ForceSub.ValueBool() {
		problems.AddAttributeError(path.Root("customer_key"), SummaryReplacement, fmt.Sprintf(
			"Another customer_key replaces the contact %s: it would be deleted, which records a Global Optout of its address, and adding it again would then be refused. Nothing was changed. "+
				"Set force_sub = true, known at plan, to add it although the opt-out exists, or deletion_policy = \"delete_without_optout\" and apply that first, or keep the key.", state.Email.ValueString()))
		return problems
	}
	return r.planDelete(state.record(), "Another customer_key replaces the contact. ")
}

// planDelete refuses a delete that the safeguards do not allow, and warns of
// one that they do.
func (r *Resource) planDelete(record deletion.Record, reason string) diag.Diagnostics {
	if r.services == nil {
		return nil
	}
	problems := r.services.Guard.Plan(record)
	if problems.HasError() {
		return problems
	}
	const gentler = "\n\nGentler ways: change the contact in place instead, or apply another deletion_policy first: %s\"unsubscribe\" ends its subscriptions only, \"abandon\" lets Terraform forget it, as does a removed block with destroy = false."
	switch r.services.Guard.Policy(record.Policy) {
	case deletion.Delete:
		problems.AddWarning(SummaryPermanent, fmt.Sprintf("%sThe %s will be deleted from WhatCounts for good, with its subscriptions and everything attached to it. "+
			"A Global Optout of %s is recorded and remains: adding the address again fails unless force_sub = true is set."+gentler,
			reason, record, record.Address, "\"delete_without_optout\" leaves no opt-out behind, "))
	case deletion.DeleteWithoutOptout:
		// Terraform may fold other warnings into this one, which must not speak for them.
		problems.AddWarning(SummaryPermanent, fmt.Sprintf("%sThe %s will be deleted from WhatCounts for good, with its subscriptions and everything attached to it. "+
			"It is deleted by subscriber id, which leaves no Global Optout; a contact in this plan whose policy is \"delete\" leaves one."+gentler, reason, record, ""))
	}
	return problems
}

// identityKey is what WhatCounts tells contacts apart by: the customer key, or
// address and first name.
func (m model) identityKey() string {
	if key := m.CustomerKey.ValueString(); key != "" {
		return "contact by key " + key
	}
	return "contact by address " + strings.ToLower(m.Email.ValueString()) + "," + m.FirstName.ValueString()
}

// hasUnknownIdentity reports whether a plan does not know yet who the contact is.
func (m model) hasUnknownIdentity() bool {
	return m.Email.IsUnknown() || m.FirstName.IsUnknown() || m.CustomerKey.IsUnknown()
}

// manage notes that the contact in state is what state or plan names.
func (r *Resource) manage(named, state model, note services.Note) {
	r.services.Guard.Manage(named.identityKey(), r.recordToDelete(state, note))
}

// release forgets that the contact was what before names, where it goes by
// after now: another resource may become that.
func (r *Resource) release(before, after model) {
	key := before.identityKey()
	held, found := r.services.Guard.Managed(key)
	if found && key != after.identityKey() && held.ID == after.SubscriberID.ValueInt64() {
		r.services.Guard.Release(key)
	}
}

// incompleteContacts are all that this run has seen to go without an opt-out.
// One of them may be what the contact to be added replaces, whatever address or
// name that gets: Terraform hands the delete half of a tainted resource the
// private state of this plan and not that of the contact.
func (r *Resource) incompleteContacts() []int64 {
	if r.services == nil {
		return nil
	}
	return r.services.Guard.ManagedUnder(deletion.DeleteWithoutOptout)
}

// checkSuccession decides on adding a contact that is in state already: -replace
// and taint come as a create, and the delete before it is planned nowhere. Under
// the policy delete its successor would be refused, unless it is forced.
func (r *Resource) checkSuccession(plan model) diag.Diagnostics {
	if r.services == nil || plan.hasUnknownIdentity() {
		return nil
	}
	held, found := r.services.Guard.Managed(plan.identityKey())
	switch forced := plan.ForceSub.ValueBool(); {
	case !found && !forced:
		r.services.Guard.PlanAdd(plan.identityKey())
		return nil
	case !found:
		return nil
	case !forced && r.services.Guard.Policy(held.Policy) == deletion.Delete:
		return refusedSuccession(held)
	}
	return r.planDelete(held, "It is in state already, and to add it anew it is deleted first. ")
}

// checkPredecessor refuses to delete a contact whose successor is planned too,
// as when a resource got another address without a moved block: its opt-out
// would be in the way.
func (r *Resource) checkPredecessor(state model) diag.Diagnostics {
	if r.services == nil || r.services.Guard.Policy(state.policy()) != deletion.Delete {
		return nil
	}
	r.manage(state, state, services.Note{})
	if !r.services.Guard.PlansAdd(state.identityKey()) {
		return nil
	}
	return refusedSuccession(state.record())
}

func refusedSuccession(held deletion.Record) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("email"), SummaryReplacement, fmt.Sprintf(
		"The %s is in state already, under the policy \"delete\". To add it anew it would be deleted first, which records a Global Optout of its address, and adding it again would then be refused. Nothing was changed.\n\n"+
			"If the resource was only renamed, use a moved block. If it is tainted and fine as it is, run terraform untaint. "+
			"If it really is to be replaced, set force_sub = true, or apply deletion_policy = \"delete_without_optout\" first. A terraform destroy that is refused here works with -refresh=false.", held))}
}
