package contact

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/verdict"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// refresh reads the contact in state. It returns the state as it is now and the
// lists that still wait for confirmation.
func (r *Resource) refresh(ctx context.Context, state model, noted notes) (model, []int64, diag.Diagnostics, error) {
	expected, problems := state.contact(ctx)
	current, err := r.read(ctx, expected, noted)
	if err != nil {
		return state, nil, problems, err
	}
	var waiting []int64
	for _, list := range stillPlanned(noted.pending, expected) {
		if !subscribed(current, list) {
			waiting = append(waiting, list)
		}
	}
	problems.Append(state.set(ctx, current, waiting)...)
	return state, waiting, problems, nil
}

// read is the contact in full. When the state was written a moment ago, an
// answer that contradicts it is asked for again, that the contact is gone
// included; the last answer then stands.
func (r *Resource) read(ctx context.Context, expected whatcounts.Contact, noted notes) (whatcounts.Contact, error) {
	var current whatcounts.Contact
	var goneErr error
	err := r.services.PaceFor(noted.written).Until(ctx, func(ctx context.Context) (bool, error) {
		current, goneErr = r.services.WhatCounts.Contact(ctx, expected.SubscriberID, expected.Email)
		if goneErr != nil && !verdict.Is(goneErr, verdict.Gone) {
			return false, goneErr
		}
		return goneErr == nil && agrees(expected, current, noted.pending), nil
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
