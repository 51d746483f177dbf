package seveng

import (
	"encoding/json"
	"math"
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// fields is a JSON object as a request carried it.
type fields struct {
	values    map[string]json.RawMessage
	exactCase bool // keys count only in the camelCase of answers
}

// parseFields reads one JSON object.
func parseFields(content []byte, exactCase bool) (fields, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(content, &values); err != nil || values == nil {
		return fields{}, refusef("The body is not a JSON object.")
	}
	seen := map[string]bool{}
	for key := range values {
		if seen[strings.ToLower(key)] && !exactCase {
			return fields{}, refusef("The body has the key %s twice.", strings.ToLower(key))
		}
		seen[strings.ToLower(key)] = true
	}
	return fields{values, exactCase}, nil
}

// keys are the keys as they were sent, sorted.
func (f fields) keys() []string {
	keys := make([]string, 0, len(f.values))
	for key := range f.values {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// raw returns a value, or nil when it is absent or null.
func (f fields) raw(name string) json.RawMessage {
	for key, value := range f.values {
		if key != name && (f.exactCase || !strings.EqualFold(key, name)) {
			continue
		}
		if string(value) == "null" {
			return nil
		}
		return value
	}
	return nil
}

// integer reads a number or a numeric string of at most 32 bits. Absent,
// null, 0 and the empty string are all zero.
func (f fields) integer(name string) (int64, error) {
	raw := f.raw(name)
	if raw == nil {
		return 0, nil
	}
	printed := string(raw)
	if printed[0] == '"' {
		if err := json.Unmarshal(raw, &printed); err != nil || printed == "" {
			return 0, err
		}
	}
	return parseID(name, printed)
}

// text reads a string. Absent and null are the empty string.
func (f fields) text(name string) (string, error) {
	raw := f.raw(name)
	if raw == nil {
		return "", nil
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		return "", refusef("%s must be a text.", name)
	}
	return value, nil
}

// objects reads an array of objects. Absent and null are the empty array.
func (f fields) objects(name string) ([]fields, error) {
	raw := f.raw(name)
	if raw == nil {
		return nil, nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, refusef("%s must be an array.", name)
	}
	list := make([]fields, 0, len(items))
	for _, item := range items {
		object, err := parseFields(item, f.exactCase)
		if err != nil {
			return nil, refusef("%s must hold objects.", name)
		}
		list = append(list, object)
	}
	return list, nil
}

// query holds query parameters by lower-case name. Of a name that is given
// twice the first value counts.
type query map[string]string

func parseQuery(values url.Values) query {
	q := query{}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if _, present := q[strings.ToLower(name)]; !present {
			q[strings.ToLower(name)] = values.Get(name)
		}
	}
	return q
}

func (q query) text(name string) string { return q[strings.ToLower(name)] }

// integer reads a parameter of at most 32 bits; zero when it is absent.
func (q query) integer(name string) (int64, error) {
	value := q.text(name)
	if value == "" {
		return 0, nil
	}
	return parseID(name, value)
}

// parseID reads a whole number of 32 bits, the width of the ids here by the
// published C# listing.
func parseID(name, printed string) (int64, error) {
	n, err := strconv.ParseInt(printed, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		return 0, refusef("%s must be a whole number of at most 32 bits.", name)
	}
	return n, nil
}
