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

	"github.com/reachops/terraform-provider-reach/internal/object"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Summaries of what a plan says about a delete and about customer keys. Those
// of warnings are the same for all records, so that Terraform can fold many
// into one.
const (
	SummaryPermanent   = "Deleting a contact cannot be undone"
	SummaryReplacement = "Replacement would delete the contact and fail to add it"
	SummaryCustomerKey = "Customer key does not fit the realm"
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
	var state, plan, config model
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(r.checkPredecessor(&state)...)
		resp.Diagnostics.Append(r.planDelete(state.record(), "")...)
		// An end that is planned as such is meant, also for a contact that was
		// added in part only: its policy is followed to the letter.
		resp.Diagnostics.Append(services.WriteNote(ctx, resp.Private, incompleteKey, []int64{})...)
		return
	}
	resp.Diagnostics.Append(object.Get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(object.Get(ctx, req.Config, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	proposed := plan
	resp.Diagnostics.Append(plan.fillFormats(ctx, config)...)
	if req.State.Raw.IsNull() {
		resp.Diagnostics.Append(r.checkCustomerKey(config)...)
		resp.Diagnostics.Append(r.checkSuccession(&plan)...)
		resp.Diagnostics.Append(services.WriteNote(ctx, resp.Private, incompleteKey, r.incompleteContacts())...)
		resp.Diagnostics.Append(keepChanges(ctx, &resp.Plan, proposed, plan)...)
		return
	}
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	noted, problems := readNotes(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.services != nil {
		r.manage(&state, &state, noted)
		if !plan.unknownIdentity() && !replaces(state.CustomerKey, config.CustomerKey) {
			r.manage(&plan, &state, noted)
			r.release(&state, &plan)
		}
	}
	if !plan.Email.IsUnknown() && strings.EqualFold(plan.Email.ValueString(), state.Email.ValueString()) {
		plan.Email = state.Email
	}
	resp.Diagnostics.Append(keepChanges(ctx, &resp.Plan, proposed, plan)...)
	switch {
	case state.CustomerKey.IsNull():
		resp.Diagnostics.Append(r.checkCustomerKey(config)...)
	case !state.CustomerKey.IsNull() && config.CustomerKey.IsNull():
		resp.Diagnostics.AddAttributeError(path.Root("customer_key"), SummaryCustomerKey, fmt.Sprintf(
			"The contact %s has the customer key %q, so its realm requires one. Set customer_key to it.", state.Email.ValueString(), state.CustomerKey.ValueString()))
	case replaces(state.CustomerKey, config.CustomerKey):
		resp.Diagnostics.Append(r.planReplacement(&state, plan)...)
	}
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

// fillFormats plans the default where a subscription names no format. A
// default in the schema would not do: the framework finds the elements of a
// set by their value, which the default changes.
func (m *model) fillFormats(ctx context.Context, config model) diag.Diagnostics {
	subscriptions, known, problems := decodeSubscriptions(ctx, config.Subscriptions)
	if !known {
		return problems
	}
	for i := range subscriptions {
		if subscriptions[i].Format.IsNull() {
			subscriptions[i].Format = types.StringValue(defaultFormat)
		}
	}
	planned, moreProblems := subscriptionSet(ctx, subscriptions)
	problems.Append(moreProblems...)
	m.Subscriptions = planned
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
func (r *Resource) planReplacement(state *model, plan model) diag.Diagnostics {
	var problems diag.Diagnostics
	if r.services == nil {
		return nil
	}
	problems.Append(r.services.Guard.PlanReplacement(state.record(), plan.policy(), plan.DeletionPolicy.IsUnknown(), path.Root("customer_key"), plan.CustomerKey.IsUnknown())...)
	if problems.HasError() {
		return problems
	}
	if r.services.Guard.Policy(state.policy()) == safeguard.Delete && !plan.ForceSub.ValueBool() {
		problems.AddAttributeError(path.Root("customer_key"), SummaryReplacement, fmt.Sprintf(
			"Another customer_key replaces the contact %s: it would be deleted, which records a Global Optout of its address, and adding it again would then be refused. Nothing was changed. "+
				"Set force_sub = true, known at plan, to add it although the opt-out exists, or deletion_policy = \"delete_without_optout\" and apply that first, or keep the key.", state.Email.ValueString()))
		return problems
	}
	return r.planDelete(state.record(), "Another customer_key replaces the contact. ")
}

// planDelete refuses a delete that the safeguards do not allow, and warns of
// one that they do.
func (r *Resource) planDelete(record safeguard.Record, reason string) diag.Diagnostics {
	if r.services == nil {
		return nil
	}
	problems := r.services.Guard.Plan(record)
	if problems.HasError() {
		return problems
	}
	const gentler = "\n\nGentler ways: change the contact in place instead, or apply another deletion_policy first: %s\"unsubscribe\" ends its subscriptions only, \"abandon\" lets Terraform forget it, as does a removed block with destroy = false."
	switch r.services.Guard.Policy(record.Policy) {
	case safeguard.Delete:
		problems.AddWarning(SummaryPermanent, fmt.Sprintf("%sThe %s will be deleted from WhatCounts for good, with its subscriptions and everything attached to it. "+
			"A Global Optout of %s is recorded and remains: adding the address again fails unless force_sub = true is set."+gentler,
			reason, record, record.Address, "\"delete_without_optout\" leaves no opt-out behind, "))
	case safeguard.DeleteWithoutOptout:
		// Terraform may fold other warnings into this one, which must not speak for them.
		problems.AddWarning(SummaryPermanent, fmt.Sprintf("%sThe %s will be deleted from WhatCounts for good, with its subscriptions and everything attached to it. "+
			"It is deleted by subscriber id, which leaves no Global Optout; a contact in this plan whose policy is \"delete\" leaves one."+gentler, reason, record, ""))
	}
	return problems
}
