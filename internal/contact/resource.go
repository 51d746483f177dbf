// Package contact is reach_contact in all its Terraform forms, and the
// opt-outs and lists of WhatCounts that surround it. A service's answers are
// the business of the client beneath; a delete that may not happen is the
// business of package safeguard.
package contact

import (
	"context"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/object"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Summaries of the errors of the resource.
const (
	SummaryNotCreated  = "Contact not created"
	SummaryExists      = "Contact exists already"
	SummaryOptedOut    = "Contact has opted out"
	SummaryAmbiguous   = "Several contacts share the e-mail address"
	SummaryNotRead     = "Contact not read"
	SummaryNotUpdated  = "Contact not updated"
	SummaryNotDeleted  = "Contact not deleted"
	SummaryChanged     = "Contact is no longer the one in state"
	SummaryNotImported = "Contact not imported"
	SummaryIncomplete  = "Contact only partly created"
)

// Summaries of the warnings of the resource.
const (
	SummaryPending      = "Subscription waits for confirmation"
	SummaryOptoutRemain = "Global Optout recorded all the same"
	SummaryUnread       = "Contact created and not read back"
)

// Resource is reach_contact.
type Resource struct {
	services *services.Services
}

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// NewResource makes reach_contact.
func NewResource() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_contact"
}

// IdentitySchema says that the subscriber id tells one contact from all
// others. It survives a change of address and is not reused.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"subscriber_id": identityschema.Int64Attribute{
				RequiredForImport: true,
				Description:       "Subscriber id of the contact in WhatCounts.",
			},
		},
	}
}

// Configure takes the client of WhatCounts and the safeguards.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.services = services.RequireWhatCounts(req.ProviderData, &resp.Diagnostics)
}

// Create adds the contact. What was done before a failure is kept in state, so
// that no contact is left behind unseen.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(object.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, problems := plan.Timeouts.Create(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	wanted, problems := plan.contact(ctx)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	created, err := r.services.WhatCounts.CreateContact(ctx, whatcounts.NewContact{
		Contact:              wanted,
		ForceSub:             plan.ForceSub.ValueBool(),
		OverrideConfirmation: plan.OverrideConfirmation.ValueBool(),
	})
	r.services.Guard.Release(plan.identityKey())
	if err != nil {
		resp.Diagnostics.Append(notCreated(wanted, created.SubscriberID, err))
	}
	if created.SubscriberID == 0 {
		return
	}
	plan.SubscriberID = types.Int64Value(created.SubscriberID)
	noted := notes{pending: created.Pending, unseen: created.Unseen}
	if err != nil {
		noted.incomplete = []int64{created.SubscriberID}
		resp.Diagnostics.Append(plan.keepSubscriptions(ctx, append(created.Subscribed, created.Pending...))...)
	}
	resp.Diagnostics.Append(object.Set(ctx, &resp.State, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.SubscriberID)...)
	resp.Diagnostics.Append(writeNotes(ctx, resp.Private, noted)...)
	resp.Diagnostics.Append(r.origin().Note(ctx, resp.Private)...)
	resp.Diagnostics.Append(pendingWarnings(plan.Email.ValueString(), created.Pending)...)
	if err == nil && created.Unread != nil {
		resp.Diagnostics.AddWarning(SummaryUnread, diagnostic.Detail(created.Unread)+
			"\n\nWhatCounts reported everything as done, and the contact is in state. Run terraform plan to see whether each value was stored as it was sent.")
	}
}

