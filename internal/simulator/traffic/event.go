package traffic

import (
	"slices"
	"sync"
	"time"
)

// mostEvents is how many events are kept.
const mostEvents = 100

// Event is one record that came, changed or went, for a person who watches:
// because of a request, or of a test that plays somebody else.
type Event struct {
	Number   int       `json:"number"`
	Time     time.Time `json:"time"`
	Happened string    `json:"happened"` // such as "Contact deleted"
	Record   string    `json:"record"`   // such as "jane@example.com, Jane"
}

// Events keeps the latest events. It is safe for concurrent use.
type Events struct {
	mu    sync.Mutex
	kept  []Event
	count int
}

// Add numbers and records one event.
func (e *Events) Add(at time.Time, happened, record string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.count++
	if len(e.kept) == mostEvents {
		e.kept = slices.Delete(e.kept, 0, 1)
	}
	e.kept = append(e.kept, Event{e.count, at, happened, record})
}

// Latest returns a copy of the events that are kept, the oldest first.
func (e *Events) Latest() []Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Event{}, e.kept...)
}
