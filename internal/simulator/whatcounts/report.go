package whatcounts

import "strconv"

// subscribersInList is rpt_subscribers_in_list: the members of a list in
// pages of 250, ascending by id. Offset is the number of rows to skip
// (constructed: the page only names the argument).
func (c *call) subscribersInList() (reply, error) {
	list, err := c.requiredList()
	if err != nil {
		return reply{}, err
	}
	members := c.search(searchRead, c.contacts.all(), func(contact *Contact) bool {
		return contact.subscription(list.ID) != nil
	})
	if offset, ok := c.number("offset"); ok && offset > 0 {
		members = members[min(offset, int64(len(members))):]
	}
	rows := c.table(layout{
		headings: []string{"subscriber_id", "email", "first_name", "last_name", "created_date"},
		bare:     true,
		element:  "Data",
	})
	for _, contact := range members[:min(rowCap, len(members))] {
		rows.add(strconv.FormatInt(contact.ID, 10), contact.Email, contact.First, contact.Fields["last"], date(contact.Created))
	}
	return rows.reply(), nil
}
