package contact

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Summaries of the errors of the resource.
const (
	SummaryNotCreated  = "Contact not created"
	SummaryExists      = "Contact exists already"
	SummaryOptedOut    = "Contact has opted out"
	SummaryAmbiguous   = "Several contacts share the e-mail address"
	SummaryNotRead     = "Contact not read"
	SummaryNotUpdated  = "Contact not updated"
	SummaryNotDeleted  = "Contact not deleted"
	SummaryChanged     = "Contact changed since the last refresh"
	SummaryNotImported = "Contact not imported"
	SummaryIncomplete  = "Contact only partly created"
)

// Summaries of what a plan says about a delete and about customer keys, and of
// warnings. They are the same for all records of which they say the same, so
// that Terraform can fold many into one.
const (
	SummaryLeavesOptout   = "Permanent delete leaves a Global Optout"
	SummaryLeavesNoOptout = "Permanent delete without an opt-out"
	SummaryReplacement    = "Replacement would lose the contact"
	SummaryCustomerKey    = "Customer key does not fit realm"
	SummaryPending        = "Subscription waits for confirmation"
	SummaryGivenUp        = "Recipient has opted out"
	SummaryOptoutRemain   = "Global Optout recorded all the same"
	SummaryUnread         = "Contact created and not read back"
	SummaryReplacedFirst  = "Replaced contact deleted without an opt-out"
)

// Summaries of what is refused before anything is sent.
const (
	SummaryInvalidEmail     = "Invalid e-mail address"
	SummaryNotEncodable     = "Value cannot be sent to WhatCounts"
	SummaryInvalidFieldName = "Invalid custom field name"
	SummaryUnsendable       = "First name cannot be sent"
	SummaryListTwice        = "List named twice"
	SummaryNoList           = "New contact on no list"
	SummaryPrefixedField    = "Custom field named with its prefix"
	SummaryNamedTwice       = "Contact named twice"
	SummaryNamedAndSelected = "Contacts both named and selected"
	SummaryInvalidPattern   = "Invalid pattern of addresses"
)

// Summaries of what keeps an action from deleting what it selects.
const (
	SummarySelectionCut = "Selection may be incomplete"
	SummaryKeyNotShown  = "Customer key not shown by WhatCounts"
)

// Summaries of the errors of data sources and of the list resource.
const (
	SummaryNoMatch        = "No such contact"
	SummarySeveralMatches = "Several contacts match"
	SummaryNotListed      = "Contacts not listed"
	SummaryCut            = "Not every matching contact is listed"
	SummaryNoScope        = "Neither email nor list_id is set"
	SummaryListsNotRead   = "Lists not read"
	SummaryOptoutsNotRead = "Opt-outs not read"
	SummaryTooManyOptouts = "More opt-outs than one set takes"
)

// notCreated is the diagnostic for a create that failed, wholly or, when a
// subscriber id is known, in part.
func (r *Resource) notCreated(plan model, subscriberID int64, err error) diag.Diagnostic {
	var exists *whatcounts.ExistsError
	var unseen *whatcounts.UnseenError
	switch {
	case subscriberID != 0:
		return diag.NewErrorDiagnostic(SummaryIncomplete, fmt.Sprintf(
			"%s\n\nThe contact was added with subscriber id %d, and is in state as tainted. After the correction, run terraform untaint ADDRESS with the address of this resource, and apply again. "+
				"Without that, the next apply replaces the contact: under a policy that deletes, by id and without an opt-out.",
			detail(err), subscriberID))
	case errors.As(err, &exists) && exists.Changed:
		return diag.NewErrorDiagnostic(SummaryExists, detail(err)+"\n\nValues of this configuration may have been written to that contact: compare it with what it should hold.")
	case errors.As(err, &exists) && exists.Alike:
		return diag.NewErrorDiagnostic(SummaryExists, detail(err)+"\n\nNothing was sent, and that contact is as it was.")
	case errors.As(err, &exists) && r.services.Conflicts.Holds(deletion.Record{Kind: kind, ID: exists.SubscriberID}):
		return diag.NewErrorDiagnostic(conflict.SummaryTwice, fmt.Sprintf(
			"The contact was not added, since %s.\n\nAnother resource of this configuration has this contact, or has just made it. Remove one of the two resources.", exists))
	case errors.As(err, &exists) && exists.SubscriberID != 0:
		return diag.NewErrorDiagnostic(SummaryExists, toImport(err)+"\n\n"+diagnostic.ImportBlock("reach_contact", fmt.Sprint(exists.SubscriberID)))
	}
	if errors.As(err, &unseen) {
		id := plan.Email.ValueString()
		if name := plan.FirstName.ValueString(); name != "" {
			id += "," + name
		}
		return diag.NewErrorDiagnostic(SummaryNotCreated, detail(err)+
			"\n\nIf the contact is there, add this block; then apply again:\n\n"+diagnostic.ImportBlock("reach_contact", id))
	}
	return diag.NewErrorDiagnostic(summaryOf(err, SummaryNotCreated), detail(err))
}

