package whatcounts

import (
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// deleteRows is delete, whatcounts.md#delete: every row that names one contact deletes it and
// records a global opt-out. Rows that do nothing only lower the count. When
// no row did anything and there is something to say, the answer is a FAILURE
// with one message a row, separated by "^".
func (c *call) deleteRows() (ledger.Answer, error) {
	rows, err := c.requiredRows()
	if err != nil {
		return ledger.Answer{}, err
	}
	if err := c.requiredKey(); err != nil {
		return ledger.Answer{}, err
	}
	deleted := 0
	var reasons []string
	for _, row := range rows {
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
		return ledger.Answer{}, refusalError(strings.Join(reasons, "^"))
	}
	return told(deleted > 0, c.deleteText(len(rows), deleted)), nil
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
func (c *call) deleteByID() (ledger.Answer, error) {
	id, err := c.requiredContactID()
	if err != nil {
		return ledger.Answer{}, err
	}
	contact := c.contacts.byID[id]
	if contact == nil {
		return ledger.Answer{}, c.missingID(id)
	}
	c.remove(id)
	if c.flag("optout") || c.On(deleteByIDOptsOut) {
		c.optOut(contact, 0, OriginDeleteByID)
	}
	return told(true, fmt.Sprintf("SUCCESS: subscriber_id %d successfully deleted.", id)), nil
}

// missingID is what delete by id says of an unknown id. All these texts are
// known, but not from this command.
func (c *call) missingID(id int64) error {
	switch {
	case c.On(deleteByIDMissingRealm):
		return c.notInRealm(id)
	case c.On(deleteByIDMissingCannot):
		return refusalError("Subscriber cannot be found")
	case c.On(deleteByIDMissingNone):
		return refusalError("No subscriber record exists")
	}
	return errNoRecord
}
