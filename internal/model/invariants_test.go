package model_test

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// end checks what has to be true after every step.
func (w *walk) end(outcomes ...*outcome) {
	after := w.world()
	w.after = after
	w.dismissTwins(outcomes)
	w.checkOutcomes(outcomes, after)
	w.checkAdded(outcomes, after)
	w.checkConflicts(outcomes)
	w.checkKept(outcomes, after)
	w.checkRemoved(outcomes, after)
	w.checkOthers(outcomes, after)
	w.checkOptouts(outcomes, after)
	w.checkPutBack(outcomes, after)
	for _, o := range outcomes {
		if o.refreshed {
			delete(w.changedUnseen, o.key())
		}
	}
	// Perhaps after the refresh.
	for k := range w.touched {
		w.changedUnseen[k] = true
	}
}

// dismissTwins lets a create take a record of 7G for its own that was there
// before and is exactly what was asked for, where the answer to the create was
// lost: 7G shows nothing by which to tell them apart afterwards. The provider
// has to say so, and must have had no way to know the record. Where another
// resource has that record in state, this one goes out of it again, as its owner
// would do.
func (w *walk) dismissTwins(outcomes []*outcome) {
	for _, o := range outcomes {
		k := o.key()
		record := w.after[k]
		if !w.faulty || !o.creates || o.failed() || record == nil || k.typeName != "reach_communication" || o.disagreement(o.asked(), record) != "" {
			continue
		}
		if !o.warns(communication.SummaryRecognised) {
			continue
		}
		delete(w.strangers, k)
		if w.shared(o.resource) {
			w.history("  %s took %v for its own", o.name, k)
			o.resource.state, o.applied = o.none(), false
		}
	}
}

// warns reports whether a warning has this summary.
func (o *outcome) warns(summary string) bool {
	return slices.ContainsFunc(acctest.Warnings(o.diagnostics), func(d *tfprotov6.Diagnostic) bool { return d.Summary == summary })
}

// shared reports whether another resource names the same record.
func (w *walk) shared(r *resource) bool {
	for _, other := range w.resources {
		if other != r && other.key() == r.key() {
			return true
		}
	}
	return false
}

func (w *walk) checkOutcomes(outcomes []*outcome, after world) {
	named := map[key]*resource{}
	for _, r := range w.resources {
		if k := r.key(); (k != key{}) {
			other, twice := named[k]
			if twice && w.meddled && other.alias != r.alias {
				w.held[k] = true // neither alias can see what the other one adds
			}
			if twice && !w.held[k] {
				w.t.Fatalf("%s and %s name the same record %v", other.name, r.name, k)
			}
			if _, stranger := w.strangers[k]; stranger {
				w.t.Fatalf("%s names %v, which it did not make", r.name, k)
			}
			named[k] = r
		}
	}
	for _, o := range outcomes {
		if o.broken != "" {
			w.t.Fatalf("%s: %s", o.name, o.broken)
		}
		w.checkTexts(o.diagnostics)
		own := o.own()
		if record, exists := after[own]; exists && own != o.key() {
			// Out of state, and still there.
			if w.ownersOf(own) == nil {
				if !o.left && !o.forgot() && (!o.ended || deletes(o.policy())) {
					w.t.Fatalf("%s dropped %v from state, and it exists: %+v", o.name, own, record)
				}
				if o.policy() == "abandon" && !w.held[own] && !w.touched[own] && !reflect.DeepEqual(record, w.before[own]) {
					w.t.Fatalf("%s abandoned %v and changed it to %+v", o.name, own, record)
				}
				w.strangers[own] = record
			}
		}
		if !o.applied || o.failed() || w.meddled || !o.resource.state.Exists() {
			continue
		}
		if o.blind = !o.creates && !o.refreshed && !w.asInState(o); o.blind {
			continue // what nobody looked at stays as it is
		}
		record, exists := after[o.key()]
		if !exists {
			w.t.Fatalf("%s is done, and %v does not exist", o.name, o.key())
		}
		for _, said := range []state{o.plain(), o.asked()} {
			if fault := o.disagreement(w.inForce(said, o.diagnostics), record); fault != "" && !o.warns(communication.SummaryStoredOtherwise) {
				w.t.Fatalf("%s is done, and %s", o.name, fault)
			}
		}
		w.checkUntouched(o, after)
	}
}

// asked is what was configured, and what the state has where that says nothing.
func (o *outcome) asked() state {
	said := maps.Clone(o.plain())
	for name, value := range o.config {
		if value != nil {
			said[name] = value
		}
	}
	return said
}

