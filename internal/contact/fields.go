package contact

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// standardField ties an attribute to the column that WhatCounts keeps it in.
type standardField struct {
	attribute string
	column    string
	meaning   string
	advice    string
}

// quoted is the advice for what looks like a number.
const quoted = " Write it in quotation marks: without them, Terraform drops leading zeros."

// standardFields are the columns every realm has beyond those that tell who
// the contact is.
var standardFields = []standardField{
	{"last_name", "last", "Last name", ""},
	{"company", "company", "Company", ""},
	{"address_1", "address_1", "First line of the postal address", ""},
	{"address_2", "address_2", "Second line of the postal address", ""},
	{"city", "city", "City", ""},
	{"state", "state", "State or province", ""},
	{"zip", "zip", "Postal code", quoted},
	{"country", "country", "Country", ""},
	{"phone", "phone", "Phone number", quoted},
	{"fax", "fax", "Fax number", quoted},
}

// fieldsModel holds the standard fields, for the resource and the data source.
type fieldsModel struct {
	LastName types.String `tfsdk:"last_name"`
	Company  types.String `tfsdk:"company"`
	Address1 types.String `tfsdk:"address_1"`
	Address2 types.String `tfsdk:"address_2"`
	City     types.String `tfsdk:"city"`
	State    types.String `tfsdk:"state"`
	Zip      types.String `tfsdk:"zip"`
	Country  types.String `tfsdk:"country"`
	Phone    types.String `tfsdk:"phone"`
	Fax      types.String `tfsdk:"fax"`
}

// byColumn gives access to each field by the name of its column.
func (f *fieldsModel) byColumn() map[string]*types.String {
	return map[string]*types.String{
		"last":      &f.LastName,
		"company":   &f.Company,
		"address_1": &f.Address1,
		"address_2": &f.Address2,
		"city":      &f.City,
		"state":     &f.State,
		"zip":       &f.Zip,
		"country":   &f.Country,
		"phone":     &f.Phone,
		"fax":       &f.Fax,
	}
}
