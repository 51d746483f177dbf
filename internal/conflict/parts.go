package conflict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// A resource instance with many records is as many instances here, its parts.
// Each has the key of the whole with the id of its record, so that one set of
// rules holds between parts of one whole, of two, and single instances.

// PartKey is the key of the part that has a record in state.
func PartKey(whole string, record Record) string { return whole + "/" + idOf(record.Record) }

// Part is what a plan does with a record of the instance that has a key: before
// and after are as in [Change], and configuration tells a record that is to be
// made from the others of the whole.
func Part(whole string, before, after *Record, ending Ending, configuration string) Change {
	change := Change{Before: before, After: after, Ending: ending, Part: true}
	switch {
	case before != nil:
		change.Instance = PartKey(whole, *before)
	case whole != "":
		change.Instance, change.Configuration = whole+"/made "+configuration, whole+"/"+configuration
	default:
		change.Configuration = configuration
	}
	return change
}

// ReadAll is [Register.Read] for an instance with many records. The whole is read
// once in a run, as one with a single record is.
func (r *Register) ReadAll(whole string, records []Record) (key string, read func(stored []Record)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := func(is func(*instance) bool) bool {
		return slices.ContainsFunc(records, func(record Record) bool {
			part := r.instances[PartKey(whole, record)]
			return part != nil && is(part)
		})
	}
	if r.hasApplied() || known(func(part *instance) bool { return part.readAt > 0 && !part.reading }) {
		r.beginRun(cmp.Or(r.applied, r.moment))
	}
	r.begin()
	r.reads = true
	r.moment++
	if whole == "" || known(func(part *instance) bool { return part.reading }) {
		whole = newKey()
	}
	parts := make([]*instance, len(records))
	for i := range records {
		key := PartKey(whole, records[i])
		part := r.instances[key]
		if part == nil {
			part = &instance{Change: Change{Instance: key, Before: &records[i], Part: true}, key: key}
			r.put(part)
		}
		part.reading, part.readAt = true, r.moment
		parts[i] = part
	}
	return whole, func(stored []Record) {
		r.mu.Lock()
		defer r.mu.Unlock()
		left := make(map[int64]*Record, len(stored))
		for i := range stored {
			left[stored[i].ID] = &stored[i]
		}
		for _, part := range parts {
			part.reading = false
			if part.planned || r.instances[part.key] != part {
				continue
			}
			r.remove(part)
			if now := left[part.Before.ID]; now != nil {
				part.Before = now
				r.put(part)
			}
		}
	}
}

// ImportAll is [Register.Import] for an instance with many records.
func (r *Register) ImportAll(records []Record) (whole string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.hasApplied() {
		r.beginRun(r.applied)
	}
	r.begin()
	r.reads = true
	whole = newKey()
	for i := range records {
		key := PartKey(whole, records[i])
		r.put(&instance{Change: Change{Instance: key, Before: &records[i], Part: true}, key: key, imported: true})
	}
	return whole
}

// PlanAll is [Register.Plan] for the parts of one instance. Whatever several of
// them are refused for, or forgotten, is told once. forgets are the ids of
// records whose end must delete nothing.
func (r *Register) PlanAll(changes []Change) (forgets []int64, problems diag.Diagnostics) {
	var refused, warned toldTogether
	for _, change := range changes {
		outcome := r.Plan(change)
		if outcome.Forgets {
			forgets = append(forgets, change.Before.ID)
		}
		refused.add(change, outcome.Diagnostics.Errors())
		warned.add(change, outcome.Diagnostics.Warnings())
	}
	if refused.first != nil {
		problems.AddError(refused.first.Summary(), refused.detail())
	}
	if warned.first != nil {
		problems.AddWarning(warned.first.Summary(), warned.detail())
	}
	return forgets, problems
}

// mostNamed is how many records a text names that is about more.
const mostNamed = 20

// toldTogether makes one diagnostic of those about the parts of a whole.
type toldTogether struct {
	first   diag.Diagnostic
	records []string
}

func (t *toldTogether) add(change Change, found diag.Diagnostics) {
	for _, one := range found {
		if t.first == nil {
			t.first = one
		}
		record := change.Before
		if record == nil {
			record = change.After
		}
		t.records = append(t.records, fmt.Sprintf("%s (%s)", record, one.Summary()))
	}
}

func (t *toldTogether) detail() string {
	if len(t.records) == 1 {
		return t.first.Detail()
	}
	named := t.records[:min(len(t.records), mostNamed)]
	text := fmt.Sprintf("%s\n\nSo it is with %d records of this resource:\n  - %s", t.first.Detail(), len(t.records), strings.Join(named, "\n  - "))
	if more := len(t.records) - len(named); more > 0 {
		text += fmt.Sprintf("\n  - and %d more", more)
	}
	return text
}

// MadeAll is [Register.Made] for parts of an instance, from the configurations
// that [Part] was given. The whole has the key, or a new one where it has none.
func (r *Register) MadeAll(whole string, records []Record, configurations []string) (key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if whole == "" {
		whole = newKey()
	}
	for i := range records {
		r.forgetPlanned(records[i], configurations[i])
		part := PartKey(whole, records[i])
		r.put(&instance{Change: Change{Instance: part, Before: &records[i], After: &records[i], Part: true}, key: part, planned: true, made: true})
	}
	return whole
}
