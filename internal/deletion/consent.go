package deletion

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Summaries of what is refused.
const (
	SummaryEmpty        = "No record selected"
	SummaryTooManyNamed = "Too many records in one action"
	SummaryNoCount      = "Set expected_count or max_count"
	SummaryCount        = "Selection does not have expected_count records"
	SummaryTooManyFound = "Selection has more than max_count records"
)

// MostNamed is how many records one action takes. Terraform prints the whole report
// of an action, and a person is to read it.
const MostNamed = 10_000

// Consent is how a person says that the selection is the one they mean. It is
// embedded in the model of an action.
type Consent struct {
	DryRun        types.Bool  `tfsdk:"dry_run"`
	ExpectedCount types.Int64 `tfsdk:"expected_count"`
	MaxCount      types.Int64 `tfsdk:"max_count"`
}

// ConsentAttributes are the attributes of [Consent], for the schema of an
// action that deletes the given kind of records.
func ConsentAttributes(kinds string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"dry_run": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("Only look the %s up, check them, and report what would be deleted. Default true: nothing is deleted unless this is false.", kinds),
		},
		"expected_count": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("The number of %s to delete, not counting those that are already gone. If another number is found, nothing is deleted. This or `max_count` is required with `dry_run = false`; a dry run reports the number.",
				kinds),
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
		"max_count": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("The most %s to delete, for scheduled runs: if more are found, nothing is deleted; fewer or none are a success. In place of `expected_count`.",
				kinds),
			Validators: []validator.Int64{int64validator.AtLeast(1)},
		},
	}
}

// IsDryRun reports whether nothing may be deleted, which is so unless a person
// has said otherwise.
func (c Consent) IsDryRun() bool {
	return c.DryRun.IsNull() || c.DryRun.IsUnknown() || c.DryRun.ValueBool()
}

// Selection is what an action is asked to delete, as its configuration tells it:
// records by their names, or what to look for.
type Selection struct {
	Kind       string // "communication" or "contact"
	Attributes string // how records are named or looked for, for a person
	Named      []Record
	Query      string // goes on after the kind: on list 5; empty where records are named
	Unknown    bool   // it is not all known yet
}

// Validate checks what a configuration selects, and what it agrees to.
func (c Consent) Validate(selected Selection) diag.Diagnostics {
	var problems diag.Diagnostics
	switch neither := c.ExpectedCount.IsNull() && c.MaxCount.IsNull(); {
	case neither && !c.DryRun.IsUnknown() && !c.IsDryRun():
		problems.AddAttributeError(path.Root("expected_count"), SummaryNoCount,
			"With dry_run = false, set expected_count to the number of records to delete, which a run with dry_run = true tells, or max_count to the most that may go.")
	case isKnown(c.ExpectedCount) && isKnown(c.MaxCount):
		problems.AddAttributeError(path.Root("max_count"), SummaryNoCount,
			"Set expected_count where exactly so many records are to go, or max_count where fewer are as welcome. Remove one of the two.")
	}
	if selected.Unknown {
		return problems
	}
	switch named := len(selected.Named); {
	case selected.Query != "":
	case named == 0:
		problems.AddError(SummaryEmpty, fmt.Sprintf("Name at least one record in %s.", selected.Attributes))
	case named > MostNamed:
		problems.AddError(SummaryTooManyNamed, fmt.Sprintf("%d records are named, and one action takes at most %d. Use several actions.", named, MostNamed))
	case c.ExpectedCount.ValueInt64() > int64(named):
		problems.AddAttributeError(path.Root("expected_count"), SummaryCount, fmt.Sprintf(
			"expected_count is %d, and only %d can be found, since no more are named in %s. Correct one of them.", c.ExpectedCount.ValueInt64(), named, selected.Attributes))
	}
	return problems
}

func isKnown(number types.Int64) bool { return !number.IsNull() && !number.IsUnknown() }

