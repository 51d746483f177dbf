package whatcounts

import "fmt"

// changeAddress is change: the single contact of an address gets another one.
// A new address in use is refused, an opted-out one is not (constructed).
func (c *call) changeAddress() (reply, error) {
	from, to := c.text("email"), c.text("email_new")
	if from == "" || to == "" {
		return reply{}, refusalError("Missing required argument email or email_new") // constructed
	}
	if !validAddress(to) {
		// The text names the old address although the new one is bad (client
		// practice 2009).
		return reply{}, refusalError(from + " does not appear to be a valid email address")
	}
	contacts := c.contacts.at(from)
	switch len(contacts) {
	case 0:
		return reply{}, errNoRecord
	case 1:
	default:
		return reply{}, errSeveralRecords
	}
	id := contacts[0].ID
	for _, other := range c.contacts.at(to) {
		if other.ID != id {
			return reply{}, refusalError(to + " is already in use") // constructed
		}
	}
	c.change(id, func(changed *Contact) { changed.Email = c.storedAddress(to) })
	// The bracket that does not fit is the documented text.
	bracket := ")"
	if c.on(changeTextBracket) {
		bracket = "]"
	}
	return plainReply(fmt.Sprintf("SUCCESS: %s changed to %s [subscriber ID %d%s", from, to, id, bracket)), nil
}
