package deletion

import "slices"

// tally is the records of one run, each counted once, whatever it is named by.
// An action names a record before its id is known, and a resource of the same
// plan may delete that record, in either order.
type tally struct {
	records map[string]bool // by kind and id
	names   map[string]bool // the names of these
	named   map[string]bool // names that are, so far, of none of these
}

func newTally() *tally {
	return &tally{map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

func (t *tally) clear() {
	clear(t.records)
	clear(t.names)
	clear(t.named)
}

func (t *tally) total() int { return len(t.records) + len(t.named) }

// has reports whether a record is counted already.
func (t *tally) has(record Record) bool {
	return !record.isNameOnly() && t.records[record.key()] || slices.ContainsFunc(record.Names, func(name string) bool {
		return t.named[record.named(name)] || record.isNameOnly() && t.names[record.named(name)]
	})
}

// add counts a record, unless it is counted already.
func (t *tally) add(record Record) {
	if record.isNameOnly() {
		if !t.has(record) {
			t.named[record.named(record.Names[0])] = true
		}
		return
	}
	t.records[record.key()] = true
	for _, name := range record.Names {
		t.names[record.named(name)] = true
		delete(t.named, record.named(name))
	}
}

// isNameOnly reports whether nothing but a name of the record is known.
func (r Record) isNameOnly() bool { return r.ID == 0 && len(r.Names) > 0 }

// named is a name among those of all kinds.
func (r Record) named(name string) string { return r.Kind + " " + name }
