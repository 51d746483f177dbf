package contact

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Other programs store names that no command can carry: with a comma, a caret, a
// quote, a control character or outer blanks. That such a contact can be neither
// deleted nor changed by its name is known from the state, so the plan says it,
// before anything else of it is deleted. whatcounts.md#encoding-rule.

const (
	causeUnsendable = `Under "delete" and "unsubscribe" a contact is named by its address with its first name or customer key. One of these holds a comma, a caret, a double quote, a control character or outer blanks, and cannot be sent, for`

	adviceUnsendable = `Set deletion_policy = "delete_without_optout", which goes by subscriber id, and apply that first. Or set first_name to a name without them and apply that first, where that is what cannot be sent and nobody shares the address. ` +
		"To let Terraform forget it, use a removed block with destroy = false."
)

// refuseUnsendable refuses the end of a contact that its policy cannot name.
// One error tells of all of them, so that most are refused without one.
func (r *Resource) refuseUnsendable(ctx context.Context, state model, note services.Note, record deletion.Record) (refused bool, problems diag.Diagnostics) {
	switch r.services.Guard.Policy(record.Policy) {
	case deletion.Delete, deletion.Unsubscribe:
		if unsendable(state.managed(note).Identity) != nil {
			return true, r.services.Guard.Refuse(ctx, SummaryUnsendable, causeUnsendable, adviceUnsendable, record)
		}
	}
	return false, nil
}

// unsendable is why no command can name a contact, or nil. A customer key makes
// do without the first name.
func unsendable(contact whatcounts.Identity) error {
	if contact.CustomerKey != "" {
		contact.FirstName = ""
	}
	return contact.CheckSendable()
}

// refuseChangeOfUnsendable refuses a change of a contact that no command can
// name, except one that gives it a first name that can be sent.
func refuseChangeOfUnsendable(state, plan model, note services.Note) diag.Diagnostics {
	from, to := state.managed(note), plan.managed(note)
	why := unsendable(from.Identity)
	if why == nil || whatcounts.Compare(from, to).None() {
		return nil
	}
	renamed := from
	renamed.FirstName = ""
	if unsendable(renamed.Identity) == nil && (plan.FirstName.IsUnknown() || !textform.Same(to.FirstName, from.FirstName)) {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("first_name"), SummaryUnsendable, fmt.Sprintf(
		"The %s cannot be changed as it is named in WhatCounts: %s\n\nNothing was changed. Set first_name to a name that can be sent, where that is what cannot be and nobody shares the address, or change the contact in WhatCounts. "+
			"A change of deletion_policy alone is always possible.", state.record(), diagnostic.Detail(why)))}
}
