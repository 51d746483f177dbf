package model_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const summaryForgotten = conflict.SummaryForgotten

func keyOfContact(id int64) key { return key{"reach_contact", id} }

// held is a contact as WhatCounts has it.
func (w world) contact(id int64) (whatcounts.Contact, bool) {
	c, exists := w[keyOfContact(id)].(whatcounts.Contact)
	return c, exists
}

// everybodyOn are the rows of all contacts on a list, by the keys that an import
// gives them.
func (w *setWalk) everybodyOn(list int64) setRows {
	rows := setRows{}
	all := w.world()
	for _, k := range all.keys() {
		c := all[k].(whatcounts.Contact)
		if !slices.ContainsFunc(c.Subscriptions, func(s whatcounts.Subscription) bool { return s.ListID == list }) {
			continue
		}
		row := columnsOf(c)
		maps.DeleteFunc(row, func(_, value string) bool { return value == "" })
		key := c.Email
		if _, twice := rows[key]; twice {
			key += "," + c.First
		}
		rows[key] = row
	}
	return rows
}

// manages reports whether a block has somebody on a list.
func (w *setWalk) manages(list int64) bool {
	all := w.world()
	for _, r := range w.resources {
		for _, m := range r.members() {
			c, _ := all.contact(m.id)
			if slices.ContainsFunc(c.Subscriptions, func(s whatcounts.Subscription) bool { return s.ListID == list }) {
				return true
			}
		}
	}
	return false
}

// asSingle is the block of one row of a set.
func (w *setWalk) asSingle(set config, row map[string]string) config {
	block := config{"subscriptions": set["subscriptions"], "deletion_policy": set["deletion_policy"], "force_sub": set["force_sub"]}
	custom := map[string]any{}
	for column, value := range row {
		if name, isCustom := strings.CutPrefix(column, "custom_"); isCustom {
			custom[name] = value
		} else if value != "" {
			block[column] = value
		}
	}
	if len(custom) > 0 {
		block["custom_fields"] = custom
	}
	return block
}

func asRow(block config) map[string]string {
	return single(block).values
}

// becomeStrangers lets contacts be nobody's, unless another block has them.
func (w *setWalk) becomeStrangers(left []member) {
	managed, all := w.managed(), w.world()
	for _, m := range left {
		if record, exists := all[keyOfContact(m.id)]; exists && managed[m.id] == nil {
			w.strangers[keyOfContact(m.id)] = record
		}
	}
}

// managed are the blocks that have a contact in state, by its id.
func (w *setWalk) managed() map[int64][]*resource {
	by := map[int64][]*resource{}
	for _, r := range w.resources {
		for _, m := range r.members() {
			by[m.id] = append(by[m.id], r)
		}
	}
	return by
}

// endOfSets checks what has to be true after every step.
func (w *setWalk) endOfSets(outcomes []*outcome) {
	w.after = w.world()
	for _, o := range outcomes {
		if o.isSet() && (o.applied || o.ended) && !o.failed() {
			w.tally.count(fmt.Sprintf("sets applied, with %d rows of %d", len(o.wants()), len(o.had())))
		}
		if o.warns(contact.SummaryTakenOver) {
			w.tally.count(fmt.Sprintf("sets taken over, with %d rows of %d", len(o.wants()), len(o.had())))
		}
	}
	w.takeBackImports(outcomes)
	managed := w.managed()
	for _, o := range outcomes {
		late := w.faulty && o.broken == planSentRequest // of a refresh that was given up
		if o.broken != "" && !w.stopped.Load() && !late {
			w.t.Fatalf("%s: %s", o.name, o.broken)
		}
		w.checkTexts(o.diagnostics)
	}
	for id, by := range managed {
		if _, stranger := w.strangers[keyOfContact(id)]; stranger && !w.isImported(outcomes, id) {
			w.t.Fatalf("%s names %d, which it did not make", by[0].name, id)
		}
		delete(w.strangers, keyOfContact(id))
		if len(by) > 1 {
			w.t.Fatalf("%s and %s name the same contact %d", by[0].name, by[1].name, id)
		}
	}
	w.checkLeft(outcomes, managed)
	w.checkMade(outcomes, managed)
	w.checkGone(outcomes)
	w.checkStrangers(outcomes)
	w.checkTwice()
	w.checkOptedOut(outcomes)
	for _, o := range outcomes {
		w.checkDone(o)
		if o.refreshed {
			for _, m := range o.had() {
				delete(w.changedUnseen, keyOfContact(m.id))
			}
		}
	}
	for k := range w.touched {
		w.changedUnseen[k] = true
	}
}

