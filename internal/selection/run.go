package selection

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/reachops/terraform-provider-reach/internal/safeguard"
)

// Found is what an action has looked up, of what is named.
type Found struct {
	Kind    string // "communication" or "contact"
	Records []safeguard.Record
	Gone    []Name // already
}

// Run ends an action, once everything is looked up: it decides on all records
// at once, and has them deleted, or tells in a dry run what would be.
func (c Consent) Run(guard *safeguard.Guard, found Found, progress Progress, deleteAll func() Report) diag.Diagnostics {
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
func (c Consent) admit(guard *safeguard.Guard, found Found) diag.Diagnostics {
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
