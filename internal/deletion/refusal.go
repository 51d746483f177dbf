package deletion

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

const (
	// mostListed is how many records an error names one by one.
	mostListed = 10
	// toldFor is how long an error counts as one that a person has just read, so
	// that the next of its kind need not say all of it again.
	toldFor = 5 * time.Second
)

// refusal is why records may not be deleted. Those that are equal make up one
// error.
type refusal struct {
	summary string
	cause   string // a sentence that goes on with the records
	advice  string
}

// refusals are the records that are refused for one reason.
type refusals struct {
	diagnostic.Collector[Record]
	told time.Time // when the reason was last given; zero if never
}

const adviceOnPrevent = "To delete it, set deletion_policy to another value, apply that change, and only then remove the resource. " +
	"To let Terraform forget it, use a removed block with destroy = false. If it was only to be replaced because it is tainted, run terraform untaint."

// judge is why a record may not be deleted, or nil.
func (g *Guard) judge(record Record, planning bool) *refusal {
	policy := g.Policy(record.Policy)
	switch {
	case policy == Prevent && record.Policy == "":
		return &refusal{SummaryPrevented, `safeguards.deletion_policy of the provider is "prevent", which holds where a resource sets no deletion_policy, as for`, adviceOnPrevent}
	case policy == Prevent:
		return &refusal{SummaryPrevented, `deletion_policy in state is "prevent" for`, adviceOnPrevent}
	case !policy.known():
		return &refusal{SummaryPrevented, fmt.Sprintf("This version of the provider does not know the deletion_policy %q, which is in state for", policy),
			fmt.Sprintf("Apply one of %s first.", strings.Join(ContactPolicies(), ", "))}
	case !policy.Deletes():
		return nil
	case g.settings.Deletable != nil && !g.inScope(record.Address):
		return &refusal{SummaryOutside, fmt.Sprintf("None of the patterns in safeguards.deletable (%s) matches", cmp.Or(strings.Join(g.settings.Deletable, ", "), "the list is empty")),
			"Add a pattern for what may really go, or keep the resource."}
	case !g.count(record, planning):
		return &refusal{SummaryTooMany, fmt.Sprintf("safeguards.max_deletes_per_run allows %d in one run, both services together, which is passed by", *g.settings.MaxDeletesPerRun),
			"Raise the limit if all of these deletes are intended, or delete in smaller steps."}
	}
	return nil
}

// judgeAll are the reasons for which some of the records may not be deleted, in
// the order of the records, and which records each is about.
func (g *Guard) judgeAll(records []Record, planning bool) (reasons []refusal, refused map[refusal][]Record) {
	refused = map[refusal][]Record{}
	for _, record := range records {
		why := g.judge(record, planning)
		if why == nil {
			continue
		}
		if refused[*why] == nil {
			reasons = append(reasons, *why)
		}
		refused[*why] = append(refused[*why], record)
	}
	return reasons, refused
}

// refused are the records that were refused for a reason so far.
func (g *Guard) refused(why refusal) *refusals {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refusals[why] == nil {
		g.refusals[why] = &refusals{}
	}
	return g.refusals[why]
}

// tell is the error for records that are refused: in full, with the first of
// their names, or one line where the reason was given a moment ago.
func (g *Guard) tell(why refusal, records []Record, planning bool) diag.Diagnostics {
	of := g.refused(why)
	g.mu.Lock()
	wasTold := time.Since(of.told) < toldFor
	of.told = time.Now()
	toDelete := g.planned.total() + len(g.past)
	g.mu.Unlock()

	var problems diag.Diagnostics
	if wasTold && len(records) == 1 {
		problems.AddError(why.summary, fmt.Sprintf("%s %s, too. Nothing of it was deleted.", why.cause, records[0]))
		return problems
	}
	total := ""
	if why.summary == SummaryTooMany && planning {
		total = fmt.Sprintf("This plan would delete %s. ", counted(toDelete, "record"))
	}
	problems.AddError(why.summary, fmt.Sprintf("%s%s %s\n%s", total, why.cause, listed(records), why.advice))
	return problems
}

// listed is one record, or how many there are with the first of their names.
func listed(records []Record) string {
	if len(records) == 1 {
		return fmt.Sprintf("the %s. Nothing of it was deleted.", records[0])
	}
	return fmt.Sprintf("%s, of which nothing was deleted%s", counted(len(records), "record"), First(records))
}

// First are the first of several records, one to a line behind a colon, and how
// many more there are.
func First(records []Record) string {
	sorted := slices.SortedFunc(slices.Values(records), func(a, b Record) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) })
	shown := sorted[:min(len(sorted), mostListed)]
	text := list(shown)
	if more := len(sorted) - len(shown); more > 0 {
		text += fmt.Sprintf("\n  - and %d more", more)
	}
	return text
}
