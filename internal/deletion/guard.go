package deletion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"filippo.io/age"
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
	JournalPath        string          // empty: no journal
	JournalRecipients  []age.Recipient // who can read it; none: everybody
	// Activity tells when no more deletes are to be planned; nil: one of the
	// guard's own.
	Activity *diagnostic.Activity
	// IsNewRun reports whether a run has begun without a call of [Guard.BeginRun],
	// and calls it then; nil: never. It is asked before the limit refuses a plan.
	IsNewRun func() bool
}

// Record is one record that may be deleted.
type Record struct {
	Kind    string // "communication" or "contact"
	ID      int64  // native id
	Address string // e-mail address or communication value
	Policy  Policy // as in state; empty: the provider's
	// Names are those by which an action may name the record. One of which
	// nothing else is known has no ID, and one name.
	Names []string
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
	deletable []Pattern    // of settings.Deletable, which alone knows null from empty
	journal   *JournalFile // nil: none is kept
	activity  *diagnostic.Activity

	mu       sync.Mutex
	planned  *tally
	executed *tally
	past     map[string]bool // the limit, in the plan
	refusals map[refusal]*refusals

	announced map[string]*diagnostic.Collector[Record] // by summary
}

// New checks the settings and makes a guard. An error names the pattern that
// is not a glob, or can match nothing.
func New(settings Settings) (*Guard, error) {
	if settings.Policy == "" {
		settings.Policy = Delete
	}
	g := &Guard{settings: settings, activity: cmp.Or(settings.Activity, &diagnostic.Activity{}),
		planned: newTally(), executed: newTally(), past: map[string]bool{}, refusals: map[refusal]*refusals{}, announced: map[string]*diagnostic.Collector[Record]{}}
	for _, text := range settings.Deletable {
		pattern, err := NewPattern(text)
		if err != nil {
			return nil, err
		}
		g.deletable = append(g.deletable, pattern)
	}
	if settings.JournalPath != "" {
		g.journal = NewJournalFile(settings.JournalPath, settings.JournalRecipients...)
	}
	return g, nil
}

// BeginRun forgets what was planned and deleted: a plan begins, in a process
// that has seen another plan or apply before.
func (g *Guard) BeginRun() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.planned.clear()
	g.executed.clear()
	clear(g.past)
	clear(g.refusals)
	clear(g.announced)
}

func (g *Guard) isNewRun() bool { return g.settings.IsNewRun != nil && g.settings.IsNewRun() }

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

// Plan decides on a delete that is being planned. Deletes that are refused for
// one reason at about the same time are one error: the first waits for the
// others, and these are refused without one, since it fails their plan as well.
func (g *Guard) Plan(ctx context.Context, record Record) (refused bool, problems diag.Diagnostics) {
	why := g.judge(record, true)
	if why != nil && why.summary == SummaryTooMany && g.isNewRun() {
		why = g.judge(record, true)
	}
	if why == nil {
		g.Busy()()
		return false, nil
	}
	return true, g.Refuse(ctx, why.summary, why.cause, why.advice, record)
}

// PlanAll is Plan for deletes that are planned together: when one is refused, the
// plan of all of them fails.
func (g *Guard) PlanAll(ctx context.Context, records []Record) (problems diag.Diagnostics) {
	reasons, refused := g.judgeAll(records, true)
	if slices.ContainsFunc(reasons, func(why refusal) bool { return why.summary == SummaryTooMany }) && g.isNewRun() {
		reasons, refused = g.judgeAll(records, true)
	}
	if len(reasons) == 0 {
		g.Busy()()
	}
	for _, why := range reasons {
		problems.Append(g.Refuse(ctx, why.summary, why.cause, why.advice, refused[why]...)...)
	}
	return problems
}

// Refuse is Plan for deletes that are known to be impossible, for a reason that
// is the kind of record's own: cause is a sentence that goes on with the records.
func (g *Guard) Refuse(ctx context.Context, summary, cause, advice string, records ...Record) diag.Diagnostics {
	why := refusal{summary, cause, advice}
	if all := g.refused(why).Collect(ctx, g.activity, records...); all != nil {
		return g.tell(why, all, true)
	}
	return nil
}

// Announce is for a delete that Plan has let through: the records that one
// warning under a summary is about. Deletes that are planned at about the same
// time share one, and the others get no records: Terraform folds warnings itself
// only where it knows a line of the configuration, and of a block that was removed
// it knows none. It must not be called where Terraform drops warnings.
func (g *Guard) Announce(ctx context.Context, summary string, records ...Record) []Record {
	g.mu.Lock()
	if g.announced[summary] == nil {
		g.announced[summary] = &diagnostic.Collector[Record]{}
	}
	of := g.announced[summary]
	g.mu.Unlock()
	return of.Collect(ctx, g.activity, records...)
}

// Admit decides on a delete that is about to be executed. It repeats what Plan
// decided, because -replace and tainted resources reach Delete without a plan
// that shows them. Each record gets an error of its own: Terraform would take
// silence for a success.
func (g *Guard) Admit(record Record) diag.Diagnostics {
	why := g.judge(record, false)
	if why == nil {
		return nil
	}
	return g.tell(*why, []Record{record}, false)
}

// AdmitAll is Admit for deletes that are executed together: when one is refused,
// none may be.
func (g *Guard) AdmitAll(records []Record) (problems diag.Diagnostics) {
	reasons, refused := g.judgeAll(records, false)
	for _, why := range reasons {
		problems.Append(g.tell(why, refused[why], false)...)
	}
	return problems
}

// Busy notes that a record is being read, until the function returned is
// called. While one is, deletes that are refused in the plan wait for others.
func (g *Guard) Busy() (done func()) { return g.activity.Begin() }
