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
	SummaryCount        = "Selection does not have expected_count records"
)

// MostNamed is how many records one action takes. Terraform prints the whole report
// of an action, and a person is to read it.
const MostNamed = 10_000

// Consent is how a person says that the selection is the one they mean. It is
// embedded in the model of an action.
type Consent struct {
	DryRun        types.Bool  `tfsdk:"dry_run"`
	ExpectedCount types.Int64 `tfsdk:"expected_count"`
}

// ConsentAttributes are the attributes of [Consent], for the schema of an
// action that deletes the given kind of records.
func ConsentAttributes(kinds string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"dry_run": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: fmt.Sprintf("Only look the %s up, check them, and tell what would be deleted. Default true: nothing is deleted unless this is false.", kinds),
		},
		"expected_count": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("How many %s there are to delete, those that are gone already not counted. When another number is found, nothing is deleted. Required with `dry_run = false`; a dry run tells the number.",
				kinds),
			Validators: []validator.Int64{int64validator.AtLeast(0)},
		},
	}
}

// IsDryRun reports whether nothing may be deleted, which is so unless a person
// has said otherwise.
func (c Consent) IsDryRun() bool {
	return c.DryRun.IsNull() || c.DryRun.IsUnknown() || c.DryRun.ValueBool()
}

// Validate checks a configuration in which so many records are named, or an
// unknown number of them.
func (c Consent) Validate(attributes string, named int, known bool) diag.Diagnostics {
	var problems diag.Diagnostics
	if !c.DryRun.IsUnknown() && !c.IsDryRun() && c.ExpectedCount.IsNull() {
		problems.AddAttributeError(path.Root("expected_count"), SummaryCount,
			"With dry_run = false, set expected_count to the number of records to delete. A run with dry_run = true tells it.")
	}
	if !known {
		return problems
	}
	switch {
	case named == 0:
		problems.AddError(SummaryEmpty, fmt.Sprintf("Name at least one record in %s.", attributes))
	case named > MostNamed:
		problems.AddError(SummaryTooManyNamed, fmt.Sprintf("%d records are named, and one action takes at most %d. Use several actions.", named, MostNamed))
	case c.ExpectedCount.ValueInt64() > int64(named):
		problems.AddAttributeError(path.Root("expected_count"), SummaryCount, fmt.Sprintf(
			"expected_count is %d, and only %d can be found, since no more are named in %s. Correct one of them.", c.ExpectedCount.ValueInt64(), named, attributes))
	}
	return problems
}

// Plan decides on deletes of records of which only names are known, as far as
// that is possible, and warns under the given summary that they are for good.
func (c Consent) Plan(guard *Guard, kind string, names []string, summary, consequence string) diag.Diagnostics {
	if c.IsDryRun() || c.ExpectedCount.IsUnknown() {
		return nil
	}
	// So many are deleted, or none.
	expected := min(int(c.ExpectedCount.ValueInt64()), len(names))
	problems := guard.PlanSelection(kind, names[:expected])
	if !problems.HasError() {
		problems.AddWarning(summary, fmt.Sprintf("The action names %s, and deletes what it finds of them if that is exactly %d (expected_count). %s There is no way to restore them. A run with dry_run = true shows what they are.",
			counted(len(names), kind), c.ExpectedCount.ValueInt64(), consequence))
	}
	return problems
}

// Found is what an action has looked up, of what is named.
type Found struct {
	Kind    string // "communication" or "contact"
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
		problems.Append(rehearsed(progress, found)...)
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
	if problems.HasError() || c.IsDryRun() {
		problems.Append(guard.CheckSelection(found.Records)...)
		return problems
	}
	problems.Append(guard.AdmitSelection(found.Records)...)
	return problems
}

// rehearsed is what a dry run ends with: what would be deleted, and how to do
// it. The same text goes to the progress.
func rehearsed(progress Progress, found Found) diag.Diagnostics {
	text := fmt.Sprintf("%s would be deleted%s", counted(len(found.Records), found.Kind), list(found.Records))
	if len(found.Gone) > 0 {
		text += fmt.Sprintf("\n%d already gone%s", len(found.Gone), list(found.Gone))
	}
	progress.Say("%s: %s", SummaryDryRun, text)
	var notice diag.Diagnostics
	next := "There is nothing to delete."
	if len(found.Records) > 0 {
		next = fmt.Sprintf("To delete what is listed, set dry_run = false and expected_count = %d.", len(found.Records))
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
