package contact

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// notCreated is the diagnostic for a create that failed, wholly or, when a
// subscriber id is known, in part.
func notCreated(wanted whatcounts.Contact, subscriberID int64, err error) diag.Diagnostic {
	var exists *whatcounts.ExistsError
	var unseen *whatcounts.UnseenError
	switch {
	case subscriberID != 0:
		return diag.NewErrorDiagnostic(SummaryIncomplete, fmt.Sprintf(
			"%s\n\nThe contact %s was added with subscriber id %d and is kept in state, marked as tainted. Correct what is named above. "+
				"To keep the contact, run terraform untaint on it and apply again. Otherwise the next apply replaces it: under the policies that delete it goes by subscriber id, without an opt-out, and is added anew; under the others it stays in WhatCounts and stands in the way of its successor.",
			detail(err), wanted.Email, subscriberID))
	case errors.As(err, &exists) && exists.Changed:
		return diag.NewErrorDiagnostic(SummaryExists, detail(err)+"\n\nValues of this configuration may have been written to that contact. Compare it with what it should hold.")
	case errors.As(err, &exists) && exists.SubscriberID != 0:
		return diag.NewErrorDiagnostic(SummaryExists, fmt.Sprintf(
			"%s\n\nThis resource did not make the contact, so it was left as it is. To manage it from now on, add this block and apply again:\n\n%s",
			detail(err), diagnostic.ImportBlock("reach_contact", fmt.Sprint(exists.SubscriberID))))
	}
	if errors.As(err, &unseen) {
		id := wanted.Email
		if wanted.FirstName != "" {
			id += "," + wanted.FirstName
		}
		return diag.NewErrorDiagnostic(SummaryNotCreated, detail(err)+
			"\n\nIf the contact is there, add this block and apply again; otherwise just apply again:\n\n"+diagnostic.ImportBlock("reach_contact", id))
	}
	return diag.NewErrorDiagnostic(summaryOf(err, SummaryNotCreated), detail(err))
}

func notUpdated(err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summaryOf(err, SummaryNotUpdated), detail(err))
}

func notDeleted(err error) diag.Diagnostic {
	var changed *whatcounts.ChangedError
	var unwritten *safeguard.JournalError
	switch {
	case errors.As(err, &unwritten):
		return diagnostic.Error(safeguard.SummaryJournal, unwritten.Cause)
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
	if errors.As(err, &ambiguous) && len(ambiguous.Matches) > 0 {
		text += "\n\nContacts with this address:\n" + listMatches(ambiguous.Matches)
	}
	return text
}

// listMatches is one line for each contact found.
func listMatches(matches []whatcounts.Match) string {
	var lines []string
	for _, m := range matches {
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
func describe(c whatcounts.Contact) string {
	text := fmt.Sprintf("subscriber id %d, e-mail %s, first name %q", c.SubscriberID, c.Email, c.FirstName)
	if c.CustomerKey != "" {
		text += fmt.Sprintf(", customer key %q", c.CustomerKey)
	}
	return text
}
