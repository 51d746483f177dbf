package whatcounts

import (
	"fmt"
	"strings"
)

// firstName returns the first name that a row gives, and whether it gives one.
func (c *call) firstName(row dataRow) (string, bool) {
	first, given := row.values["first"]
	if first == "" && c.on(dataEmptyFirstAny) {
		return "", false
	}
	return first, given
}

// changedFirst is the first name that a row leaves a contact with.
func (c *call) changedFirst(contact *Contact, row dataRow) string {
	first, given := c.firstName(row)
	if !given || first == "" && c.on(dataEmptyKeeps) {
		return contact.First
	}
	return first
}

// named returns the contacts that a row names, the oldest first: by customer
// key where the realm has them and the row gives one, otherwise by address and
// first name, or by address alone.
func (c *call) named(row dataRow) []*Contact {
	if row.malformed {
		return nil
	}
	email := row.values["email"]
	if key, given := row.values["customer_key"]; given && c.CustomerKeys {
		contact := c.contacts.keyed(key)
		// The page gives both columns, so both have to fit (constructed).
		if contact == nil || !strings.EqualFold(contact.Email, email) {
			return nil
		}
		return []*Contact{contact}
	}
	found := c.contacts.at(email)
	first, given := c.firstName(row)
	if !given {
		return found
	}
	var exact []*Contact
	for _, contact := range found {
		if contact.First == first {
			exact = append(exact, contact)
		}
	}
	return exact
}

// supportedIdentity refuses identity fields other than the e-mail, the
// customer key and custom fields.
func (c *call) supportedIdentity(field string) error {
	switch {
	case field == "email", strings.HasPrefix(field, "custom_"):
		return nil
	case field == "customer_key" && !c.on(identityKeyUnsupported):
		return nil
	}
	return refusalError(fmt.Sprintf("identity_field %s is not supported", field)) // constructed
}

// identityValue is what a contact has in an identity field.
func identityValue(contact *Contact, field string) string {
	switch field {
	case "email":
		return contact.Email
	case "customer_key":
		return contact.CustomerKey
	}
	return contact.Custom[strings.TrimPrefix(field, "custom_")]
}

// identityEquals compares e-mails without regard to case, anything else
// exactly.
func identityEquals(contact *Contact, field, value string) bool {
	if field == "email" {
		return strings.EqualFold(contact.Email, value)
	}
	return identityValue(contact, field) == value
}
