package communication

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// SummaryInvalidText heads the refusal of a text that no record can mean to
// hold.
const SummaryInvalidText = "Text with a line break, or of blanks alone"

// visibleText accepts what can be seen on one line. 7G might store anything
// else as it stands, and it would then be found under no name that a person
// types.
type visibleText struct{}

// Description says what is accepted.
func (visibleText) Description(context.Context) string {
	return "must not be of blanks alone, nor hold a line break, a tab or another control character"
}

// MarkdownDescription says what is accepted.
func (v visibleText) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses everything else. An empty text is a matter of its
// length.
func (v visibleText) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	if text != "" && strings.TrimSpace(text) == "" || strings.ContainsFunc(text, unicode.IsControl) {
		resp.Diagnostics.AddAttributeError(req.Path, SummaryInvalidText, fmt.Sprintf(
			"%s is %q: it %s. Nothing was sent. Correct it; trimspace(…) takes off what stands around a value.", req.Path, text, v.Description(ctx)))
	}
}
