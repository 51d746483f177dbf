package contact

import (
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// setDiff is what has to be done to make one version of a set into another.
// Numbers are places in the rows of the two.
type setDiff struct {
	from    []int // for each planned row the row in state that is the same contact, or -1
	added   []int // planned rows
	changed []int // planned rows of which something has to be sent
	removed []int // rows in state
}

// sends reports whether anything has to be sent.
func (d setDiff) sends() bool { return len(d.added)+len(d.changed)+len(d.removed) > 0 }

// diffSets finds the contact of each planned row: the one that has its key and is
// the same, or else the same under another key, or else the one with its key,
// which then changes. Another customer key is another contact. Planned rows take
// over the id, the note and the opt-outs of their contact.
func diffSets(state, plan *set) setDiff {
	byKey, byIdentity, byName := map[string]int{}, map[string]int{}, map[string]int{}
	for i, row := range state.rows {
		byKey[row.key], byIdentity[row.identity()] = i, i
		if row.cell("customer_key") == "" { // not every realm shows it
			byName[row.nameIdentity()] = i
		}
	}
	d := setDiff{from: slices.Repeat([]int{-1}, len(plan.rows))}
	taken := make([]bool, len(state.rows))
	match := func(find func(row setRow) (int, bool)) {
		for i, row := range plan.rows {
			if d.from[i] >= 0 {
				continue
			}
			if at, found := find(row); found && !taken[at] {
				d.from[i], taken[at] = at, true
			}
		}
	}
	match(func(row setRow) (int, bool) {
		at, found := byKey[row.key]
		return at, found && state.rows[at].identity() == row.identity()
	})
	match(func(row setRow) (int, bool) { at, found := byIdentity[row.identity()]; return at, found })
	match(func(row setRow) (int, bool) { at, found := byName[row.nameIdentity()]; return at, found })
	match(func(row setRow) (int, bool) {
		at, found := byKey[row.key]
		if !found {
			return 0, false
		}
		was, is := state.rows[at].cell("customer_key"), row.cell("customer_key")
		return at, was == "" || is == "" || was == is
	})
	for i := range state.rows {
		if !taken[i] {
			d.removed = append(d.removed, i)
		}
	}
	sameLists := state.Subscriptions.Equal(plan.Subscriptions)
	planned := plan.lists()
	for i, at := range d.from {
		if at < 0 {
			d.added = append(d.added, i)
			continue
		}
		row, was := &plan.rows[i], state.rows[at]
		row.id, row.note = was.id, was.note
		row.optedOut = slices.DeleteFunc(slices.Clone(was.optedOut), func(list int64) bool { return !slices.Contains(planned, list) })
		if sameLists && len(was.drift) == 0 && slices.Equal(row.cells, was.cells) {
			continue
		}
		if !whatcounts.Compare(state.managed(was), plan.managed(*row)).None() {
			d.changed = append(d.changed, i)
		}
	}
	return d
}
