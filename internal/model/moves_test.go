package model_test

import (
	"maps"

	"pgregory.net/rapid"
)

// drawWhole draws what a configuration asks of all resources under some aliases.
func (w *walk) drawWhole(t *rapid.T, under []*alias) []*outcome {
	plan := map[*resource]*outcome{}
	for _, r := range w.resources {
		plan[r] = &outcome{resource: r, config: r.kept()}
	}
	of, in := choose(t, "kind", w.kinds...), choose(t, "alias", under...)
	var held, free []*outcome
	for _, r := range w.resources {
		switch {
		case r.typeName() != of.typeName() || r.alias != in:
		case r.state.Exists():
			held = append(held, plan[r])
		default:
			free = append(free, plan[r])
		}
	}
	if len(held) == 0 {
		free[0].set(free[0].draw(t, nil))
	}
	w.drawMove(t, shuffled(t, held), free)
	var outcomes []*outcome
	for _, r := range w.resources {
		for _, each := range under {
			if o := plan[r]; r.alias == each {
				if !o.moved {
					o.drawOwn(t)
				}
				if r.state.Exists() || o.config != nil {
					outcomes = append(outcomes, o)
				}
			}
		}
	}
	return outcomes
}

// kept is the configuration of what is in state, as it was written or would be.
func (r *resource) kept() config {
	if r.config == nil || !r.state.Exists() {
		return r.written(r.plain())
	}
	return r.config
}

func shuffled(t *rapid.T, outcomes []*outcome) []*outcome {
	if len(outcomes) == 0 {
		return nil
	}
	return rapid.Permutation(outcomes).Draw(t, "which")
}

// drawOwn draws what becomes of one resource for its own sake.
func (o *outcome) drawOwn(t *rapid.T) {
	does := choose(t, o.name, "stays", "stays", "changes", "ends")
	if !o.exists() && does == "ends" {
		does = "stays"
	}
	switch does {
	case "changes":
		o.config = o.draw(t, o.config)
		o.createsFirst = one(t, 3, "create_before_destroy")
	case "ends":
		o.end(t)
	}
}

// end takes the block away.
func (o *outcome) end(t *rapid.T) {
	o.config, o.moved = nil, true
	o.endsBeforeRead = one(t, 3, "planned before it is read")
}

// set gives the block another configuration.
func (o *outcome) set(to config) {
	o.config, o.moved = to, true
}

// drawMove draws what several resources of one kind do with what each other has.
func (w *walk) drawMove(t *rapid.T, held, free []*outcome) {
	moves := map[string]bool{
		"none":             true,
		"rename":           len(held) > 0 && len(free) > 0,
		"rename by import": len(held) > 0 && len(free) > 0,
		"import beside":    len(held) > 0 && len(free) > 0,
		"sibling":          len(held) > 0 && len(free) > 0,
		"pass on":          len(held) > 1,
		"swap":             len(held) > 1,
		"shift":            len(held) > 1,
		"sibling goes":     len(siblings(held)) > 1,
		"one of two goes":  len(twins(held)) > 1,
		"both of two go":   len(twins(held)) > 1,
		"another key":      len(held) > 0 && held[0].keyAttribute() != "",
	}
	var possible []string
	for _, move := range []string{"none", "rename", "rename by import", "import beside", "sibling", "pass on", "swap", "shift", "sibling goes", "one of two goes", "both of two go", "another key"} {
		if moves[move] {
			possible = append(possible, move)
		}
	}
	move := choose(t, "move", possible...)
	w.tally.count("move: " + move)
	switch move {
	case "rename", "rename by import":
		free[0].set(held[0].config)
		if one(t, 3, "changed as well") {
			free[0].config = free[0].draw(t, free[0].config)
		}
		held[0].end(t)
		if move == "rename by import" {
			free[0].imports = held[0].key()
		}
	case "import beside":
		free[0].set(held[0].config)
		free[0].imports = held[0].key()
	case "sibling":
		free[0].set(free[0].sibling(t, held[0].config))
	case "pass on":
		held[1].set(held[1].withAddressOf(held[0].config))
		held[0].end(t)
	case "swap":
		held[0].set(held[0].withAddressOf(held[1].kept()))
		held[1].set(held[1].withAddressOf(held[0].kept()))
	case "shift":
		for i := range held[1:] {
			held[i].set(held[i].withAddressOf(held[i+1].config))
		}
		held[len(held)-1].end(t)
	case "sibling goes":
		both := siblings(held)
		both[0].moved = true
		both[1].end(t)
	case "one of two goes":
		both := twins(held)
		both[0].moved = true
		both[1].end(t)
	case "both of two go":
		for _, o := range twins(held) {
			o.end(t)
		}
	case "another key":
		changed := maps.Clone(held[0].config)
		changed[held[0].keyAttribute()] = choose(t, "key", held[0].keys()...)
		if held[0].typeName() == "reach_contact" {
			changed["force_sub"] = true
		}
		held[0].set(changed)
		held[0].createsFirst = !one(t, 3, "destroyed first")
	}
}

// withAddressOf is the configuration with the address of another one.
func (o *outcome) withAddressOf(other config) config {
	changed := maps.Clone(o.config)
	for _, name := range []string{o.addressAttribute(), "type"} {
		if other[name] != nil {
			changed[name] = other[name]
		}
	}
	return changed
}

// siblings are two with one address, or none.
func siblings(held []*outcome) []*outcome {
	return alike(held, func(o *outcome) any { return o.config[o.addressAttribute()] })
}

// twins are two that have one record in state, or none.
func twins(held []*outcome) []*outcome {
	return alike(held, func(o *outcome) any { return o.key() })
}

func alike(held []*outcome, by func(*outcome) any) []*outcome {
	first := map[any]*outcome{}
	for _, o := range held {
		if other := first[by(o)]; other != nil {
			return []*outcome{other, o}
		}
		first[by(o)] = o
	}
	return nil
}
