package contact

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/report"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/verdict"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// remove ends the contact in state as its policy says. One that is gone
// already is done.
//
// A contact whose creation failed half way goes without an opt-out: nobody
// asked for its end, Terraform is about to make it anew, and the opt-out of an
// ordinary delete would stand in the way of that.
func (r *Resource) remove(ctx context.Context, state model, incomplete bool) diag.Diagnostics {
	expected, problems := state.contact(ctx)
	if problems.HasError() {
		return problems
	}
	policy := r.services.Guard.Policy(state.policy())
	if policy == safeguard.Delete && incomplete {
		policy = safeguard.DeleteWithoutOptout
	}
	client := r.services.WhatCounts
	check := whatcounts.DeleteCheck{
		Verify: r.services.Guard.VerifyBeforeDelete(),
		Before: r.journalEntry(ctx, state),
	}
	var err error
	switch policy {
	case safeguard.Delete:
		err = client.DeleteContact(ctx, expected, check)
	case safeguard.DeleteWithoutOptout:
		var optoutRecorded bool
		optoutRecorded, err = client.DeleteContactByID(ctx, expected, check)
		if err == nil && optoutRecorded {
			problems.AddWarning(SummaryOptoutRemain, fmt.Sprintf(
				"The contact %s is deleted. WhatCounts records a Global Optout for a delete by subscriber id too, against its documentation. Adding the address again needs force_sub = true.", expected.Email))
		}
	case safeguard.Unsubscribe:
		err = client.Unsubscribe(ctx, expected, lists(expected))
	}
	if err != nil && !verdict.Is(err, verdict.Gone) {
		problems.Append(notDeleted(err))
	}
	return problems
}

// journalEntry is called with the contact as last seen, right before the
// delete is sent. The journal wants every field, which that look may not show.
func (r *Resource) journalEntry(ctx context.Context, state model) func(whatcounts.Contact) error {
	if !r.services.Guard.Journals() {
		return nil
	}
	return func(seen whatcounts.Contact) error {
		whole, err := r.services.WhatCounts.Contact(ctx, seen.SubscriberID, seen.Email)
		if err == nil {
			err = r.services.Guard.Journal(state.record(), whole)
		}
		if err != nil {
			return &journalError{err}
		}
		return nil
	}
}

// journalError is a delete that was not sent because the journal could not be
// written.
type journalError struct{ cause error }

// Error is the reason.
func (e *journalError) Error() string { return report.Detail(e.cause) }

// Unwrap is the error beneath.
func (e *journalError) Unwrap() error { return e.cause }
