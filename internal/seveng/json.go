package seveng

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// object is a JSON object whose keys are read without regard to case, since
// the vendor's pages spell the same key in several ways.
type object map[string]json.RawMessage

// readObject is raw as an object, or false when it is anything else. One that
// gives a key in two spellings, with two values, says nothing certain.
func readObject(raw []byte) (object, bool) {
	var keys map[string]json.RawMessage
	if json.Unmarshal(raw, &keys) != nil || keys == nil {
		return nil, false
	}
	o := make(object, len(keys))
	for key, value := range keys {
		key = strings.ToLower(key)
		if other, twice := o[key]; twice && !bytes.Equal(other, value) {
			return nil, false
		}
		o[key] = value
	}
	return o, true
}

// value is what stands under key, or nil when it is absent or null.
func (o object) value(key string) json.RawMessage {
	value := bytes.TrimSpace(o[strings.ToLower(key)])
	if bytes.Equal(value, []byte("null")) {
		return nil
	}
	return value
}

// has reports whether the object carries key, with null or any other value.
func (o object) has(key string) bool {
	_, found := o[strings.ToLower(key)]
	return found
}

// number is a whole number, given as a number or as a numeric text. Absent,
// null, "" and 0 are all 0: 7G uses each of them for "unset".
func (o object) number(key string) (int64, error) {
	text, err := o.text(key)
	if err != nil || text == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is not a whole number", key)
	}
	return n, nil
}

// text is a text, or a number as text. Absent, null, "" and the number 0 are
// all "".
func (o object) text(key string) (string, error) {
	value := o.value(key)
	if value == nil {
		return "", nil
	}
	if value[0] == '"' {
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return "", fmt.Errorf("%s is not a text", key)
		}
		return text, nil
	}
	var number json.Number
	if err := json.Unmarshal(value, &number); err != nil {
		return "", fmt.Errorf("%s is neither a text nor a number", key)
	}
	if number.String() == "0" {
		return "", nil
	}
	return number.String(), nil
}

// oneRecord is the single record in data, which may be the object itself or
// an array of one. It is nil when data holds no record.
func oneRecord(data json.RawMessage) (object, error) {
	if data == nil {
		return nil, nil
	}
	if o, ok := readObject(data); ok {
		if len(o) == 0 {
			return nil, nil
		}
		return o, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("data is neither a record nor a list")
	}
	switch len(list) {
	case 0:
		return nil, nil
	case 1:
		o, ok := readObject(list[0])
		if !ok || len(o) == 0 {
			return nil, fmt.Errorf("data is a list whose element is not a record")
		}
		return o, nil
	}
	return nil, fmt.Errorf("data holds %d records where one was asked for", len(list))
}
