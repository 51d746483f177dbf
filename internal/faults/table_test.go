package faults

import (
	"strings"
	"testing"
)

// TestEveryOperationUnderEveryFault is the table: what a user sees, what the
// services hold, what state knows, and how often each command was sent.
func TestEveryOperationUnderEveryFault(t *testing.T) {
	t.Parallel()
	for _, f := range faults() {
		for _, o := range operations() {
			want := f.expected(o)
			if want == none {
				continue
			}
			for name, make := range f.forms {
				t.Run(strings.Join([]string{f.name, name, o.service, o.name}, ", "), func(t *testing.T) {
					t.Parallel()
					timeout := patient
					if strings.Contains(f.says, "request_timeout") {
						timeout = impatient
					}
					x := newTrial(t, o, timeout)
					diagnostics, sent := x.do(f, make)
					x.judge(f, want, diagnostics, sent)
					if want.fails() {
						x.recover(want, diagnostics)
					}
				})
			}
		}
	}
}
