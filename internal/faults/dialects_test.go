package faults

import (
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// lost are the faults that a dialect can make worse: what became of a write
// has to be read back, in the words of that dialect.
func lost() map[string]*fault {
	return map[string]*fault{
		"cut-after":     {forms: one(ledger.Fault{Kind: ledger.CutAfter}), done: true},
		"empty-after":   {forms: one(ledger.Fault{Kind: ledger.EmptyAfter}), done: true},
		"status-before": {forms: one(ledger.Fault{Kind: ledger.StatusBefore, Status: 503})},
	}
}

// inEveryDialect are the operations that each dialect is tried with: the
// others are made of the same requests.
var inEveryDialect = []string{"create", "update", "delete", "`delete_without_optout`"}

// TestLostAnswersInEveryDialect loses the answers to writes in every dialect of
// their service.
func TestLostAnswersInEveryDialect(t *testing.T) {
	t.Parallel()
	for _, dialect := range simulator.Dialects() {
		for _, o := range operations() {
			if o.service != dialect.Service || !o.writes() || !slices.Contains(inEveryDialect, o.name) {
				continue
			}
			for name, f := range lost() {
				// There the first name of the command is refused every time.
				f.uncounted = dialect.Name == "wc-only-deletebyid"
				t.Run(strings.Join([]string{dialect.Name, o.name, name}, ", "), func(t *testing.T) {
					t.Parallel()
					x := newTrial(t, o, patient, dialect.Name)
					diagnostics, sent := x.do(f, f.forms[""])
					x.judge(f, succeeds, diagnostics, sent)
				})
			}
		}
	}
}
