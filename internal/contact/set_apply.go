package contact

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Create adds the contacts. What was done before a failure is kept in state, row
// by row. It takes over what a create that failed has left in state.
func (r *SetResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, problems := readPlannedSet(ctx, req.Plan, req.Config)
	resp.Diagnostics.Append(problems...)
	timeout, problems := plan.Timeouts.Create(ctx, services.DefaultSetTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer r.services.Conflicts.Apply()()

	before, _ := r.services.Sets.Take(fits(plan)).(*set)
	if before == nil {
		before = &set{setModel: plan.setModel}
	}
	plan.note = before.note
	plan.note.Creates, plan.note.TakesOver = false, ""
	done, problems := r.carryOut(ctx, before, plan, conflict.Configuration(req.Config))
	resp.Diagnostics.Append(problems...)
	done.note.Failed = resp.Diagnostics.HasError()
	if done.note.Failed && len(done.rows) == 0 {
		return
	}
	if done.note.Failed {
		resp.Diagnostics.AddWarning(SummaryIncomplete, fmt.Sprintf("%s of %d are in state. %s", counted(len(done.rows)), len(plan.rows), adviceOfTaintedSet))
	}
	resp.Diagnostics.Append(done.write(ctx, &resp.State, resp.Private)...)
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, done)...)
	resp.Diagnostics.Append(tellPending(done)...)
}

// Update adds, changes and deletes rows, in this order. A change of what lives in
// state alone sends nothing.
func (r *SetResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	plan, problems := readPlannedSet(ctx, req.Plan, req.Config)
	resp.Diagnostics.Append(problems...)
	state, problems := readSet(ctx, req.State, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := plan.Timeouts.Update(ctx, services.DefaultSetTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	defer r.services.Conflicts.Apply()()

	plan.note = state.note
	done, problems := r.carryOut(ctx, state, plan, "")
	resp.Diagnostics.Append(problems...)
	done.note.Failed = state.note.Failed && problems.HasError()
	resp.Diagnostics.Append(done.write(ctx, &resp.State, resp.Private)...)
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, done)...)
	resp.Diagnostics.Append(tellPending(done)...)
}

// setWork is a change of a set that is under way.
type setWork struct {
	*SetResource
	state, plan   *set
	configuration string // of a set that is to be added
	d             setDiff
	joined        *set             // both, to tell of rows that are in between
	now           []*setRow        // what each planned row has come to; nil: it is not there
	left          map[int]struct{} // rows in state that are to be removed and are still there
	written       []int64          // ids of rows that were written
	problems      diag.Diagnostics
}

// carryOut makes one version of a set into another, as far as it gets, and
// returns what it has come to.
func (r *SetResource) carryOut(ctx context.Context, state, plan *set, configuration string) (*set, diag.Diagnostics) {
	w := &setWork{SetResource: r, state: state, plan: plan, configuration: configuration, d: diffSets(state, plan), now: make([]*setRow, len(plan.rows)), left: map[int]struct{}{}}
	w.joined = &set{setModel: state.setModel}
	w.joined.Subscriptions = joinedSubscriptions(plan.Subscriptions, state.Subscriptions)
	if w.d.sends() {
		w.problems.Append(r.refuseElsewhere(state)...)
	}
	began := r.serviceTime()
	for i, at := range w.d.from {
		if at >= 0 {
			w.now[i] = &plan.rows[i]
		}
	}
	done := &set{setModel: plan.setModel, note: plan.note, said: state.said}
	done.note.Forgotten = nil
	for _, i := range w.d.changed {
		was := state.rows[w.d.from[i]]
		w.joined.take(&was, state.contact(was), was.note)
		was.key = plan.rows[i].key
		w.now[i] = &was
	}
	for _, i := range w.d.removed {
		w.left[i] = struct{}{}
	}
	for _, phase := range []func(context.Context, *set){w.add, w.change, w.remove} {
		if !w.problems.HasError() {
			phase(ctx, done)
		}
	}
	if w.problems.HasError() && len(state.rows) > 0 {
		done.setModel = w.joined.setModel
	}
	w.finish(done)
	if w.d.sends() {
		tflog.Info(ctx, "reach_contacts: done", map[string]any{"in_state": len(done.rows), "written": len(w.written), "failed": w.problems.HasError()})
		done.note.Written, done.note.Seen = time.Now().Unix(), 0
		r.one().origin().Mark(&done.note.Note)
		r.rememberReport(ctx, done, w.written, began)
	}
	return done, w.problems
}

