package communication

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Summaries of refusals, and of a warning.
const (
	SummaryOwner       = "Owner without an id"
	SummaryOwnerIDs    = "Two ids of different owners"
	SummaryInvalidText = "Text of blanks alone"
	SummaryLineBreak   = "Text with a line break"
)

// visibleText refuses what nobody can see, and warns of a line break or another
// control character, as the text of a file ends with. 7G stores them as they
// are: a record that has one is to be managed all the same.
type visibleText struct{}

// Description says what is accepted.
func (visibleText) Description(context.Context) string {
	return "must not be of blanks alone"
}

// MarkdownDescription says what is accepted.
func (v visibleText) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateString refuses and warns. An empty text is a matter of its length.
func (v visibleText) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	text := req.ConfigValue.ValueString()
	switch {
	case text != "" && strings.TrimSpace(text) == "":
		resp.Diagnostics.AddAttributeError(req.Path, SummaryInvalidText, fmt.Sprintf(
			"%s is %q: it %s. Nothing was sent. Correct it.", req.Path, text, v.Description(ctx)))
	case strings.ContainsFunc(text, unicode.IsControl):
		resp.Diagnostics.AddAttributeWarning(req.Path, SummaryLineBreak, fmt.Sprintf(
			"%s is %q, which holds a line break, a tab or another control character, and 7G stores it as it is. If that is not meant, trimspace(…) takes off what stands around a value.", req.Path, text))
	}
}

// ownerID accepts an owner that is named by one of its ids, or by both.
type ownerID struct{}

// Description says what is accepted.
func (ownerID) Description(context.Context) string {
	return "must have id, external_id or both"
}

// MarkdownDescription says what is accepted.
func (v ownerID) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateObject refuses an owner without an id; parts that are not known yet
// may still turn out to be null. Configuration that Terraform generates has both
// ids. The resource decides in the plan, since a record that exists has an owner.
func (ownerID) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	owner, problems := decodeOwner(ctx, req.ConfigValue)
	resp.Diagnostics.Append(problems...)
	if !problems.HasError() && !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && hasNoID(owner) {
		resp.Diagnostics.Append(ownerWithoutID(req.Path))
	}
}

func hasNoID(owner ownerModel) bool { return owner.ID.IsNull() && owner.ExternalID.IsNull() }

func ownerWithoutID(at path.Path) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, SummaryOwner, fmt.Sprintf(
		"Set %[1]s.id (the native id) or %[1]s.external_id (your own id): neither is set.", at))
}
