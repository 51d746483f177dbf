package seveng

import (
	"context"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// OwnerCommunications lists the communications of an owner, from the owner's
// own record: 7G documents no other way to enumerate them. However many callers
// ask, an owner is read once, until this client writes. The error is a
// *apierror.Error: Gone when the owner recognisably does not exist, Unknown when
// its record carries no list, which is not the same as an empty one.
//
// 7G: BizEntity, Person and Organisation, GET.
func (c *Client) OwnerCommunications(ctx context.Context, owner Owner) ([]Communication, error) {
	list, err := c.lists.Get(ctx, owner, func(ctx context.Context) ([]Communication, error) {
		return c.ownerCommunications(ctx, owner)
	})
	return slices.Clone(list), c.shared("listing the communications of "+owner.String(), err)
}

// Owner reads both ids of an owner, of which one must be given; when both are,
// the native id is asked for. However many callers ask, it is read once. The
// error is a *apierror.Error: Gone when the owner recognisably does not exist.
//
// 7G: BizEntity, Person and Organisation, GET.
func (c *Client) Owner(ctx context.Context, owner Owner) (Owner, error) {
	attempt := "reading " + owner.String()
	found, err := c.owners.Get(ctx, owner, func(ctx context.Context) (Owner, error) {
		found, _, err := c.ownerRecord(ctx, attempt, owner)
		return found, err
	})
	return found, c.shared(attempt, err)
}

// shared is the error of a read that several callers wait for, one of whom may
// be cancelled meanwhile.
func (c *Client) shared(attempt string, err error) error {
	if failed := verdictOf(err); failed != nil {
		return failed
	}
	if err != nil {
		return c.failure(apierror.NotSent, attempt, "the run ended while it was waited for", "", err)
	}
	return nil
}
