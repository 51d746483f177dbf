package seveng

import (
	"slices"
	"sync"
	"time"
)

// recentFor is how long a write of this client is held against an owner's
// list that does not show it. How soon a write can be read is not documented.
const recentFor = 30 * time.Second

// recentWrites are what this client has just done, by native id.
type recentWrites struct {
	mu     sync.Mutex
	writes map[int64]recentWrite
}

type recentWrite struct {
	at   time.Time
	held Communication // zero when the record was deleted
}

func (r *recentWrites) note(now time.Time, id int64, held Communication) {
	if id == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writes == nil {
		r.writes = make(map[int64]recentWrite)
	}
	for old, write := range r.writes {
		if now.Sub(write.at) > recentFor {
			delete(r.writes, old)
		}
	}
	r.writes[id] = recentWrite{now, held}
}

// agree reports whether an owner's list shows every recent write as it was
// done.
func (r *recentWrites) agree(now time.Time, owner Owner, list []Communication) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, write := range r.writes {
		if now.Sub(write.at) > recentFor {
			continue
		}
		i := slices.IndexFunc(list, func(c Communication) bool { return c.ID == id })
		same, known := write.held.Owner.compare(owner)
		switch {
		case write.held.ID == 0 || known && !same:
			if i >= 0 {
				return false
			}
		case same && (i < 0 || list[i].TypeID != write.held.TypeID || !sameValue(list[i].Value, write.held.Value)):
			return false
		}
	}
	return true
}
