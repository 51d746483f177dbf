package contact

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// model is a contact as Terraform holds it. A field that is null is not
// managed: it is neither sent nor compared.
type model struct {
	fieldsModel
	SubscriberID         types.Int64    `tfsdk:"subscriber_id"`
	Email                types.String   `tfsdk:"email"`
	FirstName            types.String   `tfsdk:"first_name"`
	CustomerKey          types.String   `tfsdk:"customer_key"`
	CustomFields         types.Map      `tfsdk:"custom_fields"`
	Subscriptions        types.Set      `tfsdk:"subscriptions"`
	ForceSub             types.Bool     `tfsdk:"force_sub"`
	OverrideConfirmation types.Bool     `tfsdk:"override_confirmation"`
	DeletionPolicy       types.String   `tfsdk:"deletion_policy"`
	Timeouts             timeouts.Value `tfsdk:"timeouts"`
}

// contact is the model as the client takes it, with the managed fields alone.
func (m *model) contact(ctx context.Context) (whatcounts.Contact, diag.Diagnostics) {
	c := whatcounts.Contact{
		SubscriberID: m.SubscriberID.ValueInt64(),
		Email:        m.Email.ValueString(),
		FirstName:    m.FirstName.ValueString(),
		CustomerKey:  m.CustomerKey.ValueString(),
		Fields:       map[string]string{},
		Custom:       map[string]string{},
	}
	for column, value := range m.byColumn() {
		if !value.IsNull() {
			c.Fields[column] = value.ValueString()
		}
	}
	custom, problems := decodeCustomFields(ctx, m.CustomFields)
	for name, value := range custom {
		if !value.IsNull() {
			c.Custom[name] = value.ValueString()
		}
	}
	subscriptions, _, moreProblems := decodeSubscriptions(ctx, m.Subscriptions)
	problems.Append(moreProblems...)
	for _, s := range subscriptions {
		c.Subscriptions = append(c.Subscriptions, s.subscription())
	}
	slices.SortFunc(c.Subscriptions, func(a, b whatcounts.Subscription) int { return int(a.ListID - b.ListID) })
	return c, problems
}

// known is the contact in state as the client takes it, with the first name
// that WhatCounts holds where Terraform does not manage it.
func (m *model) known(ctx context.Context, noted notes) (whatcounts.Contact, diag.Diagnostics) {
	c, problems := m.contact(ctx)
	if m.FirstName.IsNull() {
		c.FirstName = noted.firstName
	}
	return c, problems
}

// set takes over what WhatCounts holds of the fields that are managed, and of
// all fields after an import. Lists that wait for the recipient's confirmation
// stay, although WhatCounts does not show them yet.
func (m *model) set(ctx context.Context, c whatcounts.Contact, pending []int64) diag.Diagnostics {
	imported := m.Email.IsNull()
	m.SubscriberID = types.Int64Value(c.SubscriberID)
	if !strings.EqualFold(m.Email.ValueString(), c.Email) {
		m.Email = types.StringValue(c.Email)
	}
	takeOver(&m.FirstName, c.FirstName, imported)
	if c.CustomerKey != "" {
		// Not every answer shows the key; one that is missing has not changed.
		takeOver(&m.CustomerKey, c.CustomerKey, imported)
	}
	for column, value := range m.byColumn() {
		takeOver(value, c.Fields[column], imported)
	}
	problems := m.setCustomFields(ctx, c, imported)
	problems.Append(m.setSubscriptions(ctx, c, pending, imported)...)
	return problems
}

// takeOver replaces a managed value. After an import it takes whatever is
// there.
func takeOver(value *types.String, stored string, imported bool) {
	switch {
	case imported && stored != "", !imported && !value.IsNull():
		*value = types.StringValue(stored)
	}
}

