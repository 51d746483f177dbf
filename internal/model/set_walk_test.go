package model_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// setWalk is a random history of a realm in which sets of contacts stand beside
// single ones. All of them are planned together, as a user does it.
type setWalk struct {
	*walk
	stopped atomic.Bool       // by Ctrl-C in this step
	killed  map[*outcome]bool // Terraform was, while it applied these
}

func TestWalkOfSets(t *testing.T) {
	t.Parallel()
	var done tally
	defer done.print(t)
	rapid.Check(t, func(history *rapid.T) {
		w := startSets(t, history)
		w.tally = &done
		history.Repeat(map[string]func(*rapid.T){
			"plan":    w.whole,
			"plan 2":  w.whole,
			"plan 3":  w.whole,
			"plan 4":  w.whole,
			"destroy": w.destroyAll,
			"forget":  w.forgetSome,
			"untaint": w.untaint,
			"import":  w.importList,
			"outside": w.others,
			"leave":   w.strangersLeave,
			"process": w.newProcess,
			"time":    w.time,
		})
	})
}

func startSets(t *testing.T, history *rapid.T) *setWalk {
	k, realm := contacts{keyed: one(history, 2, "customer keys")}, acctest.Realm
	if k.keyed {
		realm = acctest.KeyedRealm
	}
	kinds := []kind{contactSets{k}, contactSets{k}, k}
	w := &setWalk{walk: inRealm(t, history, realm, 1, kinds)}
	for range rapid.IntRange(1, 2).Draw(history, "sets") {
		w.block(contactSets{k}, w.aliases[0])
	}
	for range rapid.IntRange(2, 3).Draw(history, "single contacts") {
		w.block(k, w.aliases[0])
	}
	w.newProcess(history)
	return w
}

func (w *setWalk) newProcess(t *rapid.T) {
	w.batch = choose(t, "batch_size", 2, 1, 3, 0)
	w.process(t)
}

// step runs what a user does, with whatever goes wrong meanwhile, and checks what
// is left.
func (w *setWalk) step(t *rapid.T, name string, act func() []*outcome) {
	w.stopped.Store(false)
	w.killed = map[*outcome]bool{}
	w.sim.Clock.Advance(reportedApart)
	w.launch()
	outcomes := w.run(t, name, w.drawSetFault, func() []*outcome {
		defer w.awaitSilence()
		return act()
	})
	w.endOfSets(outcomes)
	w.expectAll(outcomes)
	server := w.configured()
	for _, o := range outcomes {
		if !w.killed[o] {
			w.lookAtMembers(o, server)
		}
	}
}

// awaitSilence returns when the services are done with requests that nobody waits
// for any more.
func (w *setWalk) awaitSilence() {
	for requests := -1; w.faulty && requests != w.sim.Log.Len(); {
		requests = w.sim.Log.Len()
		time.Sleep(5 * time.Millisecond)
	}
}

// drawSetFault draws what goes wrong: what may with single contacts, a command of
// which a part is done, one of several that is refused, or Ctrl-C.
func (w *setWalk) drawSetFault(t *rapid.T) traffic.Fault {
	switch choose(t, "fault of sets", "any", "any", "any", "part", "stop", "refused", "refused") {
	case "part":
		return traffic.Fault{
			Operation: choose(t, "operation", "sub", "sub", "update", "delete", "unsub"), Kind: traffic.Partial,
			Rows: rapid.IntRange(1, 2).Draw(t, "rows"), Skip: rapid.IntRange(0, 2).Draw(t, "skip"), Count: choose(t, "count", 1, 2, -1),
		}
	case "refused":
		return traffic.Fault{
			Operation: choose(t, "operation", "sub", "sub", "sub", "update", "delete", "deletesubid"), Kind: traffic.Replace, Body: "FAILURE: not today",
			Skip: choose(t, "skip", 1, 1, 0, 2), Count: choose(t, "count", -1, 1),
		}
	case "stop":
		return traffic.Fault{
			Operation: choose(t, "operation", "", "sub", "sub", "update", "delete", "deletesubid", "find", "rpt_subscribers_in_list"), Kind: choose(t, "kind", traffic.Act, traffic.ActAfter),
			Skip: rapid.IntRange(0, 4).Draw(t, "skip"), Do: w.stop,
		}
	}
	return w.drawFault(t)
}

// stop is Ctrl-C: the provider is told, and Terraform begins nothing more.
func (w *setWalk) stop() {
	w.stopped.Store(true)
	_, _ = w.aliases[0].server.StopProvider(context.Background(), &tfprotov6.StopProviderRequest{})
}

