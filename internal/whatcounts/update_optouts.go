package whatcounts

import (
	"context"
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// setAside takes lists out of the change that are to stay as they are, that the
// contact is not on, and that its recipient has opted out of: an update neither
// misses them nor touches them.
func (u *modification) setAside(ctx context.Context) error {
	var optedOut []int64
	for _, list := range u.From.Lists() {
		if !u.To.On(list) || slices.Contains(u.at.ours.Lists, list) || slices.Contains(u.Pending, list) {
			continue
		}
		global, ofList, err := u.optedOutOf(ctx, u.From.Email, list)
		if err != nil {
			return err
		}
		if global || ofList {
			optedOut = append(optedOut, list)
		}
	}
	for _, contact := range []*Managed{&u.From, &u.To, &u.current} {
		contact.Subscriptions = filter(contact.Subscriptions, func(s Subscription) bool { return !slices.Contains(optedOut, s.ListID) })
	}
	return nil
}

// checkOptouts refuses what an opt-out stands against: a new subscription, and
// another address for a contact that is, or is to be, on a list.
func (u *modification) checkOptouts(ctx context.Context, todo Diff) error {
	if todo.Email {
		return u.checkNewAddress(ctx, todo)
	}
	var joins []int64
	for _, s := range todo.Join {
		joins = append(joins, s.ListID)
	}
	for _, s := range todo.Join {
		global, ofList, err := u.optedOutOf(ctx, u.To.Email, s.ListID)
		if err != nil {
			return err
		}
		if global || ofList {
			return u.optedOut(ctx, u.attempt, subscribe{Subscription: s, contact: u.To.Identity, lists: joins}, global, ofList)
		}
	}
	return nil
}

// checkNewAddress refuses an address that has opted out globally, or of a list
// that the contact brings along or joins. The service lets it pass, so that a
// query that it does not answer is an error here. whatcounts.md#contradictions.
func (u *modification) checkNewAddress(ctx context.Context, todo Diff) error {
	lists := filter(u.at.ours.Lists, func(list int64) bool { return !slices.Contains(todo.Leave, list) })
	lists = append(lists, u.To.Lists()...)
	slices.Sort(lists)
	for _, list := range slices.Insert(slices.Compact(lists), 0, 0) { // 0 asks for the global opt-outs
		found, err := u.OptedOut(ctx, u.To.Email, list, 0)
		switch {
		case apierror.Is(err, apierror.Refused):
			return &apierror.Error{
				Kind: apierror.Refused, Attempt: u.attempt, Cause: err,
				Reason: "whether " + u.To.Email + " has opted out cannot be found out: " + reasonOf(err),
				Advice: "Restore email, or allow the API user to query opt-outs.",
			}
		case err != nil:
			return err
		case found:
			cause := &OptedOutError{Email: u.To.Email, ListID: list, Global: list == 0, OfList: list != 0}
			advice := "Restore email or choose another one. force_sub is only used when a contact is created."
			if u.To.On(list) {
				advice = fmt.Sprintf("Restore email, choose another one, or remove list %d from subscriptions. force_sub is only used when a contact is created.", list)
			}
			return refused(u.attempt, cause, advice)
		}
	}
	return nil
}
