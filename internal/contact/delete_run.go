package contact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/selection"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// deleteRun is one invocation of the action: what was found, and what becomes
// of it.
type deleteRun struct {
	services *services.Services
	progress selection.Progress
	policy   safeguard.Policy
	found    []whatcounts.Contact
	gone     []selection.Name
	optedOut []string // addresses of which an opt-out was recorded unasked
}

// lookedUpAtOnce is how many contacts are looked up between two messages.
const lookedUpAtOnce = 500

// lookUp finds the contacts, and those that are gone. One that cannot be read,
// or not told from others, ends it: nothing is deleted on a guess.
func (d *deleteRun) lookUp(ctx context.Context, targets []whatcounts.Contact) diag.Diagnostics {
	var problems diag.Diagnostics
	var ambiguous []string
	named := map[int64]string{}
	done := 0
	for some := range slices.Chunk(targets, lookedUpAtOnce) {
		for i, resolution := range d.services.WhatCounts.ResolveContacts(ctx, some) {
			contact, err := resolution.Contact, resolution.Err
			var several *whatcounts.AmbiguousError
			var repeated *whatcounts.RepeatedError
			switch {
			case errors.As(err, &repeated):
				contact = repeated.Contact
			case apierror.Is(err, apierror.NotFound):
				d.gone = append(d.gone, selection.Name(nameOf(some[i])))
				continue
			case errors.As(err, &several):
				ambiguous = append(ambiguous, listMatches(several.Matches))
				continue
			case err != nil:
				problems.AddError(SummaryNotRead, detail(err)+"\n\nNothing was deleted.")
				return problems
			}
			if other, twice := named[contact.SubscriberID]; twice {
				problems.AddError(SummaryNamedTwice, fmt.Sprintf("%s and %s are the same %s. Name each contact once. Nothing was deleted.", other, nameOf(some[i]), d.record(contact)))
				return problems
			}
			named[contact.SubscriberID] = nameOf(some[i])
			d.found = append(d.found, contact)
		}
		done += len(some)
		d.progress.Say("Looked up %d of %d", done, len(targets))
	}
	if len(ambiguous) > 0 {
		problems.AddError(SummaryAmbiguous, fmt.Sprintf(
			"These share addresses that are named without a first name, so it is not clear which of them is meant. Nothing was deleted. Set first_name, or customer_key.\n\n%s", strings.Join(ambiguous, "\n")))
	}
	return problems
}

func (d *deleteRun) record(contact whatcounts.Contact) safeguard.Record {
	return safeguard.Record{Kind: kind, ID: contact.SubscriberID, Address: contact.Email, Policy: d.policy}
}

func (d *deleteRun) records() []safeguard.Record {
	records := make([]safeguard.Record, 0, len(d.found))
	for _, contact := range d.found {
		records = append(records, d.record(contact))
	}
	return records
}

// deleteAll deletes what was admitted, and reports what became of each contact.
func (d *deleteRun) deleteAll(ctx context.Context) selection.Report {
	guard := d.services.Guard
	options := whatcounts.DeleteOptions{
		WithoutOptout: d.policy == safeguard.DeleteWithoutOptout,
		Verify:        guard.VerifyBeforeDelete(),
		Whole:         guard.Journals(),
		Progress:      func(done, total int) { d.progress.Say("Deleted or passed over %d of %d", done, total) },
	}
	if guard.Journals() {
		options.Before = func(whole whatcounts.Contact) error {
			return guard.Journal(d.record(whole), journalContact(whole, whole))
		}
	}
	outcome := selection.Report{Kind: kind, Gone: d.gone}
	for _, one := range d.services.WhatCounts.DeleteContacts(ctx, d.found, options) {
		record := d.record(one.Contact)
		switch one.Result {
		case whatcounts.Deleted:
			outcome.Deleted = append(outcome.Deleted, record)
			if one.OptoutRecorded {
				d.optedOut = append(d.optedOut, one.Contact.Email)
			}
		case whatcounts.AlreadyGone:
			outcome.Gone = append(outcome.Gone, selection.Name(record.String()))
		case whatcounts.NotDeleted:
			if apierror.Is(one.Err, apierror.NotSent) {
				outcome.NotAttempted = append(outcome.NotAttempted, record)
				break
			}
			outcome.Refused = append(outcome.Refused, selection.Kept{Record: record, Reason: detail(one.Err)})
		default:
			outcome.Unclear = append(outcome.Unclear, selection.Kept{Record: record, Reason: detail(one.Err)})
		}
	}
	return outcome
}

// optoutWarning tells of opt-outs that were not to be recorded.
func (d *deleteRun) optoutWarning() diag.Diagnostics {
	var problems diag.Diagnostics
	if len(d.optedOut) > 0 {
		problems.AddWarning(SummaryOptoutRemain, fmt.Sprintf(
			"WhatCounts records a Global Optout for a delete by subscriber id too, against its documentation. Adding these addresses again needs force_sub = true:\n  - %s", strings.Join(d.optedOut, "\n  - ")))
	}
	return problems
}
