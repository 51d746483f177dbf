package contact

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// ModifyPlan finds out what becomes of each row, and says what a delete would
// mean before it happens. It asks the service nothing.
func (r *SetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	r.services.Planned(req.Config)
	switch {
	case req.Plan.Raw.IsNull():
		r.planEnd(ctx, req, resp)
	case req.State.Raw.IsNull():
		r.planCreate(ctx, req, resp)
	default:
		r.planChange(ctx, req, resp)
	}
}

func (r *SetResource) planEnd(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, problems := readSet(ctx, req.State, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() || r.services == nil {
		return
	}
	r.services.Conflicts.AwaitOthers(ctx)
	changes := make([]conflict.Change, len(state.rows))
	for i, before := range r.conflictRecords(state) {
		changes[i] = conflict.Part(state.note.Instance, &before, nil, r.one().ending(before.Policy), "")
	}
	state.note.Creates, state.note.TakesOver = false, ""
	state.note.Forgotten, problems = r.services.Conflicts.PlanAll(changes)
	resp.Diagnostics.Append(problems...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.planRemovals(ctx, state, state.rows, state.note.Forgotten, "")...)
	}
	resp.Diagnostics.Append(state.note.write(ctx, resp.Private)...)
}

// planChange plans what becomes of each row of a set in state.
func (r *SetResource) planChange(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	state, problems := readSet(ctx, req.State, req.Private)
	resp.Diagnostics.Append(problems...)
	plan, problems := readPlannedSet(ctx, req.Plan, req.Config)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.note = state.note
	if r.services != nil {
		held := *state
		held.note.Failed = false // it is no longer tainted, so nothing takes it over
		r.services.Sets.See(state.note.Instance, &held)
	}
	if plan.Contacts.IsUnknown() || !plan.knowsLists() {
		plan.computedUnknown()
		if r.services != nil && r.services.Guard.Policy(state.policy()).Deletes() {
			resp.Diagnostics.AddWarning(SummaryRowsUnknown, "Some of contacts or subscriptions is only known during the apply, so that this plan cannot show which contacts it adds, changes or deletes. The safeguards hold then as well. "+
				"To see it before, apply what it depends on first, with -target, and plan again.")
		}
		resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.setModel)...)
		return
	}
	d := diffSets(state, plan)
	plan.computeFrom(state, d)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.setModel)...)
	if r.services == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.planRows(ctx, state, plan, d)...)
	plan.note.Creates, plan.note.TakesOver = false, ""
	resp.Diagnostics.Append(plan.note.write(ctx, resp.Private)...)
}

// planRows holds what a plan does with each row against all other records of the
// run, and against the safeguards.
func (r *SetResource) planRows(ctx context.Context, state, plan *set, d setDiff) diag.Diagnostics {
	if len(d.removed) > 0 {
		r.services.Conflicts.AwaitOthers(ctx)
	}
	before, after := r.conflictRecords(state), r.conflictRecords(plan)
	var changes []conflict.Change
	for _, i := range d.removed {
		changes = append(changes, conflict.Part(state.note.Instance, &before[i], nil, r.one().ending(before[i].Policy), ""))
	}
	for i, at := range d.from {
		if at < 0 {
			after[i].ID = 0
			changes = append(changes, conflict.Part(state.note.Instance, nil, &after[i], conflict.Stays, plan.rows[i].key))
			continue
		}
		changes = append(changes, conflict.Part(state.note.Instance, &before[at], &after[i], conflict.Stays, ""))
	}
	forgotten, problems := r.services.Conflicts.PlanAll(changes)
	plan.note.Forgotten = forgotten
	problems.Append(r.checkCustomerKeys(plan)...)
	problems.Append(refuseUnsendableRows(state, plan, d)...)
	if !problems.HasError() {
		problems.Append(r.planRemovals(ctx, state, pick(state.rows, d.removed), forgotten, "")...)
	}
	return problems
}

// pick are the rows at some places.
func pick(rows []setRow, places []int) []setRow {
	picked := make([]setRow, len(places))
	for n, i := range places {
		picked[n] = rows[i]
	}
	return picked
}

