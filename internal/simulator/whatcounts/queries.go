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
	rows := c.table(layout{
		headings: []string{"subscriber_id", "email", "first_name", "last_name", "created_date"},
		bare:     true,
		element:  "Data",
	})
	for _, contact := range c.members(c.offset(), rowCap) {
		rows.add(strconv.FormatInt(contact.ID, 10), contact.Email, contact.First, contact.Fields["last"], date(contact.Created))
	}
	return rows.answer(), nil
}

// offset is how many rows a page leaves out.
func (c *call) offset() int64 {
	offset, _ := c.number("offset")
	return max(offset, 0)
}

// members are one page of the list.
func (c *call) members(offset, limit int64) []*Contact {
	if len(c.stale) == 0 {
		ids := c.contacts.onList[c.list.ID]
		return c.contacts.those(ids[min(offset, int64(len(ids))):min(offset+limit, int64(len(ids)))])
	}
	// A stale read may show somebody who has left.
	among := c.search(searchRead, c.contacts.all(), func(contact *Contact) bool { return contact.subscription(c.list.ID) != nil })
	return among[min(offset, int64(len(among))):min(offset+limit, int64(len(among)))]
}

// Dates of the report of changed contacts, whatcounts.md#rpt_sub_by_update_datetime.
const (
	reportDay  = "01/02/2006"
	reportTime = "01/02/2006 15:04:05"
)

// reportZone is where the dates of the report are, 62 in
// whatcounts.md#contradictions.
func (c *call) reportZone() *time.Location {
	if c.On(updateReportZone) {
		return time.FixedZone("PST", -8*60*60)
	}
	return time.UTC
}

// updatedInList is whatcounts.md#rpt_sub_by_update_datetime: the members of a
// list that were changed from one second to another, both included, ascending by
// id. A day without a time begins at midnight, and as an end it is meant whole
// (constructed).
func (c *call) updatedInList() (traffic.Answer, error) {
	if c.On(updateReportUnknown) {
		return traffic.Answer{}, errUnknownCommand
	}
	start, err := c.reportDate("start_datetime", 0)
	if err != nil {
		return traffic.Answer{}, err
	}
	end, err := c.reportDate("end_datetime", 24*time.Hour-time.Second)
	if err != nil {
		return traffic.Answer{}, err
	}
	members := c.contacts.members(c.list.ID)
	if len(c.stale) > 0 {
		members = c.contacts.all()
	}
	changed := c.search(searchRead, members, func(contact *Contact) bool {
		at := contact.Updated.Truncate(time.Second)
		return contact.subscription(c.list.ID) != nil && !at.Before(start) && !at.After(end)
	})
	if c.On(updateReportPages) {
		offset := min(c.offset(), int64(len(changed)))
		changed = changed[offset:min(offset+rowCap, int64(len(changed)))]
	}
	shape := layout{headings: []string{"subscriber_id", "email", "first_name", "last_name", "created_date", "updated_date"}, bare: true, element: "Data"}
	if c.On(updateReportUndated) {
		shape.headings = shape.headings[:5]
	}
	rows := c.table(shape)
	for _, contact := range changed {
		values := []string{
			strconv.FormatInt(contact.ID, 10), contact.Email, contact.First, contact.Fields["last"],
			date(contact.Created), contact.Updated.In(c.reportZone()).Format(dateForm),
		}
		rows.add(values[:len(shape.headings)]...)
	}
	return rows.answer(), nil
}

// reportDate reads a date; one without a time is so much later.
func (c *call) reportDate(argument string, wholeDay time.Duration) (time.Time, error) {
	text := c.text(argument)
	if at, err := time.ParseInLocation(reportTime, text, c.reportZone()); err == nil {
		return at, nil
	}
	at, err := time.ParseInLocation(reportDay, text, c.reportZone())
	if err != nil {
		return time.Time{}, refusalError("Invalid value for " + argument) // constructed
	}
	return at.Add(wholeDay), nil
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
