package services

import "sync"

// Handover is what resource instances with many records have in state, for the
// create that replaces one. Terraform shows that create nothing of it, and has
// its plan and the delete before it made by one process each. The zero value is
// ready.
type Handover struct {
	mu     sync.Mutex
	seen   map[string]any // in this run, by instance
	handed []any          // by a delete, to the create that follows
}

// See notes what an instance has in state.
func (h *Handover) See(instance string, held any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.seen == nil {
		h.seen = map[string]any{}
	}
	h.seen[instance] = held
}

// Seen is what an instance has in state, or nil.
func (h *Handover) Seen(instance string) any {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.seen[instance]
}

// Find is what was handed over, or seen, and fits best: fits says how well, and 0
// that it does not.
func (h *Handover) Find(fits func(held any) int) (best any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	most := 0
	consider := func(held any) {
		if fit := fits(held); fit > most {
			best, most = held, fit
		}
	}
	for _, held := range h.handed {
		consider(held)
	}
	if best != nil {
		return best
	}
	for _, held := range h.seen {
		consider(held)
	}
	return best
}

// Hand hands over what a delete leaves to the create that follows it.
func (h *Handover) Hand(held any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.handed = append(h.handed, held)
}

// Take is what was handed over and fits best. Nobody else gets it.
func (h *Handover) Take(fits func(held any) int) (best any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	at, most := -1, 0
	for i, held := range h.handed {
		if fit := fits(held); fit > most {
			at, most = i, fit
		}
	}
	if at < 0 {
		return nil
	}
	best = h.handed[at]
	h.handed = append(h.handed[:at:at], h.handed[at+1:]...)
	return best
}

// Clear forgets an earlier run.
func (h *Handover) Clear() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seen, h.handed = nil, nil
}
