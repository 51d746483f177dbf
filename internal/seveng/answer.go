package seveng

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// answer is what 7G said, taken out of its envelope.
type answer struct {
	status     int
	empty      bool   // no body at all
	fields     object // nil when the body is not a JSON object
	enveloped  bool   // the body says whether the call succeeded
	result     bool
	message    string
	data       json.RawMessage // nil when absent or null
	retryAfter time.Duration
}

func readAnswer(received httpclient.Response) answer {
	body := bytes.TrimSpace(received.Body)
	a := answer{status: received.Status, empty: len(body) == 0, retryAfter: httpclient.RetryAfter(received.Header)}
	fields, ok := readObject(body)
	if !ok {
		return a
	}
	a.fields = fields
	switch string(fields.value("result")) {
	case "true":
		a.enveloped, a.result = true, true
	case "false":
		a.enveloped = true
	}
	a.message = spoken(fields, "message")
	a.data = fields.value("data")
	return a
}

// spoken is the text under key; when it is not a text, the JSON itself.
func spoken(fields object, key string) string {
	if text, err := fields.text(key); err == nil {
		return text
	}
	return string(fields.value(key))
}

// succeeded reports a success as 7G defines it. The message and the record
// count of a success say nothing.
func (a answer) succeeded() bool {
	return a.status >= 200 && a.status < 300 && a.enveloped && a.result
}

// isNoAnswer reports that something other than 7G's own answer came with a
// status of success.
func (a answer) isNoAnswer() bool { return a.status >= 200 && a.status < 300 && !a.enveloped }

// text is everything the answer says in words, for recognising what it is
// about: the message of an envelope, or the usual keys of other error objects.
func (a answer) text() string {
	if a.message != "" {
		return a.message
	}
	var words []string
	for _, key := range []string{"title", "detail", "error", "errors"} {
		if text := spoken(a.fields, key); text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}

// reason is the answer as the end of an error: its words, or what it was when
// it had none.
func (a answer) reason() string {
	text := a.text()
	inside := a.status >= 200 && a.status < 300
	switch {
	case text != "" && inside:
		return text
	case text != "":
		return fmt.Sprintf("HTTP %d: %s", a.status, text)
	case inside && a.enveloped:
		return "7G gave no reason"
	case a.empty:
		return describeStatus(a.status) + " with an empty body"
	case a.fields == nil:
		return describeStatus(a.status) + " with a body that is not a JSON object"
	case inside:
		return describeStatus(a.status) + " with a body that does not say whether the call succeeded"
	}
	return describeStatus(a.status)
}

func describeStatus(status int) string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)))
}
