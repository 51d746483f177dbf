package whatcounts

import (
	"maps"
	"slices"
	"strings"
)

// changes is what has to be done to make one contact into another.
type changes struct {
	email   bool
	first   bool
	columns []column       // values to set; an empty one clears
	joins   []Subscription // lists to be put on
	formats []Subscription // lists whose format differs
	leaves  []int64        // lists to be taken off
}

// changesBetween compares two states of a contact. A value that current has and
// wanted lacks is cleared; what neither names is left alone. The letter case of
// an address is no change, and neither is a format that is not known.
func changesBetween(current, wanted Contact) changes {
	var todo changes
	todo.email = !strings.EqualFold(current.Email, wanted.Email)
	todo.first = current.FirstName != wanted.FirstName
	for _, name := range managedColumns(current, wanted) {
		// What only wanted names is set also when it is to be empty: current says
		// nothing of what is stored.
		if value := wanted.value(name); value != current.value(name) || wanted.names(name) && !current.names(name) {
			todo.columns = append(todo.columns, column{name, value})
		}
	}
	for _, s := range wanted.Subscriptions {
		was, on := current.subscription(s.ListID)
		switch {
		case !on:
			todo.joins = append(todo.joins, s)
		case s.Format != 0 && was.Format != 0 && was.Format != s.Format:
			todo.formats = append(todo.formats, s)
		}
	}
	for _, s := range current.Subscriptions {
		if _, stays := wanted.subscription(s.ListID); !stays {
			todo.leaves = append(todo.leaves, s.ListID)
		}
	}
	return todo
}

func (todo changes) none() bool {
	return !todo.email && !todo.first && len(todo.columns) == 0 && len(todo.joins) == 0 && len(todo.formats) == 0 && len(todo.leaves) == 0
}

// managedColumns are the columns that any of these contacts names, in the
// order in which they are sent: standard ones as the service lists them, then
// custom ones by name.
func managedColumns(contacts ...Contact) []string {
	standard := make(map[string]bool)
	custom := make(map[string]bool)
	for _, contact := range contacts {
		for name := range contact.Fields {
			standard[name] = true
		}
		for name := range contact.Custom {
			custom[customPrefix+name] = true
		}
	}
	names := slices.SortedFunc(maps.Keys(standard), func(a, b string) int {
		return slices.Index(standardFields, a) - slices.Index(standardFields, b)
	})
	return append(names, slices.Sorted(maps.Keys(custom))...)
}

// managed is stored without what neither current nor wanted names, so that
// comparing it with wanted shows what is left to do.
func managed(stored, current, wanted Contact) Contact {
	stored = stored.clone()
	names := managedColumns(current, wanted)
	maps.DeleteFunc(stored.Fields, func(name, _ string) bool { return !slices.Contains(names, name) })
	maps.DeleteFunc(stored.Custom, func(name, _ string) bool { return !slices.Contains(names, customPrefix+name) })
	stored.Subscriptions = slices.DeleteFunc(stored.Subscriptions, func(s Subscription) bool {
		_, had := current.subscription(s.ListID)
		_, wants := wanted.subscription(s.ListID)
		return !had && !wants
	})
	return stored
}
