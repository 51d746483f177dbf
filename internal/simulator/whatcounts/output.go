package whatcounts

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// outputFormat is how a query answers: its zero value is the blank-separated
// plain text.
type outputFormat struct {
	separator byte // between quoted values; 0: plain text or XML
	xml       bool
}

// output reads output_format and its short form csv=1. Unknown formats are
// taken for plain text (constructed).
func (r request) output() outputFormat {
	switch r.text("output_format") {
	case "csv":
		return outputFormat{separator: ','}
	case "csv_tab":
		return outputFormat{separator: '\t'}
	case "csv_pipe":
		return outputFormat{separator: '|'}
	case "xml":
		return outputFormat{xml: true}
	}
	if r.flag("csv") {
		return outputFormat{separator: ','}
	}
	return outputFormat{}
}

// layout is the shape of the rows that a query answers.
type layout struct {
	headings     []string
	bare         bool     // headings without quotes, as this command's source prints them
	plainColumns int      // how many columns the plain text has; 0: all
	element      string   // the XML element of a row; empty: the fields stand under the root
	fields       []string // XML names of the columns; nil: the headings
}

// table writes the answer to a query row by row, so that a million rows need
// no more than their text.
type table struct {
	layout
	output        outputFormat
	headingLine   bool
	headingAlways bool // also without rows
	quote         string
	dialects      map[string]bool
	buffer        bytes.Buffer
	rows          int
}

// table begins the answer to a query in the format that the caller asks for.
func (c *call) table(shape layout) *table {
	t := &table{
		layout:      shape,
		output:      c.output(),
		headingLine: c.flag("headers"),
		quote:       `""`,
		dialects:    c.enabled,
	}
	t.headingAlways = c.on(headingsAlone)
	if c.on(quotesBackslash) {
		t.quote = `\"`
	}
	if c.on(headingsQuoted) {
		t.bare = false
	}
	if c.on(headingsBare) {
		t.bare = true
	}
	if t.fields == nil {
		t.fields = t.headings
	}
	return t
}

// add writes one row.
func (t *table) add(values ...string) {
	if t.rows == 0 {
		t.begin()
	}
	t.rows++
	switch {
	case t.output.xml:
		if t.element != "" {
			t.buffer.WriteString("<" + t.element + ">")
		}
		for i, value := range values {
			writeElement(&t.buffer, t.fields[i], value)
		}
		if t.element != "" {
			t.buffer.WriteString("</" + t.element + ">\n")
		}
	case t.output.separator != 0:
		for i, value := range values {
			if i > 0 {
				t.buffer.WriteByte(t.output.separator)
			}
			t.writeQuoted(value)
		}
		t.buffer.WriteByte('\n')
	default:
		t.writePlain(values)
	}
}

// reply ends the answer. Without rows it is empty.
func (t *table) reply() reply {
	if t.rows == 0 {
		if !t.headingAlways || t.output.xml {
			return reply{}
		}
		t.begin()
	}
	if t.output.xml {
		closeDocument(&t.buffer, t.dialects)
	}
	return reply{body: t.buffer.Bytes(), xml: t.output.xml}
}

func (t *table) begin() {
	switch {
	case t.output.xml:
		openDocument(&t.buffer, t.dialects)
	case !t.headingLine:
	case t.output.separator == 0:
		t.writePlain(t.headings)
	default:
		for i, heading := range t.headings {
			if i > 0 {
				t.buffer.WriteByte(t.output.separator)
			}
			if t.bare {
				t.buffer.WriteString(heading)
			} else {
				t.writeQuoted(heading)
			}
		}
		t.buffer.WriteByte('\n')
	}
}

func (t *table) writePlain(values []string) {
	if t.plainColumns > 0 {
		values = values[:t.plainColumns]
	}
	for i, value := range values {
		if i > 0 {
			t.buffer.WriteByte(' ')
		}
		t.buffer.WriteString(value)
	}
	t.buffer.WriteByte('\n')
}

func (t *table) writeQuoted(value string) {
	t.buffer.WriteByte('"')
	if strings.Contains(value, `"`) {
		value = strings.ReplaceAll(value, `"`, t.quote)
	}
	t.buffer.WriteString(value)
	t.buffer.WriteByte('"')
}

func openDocument(b *bytes.Buffer, dialects map[string]bool) {
	if !dialects[xmlNoDeclaration] {
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	}
	b.WriteString("<" + rootElement(dialects) + ">\n")
}

func closeDocument(b *bytes.Buffer, dialects map[string]bool) {
	b.WriteString("</" + rootElement(dialects) + ">\n")
}

func rootElement(dialects map[string]bool) string {
	if dialects[xmlRootUpperCase] {
		return "DATA"
	}
	return "data"
}

func writeElement(b *bytes.Buffer, name, value string) {
	b.WriteString("<" + name + ">")
	// A buffer never fails to write.
	_ = xml.EscapeText(b, []byte(value))
	b.WriteString("</" + name + ">")
}
