package whatcounts

import (
	"context"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Resolve finds the contact that each identity names, and sends nothing that
// changes one. An identity is an address, with a first name where several
// contacts share it, and with a customer key where the realm has those. One that
// has a subscriber id is looked at as [Client.Delete] verifies it. It takes one
// request for each; a customer-key realm takes one more for each contact on the
// address.
func (c *Client) Resolve(ctx context.Context, identities []Identity) []Resolution {
	resolutions := make([]Resolution, len(identities))
	each(numbers(len(identities)), mostAtOnce, func(i int) {
		resolutions[i].Contact, resolutions[i].Err = c.resolve(ctx, "looking for "+identities[i].String(), identities[i])
	})
	seen := make(map[int64]bool)
	for i := range resolutions {
		r := &resolutions[i]
		if r.Err == nil && seen[r.Contact.SubscriberID] {
			cause := &RepeatedError{r.Contact.Identity}
			r.Err = &apierror.Error{Kind: apierror.Invalid, Attempt: "looking for " + identities[i].String(), Reason: cause.Error(), Advice: "Name each contact once.", Cause: cause}
		}
		seen[r.Contact.SubscriberID] = true
	}
	return resolutions
}

// resolve finds the one contact that an identity names.
func (c *Client) resolve(ctx context.Context, attempt string, wanted Identity) (Contact, error) {
	if err := wanted.check(); err != nil {
		return Contact{}, err
	}
	keyed, err := c.isKeyed(ctx, attempt, wanted.CustomerKey)
	if err == nil && keyed && wanted.CustomerKey == "" {
		err = keyRequired(attempt)
	}
	if err != nil {
		return Contact{}, err
	}
	if wanted.SubscriberID != 0 {
		d := &deletion{Client: c, progress: progress{attempt: attempt}, Deletion: Deletion{Identity: wanted}, keyed: keyed}
		err := d.verify(ctx)
		return d.outcome.Contact, err
	}
	rows, err := c.contactsLeft(ctx, attempt, wanted.Email)
	if err != nil {
		return Contact{}, err
	}
	if wanted.FirstName != "" {
		rows = slices.DeleteFunc(rows, func(row Row) bool { return row.FirstName != wanted.FirstName })
	}
	if keyed {
		if rows, err = c.thoseWithKey(ctx, attempt, rows, wanted.CustomerKey); err != nil {
			return Contact{}, err
		}
	}
	switch len(rows) {
	case 0:
		return Contact{}, notFound(attempt, "no such contact is found")
	case 1:
		return rows[0].contact(wanted), nil
	}
	return Contact{}, refused(attempt, &AmbiguousError{rows}, "Set first_name to say which of them is meant.")
}
