package services

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// originKey is where private state keeps the place that a record was last seen
// in: the address of a 7G environment, or the name of a WhatCounts realm. Each
// of them counts its records anew, so that an id may be somebody else's there.
const originKey = "origin"

// SummaryElsewhere heads the refusal of a record that was last seen in another
// place than the one that the provider is configured for.
const SummaryElsewhere = "Record of another environment"

// Notes are the framework's private state, as it is read.
type Notes interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// NotesWriter are the framework's private state, as it is written.
type NotesWriter interface {
	Notes
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// Moved returns where the record was last seen, when that is not here. A
// record that no note tells of has not moved.
func Moved(ctx context.Context, private Notes, here string) string {
	value, problems := private.GetKey(ctx, originKey)
	var origin string
	if problems.HasError() || len(value) == 0 || json.Unmarshal(value, &origin) != nil || origin == here {
		return ""
	}
	return origin
}

// NoteOrigin notes that the record was seen here.
func NoteOrigin(ctx context.Context, private NotesWriter, here string) diag.Diagnostics {
	value, err := json.Marshal(here)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Private state not written", err.Error())}
	}
	stored, problems := private.GetKey(ctx, originKey)
	if problems.HasError() || string(stored) == string(value) {
		return problems
	}
	return private.SetKey(ctx, originKey, value)
}

// Elsewhere is the refusal. Setting names the attribute that says where here is.
func Elsewhere(record, origin, here, found, setting string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(SummaryElsewhere, fmt.Sprintf(
		"The %s was last seen in %s, and the provider is configured for %s, where %s. Its id may be another person's there, so nothing was taken over, changed or deleted.\n\n"+
			"Set %s to where the record is. If Terraform is to forget it, use a removed block with destroy = false, or terraform state rm; what stands for it in the new place can then be imported.", record, origin, here, found, setting))
}