// takeOverAll is set for an update that was done in part: everything that the
// state or the plan names is taken over.
func (m *model) takeOverAll(ctx context.Context, plan model, c whatcounts.Contact, pending []int64) diag.Diagnostics {
	planned := plan.byColumn()
	for column, value := range m.byColumn() {
		if value.IsNull() && !planned[column].IsNull() {
			*value = types.StringValue("")
		}
	}
	if m.FirstName.IsNull() && !plan.FirstName.IsNull() {
		m.FirstName = types.StringValue("")
	}
	fields, problems := decodeCustomFields(ctx, m.CustomFields)
	more, moreProblems := decodeCustomFields(ctx, plan.CustomFields)
	problems.Append(moreProblems...)
	for name, value := range more {
		if fields == nil {
			fields = map[string]types.String{}
		}
		if fields[name].IsNull() { // named without a value, or not at all
			fields[name] = value
		}
	}
	if fields != nil {
		m.CustomFields, moreProblems = types.MapValueFrom(ctx, types.StringType, fields)
		problems.Append(moreProblems...)
	}
	subscriptions, _, moreProblems := decodeSubscriptions(ctx, m.Subscriptions)
	problems.Append(moreProblems...)
	joined, _, moreProblems := decodeSubscriptions(ctx, plan.Subscriptions)
	problems.Append(moreProblems...)
	for _, s := range joined {
		if !slices.ContainsFunc(subscriptions, func(known subscriptionModel) bool { return known.ListID.Equal(s.ListID) }) {
			subscriptions = append(subscriptions, s)
		}
	}
	m.Subscriptions, moreProblems = subscriptionSet(ctx, subscriptions)
	problems.Append(moreProblems...)
	if problems.HasError() {
		return problems
	}
	return m.set(ctx, c, pending)
}

func (m *model) setCustomFields(ctx context.Context, c whatcounts.Contact, imported bool) diag.Diagnostics {
	managed, problems := decodeCustomFields(ctx, m.CustomFields)
	if imported {
		managed = map[string]types.String{}
		for name, stored := range c.Custom {
			if stored != "" {
				managed[name] = types.StringValue(stored)
			}
		}
		if len(managed) == 0 {
			return problems
		}
	} else if managed == nil {
		return problems
	}
	for name, value := range managed {
		if !value.IsNull() {
			managed[name] = types.StringValue(c.Custom[name])
		}
	}
	stored, moreProblems := types.MapValueFrom(ctx, types.StringType, managed)
	problems.Append(moreProblems...)
	m.CustomFields = stored
	return problems
}

// decodeCustomFields reads a map that may be null, unknown, or hold unknown
// values.
func decodeCustomFields(ctx context.Context, fields types.Map) (map[string]types.String, diag.Diagnostics) {
	if fields.IsNull() || fields.IsUnknown() {
		return nil, nil
	}
	decoded := map[string]types.String{}
	return decoded, fields.ElementsAs(ctx, &decoded, false)
}

// clearRemoved makes explicit that a field which was managed and no longer is
// must be emptied.
func clearRemoved(current whatcounts.Contact, wanted *whatcounts.Contact) {
	for column := range current.Fields {
		if _, kept := wanted.Fields[column]; !kept {
			wanted.Fields[column] = ""
		}
	}
	for name := range current.Custom {
		if _, kept := wanted.Custom[name]; !kept {
			wanted.Custom[name] = ""
		}
	}
}

// same reports whether nothing that WhatCounts holds would change.
func same(current, wanted whatcounts.Contact) bool {
	return strings.EqualFold(current.Email, wanted.Email) &&
		current.FirstName == wanted.FirstName &&
		current.CustomerKey == wanted.CustomerKey &&
		sameTexts(current.Fields, wanted.Fields) &&
		sameTexts(current.Custom, wanted.Custom) &&
		slices.Equal(current.Subscriptions, wanted.Subscriptions)
}

func sameTexts(current, wanted map[string]string) bool {
	for name, value := range wanted {
		stored, managed := current[name]
		if !managed || stored != value {
			return false
		}
	}
	return true
}

func (m *model) policy() safeguard.Policy {
	return safeguard.Policy(m.DeletionPolicy.ValueString())
}

func (m *model) record() safeguard.Record {
	return safeguard.Record{Kind: "contact", ID: m.SubscriberID.ValueInt64(), Address: m.Email.ValueString(), Policy: m.policy()}
}

func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, id types.Int64) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, identityModel{SubscriberID: id})
}