// whole is a plan of all blocks with its apply, and, where something went wrong,
// further ones until everything is as configured.
func (w *setWalk) whole(t *rapid.T) {
	outcomes := w.drawBlocks(t)
	w.planAndApply(t, "plan", outcomes, one(t, 2, "faults"), !one(t, 5, "-refresh=false"))
	if !w.faulty || w.meddled || len(w.killed) > 0 || one(t, 3, "left as it is") {
		return
	}
	for range 4 {
		again := w.asConfigured()
		w.planAndApply(t, "repeat", again, false, true)
		if !slices.ContainsFunc(again, (*outcome).failed) {
			return
		}
	}
	w.tally.count("repeats that ended with a refusal")
}

func (w *setWalk) destroyAll(t *rapid.T) {
	outcomes := w.asConfigured()
	if len(outcomes) == 0 || !one(t, 3, "really") {
		t.Skip("it stays")
	}
	for _, o := range outcomes {
		o.set(nil)
	}
	w.planAndApply(t, "destroy", outcomes, one(t, 2, "faults"), true)
}

// asConfigured is a plan of what the blocks say, once more.
func (w *setWalk) asConfigured() []*outcome {
	var outcomes []*outcome
	for _, r := range w.resources {
		if r.config != nil || r.state.Exists() {
			outcomes = append(outcomes, &outcome{resource: r, config: r.config})
		}
	}
	return outcomes
}

func (w *setWalk) planAndApply(t *rapid.T, name string, outcomes []*outcome, faulty, refresh bool) {
	if len(outcomes) == 0 {
		return
	}
	w.faulty = faulty
	order := drawOrder(t, len(outcomes), 2, "order of the plan")
	appliedIn := drawOrder(t, len(outcomes), 1, "order of the apply")
	together, sameProcess := one(t, 3, "at the same time"), one(t, 3, "same process")
	killedAt := -1
	if faulty && !together && one(t, 4, "killed") {
		killedAt = rapid.IntRange(0, len(outcomes)-1).Draw(t, "at")
	}
	w.step(t, name, func() []*outcome {
		former := map[*outcome]config{}
		for _, o := range outcomes {
			former[o], o.resource.config = o.resource.config, o.config
		}
		if !w.planAll(outcomes, order, refresh) || w.stopped.Load() {
			for _, o := range outcomes { // the user takes it back, and Terraform keeps no import
				o.resource.config = former[o]
				if o.imports != (key{}) {
					o.resource.state = o.none()
				}
			}
			return outcomes
		}
		for _, o := range outcomes {
			if o.imports != (key{}) {
				for _, m := range o.resource.members() {
					delete(w.strangers, keyOfContact(m.id))
				}
			}
		}
		if !sameProcess {
			w.launch() // as the CLI does
		}
		if together {
			w.apply(outcomes)
			return outcomes
		}
		for i, at := range appliedIn {
			o := outcomes[at]
			if w.stopped.Load() {
				break
			}
			w.carryOut(o)
			if i == killedAt {
				o.resource.state, o.resource.tainted = o.before, o.wasTainted
				w.killed[o] = true
				break
			}
		}
		return outcomes
	})
}

