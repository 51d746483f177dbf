package whatcounts

import (
	"slices"
	"strconv"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// showLists is show_lists, whatcounts.md#show_lists. Its XML cannot be parsed:
// the blanks of the headings stand in the element names.
func (c *call) showLists() (traffic.Answer, error) {
	older := c.On(showListsOlder)
	shape := layout{
		headings:     []string{"List Number", "List Name", "List Description", "Folder ID"},
		bare:         true,
		plainColumns: 2,
		element:      "Data",
	}
	if older {
		shape.headings = shape.headings[:3]
	}
	rows := c.table(shape)
	for _, list := range c.Lists {
		values := []string{strconv.FormatInt(list.ID, 10), list.Name, list.Description}
		if !older {
			values = append(values, strconv.FormatInt(list.FolderID, 10))
		}
		rows.add(values...)
	}
	return rows.answer(), nil
}

// showList is getlistbyid, whatcounts.md#getlistbyid. What the simulator does
// not keep is empty, or 0 for a number (constructed).
func (c *call) showList() (traffic.Answer, error) {
	rows := c.table(layout{
		headings: []string{
			"List ID", "List Name", "Description", "Template", "From Address",
			"Reply To Address", "Bounce Address", "Track Clicks", "Track Opens", "Folder ID",
		},
		fields: []string{
			"list_id", "list_name", "description", "template", "from_address",
			"reply_to_address", "bounce_address", "track_clicks", "track_opens", "folder_id",
		},
		plainColumns: 2,
	})
	l := c.list
	rows.add(strconv.FormatInt(l.ID, 10), l.Name, l.Description, "0", "", "", "", "0", "0", strconv.FormatInt(l.FolderID, 10))
	return rows.answer(), nil
}

// showNamedList is getlistbyname; names are compared exactly (constructed).
func (c *call) showNamedList() (traffic.Answer, error) {
	i := slices.IndexFunc(c.Lists, func(l List) bool { return l.Name == c.text("list_name") })
	if i < 0 {
		return traffic.Answer{}, errUnknownList
	}
	c.list = c.Lists[i]
	return c.showList()
}

// realmSettings is getrealmsettings, the command that tells a customer-key
// realm. Relational tables are always enabled, as in the example of
// whatcounts.md#getrealmsettings.
func (c *call) realmSettings() (traffic.Answer, error) {
	rows := c.table(layout{
		headings: []string{"realm_id", "use_customer_key", "enable_relational_database"},
		element:  "Data",
	})
	if c.On(realmSettingsXML) {
		rows.format = outputFormat{xml: true}
	}
	if c.On(realmSettingsHeadings) {
		rows.withHeadings = true
	}
	keys := "N"
	if c.CustomerKeys {
		keys = "Y"
	}
	rows.add(strconv.FormatInt(c.realmID, 10), keys, "Y")
	return rows.answer(), nil
}

// subscribersInList is whatcounts.md#rpt_subscribers_in_list: the members of a
// list in pages of 250, ascending by id. Offset is the number of rows to skip
// (constructed: the page only names the argument).
func (c *call) subscribersInList() (traffic.Answer, error) {
	members := c.search(searchRead, c.contacts.all(), func(contact *Contact) bool {
		return contact.subscription(c.list.ID) != nil
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
	return rows.answer(), nil
}

// mostDays is what the dialect of limited days still accepts (constructed).
const mostDays = 3650

// showOptouts is whatcounts.md#show_opt, and whatcounts.md#show_optglobal when
// there is no list. It answers one row a record, so that an address with
// several records shows several times.
func (c *call) showOptouts() (traffic.Answer, error) {
	since, err := c.since()
	if err != nil {
		return traffic.Answer{}, err
	}
	shape := layout{headings: []string{"Email"}, fields: []string{"email"}, element: "Data"}
	if c.CustomerKeys {
		shape.headings = append(shape.headings, "customer_key")
		shape.fields = append(shape.fields, "customer_key")
	}
	rows := c.table(shape)
	global := c.On(showOptGlobal)
	matches := func(o *Optout) bool {
		return (o.ListID == c.list.ID || o.ListID == 0 && global) && !o.Time.Before(since)
	}
	c.optouts.read(matches, func(o *Optout) {
		if c.CustomerKeys {
			rows.add(o.Email, o.CustomerKey)
		} else {
			rows.add(o.Email)
		}
	})
	return rows.answer(), nil
}

// since is the beginning of the time that days asks for: midnight UTC, that
// many days ago. Without days it is the beginning of time, 0 is today.
func (c *call) since() (time.Time, error) {
	text, sent := c.lookup("days")
	if !sent {
		return time.Time{}, nil
	}
	days, err := strconv.ParseUint(text, 10, 31)
	if err != nil || c.On(daysLimited) && days > mostDays {
		return time.Time{}, refusalError("Invalid value for days") // constructed
	}
	const farthest = 365 * 1000 // beyond it years would turn negative
	if days > farthest {
		return time.Time{}, nil
	}
	return c.now().Truncate(24*time.Hour).AddDate(0, 0, -int(days)), nil
}
