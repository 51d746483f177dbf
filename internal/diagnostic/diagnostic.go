// Package diagnostic turns an error of a client or a safeguard into a diagnostic:
// one place, so that every resource, data source and action words an error
// the same way.
package diagnostic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Error is the diagnostic for err under a constant summary. The detail says
// what was attempted on which record, what the service said and what to do
// next.
func Error(summary string, err error) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary, Detail(err))
}

// Next is [Detail] with a next step in place of the one that the error names.
func Next(err error, step string) string {
	var refused *apierror.Error
	if !errors.As(err, &refused) {
		return Detail(err) + "\n\n" + step
	}
	with := *refused
	with.Advice = step
	return Detail(&with)
}

// Detail is err as paragraphs for a person.
func Detail(err error) string {
	var refused *apierror.Error
	if !errors.As(err, &refused) {
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return "No answer came within the time allowed. Raise the timeout of this operation in the timeouts attribute, or try again."
		case errors.Is(err, context.Canceled):
			return "The run was cancelled before this was done."
		}
		return sentence(err.Error())
	}
	var paragraphs []string
	if refused.Attempt != "" {
		paragraphs = append(paragraphs, sentence("While "+refused.Attempt+": "+refused.Outcome()))
	}
	if refused.Reason != "" || refused.Attempt == "" {
		paragraphs = append(paragraphs, sentence(cmp.Or(refused.Reason, refused.Outcome())))
	}
	advice := refused.Advice
	if advice == "" {
		advice = defaultAdvice(refused)
	}
	if advice != "" {
		paragraphs = append(paragraphs, sentence(advice))
	}
	return strings.Join(paragraphs, "\n\n")
}

func defaultAdvice(refused *apierror.Error) string {
	switch refused.Kind {
	case apierror.Refused, apierror.Conflict:
		return "Correct what the service names and apply again."
	case apierror.Uncertain:
		if refused.Read {
			return "Nothing was changed. Run again; if it stays, check the endpoint."
		}
		return "It may have been done. Run terraform plan to see what the service holds."
	case apierror.NotSent:
		return "Nothing was sent. Check the network and the endpoint, then apply again."
	case apierror.NotFound:
		return "Check how the record is named, and that the provider block names the account and the environment that hold it."
	}
	return ""
}

// sentence gives text a capital letter and a full stop where it lacks them. A
// first word that is a name, such as safeguards.journal_path, an e-mail address
// or http before a colon, stays as it is.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if word := strings.Fields(text)[0]; isPlain(strings.TrimRight(word, ",.;")) {
		first, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.ContainsAny(text[len(text)-1:], ".!?:}`\n") {
		text += "."
	}
	return text
}

func isPlain(word string) bool {
	return !strings.ContainsFunc(word, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' && c != '\'' })
}

// ImportBlock is the configuration that adopts a record: what a person pastes
// when a create found it there already.
func ImportBlock(resourceType, id string) string {
	return fmt.Sprintf("import {\n  to = %s.NAME\n  id = %s\n}", resourceType, quoted(id))
}

// quoted is text as a string of Terraform's language. Go's own quoting differs
// in control characters, and knows nothing of templates.
func quoted(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case unicode.IsControl(c):
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	return `"` + strings.NewReplacer("${", "$${", "%{", "%%{").Replace(b.String()) + `"`
}
