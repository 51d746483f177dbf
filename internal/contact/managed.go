package contact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/reachops/terraform-provider-reach/internal/safeguard"
)

// identityKey is what WhatCounts tells contacts apart by: the customer key, or
// address and first name.
func (m *model) identityKey() string {
	if key := m.CustomerKey.ValueString(); key != "" {
		return "contact by key " + key
	}
	return "contact by address " + strings.ToLower(m.Email.ValueString()) + "," + m.FirstName.ValueString()
}

// unknownIdentity reports whether a plan does not know yet who the contact is.
func (m *model) unknownIdentity() bool {
	return m.Email.IsUnknown() || m.FirstName.IsUnknown() || m.CustomerKey.IsUnknown()
}

// manage notes that the contact in state is what state or plan names. One whose
// creation failed half way goes without an opt-out, so nothing stands in the
// way of its successor.
func (r *Resource) manage(named, state *model, noted notes) {
	record := state.record()
	if r.services.Guard.Policy(record.Policy) == safeguard.Delete && noted.isIncomplete(*state) {
		record.Policy = safeguard.DeleteWithoutOptout
	}
	r.services.Guard.Manage(named.identityKey(), record)
}

// release forgets that the contact was what before names, where it goes by
// after now: another resource may become that.
func (r *Resource) release(before, after *model) {
	key := before.identityKey()
	held, found := r.services.Guard.Managed(key)
	if found && key != after.identityKey() && held.ID == after.SubscriberID.ValueInt64() {
		r.services.Guard.Release(key)
	}
}

// isIncomplete reports whether the creation of the contact in state failed half
// way.
func (n notes) isIncomplete(state model) bool {
	return slices.Contains(n.incomplete, state.SubscriberID.ValueInt64())
}

// incompleteContacts are all that this run has seen to go without an opt-out.
// One of them may be what the contact to be added replaces, whatever address or
// name that gets: Terraform hands the delete half of a tainted resource the
// private state of this plan and not that of the contact.
func (r *Resource) incompleteContacts() []int64 {
	if r.services == nil {
		return nil
	}
	return r.services.Guard.ManagedUnder(safeguard.DeleteWithoutOptout)
}

// checkSuccession decides on adding a contact that is in state already: -replace
// and taint come as a create, and the delete before it is planned nowhere. Under
// the policy delete its successor would be refused, unless it is forced.
func (r *Resource) checkSuccession(plan *model) diag.Diagnostics {
	if r.services == nil || plan.unknownIdentity() {
		return nil
	}
	held, found := r.services.Guard.Managed(plan.identityKey())
	switch forced := plan.ForceSub.ValueBool(); {
	case !found && !forced:
		r.services.Guard.PlanAdd(plan.identityKey())
		return nil
	case !found:
		return nil
	case !forced && r.services.Guard.Policy(held.Policy) == safeguard.Delete:
		return refusedSuccession(held)
	}
	return r.planDelete(held, "It is in state already, and to add it anew it is deleted first. ")
}

// checkPredecessor refuses to delete a contact whose successor is planned too,
// as when a resource got another address without a moved block: its opt-out
// would be in the way.
func (r *Resource) checkPredecessor(state *model) diag.Diagnostics {
	if r.services == nil || r.services.Guard.Policy(state.policy()) != safeguard.Delete {
		return nil
	}
	r.manage(state, state, notes{})
	if !r.services.Guard.PlansAdd(state.identityKey()) {
		return nil
	}
	return refusedSuccession(state.record())
}

func refusedSuccession(held safeguard.Record) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("email"), SummaryReplacement, fmt.Sprintf(
		"The %s is in state already, under the policy \"delete\". To add it anew it would be deleted first, which records a Global Optout of its address, and adding it again would then be refused. Nothing was changed.\n\n"+
			"If the resource was only renamed, use a moved block. If it is tainted and fine as it is, run terraform untaint. "+
			"If it really is to be replaced, set force_sub = true, or apply deletion_policy = \"delete_without_optout\" first. A terraform destroy that is refused here works with -refresh=false.", held))}
}
