package whatcounts

import "strconv"

// realmSettings is getrealmsettings, the command that tells a customer-key
// realm. Relational tables are always enabled, as in the documented answer.
func (c *call) realmSettings() (reply, error) {
	rows := c.table(layout{
		headings: []string{"realm_id", "use_customer_key", "enable_relational_database"},
		element:  "Data",
	})
	if c.on(realmSettingsXML) {
		rows.output = outputFormat{xml: true}
	}
	if c.on(realmSettingsHeadings) {
		rows.headingLine = true
	}
	keys := "N"
	if c.CustomerKeys {
		keys = "Y"
	}
	rows.add(strconv.FormatInt(c.realmID, 10), keys, "Y")
	return rows.reply(), nil
}
