package whatcounts

import (
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// unsubscribeRows is unsub, whatcounts.md#unsub.
func (c *call) unsubscribeRows() (traffic.Answer, error) {
	listID, optout, rows := c.list.ID, c.flag("optout"), c.data.rows
	users, failed := 0, 0
	for _, row := range rows {
		if row.malformed {
			failed++
			continue
		}
		contacts := c.named(row)
		if len(contacts) > 1 && c.On(unsubOldest) {
			contacts = contacts[:1]
		}
		for _, contact := range contacts {
			if c.leave(contact, listID) {
				users++
			}
			// Also of a contact that was not on the list (constructed).
			if optout {
				c.optOut(contact, listID, OriginUnsubscribe)
			}
		}
	}
	return told(failed < len(rows), c.unsubscribeText(len(rows), users, failed, listID)), nil
}

// leave takes a contact off a list, or off all of them, and says whether it
// was on one.
func (c *call) leave(contact *Contact, listID int64) bool {
	c.dropPending(contact.ID, listID)
	if len(contact.Subscriptions) == 0 || listID != 0 && contact.subscription(listID) == nil {
		return false
	}
	c.change(contact.ID, func(changed *Contact) { changed.unsubscribe(listID) })
	return true
}

func (c *call) unsubscribeText(processed, users, failed int, listID int64) string {
	prefix := "SUCCESS"
	if failed == processed {
		prefix = "FAILURE"
	}
	if c.On(unsubTextShort) {
		return fmt.Sprintf("%s: %d record(s) processed.", prefix, processed)
	}
	noun := "contacts"
	if c.On(unsubTextSubscribers) {
		noun = "subscribers"
	}
	return fmt.Sprintf("%s: %d record(s) processed. %d users unsubscribed from list(s) %d (%d total %s), Records Failed Other Error %d",
		prefix, processed, users, listID, users, noun, failed)
}
