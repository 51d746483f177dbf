package faults

// outcome is what a user sees of an operation under a fault, and where that
// leaves the record.
type outcome string

// The outcomes.
const (
	// none: the operation cannot meet the fault.
	none outcome = "–"
	// succeeds: what was asked for was done, once, and state knows it.
	succeeds outcome = "succeeds"
	// unchanged: an error; the record and the state are as they were.
	unchanged outcome = "error, nothing changed"
	// unknown: an error, since it cannot be told whether it was done. State
	// keeps the record, and the next plan shows what is there.
	unknown outcome = "error, the next plan shows what was done"
	// importable: an error, since it cannot be told whether a record was made.
	// The error carries the import block that adopts it if it was.
	importable outcome = "error with the `import` block"
	// believed: the answer is a good one, and cannot be told from a fault.
	believed outcome = "taken for “none”"
)

// fails reports whether the user sees an error.
func (o outcome) fails() bool { return o == unchanged || o == unknown || o == importable }
