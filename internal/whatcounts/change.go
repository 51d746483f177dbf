package whatcounts

import (
	"context"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// changeAddress gives the contact its new address and sees that it has it:
// further commands would otherwise add a second contact under the new one.
// "WhatCounts: Change Email Address".
func (u *revision) changeAddress(ctx context.Context) error {
	u.sent = true
	answer, err := u.act(ctx, u.attempt, newCommand("change",
		argument{"email", u.current.Email}, argument{"email_new", u.wanted.Email}))
	if err != nil {
		return err
	}
	if answer.said == saidSuccess && !answer.addressesChanged(u.current.Email, u.wanted.Email, u.current.SubscriberID) {
		return u.unclear(u.attempt, "the answer cannot be read: "+u.quote(answer.text), nil)
	}
	arrived := func(stored Contact) bool { return strings.EqualFold(stored.Email, u.wanted.Email) }
	stored, err := u.readSettled(ctx, u.current.SubscriberID, u.wanted.Email, func(stored Contact) bool {
		return answer.said == saidFailure || arrived(stored)
	})
	if err != nil {
		return err
	}
	u.stored = stored
	switch {
	case arrived(stored):
		u.current.Email = stored.Email
		return nil
	case answer.said == saidFailure:
		// The text about a bad address names the old one when the new one is meant.
		err := u.refusedBy(u.attempt, answer)
		return withAdvice(err, "The address is as it was. Check email.")
	}
	return differs(u.attempt, []Difference{{"email", u.wanted.Email, stored.Email}})
}

// rename gives a contact that is alone on its address its new first name, and
// sees by its id that it has it. Whether an update may change a first name is
// not known.
func (u *revision) rename(ctx context.Context, at located) error {
	anchor, err := u.anchor(ctx, at)
	if err != nil {
		return err
	}
	u.sent = true
	const advice = "WhatCounts may not let first_name change: restore it. The first name is as it was."
	if err := u.update(ctx, u.attempt, anchor.ListID, []column{{"email", u.current.Email}, {"first", u.wanted.FirstName}}); err != nil {
		if apierror.Is(err, apierror.Refused) {
			err = withAdvice(err, advice)
		}
		return err
	}
	stored, err := u.readSettled(ctx, u.current.SubscriberID, u.current.Email, func(stored Contact) bool {
		return stored.FirstName == u.wanted.FirstName
	})
	if err != nil {
		return err
	}
	u.stored = stored
	if stored.FirstName != u.wanted.FirstName {
		difference := &DifferenceError{[]Difference{{"first_name", u.wanted.FirstName, stored.FirstName}}}
		return refused(u.attempt, difference, advice)
	}
	u.current.FirstName = stored.FirstName
	return nil
}
