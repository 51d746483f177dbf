package faults

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// lost are the faults that a dialect can make worse: the work was done, and
// what became of it has to be read back, in the words of that dialect.
func lost() map[string]form {
	return map[string]form{
		"status-after":  plain(ledger.Fault{Kind: ledger.StatusAfter, Status: 500}),
		"cut-after":     plain(ledger.Fault{Kind: ledger.CutAfter}),
		"empty-after":   plain(ledger.Fault{Kind: ledger.EmptyAfter}),
		"status-before": plain(ledger.Fault{Kind: ledger.StatusBefore, Status: 503}),
	}
}

// exceptions are the writes that a dialect refuses, fault or not.
var exceptions = map[string]string{
	"7g-workflow-refuses-delete": "",
}

// TestLostAnswersInEveryDialect loses the answer to every write, in every
// dialect of its service.
func TestLostAnswersInEveryDialect(t *testing.T) {
	t.Parallel()
	for _, dialect := range simulator.Dialects() {
		for _, o := range operations() {
			if !o.writes() || o.service != dialect.Service {
				continue
			}
			t.Run(dialect.Name+", "+o.name, func(t *testing.T) {
				t.Parallel()
				for name, make := range lost() {
					f := &fault{done: !strings.HasSuffix(name, "-before")}
					x := newTrial(t, o, "20s", dialect.Name)
					diagnostics, sent := x.do(f, make)
					t.Log(name)
					x.judge(f, succeeds, diagnostics, sent)
				}
			})
		}
	}
}
