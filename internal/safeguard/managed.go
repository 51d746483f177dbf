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

// Release forgets a record that is in state no longer.
func (g *Guard) Release(key string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.managed, key)
}
