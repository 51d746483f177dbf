package seveng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// ownerCommunications is [Client.OwnerCommunications] at this moment. A list
// that contradicts what this client wrote a moment ago is read again.
func (c *Client) ownerCommunications(ctx context.Context, owner Owner) ([]Communication, error) {
	var list []Communication
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		found, held, err := c.ownerList(ctx, owner)
		list = held
		return err == nil && c.recent.agree(c.now(), found, held), err
	})
	return list, err
}

// ownerList is an owner, with both its ids, and its communications as one
// read shows them.
func (c *Client) ownerList(ctx context.Context, owner Owner) (Owner, []Communication, error) {
	attempt := "listing the communications of " + owner.String()
	found, fields, err := c.ownerRecord(ctx, attempt, owner)
	if err != nil {
		return Owner{}, nil, err
	}
	list, err := readOwned(fields, found)
	if err != nil {
		return Owner{}, nil, c.failure(apierror.Uncertain, attempt, err.Error(), adviceTryAgain, err)
	}
	c.known.saw(c.now(), list...)
	return found, list, nil
}

func readOwned(fields object, owner Owner) ([]Communication, error) {
	if !fields.has("communications") {
		return nil, errors.New("the owner's record carries no list of communications")
	}
	var elements []json.RawMessage
	if value := fields.value("communications"); value != nil {
		if err := json.Unmarshal(value, &elements); err != nil {
			return nil, errors.New("the owner's communications are not a list")
		}
	}
	list := make([]Communication, 0, len(elements))
	for number, element := range elements {
		nested, ok := readObject(element)
		if !ok {
			return nil, fmt.Errorf("number %d of the owner's communications is not a record", number+1)
		}
		r, err := readRecord(nested)
		if err != nil {
			return nil, fmt.Errorf("number %d of the owner's communications: %w", number+1, err)
		}
		if r.ID == 0 || r.TypeID == 0 || !r.hasValue {
			return nil, fmt.Errorf("number %d of the owner's communications lacks its id, type or value", number+1)
		}
		// A record inside its owner's need not repeat who that is.
		if same, known := r.Owner.compare(owner); r.Owner.Kind == "" || same && known {
			r.Owner = owner
		}
		list = append(list, r.Communication)
	}
	return list, nil
}
