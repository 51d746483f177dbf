package safeguard

import "slices"

// Managed is the record in state that this run has seen under a key, which is
// whatever the service tells records apart by. A plan to add what is managed
// already is the second half of a replacement, or of a resource that moved:
// Terraform plans it with an empty state and does not say so.
func (g *Guard) Managed(key string) (Record, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	record, found := g.managed[key]
	return record, found
}

// Manage notes a record that is in state.
func (g *Guard) Manage(key string, record Record) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.managed[key] = record
}

// ManagedUnder are the ids of the records in state that this run has seen under
// a policy.
func (g *Guard) ManagedUnder(policy Policy) []int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	ids := []int64{}
	for _, record := range g.managed {
		if g.Policy(record.Policy) == policy && !slices.Contains(ids, record.ID) {
			ids = append(ids, record.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// PlanAdd notes that a plan adds a record under a key. The plan to delete the
// record that is there now may come before that or after it.
func (g *Guard) PlanAdd(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.added[key] = true
}

// PlansAdd reports whether a plan adds a record under a key.
func (g *Guard) PlansAdd(key string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.added[key]
}

// Release forgets what was planned and what was in state under a key.
func (g *Guard) Release(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.managed, key)
	delete(g.added, key)
}
