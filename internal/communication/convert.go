package communication

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

var ownerAttributeTypes = map[string]attr.Type{
	"type":        types.StringType,
	"id":          types.Int64Type,
	"external_id": types.StringType,
}

func ownerKinds() []string {
	var names []string
	for _, kind := range seveng.OwnerKinds() {
		names = append(names, string(kind))
	}
	return names
}

// decodeOwner reads an owner that may be null or hold unknown parts.
func decodeOwner(ctx context.Context, from types.Object) (ownerModel, diag.Diagnostics) {
	var owner ownerModel
	if from.IsNull() || from.IsUnknown() {
		return owner, nil
	}
	return owner, from.As(ctx, &owner, basetypes.ObjectAsOptions{})
}

// owner is the owner as the client takes it; unknown and null parts are unset.
func (o ownerModel) owner() seveng.Owner {
	return seveng.Owner{
		Kind:       seveng.OwnerKind(o.Type.ValueString()),
		ID:         o.ID.ValueInt64(),
		ExternalID: o.ExternalID.ValueString(),
	}
}

func ownerObject(owner seveng.Owner) types.Object {
	return types.ObjectValueMust(ownerAttributeTypes, map[string]attr.Value{
		"type":        types.StringValue(string(owner.Kind)),
		"id":          int64OrNull(owner.ID),
		"external_id": stringOrNull(owner.ExternalID),
	})
}

// completed is owner with the id that the service left out, where the record
// is known to be the same owner's.
func completed(owner, prior seveng.Owner) seveng.Owner {
	if owner.Kind != prior.Kind {
		return owner
	}
	if owner.ExternalID == "" && (prior.ID == owner.ID || prior.ID == 0) {
		owner.ExternalID = prior.ExternalID
	}
	if owner.ID == 0 && prior.ExternalID == owner.ExternalID {
		owner.ID = prior.ID
	}
	return owner
}

// communication is the record in state as the client takes it.
func (m model) communication(ctx context.Context) (seveng.Communication, diag.Diagnostics) {
	owner, problems := m.owner(ctx)
	return seveng.Communication{ID: m.CommunicationID.ValueInt64(), Spec: seveng.Spec{
		ExternalID: m.ExternalID.ValueString(),
		TypeID:     m.TypeID.ValueInt64(),
		Value:      m.Value.ValueString(),
		Owner:      owner,
	}}, problems
}

// held is the record in state as 7G holds it, with the value in the form in
// which it is kept there.
func (m model) held(ctx context.Context, note services.Note) (seveng.Communication, diag.Diagnostics) {
	c, problems := m.communication(ctx)
	c.Value = cmp.Or(note.Kept, c.Value)
	return c, problems
}

// keptAs is the form in which 7G keeps a value that was just written, or
// nothing where that is no other one, or no form of it.
func keptAs(written, stored string) string {
	if seveng.EqualValues(written, stored) || !seveng.SameForm(written, stored) {
		return ""
	}
	return stored
}

// owner is the planned owner as the client takes it.
func (m model) owner(ctx context.Context) (seveng.Owner, diag.Diagnostics) {
	owner, problems := decodeOwner(ctx, m.Owner)
	return owner.owner(), problems
}

// resolveType looks the type up when the plan could not know its id.
func (m *model) resolveType(ctx context.Context, client *seveng.Client) diag.Diagnostics {
	if !m.TypeID.IsUnknown() {
		return nil
	}
	id, problems := typeID(ctx, client, path.Root("type"), m.Type.ValueString())
	m.TypeID = types.Int64Value(id)
	return problems
}

// set takes over what the service holds. What differs only in a way that the
// service does not tell apart keeps the words of the configuration.
func (m *model) set(ctx context.Context, client *seveng.Client, c seveng.Communication) diag.Diagnostics {
	var problems diag.Diagnostics
	if m.Type.IsNull() || m.TypeID.IsUnknown() || m.TypeID.ValueInt64() != c.TypeID {
		name, problem := typeName(ctx, client, c)
		problems.Append(problem...)
		if !sameType(name, m.Type.ValueString()) {
			m.Type = types.StringValue(name)
		}
	}
	m.CommunicationID = types.Int64Value(c.ID)
	m.TypeID = types.Int64Value(c.TypeID)
	m.ExternalID = stringOrNull(c.ExternalID)
	prior, problem := decodeOwner(ctx, m.Owner)
	problems.Append(problem...)
	m.Owner = ownerObject(completed(c.Owner, prior.owner()))
	if m.Value.IsNull() || !seveng.EqualValues(m.Value.ValueString(), c.Value) {
		m.Value = types.StringValue(c.Value)
	}
	return problems
}

// setWritten is set after a write. The words of the plan stay, since Terraform
// takes any others for a fault of the provider and would replace the record for
// good; that 7G keeps another value is told. Where it is no form of the planned
// one, the next refresh shows it.
func (m *model) setWritten(ctx context.Context, client *seveng.Client, c seveng.Communication) diag.Diagnostics {
	planned := *m
	m.TypeID = types.Int64Value(c.TypeID) // so that its name, which is known, is not looked up
	problems := m.set(ctx, client, c)
	if !m.Value.Equal(planned.Value) {
		next := "Set value to that, or the next plan shows a difference."
		if keptAs(planned.Value.ValueString(), c.Value) != "" {
			next = "The two are taken for the same value from now on. Set value to what 7G keeps if you want to see it in plans."
		}
		problems.AddAttributeWarning(path.Root("value"), SummaryStoredOtherwise, fmt.Sprintf(
			"Communication %d was to have the value %q, and 7G keeps %q. %s", c.ID, planned.Value.ValueString(), c.Value, next))
	}
	m.Value, m.Type = planned.Value, planned.Type
	owner, problem := decodeOwner(ctx, planned.Owner)
	problems.Append(problem...)
	if owner.ExternalID.ValueString() != "" { // where 7G finds an owner in any letter case
		stored := c.Owner
		stored.ExternalID = owner.ExternalID.ValueString()
		m.Owner = ownerObject(completed(stored, owner.owner()))
	}
	return problems
}

func (m model) policy() deletion.Policy {
	return deletion.Policy(m.DeletionPolicy.ValueString())
}

func (m model) record() deletion.Record {
	return deletion.Record{Kind: "communication", ID: m.CommunicationID.ValueInt64(), Address: m.Value.ValueString(), Policy: m.policy(), Names: namesOf(m.ExternalID)}
}

// sameType compares two names of types as the look-up does.
func sameType(a, b string) bool {
	return textform.Key(a) == textform.Key(b)
}

func stringOrNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

func int64OrNull(n int64) types.Int64 {
	if n == 0 {
		return types.Int64Null()
	}
	return types.Int64Value(n)
}

// markWritten notes in private state that the record was written just now, so
// that the next read doubts an answer that contradicts it, and in which form the
// value is kept.
func markWritten(ctx context.Context, private services.PrivateState, note services.Note, written, stored string) diag.Diagnostics {
	note.Written, note.Kept = time.Now().Unix(), keptAs(written, stored)
	return note.Write(ctx, private)
}
