package seveng

import (
	"context"
	"slices"
	"sync"
	"time"
)

// freshFor is how long an owner's list that does not show a write of this
// client is read again. How soon a write can be read is not documented
// (7g.md#contradictions).
const freshFor = 30 * time.Second

// history is what this client has seen, created and written, by native id. It
// tells the record that a create has made from all others: 7G shows neither a
// date nor an author (7g.md#communication). The zero value is ready for use.
type history struct {
	mu       sync.Mutex
	moment   int            // counts the creates that began
	seen     map[int64]int  // the moment at which a read first showed a record
	touched  map[int64]bool // records that this client has created, changed or deleted
	creating []*creation    // creates under way
	doubtful []Spec         // what creates asked for that may have left a record behind, nobody knows which
	written  map[int64]lastWrite
}

// lastWrite is the last write of a record.
type lastWrite struct {
	at     time.Time
	stored Communication // afterwards; zero when it was deleted
}

// saw notes records that a read has shown.
func (h *history) saw(records ...Communication) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen = make(map[int64]int)
	}
	for _, r := range records {
		if _, before := h.seen[r.ID]; !before {
			h.seen[r.ID] = h.moment
		}
	}
}

// begins notes the beginning of a create. It waits for those under way that ask
// for the same: while there is one at a time, a record that a create finds
// cannot be another's. It returns the error of ctx when that ends before.
func (h *history) begins(ctx context.Context, op *creation) error {
	for {
		rival := h.tryBegin(op)
		if rival == nil {
			return nil
		}
		select {
		case <-rival.ended:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tryBegin is begins, or the create to wait for.
func (h *history) tryBegin(op *creation) *creation {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, other := range h.creating {
		if alike(other.asked, op.asked) {
			return other
		}
	}
	h.moment++
	op.began, op.ended = h.moment, make(chan struct{})
	op.follows = slices.ContainsFunc(h.doubtful, func(s Spec) bool { return s.ExternalID == op.asked.ExternalID && alike(s, op.asked) })
	h.creating = append(h.creating, op)
	return nil
}

// ends notes the end of a create. One in doubt may have left a record behind
// that nobody has seen.
func (h *history) ends(op *creation, inDoubt bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if inDoubt {
		h.doubtful = append(h.doubtful, op.asked)
	}
	h.creating = slices.DeleteFunc(h.creating, func(other *creation) bool { return other == op })
	close(op.ended)
}

// alike reports whether a record that is made for one could be taken for that
// of the other.
func alike(a, b Spec) bool {
	same, known := a.Owner.compare(b.Owner)
	return (same || !known) && a.TypeID == b.TypeID && SameForm(a.Value, b.Value)
}

// touches notes that this client creates, changes or deletes a record. It
// reports false when it has done so before.
func (h *history) touches(id int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.touched[id] {
		return false
	}
	if h.touched == nil {
		h.touched = make(map[int64]bool)
	}
	h.touched[id] = true
	return true
}

// isOther reports whether a record cannot come from a create that began then:
// it was seen before, or this client has made, changed or deleted it otherwise.
func (h *history) isOther(id int64, began int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	first, seen := h.seen[id]
	return h.touched[id] || seen && first < began
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

// forget drops what concerns only the run that ends.
func (h *history) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.doubtful = nil
}
