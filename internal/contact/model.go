package contact

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// contactModel is a contact as Terraform holds it. A value that is null is not
// managed: it is neither sent nor compared.
type contactModel struct {
	SubscriberID  types.Int64
	Email         types.String
	FirstName     types.String
	CustomerKey   types.String
	Values        map[string]types.String // of whatcounts.ValueColumns, by attribute
	CustomFields  types.Map
	Subscriptions types.Set
}

// model is contactModel with what the resource alone has.
type model struct {
	contactModel
	OptedOut             types.Set
	ForceSub             types.Bool
	OverrideConfirmation types.Bool
	DeletionPolicy       types.String
	Timeouts             timeouts.Value
}

// getter is a configuration, plan, state or list result of the framework.
type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

// setter is a plan, state or list result of the framework.
type setter interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}

// read puts the value of an attribute where it belongs. The schema says that it
// has this type.
func read[Value attr.Value](values map[string]attr.Value, attribute string, to *Value) {
	*to, _ = values[attribute].(Value)
}

func attributesOf(ctx context.Context, from getter) (map[string]attr.Value, diag.Diagnostics) {
	var whole types.Object
	problems := from.Get(ctx, &whole)
	return whole.Attributes(), problems
}

func write(ctx context.Context, to setter, values map[string]attr.Value) diag.Diagnostics {
	kinds := make(map[string]attr.Type, len(values))
	for attribute, value := range values {
		kinds[attribute] = value.Type(ctx)
	}
	whole, problems := types.ObjectValue(kinds, values)
	if problems.HasError() {
		return problems
	}
	return to.Set(ctx, whole)
}

func readContact(values map[string]attr.Value) contactModel {
	m := contactModel{Values: map[string]types.String{}}
	read(values, "subscriber_id", &m.SubscriberID)
	read(values, "email", &m.Email)
	read(values, "first_name", &m.FirstName)
	read(values, "customer_key", &m.CustomerKey)
	read(values, "custom_fields", &m.CustomFields)
	read(values, "subscriptions", &m.Subscriptions)
	for _, col := range whatcounts.ValueColumns() {
		var value types.String
		read(values, col.Attribute, &value)
		m.Values[col.Attribute] = value
	}
	return m
}

func (m contactModel) attributes() map[string]attr.Value {
	values := map[string]attr.Value{
		"subscriber_id": m.SubscriberID,
		"email":         m.Email,
		"first_name":    m.FirstName,
		"customer_key":  m.CustomerKey,
		"custom_fields": m.CustomFields,
		"subscriptions": m.Subscriptions,
	}
	for attribute, value := range m.Values {
		values[attribute] = value
	}
	return values
}

func readModel(ctx context.Context, from getter) (model, diag.Diagnostics) {
	values, problems := attributesOf(ctx, from)
	m := model{contactModel: readContact(values)}
	read(values, "opted_out", &m.OptedOut)
	read(values, "force_sub", &m.ForceSub)
	read(values, "override_confirmation", &m.OverrideConfirmation)
	read(values, "deletion_policy", &m.DeletionPolicy)
	read(values, "timeouts", &m.Timeouts)
	return m, problems
}

func (m model) write(ctx context.Context, to setter) diag.Diagnostics {
	values := m.attributes()
	values["opted_out"] = m.OptedOut
	values["force_sub"] = m.ForceSub
	values["override_confirmation"] = m.OverrideConfirmation
	values["deletion_policy"] = m.DeletionPolicy
	values["timeouts"] = m.Timeouts
	return write(ctx, to, values)
}

func (m model) policy() deletion.Policy {
	return deletion.Policy(m.DeletionPolicy.ValueString())
}

func (m model) record() deletion.Record {
	return deletion.Record{
		Kind: kind, ID: m.SubscriberID.ValueInt64(), Address: m.Email.ValueString(), Policy: m.policy(),
		Names: namesOf(whatcounts.Identity{Email: m.Email.ValueString(), FirstName: m.FirstName.ValueString(), CustomerKey: m.CustomerKey.ValueString()}),
	}
}

// managed is what Terraform manages of the contact, with the first name that
// WhatCounts holds where Terraform does not manage that: it is a part of who
// the contact is all the same.
func (m contactModel) managed(note services.Note) whatcounts.Managed {
	managed := whatcounts.Managed{
		Identity: whatcounts.Identity{
			SubscriberID: m.SubscriberID.ValueInt64(),
			Email:        m.Email.ValueString(),
			FirstName:    m.FirstName.ValueString(),
			CustomerKey:  m.CustomerKey.ValueString(),
		},
		Values: map[string]string{},
	}
	if m.FirstName.IsNull() {
		managed.FirstName = note.FirstName
	}
	for _, col := range whatcounts.ValueColumns() {
		if value := m.Values[col.Attribute]; !value.IsNull() {
			managed.Values[col.Name] = value.ValueString()
		}
	}
	for name, value := range customFields(m.CustomFields) {
		if !value.IsNull() {
			managed.Values[whatcounts.CustomPrefix+name] = value.ValueString()
		}
	}
	subscriptions, _ := readSubscriptions(m.Subscriptions)
	for _, s := range subscriptions {
		managed.Subscriptions = append(managed.Subscriptions, s.subscription())
	}
	slices.SortFunc(managed.Subscriptions, func(a, b whatcounts.Subscription) int { return int(a.ListID - b.ListID) })
	return managed
}

