package whatcounts

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// layout is what is known of the rows of one query.
type layout struct {
	keys     []string // a first row that has one of these is a row of headings
	order    []string // of the columns, when there are no headings
	required []string // headings without one of these were cut off
}

var errMalformedRow = errors.New("a row is malformed")

// table is rows with named columns. Headings may be quoted or bare and in any
// letter case; a service that sends none is taken to use the documented order.
// Rows decide what is deleted, so what is not clear is an error and never a
// guess. whatcounts.md#output-of-queries.
type table struct {
	source  *rowSource
	rows    *csv.Reader
	columns map[string]int
	width   int
	waiting []string // the first row, when it was no heading
}

// newTable reads the headings.
func newTable(source io.Reader, known layout) (*table, error) {
	t := &table{source: &rowSource{from: source}, columns: make(map[string]int)}
	t.rows = csv.NewReader(t.source)
	t.rows.FieldsPerRecord, t.rows.ReuseRecord = -1, true
	first, err := t.read()
	if errors.Is(err, io.EOF) {
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	t.width = len(first)
	for i, heading := range first {
		t.columns[strings.ToLower(strings.TrimSpace(heading))] = i
	}
	if slices.ContainsFunc(known.keys, t.has) {
		// Headings that were cut off, with all rows behind them, must not pass for
		// an answer without rows.
		for _, name := range known.required {
			if !t.has(name) {
				return nil, fmt.Errorf("%w: the heading %s is missing", errMalformedRow, name)
			}
		}
		return t, nil
	}
	clear(t.columns)
	t.waiting = slices.Clone(first)
	for i, name := range known.order {
		if i < len(first) {
			t.columns[name] = i
		}
	}
	return t, nil
}

func (t *table) has(heading string) bool {
	_, found := t.columns[heading]
	return found
}

// next is the next row, or io.EOF. It is good until the next call.
func (t *table) next() (tableRow, error) {
	row := t.waiting
	t.waiting = nil
	if row == nil {
		var err error
		if row, err = t.read(); err != nil {
			return tableRow{}, err
		}
	}
	if len(row) > t.width {
		row = joinLists(row, t.width)
	}
	if len(row) != t.width {
		return tableRow{}, fmt.Errorf("%w: it has %d columns in place of %d", errMalformedRow, len(row), t.width)
	}
	return tableRow{t, row}, nil
}

// read is the next row that is not blank.
func (t *table) read() ([]string, error) {
	for {
		t.source.left = longestRow
		row, err := t.rows.Read()
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			return nil, fmt.Errorf("%w: %w", errMalformedRow, syntax.Err)
		case errors.Is(err, io.EOF) && t.source.endsBehindComma():
			return nil, fmt.Errorf("%w: it ends behind a comma", errMalformedRow)
		case err != nil:
			return nil, err
		case len(row) > 1 || strings.TrimSpace(row[0]) != "":
			return row, nil
		}
	}
}

// joinLists puts the numbers of a list of lists that came without quotes into
// the last column, to which they belong. Anything else stays too long.
func joinLists(row []string, width int) []string {
	for _, value := range row[width-1:] {
		if _, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil {
			return row
		}
	}
	return append(slices.Clone(row[:width-1]), strings.Join(row[width-1:], ","))
}

// tableRow is one row of a table.
type tableRow struct {
	table  *table
	values []string
}

// value is what stands under the first of these headings that the table has.
func (r tableRow) value(headings ...string) (value string, found bool) {
	for _, heading := range headings {
		if i, found := r.table.columns[heading]; found {
			return r.values[i], true
		}
	}
	return "", false
}

// text is a value that may be missing.
func (r tableRow) text(headings ...string) string {
	value, _ := r.value(headings...)
	return value
}

// id is a value that has to be a number above zero.
func (r tableRow) id(headings ...string) (int64, error) {
	id, err := strconv.ParseInt(strings.TrimSpace(r.text(headings...)), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%w: %s is not a number", errMalformedRow, headings[0])
	}
	return id, nil
}

// eachRow calls do with every row of an answer.
func (c *Client) eachRow(attempt string, a answer, known layout, do func(tableRow) error) error {
	if a.kind == empty {
		return nil
	}
	t, err := newTable(strings.NewReader(a.text), known)
	for err == nil {
		var row tableRow
		if row, err = t.next(); err == nil {
			err = do(row)
		}
	}
	if !errors.Is(err, io.EOF) {
		return c.unreadable(attempt, err)
	}
	return nil
}

// longestRow bounds what a missing closing quote can swallow.
const longestRow = 1 << 20

// rowSource is where rows come from. It ends a row that is too long, and knows
// how the text ended.
type rowSource struct {
	from io.Reader
	left int // bytes that the row may still have
	last [2]byte
}

// Read reads a part of the text.
func (s *rowSource) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, fmt.Errorf("%w: it is longer than %d bytes", errMalformedRow, longestRow)
	}
	n, err := s.from.Read(p)
	s.left -= n
	for _, c := range p[max(0, n-2):n] {
		s.last[0], s.last[1] = s.last[1], c
	}
	return n, err
}

// endsBehindComma reports an answer that was cut off: an unquoted empty cell in
// an otherwise quoted row.
func (s *rowSource) endsBehindComma() bool { return s.last == [2]byte{'"', ','} }

// longestMessage is more than any FAILURE is long. Rows may be endless.
const longestMessage = 4096

// beginning shows how a stream begins without taking it away from who reads the
// rows, a byte order mark aside.
func beginning(body io.Reader) (rows io.Reader, start []byte, err error) {
	buffered := bufio.NewReaderSize(body, longestMessage)
	mark, err := buffered.Peek(len(byteOrderMark))
	if err == nil && string(mark) == byteOrderMark {
		if _, err := buffered.Discard(len(mark)); err != nil {
			return nil, nil, err
		}
	}
	start, err = buffered.Peek(longestMessage)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	return buffered, start, nil
}
