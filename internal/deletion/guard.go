package deletion

import (
	"fmt"
	"strings"
	"sync"

	"github.com/gobwas/glob"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
)

// Summaries of the refusals. Each names the setting that refuses.
const (
	SummaryPrevented = "Deletion prevented by deletion_policy"
	SummaryOutside   = "Record outside safeguards.deletable"
	SummaryTooMany   = "More deletes than safeguards.max_deletes_per_run"
	SummaryJournal   = "Journal not written, nothing deleted"
)

// Settings are the safeguards block of the provider.
type Settings struct {
	Policy             Policy   // for resources that do not say; empty means Delete
	MaxDeletesPerRun   *int64   // nil: no limit
	Deletable          []string // globs; nil: everything, empty: nothing
	VerifyBeforeDelete bool
	JournalPath        string // empty: no journal
}

// Record is one record that may be deleted.
type Record struct {
	Kind    string // "communication" or "contact"
	ID      int64  // native id
	Address string // e-mail address or communication value
	Policy  Policy // as in state; empty: the provider's
}

func (r Record) String() string {
	return fmt.Sprintf("%s %d (%s)", r.Kind, r.ID, r.Address)
}

func (r Record) key() string { return fmt.Sprintf("%s %d", r.Kind, r.ID) }

// Guard applies the safeguards of one configured provider. It counts planned
// and executed deletes apart, since both happen in their own process and, in
// one process, a delete was planned before. It is safe for concurrent use.
type Guard struct {
	settings  Settings
	deletable []*glob.Pattern // of settings.Deletable, which alone knows null from empty
	journal   *JournalFile    // nil: none is kept

	mu       sync.Mutex
	planned  map[string]bool
	executed map[string]bool
	managed  map[string]Record
	added    map[string]bool
}

// New checks the settings and makes a guard. An error names the pattern that
// is not a glob, or can match nothing.
func New(settings Settings) (*Guard, error) {
	if settings.Policy == "" {
		settings.Policy = Delete
	}
	g := &Guard{settings: settings, planned: map[string]bool{}, executed: map[string]bool{}, managed: map[string]Record{}, added: map[string]bool{}}
	for _, pattern := range settings.Deletable {
		if pattern == "" || strings.TrimSpace(pattern) != pattern {
			return nil, fmt.Errorf("%q is empty or has blanks around it, and matches nothing", pattern)
		}
		compiled, err := glob.Compile(strings.ToLower(pattern))
		if err != nil {
			return nil, fmt.Errorf("%q is not a glob: %w", pattern, err)
		}
		g.deletable = append(g.deletable, compiled)
	}
	if settings.JournalPath != "" {
		g.journal = NewJournalFile(settings.JournalPath)
	}
	return g, nil
}

// Policy is the policy that applies: the record's own, else the provider's.
func (g *Guard) Policy(own Policy) Policy {
	if own != "" {
		return own
	}
	return g.settings.Policy
}

// VerifyBeforeDelete reports whether a record is read again and compared
// before it is deleted.
func (g *Guard) VerifyBeforeDelete() bool { return g.settings.VerifyBeforeDelete }

// Plan decides on a delete that is being planned.
func (g *Guard) Plan(record Record) diag.Diagnostics { return g.decide(record, g.planned) }

// Admit decides on a delete that is about to be executed. It repeats what Plan
// decided, because -replace and tainted resources reach Delete without a plan
// that shows them.
func (g *Guard) Admit(record Record) diag.Diagnostics { return g.decide(record, g.executed) }

func (g *Guard) decide(record Record, counted map[string]bool) diag.Diagnostics {
	var refusals diag.Diagnostics
	policy := g.Policy(record.Policy)
	if policy == Prevent {
		where := `The resource's deletion_policy in state is "prevent".`
		if record.Policy == "" {
			where = `The resource sets no deletion_policy and safeguards.deletion_policy of the provider is "prevent".`
		}
		refusals.AddError(SummaryPrevented, fmt.Sprintf("The %s is kept and nothing was deleted. %s "+
			"To delete it, set deletion_policy to another value, apply that change, and only then remove it. "+
			"To let Terraform forget it, use a removed block with destroy = false. If it was only to be replaced because it is tainted, run terraform untaint.", record, where))
	}
	if !policy.known() {
		refusals.AddError(SummaryPrevented, fmt.Sprintf("The deletion_policy %q of the %s is none that this version of the provider knows. Nothing was deleted. "+
			"Apply one of %s first.", policy, record, strings.Join(ContactPolicies(), ", ")))
	}
	if !policy.Deletes() {
		return refusals
	}
	if err := g.CheckScope(record); err != nil {
		refusals.Append(diagnostic.Error(SummaryOutside, err))
	}
	if !refusals.HasError() && !g.count(record, counted) {
		refusals.AddError(SummaryTooMany, fmt.Sprintf("The %s would be one more than the %d that safeguards.max_deletes_per_run allows in one run, both services together. "+
			"Raise the limit if all of these deletes are meant, or delete in smaller steps.", record, *g.settings.MaxDeletesPerRun))
	}
	return refusals
}
