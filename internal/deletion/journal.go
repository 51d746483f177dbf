package deletion

import (
	"fmt"
	"time"
)

// Journals reports whether a journal is kept.
func (g *Guard) Journals() bool { return g.journal != nil }

// JournalPath is where the journal is; empty without one.
func (g *Guard) JournalPath() string { return g.settings.JournalPath }

// CheckJournal reports why the journal could not be written now, or nil. It
// writes nothing.
func (g *Guard) CheckJournal() error {
	if g.journal == nil {
		return nil
	}
	return g.journal.CheckPlace()
}

// Journal appends what the service holds of a record, and where, to the journal
// and returns once it is on disk. A [JournalError] means that it may not be, and
// that nothing may be deleted. Without journal_path it does nothing.
func (g *Guard) Journal(record Record, at Place, held Entry) error {
	if g.journal == nil {
		return nil
	}
	err := g.journal.Append(Line{
		Time:   time.Now().UTC(),
		Kind:   record.Kind,
		ID:     record.ID,
		Policy: string(g.Policy(record.Policy)),
		Place:  at,
		Record: held,
	})
	if err != nil {
		return &JournalError{fmt.Errorf("the %s was not deleted, because it could not be written to safeguards.journal_path %s: %w. Make that file writable, or correct the path, and apply again", record, g.settings.JournalPath, err)}
	}
	return nil
}

// JournalError is a delete that was not sent because the journal could not be
// written, or what belongs into it not be read.
type JournalError struct{ Cause error }

// Error is the cause.
func (e *JournalError) Error() string { return e.Cause.Error() }

// Unwrap is the cause.
func (e *JournalError) Unwrap() error { return e.Cause }
