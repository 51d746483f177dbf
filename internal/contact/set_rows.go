package contact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/address"
	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/textform"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// setRow is one contact of a set.
type setRow struct {
	key   string
	cells []setCell // as they are written, in order

	id       int64            // subscriber id; 0: not added yet
	optedOut []int64          // lists that the recipient has opted out of
	drift    map[int64]string // lists that it is not on (driftNone), or on in this format
	note     services.Note
}

// setCell is one column of a row. One that is empty, or null, is left out.
type setCell struct {
	column string
	value  string
	isNull bool
}

// driftNone stands for a subscription that is gone.
const driftNone = "none"

// cell is the value of a column, and empty where it is left out.
func (r setRow) cell(column string) string {
	for _, cell := range r.cells {
		if cell.column == column {
			return cell.value
		}
	}
	return ""
}

// identity is what all rows have in common that may be one contact to the
// service. whatcounts.md#identity.
func (r setRow) identity() string {
	if key := r.cell("customer_key"); key != "" {
		return keyPrefix + key
	}
	return r.nameIdentity()
}

func (r setRow) nameIdentity() string {
	return textform.Key(r.cell("email")) + "," + textform.FoldedName(r.cell("first_name"))
}

// String names a row in a message.
func (r setRow) String() string {
	name := r.cell("email")
	if first := r.cell("first_name"); first != "" {
		name += ", " + first
	}
	if r.id != 0 {
		name += fmt.Sprintf(", subscriber id %d", r.id)
	}
	return fmt.Sprintf("%q (%s)", r.key, name)
}

// contact is the row as reach_contact would hold it, without what is the same
// for the whole set.
func (r setRow) contact() contactModel {
	m := contactModel{SubscriberID: types.Int64Value(r.id)}
	var fields map[string]types.String
	for _, cell := range r.cells {
		if cell.value == "" {
			continue
		}
		value := types.StringValue(cell.value)
		name, custom := strings.CutPrefix(cell.column, whatcounts.CustomPrefix)
		switch {
		case custom && fields == nil:
			fields = map[string]types.String{name: value}
		case custom:
			fields[name] = value
		case cell.column == "email":
			m.Email = value
		case cell.column == "first_name":
			m.FirstName = value
		case cell.column == "customer_key":
			m.CustomerKey = value
		case m.Values == nil:
			m.Values = map[string]types.String{cell.column: value}
		default:
			m.Values[cell.column] = value
		}
	}
	if fields != nil {
		m.CustomFields = customFieldsOf(fields)
	}
	return m
}

// take puts into the row what a contact has. A cell that means the same stays as
// it is written. It reports whether any does not.
func (r *setRow) take(m contactModel) (changed bool) {
	has := map[string]string{"email": m.Email.ValueString(), "first_name": m.FirstName.ValueString(), "customer_key": m.CustomerKey.ValueString()}
	for attribute, value := range m.Values {
		has[attribute] = value.ValueString()
	}
	for name, value := range customFields(m.CustomFields) {
		has[whatcounts.CustomPrefix+name] = value.ValueString()
	}
	r.cells = slices.Clone(r.cells)
	for i, cell := range r.cells {
		if value := has[cell.column]; !textform.Same(cell.value, value) {
			r.cells[i], changed = setCell{column: cell.column, value: textform.Compose(value)}, true
		}
		delete(has, cell.column)
	}
	for _, column := range setColumns {
		if has[column] != "" {
			r.cells, changed = append(r.cells, setCell{column: column, value: textform.Compose(has[column])}), true
		}
		delete(has, column)
	}
	for _, column := range sortedKeys(has) {
		if has[column] != "" {
			r.cells, changed = append(r.cells, setCell{column: column, value: textform.Compose(has[column])}), true
		}
	}
	return changed
}

// setColumns are the columns that a row may have beside custom fields.
var setColumns = func() []string {
	columns := make([]string, 0, len(whatcounts.Columns))
	for _, col := range whatcounts.Columns {
		columns = append(columns, col.Attribute)
	}
	return columns
}()

// setProblems are what is wrong with contacts: the first of it, and how much
// more there is.
type setProblems struct {
	named []string
	more  int
}

// mostNamed is how many rows a message names.
const mostNamed = 20

func (p *setProblems) add(format string, arguments ...any) {
	if len(p.named) == mostNamed {
		p.more++
		return
	}
	p.named = append(p.named, fmt.Sprintf(format, arguments...))
}

func (p *setProblems) none() bool { return len(p.named) == 0 }

func (p *setProblems) count() int { return len(p.named) + p.more }

// String is one line for each.
func (p *setProblems) String() string {
	text := "\n  - " + strings.Join(p.named, "\n  - ")
	if p.more > 0 {
		text += fmt.Sprintf("\n  - and %d more", p.more)
	}
	return text
}

// parseRows reads the text of contacts. What it cannot read, or what a row would
// lose, is among the problems.
func parseRows(text string) ([]setRow, setProblems) {
	reader := rowReader{Decoder: json.NewDecoder(strings.NewReader(text)), columns: map[string]string{}}
	reader.UseNumber()
	for _, column := range setColumns {
		reader.columns[column] = column
	}
	if err := reader.object("contacts", reader.row); err != nil {
		reader.problems.add("contacts is not a JSON object with an object for each contact: %v", err)
	} else if _, err := reader.Token(); err != io.EOF { //nolint:errorlint // Token returns it as it is
		reader.problems.add("contacts has something behind its JSON object")
	}
	return reader.rows, reader.problems
}