// planRemovals refuses deletes of rows that the safeguards do not allow, or that
// no command can name, and warns of those that are let through.
func (r *SetResource) planRemovals(ctx context.Context, s *set, rows []setRow, forgotten []int64, reason string) diag.Diagnostics {
	var records, unnamable []deletion.Record
	policy, forgets := r.services.Guard.Policy(s.policy()), idSet(forgotten)
	for _, row := range rows {
		if forgets[row.id] {
			continue
		}
		record := s.contact(row).record()
		if (policy == deletion.Delete || policy == deletion.Unsubscribe) && unsendable(s.managed(row).Identity) != nil {
			unnamable = append(unnamable, record)
			continue
		}
		records = append(records, record)
	}
	if len(unnamable) > 0 {
		return r.services.Guard.Refuse(ctx, SummaryUnsendable, causeUnsendable, adviceUnsendable, unnamable...)
	}
	if len(records) == 0 {
		return nil
	}
	problems := r.services.Guard.PlanAll(ctx, records)
	if summary := r.one().summaryOfDelete(records[0]); summary != "" && !problems.HasError() {
		if all := r.services.Guard.Announce(ctx, summary+reason, records...); all != nil {
			problems.Append(warnOfDelete(summary, reason, all))
		}
	}
	return problems
}

// checkCustomerKeys holds the rows against the kind of realm, where this run has
// learnt it already.
func (r *SetResource) checkCustomerKeys(plan *set) diag.Diagnostics {
	settings, known := r.services.WhatCounts.KnownRealm()
	if !known {
		return nil
	}
	var wrong setProblems
	for _, row := range plan.rows {
		switch key := row.cell("customer_key"); {
		case settings.CustomerKeys && key == "":
			wrong.add("%s: this realm tells contacts apart by customer key. Set customer_key", row)
		case !settings.CustomerKeys && key != "":
			wrong.add("%s: this realm has no customer keys. Take customer_key out", row)
		}
	}
	if wrong.none() {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("contacts"), SummaryCustomerKey, "Nothing was sent."+wrong.String())}
}

// refuseUnsendableRows refuses changes of contacts that no command can name.
func refuseUnsendableRows(state, plan *set, d setDiff) diag.Diagnostics {
	var first diag.Diagnostic
	var refused setProblems
	for _, i := range d.changed {
		was := state.rows[d.from[i]]
		if found := refuseChangeOfUnsendable(state.contact(was), plan.contact(plan.rows[i]), was.note); found.HasError() {
			first = found[0]
			refused.add("%s", was)
		}
	}
	if refused.none() {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("contacts"), first.Summary(), first.Detail()+"\n\nThese contacts cannot be changed as they are named:"+refused.String())}
}

// computeFrom plans what is computed. Contacts that mean the same as those in
// state stay as they are written there.
func (s *set) computeFrom(state *set, d setDiff) {
	if sameJSON(s.Contacts.ValueString(), state.Contacts.ValueString()) {
		s.Contacts = state.Contacts
	}
	if !d.sends() && slices.Equal(keysOf(s.rows), keysOf(state.rows)) && s.Subscriptions.Equal(state.Subscriptions) {
		s.SubscriberIDs, s.ContactCount, s.OptedOut, s.SubscriptionDrift = state.SubscriberIDs, state.ContactCount, state.OptedOut, state.SubscriptionDrift
		return
	}
	note := s.note
	s.compute()
	s.note = note
	s.SubscriptionDrift = asJSON(map[string]any{})
	if len(d.added) > 0 {
		s.SubscriberIDs = jsontypes.NewNormalizedUnknown()
	}
}

func keysOf(rows []setRow) []string {
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i] = row.key
	}
	slices.Sort(keys)
	return keys
}

func sameJSON(one, other string) bool {
	if one == other {
		return true
	}
	var parsed [2]any
	for i, text := range []string{one, other} {
		if json.Unmarshal([]byte(text), &parsed[i]) != nil {
			return false
		}
	}
	return reflect.DeepEqual(parsed[0], parsed[1])
}

// computedUnknown plans what is computed where nothing of it is known yet.
func (s *set) computedUnknown() {
	unknown := jsontypes.NewNormalizedUnknown()
	s.SubscriberIDs, s.OptedOut, s.SubscriptionDrift, s.ContactCount = unknown, unknown, unknown, types.Int64Unknown()
}

func (s *set) knowsLists() bool {
	return model{contactModel: contactModel{Subscriptions: s.Subscriptions}}.knowsLists()
}

