package model_test

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// clashes are what two resources of one plan do to each other by the contract
// (one record, one resource), by the summary of its refusal.
func (w *walk) clashes(one, other *outcome) []string {
	if one == other || one.alias != other.alias || one.typeName() != other.typeName() {
		return nil
	}
	var found []string
	add := func(summary string, clash bool) {
		if clash {
			found = append(found, summary)
		}
	}
	same := one.keyAtPlan() != key{} && one.keyAtPlan() == other.keyAtPlan()
	imported := one.imports != key{} && one.imports == other.keyAtPlan()
	makesSame := w.overlap(one.asks(), one, other.asks(), other)
	wasThere := w.overlap(one.asks(), one, other.stateAtPlan(), other)
	add(conflict.SummaryTwice, same && one.keeps() && other.keeps())
	// The end of one of two forgets the record, unless it is imported for the other
	// one, or nobody had seen that at the time. A replacement cannot forget.
	add(conflict.SummaryTwice, other.removes() && w.leaves(other) && (imported || same && one.keeps() && (other.config != nil || one.seenAt > other.plannedAt)))
	add(conflict.SummaryTwice, makesSame && (one.makes() || one.keeps()))
	add(conflict.SummaryTwice, one.keeps() && other.keeps() && w.overlap(one.asks(), one, other.stateAtPlan(), other) && w.overlap(other.asks(), other, one.stateAtPlan(), one)) // they swap
	// What WhatCounts has may differ from what state knows.
	held, isContact := w.before[other.keyAtPlan()].(whatcounts.Contact)
	stored := state{"email": held.Email, "first_name": held.First, "customer_key": held.CustomerKey}
	add(conflict.SummaryTwice, isContact && one.makes() && w.overlap(one.asks(), one, stored, other))
	add(conflict.SummaryRenamed, isContact && one.makes() && other.removes() && w.overlap(one.asks(), one, stored, other))
	// 7G tells at apply that it knows an e-mail address.
	add(conflict.SummaryTwice, one.makes() && one.typeName() == "reach_communication" && strings.Contains(one.config["value"].(string), "@") && one.sameAddress(other))
	add(conflict.SummaryRenamed, one.makes() && other.removes() && (wasThere || overlap(one.contents(one.asks()), other.contents(other.stateAtPlan()))))
	add(conflict.SummaryOptout, other.removes() && w.optsOut(other) && one.usesAddress(other.stateAtPlan()[one.addressAttribute()]))
	if w.mistaken(one, other) {
		found = append(found, contact.SummaryReplacement, conflict.SummaryTwice, conflict.SummaryRenamed)
	}
	return found
}

// mistaken reports whether a create is taken for the successor of another
// resource, which has been read and not planned, or not to the end: of a tainted
// resource Terraform shows a create alone.
func (w *walk) mistaken(one, other *outcome) bool {
	return one != other && one.alias == other.alias && one.typeName() == other.typeName() && one.makes() &&
		w.overlap(one.asks(), one, other.stateAtPlan(), other) && (other.plannedAt >= one.plannedAt || other.failed())
}

// stateAtPlan and keyAtPlan are what stood in state when the resource was planned,
// which may be gone since.
func (o *outcome) stateAtPlan() state {
	if !o.atPlan.Exists() {
		return nil
	}
	return acctest.Plain(o.atPlan.Value).(map[string]any)
}

func (o *outcome) keyAtPlan() key { return keyOf(o.kind, o.atPlan) }

func (o *outcome) removes() bool {
	return o.keyAtPlan() != key{} && (o.config == nil || o.wasTainted || o.replaces())
}
func (o *outcome) keeps() bool { return o.keyAtPlan() != key{} && !o.removes() }
func (o *outcome) makes() bool { return o.config != nil && !o.keeps() }

// leaves reports whether the end of a resource changes the record.
func (w *walk) leaves(o *outcome) bool {
	policy := w.policyOf(o.stateAtPlan()["deletion_policy"])
	return policy != "abandon" && policy != "prevent"
}

func (w *walk) optsOut(o *outcome) bool {
	return o.typeName() == "reach_contact" && w.policyOf(o.stateAtPlan()["deletion_policy"]) == "delete"
}

// asks is what the plan makes of the record: the configuration, and what the
// record has where that says nothing.
func (o *outcome) asks() state {
	if o.config == nil {
		return nil
	}
	asked := state{}
	if o.keeps() {
		asked = o.stateAtPlan()
	}
	for name, value := range o.config {
		if value != nil || name == "first_name" {
			asked[name] = value
		}
	}
	return asked
}

func (o *outcome) usesAddress(address any) bool {
	for _, s := range []state{o.asks(), o.stateAtPlan()} {
		if s != nil && (o.keeps() || o.config != nil && s["subscriber_id"] == nil) && strings.EqualFold(s[o.addressAttribute()].(string), address.(string)) {
			return true
		}
	}
	return false
}

