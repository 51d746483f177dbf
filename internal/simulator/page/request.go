package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// Request is one request as the page lists it.
type Request struct {
	Number    int            `json:"number"`
	Time      time.Time      `json:"time"`
	Service   string         `json:"service"`   // 7g or whatcounts
	Operation string         `json:"operation"` // such as DELETE /communication, or a command such as sub
	Record    string         `json:"record"`    // what it was about
	Rows      int            `json:"rows,omitempty"`
	Status    int            `json:"status"` // 0 when the connection was cut
	Outcome   ledger.Outcome `json:"outcome"`
	Verdict   string         `json:"verdict"` // what the service said
	Fault     string         `json:"fault,omitempty"`
}

// mostNamed is how many rows of a request are named.
const mostNamed = 3

// What a request was about, by the names that say it, in the order in which
// they are shown. Whatever is not named here stays away from the page, so
// that a credential does, under any name.
var (
	sevenGNames = []string{
		"communicationid", "externalcommunicationid", "communicationtypeid", "name",
		"bizentityid", "externalbizentityid", "personid", "externalpersonid", "organisationid", "externalorganisationid",
		"pagenumber", "pagesize",
	}
	whatCountsNames = []string{
		"r", "realm", "list_id", "list_name", "subscriber_id", "email", "first", "customer_key",
		"email_new", "identity_field", "identity_value", "days", "optout", "force_sub", "override_confirmation",
	}
	columnNames = []string{"email", "first", "customer_key"}
)

func requestOf(e ledger.Entry) Request {
	r := Request{
		Number: e.Number, Time: e.Time, Service: e.Service, Operation: e.Operation,
		Rows: len(e.Rows), Status: e.Status, Fault: e.Fault,
	}
	r.Outcome, r.Verdict = e.Outcome()
	if e.Service == "7g" {
		r.Record = named(sevenGNames, sevenGArguments(e))
	} else {
		r.Record = whatCountsRecord(e)
	}
	return r
}

// sevenGArguments are the query and the plain values of the body, by name in
// lower case. What is sent to log in is neither.
func sevenGArguments(e ledger.Entry) map[string]string {
	arguments := map[string]string{}
	if strings.HasPrefix(strings.ToLower(e.Path), "/user/") {
		return arguments
	}
	for name, values := range e.Query {
		arguments[strings.ToLower(name)] = strings.Join(values, ",")
	}
	var body map[string]any
	// A body that is no object has no names.
	_ = json.Unmarshal([]byte(e.Body), &body)
	for name, value := range body {
		switch value := value.(type) {
		case string:
			arguments[strings.ToLower(name)] = value
		case float64:
			arguments[strings.ToLower(name)] = fmt.Sprintf("%.0f", value)
		}
	}
	return arguments
}

func whatCountsRecord(e ledger.Entry) string {
	arguments := map[string]string{}
	for _, a := range e.Arguments {
		arguments[strings.ToLower(a.Name)] = a.Value
	}
	parts := []string{named(whatCountsNames, arguments)}
	for i, row := range e.Rows {
		if i == mostNamed {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Rows)-mostNamed))
			break
		}
		columns := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(row)) {
			columns[strings.ToLower(name)] = row[name]
		}
		var values []string
		for _, name := range columnNames {
			if columns[name] != "" {
				values = append(values, columns[name])
			}
		}
		parts = append(parts, strings.Join(values, ", "))
	}
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " · ")
}

// named are the arguments with one of these names, as name=value.
func named(names []string, arguments map[string]string) string {
	var parts []string
	for _, name := range names {
		if value := arguments[name]; value != "" {
			parts = append(parts, name+"="+value)
		}
	}
	return strings.Join(parts, " ")
}
