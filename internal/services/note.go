package services

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Note is what the provider remembers of a record beside its attributes, in the
// private state of its resource. A field that is empty is left out, and an empty
// note is not written at all: Terraform writes the whole state after every
// record.
type Note struct {
	// Written is when the record was last written, in seconds since 1970; 0 where
	// that is not known.
	Written int64 `json:"written,omitempty"`
	// Origin is the address of the [Origin] that the record was last seen in. Where
	// a contact has no Realm beside it, it is the name of the realm.
	Origin string `json:"origin,omitempty"`
	// Realm is the realm of WhatCounts there.
	Realm string `json:"realm,omitempty"`
	// Kept is the value of a communication as 7G keeps it, where that is another
	// form of the one in state.
	Kept string `json:"kept,omitempty"`
	// Pending are lists of a contact that wait for the recipient's confirmation.
	Pending []int64 `json:"pending,omitempty"`
	// Asking are those of Pending that are known to ask for it.
	Asking []int64 `json:"asking,omitempty"`
	// GivenUp are lists that the recipient of a contact has opted out of under a
	// former address.
	GivenUp []int64 `json:"given_up,omitempty"`
	// FirstName is what WhatCounts holds where Terraform does not manage it.
	FirstName string `json:"first_name,omitempty"`
	// Unsure is what columns were to hold that an update may have written or not,
	// by the names of WhatCounts.
	Unsure map[string]string `json:"unsure,omitempty"`
	// Incomplete are ids of contacts whose creation failed half way. A plan to add
	// a contact notes all that this run has seen, any other state its own.
	Incomplete []int64 `json:"incomplete,omitempty"`
	// Instance tells the resource instance from all others, of which Terraform
	// shows no address.
	Instance string `json:"instance,omitempty"`
	// Forgets is in a planned end alone: another instance has the record, so
	// nothing is deleted.
	Forgets bool `json:"forgets,omitempty"`
	// Unread says that only the id of the record is known: it was moved here from a
	// resource of another provider, and not read since.
	Unread bool `json:"unread,omitempty"`
	// Adds is the e-mail address of the contact that a plan adds, and Forced that it
	// has force_sub. Where that is the second half of a replacement, Terraform hands
	// both to the first.
	Adds   string `json:"adds,omitempty"`
	Forced bool   `json:"forced,omitempty"`
	// Replaced says that a contact was made in place of this one and has its
	// address, so that its end leaves no opt-out (create_before_destroy).
	Replaced bool `json:"replaced,omitempty"`
}

// noteKey is where private state keeps the note.
const noteKey = "note"

// formerKeys are those of notes that were kept one by one. They are read where
// there is no note yet, and taken out when one is written.
var formerKeys = []string{"written", "origin", "pending", "first_name", "unsure", "partial", "unseen", "incomplete"}

// SummaryUnread heads the refusal of a plan without a refresh.
const SummaryUnread = "Moved record not read yet"

// freshFor is how long after a write a contradicting read is repeated. It
// covers the refresh of a plan that follows an apply at once.
const freshFor = 30 * time.Second

// Summaries of what only a damaged state or a mistake in the provider leads to.
const (
	summaryPrivateNotRead    = "Private state not read"
	summaryPrivateNotWritten = "Private state not written"
)

// PrivateReader is the private state of the framework, as it is read.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateState is that which can be written as well.
type PrivateState interface {
	PrivateReader
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// ReadNote is the note in private state, which is empty where there is none.
func ReadNote(ctx context.Context, private PrivateReader) (Note, diag.Diagnostics) {
	var note Note
	value, problems := private.GetKey(ctx, noteKey)
	if len(value) == 0 {
		return readFormerNotes(ctx, private)
	}
	problems.Append(unmarshalNote(noteKey, value, &note)...)
	return note, problems
}

// readFormerNotes reads notes that were kept one by one. When the record was
// written may stand there in forms that were used once and mean nothing now.
func readFormerNotes(ctx context.Context, private PrivateReader) (Note, diag.Diagnostics) {
	var note Note
	var problems diag.Diagnostics
	for key, target := range map[string]any{"origin": &note.Origin, "pending": &note.Pending, "first_name": &note.FirstName, "unsure": &note.Unsure, "partial": &note.Incomplete} {
		value, moreProblems := private.GetKey(ctx, key)
		problems.Append(moreProblems...)
		if len(value) > 0 {
			problems.Append(unmarshalNote(key, value, target)...)
		}
	}
	written, moreProblems := private.GetKey(ctx, "written")
	problems.Append(moreProblems...)
	if json.Unmarshal(written, &note.Written) != nil {
		note.Written = 0
	}
	return note, problems
}

func unmarshalNote(key string, value []byte, target any) diag.Diagnostics {
	err := json.Unmarshal(value, target)
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(summaryPrivateNotRead, fmt.Sprintf("The note %q in private state is not what the provider wrote: %s.", key, err))}
}

// Write keeps the note in private state.
func (n Note) Write(ctx context.Context, private PrivateState) diag.Diagnostics {
	value, err := json.Marshal(n)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summaryPrivateNotWritten, err.Error())}
	}
	var problems diag.Diagnostics
	for _, key := range formerKeys {
		if former, _ := private.GetKey(ctx, key); len(former) > 0 {
			problems.Append(private.SetKey(ctx, key, nil)...)
		}
	}
	stored, moreProblems := private.GetKey(ctx, noteKey)
	problems.Append(moreProblems...)
	switch empty := string(value) == "{}"; {
	case bytes.Equal(stored, value) || empty && len(stored) == 0:
	case empty:
		problems.Append(private.SetKey(ctx, noteKey, nil)...)
	default:
		problems.Append(private.SetKey(ctx, noteKey, value)...)
	}
	return problems
}

// RefuseUnread refuses a plan for a record that was moved here and not read.
func (n Note) RefuseUnread(kind string) diag.Diagnostics {
	if !n.Unread {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(SummaryUnread, fmt.Sprintf(
		"The %s was moved here from a resource of another provider, and only its id is known. Plan without -refresh=false, which reads it.", kind))}
}

// IsFresh reports whether the record was written shortly before now, or shortly
// after it, as a plan on a machine whose clock is behind sees it.
func (n Note) IsFresh(now time.Time) bool {
	return n.Written != 0 && now.Sub(time.Unix(n.Written, 0)).Abs() < freshFor
}
