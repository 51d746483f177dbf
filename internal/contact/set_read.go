package contact

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/sync/errgroup"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// Read brings the state up to date, row by row. A row leaves it only when
// WhatCounts recognisably says that the contact is gone.
func (r *SetResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, problems := readSet(ctx, req.State, req.Private)
	resp.Diagnostics.Append(problems...)
	timeout, problems := state.Timeouts.Read(ctx, services.DefaultSetTimeout)
	resp.Diagnostics.Append(problems...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.setIdentity(ctx, resp.Identity, state)...)
	resp.Diagnostics.Append(r.refuseElsewhere(state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	defer r.services.Guard.Busy()()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	inState := r.conflictRecords(state)
	instance, read := r.services.Conflicts.ReadAll(state.note.Instance, inState)
	defer func() { read(inState) }()
	state.note.Instance = instance
	changed, err := r.refresh(ctx, state)
	if err != nil {
		resp.Diagnostics.Append(diagnostic.Error(SummarySetNotRead, err))
		return
	}
	if changed {
		state.Contacts = newJSON(writeRows(state.rows))
	}
	inState = r.conflictRecords(state)
	r.one().origin().Mark(&state.note.Note)
	resp.Diagnostics.Append(state.write(ctx, &resp.State, resp.Private)...)
	resp.Diagnostics.Append(tellSubscriptions(state)...)
	if state.note.Failed {
		r.services.Sets.See(instance, state)
	}
}

// refresh brings the rows up to date, and reports whether what they say has
// changed. The pages of the lists show who is there, the update report whose
// columns have changed; a contact that they do not show as expected is read in full.
func (r *SetResource) refresh(ctx context.Context, s *set) (changed bool, err error) {
	shown, err := r.shownOnLists(ctx, s)
	if err != nil {
		return false, err
	}
	unchanged := r.unchangedSince(ctx, s, shown)
	s.note.Seen = time.Now().Unix()
	rows := make([]refreshedRow, len(s.rows))
	var reads errgroup.Group
	reads.SetLimit(readsAtOnce)
	for i, row := range s.rows {
		isShown := !s.note.Imported && s.isShown(row, shown)
		if !isShown {
			s.note.Seen = 0
		}
		if isShown && unchanged[row.id] {
			continue
		}
		reads.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return rows[i].read(ctx, r.one(), s, row)
		})
	}
	if err := reads.Wait(); err != nil {
		return false, err
	}
	if s.note.Imported {
		s.Subscriptions = commonFormats(s.Subscriptions, rows)
	}
	left := make([]setRow, 0, len(rows))
	for i, row := range s.rows {
		switch {
		case rows[i].gone:
			changed = true
			continue
		case rows[i].isRead:
			if s.note.Imported {
				row.cells = nil
			}
			changed = s.take(&row, rows[i].model, rows[i].note) || changed
		}
		left = append(left, row)
	}
	s.rows, s.note.Imported = left, false
	return changed, nil
}

// readsAtOnce is how many contacts are read at a time.
const readsAtOnce = 10

// refreshedRow is what a contact was read as.
type refreshedRow struct {
	model
	note         services.Note
	gone, isRead bool
}

func (f *refreshedRow) read(ctx context.Context, one *Resource, s *set, row setRow) error {
	known := s.contact(row)
	known.Subscriptions = s.Subscriptions // one that was gone may be back
	known.manageUnsure(row.note.Unsure)   // a row has no empty columns
	if s.note.Imported {
		known.Email, known.FirstName = types.StringNull(), types.StringNull()
	}
	var err error
	f.model, f.note, err = one.refreshed(ctx, known, s.noteOf(row))
	f.gone, f.isRead = isGone(err), err == nil
	if f.gone {
		return nil
	}
	return err
}

// listPages are the contacts on lists, by list and id.
type listPages map[int64]map[int64]whatcounts.Row

func (p listPages) has(id int64) bool {
	for _, on := range p {
		if _, found := on[id]; found {
			return true
		}
	}
	return false
}

// shownOnLists are the contacts on each of the set's lists. A list that takes
// more requests than a look at each contact would is left out, and so is one that
// the service refuses to show.
func (r *SetResource) shownOnLists(ctx context.Context, s *set) (listPages, error) {
	shown := listPages{}
	if s.note.Imported {
		return shown, nil
	}
	for _, list := range s.lists() {
		members, err := r.services.WhatCounts.ManyMembers(ctx, list, len(s.rows), len(s.rows)*rowsOnPage)
		if errors.Is(err, whatcounts.ErrLongList) || apierror.Is(err, apierror.Refused) {
			continue
		}
		if err != nil {
			return nil, err
		}
		shown[list] = make(map[int64]whatcounts.Row, len(members.Rows))
		for _, row := range members.Rows {
			shown[list][row.SubscriberID] = row
		}
	}
	return shown, nil
}

// rowsOnPage is how many contacts of a list a request shows.
const rowsOnPage = 249

// isShown reports whether the pages of the lists show a row as it is in state,
// and nothing else has to be known of it.
func (s *set) isShown(row setRow, shown listPages) bool {
	if len(row.drift)+len(row.optedOut)+len(row.note.Pending)+len(row.note.GivenUp)+len(row.note.Unsure) > 0 {
		return false
	}
	expected := s.managed(row)
	for _, list := range s.lists() {
		found, on := shown[list][row.id]
		if !on || !textform.SameInAnyCase(found.Email, expected.Email) {
			return false
		}
		stored := whatcounts.Contact{Identity: found.Identity, Values: map[string]string{"last": found.LastName}}
		stored.CustomerKey = expected.CustomerKey
		seen := whatcounts.Managed{Identity: expected.Identity, Values: map[string]string{}}
		if last, managed := expected.Values["last"]; managed {
			seen.Values["last"] = last
		}
		if !whatcounts.Missing(stored, seen).None() {
			return false
		}
	}
	return true
}

// commonFormats are the subscriptions of an imported set, each in the format that
// most of its contacts have there.
func commonFormats(set types.Set, rows []refreshedRow) types.Set {
	subscriptions, _ := readSubscriptions(set)
	for i := range subscriptions {
		count := map[string]int{}
		for _, row := range rows {
			has, _ := readSubscriptions(row.Subscriptions)
			for _, of := range has {
				if of.ListID.Equal(subscriptions[i].ListID) {
					count[of.Format.ValueString()]++
				}
			}
		}
		most := defaultFormat
		for _, format := range formats {
			if count[format] > count[most] {
				most = format
			}
		}
		subscriptions[i].Format = types.StringValue(most)
	}
	return subscriptionsOf(subscriptions)
}
