package traffic

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Dialect is one way in which a service may differ from the simulator's
// default: its documents contradict each other, or are silent.
type Dialect struct {
	Name     string // such as "7g-not-found-404"
	Row      int    // in the table "Contradictions" of the service's reference, where its source is
	Question string // what it decides, and how
}

// DialectTable is every dialect of one service.
type DialectTable []Dialect

// Add enters a dialect whose source is this row of the table "Contradictions",
// and returns its name.
func (t *DialectTable) Add(row int, name, question string) string {
	*t = append(*t, Dialect{Name: name, Row: row, Question: question})
	return name
}

// Sorted are the dialects by name.
func (t DialectTable) Sorted() []Dialect {
	return slices.SortedFunc(slices.Values(t), func(a, b Dialect) int { return strings.Compare(a.Name, b.Name) })
}

// Dialects are the dialects of one service, and those of them that are on. It
// is safe for concurrent use.
type Dialects struct {
	known []Dialect // sorted by name
	mu    sync.RWMutex
	on    []string // in the order in which they were switched on
}

// NewDialects returns these dialects, all of them off.
func NewDialects(known []Dialect) *Dialects { return &Dialects{known: known} }

// Set switches dialects on by name, in addition to those that are on. Of
// several that decide the same question the latest counts. An unknown name is
// an error that lists the known ones; then nothing is switched.
func (d *Dialects) Set(names ...string) error {
	var known []string
	for _, dialect := range d.known {
		known = append(known, dialect.Name)
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("unknown dialect %q; known are %s", name, strings.Join(known, ", "))
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.on = append(d.on, names...)
	return nil
}

// Unset switches dialects off by name; without a name, all of them. Names that
// are not on are ignored.
func (d *Dialects) Unset(names ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.on = slices.DeleteFunc(d.on, func(name string) bool { return len(names) == 0 || slices.Contains(names, name) })
}

// On says whether a dialect is on.
func (d *Dialects) On(name string) bool { return d.Latest(name) != "" }

// Latest is the one of these dialects that was switched on last, or empty when
// none of them is on.
func (d *Dialects) Latest(names ...string) string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	for _, name := range slices.Backward(d.on) {
		if slices.Contains(names, name) {
			return name
		}
	}
	return ""
}
