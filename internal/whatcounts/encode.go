package whatcounts

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// The data argument is a small table: records are separated by ^, columns by
// a comma, and the first record names the columns. No way to write a ^ inside a
// value is known, and how quotes are read is client practice only. Whatever
// might be read as a separator is therefore refused before anything is sent:
// a value that splits a record could delete a stranger. "WhatCounts:
// Conventions"; quoting is client practice 2011.

// column is one column of a record.
type column struct{ name, value string }

const (
	customPrefix     = "custom_"
	columnSeparator  = ","
	recordSeparator  = "^"
	formatColumn     = "format_number"
	identityRefusals = columnSeparator + recordSeparator + `"`
)

// encoded is one record as it is written, and the names of its columns.
// Records of the same columns may go into one argument.
type encoded struct{ names, values string }

// encode writes one record.
func encode(columns []column) (encoded, error) {
	var names, values strings.Builder
	for i, col := range columns {
		if err := checkColumnName(col.name); err != nil {
			return encoded{}, err
		}
		value, err := encodeValue(col)
		if err != nil {
			return encoded{}, err
		}
		if i > 0 {
			names.WriteString(columnSeparator)
			values.WriteString(columnSeparator)
		}
		names.WriteString(col.name)
		values.WriteString(value)
	}
	if len(columns) == 1 && columns[0].value == "" && isIdentity(columns[0].name) {
		// An empty record may be skipped, and the counts would be those of others.
		return encoded{}, unsendable(attributeName(columns[0].name), "it is empty", "")
	}
	return encoded{names.String(), values.String()}, nil
}

// dataOf is the data argument with these records, all of the same columns.
func dataOf(records ...encoded) argument {
	var data strings.Builder
	data.WriteString(records[0].names)
	for _, record := range records {
		data.WriteString(recordSeparator)
		data.WriteString(record.values)
	}
	return argument{"data", data.String()}
}

func encodeValue(col column) (string, error) {
	if isIdentity(col.name) {
		return col.value, CheckIdentity(attributeName(col.name), col.value)
	}
	if err := CheckValue(attributeName(col.name), col.value); err != nil {
		return "", err
	}
	if !needsQuotes(col.value) {
		return col.value, nil
	}
	return `"` + strings.ReplaceAll(col.value, `"`, `\"`) + `"`, nil
}

// isIdentity reports whether a column says whose record it is. These are never
// quoted: if quotes were kept as they are, another contact would be meant.
func isIdentity(name string) bool {
	return name == "email" || name == "first" || name == "customer_key"
}

func needsQuotes(value string) bool { return strings.ContainsAny(value, `,"`) }

// isUncertain reports whether a value may arrive as another one: in quotes,
// which might be kept, or with outer blanks, which might be trimmed.
func (col column) isUncertain() bool {
	return !isIdentity(col.name) && (needsQuotes(col.value) || strings.TrimSpace(col.value) != col.value)
}

func checkColumnName(name string) error {
	if custom, found := strings.CutPrefix(name, customPrefix); found {
		return CheckCustomFieldName(custom)
	}
	if isIdentity(name) || name == formatColumn {
		return nil
	}
	for _, standard := range standardFields {
		if name == standard {
			return nil
		}
	}
	return unsendable(name, "WhatCounts has no such column", "Use custom_fields for fields that the realm defines itself.")
}

// CheckIdentity finds out whether value can be sent where it says which
// contact is meant: as an e-mail address, a first name or a customer key. name
// is the attribute to show in the error, which is apierror.Invalid. An empty
// value passes.
func CheckIdentity(name, value string) error {
	switch {
	case strings.ContainsAny(value, identityRefusals):
		return unsendable(name, `it contains a comma, a ^ or a double quote, which WhatCounts may read as the end of the value`, "Use a value without them.")
	case strings.TrimSpace(value) != value:
		return unsendable(name, "it begins or ends with a blank or a line break, which WhatCounts may drop", "Take it off, with trimspace(…) where the value is read from a file.")
	}
	return checkCharacters(name, value)
}

// CheckValue finds out whether value can be sent as the value of a field. name
// is the attribute to show in the error, which is apierror.Invalid.
func CheckValue(name, value string) error {
	switch {
	case strings.Contains(value, recordSeparator):
		return unsendable(name, "it contains a ^, for which WhatCounts has no escape", "Use a value without it.")
	case needsQuotes(value) && strings.Contains(value, `\`):
		return unsendable(name, `it contains a backslash together with a comma or a double quote, for which no encoding is known`, "Use a value with only one of them.")
	}
	return checkCharacters(name, value)
}

func checkCharacters(name, value string) error {
	if !utf8.ValidString(value) {
		return unsendable(name, "it is not valid UTF-8", "")
	}
	for _, character := range value {
		if character < 0x20 || character == 0x7f {
			return unsendable(name, "it contains a line break, a tab or another control character, which WhatCounts may read as the end of the record", "Use a value on one line.")
		}
	}
	return nil
}

// CheckCustomFieldName finds out whether a custom field's name, without its
// prefix custom_, can be sent: letters, digits and underscores. The error is
// apierror.Invalid.
func CheckCustomFieldName(name string) error {
	if name == "" {
		return unsendable("custom_fields", "a name is empty", "Use the name that the realm defines, without the prefix custom_.")
	}
	for _, c := range []byte(name) {
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return unsendable("custom_fields", "the name "+strconv.Quote(name)+" has characters other than letters, digits and underscores", "Use the name that the realm defines, without the prefix custom_.")
		}
	}
	return nil
}

// attributeName is what a person calls a column.
func attributeName(columnName string) string {
	switch columnName {
	case "first":
		return "first_name"
	case "last":
		return "last_name"
	case formatColumn:
		return "subscriptions"
	}
	if custom, found := strings.CutPrefix(columnName, customPrefix); found {
		return "custom_fields[" + strconv.Quote(custom) + "]"
	}
	return columnName
}

func unsendable(name, reason, advice string) error {
	return &apierror.Error{Kind: apierror.Invalid, Attempt: "encoding " + name, Reason: reason, Advice: advice}
}
