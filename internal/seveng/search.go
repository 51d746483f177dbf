package seveng

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// search looks for the record that a create may have left behind: by its
// external id, which names it alone, or else among the owner's communications
// by type and value. Records that are older than the create do not count. It
// repeats the look while nothing is there. An empty list is a reliable "none";
// an error is not.
func (c *Client) search(ctx context.Context, wanted Communication, began time.Time) ([]Communication, error) {
	var found []Communication
	err := lookUntil(ctx, c.consistency, func(ctx context.Context) (bool, error) {
		var err error
		if wanted.ExternalID != "" {
			found, err = c.searchByExternalID(ctx, wanted.ExternalID)
		} else {
			found, err = c.searchByOwner(ctx, wanted)
		}
		found = slices.DeleteFunc(found, func(r Communication) bool { return c.known.isOlder(r.ID, began) })
		return len(found) > 0, err
	})
	return found, err
}

func (c *Client) searchByExternalID(ctx context.Context, externalID string) ([]Communication, error) {
	found, err := c.Communication(ctx, ByExternalID(externalID))
	switch {
	case apierror.Is(err, apierror.NotFound):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return []Communication{found}, nil
}

func (c *Client) searchByOwner(ctx context.Context, wanted Communication) ([]Communication, error) {
	_, list, err := c.ownerList(ctx, wanted.Owner)
	if apierror.Is(err, apierror.NotFound) {
		return nil, nil // nothing can have been created for an owner that is not there
	}
	if err != nil {
		return nil, err
	}
	var found []Communication
	for _, m := range list {
		same, known := wanted.Owner.compare(m.Owner)
		// A record with an external id was created by someone who gave one.
		if m.ExternalID == "" && m.TypeID == wanted.TypeID && sameValue(wanted.Value, m.Value) && (same || !known) {
			found = append(found, m)
		}
	}
	return found, nil
}

// What can differ between a record and what was asked for.
const (
	typeDiffers       = "type"
	valueDiffers      = "value"
	ownerDiffers      = "owner"
	externalIDDiffers = "external id"
)

// differences says in what found is not as wanted. The owner is compared by
// whatever ids are known, and looked up when they do not tell.
func (c *Client) differences(ctx context.Context, wanted *Communication, found Communication) ([]string, error) {
	same, err := c.sameOwner(ctx, &wanted.Owner, found.Owner)
	if err != nil {
		return nil, err
	}
	var differing []string
	if found.TypeID != wanted.TypeID {
		differing = append(differing, typeDiffers)
	}
	if !sameValue(wanted.Value, found.Value) {
		differing = append(differing, valueDiffers)
	}
	if !same {
		differing = append(differing, ownerDiffers)
	}
	if !strings.EqualFold(found.ExternalID, wanted.ExternalID) {
		differing = append(differing, externalIDDiffers)
	}
	return differing, nil
}
