package whatcounts

import (
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

const (
	errMissingIdentity = refusalError("Missing required argument identity_field")      // constructed
	errIdentityColumn  = refusalError("The data argument must contain identity_field") // constructed
)

// updateRows is update, whatcounts.md#update: in every row the identity column
// finds the contact, the oldest one of several, and the other columns change
// it. The address stays as it is.
func (c *call) updateRows() (traffic.Answer, error) {
	field, sent := c.lookup("identity_field")
	if !sent {
		return traffic.Answer{}, errMissingIdentity
	}
	if err := c.supportedIdentity(field); err != nil {
		return traffic.Answer{}, err
	}
	if !c.data.has(field) {
		return traffic.Answer{}, errIdentityColumn
	}
	updated := 0
	for _, row := range c.data.rows {
		if !row.malformed && c.updateRow(field, row) {
			updated++
		}
	}
	return told(updated > 0, fmt.Sprintf("SUCCESS: %d record(s) processed. %d users updated.", len(c.data.rows), updated)), nil
}

// updateRow says whether a contact was found and changed. A first name that
// another contact of the address has already is a clash: nothing changes.
func (c *call) updateRow(field string, row dataRow) bool {
	contact := c.oldestWith(field, row.values[field])
	if contact == nil {
		return false
	}
	first := c.changedFirst(contact, row)
	if other := c.contacts.named(contact.Email, first, c.isSameFirst); !c.CustomerKeys && other != nil && other.ID != contact.ID {
		return false
	}
	c.change(contact.ID, func(changed *Contact) {
		c.assign(changed, row)
		changed.First = first
		if place := changed.subscription(c.list.ID); place != nil {
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
func (c *call) oldestWith(field, value string) *Contact {
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
		case c.On(updateNeedsList) && contact.subscription(c.list.ID) == nil:
		case oldest == nil || olderFirst(contact, oldest) < 0:
			oldest = contact
		}
	}
	return oldest
}

// changeAddress is change, whatcounts.md#change: the single contact of an
// address gets another one. A new address in use is refused, an opted-out one
// is not (constructed).
func (c *call) changeAddress() (traffic.Answer, error) {
	from, to := c.text("email"), c.text("email_new")
	if from == "" || to == "" {
		return traffic.Answer{}, refusalError("Missing required argument email or email_new") // constructed
	}
	if !validAddress(to) {
		// The text names the old address although the new one is bad,
		// whatcounts.md#literals.
		return traffic.Answer{}, refusalError(from + " does not appear to be a valid email address")
	}
	contacts := c.contacts.at(from)
	taken := func(other *Contact) bool { return other.ID != contacts[0].ID }
	switch {
	case len(contacts) == 0:
		return traffic.Answer{}, errNoRecord
	case len(contacts) > 1:
		return traffic.Answer{}, errSeveralRecords
	case slices.ContainsFunc(c.contacts.at(to), taken):
		return traffic.Answer{}, refusalError(to + " is already in use") // constructed
	}
	id := contacts[0].ID
	c.change(id, func(changed *Contact) { changed.Email = c.storedAddress(to) })
	// The bracket that does not fit is documented, whatcounts.md#literals.
	bracket := ")"
	if c.On(changeTextBracket) {
		bracket = "]"
	}
	return told(true, fmt.Sprintf("SUCCESS: %s changed to %s [subscriber ID %d%s", from, to, id, bracket)), nil
}
