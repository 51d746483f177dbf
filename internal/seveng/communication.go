package seveng

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

const communicationPath = "/communication"

// Spec is what a configuration sets of a communication, and all of one that
// can differ between two versions of it (7g.md#communication).
type Spec struct {
	ExternalID string // the caller's own id, set at creation; may be ""
	TypeID     int64  // one of [Client.Types]
	Value      string // the address or number; 7G calls it name
	Owner      Owner  // one of its ids is enough
}

// Communication is a record as 7G stores it.
type Communication struct {
	ID int64 // made by 7G, never changes
	Spec
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

func (k Key) query() url.Values {
	if k.ID != 0 {
		return url.Values{"CommunicationID": {strconv.FormatInt(k.ID, 10)}}
	}
	return url.Values{"ExternalCommunicationId": {k.ExternalID}}
}

// Key is the surest key of the record: its native id when it has one.
func (m Communication) Key() Key {
	if m.ID != 0 {
		return ByID(m.ID)
	}
	return ByExternalID(m.ExternalID)
}

// What can differ between a record and what was asked for.
const (
	typeDiffers       = "type"
	valueDiffers      = "value"
	ownerDiffers      = "owner"
	externalIDDiffers = "external id"
)

// Diff names the attributes in which stored is not as wanted, in words for a
// person; none means that they are the same record for all that Terraform
// manages. Owners whose known ids cannot be compared differ.
func Diff(wanted, stored Spec) []string {
	var differing []string
	if wanted.TypeID != stored.TypeID {
		differing = append(differing, typeDiffers)
	}
	if !EqualValues(wanted.Value, stored.Value) {
		differing = append(differing, valueDiffers)
	}
	if same, known := wanted.Owner.compare(stored.Owner); !same || !known {
		differing = append(differing, ownerDiffers)
	}
	if !equalExternalIDs(wanted.ExternalID, stored.ExternalID) {
		differing = append(differing, externalIDDiffers)
	}
	return differing
}

// EqualValues reports whether two values are one to 7G, which may trim a value
// and put an e-mail address in lower case (7g.md#contradictions). Terraform
// composes every text (NFC), and 7G keeps the form that it was given.
func EqualValues(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if strings.Contains(a, "@") {
		return textform.SameInAnyCase(a, b)
	}
	return textform.Same(a, b)
}

// SameForm reports whether one value can be the form in which 7G keeps the
// other: the same letters and digits, in any case, with letters as the digits
// of a telephone's keys too. An address has no other form than its letter case
// (7g.md#contradictions).
func SameForm(a, b string) bool {
	if strings.Contains(a+b, "@") {
		return EqualValues(a, b)
	}
	return EqualValues(a, b) || onKeys(a) != "" && onKeys(a) == onKeys(b)
}

// onKeys is a value as it is typed on a telephone, without what is not typed.
func onKeys(value string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z':
			return rune("22233344455566677778889999"[c-'a'])
		case unicode.IsLetter(c), unicode.IsDigit(c):
			return c
		}
		return -1
	}, textform.Key(value))
}

// equalExternalIDs reports whether two external ids are one: in every letter,
// case included (7g.md#contradictions), in whatever form they are.
func equalExternalIDs(a, b string) bool { return textform.Same(a, b) }

// Read reads one record, with one request; by an external id with one for each
// form in which 7G may hold it. The error is a *apierror.Error: NotFound when 7G
// recognisably says that there is none, Uncertain when its answer cannot be
// understood, Invalid when several records have an external id that differs in
// form only (7g.md#read-a-communication).
func (c *Client) Read(ctx context.Context, key Key) (Communication, error) {
	attempt := "reading " + key.String()
	if err := c.checkKey(attempt, key); err != nil {
		return Communication{}, err
	}
	if key.ID != 0 {
		return c.readOne(ctx, attempt, key)
	}
	return inAnyForm(c, attempt, key.ExternalID, func(form string) (Communication, int64, error) {
		found, err := c.readOne(ctx, attempt, ByExternalID(form))
		return found, found.ID, err
	})
}