// takeBackImports does what a user does where a block fails at apply, or Terraform
// was killed before it came to it, so that it has not let go of contacts that
// another one has imported: the import is forgotten. The
// plan was all right, or a tainted set could not say what becomes of it.
func (w *setWalk) takeBackImports(outcomes []*outcome) {
	for _, kept := range outcomes {
		if !kept.failed() && len(w.killed) == 0 {
			continue
		}
		for _, o := range outcomes {
			if o.imports != (key{}) && w.shares(o.resource, kept.resource) {
				w.tally.count("imports of what another block has not let go of")
				o.resource.state, o.resource.config, o.applied = o.none(), nil, false
			}
		}
	}
}

// shares reports whether two blocks have a contact in state.
func (w *setWalk) shares(one, other *resource) bool {
	if one == other {
		return false
	}
	return slices.ContainsFunc(one.members(), func(m member) bool {
		return slices.ContainsFunc(other.members(), func(held member) bool { return held.id == m.id })
	})
}

func (w *setWalk) isImported(outcomes []*outcome, id int64) bool {
	return slices.ContainsFunc(outcomes, func(o *outcome) bool {
		return o.imports != (key{}) && slices.ContainsFunc(o.resource.members(), func(m member) bool { return m.id == id })
	})
}

// checkLeft holds that a contact goes out of state only when it is gone, or where
// that was asked for.
func (w *setWalk) checkLeft(outcomes []*outcome, managed map[int64][]*resource) {
	for _, o := range outcomes {
		removed := map[int64]bool{}
		for _, m := range o.removed() {
			removed[m.id] = true
		}
		for _, m := range o.had() {
			record, exists := w.after.contact(m.id)
			if !exists || managed[m.id] != nil || o.imports != (key{}) && !o.applied && !o.ended {
				continue
			}
			if !removed[m.id] || deletes(o.policy()) && !o.forgotten(m) && !w.touched[keyOfContact(m.id)] {
				w.t.Fatalf("%s dropped %s, %d from state, and it exists: %+v", o.name, m.key, m.id, record)
			}
			if before := w.before[keyOfContact(m.id)]; o.policy() == "abandon" && !w.touched[keyOfContact(m.id)] && !reflect.DeepEqual(before, w.after[keyOfContact(m.id)]) {
				w.t.Fatalf("%s abandoned %d and changed it to %+v", o.name, m.id, record)
			}
			w.strangers[keyOfContact(m.id)] = record
		}
	}
}

// checkMade holds that every contact that came into being is in state, or named
// by an error.
func (w *setWalk) checkMade(outcomes []*outcome, managed map[int64][]*resource) {
	for _, k := range w.after.keys() {
		if _, stranger := w.strangers[k]; stranger || w.before[k] != nil || managed[k.id] != nil || w.touched[k] {
			continue
		}
		c := w.after[k].(whatcounts.Contact)
		if len(w.killed) == 0 && !slices.ContainsFunc(outcomes, func(o *outcome) bool { return o.namesMade(c) }) {
			w.t.Fatalf("an orphan that no error names: %+v", c)
		}
		w.tally.count("orphans")
		w.strangers[k] = c
	}
}

// namesMade reports whether an error says enough to find a contact that was added.
func (o *outcome) namesMade(c whatcounts.Contact) bool {
	text := strings.ToLower(acctest.Texts(acctest.Errors(o.diagnostics)))
	named := strings.Contains(text, fmt.Sprint(c.ID)) || strings.Contains(text, strings.ToLower(c.Email))
	return named && regexp.MustCompile(`look (for|in|at)|import|adopt`).MatchString(text)
}

