package seveng

import (
	"slices"
	"strings"
)

// Kind is one of the three kinds of owner that a communication can hang on.
type Kind string

// The kinds of owner.
const (
	BizEntity    Kind = "biz_entity"   // an investor
	Person       Kind = "person"       // a natural person
	Organisation Kind = "organisation" // a company or another body
)

// kindNames is how the API spells one kind of owner.
type kindNames struct {
	kind        Kind
	path        string // in lower case
	title       string // as texts and messages print it
	nativeKey   string // in bodies, answers and, without regard to case, queries
	externalKey string
}

// kinds is the spelling of 7g.md#owners.
var kinds = []kindNames{
	{BizEntity, "/bizentity", "BizEntity", "bizEntityID", "externalBizEntityId"},
	{Person, "/person", "Person", "personID", "externalPersonId"},
	{Organisation, "/organisation", "Organisation", "organisationID", "externalOrganisationId"},
}

// names returns the spelling of a kind and whether there is such a kind.
func (k Kind) names() (kindNames, bool) {
	if i := slices.IndexFunc(kinds, func(n kindNames) bool { return n.kind == k }); i >= 0 {
		return kinds[i], true
	}
	return kindNames{}, false
}

// OwnerKey names one owner. Native ids count per kind: person 7 and
// organisation 7 are two owners.
type OwnerKey struct {
	Kind Kind  `json:"kind"`
	ID   int64 `json:"id"`
}

// Owner is a BizEntity, a Person or an Organisation, reduced to what its
// communications need.
type Owner struct {
	Kind       Kind   `json:"kind"`
	ID         int64  `json:"id"`                    // 32 bit; zero lets the service assign one
	ExternalID string `json:"external_id,omitempty"` // at most 50 characters, unique within the kind
	Name       string `json:"name,omitempty"`
}

// Key is what communications hold of their owner.
func (o Owner) Key() OwnerKey { return OwnerKey{Kind: o.Kind, ID: o.ID} }

// Communication is one contact value of one owner.
type Communication struct {
	ID         int64    `json:"id"`                    // 32 bit; zero lets the service assign one
	ExternalID string   `json:"external_id,omitempty"` // at most 50 characters, unique in the whole system
	TypeID     int64    `json:"type_id"`               // id of a Type as the store keeps it, whatever the dialect shows
	Name       string   `json:"name"`                  // the value itself, at most 255 characters
	Owner      OwnerKey `json:"owner"`
	// InWorkflow marks a record that an operational workflow refers to. It
	// has an effect in the dialect 7g-workflow-refuses-delete alone.
	InWorkflow bool `json:"in_workflow,omitempty"`
}

// Type is one row of the lookup category communicationTypeID.
type Type struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// DefaultTypes is the only known list, 7g.md#communication-types.
func DefaultTypes() []Type {
	return []Type{{1, "Email"}, {2, "Phone"}, {3, "Mobile"}, {4, "Fax"}}
}

func (t Type) isEmail() bool { return strings.EqualFold(t.Name, "Email") }

// isNumber is true of the types whose values are telephone numbers.
func (t Type) isNumber() bool {
	return slices.Contains([]string{"phone", "mobile", "fax"}, strings.ToLower(t.Name))
}

// Permission is a right on communications, 7g.md#permissions.
type Permission string

// The permissions that a user has unless they are listed in User.Missing.
const (
	Read     Permission = "read"
	Creation Permission = "creation"
	Update   Permission = "update"
	Deletion Permission = "deletion"
)

// User is an account that can log in.
type User struct {
	Name           string       `json:"name"`
	Password       string       `json:"password"`
	Disabled       bool         `json:"disabled,omitempty"`
	AddressBlocked bool         `json:"address_blocked,omitempty"` // callers are not on the allow-list of the account
	Missing        []Permission `json:"missing,omitempty"`
}
