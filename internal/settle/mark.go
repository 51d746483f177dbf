package settle

import (
	"encoding/json"
	"time"
)

// freshFor is how long after a write a contradicting read is doubted. It
// covers the refresh of a plan that follows an apply at once.
const freshFor = 30 * time.Second

type mark struct {
	WrittenAt time.Time `json:"written_at"`
}

// Mark is a note, as JSON, that a record was written at this moment. The next
// process to read the record learns from it that the write is fresh.
func Mark(now time.Time) ([]byte, error) {
	return json.Marshal(mark{WrittenAt: now.UTC()})
}

// Fresh reports whether note tells of a write shortly before now, or shortly
// after it, as a plan on a machine whose clock is behind sees it. A missing or
// unreadable note does not.
func Fresh(note []byte, now time.Time) bool {
	var m mark
	if len(note) == 0 || json.Unmarshal(note, &m) != nil {
		return false
	}
	return now.Sub(m.WrittenAt).Abs() < freshFor
}
