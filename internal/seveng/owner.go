package seveng

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// OwnerKind says what a communication hangs on.
type OwnerKind string

// The kinds of owner.
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

// spelling is how 7G spells what belongs to one kind of owner.
type spelling struct {
	path                   string
	idQuery, externalQuery string
	idKey, externalKey     string
	names                  []string // among ownerWords
}

var spellings = map[OwnerKind]spelling{
	BizEntity: {
		path:    "/BizEntity",
		idQuery: "BizEntityID", externalQuery: "ExternalBizEntityId",
		idKey: "bizEntityID", externalKey: "externalBizEntityId",
		names: []string{"owner", "bizentity", "biz entity", "business entity"},
	},
	Person: {
		path:    "/person",
		idQuery: "PersonID", externalQuery: "ExternalPersonId",
		idKey: "personID", externalKey: "externalPersonId",
		names: []string{"owner", "person"},
	},
	Organisation: {
		path:    "/organisation",
		idQuery: "OrganisationID", externalQuery: "ExternalOrganisationId",
		idKey: "organisationID", externalKey: "externalOrganisationId",
		names: []string{"owner", "organisation", "organization"},
	},
}

// ownerRecord reads an owner's own record. It returns the owner with both its
// ids, and the record.
func (c *Client) ownerRecord(ctx context.Context, attempt string, owner Owner) (Owner, object, error) {
	if err := c.checkOwner(attempt, owner); err != nil {
		return Owner{}, nil, err
	}
	spelled := spellings[owner.Kind]
	query := url.Values{}
	if owner.ID != 0 {
		query.Set(spelled.idQuery, strconv.FormatInt(owner.ID, 10))
	} else {
		query.Set(spelled.externalQuery, owner.ExternalID)
	}
	a, err := c.call(ctx, request{
		attempt: attempt,
		method:  http.MethodGet,
		path:    spelled.path,
		query:   query,
		subject: subject{expected: true, names: spelled.names},
		quoted:  []string{owner.ExternalID},
	})
	if err != nil {
		return Owner{}, nil, err
	}
	fields, err := oneRecord(a.data)
	if err != nil {
		return Owner{}, nil, c.failure(apierror.Uncertain, attempt, err.Error(), adviceTryAgain, err)
	}
	if fields == nil {
		return Owner{}, nil, c.failure(apierror.NotFound, attempt, "7G answered without a record", "", nil)
	}
	found, err := readOwner(fields, owner.Kind)
	if err != nil {
		return Owner{}, nil, c.failure(apierror.Uncertain, attempt, err.Error(), adviceTryAgain, err)
	}
	if same, known := owner.compare(found); found.ID == 0 || !same && known {
		return Owner{}, nil, c.failure(apierror.Uncertain, attempt, "7G answered with "+found.String()+" instead", adviceReread, nil)
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

// compare tells whether two mentions of an owner mean the same one, as far as
// the ids that both carry tell.
func (o Owner) compare(other Owner) (same, known bool) {
	switch {
	case o.Kind != other.Kind:
		return false, true
	case o.ID != 0 && other.ID != 0:
		return o.ID == other.ID, true
	case o.ExternalID != "" && other.ExternalID != "":
		return strings.EqualFold(o.ExternalID, other.ExternalID), true
	}
	return false, false
}

// sameOwner tells whether found is the owner that was asked for, and asks 7G
// when their ids do not tell. What it learns is kept in asked.
func (c *Client) sameOwner(ctx context.Context, asked *Owner, found Owner) (bool, error) {
	same, known := asked.compare(found)
	if known {
		return same, nil
	}
	resolved, err := c.Owner(ctx, *asked)
	if err != nil {
		return false, err
	}
	*asked = resolved
	same, _ = asked.compare(found)
	return same, nil
}

// readOwner is the owner of a kind that a record names.
func readOwner(fields object, kind OwnerKind) (Owner, error) {
	spelled := spellings[kind]
	id, err := fields.number(spelled.idKey)
	if err != nil {
		return Owner{}, err
	}
	externalID, err := fields.text(spelled.externalKey)
	if err != nil {
		return Owner{}, err
	}
	return Owner{Kind: kind, ID: id, ExternalID: externalID}, nil
}

// readOwnerOf is the one owner that a communication names, or the zero Owner
// when it names none.
func readOwnerOf(fields object) (Owner, error) {
	var found Owner
	for _, kind := range OwnerKinds() {
		owner, err := readOwner(fields, kind)
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

// carriesOwner reports whether a record has the keys for both ids of owner.
func carriesOwner(fields object, owner Owner) bool {
	spelled, known := spellings[owner.Kind]
	return known && fields.has(spelled.idKey) && fields.has(spelled.externalKey)
}
