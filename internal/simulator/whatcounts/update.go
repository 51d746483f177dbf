package whatcounts

import "fmt"

const (
	errMissingIdentity = refusalError("Missing required argument identity_field")      // constructed
	errIdentityColumn  = refusalError("The data argument must contain identity_field") // constructed
)

// updateRows is update: in every row the identity column finds the contact,
// the oldest one of several, and the other columns change it. The address
// stays as it is.
func (c *call) updateRows() (reply, error) {
	list, err := c.requiredList()
	if err != nil {
		return reply{}, err
	}
	field, sent := c.lookup("identity_field")
	if !sent {
		return reply{}, errMissingIdentity
	}
	if err := c.supportedIdentity(field); err != nil {
		return reply{}, err
	}
	rows, err := c.requiredRows()
	if err != nil {
		return reply{}, err
	}
	if !c.data.has(field) {
		return reply{}, errIdentityColumn
	}
	updated := 0
	for _, row := range rows {
		if !row.malformed && c.updateRow(list, field, row) {
			updated++
		}
	}
	return plainReply(fmt.Sprintf("SUCCESS: %d record(s) processed. %d users updated.", len(rows), updated)), nil
}

// updateRow says whether a contact was found and changed. A first name that
// another contact of the address has already is a clash: nothing changes.
func (c *call) updateRow(list List, field string, row dataRow) bool {
	contact := c.oldestWith(field, row.values[field], list)
	if contact == nil {
		return false
	}
	first := c.changedFirst(contact, row)
	if other := c.contacts.named(contact.Email, first); !c.CustomerKeys && other != nil && other.ID != contact.ID {
		return false
	}
	c.change(contact.ID, func(changed *Contact) {
		c.assign(changed, row)
		changed.First = first
		if place := changed.subscription(list.ID); place != nil {
			if format := formatNumber(row.values["format_number"]); format != 0 {
				place.Format = format
			}
			if format := formatNamed(row.values["format_text"]); format != 0 {
				place.Format = format
			}
		}
	})
	return true
}

// oldestWith returns the oldest contact with this value in the identity
// field, nil when there is none. An empty value finds nobody (constructed).
func (c *call) oldestWith(field, value string, list List) *Contact {
	if value == "" {
		return nil
	}
	candidates := c.contacts.all()
	if field == "email" {
		candidates = c.contacts.at(value)
	}
	var oldest *Contact
	for _, contact := range candidates {
		switch {
		case !identityEquals(contact, field, value):
		case c.on(updateNeedsList) && contact.subscription(list.ID) == nil:
		case oldest == nil || olderFirst(contact, oldest) < 0:
			oldest = contact
		}
	}
	return oldest
}