// take takes over what WhatCounts holds of everything that is managed, and of
// everything after an import. The lists of kept stay, although WhatCounts does
// not show the contact on them: the recipient has not confirmed them yet, or has
// opted out of them.
func (m *contactModel) take(stored whatcounts.Contact, kept ...int64) {
	imported := m.Email.IsNull()
	m.SubscriberID = types.Int64Value(stored.SubscriberID)
	if !textform.SameInAnyCase(m.Email.ValueString(), stored.Email) {
		m.Email = types.StringValue(stored.Email)
	}
	m.FirstName = taken(m.FirstName, stored.FirstName, imported)
	if stored.CustomerKey != "" {
		// Not every answer shows the key; one that is missing has not changed.
		m.CustomerKey = taken(m.CustomerKey, stored.CustomerKey, imported)
	}
	values := map[string]types.String{}
	for _, col := range whatcounts.ValueColumns() {
		values[col.Attribute] = taken(m.Values[col.Attribute], stored.Values[col.Name], imported)
	}
	m.Values = values
	m.takeCustomFields(stored, imported)
	m.takeSubscriptions(stored, kept, imported)
}

func taken(value types.String, stored string, imported bool) types.String {
	if imported && stored != "" || !imported && !value.IsNull() {
		return types.StringValue(stored)
	}
	return value
}

func (m *contactModel) takeCustomFields(stored whatcounts.Contact, imported bool) {
	fields := customFields(m.CustomFields)
	if imported {
		for column, value := range stored.Values {
			if name, custom := strings.CutPrefix(column, whatcounts.CustomPrefix); custom && value != "" {
				fields[name] = types.StringValue(value)
			}
		}
		if len(fields) > 0 {
			m.CustomFields = customFieldsOf(fields)
		}
		return
	}
	if m.CustomFields.IsNull() {
		return
	}
	for name, value := range fields {
		fields[name] = taken(value, stored.Values[whatcounts.CustomPrefix+name], false)
	}
	m.CustomFields = customFieldsOf(fields)
}

func (m *contactModel) takeSubscriptions(stored whatcounts.Contact, kept []int64, imported bool) {
	managed, _ := readSubscriptions(m.Subscriptions)
	taken := []subscriptionModel{}
	for _, s := range stored.Subscriptions {
		i := slices.IndexFunc(managed, func(known subscriptionModel) bool { return known.ListID.ValueInt64() == s.ListID })
		if i < 0 && !imported {
			continue
		}
		format := types.StringValue(defaultFormat)
		switch {
		case s.Format != 0:
			format = types.StringValue(s.Format.String())
		case i >= 0:
			format = managed[i].Format
		}
		taken = append(taken, subscriptionModel{types.Int64Value(s.ListID), format})
	}
	for _, s := range managed {
		if list := s.ListID.ValueInt64(); slices.Contains(kept, list) && !stored.On(list) {
			taken = append(taken, s)
		}
	}
	m.Subscriptions = subscriptionsOf(taken)
}

// manageToo makes everything that other manages managed here as well, until
// what WhatCounts holds of it is taken over.
func (m *contactModel) manageToo(other contactModel) {
	values := make(map[string]types.String, len(m.Values)+len(other.Values))
	maps.Copy(values, m.Values)
	m.Values = values
	for attribute, value := range other.Values {
		if m.Values[attribute].IsNull() && !value.IsNull() {
			m.Values[attribute] = types.StringValue("")
		}
	}
	if m.FirstName.IsNull() && !other.FirstName.IsNull() {
		m.FirstName = types.StringValue("")
	}
	if !other.CustomFields.IsNull() {
		fields := customFields(m.CustomFields)
		for name, value := range customFields(other.CustomFields) {
			if fields[name].IsNull() { // named without a value, or not at all
				fields[name] = value
			}
		}
		m.CustomFields = customFieldsOf(fields)
	}
	subscriptions, _ := readSubscriptions(m.Subscriptions)
	others, _ := readSubscriptions(other.Subscriptions)
	for _, s := range others {
		if !slices.ContainsFunc(subscriptions, func(known subscriptionModel) bool { return known.ListID.Equal(s.ListID) }) {
			subscriptions = append(subscriptions, s)
		}
	}
	m.Subscriptions = subscriptionsOf(subscriptions)
}

