package communication

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// remove deletes the communication in state for good. One that is gone already
// is done; that a record written a moment ago is gone is not believed at once.
func (r *Resource) remove(ctx context.Context, state model, note services.Note) diag.Diagnostics {
	known, problems := state.held(ctx, note)
	if problems.HasError() {
		return problems
	}
	err := erase(ctx, r.services, state.record(), known, state.Type.ValueString(), func(ctx context.Context) (seveng.Communication, error) {
		return find(ctx, r.services, state, note)
	})
	var changed *changedError
	var outside *deletion.OutsideError
	var unwritten *deletion.JournalError
	switch {
	case err == nil || apierror.Is(err, apierror.NotFound):
	case errors.As(err, &changed):
		problems.AddError(SummaryChanged, fmt.Sprintf(
			"Communication %d was changed by somebody else since the last refresh, so nothing was deleted.\n\nIn state: %s\nIn 7G:    %s\n\n"+
				"Run terraform plan to see the change. If the record may still go, apply again.", known.ID, describe(known.Spec), describe(changed.found.Spec)))
	case errors.As(err, &outside):
		problems.Append(diagnostic.Error(deletion.SummaryOutside, outside))
	case errors.As(err, &unwritten):
		problems.Append(diagnostic.Error(deletion.SummaryJournal, unwritten.Cause))
	default:
		problems.Append(diagnostic.Error(SummaryNotDeleted, err))
	}
	return problems
}

// erase deletes one communication for good. Where verification or a journal is
// asked for it is read before: safeguards.deletable is judged on what was read,
// and the journal holds nothing else. Everything that deletes goes this way. An
// [unreadError], which carries apierror.NotFound when the look finds the record
// gone, a [changedError], a [deletion.OutsideError] and a [deletion.JournalError]
// say that nothing was sent; every other error is about the delete itself.
func erase(ctx context.Context, s *services.Services, record deletion.Record, known seveng.Communication, name string, look func(context.Context) (seveng.Communication, error)) error {
	if !s.Guard.VerifyBeforeDelete() && !s.Guard.Journals() {
		return s.SevenG.Delete(ctx, seveng.ByID(known.ID))
	}
	found, err := look(ctx)
	if err != nil {
		return &unreadError{err}
	}
	record.Address = found.Value
	if err := s.Guard.CheckScope(record); err != nil {
		return err
	}
	if s.Guard.VerifyBeforeDelete() && len(seveng.Diff(known.Spec, found.Spec)) > 0 {
		return &changedError{known, found}
	}
	if s.Guard.Journals() && found.TypeID != known.TypeID {
		var problems diag.Diagnostics
		if name, problems = typeName(ctx, s.SevenG, found); problems.HasError() {
			return &deletion.JournalError{Cause: errors.New(problems.Errors()[0].Detail())}
		}
	}
	found.Owner = completed(found.Owner, known.Owner)
	if err := s.Guard.Journal(record, deletion.Place{Endpoint: s.SevenG.Endpoint()}, journalEntry(found, name)); err != nil {
		return err
	}
	return s.SevenG.Delete(ctx, seveng.ByID(found.ID))
}

// unreadError is a last look that did not find the record.
type unreadError struct{ cause error }

// Error is the reason.
func (e *unreadError) Error() string { return e.cause.Error() }

// Unwrap is the error beneath.
func (e *unreadError) Unwrap() error { return e.cause }

// changedError is a record that is not the one that was to be deleted.
type changedError struct{ known, found seveng.Communication }

// Error says in what it differs.
func (e *changedError) Error() string {
	return fmt.Sprintf("it was changed by somebody else meanwhile. Before: %s. Now: %s.", describe(e.known.Spec), describe(e.found.Spec))
}

// journalEntry is a communication as the journal keeps it, with the name of its
// type: ids of types differ between registries.
func journalEntry(c seveng.Communication, typeName string) deletion.CommunicationEntry {
	return deletion.CommunicationEntry{
		CommunicationID: c.ID,
		ExternalID:      c.ExternalID,
		Type:            strings.ToLower(typeName),
		TypeID:          c.TypeID,
		Value:           c.Value,
		Owner:           deletion.OwnerEntry{Type: string(c.Owner.Kind), ID: c.Owner.ID, ExternalID: c.Owner.ExternalID},
	}
}

// describe is a communication in one line, for telling two versions apart.
func describe(c seveng.Spec) string {
	text := fmt.Sprintf("value %q, type id %d, owner %s", c.Value, c.TypeID, describeOwner(c.Owner))
	if c.ExternalID != "" {
		text += fmt.Sprintf(", external id %q", c.ExternalID)
	}
	return text
}

func describeOwner(owner seveng.Owner) string {
	switch {
	case owner.ID != 0 && owner.ExternalID != "":
		return fmt.Sprintf("%s %d (%s)", owner.Kind, owner.ID, owner.ExternalID)
	case owner.ID != 0:
		return fmt.Sprintf("%s %d", owner.Kind, owner.ID)
	}
	return fmt.Sprintf("%s %q", owner.Kind, owner.ExternalID)
}