// checkUntouched holds that an update changes nothing that is not managed, and
// clears and unsubscribes what was.
func (w *walk) checkUntouched(o *outcome, after world) {
	was, isContact := w.before[o.key()].(whatcounts.Contact)
	if !isContact || o.own() != o.key() {
		return
	}
	is := after[o.key()].(whatcounts.Contact)
	wanted, had := map[string]any(o.config), map[string]any(o.stateBefore())
	if before, now := unmanaged(was, wanted, had), unmanaged(is, wanted, had); !maps.Equal(before, now) {
		w.t.Fatalf("%s changed what it does not manage from %v to %v", o.name, before, now)
	}
	// What is still there of what the state named and the configuration does not.
	left := unmanaged(is, wanted)
	for name, value := range unmanaged(is, wanted, had) {
		if left[name] == value {
			delete(left, name)
		}
	}
	delete(left, "first_name") // a name belongs to who the contact is, and stays
	if len(left) > 0 && o.refreshed {
		w.t.Fatalf("%s is done, and leaves %v", o.name, left)
	}
}

// checkAdded holds that every record that came into being is in state, or
// named by an error.
func (w *walk) checkAdded(outcomes []*outcome, after world) {
	added := map[*outcome]int{}
	for _, k := range after.keys() {
		if _, stranger := w.strangers[k]; stranger || w.before[k] != nil || w.touched[k] && w.ownersOf(k) == nil {
			continue
		}
		if r := w.ownersOf(k); r != nil {
			for _, o := range outcomes {
				if o.resource == r {
					added[o]++
				}
			}
			continue
		}
		var blamed *outcome
		for _, o := range outcomes {
			if (o.creates || w.meddled) && o.failed() && o.typeName() == k.typeName && o.tells(k) && added[o] == 0 {
				blamed = o
			}
		}
		if blamed == nil {
			w.t.Fatalf("an orphan that no error names: %v %+v", k, after[k])
		}
		added[blamed]++
		w.strangers[k] = after[k]
	}
	for o, number := range added {
		if number > 1 || !o.creates && !w.meddled {
			w.t.Fatalf("%s added %d records", o.name, number)
		}
	}
}

// tells reports whether an error says enough to find a record that was added.
func (o *outcome) tells(k key) bool {
	text := strings.ToLower(acctest.Texts(acctest.Errors(o.diagnostics)))
	named := strings.Contains(text, fmt.Sprint(k.id))
	if address, isText := o.config[o.addressAttribute()].(string); isText {
		named = named || strings.Contains(text, strings.ToLower(address))
	}
	return named && regexp.MustCompile(`look (for|in|at)|import|adopt`).MatchString(text)
}

func (w *walk) ownersOf(k key) *resource {
	for _, r := range w.resources {
		if r.key() == k {
			return r
		}
	}
	return nil
}

// checkRemoved holds that nothing is deleted but what was in state, under a
// policy that deletes and within the safeguards; and that what was said to be
// deleted is.
func (w *walk) checkRemoved(outcomes []*outcome, after world) {
	deleted := 0
	for _, k := range w.before.keys() {
		if after[k] != nil || w.touched[k] {
			continue
		}
		var by *outcome
		for _, o := range outcomes {
			if o.own() == k && o.ends && !o.forgot() && (by == nil || deletes(o.policy())) {
				by = o
			}
		}
		if by == nil {
			w.t.Fatalf("%v is gone, and nobody asked for that: %+v", k, w.before[k])
		}
		if !deletes(by.policy()) || !w.mayBeDeleted(by.stateBefore()[by.addressAttribute()]) {
			w.t.Fatalf("%v was deleted against policy %q and safeguards %v", k, by.policy(), w.safeguards)
		}
		deleted++
	}
	if most, limited := w.safeguards["max_deletes_per_run"].(int); limited && deleted > most {
		w.t.Fatalf("%d deletes where %d are allowed", deleted, most)
	}
	for _, o := range outcomes {
		if o.ended && deletes(o.policy()) && !o.forgot() && after[o.own()] != nil {
			w.t.Fatalf("%s is said to be deleted, and %v exists", o.name, o.own())
		}
	}
}

// checkOthers holds that nothing changes that was not meant.
func (w *walk) checkOthers(outcomes []*outcome, after world) {
	meant := map[key]bool{}
	for _, o := range outcomes {
		meant[o.own()], meant[o.key()] = true, true
	}
	for k, expected := range w.strangers {
		if after[k] != nil && w.meets(outcomes, expected) {
			w.strangers[k] = after[k]
			continue
		}
		if !reflect.DeepEqual(after[k], expected) {
			w.harmed = append(w.harmed, fmt.Sprintf("%v was %+v and is %+v", k, expected, after[k]))
		}
	}
	for k, was := range w.before {
		if r := w.ownersOf(k); r != nil && !meant[k] && !w.touched[k] && !reflect.DeepEqual(after[k], was) && (after[k] == nil || !w.meets(outcomes, was)) {
			w.harmed = append(w.harmed, fmt.Sprintf("%v was %+v and is %+v", k, was, after[k]))
		}
	}
	if len(w.harmed) > 0 {
		w.t.Fatalf("a record that was not meant:\n%s", strings.Join(w.harmed, "\n"))
	}
}

