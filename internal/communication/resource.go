// Package communication is reach_communication in all its Terraform forms: an
// e-mail address, phone, mobile or fax number of an owner in 7G. A service's
// answers are the business of the client beneath; a delete that may not happen
// is the business of package deletion.
package communication

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/object"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// Summaries of the errors of the resource.
const (
	SummaryNotCreated   = "Communication not created"
	SummaryExists       = "Communication exists already"
	SummaryNotRead      = "Communication not read"
	SummaryNotUpdated   = "Communication not updated"
	SummaryNotDeleted   = "Communication not deleted"
	SummaryChanged      = "Communication is no longer the one in state"
	SummaryNotImported  = "Communication not imported"
	SummaryUnknownType  = "Unknown communication type"
	SummaryTypesNotRead = "Communication types not read"
)

// Summaries of the warnings of the resource.
const (
	SummaryStoredOtherwise = "7G keeps another value"
	SummaryRecognised      = "Communication found after a lost answer"
)

// Resource is reach_communication.
type Resource struct {
	services *services.Services
}

var (
	_ resource.ResourceWithConfigure   = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan  = (*Resource)(nil)
	_ resource.ResourceWithImportState = (*Resource)(nil)
	_ resource.ResourceWithIdentity    = (*Resource)(nil)
)

// NewResource makes reach_communication.
func NewResource() resource.Resource { return &Resource{} }

// Metadata names the resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_communication"
}

// IdentitySchema says that the native id tells one communication from all
// others. 7G never reuses or changes it.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"communication_id": identityschema.Int64Attribute{
				RequiredForImport: true,
				Description:       "Native id of the communication in 7G.",
			},
		},
	}
}

// Configure takes the client of 7G and the safeguards.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.services = services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
}

// Create adds the communication.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(object.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, problems := plan.Timeouts.Create(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	wanted, problems := plan.wanted(ctx, r.services.SevenG)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	created, err := r.services.SevenG.CreateCommunication(ctx, wanted)
	if err != nil {
		resp.Diagnostics.Append(notCreated(wanted, err))
		return
	}
	if r.services.SevenG.Recognised(created.ID) {
		resp.Diagnostics.AddWarning(SummaryRecognised, fmt.Sprintf(
			"The answer to the create was lost. Communication %d was found afterwards, %s, exactly as asked for, and is managed from now on. "+
				"Nothing in 7G tells whether this run has made it. If it was there before, have Terraform forget it (a removed block with destroy = false) before anything is destroyed.", created.ID, describe(created)))
	}
	resp.Diagnostics.Append(plan.setWritten(ctx, r.services.SevenG, created)...)
	resp.Diagnostics.Append(object.Set(ctx, &resp.State, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.CommunicationID)...)
	resp.Diagnostics.Append(markWritten(ctx, resp.Private)...)
	resp.Diagnostics.Append(r.origin().Note(ctx, resp.Private)...)
}

// Read brings the state up to date, and removes the communication from it
// only when 7G recognisably says that it is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.CommunicationID)...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := state.Timeouts.Read(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	current, err := find(ctx, r.services.SevenG, state, r.services.ConsistencyFor(note))
	resp.Diagnostics.Append(r.checkOrigin(ctx, req.Private, state, current, err)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if apierror.Is(err, apierror.NotFound) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	resp.Diagnostics.Append(state.set(ctx, r.services.SevenG, current)...)
	resp.Diagnostics.Append(object.Set(ctx, &resp.State, state)...)
	resp.Diagnostics.Append(r.origin().Note(ctx, resp.Private)...)
}

// Update changes value, type and owner in place. A change of what lives in
// state alone sends nothing.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(object.Get(ctx, req.Plan, &plan)...)
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, problems := plan.Timeouts.Update(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	wanted, problems := plan.wanted(ctx, r.services.SevenG)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	current, problems := state.communication(ctx)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !same(current, wanted) {
		resp.Diagnostics.Append(r.origin().Refuse(ctx, req.Private, state.record(), services.Unread)...)
		if resp.Diagnostics.HasError() {
			return
		}
		updated, err := r.services.SevenG.UpdateCommunication(ctx, current, wanted)
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error(SummaryNotUpdated, err))
			if updated.ID != 0 {
				// Part of the change was done: state keeps what is there now.
				resp.Diagnostics.Append(state.set(ctx, r.services.SevenG, updated)...)
				resp.Diagnostics.Append(object.Set(ctx, &resp.State, state)...)
			}
			return
		}
		current = updated
		resp.Diagnostics.Append(markWritten(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(plan.setWritten(ctx, r.services.SevenG, current)...)
	resp.Diagnostics.Append(object.Set(ctx, &resp.State, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.CommunicationID)...)
}

// Delete does what the deletion policy in state says.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(object.Get(ctx, req.State, &state)...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.services.Guard.Admit(state.record())...)
	timeout, problems := state.Timeouts.Delete(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() || !r.services.Guard.Policy(state.policy()).Deletes() {
		return
	}
	resp.Diagnostics.Append(r.origin().Refuse(ctx, req.Private, state.record(), services.Unread)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	resp.Diagnostics.Append(r.remove(ctx, state, r.services.ConsistencyFor(note))...)
}

// ImportState accepts the native id, external:ID, or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, problems := r.importedID(ctx, req)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("communication_id"), id)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, types.Int64Value(id))...)
}

type identityModel struct {
	CommunicationID types.Int64 `tfsdk:"communication_id"`
}
