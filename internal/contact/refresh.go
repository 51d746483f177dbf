package contact

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// refresh reads the contact in state. It returns the state and the notes as
// they are now, and the lists that do not show because they may still wait for
// confirmation.
func (r *Resource) refresh(ctx context.Context, state model, noted notes) (model, notes, []int64, diag.Diagnostics, error) {
	expected, problems := state.contact(ctx)
	current, err := r.read(ctx, expected, noted)
	if err != nil {
		return state, noted, nil, problems, err
	}
	waiting := missing(current, stillPlanned(noted.waiting(), expected))
	noted.pending = missing(current, stillPlanned(noted.pending, expected))
	noted.unseen = missing(current, noted.unseen)
	problems.Append(state.set(ctx, current, waiting)...)
	problems.Append(state.settleDoubt(ctx, noted.unsure, current)...)
	noted.unsure = nil
	noted.firstName = unmanagedFirstName(state, current)
	return state, noted, waiting, problems, nil
}

// missing are those of the lists that the contact is not shown on.
func missing(c whatcounts.Contact, lists []int64) []int64 {
	return slices.DeleteFunc(slices.Clone(lists), func(list int64) bool { return subscribed(c, list) })
}

// unmanagedFirstName is the first name that WhatCounts holds, where the state
// holds none: it is a part of who the contact is all the same.
func unmanagedFirstName(state model, c whatcounts.Contact) string {
	if !state.FirstName.IsNull() {
		return ""
	}
	return c.FirstName
}

// read is the contact in full. When the state was written a moment ago, an
// answer that contradicts it is asked for again, that the contact is gone
// included; the last answer then stands.
func (r *Resource) read(ctx context.Context, expected whatcounts.Contact, noted notes) (whatcounts.Contact, error) {
	var current whatcounts.Contact
	var goneErr error
	err := r.services.ConsistencyFor(noted.written).Until(ctx, func(ctx context.Context) (bool, error) {
		current, goneErr = r.services.WhatCounts.Contact(ctx, expected.SubscriberID, expected.Email)
		if goneErr != nil && !apierror.Is(goneErr, apierror.NotFound) {
			return false, goneErr
		}
		return goneErr == nil && agrees(expected, current, noted.waiting()), nil
	})
	if err == nil {
		err = goneErr
	}
	return current, err
}

// agrees reports whether a read shows everything that the state expects.
func agrees(expected, current whatcounts.Contact, pending []int64) bool {
	if !strings.EqualFold(expected.Email, current.Email) || expected.FirstName != "" && expected.FirstName != current.FirstName {
		return false
	}
	for column, value := range expected.Fields {
		if current.Fields[column] != value {
			return false
		}
	}
	for name, value := range expected.Custom {
		if current.Custom[name] != value {
			return false
		}
	}
	for _, s := range expected.Subscriptions {
		shown := slices.ContainsFunc(current.Subscriptions, func(stored whatcounts.Subscription) bool {
			return stored.ListID == s.ListID && (stored.Format == 0 || stored.Format == s.Format)
		})
		if !shown && !slices.Contains(pending, s.ListID) {
			return false
		}
	}
	return true
}