// meets reports whether a contact has the address of one that a step is about.
// WhatCounts takes an address and a first name for who is meant, so one that
// somebody gives both between two commands is what the second one changes. The
// provider says so afterwards; it has nothing to prevent it by.
func (w *walk) meets(outcomes []*outcome, record any) bool {
	if !w.meddled {
		return false
	}
	met, isContact := record.(whatcounts.Contact)
	for _, o := range outcomes {
		for _, address := range []any{o.config["email"], o.stateBefore()["email"]} {
			if text, isText := address.(string); isContact && isText && strings.EqualFold(text, met.Email) {
				return true
			}
		}
	}
	return false
}

// optoutsOfDeletes are the global opt-outs that deletes have left, by address.
func (w *walk) optoutsOfDeletes() map[string]int {
	left := map[string]int{}
	for _, optout := range w.sim.WhatCounts.Optouts(w.realm) {
		if optout.Origin == whatcounts.OriginDelete || optout.Origin == whatcounts.OriginDeleteByID && !w.speaks("wc-deletesubid-optout") {
			left[strings.ToLower(optout.Email)]++
		}
	}
	return left
}

// checkOptouts holds that a Global Optout came with each contact that went
// under the policy delete, and with no other. A contact that was added in part
// goes without one where it is replaced.
func (w *walk) checkOptouts(outcomes []*outcome, after world) {
	expected := maps.Clone(w.optouts)
	atLeast := map[string]bool{}
	atLeastAll := false
	for _, o := range outcomes {
		if o.typeName() != "reach_contact" {
			continue
		}
		was, existed := w.before[o.own()].(whatcounts.Contact)
		if o.creates && o.config["force_sub"] == true {
			// It may take opt-outs away, those of its key under other addresses too.
			atLeast[strings.ToLower(o.config["email"].(string))] = true
			atLeastAll = atLeastAll || o.config["customer_key"] != nil
		}
		if o.ends && (o.wasTainted && !o.refreshed && o.config != nil || w.touched[o.own()]) {
			// Nobody has told the provider that the contact was added in part, or
			// somebody changed or deleted it meanwhile: there may be one.
			atLeastAll = true
			expected[strings.ToLower(o.stateBefore()["email"].(string))]++
			continue
		}
		if o.forgot() || o.ended && o.createsFirst && o.config != nil && strings.EqualFold(o.config["email"].(string), o.stateBefore()["email"].(string)) {
			continue // to another resource, or to the successor that has the address
		}
		if o.ends && existed && after[o.own()] == nil && o.policy() == "delete" && !w.touched[o.own()] && (!o.wasTainted || o.config == nil) {
			expected[strings.ToLower(was.Email)]++
		}
	}
	for address, number := range w.optoutsOfDeletes() {
		if number > expected[address] || number < expected[address] && !atLeast[address] && !atLeastAll {
			w.t.Fatalf("%d global opt-outs of %s where there should be %d\n%s", number, address, expected[address], ends(outcomes))
		}
		delete(expected, address)
	}
	for address, number := range expected {
		if number > 0 && !atLeast[address] && !atLeastAll {
			w.t.Fatalf("%d global opt-outs of %s are missing", number, address)
		}
	}
}

// checkPutBack holds that no change of a contact puts an address on a list
// against an opt-out that stood before and still stands. An answer that a fault
// has emptied says that there is none.
func (w *walk) checkPutBack(outcomes []*outcome, after world) {
	if w.faulty || w.meddled {
		return
	}
	for _, o := range outcomes {
		was, existed := w.before[o.own()].(whatcounts.Contact)
		is, exists := after[o.own()].(whatcounts.Contact)
		if !existed || !exists {
			continue
		}
		for _, sub := range is.Subscriptions {
			wasOn := slices.ContainsFunc(was.Subscriptions, func(old whatcounts.Subscription) bool { return old.ListID == sub.ListID })
			if wasOn && strings.EqualFold(was.Email, is.Email) {
				continue
			}
			for _, optout := range w.sim.WhatCounts.Optouts(w.realm) {
				against := strings.EqualFold(optout.Email, is.Email) && (optout.ListID == 0 || optout.ListID == sub.ListID)
				if against && slices.Contains(w.standing, optout) {
					w.t.Fatalf("%s puts %s on list %d against an opt-out of %d", o.name, is.Email, sub.ListID, optout.ListID)
				}
			}
		}
	}
}

// ends are the ends among the outcomes, for a message.
func ends(outcomes []*outcome) string {
	var lines []string
	for _, o := range outcomes {
		if o.ends {
			lines = append(lines, fmt.Sprintf("%s ends %v under %s, tainted %v, refreshed %v", o.name, o.own(), o.policy(), o.wasTainted, o.refreshed))
		}
	}
	return strings.Join(lines, "\n")
}

// token is what an access or refresh token of the simulator looks like.
var token = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}`)

func (w *walk) checkTexts(diagnostics []*tfprotov6.Diagnostic) {
	text := acctest.Texts(diagnostics)
	if strings.Contains(text, "-password") || token.MatchString(text) {
		w.t.Fatalf("a secret in a diagnostic:\n%s", text)
	}
}
