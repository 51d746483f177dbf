package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

// What private state keeps of a contact.
const (
	writtenKey    = "written"    // when it was last written
	pendingKey    = "pending"    // lists that wait for the recipient's confirmation
	unseenKey     = "unseen"     // lists that were counted at the last write and that no read had shown
	firstNameKey  = "first_name" // the first name that WhatCounts holds, where it is not managed
	unsureKey     = "unsure"     // what columns were to hold that an update may have written
	incompleteKey = "partial"    // ids of contacts whose creation failed half way
)

// notes are what the provider remembers of a contact beside its attributes.
type notes struct {
	written    []byte
	pending    []int64
	unseen     []int64
	firstName  string
	unsure     map[string]string
	incomplete []int64 // a plan to add a contact notes all that this run has seen, any other state its own
}

// summaryPrivateNotRead heads what only a damaged state can lead to.
const summaryPrivateNotRead = "Private state not read"

func readNotes(ctx context.Context, private services.PrivateReader) (notes, diag.Diagnostics) {
	var n notes
	written, problems := private.GetKey(ctx, writtenKey)
	n.written = written
	for key, target := range map[string]any{pendingKey: &n.pending, unseenKey: &n.unseen, firstNameKey: &n.firstName, unsureKey: &n.unsure, incompleteKey: &n.incomplete} {
		value, moreProblems := private.GetKey(ctx, key)
		problems.Append(moreProblems...)
		if len(value) == 0 {
			continue
		}
		if err := json.Unmarshal(value, target); err != nil {
			problems.AddError(summaryPrivateNotRead, fmt.Sprintf("The note %q in private state is not what the provider wrote: %s.", key, err))
		}
	}
	return n, problems
}

// writeNotes notes what a write has left, and that it happened just now.
func writeNotes(ctx context.Context, private services.PrivateState, n notes) diag.Diagnostics {
	problems := private.SetKey(ctx, writtenKey, services.Mark(time.Now()))
	problems.Append(services.WriteNote(ctx, private, incompleteKey, n.incomplete)...)
	problems.Append(writeSeen(ctx, private, n)...)
	return problems
}

// writeSeen notes what a read has shown.
func writeSeen(ctx context.Context, private services.PrivateState, n notes) diag.Diagnostics {
	problems := services.WriteNote(ctx, private, pendingKey, n.pending)
	problems.Append(services.WriteNote(ctx, private, unseenKey, n.unseen)...)
	problems.Append(services.WriteNote(ctx, private, firstNameKey, n.firstName)...)
	problems.Append(services.WriteNote(ctx, private, unsureKey, n.unsure)...)
	return problems
}

// waiting are the lists that may be missing without being lost. One that was
// counted and not seen yet may wait for confirmation too, but only a fresh
// write excuses it: after that it is as lost as any other.
func (n notes) waiting() []int64 {
	if services.Fresh(n.written, time.Now()) {
		return append(slices.Clone(n.pending), n.unseen...)
	}
	return n.pending
}

// pendingWarnings tells of each subscription that is not in force yet.
func pendingWarnings(email string, pending []int64) diag.Diagnostics {
	var warnings diag.Diagnostics
	for _, list := range pending {
		warnings.AddWarning(SummaryPending, fmt.Sprintf(
			"The list %d asks for confirmation, and %s has not confirmed yet. The subscription begins when the recipient does. Set override_confirmation = true before a contact is created to skip this.", list, email))
	}
	return warnings
}
