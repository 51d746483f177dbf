package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
)

// decodeProblem says what is wrong with a seed for the person who wrote it: on
// which line, where that can be known, and in the words of JSON in place of
// those of Go.
func decodeProblem(content []byte, err error) error {
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it ends on line %d before its JSON does", lineAt(content, int64(len(content))))
	case errors.As(err, &syntax):
		return fmt.Errorf("line %d is not JSON: %w", lineAt(content, syntax.Offset), err)
	case errors.As(err, &mistyped):
		place := mistyped.Field
		if place == "" {
			place = "the whole"
		}
		return fmt.Errorf("line %d: %s has to be %s, and is: %s", lineAt(content, mistyped.Offset), place, wanted(mistyped.Type), mistyped.Value)
	}
	// The package has no error of its own for a key that does not exist.
	if key, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		if before, after, _ := bytes.Cut(content, []byte(key)); !bytes.Contains(after, []byte(key)) {
			return fmt.Errorf("line %d: there is no key %s", lineAt(content, int64(len(before))), key)
		}
		return fmt.Errorf("there is no key %s where one stands", key)
	}
	return err
}

// lineAt is the number of the line with this byte.
func lineAt(content []byte, offset int64) int {
	return bytes.Count(content[:min(offset, int64(len(content)))], []byte("\n")) + 1
}

// wanted is what stands in JSON for a type of Go.
func wanted(kind reflect.Type) string {
	switch kind.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	}
	return "a number"
}
