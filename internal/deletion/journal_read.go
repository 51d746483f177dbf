package deletion

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"filippo.io/age"
)

// TornError is a line that ends too early: a full disk or a power cut came
// while it was written. A delete is sent only after its line is whole, so the
// record that it was to hold was not deleted.
type TornError struct {
	Number int // of the line, the first being 1
}

// Error names the line.
func (e *TornError) Error() string { return fmt.Sprintf("line %d is cut short", e.Number) }

// BrokenError is a line that cannot be read, or of which a part cannot. The
// record that it holds may have been deleted.
type BrokenError struct {
	Number int // of the line, the first being 1
	Cause  error
}

// Error names the line.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("line %d cannot be read: %v", e.Number, e.Cause)
}

// Unwrap is the cause.
func (e *BrokenError) Unwrap() error { return e.Cause }

// Lines reads a journal line by line, those that are encrypted by one of the
// keys. A line that cannot be read comes as a [TornError], a [BrokenError]
// or an [EncryptedError], behind the records that stand whole on it, and reading
// goes on. Any other error is one of reading, and ends it.
func Lines(from io.Reader, keys ...age.Identity) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		buffered := bufio.NewReader(from)
		for number := 1; ; number++ {
			text, err := buffered.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Line{}, fmt.Errorf("line %d: %w", number, err))
				return
			}
			last := err != nil
			if number == 1 { // editors put a byte order mark there
				text = bytes.TrimPrefix(text, []byte("\ufeff"))
			}
			found, err := identities(keys).parse(text, number)
			for _, line := range found {
				if !yield(line, nil) {
					return
				}
			}
			if err != nil && !yield(Line{}, err) || last {
				return
			}
		}
	}
}

// begin is how every line begins. It cannot stand within a text, where its
// quotes would be escaped.
var begin = []byte(`{"time":`)

// parse reads one line. Journals that were put together may have several
// records on it, and a torn one may stand before a whole one: what is whole is
// read. The error tells of all that is not.
func (i identities) parse(text []byte, number int) ([]Line, error) {
	var found []Line
	var torn, broken, encrypted error
	for {
		// After a power cut, what was not written yet can read as zeros.
		text = bytes.Trim(text, " \t\r\n\x00")
		if len(text) == 0 {
			return found, cmp.Or(broken, encrypted, torn)
		}
		line, length, err := i.parseFirst(text)
		switch {
		case err == nil:
			found, text = append(found, line), text[length:]
			continue
		case errors.Is(err, errForOthers):
			encrypted, text = &EncryptedError{number}, text[length:]
			continue
		}
		end := len(text)
		if next := bytes.Index(text[1:], begin); next >= 0 {
			end = next + 1
			_, _, err = i.parseFirst(text[:end])
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			torn = &TornError{number}
		} else {
			broken = cmp.Or[error](broken, &BrokenError{number, err})
		}
		text = text[end:]
	}
}

// parseFirst reads the first record of a text, and tells its length. Text that
// ends within its JSON was torn.
func (i identities) parseFirst(text []byte) (line Line, length int, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var object json.RawMessage
	if err := decoder.Decode(&object); err != nil {
		return line, 0, err
	}
	length = int(decoder.InputOffset())
	var form struct{ Age json.RawMessage }
	if json.Unmarshal(object, &form) == nil && form.Age != nil {
		line, err = i.open(object)
	} else {
		err = json.Unmarshal(object, &line)
	}
	return line, length, err
}