// planCreate plans a set that is to be added: a new one, or the second half of a
// replacement. Of that, Terraform shows the private state of the set in state
// where the plan asks for the replacement, and nothing at all where the create of
// the set has failed, which makes it tainted.
func (r *SetResource) planCreate(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	plan, problems := readPlannedSet(ctx, req.Plan, req.Config)
	resp.Diagnostics.Append(problems...)
	note, problems := readSetNote(ctx, req.Private)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.note = note
	plan.computedUnknown()
	if !plan.Contacts.IsUnknown() {
		plan.ContactCount = types.Int64Value(int64(len(plan.rows)))
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan.setModel)...)
	if r.services == nil || resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.services.WhatCountsCredentials.Refused(ctx, r.services.Activity)...)
	plan.note.Creates, plan.note.TakesOver = true, ""
	held, _ := r.services.Sets.Seen(note.Instance).(*set)
	failed := r.failedSet(plan)
	switch {
	case plan.Contacts.IsUnknown():
	case note.Instance != "" && held != nil:
		resp.Diagnostics.Append(r.planReplacement(ctx, held, plan, conflict.Configuration(req.Config))...)
	case failed != nil:
		resp.Diagnostics.Append(r.planTakeover(ctx, failed, plan)...)
	default:
		changes, configuration := make([]conflict.Change, len(plan.rows)), conflict.Configuration(req.Config)
		for i, after := range r.conflictRecords(plan) {
			changes[i] = conflict.Part("", nil, &after, conflict.Stays, configuration+plan.rows[i].key)
		}
		_, problems := r.services.Conflicts.PlanAll(changes)
		resp.Diagnostics.Append(problems...)
		resp.Diagnostics.Append(r.checkCustomerKeys(plan)...)
	}
	resp.Diagnostics.Append(plan.note.write(ctx, resp.Private)...)
}

// fits is how many rows of a plan are contacts of a set whose create failed.
func fits(plan *set) func(held any) int {
	planned := make(map[string]bool, len(plan.rows))
	for _, row := range plan.rows {
		planned[row.identity()] = true
	}
	return func(held any) (same int) {
		if failed, isSet := held.(*set); isSet && failed.note.Failed {
			for _, row := range failed.rows {
				if planned[row.identity()] {
					same++
				}
			}
		}
		return same
	}
}

// failedSet is the set whose create has failed and which a planned one replaces,
// or nil. Terraform does not name it; it is the one that has most in common.
func (r *SetResource) failedSet(plan *set) *set {
	failed, _ := r.services.Sets.Find(fits(plan)).(*set)
	return failed
}

// planTakeover plans a create that takes over the contacts of one that failed.
// It comes to a change of that set.
func (r *SetResource) planTakeover(ctx context.Context, failed, plan *set) diag.Diagnostics {
	d := diffSets(failed, plan)
	plan.note = failed.note
	plan.note.Creates, plan.note.TakesOver = true, failed.note.Instance
	problems := r.planRows(ctx, failed, plan, d)
	if !problems.HasError() {
		problems.AddWarning(SummaryTakenOver, fmt.Sprintf(
			"An earlier apply has added %s of this set and failed then, so that Terraform calls the set tainted and shows a replacement. Nothing is deleted for that: the contacts are taken over, and those that are missing are added. To have Terraform show it as a change, run terraform untaint first.", counted(len(failed.rows))))
	}
	return problems
}

// planReplacement plans a replacement that somebody has asked for: every contact
// is deleted and added anew.
func (r *SetResource) planReplacement(ctx context.Context, held, plan *set, configuration string) diag.Diagnostics {
	if r.one().ending(held.policy()) == conflict.DeletedOptout && !plan.ForceSub.ValueBool() && len(held.rows) > 0 {
		return refusedSuccession(held.contact(held.rows[0]).record())
	}
	d := diffSets(held, plan)
	before, after := r.conflictRecords(held), r.conflictRecords(plan)
	var changes []conflict.Change
	for _, i := range d.removed {
		changes = append(changes, conflict.Part(held.note.Instance, &before[i], nil, r.one().ending(before[i].Policy), ""))
	}
	for i, at := range d.from {
		after[i].ID = 0
		change := conflict.Part(held.note.Instance, nil, &after[i], conflict.Stays, plan.rows[i].key)
		if at >= 0 {
			change = conflict.Part(held.note.Instance, &before[at], &after[i], r.one().ending(before[at].Policy), "")
			change.Configuration = configuration + plan.rows[i].key
		}
		changes = append(changes, change)
	}
	forgotten, problems := r.services.Conflicts.PlanAll(changes)
	plan.note.Forgotten = forgotten
	if !problems.HasError() {
		problems.Append(r.planRemovals(ctx, held, held.rows, forgotten, "The set is replaced. ")...)
	}
	return problems
}

// warnOfRows warns of rows under one summary: how many there are, and the first.
func warnOfRows(summary, what string, rows []string, advice string) diag.Diagnostics {
	if len(rows) == 0 {
		return nil
	}
	const shown = 10
	list := rows[:min(len(rows), shown)]
	text := fmt.Sprintf("%s %s:\n  - %s", counted(len(rows)), what, strings.Join(list, "\n  - "))
	if more := len(rows) - len(list); more > 0 {
		text += fmt.Sprintf("\n  - and %d more", more)
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(summary, text+"\n"+advice)}
}
