package seveng

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// envelope surrounds every answer but those of the two token endpoints, as
// the published page on responses and errors has it.
type envelope struct {
	Result      bool    `json:"result"`
	Message     *string `json:"message"`
	RecordCount int     `json:"recordCount"`
	Data        any     `json:"data"`
}

// emptyObject is data of a refusal: {}.
type emptyObject struct{}

// refusal is a business error: the message of a result:false. All texts of
// refusals are constructed unless a comment beside them says otherwise.
type refusal struct{ message string }

func (r refusal) Error() string { return r.message }

func refusef(format string, arguments ...any) error {
	return refusal{fmt.Sprintf(format, arguments...)}
}

// jsonAnswer encodes v, whose types all encode.
func jsonAnswer(status int, v any) ledger.Answer {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return ledger.Answer{Status: http.StatusInternalServerError}
	}
	return ledger.Answer{
		Status: status,
		Header: map[string]string{"Content-Type": "application/json; charset=utf-8"},
		Body:   bytes.TrimSpace(body.Bytes()),
	}
}

// success is a result:true of any request but a delete.
func (s *Service) success(status, count int, data any) ledger.Answer {
	return jsonAnswer(status, envelope{Result: true, Message: s.message(""), RecordCount: count, Data: data})
}

// deleted is the complete published answer of the delete endpoints: text in
// message, recordCount 0 and data null.
func (s *Service) deleted(title string) ledger.Answer {
	count := 0
	if s.dialect.deleteCountsOne {
		count = 1
	}
	return jsonAnswer(http.StatusOK, envelope{Result: true, Message: s.message(title + " deleted successfully"), RecordCount: count})
}

// message is what a success carries as its message.
func (s *Service) message(text string) *string {
	if s.dialect.nullMessage {
		return nil
	}
	return &text
}

// refused is the answer to a request that breaks a rule: 200 and
// result:false, by the published page on responses and errors.
func (s *Service) refused(err error) ledger.Answer {
	status := http.StatusOK
	if s.dialect.validationStatus400 {
		status = http.StatusBadRequest
	}
	return failure(status, err.Error())
}

// failure is a result:false with a status.
func failure(status int, message string) ledger.Answer {
	return jsonAnswer(status, envelope{Message: &message, Data: emptyObject{}})
}

// notFound is the answer to a request for a record that is not there. The
// text follows the one fragment that is published, "No record was found for t".
func (s *Service) notFound(title string) ledger.Answer {
	message := fmt.Sprintf("No record was found for this %s id.", title)
	switch s.dialect.notFound {
	case notFound404:
		return failure(http.StatusNotFound, message)
	case notFound404Empty:
		return ledger.Answer{Status: http.StatusNotFound}
	case notFound400:
		return failure(http.StatusBadRequest, message)
	case notFoundNull:
		return s.success(http.StatusOK, 0, nil)
	case notFoundEmptyObject:
		return s.success(http.StatusOK, 0, emptyObject{})
	case notFoundEmptyArray:
		return s.success(http.StatusOK, 0, []any{})
	default:
		return failure(http.StatusOK, message)
	}
}