// inAnyForm reads the one record that has an external id in any form that 7G
// may hold it in: it may find one by another or not (7g.md#contradictions).
func inAnyForm[Record any](c *Client, attempt, externalID string, read func(form string) (Record, int64, error)) (found Record, err error) {
	var id int64
	var absent error
	for _, form := range textform.All(externalID) {
		one, oneID, err := read(form)
		switch {
		case apierror.Is(err, apierror.NotFound):
			absent = cmp.Or(absent, err)
		case err != nil:
			return found, err
		case id != 0 && oneID != id:
			return found, c.failure(apierror.Invalid, attempt,
				fmt.Sprintf("7G has %d and %d, whose external ids %q differ only in the form of a letter with an accent, which Terraform does not tell apart", id, oneID, externalID),
				"Name the record by its native id", nil)
		default:
			found, id = one, oneID
		}
	}
	if id == 0 {
		return found, absent
	}
	return found, nil
}

func (c *Client) readOne(ctx context.Context, attempt string, key Key) (Communication, error) {
	fields, err := c.readRecord(ctx, request{
		attempt: attempt,
		path:    communicationPath,
		query:   key.query(),
		about:   aCommunication,
		sent:    []string{key.ExternalID},
	})
	if err != nil {
		return Communication{}, err
	}
	found, err := parseCommunication(fields)
	switch {
	case err != nil:
		return Communication{}, c.unreadable(attempt, err.Error(), adviceTryAgain, err)
	case !found.isNamedBy(key):
		return Communication{}, c.unreadable(attempt, "7G answered with "+found.Key().String()+" instead", adviceReread, nil)
	case !found.isUsable():
		return Communication{}, c.unreadable(attempt, "the record in the answer lacks its id, type or value", adviceTryAgain, nil)
	}
	if found.ExternalID == "" {
		found.ExternalID = key.ExternalID
	}
	c.saw(found.Communication)
	return found.Communication, nil
}

func (c *Client) checkKey(attempt string, key Key) error {
	if key.ID > 0 != (key.ExternalID != "") && key.ID >= 0 {
		return nil
	}
	return c.failure(apierror.Invalid, attempt, "exactly one of the native id and the external id must be given", "", nil)
}

// readRecord asks for one record of any kind.
func (c *Client) readRecord(ctx context.Context, r request) (object, error) {
	r.method = http.MethodGet
	a, err := c.call(ctx, r)
	if err != nil {
		return nil, err
	}
	return c.parseRecord(r, a)
}

// parsed is a communication as an answer shows it.
type parsed struct {
	Communication
	hasValue      bool
	hasExternalID bool
	// complete says that nothing is missing, so that no read is needed to know
	// the record. Answers to writes may hold ids only.
	complete bool
}

func (p parsed) isUsable() bool { return p.ID != 0 && p.TypeID != 0 && p.hasValue }

// isNamedBy reports whether the record is the one that key asks for. An answer
// without the external id's key is taken at its word.
func (p parsed) isNamedBy(key Key) bool {
	if key.ID != 0 {
		return p.ID == key.ID
	}
	return !p.hasExternalID || equalExternalIDs(p.ExternalID, key.ExternalID)
}

func parseCommunication(fields object) (parsed, error) {
	owner, ownerErr := parseOwnerOf(fields)
	r := reader{object: fields, err: ownerErr}
	p := parsed{
		Communication: Communication{ID: r.number("communicationID"), Spec: Spec{
			ExternalID: r.text("externalCommunicationId"),
			TypeID:     r.number("communicationTypeID"),
			Value:      r.text("name"),
			Owner:      owner,
		}},
		hasValue:      fields.value("name") != nil,
		hasExternalID: fields.has("externalCommunicationId"),
	}
	p.complete = p.isUsable() && p.hasExternalID && hasOwnerKeys(fields, owner.Kind)
	return p, r.err
}

// putBody is a communication as a PUT sends it. 7G may clear what a PUT leaves
// out, so nothing is (7g.md#update-a-communication).
func putBody(id int64, s Spec) map[string]any {
	body := map[string]any{
		"communicationID":         id,
		"externalCommunicationId": orNull(s.ExternalID),
		"communicationTypeID":     s.TypeID,
		"name":                    s.Value,
	}
	for kind, spelled := range spellings {
		owner := Owner{}
		if kind == s.Owner.Kind {
			owner = s.Owner
		}
		body[spelled.idKey], body[spelled.externalKey] = orNull(owner.ID), orNull(owner.ExternalID)
	}
	return body
}

// postBody is a communication as a POST sends it, without what is unset. Its
// native id is always 0: another number could be taken for an update
// (7g.md#create-a-communication).
func postBody(s Spec) map[string]any {
	s.Owner = s.Owner.byOneID()
	body := putBody(0, s)
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	return body
}

func orNull[T comparable](value T) any {
	var zero T
	if value == zero {
		return nil
	}
	return value
}