// sameAddress reports whether another resource has or gets the address of one.
func (o *outcome) sameAddress(other *outcome) bool {
	for _, s := range []state{other.asks(), other.stateAtPlan()} {
		if s != nil && strings.EqualFold(s[o.addressAttribute()].(string), o.config[o.addressAttribute()].(string)) {
			return true
		}
	}
	return false
}

func (w *walk) overlap(some state, one *outcome, others state, other *outcome) bool {
	return overlap(one.identities(some, w.before[one.keyAtPlan()]), other.identities(others, w.before[other.keyAtPlan()]))
}

func overlap(some, others []string) bool {
	return slices.ContainsFunc(some, func(each string) bool { return slices.Contains(others, each) })
}

// isConflict reports whether an error is about two resources.
func isConflict(problem *tfprotov6.Diagnostic) bool {
	return slices.Contains([]string{conflict.SummaryTwice, conflict.SummaryRenamed, conflict.SummaryOptout}, problem.Summary)
}

// failsAnyway reports whether a plan fails for another reason too. It may have
// shown the provider half of a resource, and nothing of it is applied.
func failsAnyway(outcomes []*outcome) bool {
	return slices.ContainsFunc(outcomes, func(o *outcome) bool {
		return o.failed() && !slices.ContainsFunc(acctest.Errors(o.diagnostics), isConflict)
	})
}

// checkConflicts holds that a plan is refused because of two resources only
// where two are in each other's way.
func (w *walk) checkConflicts(outcomes []*outcome) {
	if w.meddled || failsAnyway(outcomes) {
		return
	}
	for _, o := range outcomes {
		for _, problem := range acctest.Errors(o.diagnostics) {
			if !isConflict(problem) {
				continue
			}
			if !slices.Contains(w.clashesOf(o, outcomes), problem.Summary) {
				w.t.Fatalf("%s is refused because of another resource, and none is in its way:\n%s", o.name, acctest.Texts(o.diagnostics))
			}
		}
	}
}

// clashesOf are the summaries of all refusals of a resource that other ones of
// its plan are a reason for.
func (w *walk) clashesOf(o *outcome, outcomes []*outcome) []string {
	var all []string
	for _, other := range outcomes {
		all = append(all, w.clashes(o, other)...)
		all = append(all, w.clashes(other, o)...)
		for _, third := range outcomes {
			if third != o && third.alias == o.alias && third.typeName() == o.typeName() && w.mistaken(other, third) && w.optsOut(third) && o.usesAddress(third.stateAtPlan()[o.addressAttribute()]) {
				all = append(all, conflict.SummaryOptout) // of what other is taken to replace
			}
		}
	}
	if o.wasTainted && !o.refreshed && o.config != nil {
		all = append(all, conflict.SummaryOptout) // nobody says that its own successor is that
	}
	return all
}

// clashing is why a plan has to be refused for what another resource does.
func (w *walk) clashing(o *outcome, outcomes []*outcome) string {
	allowed := w.clashesOf(o, outcomes)
	for _, problem := range acctest.Errors(o.diagnostics) {
		if slices.Contains(allowed, problem.Summary) || isConflict(problem) && failsAnyway(outcomes) {
			return "another resource is in its way"
		}
	}
	return ""
}

// forgot reports whether a resource has left its record to another one.
func (o *outcome) forgot() bool { return o.ended && o.warns(conflict.SummaryForgotten) }

// checkKept holds that no record is deleted that another resource of the plan
// keeps, and that no address is opted out that one keeps or gets.
func (w *walk) checkKept(outcomes []*outcome, after world) {
	for _, ended := range outcomes {
		k := ended.own()
		was := w.before[k]
		if !ended.ends || ended.forgot() || was == nil || after[k] != nil || w.taken[k] {
			continue
		}
		for _, o := range outcomes {
			if o == ended || o.alias != ended.alias || o.typeName() != ended.typeName() || !o.resource.state.Exists() {
				continue
			}
			if o.own() == k && o.keeps() {
				w.t.Fatalf("%s was to end and %s to keep %v, which is gone", ended.name, o.name, k)
			}
			if w.optsOut(ended) && !w.meddled && w.newOptout(ended) && strings.EqualFold(o.plain()["email"].(string), ended.stateBefore()["email"].(string)) {
				w.t.Fatalf("%s opted out %s, which %s has", ended.name, o.plain()["email"], o.name)
			}
		}
	}
}

// newOptout reports whether a delete has left an opt-out of an address in this
// step.
func (w *walk) newOptout(ended *outcome) bool {
	address := strings.ToLower(ended.stateBefore()["email"].(string))
	return w.optoutsOfDeletes()[address] > w.optouts[address]
}
