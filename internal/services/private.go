package services

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
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

// summaryPrivateNotWritten heads what only a mistake in the provider can lead to.
const summaryPrivateNotWritten = "Private state not written"

// WriteNote keeps a note as JSON. It writes nothing in place of nothing:
// Terraform writes the whole state after every record, and most records have
// nothing to remember.
func WriteNote(ctx context.Context, private PrivateState, key string, note any) diag.Diagnostics {
	value, err := json.Marshal(note)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic(summaryPrivateNotWritten, err.Error())}
	}
	stored, problems := private.GetKey(ctx, key)
	if len(stored) == 0 && slices.Contains(nothing, string(value)) || bytes.Equal(stored, value) {
		return problems
	}
	problems.Append(private.SetKey(ctx, key, value)...)
	return problems
}

// nothing is how empty notes look.
var nothing = []string{"null", `""`, "[]", "{}"}
