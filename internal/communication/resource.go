// Package communication is reach_communication in all its Terraform forms: an
// e-mail address, phone, mobile or fax number of an owner in 7G. A service's
// answers are the business of the client beneath; a delete that may not happen
// is the business of package deletion.
package communication

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// Summaries of the errors of the resource.
const (
	SummaryNotCreated   = "Communication not created"
	SummaryExists       = "Communication exists already"
	SummaryNotRead      = "Communication not read"
	SummaryNotUpdated   = "Communication not updated"
	SummaryNotDeleted   = "Communication not deleted"
	SummaryChanged      = "Communication changed since the last refresh"
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
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
)

// NewResource makes reach_communication.
func NewResource() resource.Resource { return &Resource{} }

// model is a communication as Terraform holds it. The owner is an object and
// not a struct, because a whole owner may be unknown in a plan.
type model struct {
	CommunicationID types.Int64    `tfsdk:"communication_id"`
	Type            types.String   `tfsdk:"type"`
	TypeID          types.Int64    `tfsdk:"type_id"`
	Value           types.String   `tfsdk:"value"`
	ExternalID      types.String   `tfsdk:"external_id"`
	Owner           types.Object   `tfsdk:"owner"`
	DeletionPolicy  types.String   `tfsdk:"deletion_policy"`
	Timeouts        timeouts.Value `tfsdk:"timeouts"`
}

type ownerModel struct {
	Type       types.String `tfsdk:"type"`
	ID         types.Int64  `tfsdk:"id"`
	ExternalID types.String `tfsdk:"external_id"`
}

type identityModel struct {
	CommunicationID types.Int64 `tfsdk:"communication_id"`
}

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

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		// Of the states that it can read: package upgrade holds it to what it wrote.
		Version: 0,
		MarkdownDescription: "A communication in 7G: an e-mail address, phone, mobile or fax number of an entity, person or organisation.\n\n" +
			"~> **Destroying it cannot be undone.** 7G deletes a communication for good, and the link to its owner with it. An e-mail address becomes free for reuse.",
		Attributes: map[string]schema.Attribute{
			"communication_id": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Native id, set by 7G. It never changes; a communication that is deleted and created again has a new one.",
				PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseStateForUnknown()},
			},
			"type": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Name of a communication type, in any case: `email`, `phone`, `mobile`, `fax`, or one that your 7G environment has added. Changes in place.",
				Validators:          []validator.String{stringvalidator.UTF8LengthAtLeast(1)},
			},
			"type_id": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Id of the type in 7G, which may differ between environments.",
			},
			"value": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "The address or number, at most 255 characters and not only blanks. Write a number in quotation marks: without them, Terraform drops leading zeros. The case of e-mail addresses is ignored. Changes in place.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, seveng.LongestValue), visibleText{}},
			},
			"external_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Your own id for the record, at most 50 characters, not only blanks, and unique. 7G cannot change it later, so a change replaces the record. If it is not set, a new record gets none, and an existing record keeps its own.",
				Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, seveng.LongestExternalID), visibleText{}},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), stringplanmodifier.RequiresReplaceIfConfigured()},
			},
			"owner": schema.SingleNestedAttribute{
				Required:            true,
				MarkdownDescription: "The owner of the communication: its `type`, and its `id`, its `external_id`, or both. The other id comes from 7G. With only `type`, an existing record keeps its owner. The owner must exist. Changes in place.",
				Attributes: map[string]schema.Attribute{
					"type": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Kind of owner: `biz_entity`, `person` or `organisation`.",
						Validators:          []validator.String{stringvalidator.OneOf(ownerKinds()...)},
					},
					"id": schema.Int64Attribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Native id of the owner. Set this, `external_id` or both.",
						Validators:          []validator.Int64{int64validator.AtLeast(1)},
					},
					"external_id": schema.StringAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: "Your own id of the owner, at most 50 characters. Set this, `id` or both.",
						Validators:          []validator.String{stringvalidator.UTF8LengthBetween(1, seveng.LongestExternalID)},
					},
				},
			},
			"deletion_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What a destroy does: `delete` (for good), `abandon` (forget the record, send nothing) or `prevent` (refuse, in the plan). A destroy uses the policy that was last applied, even if the block has been removed. Default: `safeguards.deletion_policy` of the provider, else `delete`.",
				Validators:          []validator.String{stringvalidator.OneOf(deletion.Policies()...)},
			},
			"timeouts": services.Timeouts(ctx),
		},
	}
}

