package services

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// SummaryElsewhere heads the refusal of a record that was last seen in another
// place than the one that the provider is configured for.
const SummaryElsewhere = "Record of another environment"

// Unread is what is found where no refresh has looked.
const Unread = "nobody has looked for it yet (-refresh=false)"

// Origin is a place that records are in: a 7G environment, or a WhatCounts
// realm. Each counts its records anew, so that an id may be somebody else's in
// another one.
type Origin struct {
	Kind    string // what stands before the name in a sentence, with a blank; may be empty
	Name    string // the address of the environment, or the name of the realm
	Setting string // the attribute that says which it is, with its variable
}

// Note notes that the record was seen here.
func (o Origin) Note(ctx context.Context, private PrivateState) diag.Diagnostics {
	note, problems := ReadNote(ctx, private)
	note.Origin = o.Name
	problems.Append(note.Write(ctx, private)...)
	return problems
}

// Refuse refuses a record that was last seen in another place, because of what
// was found here in its stead. Where nothing was, or the note tells of no other
// place, it refuses nothing.
func (o Origin) Refuse(ctx context.Context, private PrivateReader, record deletion.Record, found string) diag.Diagnostics {
	if found == "" {
		return nil
	}
	note, problems := ReadNote(ctx, private)
	if problems.HasError() || note.Origin == "" || note.Origin == o.Name {
		return problems
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(SummaryElsewhere, fmt.Sprintf(
		"The %s was last seen in %s, and the provider is configured for %s, where %s. Its id may be another person's there, so nothing was taken over, changed or deleted.\n\n"+
			"Set %s to where the record is. If Terraform is to forget it, use a removed block with destroy = false, or terraform state rm; what stands for it in the new place can then be imported.",
		record, o.Kind+note.Origin, o.Kind+o.Name, found, o.Setting))}
}
