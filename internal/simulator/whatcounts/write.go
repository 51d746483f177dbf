package whatcounts

import (
	"slices"
	"strings"
)

// The methods of this file are the only way in which a command changes
// something: each of them keeps what stale reads need.

// add stores a new contact under the next id.
func (c *call) add(contact Contact) *Contact {
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
	changed.Updated = c.now()
	c.contacts.replace(&changed)
}

// remove deletes a contact with everything that depends on it.
func (c *call) remove(id int64) {
	c.remember(id)
	c.removeContact(id)
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

// clearOptouts is what force_sub does to the records that stand in its way.
func (c *call) clearOptouts(email, key string, listID int64) {
	if c.on(forceSubKeepsOptout) {
		return
	}
	c.optouts.remove(email, key, listID, c.staleReads())
	if !c.on(forceSubListOnly) {
		c.optouts.remove(email, key, 0, c.staleReads())
	}
}

// assign gives a contact the columns of a row. Columns that do not exist lose
// their value without a word (client practice 2009). E-mail, first name and
// customer key are identity and left to the commands.
func (c *call) assign(contact *Contact, row dataRow) {
	for column, value := range row.values {
		if value == "" && c.on(dataEmptyKeeps) {
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
	if c.on(emailLowerCase) {
		return strings.ToLower(email)
	}
	return email
}

// validAddress is the lax check of the service: something on both sides of
// an "@", and no blanks. That "foobar" fails it is client practice (2009), the
// rest is constructed.
func validAddress(email string) bool {
	at := strings.LastIndexByte(email, '@')
	return at > 0 && at < len(email)-1 && !strings.ContainsAny(email, " \t\r\n")
}