// Configure takes the client of 7G and the safeguards.
func (r *Resource) Configure(ctx context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.services = services.RequireSevenG(req.ProviderData, &resp.Diagnostics)
	if r.services != nil {
		r.services.SevenGCredentials.Begin(ctx)
	}
}

// Create adds the communication.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, problems := plan.Timeouts.Create(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	owner, problems := plan.owner(ctx)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(plan.resolveType(ctx, r.services.SevenG)...)
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := seveng.Spec{
		ExternalID: plan.ExternalID.ValueString(),
		TypeID:     plan.TypeID.ValueInt64(),
		Value:      plan.Value.ValueString(),
		Owner:      owner,
	}
	defer r.services.Conflicts.Apply()()
	done := r.services.Activity.Begin()
	created, err := r.create(ctx, wanted)
	done()
	if err != nil {
		resp.Diagnostics.Append(r.notCreated(ctx, wanted, err))
		r.services.Conflicts.NotMade(plan.conflictRecord(ctx), conflict.Configuration(req.Config))
		return
	}
	if created.Recognised {
		resp.Diagnostics.AddWarning(SummaryRecognised, fmt.Sprintf(
			"The answer to the create was lost. Communication %d was found afterwards, %s, exactly as asked for, and is managed from now on. "+
				"The owner did not have it before this run created anything there, and no other resource of this run made it. "+
				"Only if somebody else has made the same one meanwhile, have Terraform forget it (a removed block with destroy = false) before anything is destroyed.", created.ID, describe(created.Spec)))
	}
	resp.Diagnostics.Append(plan.setWritten(ctx, r.services.SevenG, created.Communication)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.CommunicationID)...)
	note := services.Note{Written: time.Now().Unix(), Kept: keptAs(wanted.Value, created.Value), Instance: r.services.Conflicts.Made(plan.conflictRecord(ctx), conflict.Configuration(req.Config))}
	r.origin().Mark(&note)
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
}

// notCreated is the diagnostic for a create that failed. When the record was
// found there already, or may be there without having been seen, it is not
// adopted: the block that would is printed instead.
func (r *Resource) notCreated(ctx context.Context, wanted seveng.Spec, err error) diag.Diagnostic {
	var exists *seveng.ExistsError
	switch {
	case errors.As(err, &exists):
	case apierror.Is(err, apierror.Uncertain):
		return diag.NewErrorDiagnostic(SummaryNotCreated, diagnostic.Detail(err)+"\n\n"+adoption(wanted))
	default:
		return diagnostic.Error(SummaryNotCreated, err)
	}
	if r.services.Conflicts.Holds(deletion.Record{Kind: kind, ID: exists.Existing.ID}) {
		return diag.NewErrorDiagnostic(conflict.SummaryTwice,
			diagnostic.Next(err, "Another resource of this configuration has this communication, or has just made it. Remove one of the two resources, or use another value."))
	}
	summary, next := SummaryExists, diagnostic.AdviceToImport
	if apierror.Is(err, apierror.Uncertain) {
		summary, next = SummaryNotCreated, "It may be the one that was just asked for. If so, add the block below and apply again."
	}
	id, text := strconv.FormatInt(exists.Existing.ID, 10), diagnostic.Next(err, next)
	if summary == SummaryExists && len(seveng.Diff(wanted, exists.Existing.Spec)) == 0 {
		return diag.NewErrorDiagnostic(summary, r.services.ExistingCommunications.Detail(ctx, r.services.Activity, text, "reach_communication", cmp.Or(wanted.ExternalID, wanted.Value), id))
	}
	return diag.NewErrorDiagnostic(summary, text+"\n\n"+diagnostic.ImportBlock("reach_communication", id))
}

