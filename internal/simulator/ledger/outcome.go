package ledger

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Outcome is what a request came to, as its answer tells it.
type Outcome string

// What a request can come to.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused" // the service answered, and did not do it
	Failed  Outcome = "failed"  // no answer, or none that says anything of the request
)

// Outcome reads the answer: what the request came to, and what the service said
// of it, in words for a person. Of data it tells only how much there is.
func (e Entry) Outcome() (outcome Outcome, said string) {
	switch {
	case e.Status == 0:
		return Failed, "connection cut"
	case e.Status == http.StatusTooManyRequests, e.Status >= http.StatusInternalServerError:
		return Failed, http.StatusText(e.Status)
	case e.Service == "7g":
		outcome, said = e.sevenGOutcome()
	default:
		outcome, said = e.whatCountsOutcome()
	}
	if said == "" && e.Status != http.StatusOK {
		said = http.StatusText(e.Status)
	}
	return outcome, said
}

// sevenGOutcome reads the envelope. Answers without one, those with tokens, go
// by their status.
func (e Entry) sevenGOutcome() (outcome Outcome, said string) {
	var envelope struct {
		Result  *bool
		Message string
		Data    json.RawMessage
	}
	// Tokens come without an envelope, and some refusals without a body.
	_ = json.Unmarshal([]byte(e.Answer), &envelope)
	switch {
	case envelope.Result != nil && !*envelope.Result, e.Status >= http.StatusBadRequest:
		return Refused, envelope.Message
	case envelope.Message != "":
		return Done, envelope.Message
	case e.Method == http.MethodGet && slices.Contains([]string{"", "null", "{}", "[]"}, string(envelope.Data)):
		return Done, "no record"
	}
	return Done, ""
}

// whatCountsOutcome tells the two kinds of answer apart: a sentence about the
// outcome, and data.
func (e Entry) whatCountsOutcome() (outcome Outcome, said string) {
	answer := strings.TrimSpace(strings.TrimPrefix(e.Answer, "\ufeff"))
	first, _, _ := strings.Cut(answer, "\n")
	first = strings.TrimSpace(first)
	switch {
	case strings.HasPrefix(first, "FAILURE"), strings.HasPrefix(first, "Invalid credentials"), e.Status >= http.StatusBadRequest:
		return Refused, first
	case strings.HasPrefix(first, "SUCCESS"):
		return Done, first
	case answer == "":
		return Done, "empty answer"
	case !strings.Contains(answer, "\n"):
		return Done, "1 line"
	}
	return Done, fmt.Sprintf("%d lines", 1+strings.Count(answer, "\n"))
}
