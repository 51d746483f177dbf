package whatcounts

import (
	"bytes"
	"strconv"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// dateForm is how dates look, 09/26/12 10:12 AM, whatcounts.md#detail. Their
// zone is unknown; here it is UTC.
const dateForm = "01/02/06 03:04 PM"

// detail is detail, whatcounts.md#detail: one contact, complete.
func (c *call) detail() (traffic.Answer, error) {
	contact := c.read(detailRead, c.contactID)
	if contact == nil && c.On(detailMissingEmpty) {
		return data(nil, false), nil
	}
	if contact == nil {
		return traffic.Answer{}, c.notInRealm()
	}
	names, values := c.columns(contact)
	if c.output().xml {
		return data(c.detailDocument(contact, names, values), true), nil
	}
	rows := c.table(layout{headings: names, bare: true, plainColumns: 4})
	rows.add(values...)
	return rows.answer(), nil
}

// columns are the fields of a contact in the order of whatcounts.md#detail, then
// the customer key where the realm has keys, then every custom field that the
// realm defines.
func (c *call) columns(contact *Contact) (names, values []string) {
	add := func(name, value string) {
		names = append(names, name)
		values = append(values, value)
	}
	add("subscriber_id", strconv.FormatInt(contact.ID, 10))
	add("email", contact.Email)
	add("first", contact.First)
	for _, name := range standardFields {
		add(name, contact.Fields[name])
	}
	add("lists", listIDs(contact))
	if c.CustomerKeys && !c.On(detailNoCustomerKey) {
		add("customer_key", contact.CustomerKey)
	}
	prefix := "custom_"
	if c.On(detailCustomBare) {
		prefix = ""
	}
	for _, name := range c.CustomFields {
		add(prefix+name, contact.Custom[name])
	}
	return names, values
}

// detailDocument is the XML answer. With version=8.4.0 it is cut off in the
// middle, whatcounts.md#output-of-queries.
func (c *call) detailDocument(contact *Contact, names, values []string) []byte {
	var b bytes.Buffer
	c.openDocument(&b)
	b.WriteString("<subscriber>\n")
	for i, name := range names {
		writeElement(&b, name, values[i])
		b.WriteByte('\n')
	}
	if c.On(detailSubscriptionsApart) {
		b.WriteString("</subscriber>\n")
		c.writeSubscriptions(&b, contact.Subscriptions)
	} else {
		c.writeSubscriptions(&b, contact.Subscriptions)
		b.WriteString("</subscriber>\n")
	}
	c.closeDocument(&b)
	if c.text("version") == "8.4.0" {
		b.Truncate(b.Len() / 2)
	}
	return b.Bytes()
}

// writeSubscriptions writes one element a list. Nothing is ever sent to the
// simulated contacts, so last_sent is empty and sent_flag 0 (constructed).
func (c *call) writeSubscriptions(b *bytes.Buffer, subscriptions []Subscription) {
	b.WriteString("<subscription_details>\n")
	for _, subscription := range subscriptions {
		element := "list_" + strconv.FormatInt(subscription.ListID, 10)
		format := strconv.Itoa(subscription.Format)
		if c.On(detailFormatWords) {
			format = formatWord(subscription.Format)
		}
		b.WriteString("<" + element + ">")
		writeElement(b, "created_date", date(subscription.Created))
		writeElement(b, "last_sent", "")
		writeElement(b, "sent_flag", "0")
		writeElement(b, "format", format)
		b.WriteString("</" + element + ">\n")
	}
	b.WriteString("</subscription_details>\n")
}

func date(t time.Time) string {
	return t.UTC().Format(dateForm)
}
