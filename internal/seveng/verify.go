package seveng

import (
	"context"
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// verify makes sure of what a successful PUT may silently leave undone: some
// editions of 7G are said not to move records, and the external id must stay.
// The answer is enough when it shows the whole record; when it is partial, or
// contradicts what was asked, the record is read.
func (u *update) verify(ctx context.Context, written record) (Communication, error) {
	if written.complete && written.ID == u.wanted.ID {
		differing, err := u.client.differences(ctx, &u.wanted, written.Communication)
		if err == nil && !moved(differing) {
			return written.Communication, nil
		}
	}
	found, differing, err := u.read(ctx)
	switch {
	case err != nil:
		return Communication{}, u.client.failure(apierror.Uncertain, u.attempt, "7G says that it is done, but the record could not be read back: "+reasonOf(err), adviceReread, err)
	case slices.Contains(differing, ownerDiffers):
		return found, u.client.failure(apierror.Refused, u.attempt,
			fmt.Sprintf("the owner did not change: 7G says that it is done, but the owner is %s and not %s", found.Owner, u.wanted.Owner),
			"Keep owner as it was, or create a new communication for the new owner and delete this one", nil)
	case slices.Contains(differing, externalIDDiffers):
		return found, u.client.failure(apierror.Refused, u.attempt,
			fmt.Sprintf("the external id did not stay: it was %q and is %q now", u.wanted.ExternalID, found.ExternalID), adviceReread, nil)
	}
	return found, nil
}

// moved reports a difference that no service makes by tidying up a value.
func moved(differing []string) bool {
	return slices.Contains(differing, ownerDiffers) || slices.Contains(differing, externalIDDiffers)
}

// read is the record after a PUT, and in what it differs from what was asked
// once a write had the time to show.
func (u *update) read(ctx context.Context) (found Communication, differing []string, err error) {
	found, err = u.client.readBack(ctx, u.wanted.Key(), func(ctx context.Context, m Communication) (bool, error) {
		var err error
		differing, err = u.client.differences(ctx, &u.wanted, m)
		return len(differing) == 0, err
	})
	return found, differing, err
}

// confirmGone is the verdict on a PUT to which 7G said that something was not
// found. The text alone cannot tell the record from its new owner, so the
// record is read before it is called gone.
func (u *update) confirmGone(ctx context.Context, a answer, err error) error {
	_, lookErr := u.client.Communication(ctx, u.wanted.Key())
	if apierror.Is(lookErr, apierror.NotFound) {
		return err
	}
	refusal := u.client.failure(apierror.Refused, u.attempt, reasonOf(err), adviceRefused, err)
	return u.client.explain(ctx, refusal, a, u.wanted)
}
