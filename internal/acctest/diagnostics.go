package acctest

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

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

// A person reads at most so many lines of a detail, as wide as Terraform shows them.
const (
	mostLines = 8
	lineWidth = 76
)

// lines is how many lines of a terminal a detail takes before the first list or
// block of configuration in it.
func lines(detail string) (count int) {
	for line := range strings.SplitSeq(detail, "\n") {
		if strings.HasSuffix(line, "{") || strings.HasPrefix(line, "  ") {
			break
		}
		count += (utf8.RuneCountInString(line) + lineWidth - 1) / lineWidth
	}
	return count
}

// OneError fails the test unless there is exactly one error, with this summary
// and every one of the texts in it, that is short enough to be read.
func OneError(t testing.TB, diagnostics []*tfprotov6.Diagnostic, summary string, texts ...string) {
	t.Helper()
	errors := Errors(diagnostics)
	if len(errors) != 1 || errors[0].Summary != summary {
		t.Fatalf("expected one error %q, got:\n%s", summary, Texts(diagnostics))
	}
	if long := lines(errors[0].Detail); long > mostLines {
		t.Errorf("the error has %d lines, and at most %d are read:\n%s", long, mostLines, Texts(errors))
	}
	for _, text := range texts {
		if !strings.Contains(Texts(errors), text) {
			t.Errorf("the error does not mention %q:\n%s", text, Texts(errors))
		}
	}
}
