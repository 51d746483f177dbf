package contact

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/journal"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// remove ends the contact in state as its policy says. One that is gone
// already is done.
//
// A contact whose creation failed half way goes without an opt-out: nobody
// asked for its end, Terraform is about to make it anew, and the opt-out of an
// ordinary delete would stand in the way of that.
func (r *Resource) remove(ctx context.Context, state model, noted notes) diag.Diagnostics {
	expected, problems := state.known(ctx, noted)
	if problems.HasError() {
		return problems
	}
	policy := r.services.Guard.Policy(state.policy())
	if policy == safeguard.Delete && noted.isIncomplete(state) {
		policy = safeguard.DeleteWithoutOptout
	}
	client := r.services.WhatCounts
	check := whatcounts.DeleteCheck{
		Verify: r.services.Guard.VerifyBeforeDelete(),
		Before: r.journalEntry(ctx, state, noted, policy),
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
	if err != nil && !apierror.Is(err, apierror.NotFound) {
		problems.Append(notDeleted(err))
	}
	return problems
}

// journalEntry is called with the contact as last seen, right before the
// delete is sent. The journal wants every field, which that look may not show,
// and the policy that is carried out.
func (r *Resource) journalEntry(ctx context.Context, state model, noted notes, policy safeguard.Policy) func(whatcounts.Contact) error {
	if !r.services.Guard.Journals() {
		return nil
	}
	record := state.record()
	record.Policy = policy
	return func(seen whatcounts.Contact) error {
		// Right after a write, an answer may come from before it. Taken at its
		// word, one that knows no such contact would end the delete unsent.
		whole, err := r.read(ctx, seen, noted)
		if err != nil {
			return &safeguard.JournalError{Cause: err}
		}
		return r.services.Guard.Journal(record, journalContact(whole, seen))
	}
}

// journalContact is a contact as the journal keeps it. Not every answer shows
// the customer key and the formats; where whole lacks them, they are those of
// the contact as it was last seen.
func journalContact(whole, seen whatcounts.Contact) journal.Contact {
	entry := journal.Contact{
		SubscriberID:  whole.SubscriberID,
		Email:         whole.Email,
		FirstName:     whole.FirstName,
		CustomerKey:   cmp.Or(whole.CustomerKey, seen.CustomerKey),
		LastName:      whole.Fields["last"],
		Company:       whole.Fields["company"],
		Address1:      whole.Fields["address_1"],
		Address2:      whole.Fields["address_2"],
		City:          whole.Fields["city"],
		State:         whole.Fields["state"],
		Zip:           whole.Fields["zip"],
		Country:       whole.Fields["country"],
		Phone:         whole.Fields["phone"],
		Fax:           whole.Fields["fax"],
		CustomFields:  whole.Custom,
		Subscriptions: []journal.Subscription{},
	}
	for _, s := range whole.Subscriptions {
		for _, known := range seen.Subscriptions {
			if known.ListID == s.ListID {
				s.Format = cmp.Or(s.Format, known.Format)
			}
		}
		entry.Subscriptions = append(entry.Subscriptions, journal.Subscription{ListID: s.ListID, Format: s.Format.String()})
	}
	return entry
}