// checkGone holds that nothing is deleted but what a plan gave up, under a policy
// that deletes and within the safeguards, and nothing that another block keeps.
func (w *setWalk) checkGone(outcomes []*outcome) {
	gone := 0
	for _, k := range w.before.keys() {
		if w.after[k] != nil || w.touched[k] {
			continue
		}
		asked := false
		for _, o := range outcomes {
			if o.stays()[k.id] && o.isPlanned() {
				w.t.Fatalf("%v is gone, and %s was to keep it", k, o.name)
			}
			for _, m := range o.removed() {
				asked = asked || m.id == k.id && o.isPlanned() && deletes(o.policy()) && w.mayBeDeleted(m.values["email"]) && !o.forgotten(m)
			}
		}
		if !asked {
			w.t.Fatalf("%v is gone, and nobody asked for that, or it was against the policy or the safeguards %v: %+v", k, w.safeguards, w.before[k])
		}
		gone++
	}
	if most, limited := w.safeguards["max_deletes_per_run"].(int); limited && gone > most {
		w.t.Fatalf("%d deletes where %d are allowed", gone, most)
	}
}

// isPlanned reports whether a plan was made that may be applied.
func (o *outcome) isPlanned() bool {
	return o.plannedAt > 0 && len(acctest.Errors(o.planned.Diagnostics)) == 0
}

// checkStrangers holds that nobody changes who is not managed, and that of those
// who are in state nobody is changed who was not meant.
func (w *setWalk) checkStrangers(outcomes []*outcome) {
	for k, expected := range w.strangers {
		if w.after[k] != nil && w.comesAcross(outcomes, expected.(whatcounts.Contact)) {
			w.strangers[k] = w.after[k]
			continue
		}
		if !reflect.DeepEqual(w.after[k], expected) {
			w.harmed = append(w.harmed, fmt.Sprintf("%v was %+v and is %+v", k, expected, w.after[k]))
		}
	}
	if len(w.harmed) > 0 {
		w.t.Fatalf("a record that was not meant:\n%s", strings.Join(w.harmed, "\n"))
	}
}

// comesAcross reports whether somebody may have put a contact in the way of a
// command, as meets does for single ones.
func (w *setWalk) comesAcross(outcomes []*outcome, met whatcounts.Contact) bool {
	if !w.meddled {
		return false
	}
	return slices.ContainsFunc(outcomes, func(o *outcome) bool {
		return slices.ContainsFunc(append(o.wants(), o.had()...), func(m member) bool { return strings.EqualFold(m.email(), met.Email) })
	})
}

// checkTwice holds that no contact is there twice.
func (w *setWalk) checkTwice() {
	first := map[string]int64{}
	for _, k := range w.after.keys() {
		c := w.after[k].(whatcounts.Contact)
		identity := member{values: map[string]string{"email": c.Email, "first_name": c.First, "customer_key": c.CustomerKey}}.identity()
		if other, twice := first[identity]; twice && (w.before[k] == nil || w.before[keyOfContact(other)] == nil) {
			w.t.Fatalf("%s is there twice, as %d and %d", identity, other, k.id)
		}
		first[identity] = k.id
	}
}

// checkOptedOut holds that a Global Optout comes with contacts that went under
// the policy delete alone, and stands on no address that a block has.
func (w *setWalk) checkOptedOut(outcomes []*outcome) {
	allowed, givenUp := map[string]int{}, map[int64]bool{}
	for _, o := range outcomes {
		for _, m := range o.removed() {
			givenUp[m.id] = true
			was, existed := w.before.contact(m.id)
			if existed && o.policy() == "delete" && o.isPlanned() {
				allowed[strings.ToLower(was.Email)]++
				allowed[m.email()]++
			}
		}
	}
	inUse := map[string]string{}
	for _, r := range w.resources {
		for _, m := range r.members() {
			if _, exists := w.after.contact(m.id); exists && !givenUp[m.id] {
				inUse[m.email()] = r.name
			}
		}
	}
	for address, number := range w.optoutsOfDeletes() {
		more := number - w.optouts[address]
		switch {
		case more <= 0 || w.meddled:
		case more > allowed[address]:
			w.t.Fatalf("%d new global opt-outs of %s, where %d were asked for", more, address, allowed[address])
		case inUse[address] != "":
			w.t.Fatalf("%s was opted out by a delete, and %s has it", address, inUse[address])
		}
	}
}

