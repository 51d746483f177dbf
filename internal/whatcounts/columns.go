package whatcounts

import (
	"slices"
	"strconv"
	"strings"
)

// Kind says how the values of a column are used and compared.
type Kind int

const (
	// KeyColumn says whose record it is. Their values are never quoted.
	KeyColumn Kind = iota + 1
	// TextColumn holds what is known about the contact.
	TextColumn
	// DigitsColumn holds text that often looks like a number: its leading zeros
	// count.
	DigitsColumn
)

// Column is one standard column of a contact.
type Column struct {
	Attribute string // its name in Terraform: last_name
	Name      string // its name in WhatCounts, and the key in Values: last
	Kind      Kind
	Meaning   string // in words, for documentation
}

// Columns are the standard columns, in the order in which they are sent.
// Schema, model, client, diff, journal, restore, list resource and data sources
// walk this table. whatcounts.md#data-argument.
var Columns = []Column{
	{"email", "email", KeyColumn, "E-mail address"},
	{"first_name", "first", KeyColumn, "First name"},
	{"customer_key", "customer_key", KeyColumn, "Customer key"},
	{"last_name", "last", TextColumn, "Last name"},
	{"company", "company", TextColumn, "Company"},
	{"address_1", "address_1", TextColumn, "First line of the postal address"},
	{"address_2", "address_2", TextColumn, "Second line of the postal address"},
	{"city", "city", TextColumn, "City"},
	{"state", "state", TextColumn, "State or province"},
	{"zip", "zip", DigitsColumn, "Postal code"},
	{"country", "country", TextColumn, "Country"},
	{"phone", "phone", DigitsColumn, "Phone number"},
	{"fax", "fax", DigitsColumn, "Fax number"},
}

// ValueColumns are the standard columns that do not say who the contact is.
func ValueColumns() []Column {
	return slices.DeleteFunc(slices.Clone(Columns), func(col Column) bool { return col.Kind == KeyColumn })
}

// CustomPrefix stands before the name of a custom field wherever WhatCounts
// names its column. whatcounts.md#data-argument.
const CustomPrefix = "custom_"

// AttributeName is what Terraform calls a column: last_name for last,
// custom_fields["plan"] for custom_plan.
func AttributeName(name string) string {
	if custom, found := strings.CutPrefix(name, CustomPrefix); found {
		return "custom_fields[" + strconv.Quote(custom) + "]"
	}
	for _, col := range Columns {
		if col.Name == name {
			return col.Attribute
		}
	}
	if name == formatColumn {
		return "subscriptions"
	}
	return name
}

// byPosition orders the names of columns as they are sent: standard ones as in
// the table, then custom ones by name.
func byPosition(a, b string) int {
	if position := columnPosition(a) - columnPosition(b); position != 0 {
		return position
	}
	return strings.Compare(a, b)
}

func columnPosition(name string) int {
	if i := slices.IndexFunc(Columns, func(col Column) bool { return col.Name == name }); i >= 0 {
		return i
	}
	return len(Columns)
}

// isIdentity reports whether a column says whose record it is. These are never
// quoted: if WhatCounts kept the quotes, another contact would be named.
func isIdentity(name string) bool {
	i := columnPosition(name)
	return i < len(Columns) && Columns[i].Kind == KeyColumn
}
