package whatcounts

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// rowReader reads comma-separated rows one at a time. How the service writes a
// quote inside a value is not documented: doubled and with a backslash are both
// understood. What is neither is an error and never a guess, since rows decide
// what is deleted.
type rowReader struct {
	source *bufio.Reader
	size   int      // of the row being read, in bytes
	cells  []string // of the row being read
	text   []byte   // of the value being read
	quoted bool     // every value of the row so far came in quotes

	escapes bool // the service is known to write a quote with a backslash
}

var errMalformedRow = errors.New("a row is malformed")

// longestRow bounds what a missing closing quote can swallow.
const longestRow = 1 << 20

func newRowReader(source io.Reader) *rowReader {
	return &rowReader{source: bufio.NewReaderSize(source, 64<<10)}
}

// next is the next row that is not empty, or io.EOF. The row belongs to the
// caller until the next call.
func (r *rowReader) next() ([]string, error) {
	for {
		r.size, r.quoted = 0, true
		row, err := r.row()
		if err != nil {
			return nil, err
		}
		if len(row) > 1 || strings.TrimSpace(row[0]) != "" {
			return row, nil
		}
	}
}

func (r *rowReader) row() ([]string, error) {
	r.cells = r.cells[:0]
	for {
		value, more, err := r.value()
		if errors.Is(err, io.EOF) && len(r.cells) == 0 {
			return nil, io.EOF
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil && r.quoted {
			// Whoever quotes every value quotes an empty one too: it was cut off.
			return nil, fmt.Errorf("%w: it ends behind a comma", errMalformedRow)
		}
		r.cells = append(r.cells, value)
		if !more {
			return r.cells, nil
		}
	}
}

// value reads one value and reports whether another follows in this row. The
// error is io.EOF when there was nothing left to read at all.
func (r *rowReader) value() (value string, more bool, err error) {
	first, err := r.take()
	if err != nil {
		return "", false, err
	}
	if first == '"' {
		return r.quotedValue()
	}
	r.quoted = false
	r.text = r.text[:0]
	for c := first; ; {
		switch c {
		case ',':
			return string(r.text), true, nil
		case '\n':
			return r.endOfRow(), false, nil
		case '"':
			return "", false, fmt.Errorf("%w: a quote stands in the middle of a value", errMalformedRow)
		}
		r.text = append(r.text, c)
		if c, err = r.take(); errors.Is(err, io.EOF) {
			return r.endOfRow(), false, nil
		} else if err != nil {
			return "", false, err
		}
	}
}

// endOfRow is the last bare value of a row, whose line may end with CRLF.
func (r *rowReader) endOfRow() string { return string(bytes.TrimSuffix(r.text, []byte{'\r'})) }

func (r *rowReader) quotedValue() (value string, more bool, err error) {
	r.text = r.text[:0]
	for {
		c, err := r.take()
		if errors.Is(err, io.EOF) {
			return "", false, fmt.Errorf("%w: a quote is not closed", errMalformedRow)
		}
		if err != nil {
			return "", false, err
		}
		switch {
		case c == '\\' && r.takeIf('"'):
			if !r.escapes && r.mayEndHere() {
				return "", false, fmt.Errorf("%w: a backslash stands before a quote that may also end the value", errMalformedRow)
			}
			r.text = append(r.text, '"')
		case c == '"' && r.takeIf('"'):
			r.text = append(r.text, '"')
		case c == '"':
			more, err := r.afterQuote()
			return string(r.text), more, err
		default:
			r.text = append(r.text, c)
		}
	}
}

// mayEndHere reports whether a quote behind a backslash, which was just taken,
// can be the end of a value whose last sign is the backslash, or be doubled.
// Before any other sign it is neither, and shows how this service writes.
func (r *rowReader) mayEndHere() bool {
	next, err := r.source.Peek(1)
	if err != nil {
		return true
	}
	switch next[0] {
	case ',', '\r', '\n':
		return true
	case '"':
		next, err = r.source.Peek(2)
		return err == nil && next[1] == '"'
	}
	r.escapes = true
	return false
}

// afterQuote reads the separator that has to follow a closing quote.
func (r *rowReader) afterQuote() (more bool, err error) {
	for {
		c, err := r.take()
		switch {
		case errors.Is(err, io.EOF) || err == nil && c == '\n':
			return false, nil
		case err != nil:
			return false, err
		case c == ',':
			return true, nil
		case c != ' ' && c != '\t' && c != '\r':
			return false, fmt.Errorf("%w: text follows a closing quote", errMalformedRow)
		}
	}
}

func (r *rowReader) take() (byte, error) {
	c, err := r.source.ReadByte()
	if err != nil {
		return 0, err
	}
	if r.size++; r.size > longestRow {
		return 0, fmt.Errorf("%w: it is longer than %d bytes", errMalformedRow, longestRow)
	}
	return c, nil
}

// takeIf takes the next byte when it is this one.
func (r *rowReader) takeIf(wanted byte) bool {
	next, err := r.source.Peek(1)
	if err != nil || next[0] != wanted {
		return false
	}
	_, err = r.take()
	return err == nil
}
