package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Errors are the diagnostics that are errors.
func Errors(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	return withSeverity(diagnostics, tfprotov6.DiagnosticSeverityError)
}

// Warnings are the diagnostics that are warnings.
func Warnings(diagnostics []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	return withSeverity(diagnostics, tfprotov6.DiagnosticSeverityWarning)
}

func withSeverity(diagnostics []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity) []*tfprotov6.Diagnostic {
	var found []*tfprotov6.Diagnostic
	for _, d := range diagnostics {
		if d.Severity == severity {
			found = append(found, d)
		}
	}
	return found
}

// Texts are the diagnostics as a person would read them.
func Texts(diagnostics []*tfprotov6.Diagnostic) string {
	var texts []string
	for _, d := range diagnostics {
		text := fmt.Sprintf("%s: %s\n%s", d.Severity, d.Summary, d.Detail)
		if d.Attribute != nil {
			text += "\nat " + d.Attribute.String()
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "\n---\n")
}

// NoErrors fails the test when there is an error.
func NoErrors(t testing.TB, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	if len(Errors(diagnostics)) > 0 {
		t.Fatalf("unexpected errors:\n%s", Texts(Errors(diagnostics)))
	}
}

// OneError fails the test unless there is exactly one error, with this summary
// and every one of the texts in it.
func OneError(t testing.TB, diagnostics []*tfprotov6.Diagnostic, summary string, texts ...string) {
	t.Helper()
	errors := Errors(diagnostics)
	if len(errors) != 1 || errors[0].Summary != summary {
		t.Fatalf("expected one error %q, got:\n%s", summary, Texts(diagnostics))
	}
	for _, text := range texts {
		if !strings.Contains(Texts(errors), text) {
			t.Errorf("the error does not mention %q:\n%s", text, Texts(errors))
		}
	}
}