// checkDone holds that what is said to be done is, and nothing else.
func (w *setWalk) checkDone(o *outcome) {
	if !o.applied && !o.ended || o.failed() || w.meddled || w.killed[o] {
		return
	}
	if o.blind = !o.creates && !o.refreshed && !w.isAsInState(o); o.blind {
		return
	}
	for _, m := range o.removed() {
		if is, exists := w.after.contact(m.id); exists && deletes(o.policy()) && !o.forgotten(m) {
			w.t.Fatalf("%s is done, and %d exists: %+v", o.name, m.id, is)
		}
	}
	if o.config == nil {
		return
	}
	held, before := map[string]member{}, map[int64]member{}
	for _, m := range o.resource.members() {
		held[m.key] = m
	}
	for _, m := range o.had() {
		before[m.id] = m
	}
	wanted := o.wants()
	if len(held) != len(wanted) {
		w.t.Fatalf("%s is done, and has %d contacts in state of %d", o.name, len(held), len(wanted))
	}
	for _, m := range wanted {
		now := held[m.key]
		is, exists := w.after.contact(now.id)
		if !exists {
			w.t.Fatalf("%s is done, and %q, %d does not exist", o.name, m.key, now.id)
		}
		m.optedOut = now.optedOut
		m.leave()
		w.withoutWaiting(m, now.id, o.diagnostics)
		if fault := m.differs(is); fault != "" {
			w.t.Fatalf("%s is done, and %s", o.name, fault)
		}
		was, existed := w.before.contact(now.id)
		if !existed {
			continue
		}
		former := before[now.id]
		for column, value := range columnsOf(was) {
			switch stored := columnsOf(is)[column]; {
			case m.values[column] != "" || column == "first_name" || column == "email":
			case former.values[column] == "" && stored != value:
				w.t.Fatalf("%s changed %s of %q from %q to %q, and does not manage it", o.name, column, m.key, value, stored)
			case former.values[column] != "" && stored != "" && o.refreshed:
				w.t.Fatalf("%s is done, and leaves %s of %q, which is %q", o.name, column, m.key, stored)
			}
		}
		for _, sub := range was.Subscriptions {
			_, wasManaged := former.lists[sub.ListID]
			_, isManaged := m.lists[sub.ListID]
			isOn := slices.ContainsFunc(is.Subscriptions, func(s whatcounts.Subscription) bool { return s == sub })
			if sub.ListID != confirmedList && !wasManaged && !isManaged && !slices.Contains(former.optedOut, sub.ListID) && !isOn && strings.EqualFold(was.Email, is.Email) {
				w.t.Fatalf("%s took %q off list %d, and does not manage it", o.name, m.key, sub.ListID)
			}
		}
	}
}

var (
	waitingRow = regexp.MustCompile(`subscriber id (\d+)\): (.*)`)
	number     = regexp.MustCompile(`\d+`)
)

// withoutWaiting takes the lists out of which a warning says that the recipient
// has not confirmed them.
func (w *setWalk) withoutWaiting(m member, id int64, diagnostics []*tfprotov6.Diagnostic) {
	for _, warning := range acctest.Warnings(diagnostics) {
		if warning.Summary != contact.SummaryPending {
			continue
		}
		found := waiting.FindAllStringSubmatch(warning.Detail, -1)
		for _, row := range waitingRow.FindAllStringSubmatch(warning.Detail, -1) {
			if row[1] != fmt.Sprint(id) {
				continue
			}
			for _, list := range number.FindAllString(row[2], -1) {
				found = append(found, []string{"", list})
			}
		}
		for _, list := range found {
			var which int64
			if _, err := fmt.Sscan(list[1], &which); err == nil {
				delete(m.lists, which)
			}
		}
	}
}

// isAsInState reports whether everybody is as the state has it.
func (w *setWalk) isAsInState(o *outcome) bool {
	for _, m := range o.had() {
		was, exists := w.before.contact(m.id)
		if !exists || m.differs(was) != "" || w.changedUnseen[keyOfContact(m.id)] {
			return false
		}
	}
	return true
}

