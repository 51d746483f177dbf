package seveng

import (
	"context"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// updateBody is a whole record: 7G may clear what a PUT leaves out.
type updateBody struct {
	CommunicationID         int64   `json:"communicationID"`
	ExternalCommunicationID *string `json:"externalCommunicationId"`
	CommunicationTypeID     int64   `json:"communicationTypeID"`
	Name                    string  `json:"name"`
	ownerKeys
}

// UpdateCommunication changes type, value and owner of a record from current,
// as it was last read, to wanted. It returns the record as 7G holds it
// afterwards, with one request when the answer is complete. To move a record,
// wanted names the new owner by one id; that the move was done is checked.
//
// When it is not known whether a request was done, the record is read and
// compared; not as wanted, the same request is repeated, at most
// Transport.MaxRetries times.
//
// The error is a *apierror.Error: Gone when the record recognisably does not
// exist; Refused when 7G did not do it, with an [*ExistsError] beneath when
// another record holds the new owner's only place; Refused too when 7G says
// that it is done but the owner or the external id is not as asked: the record
// as it is now is then returned beside the error. Unknown: some of it may be
// done.
//
// 7G: Communication, PUT.
func (c *Client) UpdateCommunication(ctx context.Context, current, wanted Communication) (Communication, error) {
	attempt := "updating " + current.Key().String()
	if err := c.checkUpdate(attempt, current, wanted); err != nil {
		return Communication{}, err
	}
	defer c.lists.Clear()
	wanted.ID, wanted.ExternalID = current.ID, current.ExternalID
	same, known := wanted.Owner.compare(current.Owner)
	u := &update{client: c, attempt: attempt, wanted: wanted, transfer: !same || !known}
	if !u.transfer {
		u.wanted.Owner = current.Owner // the pair of ids as 7G returned it
	}
	updated, err := u.run(ctx)
	c.recent.note(c.now(), updated.ID, updated)
	return updated, err
}

func (c *Client) checkUpdate(attempt string, current, wanted Communication) error {
	if current.ID <= 0 {
		return c.failure(apierror.Invalid, attempt, "the record to update has no native id", "", nil)
	}
	if wanted.ExternalID != "" && wanted.ExternalID != current.ExternalID {
		return c.failure(apierror.Invalid, attempt, "7G cannot change an external id", "Keep external_id as it is, or replace the record", nil)
	}
	return c.checkContent(attempt, wanted)
}

// update is one update, over all its requests.
type update struct {
	client   *Client
	attempt  string
	wanted   Communication // its owner gains ids as they become known
	transfer bool          // the owner changes
}

func (u *update) run(ctx context.Context) (Communication, error) {
	for number := 0; ; number++ {
		written, a, err := u.send(ctx)
		switch apierror.Of(err) {
		case 0:
			return u.verify(ctx, written)
		case apierror.NotFound:
			return Communication{}, u.confirmGone(ctx, a, err)
		case apierror.Refused:
			return Communication{}, u.client.explain(ctx, verdictOf(err), a, u.wanted)
		case apierror.Uncertain:
		default:
			return Communication{}, err
		}
		found, differing, lookErr := u.read(ctx)
		switch {
		case apierror.Is(lookErr, apierror.NotFound):
			return Communication{}, u.client.failure(apierror.NotFound, u.attempt, reasonOf(lookErr), "", lookErr)
		case lookErr != nil:
			return Communication{}, u.client.unread(u.attempt, err, lookErr, adviceReread)
		case len(differing) == 0:
			return found, nil
		case number >= u.client.retries || !u.client.pause(ctx, number, err):
			return Communication{}, u.client.doubtful(u.attempt, err, "the record is not as asked: it is "+u.client.identify(found), adviceTryAgain, err)
		}
	}
}

// send asks for the change once; and, when that is refused and the new owner
// is known by its external id only, once more by the owner's native id.
func (u *update) send(ctx context.Context) (record, answer, error) {
	written, a, err := u.put(ctx)
	if !apierror.Is(err, apierror.Refused) || !u.transfer || !mayTryNativeOwner(u.wanted.Owner, a) {
		return written, a, err
	}
	owner, lookErr := u.client.Owner(ctx, u.wanted.Owner)
	if lookErr != nil {
		return written, a, err
	}
	u.wanted.Owner = owner
	return u.put(ctx)
}

func (u *update) put(ctx context.Context) (record, answer, error) {
	owner := u.wanted.Owner
	if u.transfer {
		owner = owner.onlyOne()
	}
	return u.client.write(ctx, http.MethodPut, u.attempt, communicationSubject, u.wanted, updateBody{
		CommunicationID:         u.wanted.ID,
		ExternalCommunicationID: unlessZero(u.wanted.ExternalID),
		CommunicationTypeID:     u.wanted.TypeID,
		Name:                    u.wanted.Value,
		ownerKeys:               keysOf(owner),
	})
}
