package contact

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/object"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

type subscriptionModel struct {
	ListID types.Int64  `tfsdk:"list_id"`
	Format types.String `tfsdk:"format"`
}

var subscriptionType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"list_id": types.Int64Type,
	"format":  types.StringType,
}}

// subscription is one subscription as the client takes it.
func (s subscriptionModel) subscription() whatcounts.Subscription {
	name := s.Format.ValueString()
	if name == "" {
		name = defaultFormat
	}
	format, err := whatcounts.ParseFormat(name)
	if err != nil {
		// The schema takes no other names.
		format = whatcounts.HTML
	}
	return whatcounts.Subscription{ListID: s.ListID.ValueInt64(), Format: format}
}

// decodeSubscriptions reads a set that may be unknown as a whole or in parts;
// known is false when there is nothing to read yet.
func decodeSubscriptions(ctx context.Context, set types.Set) (subscriptions []subscriptionModel, known bool, problems diag.Diagnostics) {
	if set.IsNull() || set.IsUnknown() {
		return nil, false, nil
	}
	for _, element := range set.Elements() {
		subscription, ok := element.(types.Object)
		if !ok || subscription.IsUnknown() || subscription.IsNull() { // a validator refuses null
			return nil, false, problems
		}
		var decoded subscriptionModel
		problems.Append(object.As(ctx, subscription, &decoded)...)
		subscriptions = append(subscriptions, decoded)
	}
	return subscriptions, !problems.HasError(), problems
}

func subscriptionSet(ctx context.Context, subscriptions []subscriptionModel) (types.Set, diag.Diagnostics) {
	var problems diag.Diagnostics
	elements := make([]attr.Value, 0, len(subscriptions))
	for _, s := range subscriptions {
		element, moreProblems := object.From(ctx, s)
		problems.Append(moreProblems...)
		elements = append(elements, element)
	}
	set, moreProblems := types.SetValue(subscriptionType, elements)
	problems.Append(moreProblems...)
	return set, problems
}

// setSubscriptions takes over the managed subscriptions that are still there,
// or all of them after an import.
func (m *model) setSubscriptions(ctx context.Context, c whatcounts.Contact, pending []int64, imported bool) diag.Diagnostics {
	managed, _, problems := decodeSubscriptions(ctx, m.Subscriptions)
	kept := []subscriptionModel{}
	for _, stored := range c.Subscriptions {
		i := slices.IndexFunc(managed, func(s subscriptionModel) bool { return s.ListID.ValueInt64() == stored.ListID })
		if i < 0 && !imported {
			continue
		}
		format := types.StringValue(defaultFormat)
		switch {
		case stored.Format != 0:
			format = types.StringValue(stored.Format.String())
		case i >= 0:
			format = managed[i].Format
		}
		kept = append(kept, subscriptionModel{ListID: types.Int64Value(stored.ListID), Format: format})
	}
	for _, s := range managed {
		if slices.Contains(pending, s.ListID.ValueInt64()) && !subscribed(c, s.ListID.ValueInt64()) {
			kept = append(kept, s)
		}
	}
	stored, moreProblems := subscriptionSet(ctx, kept)
	problems.Append(moreProblems...)
	m.Subscriptions = stored
	return problems
}

// keepSubscriptions leaves only those of the given lists in the model.
func (m *model) keepSubscriptions(ctx context.Context, lists []int64) diag.Diagnostics {
	planned, _, problems := decodeSubscriptions(ctx, m.Subscriptions)
	kept := []subscriptionModel{}
	for _, s := range planned {
		if slices.Contains(lists, s.ListID.ValueInt64()) {
			kept = append(kept, s)
		}
	}
	stored, moreProblems := subscriptionSet(ctx, kept)
	problems.Append(moreProblems...)
	m.Subscriptions = stored
	return problems
}

// subscribed reports whether WhatCounts shows the contact on a list.
func subscribed(c whatcounts.Contact, listID int64) bool {
	return slices.ContainsFunc(c.Subscriptions, func(s whatcounts.Subscription) bool { return s.ListID == listID })
}

// stillPlanned are the lists among pending that wanted still names.
func stillPlanned(pending []int64, wanted whatcounts.Contact) []int64 {
	var kept []int64
	for _, list := range pending {
		if subscribed(wanted, list) && !slices.Contains(kept, list) {
			kept = append(kept, list)
		}
	}
	return kept
}

// lists are the ids of the contact's lists.
func lists(c whatcounts.Contact) []int64 {
	var ids []int64
	for _, s := range c.Subscriptions {
		ids = append(ids, s.ListID)
	}
	return ids
}