// finish puts together what is in state now. Where something was not done, the
// lists of before and after are managed both, and each row says which of them it
// has.
func (w *setWork) finish(done *set) {
	whole := !w.problems.HasError()
	keys := make(map[string]bool, len(w.now))
	for i, row := range w.now {
		if row == nil {
			continue
		}
		if row == &w.plan.rows[i] && !whole {
			w.joined.take(row, w.plan.contact(*row), row.note)
		}
		keys[row.key] = true
		done.rows = append(done.rows, *row)
	}
	for i, row := range w.state.rows {
		if _, isLeft := w.left[i]; !isLeft {
			continue
		}
		w.joined.take(&row, w.state.contact(row), row.note)
		for keys[row.key] {
			row.key += " (to be removed)"
		}
		keys[row.key] = true
		done.rows = append(done.rows, row)
	}
	done.Contacts = w.plan.Contacts
	if !whole {
		done.Subscriptions = w.joined.Subscriptions
		done.Contacts = newJSON(writeRows(done.rows))
	}
}

// add adds the rows that are new: all of them, or none where one cannot be.
func (w *setWork) add(ctx context.Context, done *set) {
	if len(w.d.added) == 0 {
		return
	}
	contacts := make([]whatcounts.NewContact, len(w.d.added))
	for n, i := range w.d.added {
		contacts[n] = whatcounts.NewContact{
			Managed:  w.plan.managed(w.plan.rows[i]),
			ForceSub: w.plan.ForceSub.ValueBool(), OverrideConfirmation: w.plan.OverrideConfirmation.ValueBool(),
		}
	}
	var failed []failedRow
	var made []conflict.Record
	var configurations []string
	for n, added := range w.services.WhatCounts.Add(ctx, contacts, whatcounts.AllOrNothing(), whatcounts.OnLook(logged(ctx, "looked for")), whatcounts.OnProgress(logged(ctx, "added"))) {
		i := w.d.added[n]
		row := w.plan.rows[i]
		if added.Err != nil && !isHeldBack(added.Err) {
			failed = append(failed, failedRow{row, added.Err})
		}
		if row.id = added.Contact.SubscriberID; row.id == 0 {
			w.services.Conflicts.NotMade(w.conflictRecord(w.plan, row), w.configuration+row.key)
			continue
		}
		row.note = services.Note{Pending: added.Pending, Asking: added.Asking}
		if added.Err != nil {
			m := w.plan.contact(row)
			m.keepSubscriptions(append(added.Contact.Managed().Lists(), added.Pending...))
			w.plan.take(&row, m, row.note)
		} else {
			w.written = append(w.written, row.id)
		}
		w.plan.rows[i] = row
		w.now[i] = &w.plan.rows[i]
		made = append(made, w.conflictRecord(w.plan, row))
		configurations = append(configurations, w.configuration+row.key)
	}
	done.note.Instance = w.services.Conflicts.MadeAll(done.note.Instance, made, configurations)
	if len(failed) > 0 {
		w.problems.Append(w.notAdded(failed, w.plan.lists())...)
	}
}

// isHeldBack reports whether nothing was sent for a row because of others.
func isHeldBack(err error) bool {
	var held *whatcounts.HeldBackError
	return errors.As(err, &held)
}

