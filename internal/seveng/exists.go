package seveng

import (
	"context"
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Conflict says in which way an existing record stands where another was
// wanted.
type Conflict string

// The ways in which records stand in each other's place.
const (
	SameExternalID Conflict = "has the same external id"
	SameValue      Conflict = "has the same type, value and owner"
	OwnerTaken     Conflict = "holds the owner's only place"
	JustCreated    Conflict = "was created by this call, but could not be read back"
)

// ExistsError is the detail of a failed create, or transfer to another owner,
// when a record is there that explains it. It is found with errors.As beneath
// the *apierror.Error. The record was not adopted and not changed.
type ExistsError struct {
	Existing Communication
	Conflict Conflict
}

// Error names the record and how it conflicts.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("communication %d %s", e.Existing.ID, e.Conflict)
}

// ownerIsTakenPhrase is the one known text of a refused write: a newer 7G
// allows each owner one communication.
const ownerIsTakenPhrase = "already assigned to another communication record"

func (a answer) ownerIsTaken() bool {
	return strings.Contains(plainWords(a.text(), nil), ownerIsTakenPhrase)
}

// explain adds to a refusal which existing record explains it. It asks 7G only
// now that something was refused. When that fails the refusal stands as it is,
// with a note.
func (c *Client) explain(ctx context.Context, refusal *apierror.Error, a answer, wanted Communication) error {
	existing, err := c.existing(ctx, a, wanted)
	explained := *refusal
	switch {
	case existing != nil:
		explained.Cause = existing
		explained.Reason = c.Clean(fmt.Sprintf("%s (%s, %s)", refusal.Reason, c.identify(existing.Existing), existing.Conflict))
		explained.Advice = existing.advice(wanted)
	case apierror.Is(err, apierror.NotFound):
		explained.Advice = c.Clean(fmt.Sprintf("7G has no %s: check owner.type, and owner.id or owner.external_id", wanted.Owner))
	case err != nil:
		explained.Advice = c.Clean(fmt.Sprintf("%s. Whether an existing record is the reason could not be looked up: %s", refusal.Advice, reasonOf(err)))
	}
	return &explained
}

func (e *ExistsError) advice(wanted Communication) string {
	switch {
	case e.Conflict == OwnerTaken:
		return fmt.Sprintf("7G allows this owner one communication: use or delete communication %d, or name another owner", e.Existing.ID)
	case wanted.ID != 0:
		return fmt.Sprintf("Choose another value, or delete communication %d if nobody needs it", e.Existing.ID)
	}
	return fmt.Sprintf("Adopt communication %d instead of creating it, choose other values, or delete it if nobody needs it", e.Existing.ID)
}

// existing is the record that stands in the way of wanted, or nil. The error
// is Gone when the owner does not exist.
func (c *Client) existing(ctx context.Context, a answer, wanted Communication) (*ExistsError, error) {
	if wanted.ExternalID != "" && wanted.ID == 0 && !a.ownerIsTaken() {
		found, err := c.Communication(ctx, ByExternalID(wanted.ExternalID))
		if err == nil {
			return &ExistsError{found, SameExternalID}, nil
		}
		if !apierror.Is(err, apierror.NotFound) {
			return nil, err
		}
	}
	list, err := c.ownerCommunications(ctx, wanted.Owner)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		switch {
		case m.ID == wanted.ID:
		case a.ownerIsTaken():
			return &ExistsError{m, OwnerTaken}, nil
		case m.TypeID == wanted.TypeID && sameValue(wanted.Value, m.Value):
			return &ExistsError{m, SameValue}, nil
		}
	}
	return nil, nil
}
