package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/settle"
)

// What private state keeps of a contact.
const (
	writtenKey    = "written"    // when it was last written
	pendingKey    = "pending"    // lists asked for that no read has shown yet
	incompleteKey = "incomplete" // its creation failed half way
)

// notes are what the provider remembers of a contact beside its attributes.
type notes struct {
	written    []byte
	pending    []int64
	incomplete bool
}

// privateReader and privateWriter are the framework's private state.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func readNotes(ctx context.Context, private privateReader) (notes, diag.Diagnostics) {
	var n notes
	written, problems := private.GetKey(ctx, writtenKey)
	n.written = written
	for key, target := range map[string]any{pendingKey: &n.pending, incompleteKey: &n.incomplete} {
		value, moreProblems := private.GetKey(ctx, key)
		problems.Append(moreProblems...)
		if len(value) == 0 {
			continue
		}
		if err := json.Unmarshal(value, target); err != nil {
			problems.AddError("Private state not read", fmt.Sprintf("The note %q in private state is not what the provider wrote: %s.", key, err))
		}
	}
	return n, problems
}

// writeNotes notes what a write has left, and that it happened just now.
func writeNotes(ctx context.Context, private privateWriter, n notes) diag.Diagnostics {
	var problems diag.Diagnostics
	written, err := settle.Mark(time.Now())
	if err != nil {
		problems.AddError("Private state not written", err.Error())
		return problems
	}
	problems.Append(private.SetKey(ctx, writtenKey, written)...)
	problems.Append(writePending(ctx, private, n.pending)...)
	incomplete, err := json.Marshal(n.incomplete)
	if err != nil {
		problems.AddError("Private state not written", err.Error())
		return problems
	}
	problems.Append(private.SetKey(ctx, incompleteKey, incomplete)...)
	return problems
}

func writePending(ctx context.Context, private privateWriter, pending []int64) diag.Diagnostics {
	if pending == nil {
		pending = []int64{}
	}
	value, err := json.Marshal(pending)
	if err != nil {
		var problems diag.Diagnostics
		problems.AddError("Private state not written", err.Error())
		return problems
	}
	return private.SetKey(ctx, pendingKey, value)
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
