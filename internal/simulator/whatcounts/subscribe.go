package whatcounts

import (
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

const (
	errDuplicate = refusalError("Cannot insert duplicate subscription")
	errFormat    = refusalError("Invalid format") // constructed
)

// tally counts what became of the rows of one sub.
type tally struct {
	processed, subscriptions, added, updated, ignored, failed, duplicates int
	good                                                                  bool     // some row was done
	badAddresses                                                          []string // in the order of the rows
}

// subscription is what one sub asks for, the same for all its rows.
type subscription struct {
	format    int
	forced    bool
	confirmed bool // no double opt-in needed
}

// subscribeRows is sub, whatcounts.md#sub.
func (c *call) subscribeRows() (traffic.Answer, error) {
	wanted := subscription{format: 1, forced: c.flag("force_sub"), confirmed: !c.list.Confirmation || c.flag("override_confirmation")}
	// Some clients leave the format out and succeed; which one they get is
	// unknown.
	if number, sent := c.lookup("format"); sent {
		if wanted.format = formatNumber(number); wanted.format == 0 {
			return traffic.Answer{}, errFormat
		}
	}
	count := tally{processed: len(c.data.rows)}
	for _, row := range c.data.rows {
		c.subscribeRow(wanted, row, &count)
	}
	switch {
	case count.good:
	case count.duplicates == count.processed:
		return traffic.Answer{}, errDuplicate
	case len(count.badAddresses) > 0 && c.On(subBadAddressNamed):
		return traffic.Answer{}, refusalError(strings.Join(count.badAddresses, "^"))
	}
	return told(count.good, c.subscribeText(count)), nil
}

func (c *call) subscribeRow(wanted subscription, row dataRow, count *tally) {
	email, key := row.values["email"], row.values["customer_key"]
	if !c.CustomerKeys {
		key = ""
	}
	contact, ok := c.identify(row, key)
	if ok && !validAddress(email) {
		ok = false
		count.badAddresses = append(count.badAddresses, email+" does not appear to be a valid email address")
	}
	if !ok {
		count.failed++
		return
	}
	if c.optouts.blocks(email, key, c.list.ID) {
		if !wanted.forced {
			count.ignored++
			return
		}
		c.clearOptouts(email, key, c.list.ID)
	}
	if contact != nil && contact.subscription(c.list.ID) != nil && c.On(subDuplicateFails) {
		count.failed++
		count.duplicates++
		return
	}
	count.good = true
	switch {
	case contact == nil:
		created := Contact{Email: c.storedAddress(email), First: row.values["first"], CustomerKey: key}
		c.assign(&created, row)
		contact = c.add(created)
		count.added++
	case !c.On(subKeepsColumns):
		c.change(contact.ID, func(changed *Contact) {
			changed.First = c.changedFirst(changed, row)
			c.assign(changed, row)
		})
		count.updated++
	}
	c.enlist(contact.ID, wanted, count)
}

// identify finds the contact that a row of sub is about, nil for a new one;
// false when the row cannot be done.
func (c *call) identify(row dataRow, key string) (*Contact, bool) {
	if row.malformed {
		return nil, false
	}
	email := row.values["email"]
	if c.CustomerKeys {
		contact := c.contacts.keyed(key)
		// A known key with another address is refused: only change changes
		// addresses (constructed).
		return contact, key != "" && (contact == nil || strings.EqualFold(contact.Email, email))
	}
	if first, given := c.firstName(row); given {
		return c.contacts.named(email, first, c.isSameFirst), true
	}
	if c.On(subAddressAdds) {
		return c.contacts.named(email, "", c.isSameFirst), true
	}
	if found := c.contacts.at(email); len(found) > 0 {
		return found[0], true
	}
	return nil, true
}

// enlist adds the subscription itself, or leaves it waiting for the
// recipient's confirmation.
func (c *call) enlist(id int64, wanted subscription, count *tally) {
	listID := c.list.ID
	known := c.contacts.byID[id].subscription(listID) != nil
	if !known && !wanted.confirmed && !c.On(subPendingVisible) {
		c.dropPending(id, listID)
		c.pending = append(c.pending, Pending{ContactID: id, ListID: listID, Format: wanted.format})
		if c.On(subPendingCounted) {
			count.subscriptions++
		}
		return
	}
	count.subscriptions++
	if known && c.On(subKeepsFormat) {
		return
	}
	c.dropPending(id, listID)
	c.change(id, func(changed *Contact) {
		if known {
			changed.subscription(listID).Format = wanted.format
			return
		}
		changed.subscribe(Subscription{ListID: listID, Format: wanted.format, Created: c.now()})
	})
}

// subscribeText is the answer to sub, in the generation that is on.
func (c *call) subscribeText(count tally) string {
	prefix := "FAILURE"
	switch {
	case count.good:
		prefix = "SUCCESS"
		if count.ignored > 0 && c.On(subOptoutMixedFails) {
			prefix = "FAILURE"
		}
	case count.ignored == count.processed && c.On(subOptoutSuccess):
		prefix = "SUCCESS"
	}
	if c.On(subOptoutUncounted) {
		count.ignored = 0
	}
	switch {
	case c.On(subTextShort):
		return fmt.Sprintf("%s: %d record(s) processed.", prefix, count.processed)
	case c.On(subTextOlder):
		return fmt.Sprintf("%s: %d record(s) processed. %d users subscribed to list(s) %d (%d total subscriptions)",
			prefix, count.processed, count.subscriptions, c.list.ID, count.subscriptions)
	}
	blank := " "
	if c.On(subTextNoBlank) {
		blank = ""
	}
	return fmt.Sprintf("%s: Total Records Processed %d, Total Subscriptions %d, Records Added %d, Records Updated %d, "+
		"Records Ignored (Optout Error)%s%d, Records Failed Other Error %d",
		prefix, count.processed, count.subscriptions, count.added, count.updated, blank, count.ignored, count.failed)
}
