package whatcounts

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Realm is one account: what a test sets up before the first request.
type Realm struct {
	Name              string            `json:"name"` // compared exactly
	Password          string            `json:"password"`
	CustomerKeys      bool              `json:"customer_keys"`      // contacts are known by customer_key instead of e-mail and first name
	APIDisabled       bool              `json:"api_disabled"`       // the API is not enabled for this realm
	APIClients        map[string]string `json:"api_clients"`        // name of a further API client to its authorization code
	ApprovedAddresses []string          `json:"approved_addresses"` // source IP addresses that may call; empty: all
	Lists             []List            `json:"lists"`
	CustomFields      []string          `json:"custom_fields"` // names without "custom_"; nil: plan, user_id, source
}

// List is a mailing list of a realm.
type List struct {
	ID           int64  `json:"id"` // 1 or more; 0 means all lists in some commands
	Name         string `json:"name"`
	Description  string `json:"description"`
	Confirmation bool   `json:"confirmation"` // double opt-in: a subscription waits for the recipient
	FolderID     int64  `json:"folder_id"`
}

// Contact is one contact with its subscriptions. In ordinary realms e-mail
// (without regard to case) and first name are its identity, in customer-key
// realms the customer key.
type Contact struct {
	ID            int64             `json:"id"`
	Email         string            `json:"email"`
	First         string            `json:"first"`
	CustomerKey   string            `json:"customer_key,omitempty"` // only in customer-key realms
	Fields        map[string]string `json:"fields"`                 // last, company, address_1 and so on; no empty values
	Custom        map[string]string `json:"custom"`                 // custom fields by name without "custom_"; no empty values
	Created       time.Time         `json:"created"`
	Updated       time.Time         `json:"updated"`
	Subscriptions []Subscription    `json:"subscriptions"` // ascending list ids
}

// Subscription is a contact's place on one list.
type Subscription struct {
	ListID  int64     `json:"list_id"`
	Format  int       `json:"format"` // 1 plain text, 2 HTML, 99 MIME
	Created time.Time `json:"created"`
}

// Pending is a subscription that waits for the recipient's confirmation.
type Pending struct {
	ContactID int64 `json:"contact_id"`
	ListID    int64 `json:"list_id"`
	Format    int   `json:"format"`
}

// Optout is a record that blocks later subscriptions of an address.
type Optout struct {
	Email       string    `json:"email"`
	CustomerKey string    `json:"customer_key,omitempty"`
	ListID      int64     `json:"list_id"` // 0: global, for every list of the realm
	Time        time.Time `json:"time"`
	Origin      string    `json:"origin"` // one of the Origin constants; no command shows it
}

// What made an opt-out record. The names are constructed: the HTTP API shows
// no origin.
const (
	OriginDelete      = "delete"
	OriginDeleteByID  = "deletesubid"
	OriginUnsubscribe = "unsub"
	OriginRecipient   = "recipient"
	OriginAdded       = "added" // put there by AddOptouts
)

// TableKind is the kind of a relational table. A deleted contact takes its
// rows in regular and join tables along; rows in flat tables stay.
type TableKind string

// The kinds of relational table.
const (
	RegularTable TableKind = "regular"
	JoinTable    TableKind = "join"
	FlatTable    TableKind = "flat"
)

// Row is one row of a relational table that refers to a contact.
type Row struct {
	Table     string            `json:"table"`
	Kind      TableKind         `json:"kind"`
	ContactID int64             `json:"contact_id"`
	Values    map[string]string `json:"values"`
}

// standardFields are the columns besides e-mail and first name, in the order of
// whatcounts.md#detail.
var standardFields = []string{
	"last", "company", "address_1", "address_2", "city", "state", "zip", "country", "phone", "fax",
}

func (r Realm) clone() Realm {
	r.APIClients = maps.Clone(r.APIClients)
	r.ApprovedAddresses = slices.Clone(r.ApprovedAddresses)
	r.Lists = slices.Clone(r.Lists)
	r.CustomFields = slices.Clone(r.CustomFields)
	return r
}

// list finds a list of the realm by its id.
func (r Realm) list(id int64) (List, bool) {
	if i := slices.IndexFunc(r.Lists, func(l List) bool { return l.ID == id }); i >= 0 {
		return r.Lists[i], true
	}
	return List{}, false
}

func (c Contact) clone() Contact {
	c.Fields = maps.Clone(c.Fields)
	c.Custom = maps.Clone(c.Custom)
	c.Subscriptions = slices.Clone(c.Subscriptions)
	return c
}

// subscription returns a pointer into the contact, nil when the contact is
// not on the list.
func (c *Contact) subscription(listID int64) *Subscription {
	if i := slices.IndexFunc(c.Subscriptions, func(s Subscription) bool { return s.ListID == listID }); i >= 0 {
		return &c.Subscriptions[i]
	}
	return nil
}

func (c *Contact) subscribe(s Subscription) {
	c.Subscriptions = append(c.Subscriptions, s)
	slices.SortFunc(c.Subscriptions, func(a, b Subscription) int { return int(a.ListID - b.ListID) })
}

// unsubscribe removes one subscription, or all of them when listID is 0.
func (c *Contact) unsubscribe(listID int64) {
	c.Subscriptions = slices.DeleteFunc(c.Subscriptions, func(s Subscription) bool {
		return listID == 0 || s.ListID == listID
	})
}

// setField stores a value, or removes the field when the value is empty.
func setField(fields *map[string]string, name, value string) {
	if value == "" {
		delete(*fields, name)
		return
	}
	if *fields == nil {
		*fields = map[string]string{}
	}
	(*fields)[name] = value
}

func cloneRows(rows []Row) []Row {
	copies := slices.Clone(rows)
	for i := range copies {
		copies[i].Values = maps.Clone(copies[i].Values)
	}
	return copies
}

// The formats of mails, whatcounts.md#sub. Further words are constructed.
var formatWords = map[int]string{1: "Plain Text", 2: "HTML", 99: "MIME"}

// formatNumber reads the number of a mail format. Anything else is 0.
func formatNumber(text string) int {
	number, err := strconv.Atoi(text)
	if err != nil || formatWords[number] == "" || text != strconv.Itoa(number) {
		return 0
	}
	return number
}

// formatNamed reads the word for a mail format, in any case; 0 stands for an
// unknown one.
func formatNamed(text string) int {
	return map[string]int{"text": 1, "plain": 1, "plain text": 1, "html": 2, "mime": 99}[strings.ToLower(text)]
}

// formatWord is the word for a mail format, empty for an unknown one.
func formatWord(format int) string { return formatWords[format] }
