package whatcounts

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The methods of this file are the only way in which a command changes
// something: each of them keeps what stale reads need.

// add stores a new contact under the next id.
func (c *call) add(contact Contact) *Contact {
	c.form(&contact)
	contact.ID = c.takeID()
	if contact.Created.IsZero() {
		contact.Created = c.now()
	}
	contact.Updated = contact.Created
	c.remember(contact.ID)
	c.contacts.insert(&contact)
	return &contact
}

// change lets a function work on a copy of a contact and stores the copy.
func (c *call) change(id int64, work func(*Contact)) {
	c.remember(id)
	changed := c.contacts.byID[id].clone()
	work(&changed)
	c.form(&changed)
	changed.Updated = c.now()
	c.contacts.replace(&changed)
}

// form gives every text of a contact the form in which the service stores it,
// 59 in whatcounts.md#contradictions.
func (c *call) form(contact *Contact) {
	form := norm.NFC
	switch c.Latest(textComposed, textDecomposed) {
	case textComposed:
	case textDecomposed:
		form = norm.NFD
	default:
		return
	}
	for _, text := range []*string{&contact.Email, &contact.First, &contact.CustomerKey} {
		*text = form.String(*text)
	}
	for _, fields := range []map[string]string{contact.Fields, contact.Custom} {
		for name, value := range fields {
			fields[name] = form.String(value)
		}
	}
}

// remove deletes a contact with everything that depends on it.
func (c *call) remove(id int64) {
	c.remember(id)
	c.removeContact(id)
}

// removeContact takes a contact out of the realm with everything that depends
// on it.
func (a *account) removeContact(id int64) {
	a.contacts.remove(id)
	a.pending = slices.DeleteFunc(a.pending, func(p Pending) bool { return p.ContactID == id })
	a.rows = slices.DeleteFunc(a.rows, func(r Row) bool { return r.ContactID == id && r.Kind != FlatTable })
}

// optOut records an opt-out of a contact's address and key.
func (c *call) optOut(contact *Contact, listID int64, origin string) {
	c.optouts.add(Optout{
		Email:       contact.Email,
		CustomerKey: contact.CustomerKey,
		ListID:      listID,
		Time:        c.now(),
		Origin:      origin,
	}, c.staleReads())
}

// clearOptouts is what force_sub does to the records that stand in its way, 8
// and 9 in whatcounts.md#contradictions.
func (c *call) clearOptouts(email, key string, listID int64) {
	if c.On(forceSubKeepsOptout) {
		return
	}
	c.optouts.remove(email, key, listID, c.staleReads())
	if !c.On(forceSubListOnly) {
		c.optouts.remove(email, key, 0, c.staleReads())
	}
}

// assign gives a contact the columns of a row. Columns that do not exist lose
// their value silently, whatcounts.md#conventions. E-mail, first name and
// customer key are identity and left to the commands.
func (c *call) assign(contact *Contact, row dataRow) {
	for column, value := range row.values {
		if value == "" && c.On(dataEmptyKeeps) {
			continue
		}
		if slices.Contains(standardFields, column) {
			setField(&contact.Fields, column, value)
		}
		name, custom := strings.CutPrefix(column, "custom_")
		if custom && slices.Contains(c.CustomFields, name) {
			setField(&contact.Custom, name, value)
		}
	}
}

// storedAddress is an address as the service keeps it.
func (c *call) storedAddress(email string) string {
	if c.On(emailLowerCase) {
		return strings.ToLower(email)
	}
	return email
}

// validAddress is the lax check of whatcounts.md#sub: something on both sides of
// an "@", and no blanks.
func validAddress(email string) bool {
	at := strings.LastIndexByte(email, '@')
	return at > 0 && at < len(email)-1 && !strings.ContainsAny(email, " \t\r\n")
}

// firstName returns the first name that a row gives, and whether it gives one.
func (c *call) firstName(row dataRow) (string, bool) {
	first, given := row.values["first"]
	if first == "" && c.On(dataEmptyFirstAny) {
		return "", false
	}
	return first, given
}

// changedFirst is the first name that a row leaves a contact with.
func (c *call) changedFirst(contact *Contact, row dataRow) string {
	first, given := c.firstName(row)
	if !given || first == "" && c.On(dataEmptyKeeps) {
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
	return slices.DeleteFunc(slices.Clone(found), func(contact *Contact) bool { return !c.isSameFirst(contact.First, first) })
}

// isSameFirst compares two first names as the service does.
func (c *call) isSameFirst(one, other string) bool {
	return one == other || c.On(firstFolded) && folded(one) == folded(other)
}

// folded is a name without letter case, accents and outer blanks.
func folded(name string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
	return strings.TrimSpace(bare)
}

// supportedIdentity refuses identity fields other than the e-mail, the
// customer key and custom fields.
func (c *call) supportedIdentity(field string) error {
	switch {
	case field == "email", strings.HasPrefix(field, "custom_"):
		return nil
	case field == "customer_key" && !c.On(identityKeyUnsupported):
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