// change changes the rows that differ.
func (w *setWork) change(ctx context.Context, done *set) {
	var changes []whatcounts.Change
	var failed []failedRow
	var places []int
	for _, i := range w.d.changed {
		was, row := w.state.rows[w.d.from[i]], w.plan.rows[i]
		change := whatcounts.Change{
			From: w.state.managed(was), To: w.plan.managed(row),
			OverrideConfirmation: w.plan.OverrideConfirmation.ValueBool(), Pending: was.note.Pending,
		}
		if change.From.CustomerKey == "" && change.To.CustomerKey != "" {
			// Imported where WhatCounts does not show keys.
			if err := w.services.WhatCounts.ConfirmCustomerKey(ctx, change.From.SubscriberID, change.From.Email, change.To.CustomerKey); err != nil {
				failed = append(failed, failedRow{row, err})
				continue
			}
			change.From.CustomerKey = change.To.CustomerKey
		}
		changes, places = append(changes, change), append(places, i)
	}
	for n, updated := range w.services.WhatCounts.Update(ctx, changes, whatcounts.OnProgress(logged(ctx, "changed"))) {
		i := places[n]
		was, row, to := w.state.rows[w.d.from[i]], w.plan.rows[i], changes[n].To
		note := w.state.noteOf(was)
		note.Pending = pendingOf(append(note.Pending, updated.Pending...), to, updated.Contact)
		note.Asking = pendingOf(append(note.Asking, updated.Asking...), to, updated.Contact)
		if updated.Err != nil {
			failed = append(failed, failedRow{row, updated.Err})
			if updated.Sent {
				state, plan := w.state.contact(was), w.plan.contact(row)
				state, note = w.one().partlyUpdated(ctx, state, plan, changes[n].From, to, updated.Contact, note)
				w.joined.take(w.now[i], state, note)
			}
			continue
		}
		planned := w.plan.contact(row)
		if updated.Contact.SubscriberID != 0 {
			note.FirstName = unmanagedFirstName(planned, updated.Contact)
		}
		note.Written, note.Unsure = 0, nil
		note.GivenUp = givenUp(note, w.state.contact(was), row.cell("email"), row.optedOut)
		w.plan.rows[i].note, w.plan.rows[i].drift = note, nil
		w.now[i] = &w.plan.rows[i]
		w.written = append(w.written, row.id)
	}
	if len(failed) > 0 {
		w.problems.Append(notChanged("changed", failed)...)
	}
}

// remove deletes the rows that are no longer wanted, under the policy in state.
func (w *setWork) remove(ctx context.Context, _ *set) {
	removed := pick(w.state.rows, w.d.removed)
	gone, problems := w.deleteRows(ctx, w.state, removed)
	w.problems.Append(problems...)
	for _, i := range w.d.removed {
		if gone[w.state.rows[i].id] {
			delete(w.left, i)
		}
	}
}

