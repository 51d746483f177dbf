package seveng

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// envelope surrounds every answer but those of the two token endpoints,
// 7g.md#envelope.
type envelope struct {
	Result      bool    `json:"result"`
	Message     *string `json:"message"`
	RecordCount int     `json:"recordCount"`
	Data        any     `json:"data"`
}

// emptyObject is data of a refusal: {}.
type emptyObject struct{}

// refusal is the message of a result:false. All texts of refusals are
// constructed unless a comment beside them cites a heading.
type refusal struct{ message string }

func (r refusal) Error() string { return r.message }

func refusef(format string, arguments ...any) error {
	return refusal{fmt.Sprintf(format, arguments...)}
}

// notFoundError is a request for a record that does not exist, by the title of
// its kind.
type notFoundError string

func (e notFoundError) Error() string {
	return fmt.Sprintf("No record was found for this %s id.", string(e))
}

// jsonAnswer encodes v, whose types all encode.
func jsonAnswer(status int, v any) traffic.Answer {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return traffic.Answer{Status: http.StatusInternalServerError, Outcome: traffic.Failed}
	}
	return traffic.Answer{
		Status: status,
		Header: map[string]string{"Content-Type": "application/json; charset=utf-8"},
		Body:   bytes.TrimSpace(body.Bytes()),
	}
}

// empty is a refusal without a body.
func empty(status int) traffic.Answer {
	return traffic.Answer{Status: status, Outcome: traffic.Refused}
}

// success is a result:true of any request but a delete.
func (s *Service) success(status, count int, data any) traffic.Answer {
	return s.succeeded(status, "", count, data)
}

// deleted is the answer of the delete endpoints, 7g.md#delete-a-communication.
func (s *Service) deleted(title string) traffic.Answer {
	count := 0
	if s.On(deleteCountsOne) {
		count = 1
	}
	return s.succeeded(http.StatusOK, title+" deleted successfully", count, nil)
}

func (s *Service) succeeded(status int, message string, count int, data any) traffic.Answer {
	shown := &message
	if s.On(nullMessage) {
		shown = nil
	}
	answer := jsonAnswer(status, envelope{Result: true, Message: shown, RecordCount: count, Data: data})
	answer.Said = message
	return answer
}

// refused is the answer to a request that breaks a rule, 7g.md#envelope.
func (s *Service) refused(err error) traffic.Answer {
	status := http.StatusOK
	if s.On(validation400) {
		status = http.StatusBadRequest
	}
	return failure(status, err.Error())
}

// failure is a result:false with a status.
func failure(status int, message string) traffic.Answer {
	answer := jsonAnswer(status, envelope{Message: &message, Data: emptyObject{}})
	answer.Outcome, answer.Said = traffic.Refused, message
	return answer
}

// notFound is the answer to a request for a record that does not exist. The
// text follows the one fragment in 7g.md#messages.
func (s *Service) notFound(missing notFoundError) traffic.Answer {
	var data any
	switch s.Latest(notFound404, notFound404Empty, notFound400, notFoundNull, notFoundEmptyObject, notFoundEmptyArray) {
	case notFound404:
		return failure(http.StatusNotFound, missing.Error())
	case notFound404Empty:
		return empty(http.StatusNotFound)
	case notFound400:
		return failure(http.StatusBadRequest, missing.Error())
	case notFoundNull:
	case notFoundEmptyObject:
		data = emptyObject{}
	case notFoundEmptyArray:
		data = []any{}
	default:
		return failure(http.StatusOK, missing.Error())
	}
	answer := s.success(http.StatusOK, 0, data)
	answer.Outcome, answer.Said = traffic.Refused, "no record"
	return answer
}
