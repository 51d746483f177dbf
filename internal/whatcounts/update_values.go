package whatcounts

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// listToName is a list for a command that wants one, with the format that the
// subscription has: one that the contact is on, if there is any. An update of a
// contact on no list names one of the realm. whatcounts.md#update.
func (u *modification) listToName(ctx context.Context) (Subscription, error) {
	candidates := append(slices.Clone(u.To.Subscriptions), u.current.Subscriptions...)
	for _, list := range u.at.ours.Lists {
		candidates = append(candidates, Subscription{ListID: list})
	}
	if len(candidates) == 0 {
		return u.listOfRealm(ctx)
	}
	isOn := func(s Subscription) bool {
		if _, joins := subscriptionTo(u.todo.Join, s.ListID); joins {
			return false
		}
		return slices.Contains(u.at.ours.Lists, s.ListID) || len(u.at.ours.Lists) == 0 && u.current.On(s.ListID)
	}
	chosen := candidates[max(slices.IndexFunc(candidates, isOn), 0)]
	if chosen.Format != 0 || len(u.at.others) == 0 {
		return chosen, nil
	}
	stored, err := u.Contact(ctx, u.From.SubscriberID, u.current.Email)
	if err != nil {
		return Subscription{}, err
	}
	is, _ := subscriptionTo(stored.Subscriptions, chosen.ListID)
	chosen.Format = is.Format
	return chosen, nil
}

// listOfRealm is any list, for a contact that is on none. One that shares its
// address is changed by subscribing it, and that would put it on the list.
func (u *modification) listOfRealm(ctx context.Context) (Subscription, error) {
	if len(u.at.others) > 0 {
		return Subscription{}, refused(u.attempt, &AmbiguousError{u.at.everyone()}, "A contact on no list can only be changed while nobody shares its address. Add an entry to subscriptions, or change it in WhatCounts.")
	}
	lists, err := u.Lists(ctx)
	if err != nil {
		return Subscription{}, err
	}
	if len(lists) == 0 {
		return Subscription{}, invalid(u.attempt, "the realm has no list, and WhatCounts changes a contact only together with one", "Make a list in WhatCounts.")
	}
	return Subscription{ListID: lists[0].ID}, nil
}

const adviceOnNoList = "The contact is on no list, and WhatCounts may change only one that is: add an entry to subscriptions."

const adviceOnShared = "Others share the address, and WhatCounts changes one of them only by subscribing it once more, which the opt-out stands against. Change it in WhatCounts, or give the others another address."

// setValues sends the values and formats that differ. A contact that is alone on
// its address is updated; one that shares it is subscribed again with the
// values, because an update takes the oldest contact of an address, and a
// subscribe the one with this first name or key. whatcounts.md#identity.
func (u *modification) setValues(ctx context.Context) ([]write, error) {
	cells, formats := u.cells(u.todo), u.todo.Reformat
	if u.keyed && u.todo.FirstName {
		cells = append([]cell{{"first", u.To.FirstName}}, cells...)
	}
	if len(cells) == 0 && len(formats) == 0 {
		return nil, nil
	}
	named, err := u.listToName(ctx)
	if err != nil {
		return nil, err
	}
	var rows []Subscription
	reformat := make(map[int64]bool)
	for _, s := range formats {
		reformat[s.ListID] = true
		if s.ListID == named.ListID {
			named.Format = s.Format
		}
	}
	if len(cells) > 0 {
		rows = append(rows, named)
	}
	for _, s := range formats {
		if s.ListID != named.ListID || len(cells) == 0 {
			rows = append(rows, s)
		}
	}
	var writes []write
	for i, s := range rows {
		var sent []cell
		if i == 0 {
			sent = cells
		}
		next, err := u.setRow(ctx, s, sent, reformat[s.ListID])
		if err != nil {
			return nil, err
		}
		writes = append(writes, next)
	}
	return writes, nil
}

// setRow is the command that sets cells, and the format of one list.
func (u *modification) setRow(ctx context.Context, s Subscription, cells []cell, reformat bool) (write, error) {
	if len(u.at.others) == 0 {
		if reformat {
			cells = append(slices.Clone(cells), cell{formatColumn, s.Format.number()})
		}
		advice := ""
		if len(u.at.ours.Lists) == 0 {
			advice = adviceOnNoList
		}
		return u.updateRow(s.ListID, cells, advice)
	}
	identity := u.current.columns(u.keyed)
	if len(cells) > 0 && cells[0].name == "first" {
		identity = slices.DeleteFunc(identity, func(c cell) bool { return c.name == "first" })
	}
	return u.subscribe(ctx, u.attempt, subscribe{Subscription: s, contact: u.current.Identity, cells: append(identity, cells...)},
		func(_ subscribe, counts subscribeCounts, err error) error {
			var optedOut *OptedOutError
			switch {
			case err == nil && counts.added > 0:
				return addedAnother(u.attempt)
			case errors.As(err, &optedOut):
				return refused(u.attempt, optedOut, adviceOnShared)
			}
			return err
		})
}

// updateRow is an update that names the contact by its address, on which nobody
// else is. That 0 updated is a failure is known from a client.
// whatcounts.md#update.
func (u *modification) updateRow(list int64, cells []cell, advice string) (write, error) {
	cells = append([]cell{{"email", u.current.Email}}, cells...)
	row, err := encode(cells)
	return write{
		attempt: u.attempt, row: row,
		command: newCommand("update", argument{"list_id", strconv.FormatInt(list, 10)}, argument{"identity_field", "email"}),
		judge: func(a answer, rows int) error {
			users, counted := a.parseUpdate()
			switch {
			case counted && users > rows:
				return tooMany(u.attempt, "the service says that it updated", users, rows, "Check everyone on this address in WhatCounts.")
			case rows > 1 && (a.kind == failure || !counted || users < rows):
				return u.notTold(u.attempt, a, rows)
			case a.kind == failure:
				return withAdvice(u.refusedBy(u.attempt, a), advice)
			case !counted:
				return u.cannotRead(u.attempt, a, "the counts in the answer")
			case users == 0:
				err := &apierror.Error{Kind: apierror.Refused, Attempt: u.attempt, Reason: "the service updated nothing and gave no reason", Advice: adviceOnQuotes(cells)}
				return withAdvice(err, advice)
			}
			return nil
		},
	}, err
}
