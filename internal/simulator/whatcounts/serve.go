package whatcounts

import (
	"bytes"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// ServletPath is the path of the one servlet.
const ServletPath = "/bin/api_web"

// reply is the answer to a command.
type reply struct {
	body   []byte
	logged []byte // what the log keeps when body repeats a secret
	xml    bool
}

func plainReply(text string) reply {
	return reply{body: []byte(text)}
}

// ServeHTTP answers one request. Whatever a command comes to, the status is
// 200; only another path or method is refused by status.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	refuse := func(status int) {
		entry := ledger.Entry{Service: "whatcounts", Operation: r.Method + " " + r.URL.Path, Method: r.Method, Path: r.URL.Path}
		s.exchange.Serve(w, r, entry, func(ledger.Fault) ledger.Answer {
			return ledger.Answer{Status: status, Body: []byte(http.StatusText(status))}
		})
	}
	if r.URL.Path != ServletPath {
		refuse(http.StatusNotFound)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		refuse(http.StatusMethodNotAllowed)
		return
	}
	req, err := readRequest(r)
	if err != nil {
		refuse(http.StatusBadRequest)
		return
	}
	req.decode(s.dataRules())
	s.exchange.Serve(w, r, req.entry(r), func(fault ledger.Fault) ledger.Answer {
		req.spoil(fault.UndoneRows())
		return s.answer(req)
	})
}

// answer runs the command and dresses its reply for the wire.
func (s *Service) answer(req request) ledger.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	result := s.run(req)
	answer := ledger.Answer{
		Header: map[string]string{"Content-Type": "text/plain; charset=UTF-8"},
		Body:   result.body,
		Logged: result.logged,
	}
	if result.xml {
		answer.Header["Content-Type"] = "text/xml; charset=UTF-8"
	}
	if s.enabled[byteOrderMark] {
		answer.Body = markAndReturn(answer.Body)
		if answer.Logged != nil {
			answer.Logged = markAndReturn(answer.Logged)
		}
	}
	return answer
}

func (s *Service) dataRules() dataRules {
	s.mu.Lock()
	defer s.mu.Unlock()
	return dataRules{
		literalQuotes: s.enabled[dataQuotesLiteral],
		lineFeeds:     s.enabled[dataLineFeedSeparates],
		trimmed:       s.enabled[dataTrimmed],
	}
}

// markAndReturn puts a byte order mark in front and ends every line with
// CRLF, the last one included.
func markAndReturn(body []byte) []byte {
	lines := bytes.TrimSuffix(body, []byte("\n"))
	marked := append([]byte("\ufeff"), bytes.ReplaceAll(lines, []byte("\n"), []byte("\r\n"))...)
	return append(marked, '\r', '\n')
}
