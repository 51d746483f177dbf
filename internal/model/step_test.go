package model_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// step runs what a user does, with whatever goes wrong meanwhile, and checks
// what is left.
func (w *walk) step(t *rapid.T, name string, act func(refresh bool) []*outcome) {
	w.faulty = one(t, 2, "faults")
	refresh := !one(t, 5, "-refresh=false")
	// A process lives on for a plan that shows it all resources again.
	if !w.goesOn || name != "plan" || !refresh {
		w.launch()
	}
	w.goesOn = false
	outcomes := w.run(t, name, w.drawFault, func() []*outcome { return act(refresh) })
	w.end(outcomes...)
	for _, o := range outcomes {
		w.checkExpected(o, outcomes)
	}
	// The next plan is of another process, as with the CLI, or of the same one, as
	// with terraform test.
	applied := func(o *outcome) bool { return o.applied || o.ended }
	w.goesOn = one(t, 2, "goes on") && !slices.ContainsFunc(outcomes, (*outcome).failed) && slices.ContainsFunc(outcomes, applied)
	servers := map[*alias]*acctest.Server{}
	for _, each := range w.aliases {
		servers[each] = each.server
		if w.goesOn || slices.ContainsFunc(outcomes, (*outcome).failed) { // what a process has learned ends with its run
			servers[each] = w.configured()
		}
	}
	for _, o := range outcomes {
		w.look(o, servers[o.alias])
	}
}

// run does what a user does, with the faults of the step, and tells of it.
func (w *walk) run(t *rapid.T, name string, fault func(*rapid.T) traffic.Fault, act func() []*outcome) []*outcome {
	w.begin()
	if w.faulty {
		for range rapid.IntRange(1, 2).Draw(t, "number of faults") {
			fault := fault(t)
			w.history("fault %s of %q after %d, %d times, status %d", fault.Kind, fault.Operation, fault.Skip, fault.Count, fault.Status)
			w.sim.Faults.Add(fault)
		}
	}
	requests := w.sim.Log.Len()
	outcomes := act()
	w.sim.Faults.Clear()
	w.tally.count("steps")
	w.tally.count("steps: " + strings.Fields(name)[0])
	for _, o := range outcomes {
		for _, problem := range acctest.Errors(o.diagnostics) {
			w.tally.count("error: " + problem.Summary)
		}
	}
	w.history("%s", name)
	for _, o := range outcomes {
		w.history("  %s: %s -> %v, %s", o.name, describe(o.config), o.key(), result(o))
	}
	for _, e := range w.sim.Log.Since(requests) {
		w.history("    %s %s%s%s %s -> %d %s", e.Operation, e.Query.Encode(), e.Body, rows(e.Arguments), e.Fault, e.Status, emptyElements.ReplaceAllString(strings.ReplaceAll(e.Answer, "\n", ""), ""))
	}
	return outcomes
}

// emptyElements are most of what details of a contact show.
var emptyElements = regexp.MustCompile(`<[a-z0-9_]+></[a-z0-9_]+>|"[a-zA-Z]+":null,`)

