package model_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// whole is a plan of all resources with its apply: some are as they were, and
// of the others a few do what gets in each other's way.
func (w *walk) whole(t *rapid.T) {
	planned := w.aliases
	if len(planned) > 1 && !one(t, 3, "both aliases") {
		planned = []*alias{choose(t, "alias", planned...)} // -target
	}
	outcomes := w.drawWhole(t, planned)
	order := drawOrder(t, len(outcomes), 2, "order of the plan")
	appliedIn := drawOrder(t, len(outcomes), 1, "order of the apply")
	together, sameProcess := one(t, 3, "at the same time"), one(t, 2, "same process")
	w.step(t, "plan", func(refresh bool) []*outcome {
		if len(planned) > 1 {
			w.becomeSomebody()
		}
		former := map[*outcome]config{}
		for _, o := range outcomes {
			former[o], o.resource.config = o.resource.config, o.config
		}
		if !w.planAll(outcomes, order, refresh) {
			for _, o := range outcomes { // the user takes it back, and Terraform keeps no import
				o.resource.config = former[o]
				if o.imports != (key{}) {
					o.resource.state = o.none()
				}
			}
			return outcomes
		}
		if !sameProcess {
			w.launch() // as the CLI does
		}
		if together {
			w.apply(outcomes)
			return outcomes
		}
		for _, i := range appliedIn {
			w.carryOut(outcomes[i])
		}
		return outcomes
	})
}

// drawOrder is a random order of so many things, each of which has so many
// turns.
func drawOrder(t *rapid.T, things, turns int, label string) []int {
	var all []int
	for thing := range things {
		for range turns {
			all = append(all, thing)
		}
	}
	return rapid.Permutation(all).Draw(t, label)
}

// planAll reads and plans resources in an order in which each has two turns, and
// reports whether the plan may be applied.
func (w *walk) planAll(outcomes []*outcome, order []int, refresh bool) bool {
	turns, decided := map[*outcome]int{}, map[*outcome]bool{}
	at := 0 // counts what the provider is shown
	decide := func(o *outcome) {
		if decided[o] {
			return
		}
		at++
		decided[o], o.plannedAt = true, at
		if o.seenAt == 0 {
			o.seenAt = at
		}
		w.decide(o)
	}
	for _, i := range order {
		o := outcomes[i]
		turns[o]++
		switch first := turns[o] == 1; {
		case first != o.endsBeforeRead:
			if o.imports != (key{}) {
				w.importForPlan(o)
			} else {
				w.see(o, refresh)
			}
			if o.refreshed {
				at++
				o.seenAt = at
			}
		default:
			// What was read is planned while a create waits for it, unless it is tainted:
			// that is planned as a create alone.
			for _, other := range outcomes {
				if alone := !o.resource.state.Exists() || o.resource.tainted; alone && other != o && other.resource.state.Exists() && turns[other] == 1 && !other.endsBeforeRead && !other.resource.tainted {
					decide(other)
				}
			}
			decide(o)
		}
	}
	return !slices.ContainsFunc(outcomes, (*outcome).failed)
}

// importForPlan carries out the import block of a resource.
func (w *walk) importForPlan(o *outcome) {
	id := fmt.Sprint(o.imports.id)
	if o.imports.typeName == everybodyOn {
		id = "list:" + id
	}
	imported, diagnostics := o.alias.server.Import(o.typeName(), id, nil)
	if o.note(diagnostics) && imported.Exists() {
		o.resource.state, o.refreshed = imported, true
	}
	o.before = o.resource.state
}

// becomeSomebody makes of each alias somebody else for the other: what one
// cannot see of the other is no fault of either.
func (w *walk) becomeSomebody() {
	w.meddled = true
	for k := range w.before {
		w.touched[k] = true
	}
}

// importTwice is terraform import of a record that another resource has, which
// is a run of its own that shows the provider no other resource.
func (w *walk) importTwice(t *rapid.T) {
	others := func(r *resource) []*resource {
		return slices.DeleteFunc(slices.Clone(w.resources), func(other *resource) bool {
			return other.typeName() != r.typeName() || w.world()[other.key()] == nil || other.tainted
		})
	}
	r := w.pick(t, func(r *resource) bool { return !r.exists() && len(others(r)) > 0 })
	from := choose(t, "of", others(r)...)
	k := from.key()
	w.step(t, "import of "+fmt.Sprint(k, " a second time"), func(bool) []*outcome {
		o := &outcome{resource: r, before: r.state}
		imported, diagnostics := r.alias.server.Import(r.typeName(), fmt.Sprint(k.id), nil)
		if o.note(diagnostics) && imported.Exists() {
			r.state, r.config = imported, r.written(acctest.Plain(imported.Value).(map[string]any))
			w.held[k] = true
		}
		return []*outcome{o}
	})
}
