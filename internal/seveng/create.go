package seveng

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

type createBody struct {
	// CommunicationID is always 0: another number could be taken for an update.
	CommunicationID         int64   `json:"communicationID"`
	ExternalCommunicationID string  `json:"externalCommunicationId,omitempty"`
	CommunicationTypeID     int64   `json:"communicationTypeID"`
	Name                    string  `json:"name"`
	BizEntityID             *int64  `json:"bizEntityID,omitempty"`
	ExternalBizEntityID     *string `json:"externalBizEntityId,omitempty"`
	PersonID                *int64  `json:"personID,omitempty"`
	ExternalPersonID        *string `json:"externalPersonId,omitempty"`
	OrganisationID          *int64  `json:"organisationID,omitempty"`
	ExternalOrganisationID  *string `json:"externalOrganisationId,omitempty"`
}

func newCreateBody(wanted Communication) createBody {
	owner := keysOf(wanted.Owner.onlyOne())
	return createBody{
		ExternalCommunicationID: wanted.ExternalID,
		CommunicationTypeID:     wanted.TypeID,
		Name:                    wanted.Value,
		BizEntityID:             owner.BizEntityID,
		ExternalBizEntityID:     owner.ExternalBizEntityID,
		PersonID:                owner.PersonID,
		ExternalPersonID:        owner.ExternalPersonID,
		OrganisationID:          owner.OrganisationID,
		ExternalOrganisationID:  owner.ExternalOrganisationID,
	}
}

// CreateCommunication creates a record whose ID is unset, for an owner given
// by one id. It returns the record as 7G holds it, with one request when the
// answer is complete.
//
// When it is not known whether a request was done, the record is looked for:
// found as wanted, and not known from before, it is the one that was created
// ([Client.Recognised]); reliably not there, it is asked for again, at most
// Transport.MaxRetries times.
//
// The error is a *apierror.Error. Refused: nothing was created; beneath it is
// an [*ExistsError] when a record is there that explains the refusal. Unknown:
// a record may have been created, and errors.As finds an [*ExistsError] when
// one was seen. Invalid and NotSent: nothing was asked of 7G.
//
// 7G: Communication, POST.
func (c *Client) CreateCommunication(ctx context.Context, wanted Communication) (Communication, error) {
	attempt := "creating " + c.describe(wanted)
	if wanted.ID != 0 {
		return Communication{}, c.failure(apierror.Invalid, attempt, "a new communication cannot choose its native id", "", nil)
	}
	if err := c.checkContent(attempt, wanted); err != nil {
		return Communication{}, err
	}
	defer c.lists.Clear()
	creation := &creation{client: c, attempt: attempt, wanted: wanted, began: c.now()}
	created, err := creation.run(ctx)
	if created.ID != 0 {
		c.recent.note(c.now(), created.ID, created)
		c.known.claim(created.ID, false) // unless find has claimed it already
	}
	return created, err
}

// creation is one create, over all its requests.
type creation struct {
	client  *Client
	attempt string
	wanted  Communication // its owner gains ids as they become known
	inDoubt bool          // an earlier request may have created the record
	began   time.Time
}

func (k *creation) run(ctx context.Context) (Communication, error) {
	for number := 0; ; number++ {
		created, a, err := k.send(ctx)
		switch apierror.Of(err) {
		case 0:
			return k.complete(ctx, created)
		case apierror.Refused:
			return k.refused(ctx, a, err)
		case apierror.Uncertain:
			k.inDoubt = true
		default:
			return Communication{}, err
		}
		found, missing, lookErr := k.find(ctx, err)
		if !missing {
			return found, lookErr
		}
		if number >= k.client.retries || !k.client.pause(ctx, number, err) {
			return Communication{}, k.client.doubtful(k.attempt, err, "the record was looked for and is not there", k.findOut(), err)
		}
	}
}

// send asks for the record once; and, when that is refused and the owner is
// known by its external id only, once more by the owner's native id.
func (k *creation) send(ctx context.Context) (record, answer, error) {
	created, a, err := k.post(ctx)
	if !apierror.Is(err, apierror.Refused) || !mayTryNativeOwner(k.wanted.Owner, a) {
		return created, a, err
	}
	owner, lookErr := k.client.Owner(ctx, k.wanted.Owner)
	if lookErr != nil {
		return created, a, err // the refusal is explained later, the missing owner included
	}
	k.wanted.Owner = owner
	return k.post(ctx)
}

