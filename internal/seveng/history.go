package seveng

import (
	"slices"
	"sync"
	"time"
)

// freshFor is how long an owner's list that does not show a write of this
// client is read again. How soon a write can be read is not documented
// (7g.md#contradictions).
const freshFor = 30 * time.Second

// history is what this client has seen, created and written, by native id. A
// record that was seen before a create began cannot be the one that it created,
// and neither can one that another create made: without that, a create whose
// answer was lost could take over a record of the same owner, type and value
// that was there before. The zero value is ready for use.
type history struct {
	mu      sync.Mutex
	seen    map[int64]time.Time // when for the first time
	created map[int64]bool
	written map[int64]lastWrite
}

// lastWrite is the last write of a record.
type lastWrite struct {
	at     time.Time
	stored Communication // afterwards; zero when it was deleted
}

// saw notes records that a read has shown.
func (h *history) saw(now time.Time, records ...Communication) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen = make(map[int64]time.Time)
	}
	for _, r := range records {
		if _, before := h.seen[r.ID]; !before {
			h.seen[r.ID] = now
		}
	}
}

// creates notes that a create has made this record. It reports false when
// another create came first: of two that look for the same at once, one may
// have it.
func (h *history) creates(id int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.created[id] {
		return false
	}
	if h.created == nil {
		h.created = make(map[int64]bool)
	}
	h.created[id] = true
	return true
}

// isOlder reports whether a record cannot come from a create that began then.
func (h *history) isOlder(id int64, began time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	first, seen := h.seen[id]
	return h.created[id] || seen && first.Before(began)
}

// wrote notes a write of this client, unless the id is not known.
func (h *history) wrote(now time.Time, id int64, stored Communication) {
	if id == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.written == nil {
		h.written = make(map[int64]lastWrite)
	}
	for old, w := range h.written {
		if now.Sub(w.at) > freshFor {
			delete(h.written, old)
		}
	}
	h.written[id] = lastWrite{now, stored}
}

// agrees reports whether an owner's list shows every fresh write.
func (h *history) agrees(now time.Time, owner Owner, list []Communication) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for id, w := range h.written {
		if now.Sub(w.at) > freshFor {
			continue
		}
		i := slices.IndexFunc(list, func(c Communication) bool { return c.ID == id })
		same, known := w.stored.Owner.compare(owner)
		switch {
		case w.stored.ID == 0 || known && !same:
			if i >= 0 {
				return false
			}
		case same && (i < 0 || list[i].TypeID != w.stored.TypeID || !EqualValues(list[i].Value, w.stored.Value)):
			return false
		}
	}
	return true
}