// adoption is how to adopt a record that may have been created unseen.
func adoption(wanted seveng.Spec) string {
	if wanted.ExternalID != "" {
		return "If the record is there, add this block:\n\n" +
			diagnostic.ImportBlock("reach_communication", externalPrefix+wanted.ExternalID)
	}
	return "To import it, add this block with its communication_id:\n\n" +
		diagnostic.ImportBlock("reach_communication", "COMMUNICATION_ID")
}

// Read brings the state up to date, and removes the communication from it
// only when 7G recognisably says that it is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state.CommunicationID)...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := state.Timeouts.Read(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(r.origin().Refuse(note, state.record())...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.services.Guard.Busy()()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	inState := state.conflictRecord(ctx)
	instance, read := r.services.Conflicts.Read(note.Instance, inState)
	found := &inState
	defer func() { read(found) }()
	note.Instance = instance

	current, err := find(ctx, r.services, state, note)
	if apierror.Is(err, apierror.NotFound) && !note.Unread {
		found = nil
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummaryNotRead, err))
		return
	}
	if note.Kept != "" && seveng.EqualValues(note.Kept, current.Value) {
		current.Value = state.Value.ValueString()
	} else {
		note.Kept = ""
	}
	resp.Diagnostics.Append(state.set(ctx, r.services.SevenG, current)...)
	inState = state.conflictRecord(ctx)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	note.Unread = false
	r.origin().Mark(&note)
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
}

// find is the one place that decides whether the communication in state is
// still there. An answer of gone is looked at twice where the record has a
// second id. An answer that contradicts the state is asked for again where the
// record was written a moment ago.
func find(ctx context.Context, s *services.Services, state model, note services.Note) (seveng.Communication, error) {
	expected, problems := state.held(ctx, note)
	if problems.HasError() {
		// The framework has decoded this state before; it cannot fail here.
		return expected, &apierror.Error{Kind: apierror.Invalid, Reason: problems.Errors()[0].Detail()}
	}
	var found seveng.Communication
	var foundErr error
	err := s.ConsistencyFor(note).Until(ctx, func(ctx context.Context) (bool, error) {
		found, foundErr = lookTwice(ctx, s.SevenG, expected)
		if foundErr != nil && !apierror.Is(foundErr, apierror.NotFound) {
			return false, foundErr
		}
		return foundErr == nil && len(seveng.Diff(expected.Spec, found.Spec)) == 0, nil
	})
	if err != nil {
		return found, err
	}
	return found, foundErr
}

func lookTwice(ctx context.Context, client *seveng.Client, expected seveng.Communication) (seveng.Communication, error) {
	found, err := client.Read(ctx, seveng.ByID(expected.ID))
	if !apierror.Is(err, apierror.NotFound) || expected.ExternalID == "" {
		return found, err
	}
	again, secondErr := client.Read(ctx, seveng.ByExternalID(expected.ExternalID))
	switch {
	case secondErr != nil && !apierror.Is(secondErr, apierror.NotFound):
		return found, secondErr
	case secondErr == nil && again.ID == expected.ID:
		return again, nil
	}
	// Gone, or another record has taken the external id since.
	return found, err
}

// create makes a record. Two ids of an owner are looked up before: the client
// takes them for one owner's.
func (r *Resource) create(ctx context.Context, wanted seveng.Spec) (seveng.Created, error) {
	if wanted.Owner.ID != 0 && wanted.Owner.ExternalID != "" {
		if _, err := r.services.SevenG.Owner(ctx, wanted.Owner); err != nil {
			return seveng.Created{}, err
		}
	}
	return r.services.SevenG.Create(ctx, wanted)
}

// update changes a record. Two ids of a new owner are looked up before.
func (r *Resource) update(ctx context.Context, current seveng.Communication, wanted seveng.Spec) (seveng.Communication, error) {
	if wanted.Owner.ID != 0 && wanted.Owner.ExternalID != "" && wanted.Owner != current.Owner {
		if _, err := r.services.SevenG.Owner(ctx, wanted.Owner); err != nil {
			return seveng.Communication{}, err
		}
	}
	return r.services.SevenG.Update(ctx, current, wanted)
}

