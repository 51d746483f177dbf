package contact

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Summaries of what is said of reach_contacts. Where it says of some of its rows
// what reach_contact says of itself, the summary is the same.
const (
	SummaryRows          = "Contacts cannot be read or sent"
	SummaryRowsExist     = "Contacts exist or have opted out"
	SummaryRowsFailed    = "Some contacts were not changed"
	SummaryRowsUnknown   = "Contacts not known before apply"
	SummaryTakenOver     = "Contacts of a failed create kept"
	SummaryNotTakenOver  = "Tainted set would be deleted"
	SummarySetNotRead    = "Contacts of the set not read"
	summarySetNotRead    = "State of reach_contacts not read"
	adviceOfRowsInError  = "Correct what is named above and apply again: what is done is in state and is not repeated."
	adviceOfTaintedSet   = "The contacts that were added are in state, and the set is marked as tainted. The next apply takes them over and adds the others; nothing is deleted for that."
	adviceOfNothingDone  = "Nothing was sent for any contact of the set."
	adviceToImportTheSet = "To manage contacts that exist, import them: with this block, which takes over everybody on the list, or one by one as reach_contact. Otherwise take their rows out of contacts."
)

// diagnostics are the refusal of contacts that cannot be read or sent.
func (p *setProblems) diagnostics() diag.Diagnostics {
	if p.none() {
		return nil
	}
	what := "One thing is wrong"
	if p.count() > 1 {
		what = fmt.Sprintf("%d things are wrong", p.count())
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("contacts"), SummaryRows, what+" with contacts. Nothing was sent."+p.String())}
}

// failedRow is a row of which something was not done.
type failedRow struct {
	setRow
	err error
}

// notAdded is the error for rows that could not be added, of which some exist or
// have opted out.
func (r *SetResource) notAdded(failed []failedRow, lists []int64) diag.Diagnostics {
	var existing, held, optedOut, other setProblems
	for _, row := range failed {
		var exists *whatcounts.ExistsError
		var refused *whatcounts.OptedOutError
		switch {
		case errors.As(row.err, &exists) && !exists.Changed && exists.SubscriberID != 0 && r.services.Conflicts.Holds(deletion.Record{Kind: kind, ID: exists.SubscriberID}):
			held.add("%s: subscriber id %d", row.setRow, exists.SubscriberID)
		case errors.As(row.err, &exists) && !exists.Changed && !exists.Alike && exists.SubscriberID != 0:
			existing.add("%s: subscriber id %d", row.setRow, exists.SubscriberID)
		case errors.As(row.err, &refused):
			optedOut.add("%s: %s", row.setRow, refused)
		default:
			other.add("%s: %s", row.setRow, inOneLine(row.err))
		}
	}
	var text []string
	summary := SummaryRowsExist
	if !other.none() {
		text = append(text, fmt.Sprintf("%d of the contacts could not be added:%s", other.count(), &other))
		summary = SummaryRowsFailed
	}
	if !held.none() {
		text = append(text, fmt.Sprintf("%d of the contacts belong to another resource of this configuration, which has them or has just made them. Remove them from one of the two:%s", held.count(), &held))
	}
	if !existing.none() {
		text = append(text, fmt.Sprintf("%d of the contacts exist already, and this resource did not make them, so they were left as they are:%s\n\n%s\n\n%s", existing.count(), &existing,
			adviceToImportTheSet, diagnostic.ImportBlock("reach_contacts", fmt.Sprintf("list:%d", slices.Min(lists)))))
	}
	if !optedOut.none() {
		text = append(text, fmt.Sprintf("%d of the addresses have opted out. Set force_sub = true to add them all the same, or take their rows out of contacts:%s", optedOut.count(), &optedOut))
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, strings.Join(text, "\n\n"))}
}

// notChanged is the error for rows that were to be changed or deleted.
func notChanged(what string, failed []failedRow) diag.Diagnostics {
	summary := SummaryRowsFailed
	var list setProblems
	for _, row := range failed {
		list.add("%s: %s", row.setRow, inOneLine(row.err))
	}
	var outside *deletion.OutsideError
	var unwritten *deletion.JournalError
	switch {
	case slices.ContainsFunc(failed, func(row failedRow) bool { return errors.As(row.err, &unwritten) }):
		summary = deletion.SummaryJournal
	case slices.ContainsFunc(failed, func(row failedRow) bool { return errors.As(row.err, &outside) }):
		summary = deletion.SummaryOutside
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summary, fmt.Sprintf("%d contacts were not %s:%s", list.count(), what, &list))}
}

// isGone reports whether an error says that the contact is recognisably gone.
func isGone(err error) bool { return apierror.Is(err, apierror.NotFound) }

// tellSubscriptions warns of recipients who have opted out, and of subscriptions
// that wait for confirmation.
func tellSubscriptions(s *set) diag.Diagnostics {
	var optedOut []string
	for _, row := range s.rows {
		if len(row.optedOut) > 0 {
			optedOut = append(optedOut, fmt.Sprintf("%s: %s", row, listsInWords(row.optedOut)))
		}
	}
	warnings := warnOfRows(SummaryGivenUp, "of the set have opted out", optedOut,
		"Nobody is put back, and nothing is planned about it; everything else about them can be changed. To end this warning, take their rows out of contacts, which deletes them under deletion_policy.")
	return append(warnings, tellPending(s)...)
}

func tellPending(s *set) diag.Diagnostics {
	var pending []string
	for _, row := range s.rows {
		if len(row.note.Pending) > 0 {
			pending = append(pending, fmt.Sprintf("%s: %s", row, listsInWords(row.note.Pending)))
		}
	}
	return warnOfRows(SummaryPending, "of the set have not confirmed a subscription yet", pending,
		"It begins when the recipient does. Set override_confirmation = true before contacts are added to skip this.")
}

// joinedSubscriptions are those of one set and, of lists that it does not name,
// those of another.
func joinedSubscriptions(one, other types.Set) types.Set {
	joined, _ := readSubscriptions(one)
	more, _ := readSubscriptions(other)
	for _, of := range more {
		if !slices.ContainsFunc(joined, func(known subscriptionModel) bool { return known.ListID.Equal(of.ListID) }) {
			joined = append(joined, of)
		}
	}
	return subscriptionsOf(joined)
}
