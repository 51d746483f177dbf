// Package traffic is what the two simulated services share: the log of the
// requests they received, the clock they live by, the faults that tests and
// people can ask for, and the dialects that can be switched on.
package traffic

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Argument is one form argument of a WhatCounts command, in the order in
// which it was sent.
type Argument struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Outcome is what became of a request.
type Outcome string

// What can become of a request.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // the service answered, and did not do it
	Failed  Outcome = "failed"  // the answer of the service did not arrive
)

// Entry is one request as a simulated service received it. Credentials are
// replaced before an entry is recorded.
type Entry struct {
	Number    int                 `json:"number"`
	Time      time.Time           `json:"time"`
	Service   string              `json:"service"`   // "7g" or "whatcounts"
	Operation string              `json:"operation"` // "DELETE /communication" (path in lower case), or a command such as "sub"
	Method    string              `json:"method"`
	Path      string              `json:"path"`
	Query     url.Values          `json:"query,omitempty"`
	Header    http.Header         `json:"header,omitempty"`
	Body      string              `json:"body,omitempty"`      // 7G: the JSON body
	Keys      []string            `json:"keys,omitempty"`      // 7G: the keys that the JSON body had, null ones included, sorted
	Arguments []Argument          `json:"arguments,omitempty"` // WhatCounts
	Rows      []map[string]string `json:"rows,omitempty"`      // WhatCounts: the decoded data argument, one map of columns a row
	Record    string              `json:"record,omitempty"`    // the record or records that the request names, for a person
	Status    int                 `json:"status"`              // 0 when the connection was cut
	Outcome   Outcome             `json:"outcome"`
	Said      string              `json:"said,omitempty"` // what the service said of it, for a person; of data only how much there is
	Answer    string              `json:"answer,omitempty"`
	Fault     string              `json:"fault,omitempty"` // the fault that was applied, if any
}

// Argument returns the value of a WhatCounts argument and whether it was sent.
func (e Entry) Argument(name string) (string, bool) {
	for _, a := range e.Arguments {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

// Named are the values with one of these names, as name=value in their order. It
// is for Entry.Record: what is not named there is not shown, so that a
// credential is not, under whatever name it was sent.
func Named(values map[string]string, names ...string) string {
	var parts []string
	for _, name := range names {
		if values[name] != "" {
			parts = append(parts, name+"="+values[name])
		}
	}
	return strings.Join(parts, " ")
}

// Clock is the time of a simulated service. It runs with the machine's clock
// until a test moves it. The zero value is ready for use.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the simulated time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().UTC().Add(c.offset)
}

// Advance moves the clock by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}
