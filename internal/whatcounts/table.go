package whatcounts

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// table is rows with named columns. Headings may be quoted or bare and in any
// letter case; a service that sends none is taken to use the documented order.
type table struct {
	rows    *rowReader
	columns map[string]int
	width   int
	waiting []string // the first row, when it was no heading
}

// layout is what is known of the rows of one query.
type layout struct {
	keys     []string // a first row that has one of these is a row of headings
	order    []string // of the columns, when there are no headings
	required []string // headings without one of these were cut off
}

// newTable reads the headings.
func newTable(source io.Reader, known layout) (*table, error) {
	t := &table{rows: newRowReader(source), columns: make(map[string]int)}
	first, err := t.rows.next()
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
	for _, key := range known.keys {
		if _, found := t.columns[key]; found {
			return t, t.checkHeadings(known.required)
		}
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

// checkHeadings keeps headings that were cut off, with all rows behind them,
// from passing for an answer without rows.
func (t *table) checkHeadings(required []string) error {
	for _, name := range required {
		if _, found := t.columns[name]; !found {
			return fmt.Errorf("%w: the heading %s is missing", errMalformedRow, name)
		}
	}
	return nil
}

// next is the next row, or io.EOF.
func (t *table) next() (record, error) {
	row := t.waiting
	t.waiting = nil
	if row == nil {
		var err error
		if row, err = t.rows.next(); err != nil {
			return record{}, err
		}
	}
	if len(row) > t.width {
		row = joinLists(row, t.width)
	}
	if len(row) != t.width {
		return record{}, fmt.Errorf("%w: it has %d columns in place of %d", errMalformedRow, len(row), t.width)
	}
	return record{t, row}, nil
}

// joinLists puts the numbers of a list of lists that came without quotes into
// the last column, to which they belong. Anything else stays too long.
func joinLists(row []string, width int) []string {
	for _, value := range row[width-1:] {
		if _, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil {
			return row
		}
	}
	return append(row[:width-1:width-1], strings.Join(row[width-1:], ","))
}

// record is one row of a table.
type record struct {
	table  *table
	values []string
}

// value is what stands under the first of these headings that the table has.
func (r record) value(headings ...string) (value string, found bool) {
	for _, heading := range headings {
		if i, found := r.table.columns[heading]; found {
			return r.values[i], true
		}
	}
	return "", false
}

// id is a value that has to be a number above zero.
func (r record) id(headings ...string) (int64, error) {
	value, _ := r.value(headings...)
	id, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("%w: %s is not a number", errMalformedRow, headings[0])
	}
	return id, nil
}

// text is a value that may be missing.
func (r record) text(headings ...string) string {
	value, _ := r.value(headings...)
	return value
}

// readAll calls each with every row of an answer.
func (c *Client) readAll(attempt string, answer reply, known layout, each func(record) error) error {
	if answer.said == saidNothing {
		return nil
	}
	t, err := newTable(strings.NewReader(answer.text), known)
	for err == nil {
		var row record
		if row, err = t.next(); err == nil {
			err = each(row)
		}
	}
	if !errors.Is(err, io.EOF) {
		return c.unreadable(attempt, err)
	}
	return nil
}

// unreadable is the error for data that cannot be understood. It is never
// taken for the absence of a record.
func (c *Client) unreadable(attempt string, cause error) error {
	return &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer cannot be read: " + c.quote(cause.Error()), Cause: cause}
}
