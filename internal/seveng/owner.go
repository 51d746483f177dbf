package seveng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// OwnerKind says what a communication hangs on.
type OwnerKind string

// The kinds of owner (7g.md#owners).
const (
	BizEntity    OwnerKind = "biz_entity"
	Person       OwnerKind = "person"
	Organisation OwnerKind = "organisation"
)

// OwnerKinds are all kinds of owner.
func OwnerKinds() []OwnerKind { return []OwnerKind{BizEntity, Person, Organisation} }

// Owner is what a communication hangs on. 0 and "" are unset ids.
type Owner struct {
	Kind       OwnerKind
	ID         int64
	ExternalID string
}

// String is the owner as words in a sentence.
func (o Owner) String() string {
	switch {
	case o.Kind == "":
		return "no owner"
	case o.ID != 0:
		return fmt.Sprintf("%s %d", o.Kind, o.ID)
	}
	return fmt.Sprintf("%s with external id %s", o.Kind, o.ExternalID)
}

// byOneID is the owner by one id, the native one when it is known: 7G wants
// exactly one in a new record, and need not accept that two belong together
// (7g.md#create-a-communication).
func (o Owner) byOneID() Owner {
	if o.ID != 0 {
		o.ExternalID = ""
	}
	return o
}

// compare tells whether two mentions of an owner mean the same one; known is
// false when they have no id in common that would tell.
func (o Owner) compare(other Owner) (same, known bool) {
	switch {
	case o == other:
		return true, true
	case o.Kind != other.Kind:
		return false, true
	case o.ID != 0 && other.ID != 0:
		return o.ID == other.ID, true
	case o.ExternalID != "" && other.ExternalID != "":
		return equalExternalIDs(o.ExternalID, other.ExternalID), true
	}
	return false, false
}

// isOtherCase reports whether 7G has answered with an owner whose external id
// is in another letter case than the one that was asked for. Whether 7G tells
// them apart is not known; where it does not, this is how it shows
// (7g.md#contradictions).
func (o Owner) isOtherCase(found Owner) bool {
	return o.Kind == found.Kind && o.ID == 0 && !equalExternalIDs(o.ExternalID, found.ExternalID) && textform.SameInAnyCase(o.ExternalID, found.ExternalID)
}

// spelledOtherwise is the error of an owner that is named in another letter
// case than 7G has it in.
func (c *Client) spelledOtherwise(attempt string, owner, found Owner) error {
	return c.failure(apierror.Invalid, attempt,
		fmt.Sprintf("7G has no owner with the external id %q, but %s %d with %q: letter case counts", owner.ExternalID, found.Kind, found.ID, found.ExternalID),
		fmt.Sprintf("Write owner.external_id as %q", found.ExternalID), nil)
}

// checkBothIDs is the error of an owner that is named by two ids which are not
// one owner's. found is the owner with the native id.
func (c *Client) checkBothIDs(attempt string, owner, found Owner) error {
	if owner.ID == 0 || owner.ID != found.ID || owner.ExternalID == "" || found.ExternalID == "" || equalExternalIDs(owner.ExternalID, found.ExternalID) {
		return nil
	}
	return c.failure(apierror.Invalid, attempt,
		fmt.Sprintf("the owner's two ids are not the same owner's: %s has the external id %q and not %q", found, found.ExternalID, owner.ExternalID),
		"Correct one of owner.id and owner.external_id, or remove it", nil)
}

// spelling is how 7G spells what belongs to one kind of owner.
type spelling struct {
	path                   string
	idQuery, externalQuery string
	idKey, externalKey     string
}

var spellings = map[OwnerKind]spelling{
	BizEntity: {
		path:    "/BizEntity",
		idQuery: "BizEntityID", externalQuery: "ExternalBizEntityId",
		idKey: "bizEntityID", externalKey: "externalBizEntityId",
	},
	Person: {
		path:    "/person",
		idQuery: "PersonID", externalQuery: "ExternalPersonId",
		idKey: "personID", externalKey: "externalPersonId",
	},
	Organisation: {
		path:    "/organisation",
		idQuery: "OrganisationID", externalQuery: "ExternalOrganisationId",
		idKey: "organisationID", externalKey: "externalOrganisationId",
	},
}

// Owner reads both ids of an owner, of which one must be given; when both are,
// the native id is asked for. However many callers ask, it is read once. The
// error is a *apierror.Error: NotFound when the owner recognisably does not
// exist, Invalid when two ids are given that are not the same owner's
// (7g.md#owners).
func (c *Client) Owner(ctx context.Context, owner Owner) (Owner, error) {
	attempt := "reading " + owner.String()
	found, err := c.owners.Get(ctx, owner, func(ctx context.Context) (Owner, error) {
		found, _, err := c.readOwner(ctx, attempt, owner)
		return found, err
	})
	return found, c.cached(attempt, err)
}

// List lists the communications of an owner, from the owner's own record: 7G
// documents no other way to enumerate them. However many callers ask, an owner
// is read once, until this client writes. The error is a *apierror.Error:
// NotFound when the owner recognisably does not exist, Uncertain when its
// record carries no list, which is not the same as an empty one
// (7g.md#owners).
func (c *Client) List(ctx context.Context, owner Owner) ([]Communication, error) {
	list, err := c.lists.Get(ctx, owner, func(ctx context.Context) ([]Communication, error) {
		return c.consistentList(ctx, owner)
	})
	return slices.Clone(list), c.cached("listing the communications of "+owner.String(), err)
}

