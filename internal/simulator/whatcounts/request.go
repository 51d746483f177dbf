package whatcounts

import (
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// request is what the servlet reads from one HTTP request.
type request struct {
	arguments []traffic.Argument // in the order sent: query first, then body
	source    string             // the caller's IP address
	data      *dataTable         // nil without a data argument
}

// Names of one argument, all of them equally good, whatcounts.md#conventions.
var (
	commandNames  = []string{"c", "cmd"}
	realmNames    = []string{"r", "realm"}
	passwordNames = []string{"p", "pwd", "password"}
	dataNames     = []string{"data", "d"}
)

// concealed takes the place of every secret in the log.
const concealed = "(secret)"

// loggedHeaders are the request headers that the log keeps: none of them can
// carry a secret.
var loggedHeaders = []string{"Accept", "Content-Length", "Content-Type", "User-Agent"}

func readRequest(r *http.Request) (request, error) {
	read := request{arguments: parseArguments(r.URL.RawQuery), source: r.RemoteAddr}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		read.source = host
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return read, err
	}
	// A body of another type is no form, so no arguments come out of it.
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && kind == "application/x-www-form-urlencoded" {
		read.arguments = append(read.arguments, parseArguments(string(body))...)
	}
	return read, nil
}

// parseArguments decodes a form and keeps the order, which url.ParseQuery
// does not. A value with a broken escape is taken as it stands.
func parseArguments(form string) []traffic.Argument {
	unescape := func(text string) string {
		if plain, err := url.QueryUnescape(text); err == nil {
			return plain
		}
		return text
	}
	var arguments []traffic.Argument
	for pair := range strings.SplitSeq(form, "&") {
		if name, value, _ := strings.Cut(pair, "="); pair != "" {
			arguments = append(arguments, traffic.Argument{Name: unescape(name), Value: unescape(value)})
		}
	}
	return arguments
}

// lookup returns the first argument that has one of these names.
func (r request) lookup(names ...string) (string, bool) {
	for _, a := range r.arguments {
		if slices.Contains(names, a.Name) {
			return a.Value, true
		}
	}
	return "", false
}

func (r request) text(names ...string) string {
	value, _ := r.lookup(names...)
	return value
}

// number reads a whole number; false when it is missing or something else.
func (r request) number(name string) (int64, bool) {
	n, err := strconv.ParseInt(r.text(name), 10, 64)
	return n, err == nil
}

// flag is true for 1 and for nothing else.
func (r request) flag(name string) bool { return r.text(name) == "1" }

// decode reads the data argument, if there is one.
func (r *request) decode(rules dataRules) {
	if text, sent := r.lookup(dataNames...); sent {
		table := decodeData(text, rules)
		r.data = &table
	}
}

// spoil makes the last rows fail as malformed ones do: they do nothing, and
// only the counts tell.
func (r *request) spoil(rows int) {
	if r.data == nil {
		return
	}
	for i := max(0, len(r.data.rows)-rows); i < len(r.data.rows); i++ {
		r.data.rows[i].malformed = true
	}
}

// misdirect gives the last row the columns that name another contact. The log
// keeps the row as it was sent.
func (r *request) misdirect(other dataTable) {
	if r.data == nil || len(r.data.rows) == 0 || len(other.rows) == 0 {
		return
	}
	last := &r.data.rows[len(r.data.rows)-1]
	last.values = maps.Clone(last.values)
	maps.Copy(last.values, other.rows[0].values)
}

// entry is the request as the log keeps it. Credentials are left out under
// any spelling of their names, also one that the servlet does not know.
func (r request) entry(from *http.Request) traffic.Entry {
	entry := traffic.Entry{
		Service: "whatcounts", Operation: canonical(r.text(commandNames...)), Method: from.Method, Path: from.URL.Path, Header: http.Header{},
	}
	for _, name := range loggedHeaders {
		if values := from.Header.Values(name); len(values) > 0 {
			entry.Header[name] = values
		}
	}
	for _, a := range r.arguments {
		if slices.Contains([]string{"p", "pwd", "password", "client_auth"}, strings.ToLower(a.Name)) {
			a.Value = concealed
		}
		entry.Arguments = append(entry.Arguments, a)
	}
	if r.data != nil {
		for _, row := range r.data.rows {
			entry.Rows = append(entry.Rows, row.values)
		}
	}
	entry.Record = record(entry)
	return entry
}

// mostShown is how many rows of a request are shown.
const mostShown = 3

// record is the records that a request names, for a person.
func record(e traffic.Entry) string {
	values := map[string]string{}
	for _, a := range e.Arguments {
		values[strings.ToLower(a.Name)] = a.Value
	}
	parts := []string{traffic.Named(values, "r", "realm", "list_id", "list_name", "subscriber_id", "email", "first", "customer_key",
		"email_new", "identity_field", "identity_value", "days", "optout", "force_sub", "override_confirmation")}
	for _, row := range e.Rows[:min(mostShown, len(e.Rows))] {
		columns := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(row)) {
			columns[strings.ToLower(name)] = row[name]
		}
		cells := []string{columns["email"], columns["first"], columns["customer_key"]}
		parts = append(parts, strings.Join(slices.DeleteFunc(cells, isEmpty), ", "))
	}
	if more := len(e.Rows) - mostShown; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(slices.DeleteFunc(parts, isEmpty), " · ")
}

func isEmpty(text string) bool { return text == "" }
