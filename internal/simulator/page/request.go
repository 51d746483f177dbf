package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// Request is one request as the page lists it.
type Request struct {
	Number    int       `json:"number"`
	Time      time.Time `json:"time"`
	Service   string    `json:"service"`   // 7g or whatcounts
	Operation string    `json:"operation"` // such as DELETE /communication, or a command such as sub
	Record    string    `json:"record"`    // what it was about
	Rows      int       `json:"rows,omitempty"`
	Status    int       `json:"status"`  // 0 when the connection was cut
	Outcome   string    `json:"outcome"` // done, refused or failed
	Verdict   string    `json:"verdict"` // what the service said
	Fault     string    `json:"fault,omitempty"`
}

// What a request came to.
const (
	done    = "done"
	refused = "refused" // the service answered, and did not do it
	failed  = "failed"  // no answer, or none that says anything of the request
)

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
	answered := e.Status != 0 && e.Status != http.StatusTooManyRequests && e.Status < http.StatusInternalServerError
	if e.Service == "7g" {
		r.Record = named(sevenGNames, sevenGArguments(e))
		r.Outcome, r.Verdict = sevenGVerdict(e)
	} else {
		r.Record = whatCountsRecord(e)
		r.Outcome, r.Verdict = whatCountsVerdict(e)
	}
	switch {
	case e.Status == 0:
		r.Outcome, r.Verdict = failed, "connection cut"
	case !answered:
		r.Outcome, r.Verdict = failed, http.StatusText(e.Status)
	case e.Status != http.StatusOK && r.Verdict == "":
		r.Verdict = http.StatusText(e.Status)
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

// sevenGVerdict reads the envelope. Answers without one, those with tokens,
// go by their status.
func sevenGVerdict(e ledger.Entry) (outcome, verdict string) {
	var envelope struct {
		Result  *bool
		Message string
		Data    json.RawMessage
	}
	// Tokens come without an envelope, and some refusals without a body.
	_ = json.Unmarshal([]byte(e.Answer), &envelope)
	switch {
	case envelope.Result != nil && !*envelope.Result, e.Status >= http.StatusBadRequest:
		return refused, envelope.Message
	case envelope.Message != "":
		return done, envelope.Message
	case e.Method == http.MethodGet && slices.Contains([]string{"", "null", "{}", "[]"}, string(envelope.Data)):
		return done, "no record"
	}
	return done, ""
}

// whatCountsVerdict tells the two kinds of answer apart: a sentence about the
// outcome, which is shown, and data, of which only the size is.
func whatCountsVerdict(e ledger.Entry) (outcome, verdict string) {
	answer := strings.TrimSpace(strings.TrimPrefix(e.Answer, "\ufeff"))
	first, _, _ := strings.Cut(answer, "\n")
	first = strings.TrimSpace(first)
	switch {
	case strings.HasPrefix(first, "FAILURE"), strings.HasPrefix(first, "Invalid credentials"), e.Status >= http.StatusBadRequest:
		return refused, first
	case strings.HasPrefix(first, "SUCCESS"):
		return done, first
	case answer == "":
		return done, "empty answer"
	case !strings.Contains(answer, "\n"):
		return done, "1 line"
	}
	return done, fmt.Sprintf("%d lines", 1+strings.Count(answer, "\n"))
}