// expectAll holds that where nothing goes wrong, everything is done, unless there
// is a reason that the model knows.
func (w *setWalk) expectAll(outcomes []*outcome) {
	if w.faulty || w.meddled {
		return
	}
	for _, o := range outcomes {
		for _, problem := range acctest.Errors(o.diagnostics) {
			if !w.isReasonable(o, problem, outcomes) {
				w.t.Fatalf("%s fails without a reason:\n%s", o.name, acctest.Texts(o.diagnostics))
			}
		}
	}
}

func (w *setWalk) isReasonable(o *outcome, problem *tfprotov6.Diagnostic, outcomes []*outcome) bool {
	w.tally.count("refused: " + problem.Summary)
	switch problem.Summary {
	case conflict.SummaryTwice, conflict.SummaryRenamed, conflict.SummaryOptout:
		return w.meetAny(outcomes)
	case contact.SummaryRows:
		return w.repeats(o.wants())
	case deletion.SummaryPrevented, deletion.SummaryTooMany, deletion.SummaryOutside:
		return w.isGuarded(o, problem, outcomes)
	case contact.SummaryReplacement, deletion.SummaryPolicyFirst:
		return o.ends || o.replaces() || w.isMistaken(o, outcomes) || w.meetAny(outcomes)
	case contact.SummaryNotTakenOver:
		return o.wasTainted
	}
	return w.isInTheWay(o, outcomes)
}

// isGuarded reports whether a safeguard stands against a plan. It has to say so in
// the plan, unless the record has changed since it was read.
func (w *setWalk) isGuarded(o *outcome, problem *tfprotov6.Diagnostic, outcomes []*outcome) bool {
	if o.refreshed && !o.wasTainted && !slices.Contains(o.planned.Diagnostics, problem) {
		return false
	}
	switch problem.Summary {
	case deletion.SummaryPrevented:
		return o.policy() == "prevent" && (len(o.removed()) > 0 || o.wasTainted || o.replaces()) || w.isMistaken(o, outcomes)
	case deletion.SummaryTooMany:
		return w.safeguards["max_deletes_per_run"] != nil
	}
	return slices.ContainsFunc(o.had(), func(m member) bool { return !w.mayBeDeleted(m.values["email"]) }) || w.isMistaken(o, outcomes)
}

// isMistaken reports whether a create may be taken for the successor of another
// block that is tainted, of which Terraform shows a create alone.
func (w *setWalk) isMistaken(o *outcome, outcomes []*outcome) bool {
	return o.creates && slices.ContainsFunc(outcomes, func(other *outcome) bool { return other != o && other.wasTainted })
}

// repeats reports whether two rows are one contact.
func (w *setWalk) repeats(wanted []member) bool {
	seen := map[string]bool{}
	for _, m := range wanted {
		if seen[m.identity()] {
			return true
		}
		seen[m.identity()] = true
	}
	return false
}

// meetAny reports whether two contacts of the plan have an address or a key in
// common.
func (w *setWalk) meetAny(outcomes []*outcome) bool {
	by := map[string]map[string]bool{}
	add := func(common, who string) {
		if by[common] == nil {
			by[common] = map[string]bool{}
		}
		by[common][who] = true
	}
	for _, o := range outcomes {
		for version, members := range [][]member{o.had(), o.wants(), o.resource.members()} {
			for _, m := range members {
				// A contact in state and its row are one.
				who := fmt.Sprint(o.name, " ", m.key)
				if version == 1 && o.isSet() {
					for _, was := range o.had() {
						if was.identity() == m.identity() && keeps(o.had(), o.wants(), true)[was.id] {
							who = fmt.Sprint(o.name, " ", was.key)
						}
					}
				}
				add(m.email(), who)
				if key := m.values["customer_key"]; key != "" {
					add("key "+key, who)
				}
			}
		}
	}
	for _, who := range by {
		if len(who) > 1 {
			return true
		}
	}
	return false
}

