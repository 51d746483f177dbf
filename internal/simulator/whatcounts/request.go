package whatcounts

import (
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// request is what the servlet reads from one HTTP request.
type request struct {
	arguments []ledger.Argument // in the order sent: query first, then body
	source    string            // the caller's IP address
	data      *dataTable        // nil without a data argument
}

// Names of one argument, all of them equally good.
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
func parseArguments(form string) []ledger.Argument {
	var arguments []ledger.Argument
	for pair := range strings.SplitSeq(form, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		arguments = append(arguments, ledger.Argument{Name: unescape(name), Value: unescape(value)})
	}
	return arguments
}

func unescape(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		return text
	}
	return plain
}

// lookup returns the first argument that has one of these names.
func (r request) lookup(names ...string) (string, bool) {
	for _, a := range r.arguments {
		for _, name := range names {
			if a.Name == name {
				return a.Value, true
			}
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
func (r request) flag(name string) bool {
	return r.text(name) == "1"
}

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

// entry is the request as the log keeps it. Credentials are left out under
// any spelling of their names, also one that the servlet does not know.
func (r request) entry(from *http.Request) ledger.Entry {
	entry := ledger.Entry{
		Service:   "whatcounts",
		Operation: canonical(r.text(commandNames...)),
		Method:    from.Method,
		Path:      from.URL.Path,
		Header:    http.Header{},
	}
	for _, name := range loggedHeaders {
		if values := from.Header.Values(name); len(values) > 0 {
			entry.Header[name] = values
		}
	}
	for _, a := range r.arguments {
		switch strings.ToLower(a.Name) {
		case "p", "pwd", "password", "client_auth":
			a.Value = concealed
		}
		entry.Arguments = append(entry.Arguments, a)
	}
	if r.data != nil {
		for _, row := range r.data.rows {
			entry.Rows = append(entry.Rows, row.values)
		}
	}
	return entry
}
