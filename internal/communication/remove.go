package communication

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/journal"
	"github.com/reachops/terraform-provider-reach/internal/report"
	"github.com/reachops/terraform-provider-reach/internal/safeguard"
	"github.com/reachops/terraform-provider-reach/internal/settle"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/verdict"
)

// remove deletes the communication in state for good, after a last look at it
// and a line in the journal. One that is gone already is done; that a record
// written a moment ago is gone is not believed at once.
func (r *Resource) remove(ctx context.Context, state model, pace settle.Pace) diag.Diagnostics {
	known, problems := state.communication(ctx)
	if problems.HasError() {
		return problems
	}
	current := known
	if r.services.Guard.VerifyBeforeDelete() {
		found, err := find(ctx, r.services.SevenG, state, pace)
		if verdict.Is(err, verdict.Gone) {
			return problems
		}
		if err != nil {
			problems.Append(report.Error(SummaryNotDeleted, err))
			return problems
		}
		if !same(known, found) {
			problems.AddError(SummaryChanged, fmt.Sprintf(
				"Communication %d was changed by somebody else since the last refresh, so nothing was deleted.\n\nIn state: %s\nIn 7G:    %s\n\n"+
					"Run terraform plan to see the change. If the record may still go, apply again.", known.ID, describe(known), describe(found)))
			return problems
		}
		current = found
	}
	current.Owner = completed(current.Owner, known.Owner)
	if err := r.services.Guard.Journal(state.record(), journalEntry(current, state.Type.ValueString())); err != nil {
		problems.AddError(safeguard.SummaryJournal, report.Detail(err))
		return problems
	}
	if err := r.services.SevenG.DeleteCommunication(ctx, seveng.ByID(current.ID)); err != nil {
		problems.Append(report.Error(SummaryNotDeleted, err))
	}
	return problems
}

// journalEntry is a communication as the journal keeps it, with the name of its
// type: ids of types differ between registries.
func journalEntry(c seveng.Communication, typeName string) journal.Communication {
	return journal.Communication{
		CommunicationID: c.ID,
		ExternalID:      c.ExternalID,
		Type:            strings.ToLower(typeName),
		TypeID:          c.TypeID,
		Value:           c.Value,
		Owner:           journal.Owner{Type: string(c.Owner.Kind), ID: c.Owner.ID, ExternalID: c.Owner.ExternalID},
	}
}

// describe is a communication in one line, for telling two versions apart.
func describe(c seveng.Communication) string {
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