type rowReader struct {
	*json.Decoder
	rows     []setRow
	columns  map[string]string // one copy of each name
	problems setProblems
}

// object reads an object whose keys differ, member by member.
func (r *rowReader) object(name string, member func(key string) error) error {
	start, err := r.Token()
	if err != nil {
		return err
	}
	if start != json.Delim('{') {
		r.problems.add("%s is %s, and has to be an object", name, kindOfJSON(start))
		return r.skip(start)
	}
	seen := map[string]bool{}
	for r.More() {
		token, err := r.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if seen[key] {
			r.problems.add("%s has the key %q twice", name, key)
		}
		seen[key] = true
		if err := member(key); err != nil {
			return err
		}
	}
	_, err = r.Token()
	return err
}

func (r *rowReader) row(key string) error {
	row := setRow{key: key}
	err := r.object(fmt.Sprintf("%q", key), func(column string) error {
		value, err := r.Token()
		if err != nil {
			return err
		}
		if r.columns[column] == "" {
			r.columns[column] = column
		}
		cell := setCell{column: r.columns[column]}
		switch value := value.(type) {
		case string:
			cell.value = value
		case nil:
			cell.isNull = true
		default:
			if !cell.isKnown() {
				break // that it is none is told of it
			}
			advice := "Write it in quotation marks."
			if _, isDelimiter := value.(json.Delim); isDelimiter {
				advice = "Give it a text; a custom field is custom_ and its name."
			}
			r.problems.add("%q, column %s: it is %s, where a text is expected. %s", key, column, kindOfJSON(value), advice)
		}
		row.cells = append(row.cells, cell)
		return r.skip(value)
	})
	r.rows = append(r.rows, row)
	return err
}

// skip reads to the end of the value that begins with a token.
func (r *rowReader) skip(start json.Token) error {
	depth := 0
	for token := start; ; {
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
		var err error
		if token, err = r.Token(); err != nil {
			return err
		}
	}
}

func kindOfJSON(token json.Token) string {
	switch token.(type) {
	case string:
		return "a text"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case nil:
		return "null"
	}
	if token == json.Delim('[') {
		return "a list"
	}
	return "an object"
}

// checkRows finds what cannot be sent, and rows that are one contact.
func checkRows(rows []setRow, problems *setProblems) {
	first := make(map[string]string, len(rows))
	for _, row := range rows {
		wrong := row.cell("email") == ""
		if wrong {
			problems.add("%q, column email: it is missing", row.key)
		}
		for _, cell := range row.cells {
			if reason := cell.wrong(); reason != "" {
				problems.add("%q, column %s: %s", row.key, cell.column, reason)
				wrong = true
			}
		}
		if wrong {
			continue
		}
		if other, twice := first[row.identity()]; twice {
			problems.add("%q is the same contact as %q: letter case of an address does not count, nor do letter case, blanks and accents of a first name", row.key, other)
		}
		first[row.identity()] = row.key
	}
}

// isKnown reports whether there is such a column.
func (c setCell) isKnown() bool {
	return strings.HasPrefix(c.column, whatcounts.CustomPrefix) || slices.Contains(setColumns, c.column)
}

// wrong is what keeps a cell from being sent, or nothing.
func (c setCell) wrong() string {
	name, isCustom := strings.CutPrefix(c.column, whatcounts.CustomPrefix)
	if !c.isKnown() {
		return "there is no such column. Use " + strings.Join(setColumns, ", ") + ", or custom_ and the name of a custom field"
	}
	if isCustom {
		if err := whatcounts.CheckCustomFieldName(name); err != nil {
			return inOneLine(err)
		}
	}
	switch c.column {
	case "email":
		if c.value == "" {
			return "" // told as missing
		}
		if reason := address.Wrong(c.value); reason != "" {
			return fmt.Sprintf("%q is no e-mail address: %s", c.value, reason)
		}
		return inOneLine(whatcounts.CheckIdentity(c.column, c.value))
	case "first_name", "customer_key":
		return inOneLine(whatcounts.CheckIdentity(c.column, c.value))
	}
	return inOneLine(whatcounts.CheckValue(c.column, c.value))
}

// inOneLine is what an error says, as an entry of a list. It is empty without
// one.
func inOneLine(err error) string {
	if err == nil {
		return ""
	}
	var judged *apierror.Error
	if errors.As(err, &judged) && judged.Kind == apierror.Invalid {
		return strings.TrimSuffix(judged.Reason+". "+judged.Advice, ". ")
	}
	return strings.ReplaceAll(detail(err), "\n\n", " ")
}

// writeRows is the text of contacts, as jsonencode writes texts.
func writeRows(rows []setRow) string {
	var b bytes.Buffer
	text := func(value string) {
		encoded, _ := json.Marshal(value) // a text can be encoded
		b.Write(encoded)
	}
	b.WriteByte('{')
	for i, row := range rows {
		if i > 0 {
			b.WriteByte(',')
		}
		text(row.key)
		b.WriteString(":{")
		for n, cell := range row.cells {
			if n > 0 {
				b.WriteByte(',')
			}
			text(cell.column)
			b.WriteByte(':')
			if cell.isNull {
				b.WriteString("null")
			} else {
				text(cell.value)
			}
		}
		b.WriteByte('}')
	}
	b.WriteByte('}')
	return b.String()
}
