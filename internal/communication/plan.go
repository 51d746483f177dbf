package communication

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// SummaryPermanent heads the warning about a delete in a plan. It is the same
// for all of them, so that Terraform can fold many into one.
const SummaryPermanent = "Permanent delete of a communication"

// ValidateConfig refuses nothing: the attributes say what they take.
func (r *Resource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, _ *resource.ValidateConfigResponse) {
	r.services.Validated(req.Config)
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
	case req.Plan.Raw.Equal(req.State.Raw) && r.keeps(note.Instance, resp):
		// In most plans most records: all that follows would cost as much as the read.
	default:
		r.planChange(ctx, req, resp, note)
	}
}

// keeps plans that an instance stays as it was read in this run, and reports
// false where it was not read.
func (r *Resource) keeps(instance string, resp *resource.ModifyPlanResponse) bool {
	if r.services == nil {
		return true
	}
	planned, known := r.services.Conflicts.Keep(instance)
	resp.Diagnostics.Append(planned.Diagnostics...)
	return known
}

func (r *Resource) planEnd(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, note services.Note) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || r.services == nil {
		return
	}
	r.services.Conflicts.AwaitOthers(ctx)
	before := state.conflictRecord(ctx)
	planned := r.services.Conflicts.Plan(conflict.Change{Instance: note.Instance, Before: &before, Ending: r.ending(before.Policy)})
	resp.Diagnostics.Append(planned.Diagnostics...)
	if note.Forgets = planned.Forgets; note.Forgets {
		resp.Diagnostics.Append(note.Write(ctx, resp.Private)...)
		return
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.planDelete(ctx, state, "")...)
	}
}

// planCreate plans a communication that is to be made, which may be the second
// half of a replacement.
func (r *Resource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, note services.Note) {
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.refuseOwnerWithoutID(ctx)...)
	if resp.Diagnostics.HasError() || r.services == nil {
		return
	}
	resp.Diagnostics.Append(r.services.SevenGCredentials.Refused(ctx, r.services.Activity)...)
	resp.Diagnostics.Append(r.checkType(plan)...)
	after := plan.conflictRecord(ctx)
	after.ID = 0
	change := conflict.Change{Instance: note.Instance, After: &after, Configuration: conflict.Configuration(req.Config)}
	predecessor, replaces := r.services.Conflicts.Before(note.Instance)
	tainted, isSure := false, true
	if !replaces {
		predecessor, isSure, tainted = r.services.Conflicts.Predecessor(ctx, after)
	}
	if replaces || tainted {
		change.Before, change.Ending = &predecessor, r.ending(predecessor.Policy)
	}
	resp.Diagnostics.Append(r.services.Conflicts.Plan(change).Diagnostics...)
	if resp.Diagnostics.HasError() || !isSure || !tainted && (!replaces || len(after.Keys) > 0 && !slices.Equal(after.Keys, predecessor.Keys)) {
		return // another external id is a replacement that planChange has decided on
	}
	// In the second half of a replacement Terraform drops warnings, so that this
	// one must not speak for others.
	refused, problems := r.services.Guard.Plan(ctx, predecessor.Record)
	if !refused && r.ending(predecessor.Policy) == conflict.Deleted {
		problems.Append(warnOfDelete("It is in state already and is to be made anew. ", []deletion.Record{predecessor.Record}))
	}
	resp.Diagnostics.Append(problems...)
}

func (r *Resource) planChange(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, note services.Note) {
	var state, plan, config model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	replaced := replaces(state, config)
	if !replaced {
		resp.Diagnostics.Append(plan.keep(ctx, state, config)...)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	}
	if r.services == nil {
		return
	}
	resp.Diagnostics.Append(r.checkType(plan)...)
	before, after := state.conflictRecord(ctx), plan.conflictRecord(ctx)
	change := conflict.Change{Instance: note.Instance, Before: &before, After: &after}
	if replaced {
		after.ID, change.Ending, change.Configuration = 0, r.ending(before.Policy), conflict.Configuration(req.Config)
	}
	resp.Diagnostics.Append(r.services.Conflicts.Plan(change).Diagnostics...)
	if !replaced || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.services.Guard.PlanReplacement(state.record(), plan.policy(), plan.DeletionPolicy.IsUnknown(), path.Root("external_id"), plan.ExternalID.IsUnknown())...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.planDelete(ctx, state, "Attribute external_id cannot be changed, so the record is replaced. ")...)
	}
}

// checkType refuses a type that 7G does not have, where its types are known.
func (r *Resource) checkType(plan model) diag.Diagnostics {
	known := r.services.SevenG.KnownTypes()
	if len(known) == 0 || plan.Type.IsUnknown() {
		return nil
	}
	_, problems := typeAmong(known, path.Root("type"), plan.Type.ValueString())
	return problems
}

// conflictRecord is a communication as it is compared with those of other
// resources. What is not known yet is compared with nothing. An e-mail address
// is no key: whether several records may have one is not known
// (7g.md#uniqueness-and-formats).
func (m model) conflictRecord(ctx context.Context) conflict.Record {
	record := conflict.Record{Record: m.record()}
	if id := m.ExternalID.ValueString(); id != "" {
		record.Keys = []string{textform.Compose(id)}
	}
	owner, problems := m.owner(ctx)
	if m.Type.IsUnknown() || m.Value.IsUnknown() || problems.HasError() || owner.ID == 0 && owner.ExternalID == "" {
		return record
	}
	content := fmt.Sprintf("%s %s of %s ", textform.Key(m.Type.ValueString()), textform.Key(m.Value.ValueString()), owner.Kind)
	if owner.ID != 0 {
		record.Contents = append(record.Contents, fmt.Sprint(content, owner.ID))
	}
	if owner.ExternalID != "" {
		record.Contents = append(record.Contents, fmt.Sprintf("%s%q", content, textform.Compose(owner.ExternalID)))
	}
	return record
}