// toImport is what goes before the block that imports a contact which is there.
func toImport(err error) string { return diagnostic.Next(err, diagnostic.AdviceToImport) }

func notUpdated(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summaryOf(err, SummaryNotUpdated), detail(err))
}

func notDeleted(err error) diag.Diagnostic {
	var changed *whatcounts.ChangedError
	var outside *deletion.OutsideError
	var unwritten *deletion.JournalError
	switch {
	case errors.As(err, &outside):
		return diagnostic.Error(deletion.SummaryOutside, outside)
	case errors.As(err, &unwritten):
		return diagnostic.Error(deletion.SummaryJournal, unwritten.Cause)
	case errors.As(err, &changed):
		return diag.NewErrorDiagnostic(SummaryChanged, fmt.Sprintf(
			"The contact was changed by somebody else since the last refresh, so nothing was deleted.\n\nIn state:      %s\nIn WhatCounts: %s\n\n"+
				"Run terraform plan to see the change. If the contact may still go, apply again.", describe(changed.Expected), describe(changed.Found)))
	}
	return diag.NewErrorDiagnostic(summaryOf(err, SummaryNotDeleted), detail(err))
}

// summaryOf is the summary for what the client tells apart, else the given one.
func summaryOf(err error, otherwise string) string {
	var optedOut *whatcounts.OptedOutError
	var ambiguous *whatcounts.AmbiguousError
	switch {
	case errors.As(err, &optedOut):
		return SummaryOptedOut
	case errors.As(err, &ambiguous):
		return SummaryAmbiguous
	}
	return otherwise
}

// detail is what the client says, with what is known of an opt-out or of the
// contacts that share an address.
func detail(err error) string {
	text := diagnostic.Detail(err)
	var ambiguous *whatcounts.AmbiguousError
	if errors.As(err, &ambiguous) && len(ambiguous.Rows) > 0 {
		text += "\n\nContacts with this address:\n" + listRows(ambiguous.Rows)
	}
	return text
}

// listRows is one line for each contact found.
func listRows(rows []whatcounts.Row) string {
	var lines []string
	for _, m := range rows {
		line := fmt.Sprintf("  - subscriber id %d: %s", m.SubscriberID, m.Email)
		if m.FirstName != "" {
			line += fmt.Sprintf(", first name %q", m.FirstName)
		}
		if m.LastName != "" {
			line += fmt.Sprintf(", last name %q", m.LastName)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// describe is who a contact is, in one line, for telling two versions apart.
func describe(i whatcounts.Identity) string {
	text := fmt.Sprintf("subscriber id %d, e-mail %s, first name %q", i.SubscriberID, i.Email, i.FirstName)
	if i.CustomerKey != "" {
		text += fmt.Sprintf(", customer key %q", i.CustomerKey)
	}
	return text
}

// pendingWarnings tells of each subscription that is not in force yet.
func pendingWarnings(email types.String, pending []int64) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, list := range pending {
		warnings.AddWarning(SummaryPending, fmt.Sprintf(
			"The list %d asks for confirmation, and %s has not confirmed yet. The subscription begins when the recipient does. Set override_confirmation = true before a contact is created to skip this.", list, email.ValueString()))
	}
	return warnings
}
