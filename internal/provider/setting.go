package provider

import (
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Summaries of the errors in a provider block.
const (
	SummaryUnknownSetting    = "Provider setting not known yet"
	SummaryIncomplete        = "Incomplete credentials"
	SummaryTwoCredentials    = "Two kinds of credentials"
	SummaryBrokenCredential  = "Credential holds blanks or line breaks"
	SummaryJournalNowhere    = "Journal cannot be written"
	SummaryNoSafeguard       = "The safeguards block sets nothing"
	SummaryInvalidEndpoint   = "Invalid endpoint"
	SummaryInvalidSafeguards = "Invalid safeguards"
)

// setting is one text of a nested block that an environment variable can fill.
type setting struct {
	block, name string
	variable    string
	configured  types.String
	blanks      bool // whether it may begin or end with one
}

func (s setting) path() path.Path { return path.Root(s.block).AtName(s.name) }

// remedies names both places where the setting can be given.
func (s setting) remedies() string {
	return fmt.Sprintf("%s.%s in the provider block or the environment variable %s", s.block, s.name, s.variable)
}

// inBlock is the value in the block; an empty string counts as unset.
func (s setting) inBlock() string { return s.configured.ValueString() }

// resolved is the value in the block, else that of the environment.
func (s setting) resolved() string {
	if value := s.inBlock(); value != "" {
		return value
	}
	return os.Getenv(s.variable)
}

// emptied reports whether the block sets an empty string that nothing fills.
func (s setting) emptied() bool {
	return !s.configured.IsNull() && s.resolved() == ""
}

// refuseUnknown adds an error for each setting whose value depends on
// something that does not exist yet, and reports whether there was one.
func refuseUnknown(diagnostics *diag.Diagnostics, settings ...setting) bool {
	found := false
	for _, s := range settings {
		if s.configured.IsUnknown() {
			found = true
			diagnostics.AddAttributeError(s.path(), SummaryUnknownSetting, fmt.Sprintf(
				"The value of %s.%s depends on something that is only known after apply, so the service cannot be asked anything. "+
					"Set it to a value that is known at plan, or leave it out and set the environment variable %s.", s.block, s.name, s.variable))
		}
	}
	return found
}

// requireTogether adds an error for each setting that is missing although
// another one of the group is set.
func requireTogether(diagnostics *diag.Diagnostics, settings ...setting) {
	var given, missing []setting
	for _, s := range settings {
		if s.resolved() == "" {
			missing = append(missing, s)
		} else {
			given = append(given, s)
		}
	}
	if len(given) == 0 {
		return
	}
	for _, s := range missing {
		diagnostics.AddAttributeError(s.path(), SummaryIncomplete, fmt.Sprintf(
			"%s.%s is missing while %s is set; an empty string counts as unset. Set %s.", s.block, s.name, names(given), s.remedies()))
	}
}

// refuseEmptied adds one error when a block names credentials and leaves all
// of them empty: that is a forgotten variable, not a service left out.
func refuseEmptied(diagnostics *diag.Diagnostics, settings ...setting) {
	for _, s := range settings {
		if s.emptied() {
			diagnostics.AddAttributeError(s.path(), SummaryIncomplete, fmt.Sprintf(
				"%s.%s is an empty string, which counts as unset. Set %s, or set it to null when this service is not used.", s.block, s.name, s.remedies()))
			return
		}
	}
}

// refuseBroken adds an error for each setting with a line break or another
// control character, or a blank around it: a login with it is refused, and
// three of those lock an account. A password may begin or end with a blank.
// What is wrong is said without the value, which may be a secret.
func refuseBroken(diagnostics *diag.Diagnostics, settings ...setting) {
	for _, s := range settings {
		value := s.resolved()
		wrong := ""
		switch {
		case strings.TrimRight(value, "\r\n") != value:
			wrong = "ends with a line break, as the text of a file often does"
		case strings.ContainsFunc(value, unicode.IsControl):
			wrong = "holds a line break, a tab or another control character"
		case !s.blanks && strings.TrimSpace(value) != value:
			wrong = "begins or ends with a blank"
		default:
			continue
		}
		diagnostics.AddAttributeError(s.path(), SummaryBrokenCredential, fmt.Sprintf(
			"%s.%s %s, and no login succeeds with it. Nothing was sent. Correct %s; trimspace(…) takes off what stands around a value.", s.block, s.name, wrong, s.remedies()))
	}
}

func names(settings []setting) string {
	var all []string
	for _, s := range settings {
		all = append(all, s.block+"."+s.name)
	}
	return strings.Join(all, " and ")
}
