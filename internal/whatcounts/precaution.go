package whatcounts

import (
	"context"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// mayBeDone refuses, before anything is sent, what would touch another contact
// or be refused half-way.
func (u *revision) mayBeDone(ctx context.Context, at located, todo changes) error {
	alone := len(at.others) == 0
	switch {
	case !at.isExact(u.current, u.keyed):
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "A contact without first_name can only be changed while nobody shares its address.")
	case todo.email && !alone:
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "email can only change while nobody shares the address. Give the others another address first.")
	case todo.first && !u.keyed && !alone:
		return refused(u.attempt, &AmbiguousError{at.everyone()}, "first_name can only change while nobody shares the address. Restore first_name, or give the others another address first.")
	}
	if todo.email {
		if err := u.addressIsFree(ctx); err != nil {
			return err
		}
	}
	return u.nothingOptedOut(ctx, todo.joins)
}

// addressIsFree refuses an address that another contact has: what a change to
// it would do is not known.
func (u *revision) addressIsFree(ctx context.Context) error {
	rows, err := u.contactsLeft(ctx, u.attempt, u.wanted.Email)
	if err != nil {
		return err
	}
	holders := slices.DeleteFunc(rows, func(row Match) bool { return row.SubscriberID == u.current.SubscriberID })
	if len(holders) > 0 {
		return refused(u.attempt, &ExistsError{Existing: holders, SubscriberID: holders[0].SubscriberID}, "Choose another email, or import the contact that has it.")
	}
	return nil
}

// nothingOptedOut looks for opt-outs that stand against new subscriptions, of
// the address that they are for. Where the service refuses the query, its
// answer to the subscribe decides.
func (u *revision) nothingOptedOut(ctx context.Context, joins []Subscription) error {
	for _, s := range joins {
		global, err := u.OptedOut(ctx, u.wanted.Email, 0, 0)
		if err != nil && !apierror.Is(err, apierror.Refused) {
			return err
		}
		ofList, err := u.OptedOut(ctx, u.wanted.Email, s.ListID, 0)
		if err != nil && !apierror.Is(err, apierror.Refused) {
			return err
		}
		if global || ofList {
			return subscription{Subscription: s, contact: u.wanted}.refusal(u.attempt, global, ofList)
		}
	}
	return nil
}