// drawBlocks draws what a configuration asks of all blocks: of a few together, and
// of the others for their own sake.
func (w *setWalk) drawBlocks(t *rapid.T) []*outcome {
	plan := map[*resource]*outcome{}
	for _, r := range w.resources {
		plan[r] = &outcome{resource: r, config: r.kept()}
	}
	w.drawExchange(t, plan)
	var outcomes []*outcome
	for _, r := range w.resources {
		o := plan[r]
		if !o.moved {
			w.drawAlone(t, o)
		}
		if r.state.Exists() || o.config != nil {
			outcomes = append(outcomes, o)
		}
	}
	if len(outcomes) == 0 {
		o := plan[w.resources[0]]
		o.set(o.draw(t, nil))
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// drawAlone draws what becomes of one block for its own sake.
func (w *setWalk) drawAlone(t *rapid.T, o *outcome) {
	does := choose(t, o.name, "stays", "stays", "stays", "changes", "changes", "changes", "changes", "ends")
	if o.isSet() && !o.exists() && does == "stays" {
		does = "changes"
	}
	switch does {
	case "changes":
		o.config = o.draw(t, o.config)
		if o.isSet() || one(t, 3, "any address") {
			return
		}
		o.config["email"] = o.name + "@test.example.com"
		if lists, _ := o.config["subscriptions"].([]any); len(lists) == 0 {
			o.config["subscriptions"] = []any{map[string]any{"list_id": 5, "format": nil}}
		}
	case "ends":
		o.end(t)
	}
}

// drawExchange draws what a set and another block do with a contact of one of
// them.
func (w *setWalk) drawExchange(t *rapid.T, plan map[*resource]*outcome) {
	set, other := plan[w.resources[0]], plan[choose(t, "other block", w.resources[1:]...)]
	rows, ids := rowsIn(set.config), map[string]int64{}
	for _, m := range set.members() {
		ids[m.key] = m.id
	}
	held := slices.Sorted(maps.Keys(rows))
	move := choose(t, "exchange", "none", "none", "a row to a block", "a row to a block by import", "a block to a row", "swap", "pass on", "import")
	key := ""
	if len(held) > 0 {
		key = choose(t, "row", held...)
	}
	isFree := !other.exists() && !other.isSet()
	switch {
	case strings.HasPrefix(move, "a row to a block") && isFree && key != "" && set.exists():
		other.set(w.asSingle(set.config, rows[key]))
		if strings.HasSuffix(move, "import") && ids[key] != 0 {
			other.imports = keyOfContact(ids[key])
		}
		delete(rows, key)
		set.set(rows.in(set.config))
	case move == "a block to a row" && set.config != nil && other.config != nil && !other.isSet():
		rows[choose(t, "key", rowKeys...).(string)] = asRow(other.config)
		set.set(rows.in(set.config))
		other.set(nil)
	case move == "swap" && key != "" && other.config != nil && !other.isSet():
		changed := maps.Clone(other.config)
		changed["email"], rows[key]["email"] = rows[key]["email"], other.config["email"].(string)
		set.set(rows.in(set.config))
		other.set(changed)
	case move == "pass on" && key != "" && other.config != nil && !other.isSet():
		rows[key]["email"] = other.config["email"].(string)
		set.set(rows.in(set.config))
		other.set(nil)
	case move == "import" && !set.exists():
		w.drawImport(t, set)
	default:
		move = "none"
	}
	w.tally.count("exchange: " + move)
}

// drawImport draws a set that takes over everybody on a list.
func (w *setWalk) drawImport(t *rapid.T, set *outcome) {
	list := choose(t, "list", int64(5), 6, 7)
	rows := w.everybodyOn(list)
	if len(rows) == 0 {
		return
	}
	wanted := config{}
	set.kind.(contactSets).drawWhole(t, wanted)
	wanted["subscriptions"] = []any{map[string]any{"list_id": int(list), "format": nil}}
	set.set(rows.in(wanted))
	set.imports = key{everybodyOn, list}
}

// importList is terraform import of a set, where no other block has anybody of
// the list.
func (w *setWalk) importList(t *rapid.T) {
	r := w.pick(t, func(r *resource) bool { return r.typeName() == "reach_contacts" && !r.exists() })
	list := choose(t, "list", int64(5), 6, 7)
	rows := w.everybodyOn(list)
	if len(rows) == 0 || w.manages(list) {
		return
	}
	w.faulty = one(t, 2, "faults")
	w.step(t, "import", func() []*outcome {
		o := &outcome{resource: r, before: r.state, imports: key{everybodyOn, list}}
		w.importForPlan(o)
		if o.refreshed {
			r.config = r.written(r.plain())
			for _, m := range r.members() {
				delete(w.strangers, keyOfContact(m.id))
			}
		}
		o.config, o.before = r.config, r.state
		return []*outcome{o}
	})
}

func (w *setWalk) forgetSome(t *rapid.T) {
	r := w.pick(t, (*resource).exists)
	w.history("forget %s", r.name)
	left := r.members()
	r.state, r.tainted = r.none(), false
	w.becomeStrangers(left)
}

// others is what somebody does between two runs of Terraform.
func (w *setWalk) others(t *rapid.T) {
	act := w.drawOutsider(t, w.kinds[0])
	w.begin()
	w.outside(act)
	w.endOfSets(nil)
}

// strangersLeave is what a test environment does now and then: everybody goes whom
// no block has.
func (w *setWalk) strangersLeave(t *rapid.T) {
	if len(w.strangers) == 0 {
		t.Skip("nobody is a stranger")
	}
	w.begin()
	w.outside(func() {
		for _, k := range w.strangers.keys() {
			_ = w.sim.WhatCounts.RemoveContact(w.realm, k.id)
		}
	})
	w.endOfSets(nil)
}

func (w *setWalk) untaint(t *rapid.T) {
	r := w.pick(t, func(r *resource) bool { return r.tainted })
	w.history("untaint %s", r.name)
	r.tainted = false
}
