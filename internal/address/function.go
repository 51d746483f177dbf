package address

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// NormalizeFunction is normalize_email.
type NormalizeFunction struct{}

var _ function.Function = (*NormalizeFunction)(nil)

// NewNormalizeFunction makes the function normalize_email.
func NewNormalizeFunction() function.Function { return &NormalizeFunction{} }

// Metadata names the function.
func (f *NormalizeFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "normalize_email"
}

// Definition describes the function.
func (f *NormalizeFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "An e-mail address without outer blanks, in lower case",
		MarkdownDescription: "Trims an e-mail address and converts it to lower case, so that all its spellings are equal. Use it for the keys of `for_each` over a CSV file: " +
			"the plan then finds two rows for one address, and a change of case in the file does not destroy a contact and create another.\n\n" +
			"A text that is not an e-mail address is an error: it is empty, does not have exactly one `@` between two parts, or contains a blank or an invisible character. " +
			"To skip such rows of a file, filter with `can(provider::reach::normalize_email(row.email))`. A null is an error too.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "email", MarkdownDescription: "The e-mail address."},
		},
		Return: function.StringReturn{},
	}
}

// Run is called with a known string: Terraform itself refuses a null, and does
// not call the function for a value that is not known yet.
func (f *NormalizeFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var email string
	resp.Error = function.ConcatFuncErrors(req.Arguments.Get(ctx, &email))
	if resp.Error != nil {
		return
	}
	normalized, err := Normalize(email)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, err.Error())
		return
	}
	resp.Error = function.ConcatFuncErrors(resp.Result.Set(ctx, normalized))
}
