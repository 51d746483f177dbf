package whatcounts

import "strings"

// dataTable is the data argument, decoded.
type dataTable struct {
	columns []string
	rows    []dataRow
}

// dataRow is one record of the data argument. A row whose number of fields
// differs from the header's, or whose quotes do not close, is malformed: it
// does nothing and counts as failed (constructed; the documentation only says
// that all records have the same number of fields).
type dataRow struct {
	values    map[string]string
	malformed bool
}

// dataRules are the open questions of the data argument.
type dataRules struct {
	literalQuotes bool
	lineFeeds     bool
	trimmed       bool
}

// decodeData reads records separated by "^" with fields separated by ",";
// the first record names the columns. Nothing escapes a "^", not even quotes.
// Blanks around column names are dropped: the official example has one before
// the first "^". Empty records, as after a trailing "^", are skipped.
func decodeData(text string, rules dataRules) dataTable {
	if rules.lineFeeds {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "^"), "\n", "^")
	}
	records := strings.Split(text, "^")
	var table dataTable
	for _, name := range strings.Split(records[0], ",") {
		table.columns = append(table.columns, strings.TrimSpace(name))
	}
	for _, record := range records[1:] {
		if record == "" {
			continue
		}
		fields, closed := splitFields(record, !rules.literalQuotes)
		row := dataRow{values: map[string]string{}, malformed: !closed || len(fields) != len(table.columns)}
		for i, value := range fields[:min(len(fields), len(table.columns))] {
			if rules.trimmed {
				value = strings.TrimSpace(value)
			}
			row.values[table.columns[i]] = value
		}
		table.rows = append(table.rows, row)
	}
	return table
}

// splitFields cuts a record at its commas. With quotes understood, a field
// that begins with one runs to the next one that has no backslash before it;
// only blanks may follow. It says whether all quotes were closed that way.
func splitFields(record string, quotes bool) (fields []string, closed bool) {
	for {
		if quotes && strings.HasPrefix(record, `"`) {
			value, rest, ok := cutQuoted(record[1:])
			fields = append(fields, value)
			if rest = strings.TrimLeft(rest, " "); !ok || rest != "" && rest[0] != ',' {
				return fields, false
			}
			if rest == "" {
				return fields, true
			}
			record = rest[1:]
			continue
		}
		value, rest, more := strings.Cut(record, ",")
		fields = append(fields, value)
		if !more {
			return fields, true
		}
		record = rest
	}
}

// cutQuoted reads up to the closing quote, turning \" into ". Any other
// backslash stands for itself.
func cutQuoted(text string) (value, rest string, closed bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], `\"`):
			b.WriteByte('"')
			i++
		case text[i] == '"':
			return b.String(), text[i+1:], true
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), "", false
}

func (t dataTable) has(column string) bool {
	for _, name := range t.columns {
		if name == column {
			return true
		}
	}
	return false
}
