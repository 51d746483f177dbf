package seveng

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// fields are the values that a request carries in its query or its body. The
// first of them that cannot be read is the error, and every later one counts
// as unset.
type fields struct {
	values    map[string]json.RawMessage
	exactCase bool // keys count only in the camelCase of answers
	err       error
}

// parseBody reads one JSON object. Its keys count in any case unless a dialect
// says otherwise, 7g.md#conventions.
func parseBody(content []byte, exactCase bool) (*fields, error) {
	var values map[string]json.RawMessage
	if err := json.Unmarshal(content, &values); err != nil || values == nil {
		return nil, refusef("The body is not a JSON object.")
	}
	seen := map[string]bool{}
	for key := range values {
		if seen[strings.ToLower(key)] && !exactCase {
			return nil, refusef("The body has the key %s twice.", strings.ToLower(key))
		}
		seen[strings.ToLower(key)] = true
	}
	return &fields{values: values, exactCase: exactCase}, nil
}

// parseQuery reads a query. Of a name that is given twice, the first in the
// order of the alphabet counts.
func parseQuery(query url.Values) *fields {
	values := map[string]json.RawMessage{}
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(query))) {
		// Text always encodes.
		values[strings.ToLower(name)], _ = json.Marshal(query.Get(name))
	}
	return &fields{values: values}
}

func (f *fields) fail(format string, arguments ...any) {
	if f.err == nil {
		f.err = refusef(format, arguments...)
	}
}

// raw returns a value, or nil when it is absent or null.
func (f *fields) raw(name string) json.RawMessage {
	for key, value := range f.values {
		if (key == name || !f.exactCase && strings.EqualFold(key, name)) && string(value) != "null" && f.err == nil {
			return value
		}
	}
	return nil
}

// integer reads a whole number or a text of digits, of at most 32 bits, the
// width of ids, 7g.md#conventions. Absent, null, 0 and the empty text are all
// zero.
func (f *fields) integer(name string) int64 {
	printed := strings.Trim(string(f.raw(name)), `"`)
	if printed == "" {
		return 0
	}
	n, err := strconv.ParseInt(printed, 10, 64)
	if err != nil || n < 0 || n > math.MaxInt32 {
		f.fail("%s must be a whole number of at most 32 bits.", name)
	}
	return n
}

// text reads a text. Absent and null are the empty text.
func (f *fields) text(name string) string {
	var value string
	if raw := f.raw(name); raw != nil && json.Unmarshal(raw, &value) != nil {
		f.fail("%s must be a text.", name)
	}
	return value
}

// externalID reads an external id, whose length is limited, 7g.md#limits. One
// that is not set may come as the number 0, 7g.md#contradictions, 29.
func (f *fields) externalID(name string) string {
	if string(f.raw(name)) == "0" {
		return ""
	}
	value := f.text(name)
	if err := checkExternalID(name, value); err != nil && f.err == nil {
		f.err = err
	}
	return value
}

// objects reads an array of objects. Absent and null are the empty array.
func (f *fields) objects(name string) []*fields {
	var items []json.RawMessage
	if raw := f.raw(name); raw != nil && json.Unmarshal(raw, &items) != nil {
		f.fail("%s must be an array.", name)
	}
	var list []*fields
	for _, item := range items {
		object, err := parseBody(item, f.exactCase)
		if err != nil {
			f.fail("%s must hold objects.", name)
			return nil
		}
		list = append(list, object)
	}
	return list
}

// hidden stands in the log for a credential.
const hidden = "(secret)"

// entryOf is a request as the log keeps it, without credentials.
func entryOf(r *http.Request, content []byte) traffic.Entry {
	path := strings.ToLower(r.URL.Path)
	entry := traffic.Entry{
		Service: "7g", Operation: r.Method + " " + path, Method: r.Method, Path: r.URL.Path,
		Query: r.URL.Query(), Header: r.Header.Clone(),
	}
	if entry.Header.Get("Authorization") != "" {
		entry.Header.Set("Authorization", hidden)
	}
	logsIn := strings.HasPrefix(path, "/user/")
	var body map[string]json.RawMessage
	if json.Unmarshal(content, &body) == nil {
		entry.Keys = slices.Sorted(maps.Keys(body))
	}
	entry.Body = loggedBody(content, body, logsIn)
	if !logsIn {
		entry.Record = record(entry.Query, body)
	}
	return entry
}

// loggedBody is a body without credentials. One that logs in and cannot be
// read is hidden as a whole.
func loggedBody(content []byte, body map[string]json.RawMessage, logsIn bool) string {
	if body == nil && logsIn && len(content) > 0 {
		return hidden
	}
	logged := maps.Clone(body)
	for key := range logged {
		if strings.EqualFold(key, "password") || strings.EqualFold(key, "refreshToken") {
			logged[key] = json.RawMessage(`"` + hidden + `"`)
		}
	}
	if !maps.EqualFunc(logged, body, func(a, b json.RawMessage) bool { return string(a) == string(b) }) {
		// What was decoded always encodes.
		content, _ = json.Marshal(logged)
	}
	return string(content)
}

// record is the record that a request names, for a person.
func record(query url.Values, body map[string]json.RawMessage) string {
	values := map[string]string{}
	for name, given := range query {
		values[strings.ToLower(name)] = strings.Join(given, ",")
	}
	for name, raw := range body {
		var value any
		// What was decoded once can be decoded.
		_ = json.Unmarshal(raw, &value)
		switch value := value.(type) {
		case string:
			values[strings.ToLower(name)] = value
		case float64:
			values[strings.ToLower(name)] = fmt.Sprintf("%.0f", value)
		}
	}
	return traffic.Named(values, "communicationid", "externalcommunicationid", "communicationtypeid", "name",
		"bizentityid", "externalbizentityid", "personid", "externalpersonid", "organisationid", "externalorganisationid",
		"pagenumber", "pagesize")
}
