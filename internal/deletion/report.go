package deletion

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Summaries of how an action ends when it has not deleted everything.
const (
	SummaryDryRun     = "Dry run: nothing was deleted"
	SummaryNotDeleted = "Not every record was deleted"
)

// batch is after how many records an action says how far it is.
const batch = 50

// Progress tells a person how far an action is, while it runs.
type Progress func(action.InvokeProgressEvent)

// Say sends one message.
func (p Progress) Say(format string, arguments ...any) {
	p(action.InvokeProgressEvent{Message: fmt.Sprintf(format, arguments...)})
}

// Step says that so many of all are done, after each batch of them and at the end.
func (p Progress) Step(done string, number, all int) {
	if number%batch == 0 || number == all {
		p.Say("%s %d of %d", done, number, all)
	}
}

// Kept is a record that was not deleted, and why.
type Kept struct {
	Record Record
	Reason string
}

// String is the record with the reason.
func (k Kept) String() string {
	return fmt.Sprintf("%s: %s", k.Record, strings.ReplaceAll(k.Reason, "\n\n", " "))
}

// Name is a record of which nothing more than its name is known.
type Name string

// String is the name.
func (n Name) String() string { return string(n) }

// Report is what became of each record that an action was to delete. Each
// stands in it once.
type Report struct {
	Kind         string // "communication" or "contact"
	Deleted      []Record
	Gone         []Name   // already, before the action came to it
	Refused      []Kept   // by the service or a safeguard; they are as they were
	Unclear      []Kept   // no answer said what became of them
	NotAttempted []Record // after something that would have met every other record too
}

// String is the report as a person reads it.
func (r Report) String() string {
	text := fmt.Sprintf("%s deleted%s", counted(len(r.Deleted), r.Kind), list(r.Deleted))
	for _, part := range []struct {
		number int
		what   string
		list   string
	}{
		{len(r.Gone), "already gone", list(r.Gone)},
		{len(r.Refused), "refused", list(r.Refused)},
		{len(r.Unclear), "with an unknown outcome", list(r.Unclear)},
		{len(r.NotAttempted), "not attempted", list(r.NotAttempted)},
	} {
		if part.number > 0 {
			text += fmt.Sprintf("\n%d %s%s", part.number, part.what, part.list)
		}
	}
	return text
}

// Diagnostics are an error when anything was not deleted that was to be.
func (r Report) Diagnostics() diag.Diagnostics {
	var problems diag.Diagnostics
	if len(r.Refused)+len(r.Unclear)+len(r.NotAttempted) > 0 {
		problems.AddError(SummaryNotDeleted, r.String())
	}
	return problems
}