// Plan decides on deletes of records of which only names are known, or not even
// these, as far as that is possible, and warns under the given summary that they
// are for good.
func (c Consent) Plan(guard *Guard, selected Selection, summary, consequence string) diag.Diagnostics {
	if c.IsDryRun() || c.ExpectedCount.IsUnknown() || c.MaxCount.IsUnknown() {
		return nil
	}
	// With expected_count so many are deleted, or none. With max_count it may be
	// nobody, so that there is nothing to count.
	atLeast := c.ExpectedCount.ValueInt64()
	problems := guard.PlanSelection(selected.Named[:min(int(atLeast), len(selected.Named))], atLeast)
	if problems.HasError() {
		return problems
	}
	what := fmt.Sprintf("The action names %s, and deletes what it finds of them if that is", counted(len(selected.Named), selected.Kind))
	if selected.Query != "" {
		what = fmt.Sprintf("The action deletes the %ss %s, as they are when it runs, if that is", selected.Kind, selected.Query)
	}
	most := fmt.Sprintf("exactly %d (expected_count)", atLeast)
	if isKnown(c.MaxCount) {
		most = fmt.Sprintf("at most %d (max_count)", c.MaxCount.ValueInt64())
	}
	problems.AddWarning(summary, fmt.Sprintf("%s %s. %s This cannot be undone. A run with dry_run = true shows what they are.", what, most, consequence))
	return problems
}

// Found is what an action has looked up, of what is selected.
type Found struct {
	Kind    string // "communication" or "contact"
	Query   string // as in [Selection]
	Records []Record
	Gone    []Name // already
}

// Run ends an action, once everything is looked up: it decides on all records
// at once, and has them deleted, or tells in a dry run what would be.
func (c Consent) Run(guard *Guard, found Found, progress Progress, deleteAll func() Report) diag.Diagnostics {
	problems := c.admit(guard, found)
	switch {
	case problems.HasError():
	case c.IsDryRun():
		problems.Append(c.rehearsed(progress, found)...)
	case len(found.Records)+len(found.Gone) == 0:
		progress.Say("There is no %s %s. Nothing was deleted.", found.Kind, found.Query)
	default:
		outcome := deleteAll()
		progress.Say("%s", outcome)
		problems.Append(outcome.Diagnostics()...)
	}
	return problems
}

// admit decides on the records that were found, all at once. In a dry run they
// do not count towards the limit of the run.
func (c Consent) admit(guard *Guard, found Found) diag.Diagnostics {
	var problems diag.Diagnostics
	if !c.ExpectedCount.IsNull() && c.ExpectedCount.ValueInt64() != int64(len(found.Records)) {
		problems.AddAttributeError(path.Root("expected_count"), SummaryCount, fmt.Sprintf(
			"expected_count is %d, and there are %s to delete%s\nNothing was deleted. Look at what is selected; if it is what you mean, set expected_count = %d.",
			c.ExpectedCount.ValueInt64(), counted(len(found.Records), found.Kind), list(found.Records), len(found.Records)))
	}
	if !c.MaxCount.IsNull() && int64(len(found.Records)) > c.MaxCount.ValueInt64() {
		problems.AddAttributeError(path.Root("max_count"), SummaryTooManyFound, fmt.Sprintf(
			"max_count is %d, and there are %s to delete%s\nNothing was deleted. Look at what is selected, with dry_run = true for all of it; if it is what you mean, set max_count = %d or more.",
			c.MaxCount.ValueInt64(), counted(len(found.Records), found.Kind), First(found.Records), len(found.Records)))
	}
	if problems.HasError() || c.IsDryRun() {
		problems.Append(guard.CheckSelection(found.Records)...)
		return problems
	}
	problems.Append(guard.AdmitSelection(found.Records)...)
	return problems
}

// rehearsed is what a dry run ends with: what would be deleted, and how to do
// it. The same text goes to the progress.
func (c Consent) rehearsed(progress Progress, found Found) diag.Diagnostics {
	text := fmt.Sprintf("%s would be deleted%s", counted(len(found.Records), found.Kind), list(found.Records))
	if len(found.Gone) > 0 {
		text += fmt.Sprintf("\n%d already gone%s", len(found.Gone), list(found.Gone))
	}
	progress.Say("%s: %s", SummaryDryRun, text)
	var notice diag.Diagnostics
	next := "There is nothing to delete."
	if len(found.Records) > 0 {
		next = fmt.Sprintf("To delete what is listed, set dry_run = false and expected_count = %d.", len(found.Records))
		if !c.MaxCount.IsNull() {
			next = "To delete what is found, set dry_run = false."
		}
	}
	notice.AddWarning(SummaryDryRun, text+"\n"+next)
	return notice
}

// list is records one to a line, after a colon, or a full stop.
func list[Record fmt.Stringer](records []Record) string {
	if len(records) == 0 {
		return "."
	}
	var b strings.Builder
	b.WriteString(":")
	for _, record := range records {
		b.WriteString("\n  - " + record.String())
	}
	return b.String()
}

// counted is a number with its noun.
func counted(number int, kind string) string {
	if number == 1 {
		return "1 " + kind
	}
	return fmt.Sprintf("%d %ss", number, kind)
}
