package whatcounts

import "strconv"

// showLists is show_lists. Its XML cannot be parsed (client practice 2016):
// the blanks of the headings stand in the element names.
func (c *call) showLists() (reply, error) {
	older := c.on(showListsOlder)
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
	return rows.reply(), nil
}

// listByID is getlistbyid.
func (c *call) listByID() (reply, error) {
	list, err := c.requiredList()
	if err != nil {
		return reply{}, err
	}
	return c.listReply(list), nil
}

// listByName is getlistbyname; names are compared exactly (constructed).
func (c *call) listByName() (reply, error) {
	for _, list := range c.Lists {
		if list.Name == c.text("list_name") {
			return c.listReply(list), nil
		}
	}
	return reply{}, errUnknownList
}

// listReply has the documented columns. What the simulator does not keep is
// empty, or 0 for a number (constructed).
func (c *call) listReply(list List) reply {
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
	rows.add(strconv.FormatInt(list.ID, 10), list.Name, list.Description, "0", "",
		"", "", "0", "0", strconv.FormatInt(list.FolderID, 10))
	return rows.reply()
}