func rows[A any](arguments []A) string {
	var texts []string
	for _, a := range arguments {
		if text := fmt.Sprint(a); !strings.HasPrefix(text, "{r ") && !strings.HasPrefix(text, "{p ") {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, " ")
}

func result(o *outcome) string {
	if !o.failed() {
		return "done"
	}
	return acctest.Texts(acctest.Errors(o.diagnostics))
}

func (w *walk) begin() {
	w.keepGone()
	w.before, w.optouts, w.standing = w.world(), w.optoutsOfDeletes(), w.sim.WhatCounts.Optouts(w.realm)
	w.meddled, w.touched, w.harmed = false, map[key]bool{}, nil
	w.taken = map[key]bool{}
}

// keepGone remembers what is no longer there, where the services may still show
// it for a few reads.
func (w *walk) keepGone() {
	if !w.speaks("wc-stale-reads") && !w.speaks("7g-stale-reads") {
		return
	}
	if w.gone == nil {
		w.gone = world{}
	}
	now := w.world()
	for _, k := range w.before.keys() {
		if now[k] == nil {
			w.gone[k] = w.before[k]
		}
	}
}

// checkExpected holds that an apply in which nothing goes wrong does what it
// was asked for, unless there is a reason that the model knows.
func (w *walk) checkExpected(o *outcome, all []*outcome) {
	if w.faulty || !o.failed() || w.meddled {
		return
	}
	why := w.refusal(o)
	if why == "" {
		why = w.clashing(o, all)
	}
	if why == "" {
		why = o.excuse(w, o)
	}
	if why == "" {
		w.t.Fatalf("%s fails without a reason:\n%s", o.name, acctest.Texts(o.diagnostics))
	}
}

// refusal is why the provider has to refuse by itself.
func (w *walk) refusal(o *outcome) string {
	switch {
	case o.own() != key{} && !o.refreshed && !w.asInState(o):
		return "the state is old"
	case !o.ends && !o.endsBeforeRead && !o.replaces():
		return ""
	case o.policy() == "prevent":
		return "deletes are prevented"
	case o.config != nil && w.policyOf(o.config["deletion_policy"]) != o.policy():
		return "the policy has to be applied first"
	case o.config != nil && o.policy() == "delete" && o.config["force_sub"] != true:
		return "the successor would be refused"
	case o.config != nil && !deletes(o.policy()):
		return "the predecessor stays in the way"
	case deletes(o.policy()) && w.guards(o.stateBefore()[o.addressAttribute()]):
		return "the safeguards stand against it"
	}
	return ""
}

// replaces reports whether the configuration asks for another record.
func (o *outcome) replaces() bool {
	had := o.stateBefore()
	if had == nil {
		return false
	}
	another := func(name string) bool { return o.config[name] != nil && o.config[name] != had[name] }
	return another("external_id") || another("customer_key")
}

// asInState reports whether the record is as the state has it.
func (w *walk) asInState(o *outcome) bool {
	record, exists := w.before[o.own()]
	return exists && o.disagreement(w.inForce(o.stateBefore(), o.diagnostics), record) == "" && !w.changedUnseen[o.own()]
}

// policy is the deletion policy that the state asks for.
func (o *outcome) policy() string {
	return o.resource.walk.policyOf(o.stateBefore()["deletion_policy"])
}

func (w *walk) policyOf(own any) string {
	for _, policy := range []any{own, w.safeguards["deletion_policy"]} {
		if policy != nil {
			return policy.(string)
		}
	}
	return "delete"
}

func deletes(policy string) bool { return policy == "delete" || policy == "delete_without_optout" }

// guards reports whether the safeguards may stand against a delete.
func (w *walk) guards(address any) bool {
	if w.safeguards["max_deletes_per_run"] != nil {
		return true
	}
	return !w.mayBeDeleted(address)
}

func (w *walk) mayBeDeleted(address any) bool {
	patterns, limited := w.safeguards["deletable"].([]any)
	text := strings.ToLower(fmt.Sprint(address))
	for _, pattern := range patterns {
		before, after, _ := strings.Cut(pattern.(string), "*")
		if strings.HasPrefix(text, before) && strings.HasSuffix(text, after) {
			return true
		}
	}
	return !limited
}

// look is terraform plan right after a step, with nothing going wrong: it has
// to see what is there, and nothing to do where the step was done.
func (w *walk) look(o *outcome, server *acctest.Server) {
	r := o.resource
	if !r.state.Exists() {
		return
	}
	record, exists := w.world()[r.key()]
	seen, diagnostics := server.Refresh(r.typeName(), r.state)
	if len(acctest.Errors(diagnostics)) > 0 {
		w.t.Fatalf("%s cannot be read:\n%s", r.name, acctest.Texts(diagnostics))
	}
	w.checkTexts(diagnostics)
	switch {
	case exists && !seen.Exists():
		w.t.Fatalf("a refresh drops %s from state, and %v exists: %+v", r.name, r.key(), record)
	case !exists && seen.Exists():
		w.t.Fatalf("a refresh keeps %s in state, and %v is gone", r.name, r.key())
	case !exists:
		return
	}
	now := acctest.Plain(seen.Value).(map[string]any)
	if fault := r.disagreement(w.inForce(now, diagnostics), record); fault != "" {
		w.t.Fatalf("a refresh of %s says otherwise than %v: %s", r.name, r.key(), fault)
	}
	if before, known := w.before[r.key()]; known && o.failed() && !w.touched[r.key()] && o.own() == r.key() && o.config != nil {
		if fault := r.careless(now, before, record); fault != "" {
			w.t.Fatalf("%s failed, and state does not name what it has written: %s", r.name, fault)
		}
	}
	if o.failed() || o.config == nil || w.meddled || o.blind || !o.applied {
		return
	}
	planned := server.Plan(r.typeName(), seen, o.config)
	if len(acctest.Errors(planned.Diagnostics)) > 0 || len(planned.Replace) > 0 {
		w.t.Fatalf("%s was applied, and the next plan is no good: %v\n%s", r.name, planned.Replace, acctest.Texts(planned.Diagnostics))
	}
	if !planned.State.Value.Equal(seen.Value) {
		w.t.Fatalf("%s was applied, and the next plan is not empty:\n%v\n%v", r.name, seen.Value, planned.State.Value)
	}
}
