package seveng

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

const communicationPath = "/communication"

// Communication is one contact value of one owner.
//
// 7G: Communication, overview.
type Communication struct {
	ID         int64  // made by 7G, never changes
	ExternalID string // the caller's, set at creation, never changes; may be ""
	TypeID     int64  // one of [Client.Types]
	Value      string // the address or number; 7G calls it name
	Owner      Owner
}

// Key names one communication. Exactly one of the two ids is set.
type Key struct {
	ID         int64
	ExternalID string
}

// ByID is the key of the communication with a native id.
func ByID(id int64) Key { return Key{ID: id} }

// ByExternalID is the key of the communication with an external id.
func ByExternalID(id string) Key { return Key{ExternalID: id} }

// String is the key as words in a sentence.
func (k Key) String() string {
	if k.ID != 0 {
		return "communication " + strconv.FormatInt(k.ID, 10)
	}
	return "the communication with external id " + k.ExternalID
}

// Key is the surest key of the record: its native id when it has one.
func (m Communication) Key() Key {
	if m.ID != 0 {
		return ByID(m.ID)
	}
	return ByExternalID(m.ExternalID)
}

// Communication reads one record, with one request. The error is a
// *apierror.Error: Gone when 7G recognisably says that there is none, Unknown
// when its answer cannot be understood.
//
// 7G: Communication, GET.
func (c *Client) Communication(ctx context.Context, key Key) (Communication, error) {
	attempt := "reading " + key.String()
	if err := c.checkKey(attempt, key); err != nil {
		return Communication{}, err
	}
	a, err := c.call(ctx, request{
		attempt: attempt,
		method:  http.MethodGet,
		path:    communicationPath,
		query:   key.query(),
		subject: communicationSubject,
		quoted:  []string{key.ExternalID},
	})
	if err != nil {
		return Communication{}, err
	}
	fields, err := oneRecord(a.data)
	if err != nil {
		return Communication{}, c.failure(apierror.Uncertain, attempt, err.Error(), adviceTryAgain, err)
	}
	if fields == nil {
		return Communication{}, c.failure(apierror.NotFound, attempt, "7G answered without a record", "", nil)
	}
	found, err := readRecord(fields)
	switch {
	case err != nil:
		return Communication{}, c.failure(apierror.Uncertain, attempt, err.Error(), adviceTryAgain, err)
	case !found.names(key):
		return Communication{}, c.failure(apierror.Uncertain, attempt, "7G answered with "+found.Key().String()+" instead", adviceReread, nil)
	case found.ID == 0 || found.TypeID == 0 || !found.hasValue:
		return Communication{}, c.failure(apierror.Uncertain, attempt, "the record in the answer lacks its id, type or value", adviceTryAgain, nil)
	}
	if found.ExternalID == "" {
		found.ExternalID = key.ExternalID
	}
	c.known.saw(c.now(), found.Communication)
	return found.Communication, nil
}

func (c *Client) checkKey(attempt string, key Key) error {
	if key.ID > 0 != (key.ExternalID != "") && key.ID >= 0 {
		return nil
	}
	return c.failure(apierror.Invalid, attempt, "exactly one of the native id and the external id must be given", "", nil)
}

func (k Key) query() url.Values {
	if k.ID != 0 {
		return url.Values{"CommunicationID": {strconv.FormatInt(k.ID, 10)}}
	}
	return url.Values{"ExternalCommunicationId": {k.ExternalID}}
}

// record is a communication as an answer shows it.
type record struct {
	Communication
	hasValue      bool
	hasExternalID bool
	// complete says that nothing is missing, so that no read is needed to know
	// the record. Answers to writes may hold ids only.
	complete bool
}

// names reports whether the record is the one that key asks for.
func (r record) names(key Key) bool {
	if key.ID != 0 {
		return r.ID == key.ID
	}
	// Whether 7G compares external ids by letter case is not known. An answer
	// without the external id's key is taken at its word.
	return !r.hasExternalID || strings.EqualFold(r.ExternalID, key.ExternalID)
}

func readRecord(fields object) (record, error) {
	var r record
	var err error
	if r.ID, err = fields.number("communicationID"); err != nil {
		return record{}, err
	}
	if r.ExternalID, err = fields.text("externalCommunicationId"); err != nil {
		return record{}, err
	}
	if r.TypeID, err = fields.number("communicationTypeID"); err != nil {
		return record{}, err
	}
	if r.Value, err = fields.text("name"); err != nil {
		return record{}, err
	}
	if r.Owner, err = readOwnerOf(fields); err != nil {
		return record{}, err
	}
	r.hasValue = fields.value("name") != nil
	r.hasExternalID = fields.has("externalCommunicationId")
	r.complete = r.ID != 0 && r.TypeID != 0 && r.hasValue && r.hasExternalID && carriesOwner(fields, r.Owner)
	return r, nil
}

// sameValue reports whether 7G holds b where a was sent. The service may trim
// a value, and put an e-mail address in lower case.
func sameValue(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if strings.Contains(a, "@") {
		return strings.EqualFold(a, b)
	}
	return a == b
}
