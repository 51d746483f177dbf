package whatcounts

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// The data argument is a small table: records are separated by ^, columns by a
// comma, and the first record names the columns. No way to write a ^ inside a
// value is known, and how quotes are read is known from clients only. Whatever
// might be read as a separator is therefore refused before anything is sent: a
// value that splits a record could delete a stranger.
// whatcounts.md#data-argument.

// cell is one value of a record, with the name of its column.
type cell struct{ name, value string }

func (c cell) isSame(other cell) bool {
	return c.name == other.name && textform.Same(c.value, other.value)
}

const (
	columnSeparator  = ","
	recordSeparator  = "^"
	formatColumn     = "format_number"
	identityRefusals = columnSeparator + recordSeparator + `"`
)

// record is one record as it is written, and the names of its columns. Records
// of the same columns may go into one command.
type record struct{ names, values string }

// encode writes one record.
func encode(cells []cell) (record, error) {
	names, values := make([]string, len(cells)), make([]string, len(cells))
	for i, c := range cells {
		if err := c.checkName(); err != nil {
			return record{}, err
		}
		value, err := c.encode()
		if err != nil {
			return record{}, err
		}
		names[i], values[i] = c.name, value
	}
	if len(cells) == 1 && cells[0].value == "" && isIdentity(cells[0].name) {
		// An empty record may be skipped, and the counts would be those of others.
		return record{}, unsendable(AttributeName(cells[0].name), "it is empty", "")
	}
	return record{strings.Join(names, columnSeparator), strings.Join(values, columnSeparator)}, nil
}

// dataOf is the data argument with these records, all of the same columns.
func dataOf(records []record) argument {
	lines := []string{records[0].names}
	for _, r := range records {
		lines = append(lines, r.values)
	}
	return argument{"data", strings.Join(lines, recordSeparator)}
}

func (c cell) encode() (string, error) {
	if isIdentity(c.name) {
		return c.value, CheckIdentity(AttributeName(c.name), c.value)
	}
	if err := CheckValue(AttributeName(c.name), c.value); err != nil {
		return "", err
	}
	if !needsQuotes(c.value) {
		return c.value, nil
	}
	return `"` + strings.ReplaceAll(c.value, `"`, `\"`) + `"`, nil
}

// needsQuotes reports a value that is two without them. A double quote inside a
// value does not need any: a service that knows quotes looks for them where a
// value begins, and one that does not would keep those put around it. Beside a
// comma it does; a service that does not know quotes then refuses the row, which
// has a column too many.
func needsQuotes(value string) bool { return strings.Contains(value, columnSeparator) }

// mayChange reports whether a value may arrive as another one: with quotes,
// which might be kept or dropped, or with outer blanks, which might be trimmed.
func (c cell) mayChange() bool {
	return !isIdentity(c.name) && (needsQuotes(c.value) || strings.Contains(c.value, `"`) || strings.TrimSpace(c.value) != c.value)
}

func (c cell) checkName() error {
	if custom, found := strings.CutPrefix(c.name, CustomPrefix); found {
		return CheckCustomFieldName(custom)
	}
	if c.name == formatColumn || columnPosition(c.name) < len(Columns) {
		return nil
	}
	return unsendable(c.name, "WhatCounts has no such column", "Use custom_fields for fields that the realm defines itself.")
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
	case strings.ContainsAny(value, `,"`) && strings.Contains(value, `\`):
		return unsendable(name, `it contains a backslash together with a comma or a double quote, for which no encoding is known`, "Use a value with only one of them.")
	case !needsQuotes(value) && strings.HasPrefix(strings.TrimSpace(value), `"`):
		return unsendable(name, `it begins with a double quote, which WhatCounts may read as quotes around the value`, "Use a value that begins with another character.")
	case value != "" && strings.TrimSpace(value) == "":
		return unsendable(name, "it is nothing but blanks, which cannot be told from an empty value when it is read back", "Leave it out, or use trimspace(…) where the value is read from a file.")
	}
	return checkCharacters(name, value)
}

func checkCharacters(name, value string) error {
	if !utf8.ValidString(value) {
		return unsendable(name, "it is not valid UTF-8", "")
	}
	for _, character := range value {
		switch {
		case unicode.IsControl(character):
			return unsendable(name, "it contains a line break, a tab or another control character, which WhatCounts may read as the end of the record", "Use a value on one line.")
		case unicode.Is(unicode.Noncharacter_Code_Point, character):
			return unsendable(name, fmt.Sprintf("it contains %U, which is no character and which XML cannot carry back", character), "Remove it.")
		case character == utf8.RuneError:
			return unsendable(name, fmt.Sprintf("it contains %U, which stands for a letter that could not be read", character), "Put the letter in its place that the value had before, and read the file that it comes from in its charset.")
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

func unsendable(name, reason, advice string) error {
	return &apierror.Error{Kind: apierror.Invalid, Attempt: "encoding " + name, Reason: reason, Advice: advice}
}
