package model_test

import (
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// config is what stands in a resource block; state is what Terraform keeps.
type (
	config map[string]any
	state  map[string]any
)

// kind is what a walk has to know of one type of resource.
type kind interface {
	typeName() string
	// draw draws a configuration, or a change of one that was written before.
	draw(t *rapid.T, before config) config
	// disagreement says what the state says and the record does not.
	disagreement(s state, record any) string
	// careless says what differs between two versions of a record that state
	// does not name: what an update wrote and lost sight of.
	careless(s state, before, after any) string
	// excuse says why an apply may fail although nothing goes wrong on the
	// wire. Without one it has to succeed.
	excuse(w *walk, o *outcome) string
	// importIDs are all the ways to name a record in an import.
	importIDs(w *walk, record any) []string
	idAttribute() string
	addressAttribute() string
	// keyAttribute is the attribute whose change means another record. Empty:
	// there is none.
	keyAttribute() string
	keys() []any
	// written is the configuration of which a state tells.
	written(s state) config
	// sibling is a configuration for another record on the same address.
	sibling(t *rapid.T, of config) config
	// identities are what the service tells records apart by, of a state or of
	// a configuration; a record of which that says nothing has none.
	identities(s map[string]any, record any) []string
	// contents are all else that is alike where a block got another name.
	contents(s map[string]any) []string
}

// world is every record of both services, as they are.
type world map[key]any

type key struct {
	typeName string
	id       int64
}

func (w world) keys() []key {
	return slices.SortedFunc(maps.Keys(w), func(a, b key) int {
		if a.typeName != b.typeName {
			return slices.Compare([]string{a.typeName}, []string{b.typeName})
		}
		return int(a.id - b.id)
	})
}

// met calls visit with every record that a step may have met, as it was before
// and as it is after: several resources change at the same time, and a stale
// read shows what is gone.
func (w *walk) met(visit func(key, any)) {
	for _, all := range []world{w.before, w.after, w.gone} {
		for _, k := range all.keys() {
			visit(k, all[k])
		}
	}
}

// choose draws one of the values.
func choose[V any](t *rapid.T, label string, values ...V) V {
	return rapid.SampledFrom(values).Draw(t, label)
}

// one draws whether something happens that happens once in n times. The
// smallest counterexample is the one where it does not.
func one(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n-1
}

// revise draws a configuration anew in a few attributes.
func revise(t *rapid.T, before config, attributes map[string]func(*rapid.T) any, required ...string) config {
	names := slices.Sorted(maps.Keys(attributes))
	drawn := maps.Clone(before)
	if drawn == nil {
		drawn = config{}
		names = append(required, choose(t, "attribute", names...), choose(t, "attribute", names...))
	} else {
		names = rapid.SliceOfN(rapid.SampledFrom(names), 1, 3).Draw(t, "attributes")
	}
	for _, name := range names {
		drawn[name] = attributes[name](t)
	}
	return drawn
}

// optional draws one of the values, or that the attribute is left out.
func optional(label string, values ...any) func(*rapid.T) any {
	return func(t *rapid.T) any { return choose(t, label, append([]any{nil}, values...)...) }
}

func oneOf(label string, values ...any) func(*rapid.T) any {
	return func(t *rapid.T) any { return choose(t, label, values...) }
}
