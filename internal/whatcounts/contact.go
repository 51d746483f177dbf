package whatcounts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Contact is one contact of the realm. In an ordinary realm its e-mail address
// and first name together are unique, in a customer-key realm its key is.
// "WhatCounts: Customer Key".
type Contact struct {
	SubscriberID int64
	Email        string
	FirstName    string
	CustomerKey  string
	// Fields are the standard columns, by the names that WhatCounts gives them.
	// One that is empty is left out, since the service does not tell empty from
	// absent.
	Fields map[string]string
	// Custom are the custom fields, without the prefix custom_ that the service
	// puts before their names. Empty ones are left out here as well.
	Custom map[string]string
	// Subscriptions are sorted by list.
	Subscriptions []Subscription
}

// Subscription is a contact's membership of one list.
type Subscription struct {
	ListID int64
	Format Format // 0 when it is not known
}

// Match is one row of a search.
type Match struct {
	SubscriberID int64
	Email        string
	FirstName    string
	LastName     string
	Lists        []int64 // sorted
}

// standardFields are the names that Contact.Fields may have, as WhatCounts
// spells them. "WhatCounts: Conventions".
var standardFields = []string{
	"last", "company", "address_1", "address_2", "city", "state", "zip", "country", "phone", "fax",
}

// describe names a contact in an error.
func (contact Contact) describe() string {
	return describe(contact.SubscriberID, contact.Email, contact.FirstName, contact.CustomerKey)
}

func (m Match) describe() string { return describe(m.SubscriberID, m.Email, m.FirstName, "") }

func describe(id int64, email, firstName, key string) string {
	var named []string
	if email != "" {
		named = append(named, email)
	}
	if firstName != "" {
		named = append(named, firstName)
	}
	if key != "" {
		named = append(named, "customer key "+key)
	}
	switch {
	case id == 0:
		return "contact " + strings.Join(named, ", ")
	case len(named) == 0:
		return fmt.Sprintf("contact %d", id)
	}
	return fmt.Sprintf("contact %d (%s)", id, strings.Join(named, ", "))
}

func describeAll(matches []Match) string {
	named := make([]string, 0, len(matches))
	for _, m := range matches {
		named = append(named, m.describe())
	}
	return strings.Join(named, "; ")
}

// clone is a contact whose maps and lists belong to the caller alone.
func (contact Contact) clone() Contact {
	contact.Fields = maps.Clone(contact.Fields)
	contact.Custom = maps.Clone(contact.Custom)
	contact.Subscriptions = slices.Clone(contact.Subscriptions)
	return contact
}

// subscription is the contact's subscription to a list.
func (contact Contact) subscription(list int64) (Subscription, bool) {
	for _, s := range contact.Subscriptions {
		if s.ListID == list {
			return s, true
		}
	}
	return Subscription{}, false
}

// isSame reports whether found is the contact that expected describes: the
// same address, without regard to case, and in an ordinary realm the same
// first name, exactly. Keys are compared where both are known.
func (contact Contact) isSame(found Contact, keyed bool) bool {
	if contact.SubscriberID != found.SubscriberID || !strings.EqualFold(contact.Email, found.Email) {
		return false
	}
	if !keyed {
		return contact.FirstName == found.FirstName
	}
	return contact.CustomerKey == "" || found.CustomerKey == "" || contact.CustomerKey == found.CustomerKey
}

// identity are the columns that address this contact and no other. In an
// ordinary realm a contact without a first name is addressed by its e-mail
// alone, which is exact only while nobody shares the address.
func (contact Contact) identity(keyed bool) []column {
	columns := []column{{"email", contact.Email}}
	if contact.FirstName != "" {
		columns = append(columns, column{"first", contact.FirstName})
	}
	if keyed {
		columns = append(columns, column{"customer_key", contact.CustomerKey})
	}
	return columns
}

// values are the columns of every field that is not empty, in a fixed order.
func (contact Contact) values() []column {
	var columns []column
	for _, name := range managedColumns(contact) {
		if value := contact.value(name); value != "" {
			columns = append(columns, column{name, value})
		}
	}
	return columns
}

// value is what the contact has in a column.
func (contact Contact) value(name string) string {
	if custom, found := strings.CutPrefix(name, customPrefix); found {
		return contact.Custom[custom]
	}
	return contact.Fields[name]
}

// names reports whether anything is said of a column, an empty value included.
func (contact Contact) names(name string) bool {
	fields := contact.Fields
	if custom, found := strings.CutPrefix(name, customPrefix); found {
		name, fields = custom, contact.Custom
	}
	_, named := fields[name]
	return named
}

// checkIdentity finds what keeps commands from naming this contact.
func (contact Contact) checkIdentity() error {
	if contact.Email == "" {
		return invalid("checking a contact", "it has no e-mail address", "Set email.")
	}
	for _, col := range []column{{"email", contact.Email}, {"first", contact.FirstName}, {"customer_key", contact.CustomerKey}} {
		if err := CheckIdentity(attributeName(col.name), col.value); err != nil {
			return err
		}
	}
	return nil
}

// checkSubscriptions finds lists that cannot be meant.
func (contact Contact) checkSubscriptions() error {
	seen := make(map[int64]bool)
	for _, s := range contact.Subscriptions {
		attempt := "checking the subscriptions of " + contact.describe()
		switch {
		case s.ListID <= 0:
			return invalid(attempt, fmt.Sprintf("there is no list %d", s.ListID), "Give the number of a list in subscriptions.")
		case seen[s.ListID]:
			return invalid(attempt, fmt.Sprintf("list %d is named twice", s.ListID), "Name each list once in subscriptions.")
		case s.Format != 0 && s.Format.String() == "":
			return invalid(attempt, fmt.Sprintf("there is no format %d", s.Format), "Use text, html or mime in subscriptions.")
		}
		seen[s.ListID] = true
	}
	return nil
}
