package whatcounts

import (
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// rowCap is the most rows that find, findinlist and a page of
// rpt_subscribers_in_list answer.
const rowCap = 250

const errNoMatch = refusalError("No matching record found.")

// find is whatcounts.md#find, and whatcounts.md#findinlist among the
// subscribers of one list.
func (c *call) find() (traffic.Answer, error) {
	field, value := "email", c.text("email")
	if asked, sent := c.lookup("identity_field"); sent {
		if err := c.supportedIdentity(asked); err != nil {
			return traffic.Answer{}, err
		}
		field, value = asked, c.text("identity_value")
	}
	exact := c.flag("exact")
	var candidates []*Contact
	if exact && field == "email" && value != "" {
		candidates = c.contacts.at(value)
	} else {
		candidates = c.contacts.all()
	}
	found := c.search(searchRead, candidates, func(contact *Contact) bool {
		return (c.list.ID == 0 || contact.subscription(c.list.ID) != nil) && c.answers(contact, field, value, exact)
	})
	if len(found) == 0 && c.On(findMissingFails) {
		return traffic.Answer{}, errNoMatch
	}
	limit := rowCap
	if asked, ok := c.number("limit"); ok && asked > 0 && asked < rowCap {
		limit = int(asked)
	}
	return c.foundReply(found[:min(limit, len(found))]), nil
}

// answers says whether a contact fits the question. What was not asked for
// fits always, so that a find without arguments returns everyone. Without
// exact=1 a part of the value is enough, in any case (constructed: the
// default of exact is unknown).
func (c *call) answers(contact *Contact, field, value string, exact bool) bool {
	if value != "" {
		if exact && !identityEquals(contact, field, value) {
			return false
		}
		if !exact && !containsFold(identityValue(contact, field), value) {
			return false
		}
	}
	narrows := func(argument, actual string) bool {
		wanted := c.text(argument)
		if exact {
			return wanted == "" || wanted == actual
		}
		return containsFold(actual, wanted)
	}
	return narrows("first", contact.First) && narrows("last", contact.Fields["last"])
}

func containsFold(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

func (c *call) foundReply(found []*Contact) traffic.Answer {
	rows := c.table(layout{
		headings:     []string{"subscriber_id", "email", "first", "last", "lists"},
		bare:         true,
		plainColumns: 3,
		element:      "subscriber",
	})
	for _, contact := range found {
		lists := listIDs(contact)
		if rows.format.xml && c.On(findXMLListsCount) {
			lists = strconv.Itoa(len(contact.Subscriptions))
		}
		rows.add(strconv.FormatInt(contact.ID, 10), contact.Email, contact.First, contact.Fields["last"], lists)
	}
	return rows.answer()
}

// listIDs is the one comma-separated value for all lists of a contact.
func listIDs(contact *Contact) string {
	ids := make([]string, len(contact.Subscriptions))
	for i, subscription := range contact.Subscriptions {
		ids[i] = strconv.FormatInt(subscription.ListID, 10)
	}
	return strings.Join(ids, ",")
}
