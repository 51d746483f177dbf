package whatcounts

import (
	"bytes"
	"encoding/xml"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// outputFormat is how a query answers: its zero value is the blank-separated
// plain text, whatcounts.md#output-of-queries.
type outputFormat struct {
	separator string // between quoted values; empty: plain text or XML
	xml       bool
}

// output reads output_format and its short form csv=1. Unknown formats are
// taken for plain text (constructed).
func (r request) output() outputFormat {
	format := r.text("output_format")
	separator := map[string]string{"csv": ",", "csv_tab": "\t", "csv_pipe": "|"}[format]
	if separator == "" && format != "xml" && r.flag("csv") {
		separator = ","
	}
	return outputFormat{separator: separator, xml: format == "xml"}
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
	*call
	format       outputFormat
	withHeadings bool
	buffer       bytes.Buffer
	rows         int
}

// table begins the answer to a query in the format that the caller asks for.
func (c *call) table(shape layout) *table {
	switch c.Latest(headingsQuoted, headingsBare) {
	case headingsQuoted:
		shape.bare = false
	case headingsBare:
		shape.bare = true
	}
	if shape.fields == nil {
		shape.fields = shape.headings
	}
	return &table{layout: shape, call: c, format: c.output(), withHeadings: c.flag("headers")}
}

// add writes one row.
func (t *table) add(values ...string) {
	if t.rows == 0 {
		t.begin()
	}
	t.rows++
	if !t.format.xml {
		t.writeLine(values, true)
		return
	}
	if t.element != "" {
		t.buffer.WriteString("<" + t.element + ">")
	}
	for i, value := range values {
		writeElement(&t.buffer, t.fields[i], value)
	}
	if t.element != "" {
		t.buffer.WriteString("</" + t.element + ">\n")
	}
}

// answer ends the table. Without rows it is empty, 53 in
// whatcounts.md#contradictions.
func (t *table) answer() traffic.Answer {
	if t.rows == 0 && !t.format.xml && t.On(headingsAlone) {
		t.begin()
	}
	if t.rows > 0 && t.format.xml {
		t.closeDocument(&t.buffer)
	}
	return data(t.buffer.Bytes(), t.format.xml && t.rows > 0)
}

func (t *table) begin() {
	switch {
	case t.format.xml:
		t.openDocument(&t.buffer)
	case t.withHeadings:
		t.writeLine(t.headings, !t.bare)
	}
}

// writeLine writes values in quotes, with an inner quote doubled, or as plain
// text.
func (t *table) writeLine(values []string, quoted bool) {
	separator := t.format.separator
	if separator == "" {
		separator, quoted = " ", false
		if t.plainColumns > 0 {
			values = values[:t.plainColumns]
		}
	}
	for i, value := range values {
		if i > 0 {
			t.buffer.WriteString(separator)
		}
		if quoted {
			value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
		}
		t.buffer.WriteString(value)
	}
	t.buffer.WriteByte('\n')
}

// openDocument and closeDocument write what is around the rows in XML, 55 in
// whatcounts.md#contradictions.
func (c *call) openDocument(b *bytes.Buffer) {
	if !c.On(xmlNoDeclaration) {
		b.WriteString(xml.Header)
	}
	b.WriteString("<" + c.rootElement() + ">\n")
}

func (c *call) closeDocument(b *bytes.Buffer) {
	b.WriteString("</" + c.rootElement() + ">\n")
}

func (c *call) rootElement() string {
	if c.On(xmlRootUpperCase) {
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
