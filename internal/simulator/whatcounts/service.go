// Package whatcounts simulates the WhatCounts HTTP API in memory: contacts,
// subscriptions and opt-outs behind the one servlet /bin/api_web. It is written
// from internal/reference/whatcounts.md alone. Where that knows of a
// contradiction, one reading is the default and the others are dialects.
package whatcounts

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// ServletPath is the path of the one servlet, whatcounts.md#transport.
const ServletPath = "/bin/api_web"

// firstContactID is where contact ids begin (constructed).
const firstContactID = 1001

// Service is the simulated WhatCounts. It is safe for concurrent use: one
// command runs at a time.
type Service struct {
	*traffic.Dialects
	exchange *traffic.Exchange

	mu       sync.Mutex
	accounts []*account
	nextID   int64 // of contacts, in all realms; never handed out again
}

// New returns a service with these realms. Times come from the clock of the
// exchange; requests go through its faults into its log.
func New(exchange *traffic.Exchange, realms ...Realm) *Service {
	s := &Service{Dialects: traffic.NewDialects(Dialects()), exchange: exchange, nextID: firstContactID}
	for _, realm := range realms {
		s.accounts = append(s.accounts, newAccount(realm, int64(len(s.accounts)+1)))
	}
	return s
}

// account is a realm with everything that lives in it.
type account struct {
	Realm
	realmID  int64
	contacts contactStore
	optouts  optoutStore
	pending  []Pending
	rows     []Row
	stale    map[int64]*staleContact
}

func newAccount(realm Realm, realmID int64) *account {
	realm = realm.clone()
	if realm.CustomFields == nil {
		realm.CustomFields = []string{"plan", "user_id", "source"}
	}
	return &account{Realm: realm, realmID: realmID, contacts: newContactStore(), stale: map[int64]*staleContact{}}
}

// account finds a realm by its exact name.
func (s *Service) account(realm string) (*account, error) {
	for _, a := range s.accounts {
		if a.Name == realm {
			return a, nil
		}
	}
	return nil, fmt.Errorf("the simulator has no realm %q", realm)
}

func (s *Service) takeID() int64 {
	s.nextID++
	return s.nextID - 1
}

// now is the simulated time without the monotonic reading, so that times
// compare equal after a snapshot went through JSON.
func (s *Service) now() time.Time { return s.exchange.Clock.Now().Round(0) }

// ServeHTTP answers one request. Whatever a command comes to, the status is
// 200; only another path or method is refused by status.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	req, err := readRequest(r)
	switch {
	case r.URL.Path != ServletPath:
		status = http.StatusNotFound
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		status = http.StatusMethodNotAllowed
	case err != nil:
		status = http.StatusBadRequest
	}
	if status != http.StatusOK {
		entry := traffic.Entry{Service: "whatcounts", Operation: r.Method + " " + r.URL.Path, Method: r.Method, Path: r.URL.Path}
		s.exchange.Serve(w, r, entry, func(traffic.Fault) traffic.Answer {
			return traffic.Answer{Status: status, Body: []byte(http.StatusText(status)), Outcome: traffic.Refused}
		})
		return
	}
	req.decode(dataRules{s.On(dataQuotesLiteral), s.On(dataLineFeedSeparates), s.On(dataTrimmed)})
	s.exchange.Serve(w, r, req.entry(r), func(fault traffic.Fault) traffic.Answer {
		req.spoil(fault.UndoneRows())
		if fault.Kind == traffic.Astray {
			req.misdirect(decodeData(fault.Body, dataRules{}))
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		answer := s.run(req)
		if s.On(byteOrderMark) {
			answer.Body = markAndReturn(answer.Body)
			if answer.Logged != nil {
				answer.Logged = markAndReturn(answer.Logged)
			}
		}
		return s.inCharset(answer)
	})
}

// inCharset is 60 in whatcounts.md#contradictions. What the charset lacks is lost
// except in XML, which has a way to write it.
func (s *Service) inCharset(answer traffic.Answer) traffic.Answer {
	chosen := s.Latest(windows1252, windows1252Undeclared)
	if chosen == "" {
		return answer
	}
	isXML := strings.HasPrefix(answer.Header["Content-Type"], "text/xml")
	return answer.InWindows1252(chosen == windows1252, func(letter rune) string {
		if isXML {
			return fmt.Sprintf("&#x%X;", letter)
		}
		return "?"
	})
}

// markAndReturn puts a byte order mark in front and ends every line with
// CRLF, the last one included.
func markAndReturn(body []byte) []byte {
	lines := bytes.TrimSuffix(body, []byte("\n"))
	return fmt.Appendf(nil, "\ufeff%s\r\n", bytes.ReplaceAll(lines, []byte("\n"), []byte("\r\n")))
}

// told is an answer of one sentence, and whether anything was done.
func told(done bool, sentence string) traffic.Answer {
	answer := data([]byte(sentence), false)
	answer.Said = sentence
	if !done {
		answer.Outcome = traffic.Refused
	}
	return answer
}

// failure is the answer that gives this reason, whatcounts.md#answers.
func failure(reason error) traffic.Answer { return told(false, "FAILURE: "+reason.Error()) }

// data is the answer to a query. The log is told only how much it is.
func data(body []byte, xml bool) traffic.Answer {
	kind := "text/plain"
	if xml {
		kind = "text/xml"
	}
	said := "empty answer"
	switch lines := bytes.Count(body, []byte("\n")); {
	case lines == 1:
		said = "1 line"
	case len(body) > 0:
		said = fmt.Sprintf("%d lines", lines)
	}
	return traffic.Answer{Header: map[string]string{"Content-Type": kind + "; charset=UTF-8"}, Body: body, Said: said}
}