// Read brings the state up to date, and removes the contact from it only when
// WhatCounts recognisably says that it is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.SubscriberID)...)
	noted, problems := readNotes(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := state.Timeouts.Read(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	updated, noted, waiting, problems, err := r.refresh(ctx, state, noted)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(r.checkOrigin(ctx, req.Private, &state, &updated, err)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if apierror.Is(err, apierror.NotFound) {
		r.services.Guard.Release(state.identityKey())
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	r.release(&state, &updated)
	r.manage(&updated, &updated, noted)
	resp.Diagnostics.Append(object.Set(ctx, &resp.State, updated)...)
	resp.Diagnostics.Append(writeSeen(ctx, resp.Private, noted)...)
	resp.Diagnostics.Append(r.origin().Note(ctx, resp.Private)...)
	resp.Diagnostics.Append(pendingWarnings(updated.Email.ValueString(), waiting)...)
}

// Update changes everything but the customer key in place. A change of what
// lives in state alone sends nothing, and force_sub plays no part.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(object.Get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	noted, problems := readNotes(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, problems := plan.Timeouts.Update(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	current, problems := state.known(ctx, noted)
	resp.Diagnostics.Append(problems...)
	wanted, problems := plan.known(ctx, noted)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	if current.CustomerKey == "" && wanted.CustomerKey != "" {
		// Imported where WhatCounts does not show keys.
		if err := r.services.WhatCounts.ConfirmCustomerKey(ctx, current.SubscriberID, current.Email, wanted.CustomerKey); err != nil {
			resp.Diagnostics.Append(notUpdated(err))
			return
		}
		current.CustomerKey = wanted.CustomerKey
	}
	clearRemoved(current, &wanted)
	noted.incomplete = nil
	if !same(current, wanted) {
		resp.Diagnostics.Append(r.origin().Refuse(ctx, req.Private, state.record(), services.Unread)...)
		if resp.Diagnostics.HasError() {
			return
		}
		updated, waiting, err := r.services.WhatCounts.UpdateContact(ctx, current, wanted, whatcounts.UpdateOptions{
			OverrideConfirmation: plan.OverrideConfirmation.ValueBool(),
			Pending:              noted.waiting(),
		})
		if err != nil {
			resp.Diagnostics.Append(notUpdated(err))
		}
		noted.pending = missing(updated, stillPlanned(append(noted.pending, waiting...), wanted))
		noted.unseen = missing(updated, stillPlanned(noted.unseen, wanted))
		if err != nil {
			switch {
			case updated.SubscriberID == 0:
				// Something was sent, and nobody knows what came of it.
				noted.unsure, problems = state.doubt(ctx, plan, current, wanted, noted)
				resp.Diagnostics.Append(problems...)
				resp.Diagnostics.Append(object.Set(ctx, &resp.State, state)...)
				resp.Diagnostics.Append(writeNotes(ctx, resp.Private, noted)...)
			case !reflect.DeepEqual(updated, current):
				// Part of the change was done: state keeps what is there now.
				resp.Diagnostics.Append(state.takeOverAll(ctx, plan, updated, noted.waiting())...)
				resp.Diagnostics.Append(object.Set(ctx, &resp.State, state)...)
				noted.firstName, noted.unsure = unmanagedFirstName(state, updated), nil
				resp.Diagnostics.Append(writeNotes(ctx, resp.Private, noted)...)
			}
			return
		}
		noted.firstName = unmanagedFirstName(plan, updated)
	}
	noted.unsure = nil
	r.release(&state, &plan)
	resp.Diagnostics.Append(object.Set(ctx, &resp.State, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.SubscriberID)...)
	resp.Diagnostics.Append(writeNotes(ctx, resp.Private, noted)...)
	resp.Diagnostics.Append(pendingWarnings(plan.Email.ValueString(), noted.pending)...)
}

// Delete does what the deletion policy in state says.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	noted, problems := readNotes(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.services.Guard.Admit(state.record())...)
	timeout, problems := state.Timeouts.Delete(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	if r.services.Guard.Policy(state.policy()) != safeguard.Abandon {
		resp.Diagnostics.Append(r.origin().Refuse(ctx, req.Private, state.record(), services.Unread)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	resp.Diagnostics.Append(r.remove(ctx, state, noted)...)
	if !resp.Diagnostics.HasError() {
		r.services.Guard.Release(state.identityKey())
	}
}

// ImportState accepts a subscriber id, an e-mail address, an address with a
// first name behind a comma, or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, problems := r.importedID(ctx, req)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(beginImport(ctx, &resp.State, id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, types.Int64Value(id))...)
}

type identityModel struct {
	SubscriberID types.Int64 `tfsdk:"subscriber_id"`
}