// isInTheWay reports whether WhatCounts, as this walk has it, or what stands in
// state, is a reason for a failure at apply.
func (w *setWalk) isInTheWay(o *outcome, outcomes []*outcome) bool {
	switch {
	case !o.refreshed && !w.isAsInState(o),
		o.wasTainted && !o.isSet() && !deletes(o.policy()), // the predecessor stays in the way
		w.speaks("wc-data-quotes-literal"), w.speaks("wc-data-empty-keeps"), w.speaks("wc-data-empty-first-any"),
		w.speaks("wc-update-needs-list"), w.speaks("wc-identity-customer-key-unsupported"), w.speaks("wc-detail-no-customer-key"):
		return true
	}
	own := map[int64]bool{}
	for _, m := range append(o.had(), o.resource.members()...) {
		own[m.id] = true
	}
	members := append(o.had(), o.wants()...)
	for _, m := range members {
		for _, optout := range append(w.sim.WhatCounts.Optouts(w.realm), w.standing...) {
			if strings.EqualFold(optout.Email, m.email()) || optout.CustomerKey != "" && optout.CustomerKey == m.values["customer_key"] {
				return true
			}
		}
		for _, all := range []world{w.before, w.after} {
			for k, record := range all {
				other := record.(whatcounts.Contact)
				if another := k.id != m.id && (m.id != 0 || !own[k.id]); another && (strings.EqualFold(other.Email, m.email()) || other.CustomerKey != "" && other.CustomerKey == m.values["customer_key"]) {
					return true
				}
			}
		}
	}
	return w.meetAny(outcomes) || !o.isSet() && o.creates && len(subscriptionsOf(o.config)) == 0
}

// lookAtMembers is terraform plan right after a step, with nothing going wrong.
func (w *setWalk) lookAtMembers(o *outcome, server *acctest.Server) {
	r := o.resource
	if !r.state.Exists() {
		return
	}
	seen, diagnostics := server.Refresh(r.typeName(), r.state)
	if len(acctest.Errors(diagnostics)) > 0 {
		w.t.Fatalf("%s cannot be read:\n%s", r.name, acctest.Texts(diagnostics))
	}
	w.checkTexts(diagnostics)
	shown, all := map[int64]member{}, w.world()
	if seen.Exists() {
		for _, m := range membersOf(acctest.Plain(seen.Value).(map[string]any)) {
			shown[m.id] = m
		}
	}
	former, wanted := map[int64]member{}, map[string]member{}
	for _, m := range o.had() {
		former[m.id] = m
	}
	for _, m := range o.wants() {
		wanted[m.key] = m
	}
	for _, m := range r.members() {
		is, exists := all.contact(m.id)
		now, isShown := shown[m.id]
		switch {
		case exists && !isShown:
			w.t.Fatalf("a refresh drops %q, %d of %s, and it exists: %+v", m.key, m.id, r.name, is)
		case !exists && isShown:
			w.t.Fatalf("a refresh keeps %q, %d of %s, and it is gone", m.key, m.id, r.name)
		case !exists:
			continue
		}
		w.withoutWaiting(now, m.id, diagnostics)
		if fault := now.differs(is); fault != "" {
			w.t.Fatalf("a refresh of %s says otherwise than %d: %s", r.name, m.id, fault)
		}
		was, existed := w.before.contact(m.id)
		for column, value := range columnsOf(is) {
			if existed && o.failed() && !w.touched[keyOfContact(m.id)] && columnsOf(was)[column] != value && now.values[column] == "" && value != "" && column != "first_name" {
				w.t.Fatalf("%s failed, and state does not name what it has written: %s of %d is %q", r.name, column, m.id, value)
			}
		}
	}
	if o.failed() || o.config == nil || w.meddled || o.blind || !o.applied || w.stopped.Load() {
		return
	}
	planned := server.Plan(r.typeName(), seen, o.config)
	if len(acctest.Errors(planned.Diagnostics)) > 0 || len(planned.Replace) > 0 {
		w.t.Fatalf("%s was applied, and the next plan is no good: %v\n%s", r.name, planned.Replace, acctest.Texts(planned.Diagnostics))
	}
	if !planned.State.Value.Equal(seen.Value) {
		w.t.Fatalf("%s was applied, and the next plan is not empty:\n%s\n%s", r.name, asText(seen), asText(planned.State))
	}
}

func asText(s acctest.State) string {
	text, err := json.Marshal(acctest.Plain(s.Value))
	if err != nil {
		return err.Error()
	}
	return string(text)
}
