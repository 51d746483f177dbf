package whatcounts

import (
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// deleteRows is delete, whatcounts.md#delete: every row that names one contact deletes it and
// records a global opt-out. Rows that do nothing only lower the count. When
// no row did anything and there is something to say, the answer is a FAILURE
// with one message a row, separated by "^".
func (c *call) deleteRows() (traffic.Answer, error) {
	deleted := 0
	var reasons []string
	for _, row := range c.data.rows {
		contacts := c.named(row)
		switch {
		case len(contacts) == 0 && !row.malformed:
			reasons = append(reasons, c.missing(row.values["email"])...)
		case len(contacts) > 1 && c.On(deleteSeveralAll):
		case len(contacts) > 1 && c.On(deleteSeveralOldest):
			contacts = contacts[:1]
		case len(contacts) > 1:
			contacts = nil
			reasons = append(reasons, string(errSeveralRecords))
		}
		for _, contact := range contacts {
			c.remove(contact.ID)
			c.optOut(contact, 0, OriginDelete)
			deleted++
		}
	}
	if deleted == 0 && len(reasons) > 0 {
		return traffic.Answer{}, refusalError(strings.Join(reasons, "^"))
	}
	return told(deleted > 0, c.deleteText(len(c.data.rows), deleted)), nil
}

// missing is what delete says of a row that names no contact: by default
// nothing. The texts are known by their beginning only; the ends are
// constructed.
func (c *call) missing(email string) []string {
	switch {
	case c.On(deleteMissingFails):
		return []string{"Subscriber cannot be found for " + email}
	case c.On(deleteMissingNoRecord):
		return []string{"No subscriber record exists for " + email}
	}
	return nil
}

// deleteText has one s in "procesed" by default, as the example of
// whatcounts.md#literals.
func (c *call) deleteText(processed, deleted int) string {
	form := "SUCCESS: %d record(s) procesed. %d users deleted"
	switch {
	case c.On(deleteTextFormat):
		form = "SUCCESS: %d record(s) processed. %d users deleted"
	case c.On(deleteTextFullStop):
		form = "SUCCESS: %d record(s) processed. %d users deleted."
	}
	return fmt.Sprintf(form, processed, deleted)
}

// deleteByID is deletesubid and deletebyid, whatcounts.md#deletesubid. A global opt-out is recorded only
// with optout=1. Customer-key realms need no key here: the id says it all
// (constructed).
func (c *call) deleteByID() (traffic.Answer, error) {
	contact := c.contacts.byID[c.contactID]
	if contact == nil {
		return traffic.Answer{}, c.missingID()
	}
	c.remove(contact.ID)
	if c.flag("optout") || c.On(deleteByIDOptsOut) {
		c.optOut(contact, 0, OriginDeleteByID)
	}
	return told(true, fmt.Sprintf("SUCCESS: subscriber_id %d successfully deleted.", contact.ID)), nil
}

// missingID is what delete by id says of an unknown id, 46 in
// whatcounts.md#contradictions.
func (c *call) missingID() error {
	switch c.Latest(deleteByIDMissingRealm, deleteByIDMissingCannot, deleteByIDMissingNone) {
	case deleteByIDMissingRealm:
		return c.notInRealm()
	case deleteByIDMissingCannot:
		return refusalError("Subscriber cannot be found")
	case deleteByIDMissingNone:
		return refusalError("No subscriber record exists")
	}
	return errNoRecord
}