// ending is what becomes of a communication that goes under a policy.
func (r *Resource) ending(policy deletion.Policy) conflict.Ending {
	if r.services.Guard.Policy(policy) == deletion.Delete {
		return conflict.Deleted
	}
	return conflict.Stays
}

// replaces reports whether the configuration asks for another record. The
// framework has not told ModifyPlan so at this point.
func replaces(state, config model) bool {
	return !config.ExternalID.IsNull() && !config.ExternalID.Equal(state.ExternalID)
}

// keep gives planned values the form they have in state where they mean the
// same, and leaves unknown only what the change makes unknown.
func (m *model) keep(ctx context.Context, state, config model) diag.Diagnostics {
	if !m.Value.IsUnknown() && seveng.EqualValues(m.Value.ValueString(), state.Value.ValueString()) {
		m.Value = state.Value
	}
	if !m.Type.IsUnknown() && sameType(m.Type.ValueString(), state.Type.ValueString()) {
		m.Type, m.TypeID = state.Type, state.TypeID
	} else {
		m.TypeID = types.Int64Unknown()
	}
	if config.Owner.IsUnknown() {
		return nil
	}
	planned, problems := decodeOwner(ctx, config.Owner)
	current, moreProblems := decodeOwner(ctx, state.Owner)
	problems.Append(moreProblems...)
	if problems.HasError() {
		return problems
	}
	sameKind := planned.Type.Equal(current.Type)
	sameID, sameExternalID := planned.ID.Equal(current.ID), planned.ExternalID.Equal(current.ExternalID)
	if sameKind && sameID != sameExternalID && bothIDs(planned) && bothIDs(current) {
		problems.AddAttributeError(path.Root("owner"), SummaryOwnerIDs, fmt.Sprintf(
			"The configuration names the owner by owner.id = %d and owner.external_id = %q, and the %s %d has the external id %q in 7G. Correct one of the two, or remove it.",
			planned.ID.ValueInt64(), planned.ExternalID.ValueString(), current.Type.ValueString(), current.ID.ValueInt64(), current.ExternalID.ValueString()))
		return problems
	}
	switch {
	case hasNoID(planned) && sameKind: // as OpenTofu generates it, which leaves out every computed id
		planned = current
	case hasNoID(planned):
		problems.Append(ownerWithoutID(path.Root("owner")))
		return problems
	case planned.ID.IsNull():
		planned.ID = types.Int64Unknown()
		if sameKind && sameExternalID {
			planned.ID = current.ID
		}
	case planned.ExternalID.IsNull():
		planned.ExternalID = types.StringUnknown()
		if sameKind && sameID {
			planned.ExternalID = current.ExternalID
		}
	}
	owner, moreProblems := types.ObjectValueFrom(ctx, ownerAttributeTypes, planned)
	problems.Append(moreProblems...)
	m.Owner = owner
	return problems
}

// refuseOwnerWithoutID refuses a record that is to be made for an owner without
// an id. A record that exists keeps the one it has.
func (m model) refuseOwnerWithoutID(ctx context.Context) diag.Diagnostics {
	owner, problems := decodeOwner(ctx, m.Owner)
	if !problems.HasError() && !m.Owner.IsUnknown() && hasNoID(owner) {
		problems.Append(ownerWithoutID(path.Root("owner")))
	}
	return problems
}

func bothIDs(o ownerModel) bool {
	known := func(id attr.Value) bool { return !id.IsNull() && !id.IsUnknown() }
	return known(o.ID) && known(o.ExternalID)
}

// planDelete refuses a delete that the safeguards do not allow, and warns of
// one that they do. A reason is that of a replacement: Terraform does not tell
// whether that deletes the record, which it does not under OpenTofu's lifecycle
// { destroy = false }.
func (r *Resource) planDelete(ctx context.Context, state model, reason string) diag.Diagnostics {
	if r.services == nil {
		return nil
	}
	record := state.record()
	refused, problems := r.services.Guard.Plan(ctx, record)
	if refused || !r.services.Guard.Policy(record.Policy).Deletes() {
		return problems
	}
	records := r.services.Guard.Announce(ctx, SummaryPermanent+reason, record)
	if records == nil {
		return problems
	}
	problems.Append(warnOfDelete(reason, records))
	return problems
}

// warnOfDelete says what the end of communications means.
func warnOfDelete(reason string, records []deletion.Record) diag.Diagnostic {
	text, names := fmt.Sprintf("The %s", records[0]), ""
	if len(records) > 1 {
		text, names = fmt.Sprintf("%d communications", len(records)), "\n\nThese are the communications"+deletion.First(records)
	}
	text += " will be deleted from 7G, with the link to the owner. "
	if reason != "" {
		text = reason + "If this plan deletes what it replaces: " + text
	}
	return diag.NewWarningDiagnostic(SummaryPermanent, text+"This cannot be undone. An e-mail address becomes free for others to use."+names+"\n\n"+
		"To keep a record, apply deletion_policy = \"abandon\" first, or use a removed block with destroy = false. value, type and owner change in place.")
}
