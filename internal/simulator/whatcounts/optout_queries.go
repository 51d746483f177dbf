package whatcounts

import (
	"strconv"
	"time"
)

// mostDays is what the dialect of limited days still accepts (constructed).
const mostDays = 3650

// showListOptouts is show_opt and show_optout: the opt-outs of one list.
func (c *call) showListOptouts() (reply, error) {
	list, err := c.requiredList()
	if err != nil {
		return reply{}, err
	}
	global := c.on(showOptGlobal)
	return c.showOptouts(func(o *Optout) bool { return o.ListID == list.ID || global && o.ListID == 0 })
}

// showGlobalOptouts is show_optglobal: the opt-outs of the whole realm.
func (c *call) showGlobalOptouts() (reply, error) {
	return c.showOptouts(func(o *Optout) bool { return o.ListID == 0 })
}

// showOptouts answers one row a record, so that an address with several
// records shows several times.
func (c *call) showOptouts(wanted func(*Optout) bool) (reply, error) {
	since, err := c.since()
	if err != nil {
		return reply{}, err
	}
	shape := layout{headings: []string{"Email"}, fields: []string{"email"}, element: "Data"}
	if c.CustomerKeys {
		shape.headings = append(shape.headings, "customer_key")
		shape.fields = append(shape.fields, "customer_key")
	}
	rows := c.table(shape)
	matches := func(o *Optout) bool { return wanted(o) && !o.Time.Before(since) }
	c.optouts.read(matches, func(o *Optout) {
		if c.CustomerKeys {
			rows.add(o.Email, o.CustomerKey)
		} else {
			rows.add(o.Email)
		}
	})
	return rows.reply(), nil
}

// since is the beginning of the time that days asks for: midnight UTC, that
// many days ago. Without days it is the beginning of time, 0 is today.
func (c *call) since() (time.Time, error) {
	text, sent := c.lookup("days")
	if !sent {
		return time.Time{}, nil
	}
	days, err := strconv.ParseUint(text, 10, 31)
	if err != nil || c.on(daysLimited) && days > mostDays {
		return time.Time{}, refusalError("Invalid value for days") // constructed
	}
	const farthest = 365 * 1000 // beyond it years would turn negative
	if days > farthest {
		return time.Time{}, nil
	}
	return c.now().Truncate(24*time.Hour).AddDate(0, 0, -int(days)), nil
}