// manageUnsure makes managed what an update may have written, so that it is looked
// for. unsure is by the names of WhatCounts.
func (m *contactModel) manageUnsure(unsure map[string]string) {
	if len(unsure) == 0 {
		return
	}
	written := contactModel{Values: map[string]types.String{}}
	fields := map[string]types.String{}
	for column := range unsure {
		if name, custom := strings.CutPrefix(column, whatcounts.CustomPrefix); custom {
			fields[name] = types.StringValue("")
		}
	}
	for _, col := range whatcounts.ValueColumns() {
		if _, isUnsure := unsure[col.Name]; isUnsure {
			written.Values[col.Attribute] = types.StringValue("")
		}
	}
	written.CustomFields = customFieldsOf(fields)
	m.manageToo(written)
}

// forgetUnwritten makes unmanaged what an update was to write, and did not: what
// WhatCounts holds there was never Terraform's. unsure is what these columns
// were to hold.
func (m *contactModel) forgetUnwritten(unsure map[string]string, stored whatcounts.Contact) {
	unwritten := func(column string) bool {
		wanted, isUnsure := unsure[column]
		return isUnsure && !textform.Same(stored.Values[column], wanted)
	}
	for _, col := range whatcounts.ValueColumns() {
		if unwritten(col.Name) {
			m.Values[col.Attribute] = types.StringNull()
		}
	}
	fields := customFields(m.CustomFields)
	left := len(fields)
	maps.DeleteFunc(fields, func(name string, _ types.String) bool { return unwritten(whatcounts.CustomPrefix + name) })
	switch len(fields) {
	case left:
	case 0:
		m.CustomFields = types.MapNull(types.StringType)
	default:
		m.CustomFields = customFieldsOf(fields)
	}
}

// keepSubscriptions leaves only those to the given lists.
func (m *contactModel) keepSubscriptions(lists []int64) {
	subscriptions, _ := readSubscriptions(m.Subscriptions)
	m.Subscriptions = subscriptionsOf(slices.DeleteFunc(subscriptions, func(s subscriptionModel) bool {
		return !slices.Contains(lists, s.ListID.ValueInt64())
	}))
}

// fillFormats sets the default where a subscription of the configuration names
// no format. A default in the schema would not do: the framework finds the
// elements of a set by their value, which the default changes.
func (m *contactModel) fillFormats(config contactModel) {
	subscriptions, known := readSubscriptions(config.Subscriptions)
	if !known {
		return
	}
	for i := range subscriptions {
		if subscriptions[i].Format.IsNull() {
			subscriptions[i].Format = types.StringValue(defaultFormat)
		}
	}
	m.Subscriptions = subscriptionsOf(subscriptions)
}

// customFields are the elements of a map, none when it is null or unknown.
func customFields(from types.Map) map[string]types.String {
	fields := map[string]types.String{}
	for name, element := range from.Elements() {
		fields[name], _ = element.(types.String)
	}
	return fields
}

func customFieldsOf(fields map[string]types.String) types.Map {
	elements := make(map[string]attr.Value, len(fields))
	for name, value := range fields {
		elements[name] = value
	}
	return types.MapValueMust(types.StringType, elements)
}

type subscriptionModel struct {
	ListID types.Int64
	Format types.String
}

var subscriptionType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"list_id": types.Int64Type,
	"format":  types.StringType,
}}

// subscription is one subscription as the client takes it.
func (s subscriptionModel) subscription() whatcounts.Subscription {
	format, err := whatcounts.ParseFormat(s.Format.ValueString())
	if err != nil {
		format = whatcounts.HTML // the schema takes no other names, and html is its default
	}
	return whatcounts.Subscription{ListID: s.ListID.ValueInt64(), Format: format}
}

// readSubscriptions reads a set that may be unknown as a whole or in parts;
// known is false when there is nothing to read yet.
func readSubscriptions(set types.Set) (subscriptions []subscriptionModel, known bool) {
	if set.IsNull() || set.IsUnknown() {
		return nil, false
	}
	for _, element := range set.Elements() {
		object, _ := element.(types.Object)
		if object.IsUnknown() || object.IsNull() { // a validator refuses null
			return nil, false
		}
		var s subscriptionModel
		read(object.Attributes(), "list_id", &s.ListID)
		read(object.Attributes(), "format", &s.Format)
		subscriptions = append(subscriptions, s)
	}
	return subscriptions, true
}

func subscriptionsOf(subscriptions []subscriptionModel) types.Set {
	elements := make([]attr.Value, 0, len(subscriptions))
	for _, s := range subscriptions {
		elements = append(elements, types.ObjectValueMust(subscriptionType.AttrTypes, map[string]attr.Value{"list_id": s.ListID, "format": s.Format}))
	}
	return types.SetValueMust(subscriptionType, elements)
}