func (k *creation) post(ctx context.Context) (record, answer, error) {
	return k.client.write(ctx, http.MethodPost, k.attempt, subject{}, k.wanted, newCreateBody(k.wanted))
}

// complete is the record that 7G says it created, read back when the answer
// did not show all of it.
func (k *creation) complete(ctx context.Context, created record) (Communication, error) {
	if created.complete {
		return created.Communication, nil
	}
	key := ByID(created.ID)
	if created.ID == 0 {
		key = ByExternalID(k.wanted.ExternalID)
	}
	if key == (Key{}) {
		return k.recognise(ctx)
	}
	found, err := k.client.readBack(ctx, key, anyState)
	if err == nil {
		return found, nil
	}
	var detail error = err
	if created.ID != 0 {
		known := k.wanted
		known.ID = created.ID
		detail = &ExistsError{known, JustCreated}
	}
	return Communication{}, k.client.failure(apierror.Uncertain, k.attempt,
		fmt.Sprintf("7G says that it is done, but %s could not be read back: %s", key, reasonOf(err)), k.findOut(), detail)
}

// recognise finds the record that 7G created without saying which it is. It is
// never asked for again: it is there, seen or not.
func (k *creation) recognise(ctx context.Context) (Communication, error) {
	done := k.client.failure(apierror.Uncertain, k.attempt, "7G says that it is done, but not which record it created", "", nil)
	found, missing, err := k.find(ctx, done)
	if missing {
		return Communication{}, k.client.doubtful(k.attempt, done, "the record was looked for and is not there", k.findOut(), done)
	}
	return found, err
}

// refused is the end of a create that 7G refused.
func (k *creation) refused(ctx context.Context, a answer, err error) (Communication, error) {
	if k.inDoubt {
		// An earlier request may have been done after all, and its record be what
		// stands in the way of this one.
		if found, missing, lookErr := k.find(ctx, err); !missing {
			return found, lookErr
		}
	}
	return Communication{}, k.client.explain(ctx, verdictOf(err), a, k.wanted)
}

// find looks for the record after a request whose outcome is not known.
// Missing says that it is reliably not there; otherwise the record is returned,
// or the error with which the create ends.
func (k *creation) find(ctx context.Context, failed error) (found Communication, missing bool, err error) {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	candidates, err := k.client.search(ctx, k.wanted, k.began)
	switch {
	case err != nil:
		return Communication{}, false, k.client.unread(k.attempt, failed, err, k.findOut())
	case len(candidates) == 0:
		return Communication{}, true, nil
	case len(candidates) > 1:
		return Communication{}, false, k.client.doubtful(k.attempt, failed,
			fmt.Sprintf("%d records fit, and which of them is new cannot be told: %s", len(candidates), k.client.identifyAll(candidates)), k.findOut(), failed)
	}
	found = candidates[0]
	differing, err := k.client.differences(ctx, &k.wanted, found)
	switch {
	case err != nil:
		return Communication{}, false, k.client.unread(k.attempt, failed, err, k.findOut())
	case len(differing) > 0:
		return Communication{}, false, k.client.doubtful(k.attempt, failed,
			fmt.Sprintf("a record is there, but not as asked in %s: %s", strings.Join(differing, " and "), k.client.identify(found)),
			"Adopt that record if it is the one you want, or choose another external id", &ExistsError{found, SameExternalID})
	}
	if !k.client.known.claim(found.ID, true) {
		return Communication{}, true, nil
	}
	return found, false, nil
}

// findOut is how a person finds out whether the record exists.
func (k *creation) findOut() string {
	if k.wanted.ExternalID != "" {
		return "Look in 7G for the external id " + k.wanted.ExternalID + " before running again; if the record is there, adopt it, or it would be asked for twice"
	}
	return "Look at the communications of " + k.wanted.Owner.String() + " in 7G before running again; if the record is there, adopt it, or it would be created twice"
}
