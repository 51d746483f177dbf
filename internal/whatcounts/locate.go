package whatcounts

import (
	"context"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// located is a contact that is what was expected, and who shares its address.
type located struct {
	ours   Match
	others []Match
}

// locate finds an expected contact by its address, which also shows who else
// is there. A contact that is not found is looked at by its id: apierror.NotFound
// when it does not exist, a [ChangedError] when it has become another.
func (c *Client) locate(ctx context.Context, attempt string, expected Contact, keyed bool) (located, error) {
	var at located
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		rows, err := c.contactsOn(ctx, attempt, expected.Email)
		if err != nil {
			return false, err
		}
		at = located{}
		for _, row := range rows {
			if row.SubscriberID == expected.SubscriberID && (keyed || row.FirstName == expected.FirstName) {
				at.ours = row
			} else {
				at.others = append(at.others, row)
			}
		}
		if at.ours.SubscriberID != 0 {
			return true, nil
		}
		// Two answers that contradict each other are asked for again.
		return false, c.confirmIdentity(ctx, attempt, expected, keyed)
	})
	if err == nil && at.ours.SubscriberID == 0 {
		err = &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt,
			Reason: "the details of " + expected.describe() + " show it as expected, a search for its address does not find it", Advice: "Try again later.",
		}
	}
	return at, withVerdict(attempt, err)
}

// confirmIdentity reads the contact by its id and compares it with what is
// expected.
func (c *Client) confirmIdentity(ctx context.Context, attempt string, expected Contact, keyed bool) error {
	_, err := c.readExpected(ctx, attempt, expected, keyed)
	return err
}

// readExpected is the contact in full, when it is the one expected.
func (c *Client) readExpected(ctx context.Context, attempt string, expected Contact, keyed bool) (Contact, error) {
	found, err := c.Contact(ctx, expected.SubscriberID, expected.Email)
	if err == nil && !expected.isSame(found, keyed) {
		err = refused(attempt, &ChangedError{Expected: expected, Found: found}, "Run terraform plan to see the record as it is now.")
	}
	return found, err
}

// isExact reports whether the contact's own columns address it and nobody
// else: by key, by e-mail and first name, or by being alone on the address.
func (at located) isExact(contact Contact, keyed bool) bool {
	return keyed || contact.FirstName != "" || len(at.others) == 0
}

// everyone is who is on the address.
func (at located) everyone() []Match { return append([]Match{at.ours}, at.others...) }
