package deletion

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// TornError is a line that ends too early: a full disk or a power cut came
// while it was written. A delete is sent only after its line is whole, so the
// record that it was to hold was not deleted.
type TornError struct {
	Number int // of the line, the first being 1
}

// Error names the line.
func (e *TornError) Error() string { return fmt.Sprintf("line %d is cut short", e.Number) }

// Lines reads a journal line by line. A line that was torn comes as a
// [TornError], and reading goes on: it is the last one, or was the last one
// until the journal was continued. Any other error names the line and ends the
// reading.
func Lines(from io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		buffered := bufio.NewReader(from)
		for number := 1; ; number++ {
			text, err := buffered.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Line{}, fmt.Errorf("line %d: %w", number, err))
				return
			}
			last := err != nil
			// After a power cut, what was not written yet can read as zeros.
			text = bytes.Trim(text, " \t\r\n\x00")
			if len(text) > 0 {
				line, err := parse(text, number)
				if !yield(line, err) || isBroken(err) {
					return
				}
			}
			if last {
				return
			}
		}
	}
}

// parse reads one line. Text that ends within its JSON was torn.
func parse(text []byte, number int) (Line, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var line Line
	err := decoder.Decode(&line)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return Line{}, &TornError{Number: number}
	case err != nil:
		return Line{}, fmt.Errorf("line %d: %w", number, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Line{}, fmt.Errorf("line %d: something stands behind the record", number)
	}
	return line, nil
}

// isBroken reports whether an error is worse than a torn line.
func isBroken(err error) bool {
	var torn *TornError
	return err != nil && !errors.As(err, &torn)
}