// Update changes value, type and owner in place. A change of what lives in
// state alone sends nothing.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, problems := plan.Timeouts.Update(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	defer r.services.Conflicts.Apply()()
	owner, problems := plan.owner(ctx)
	resp.Diagnostics.Append(problems...)
	current, problems := state.communication(ctx)
	resp.Diagnostics.Append(problems...)
	resp.Diagnostics.Append(plan.resolveType(ctx, r.services.SevenG)...)
	if resp.Diagnostics.HasError() {
		return
	}
	wanted := seveng.Spec{
		ExternalID: plan.ExternalID.ValueString(),
		TypeID:     plan.TypeID.ValueInt64(),
		Value:      plan.Value.ValueString(),
		Owner:      owner,
	}
	if len(seveng.Diff(wanted, current.Spec)) > 0 {
		resp.Diagnostics.Append(r.origin().Refuse(note, state.record())...)
		if resp.Diagnostics.HasError() {
			return
		}
		updated, err := r.update(ctx, current, wanted)
		if err != nil {
			resp.Diagnostics.Append(diagnostic.Error(SummaryNotUpdated, err))
			if updated.ID != 0 {
				// Part of the change was done: state keeps what is there now.
				resp.Diagnostics.Append(state.set(ctx, r.services.SevenG, updated)...)
				resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
			}
			return
		}
		current = updated
		resp.Diagnostics.Append(markWritten(ctx, resp.Private, note, wanted.Value, updated.Value)...)
	}
	resp.Diagnostics.Append(plan.setWritten(ctx, r.services.SevenG, current)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, plan.CommunicationID)...)
}

// Delete does what the deletion policy in state says.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	note, problems := services.ReadNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.services.Conflicts.Apply()()
	if note.Forgets {
		return
	}
	resp.Diagnostics.Append(r.services.Guard.Admit(state.record())...)
	timeout, problems := state.Timeouts.Delete(ctx, services.DefaultTimeout)
	resp.Diagnostics.Append(problems...)
	switch {
	case resp.Diagnostics.HasError():
		return
	case !r.services.Guard.Policy(state.policy()).Deletes():
		r.services.Conflicts.Gone(state.record())
		return
	}
	resp.Diagnostics.Append(r.services.Conflicts.CheckEnd(note.Instance, state.conflictRecord(ctx), conflict.Deleted)...)
	resp.Diagnostics.Append(r.origin().Refuse(note, state.record())...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	resp.Diagnostics.Append(r.remove(ctx, state, note)...)
	if !resp.Diagnostics.HasError() {
		r.services.Conflicts.Gone(state.record())
	}
}

const externalPrefix = "external:"

// ImportState accepts the native id, external:ID, or an identity.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx, cancel := services.Deadline{}.Within(ctx)
	defer cancel()
	id, problems := r.importedID(ctx, req)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("communication_id"), id)...)
	note := services.Note{Instance: r.services.Conflicts.Import(conflict.Record{Record: deletion.Record{Kind: kind, ID: id}})}
	resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, types.Int64Value(id))...)
}

// importedID is the native id that an import asks for, by id or by identity.
func (r *Resource) importedID(ctx context.Context, req resource.ImportStateRequest) (int64, diag.Diagnostics) {
	var problems diag.Diagnostics
	if req.ID == "" {
		var identity identityModel
		problems.Append(req.Identity.Get(ctx, &identity)...)
		id := identity.CommunicationID.ValueInt64()
		if id < 1 && !problems.HasError() {
			problems.AddError(SummaryNotImported, fmt.Sprintf("The identity names no communication: communication_id is %s. Set it to the native id, a number above zero.", identity.CommunicationID))
		}
		return id, problems
	}
	if external, found := strings.CutPrefix(req.ID, externalPrefix); found && external != "" {
		c, err := r.services.SevenG.Read(ctx, seveng.ByExternalID(external))
		if err != nil {
			problems.Append(diagnostic.Error(SummaryNotImported, err))
		}
		return c.ID, problems
	}
	id, err := strconv.ParseInt(req.ID, 10, 64)
	if err != nil || id < 1 {
		problems.AddError(SummaryNotImported, fmt.Sprintf(
			"%q names no communication. Use the native id, as in 12345, or the external id behind %q, as in %sEMAIL-001.", req.ID, externalPrefix, externalPrefix))
	}
	return id, problems
}

func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.Int64) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, identityModel{CommunicationID: id})
}
