package faults

import (
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// lost are the faults that a dialect can make worse: what became of a write
// has to be read back, in the words of that dialect.
func lost() []*fault {
	return []*fault{
		{name: "the connection is closed, done", forms: one(traffic.Fault{Kind: traffic.CutAfter}), done: true},
		{name: "the answer is empty, done", forms: one(traffic.Fault{Kind: traffic.EmptyAfter}), done: true},
		{name: "HTTP 503, not done", forms: one(traffic.Fault{Kind: traffic.StatusBefore, Status: 503})},
	}
}

// inEveryDialect are the operations that each dialect is tried with: the
// others are made of the same requests.
var inEveryDialect = []string{"create", "update", "delete", "`delete_without_optout`"}

// TestLostAnswersInEveryDialect loses the answers to writes in every dialect of
// their service. Each dialect and operation meets one of the faults in turn;
// where reads are behind, which is the worst for looking at what became of a
// write, each of them. There a communication that turns up after a lost create
// may be an older one, and is not taken for its own.
func TestLostAnswersInEveryDialect(t *testing.T) {
	t.Parallel()
	for d, dialect := range simulator.Dialects() {
		for i, o := range operations() {
			if o.service != dialect.Service || !o.writes() || !slices.Contains(inEveryDialect, o.name) {
				continue
			}
			for n, f := range lost() {
				if (d+i)%len(lost()) != n && !strings.Contains(dialect.Name, "stale") {
					continue
				}
				// There the first name of the command is refused every time.
				f.uncounted = dialect.Name == "wc-only-deletebyid"
				t.Run(strings.Join([]string{dialect.Name, o.name, f.name}, ", "), func(t *testing.T) {
					t.Parallel()
					x := newTrial(t, o, patient, dialect.Name)
					diagnostics, sent := x.do(f, f.forms[""])
					want := succeeds
					if dialect.Name == "7g-stale-reads" && o.name == "create" && f.done {
						want = importable
					}
					x.judge(f, want, diagnostics, sent)
					if want.fails() {
						x.recover(want, diagnostics)
					}
				})
			}
		}
	}
}
