package seveng

import (
	"context"
	"encoding/json"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// ownerKeys are the six owner keys of a communication, as a write sends them.
type ownerKeys struct {
	BizEntityID            *int64  `json:"bizEntityID"`
	ExternalBizEntityID    *string `json:"externalBizEntityId"`
	PersonID               *int64  `json:"personID"`
	ExternalPersonID       *string `json:"externalPersonId"`
	OrganisationID         *int64  `json:"organisationID"`
	ExternalOrganisationID *string `json:"externalOrganisationId"`
}

func keysOf(owner Owner) ownerKeys {
	var keys ownerKeys
	id, externalID := unlessZero(owner.ID), unlessZero(owner.ExternalID)
	switch owner.Kind {
	case BizEntity:
		keys.BizEntityID, keys.ExternalBizEntityID = id, externalID
	case Person:
		keys.PersonID, keys.ExternalPersonID = id, externalID
	case Organisation:
		keys.OrganisationID, keys.ExternalOrganisationID = id, externalID
	}
	return keys
}

func unlessZero[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// onlyOne is the owner by one id, the native one when it is known: 7G wants
// exactly one in a new record, and need not believe that two belong together.
func (o Owner) onlyOne() Owner {
	if o.ID != 0 {
		o.ExternalID = ""
	}
	return o
}

// write sends a POST or PUT and reads the record in its answer, if any. What
// cannot be read there counts as missing: the write itself has succeeded.
func (c *Client) write(ctx context.Context, method, attempt string, s subject, wanted Communication, body any) (record, answer, error) {
	a, err := c.call(ctx, request{
		attempt: attempt,
		method:  method,
		path:    communicationPath,
		body:    body,
		subject: s,
		quoted:  []string{wanted.ExternalID, wanted.Owner.ExternalID, wanted.Value},
	})
	if err != nil {
		return record{}, a, err
	}
	return readWritten(a.data), a, nil
}

func readWritten(data json.RawMessage) record {
	fields, err := oneRecord(data)
	if err != nil || fields == nil {
		return record{}
	}
	written, err := readRecord(fields)
	if err != nil {
		return record{}
	}
	return written
}

// checkContent refuses what no write can express.
func (c *Client) checkContent(attempt string, wanted Communication) error {
	reason := ""
	switch {
	case wanted.TypeID <= 0:
		reason = "a communication needs a type"
	case wanted.Value == "":
		reason = "a communication needs a value"
	default:
		return c.checkOwner(attempt, wanted.Owner)
	}
	return c.failure(apierror.Invalid, attempt, reason, "Set type and value", nil)
}

// mayTryNativeOwner reports whether a refused write is worth sending once more
// with the owner's native id: that an external id is enough is documented for
// some owners and some writes only. A refused write changed nothing.
func mayTryNativeOwner(sent Owner, refusal answer) bool {
	return sent.ID == 0 && !refusal.ownerIsTaken()
}