// Delete does what the deletion policy in state says, to every contact. Those
// that could not be deleted stay in state.
func (r *SetResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, problems := readSet(ctx, req.State, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := state.Timeouts.Delete(ctx, services.DefaultSetTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.services.Conflicts.Apply()()
	switch {
	case state.note.TakesOver != "":
		state.note.Creates, state.note.TakesOver, state.note.Failed = false, "", true
		r.services.Sets.Hand(state)
		return
	case state.note.Creates && state.note.Instance == "":
		// Terraform keeps the note of the create's plan, of which this is left.
		state.note = setNote{Failed: true}
		resp.Diagnostics.Append(state.note.write(ctx, resp.Private)...)
		resp.Diagnostics.AddError(SummaryNotTakenOver, fmt.Sprintf(
			"The set has %s in state, and it is to be replaced, since its create has failed in part. This plan was made without a look at the state, as with -refresh=false, or finds none of these contacts in the configuration. Nothing was deleted.\n\n"+
				"Run terraform untaint on the set and apply again, which keeps the contacts. To delete them all, remove the resource from the configuration.", counted(len(state.rows))))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	gone, problems := r.deleteRows(ctx, state, state.rows)
	resp.Diagnostics.Append(problems...)
	if !resp.Diagnostics.HasError() || len(gone) == 0 {
		return
	}
	left := state.rows[:0:0]
	for _, row := range state.rows {
		if !gone[row.id] {
			left = append(left, row)
		}
	}
	state.rows = left
	state.Contacts = newJSON(writeRows(left))
	resp.Diagnostics.Append(state.write(ctx, &resp.State, resp.Private)...)
}

// deleteRows does to rows what the policy of their set says. gone are the ids of
// those that are no longer to be in state.
func (r *SetResource) deleteRows(ctx context.Context, s *set, rows []setRow) (gone map[int64]bool, problems diag.Diagnostics) {
	gone = map[int64]bool{}
	forgotten := idSet(s.note.Forgotten)
	var left []setRow
	var records []deletion.Record
	for _, row := range rows {
		if forgotten[row.id] {
			gone[row.id] = true
			continue
		}
		left = append(left, row)
		records = append(records, s.contact(row).record())
	}
	if len(left) == 0 {
		return gone, nil
	}
	policy := r.services.Guard.Policy(s.policy())
	problems.Append(r.services.Guard.AdmitAll(records)...)
	if policy != deletion.Abandon {
		problems.Append(r.checkEnds(s, left)...)
		problems.Append(r.refuseElsewhere(s)...)
	}
	if problems.HasError() {
		return gone, problems
	}
	var outcomes []whatcounts.Outcome
	switch policy {
	case deletion.Delete, deletion.DeleteWithoutOptout:
		outcomes = r.services.WhatCounts.Delete(ctx, r.deletions(s, left, r.stillShownOn(ctx, s)), logged(ctx, "deleted"), whatcounts.OnLists(s.lists()...))
	case deletion.Unsubscribe:
		contacts := make([]whatcounts.Managed, len(left))
		for i, row := range left {
			contacts[i] = s.managed(row)
		}
		outcomes = r.services.WhatCounts.Unsubscribe(ctx, contacts, whatcounts.OnProgress(logged(ctx, "unsubscribed")))
	default:
		outcomes = make([]whatcounts.Outcome, len(left))
	}
	var failed []failedRow
	for i, deleted := range outcomes {
		if deleted.Err != nil && !apierror.Is(deleted.Err, apierror.NotFound) {
			failed = append(failed, failedRow{left[i], deleted.Err})
			continue
		}
		gone[left[i].id] = true
		r.services.Conflicts.Gone(records[i])
	}
	problems.Append(optoutWarning(outcomes)...)
	if len(failed) > 0 {
		problems.Append(notChanged("deleted", failed)...)
	}
	return gone, problems
}

// deletions are what is sent for rows that go for good.
func (r *SetResource) deletions(s *set, rows []setRow, shownOn []int64) []whatcounts.Deletion {
	deletions := make([]whatcounts.Deletion, len(rows))
	for i, row := range rows {
		known, record := s.managed(row), s.contact(row).record()
		deletions[i] = whatcounts.Deletion{
			Identity:      known.Identity,
			WithoutOptout: r.services.Guard.Policy(s.policy()) == deletion.DeleteWithoutOptout,
			Verify:        r.services.Guard.VerifyBeforeDelete(),
			Before: func(_ context.Context, current whatcounts.Contact) error {
				return keep(r.services, record, current, known)
			},
			Whole:   r.services.Guard.Journals(),
			Written: s.note.IsFresh(time.Now()),
			ShownOn: shownOn,
		}
	}
	return deletions
}

// checkEnds refuses the end of rows that another instance keeps, or whose opt-out
// would meet another contact.
func (r *SetResource) checkEnds(s *set, rows []setRow) diag.Diagnostics {
	var first diag.Diagnostic
	var refused setProblems
	for _, row := range rows {
		record := r.conflictRecord(s, row)
		if found := r.services.Conflicts.CheckEnd(conflict.PartKey(s.note.Instance, record), record, r.one().ending(record.Policy)); found.HasError() {
			if first == nil {
				first = found[0]
			}
			refused.add("%s", row)
		}
	}
	if refused.none() {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic(first.Summary(), first.Detail()+"\n\nNone of the set was deleted. It is about:"+refused.String())}
}

// logged writes a line for each batch: Terraform shows nothing of one resource
// while it is under way.
func logged(ctx context.Context, what string) func(done, total int) {
	return func(done, total int) {
		tflog.Info(ctx, "reach_contacts: "+what, map[string]any{"done": done, "of": total})
	}
}

func newJSON(text string) jsontypes.Normalized { return jsontypes.NewNormalizedValue(text) }
