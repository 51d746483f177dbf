package traffic

import (
	"slices"
	"sync"
	"time"
)

// FaultKind says what goes wrong with a request.
type FaultKind string

// The kinds of fault. "Before" means that the service did nothing, "after"
// that it did the work and only the answer is lost.
const (
	StatusBefore FaultKind = "status-before" // answers Status, with Header and Body, without doing anything
	StatusAfter  FaultKind = "status-after"  // does the work, then answers Status, with Header and Body
	CutBefore    FaultKind = "cut-before"    // closes the connection without doing anything
	CutAfter     FaultKind = "cut-after"     // does the work, then closes the connection
	ResetBefore  FaultKind = "reset-before"  // resets the connection without doing anything
	ResetDuring  FaultKind = "reset-during"  // does the work, then resets the connection half-way through the answer
	ResetAfter   FaultKind = "reset-after"   // does the work, then resets the connection
	SilentBefore FaultKind = "silent-before" // does nothing and never answers
	SilentAfter  FaultKind = "silent-after"  // does the work and never answers
	EmptyAfter   FaultKind = "empty-after"   // does the work, then answers 200 with an empty body
	Truncate     FaultKind = "truncate"      // does the work, then sends half of the answer with the full Content-Length
	TooLong      FaultKind = "too-long"      // does the work, then answers with a Content-Length longer than the answer
	TooShort     FaultKind = "too-short"     // does the work, then answers with a Content-Length of half of the answer
	Flood        FaultKind = "flood"         // does the work, then answers Size bytes: Body, or a line of its own, over and over
	Partial      FaultKind = "partial"       // leaves the last Rows rows of a WhatCounts command undone, and counts them so
	Astray       FaultKind = "astray"        // does the last row of a WhatCounts command to another contact, whose columns are the data in Body, and counts it as usual
	Replace      FaultKind = "replace"       // does nothing, answers Status (200 when zero) with Body
	Delay        FaultKind = "delay"         // waits For, then answers as usual
	Act          FaultKind = "act"           // calls Do, then answers as usual: another actor between two calls
	ActAfter     FaultKind = "act-after"     // does the work, calls Do, then answers: another actor before the answer arrives
)

// Fault is applied to the next Count requests whose operation matches, after
// the first Skip of them. A request that takes another fault, which was added
// before, counts for neither.
type Fault struct {
	Operation string // as in Entry.Operation; empty matches every request
	Kind      FaultKind
	Skip      int
	Count     int // 0 counts as 1; negative means always
	Status    int
	Header    map[string]string // sent along with Status, for example Retry-After
	Body      string
	Size      int64 // 0 counts as DefaultFlood
	Rows      int   // 0 counts as 1
	For       time.Duration
	Do        func()
}

// DefaultFlood is how long an answer is that nobody should read whole.
const DefaultFlood = 100 << 20

// UndoneRows is how many of the last rows of a command are to be left undone:
// 0 unless the fault is Partial.
func (f Fault) UndoneRows() int {
	if f.Kind != Partial {
		return 0
	}
	return max(f.Rows, 1)
}

// Faults holds the faults that are waiting. The zero value has none. It is
// safe for concurrent use.
type Faults struct {
	mu      sync.Mutex
	waiting []*Fault
}

// Add puts a fault behind those that are waiting already.
func (f *Faults) Add(fault Fault) {
	if fault.Count == 0 {
		fault.Count = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(f.waiting, &fault)
}

// Clear forgets every fault that is waiting.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = nil
}

// Next takes the fault to apply to a request with this operation, if any.
func (f *Faults) Next(operation string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, w := range f.waiting {
		if w.Operation != "" && w.Operation != operation {
			continue
		}
		if w.Skip > 0 {
			w.Skip--
			continue
		}
		taken := *w
		if w.Count > 0 {
			if w.Count--; w.Count == 0 {
				f.waiting = slices.Delete(f.waiting, i, i+1)
			}
		}
		return taken, true
	}
	return Fault{}, false
}