// consistentList is [Client.List] at this moment. A list that contradicts what
// this client wrote a moment ago is read again.
func (c *Client) consistentList(ctx context.Context, owner Owner) ([]Communication, error) {
	var list []Communication
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		found, current, err := c.readList(ctx, owner)
		list = current
		return err == nil && c.history.agrees(c.now(), found, current), err
	})
	return list, err
}

// readList is an owner with both its ids, and its communications as one read
// shows them.
func (c *Client) readList(ctx context.Context, owner Owner) (Owner, []Communication, error) {
	attempt := "listing the communications of " + owner.String()
	found, fields, err := c.readOwner(ctx, attempt, owner)
	if err != nil {
		return Owner{}, nil, err
	}
	list, err := parseList(fields, found)
	if err != nil {
		return Owner{}, nil, c.unreadable(attempt, err.Error(), adviceTryAgain, err)
	}
	c.saw(list...)
	return found, list, nil
}

// readOwner reads an owner's own record. It returns the owner with both its
// ids, and the record.
func (c *Client) readOwner(ctx context.Context, attempt string, owner Owner) (Owner, object, error) {
	if err := c.checkOwner(attempt, owner); err != nil {
		return Owner{}, nil, err
	}
	if owner.ID != 0 {
		return c.readOneOwner(ctx, attempt, owner)
	}
	var fields object
	found, err := inAnyForm(c, attempt, owner.ExternalID, func(form string) (Owner, int64, error) {
		found, record, err := c.readOneOwner(ctx, attempt, Owner{Kind: owner.Kind, ExternalID: form})
		if err == nil {
			fields = record
		}
		return found, found.ID, err
	})
	return found, fields, err
}

func (c *Client) readOneOwner(ctx context.Context, attempt string, owner Owner) (Owner, object, error) {
	spelled := spellings[owner.Kind]
	query := url.Values{spelled.externalQuery: {owner.ExternalID}}
	if owner.ID != 0 {
		query = url.Values{spelled.idQuery: {strconv.FormatInt(owner.ID, 10)}}
	}
	fields, err := c.readRecord(ctx, request{
		attempt: attempt,
		path:    spelled.path,
		query:   query,
		about:   anOwner(owner.Kind),
		sent:    []string{owner.ExternalID},
	})
	if err != nil {
		return Owner{}, nil, err
	}
	found, err := parseOwner(fields, owner.Kind)
	if err != nil {
		return Owner{}, nil, c.unreadable(attempt, err.Error(), adviceTryAgain, err)
	}
	if found.ID != 0 && owner.isOtherCase(found) {
		return Owner{}, nil, c.spelledOtherwise(attempt, owner, found)
	}
	if err := c.checkBothIDs(attempt, owner, found); err != nil {
		return Owner{}, nil, err
	}
	if same, known := owner.compare(found); found.ID == 0 || !same && known {
		return Owner{}, nil, c.unreadable(attempt, "7G answered with "+found.String()+" instead", adviceReread, nil)
	}
	if found.ExternalID == "" && owner.ID == 0 {
		found.ExternalID = owner.ExternalID
	}
	return found, fields, nil
}

func (c *Client) checkOwner(attempt string, owner Owner) error {
	reason := ""
	switch _, known := spellings[owner.Kind]; {
	case !known:
		reason = fmt.Sprintf("%q is no kind of owner; the kinds are %s, %s and %s", owner.Kind, BizEntity, Person, Organisation)
	case owner.ID < 0 || owner.ID == 0 && owner.ExternalID == "":
		reason = "the owner needs an id or an external id"
	default:
		return nil
	}
	return c.failure(apierror.Invalid, attempt, reason, "Set owner.type, and one of owner.id and owner.external_id", nil)
}

// parseOwner is the owner of a kind that a record names.
func parseOwner(fields object, kind OwnerKind) (Owner, error) {
	spelled, r := spellings[kind], reader{object: fields}
	owner := Owner{Kind: kind, ID: r.number(spelled.idKey), ExternalID: r.text(spelled.externalKey)}
	return owner, r.err
}

// parseOwnerOf is the one owner that a communication names, or the zero Owner
// when it names none.
func parseOwnerOf(fields object) (Owner, error) {
	var found Owner
	for _, kind := range OwnerKinds() {
		owner, err := parseOwner(fields, kind)
		if err != nil {
			return Owner{}, err
		}
		if owner.ID == 0 && owner.ExternalID == "" {
			continue
		}
		if found.Kind != "" {
			return Owner{}, fmt.Errorf("the record names two owners, %s and %s", found, owner)
		}
		found = owner
	}
	return found, nil
}

// hasOwnerKeys reports whether a record has the keys for both ids of an owner
// of this kind.
func hasOwnerKeys(fields object, kind OwnerKind) bool {
	spelled, known := spellings[kind]
	return known && fields.has(spelled.idKey) && fields.has(spelled.externalKey)
}

// parseList is the list of communications in an owner's record.
func parseList(fields object, owner Owner) ([]Communication, error) {
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
		p, err := parseCommunication(nested)
		if err != nil {
			return nil, fmt.Errorf("number %d of the owner's communications: %w", number+1, err)
		}
		if !p.isUsable() {
			return nil, fmt.Errorf("number %d of the owner's communications lacks its id, type or value", number+1)
		}
		// A record inside its owner's need not repeat who that is.
		if same, known := p.Owner.compare(owner); p.Owner.Kind == "" || same && known {
			p.Owner = owner
		}
		list = append(list, p.Communication)
	}
	return list, nil
}
