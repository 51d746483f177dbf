package diagnostic

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

func TestDetail(t *testing.T) {
	tests := map[string]struct {
		err  error
		want string
	}{
		"an error becomes three paragraphs": {
			&apierror.Error{Kind: apierror.NotFound, Attempt: "reading contact 7", Reason: "there is no such subscriber", Advice: "Remove it from state"},
			"While reading contact 7: not found.\n\nThere is no such subscriber.\n\nRemove it from state.",
		},
		"an error is found beneath other errors": {
			fmt.Errorf("batch 3: %w", &apierror.Error{Kind: apierror.NotFound, Attempt: "reading contact 7", Reason: "none"}),
			"While reading contact 7: not found.\n\nNone.\n\nCheck how the record is named, and that the provider block names the account and the environment that hold it.",
		},
		"a refusal without advice says that nothing was changed": {
			&apierror.Error{Kind: apierror.Refused, Attempt: "adding a contact", Reason: "the list is closed"},
			"While adding a contact: refused.\n\nThe list is closed.\n\nCorrect what the service names and apply again.",
		},
		"an unknown outcome without advice says to look first": {
			&apierror.Error{Kind: apierror.Uncertain, Attempt: "adding a contact", Reason: "the answer was cut off"},
			"While adding a contact: outcome unknown.\n\nThe answer was cut off.\n\nIt may have been done. Run terraform plan to see what the service holds.",
		},
		"a request that was not sent says so": {
			&apierror.Error{Kind: apierror.NotSent, Attempt: "adding a contact", Reason: "connection refused"},
			"While adding a contact: not sent.\n\nConnection refused.\n\nNothing was sent. Check the network and the endpoint, then apply again.",
		},
		"an error about no record is its reason": {
			&apierror.Error{Kind: apierror.Invalid, Reason: "a value holds a line break", Advice: "Remove it."},
			"A value holds a line break.\n\nRemove it.",
		},
		"an error that gives no reason is its kind":   {&apierror.Error{Kind: apierror.Invalid}, "Invalid."},
		"a plain error becomes a sentence":            {errors.New("the file is not there"), "The file is not there."},
		"a sentence stays as it is":                   {errors.New("What now?"), "What now?"},
		"the name of an attribute keeps its letters":  {errors.New("safeguards.journal_path x: no such directory"), "safeguards.journal_path x: no such directory."},
		"a name before a colon keeps its letters":     {errors.New("deletion_policy: unknown"), "deletion_policy: unknown."},
		"a protocol before a colon keeps its letters": {errors.New("http: no TLS"), "http: no TLS."},
		"an e-mail address keeps its letters":         {errors.New("jane@example.com is on no list"), "jane@example.com is on no list."},
		"a word with a hyphen gets its capital":       {errors.New("e-mail is required"), "E-mail is required."},
		"a letter outside ASCII gets its capital":     {errors.New("état inconnu"), "État inconnu."},
		"a text that ends outside ASCII is closed":    {errors.New("no café"), "No café."},
		"an error without a text is empty":            {errors.New(" \n"), ""},
		"a deadline names the timeouts": {
			fmt.Errorf("reading back: %w", context.DeadlineExceeded),
			"No answer came within the time allowed. Raise the timeout of this operation in the timeouts attribute, or try again.",
		},
		"of a read nobody asks whether it was done": {
			&apierror.Error{Kind: apierror.Uncertain, Attempt: "reading a contact", Reason: "HTTP 429 Too Many Requests", Read: true},
			"While reading a contact: no usable answer.\n\nHTTP 429 Too Many Requests.\n\nNothing was changed. Run again; if it stays, check the endpoint.",
		},
		"a cancelled run is told as such": {context.Canceled, "The run was cancelled before this was done."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Detail(test.err); got != test.want {
				t.Errorf("the detail is\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestErrorIsADiagnosticUnderItsSummary(t *testing.T) {
	got := Error("Contact not read", errors.New("nobody answers"))
	want := diag.NewErrorDiagnostic("Contact not read", "Nobody answers.")
	if !got.Equal(want) {
		t.Errorf("it is %v, want %v", got, want)
	}
}

// A person pastes the block as it is and changes NAME alone.
func TestImportBlockIsTerraformsLanguage(t *testing.T) {
	ids := map[string]string{
		"a number":              "12345",
		"an external id":        "external:EMAIL-001",
		"an address":            "jane@example.com,Jane",
		"quotes":                `Jane "JD" Doe\`,
		"what opens a template": "${a} %{if b} $${c} $",
		"control characters":    "a\nb\tc\x00d\x7f\u0085",
		"letters outside ASCII": "Zoë 🙂",
	}
	for name, id := range ids {
		t.Run("with "+name, func(t *testing.T) {
			text := ImportBlock("reach_contact", id)
			file, problems := hclsyntax.ParseConfig([]byte(text+"\n"), "import.tf", hcl.InitialPos)
			if problems.HasErrors() {
				t.Fatalf("%s\n%v", text, problems)
			}
			content, problems := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "import"}}})
			if problems.HasErrors() || len(content.Blocks) != 1 {
				t.Fatalf("%s\n%v", text, problems)
			}
			attributes, problems := content.Blocks[0].Body.JustAttributes()
			if problems.HasErrors() || len(attributes) != 2 {
				t.Fatalf("%s\n%v", text, problems)
			}
			value, problems := attributes["id"].Expr.Value(nil)
			if problems.HasErrors() || value.AsString() != id {
				t.Errorf("the id became %v %v in %s", value, problems, text)
			}
			target, problems := hcl.AbsTraversalForExpr(attributes["to"].Expr)
			if problems.HasErrors() || target.RootName() != "reach_contact" || len(target) != 2 {
				t.Errorf("the target is not reach_contact.NAME in %s", text)
			}
		})
	}
}
