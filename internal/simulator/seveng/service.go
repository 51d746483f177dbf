// Package seveng is a simulated 7G Registry Platform, reduced to
// communications and what they hang on: login, lookup and the three kinds of
// owner. It is written from the published documentation alone, and where that
// is silent or contradicts itself it has dialects.
package seveng

import (
	"io"
	"mime"
	"net/http"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// apiVersion is the one value of the Version header. Documented for every
// request; that a request without it is refused is constructed, so that a
// client that forgets it is caught.
const apiVersion = "2.0"

// largestBody bounds what is read of a request. The limit of the real
// service is not published.
const largestBody = 4 << 20

// Service is the simulated service. It is safe for concurrent use.
type Service struct {
	exchange *ledger.Exchange
	signing  []byte // key of the access tokens, new in every process

	mu           sync.Mutex
	dialect      switches
	dialectNames []string // those that are on, in the order they were set
	lifetime     time.Duration
	accounts     map[string]*account
	access       map[string]accessToken
	refresh      map[string]refreshToken
	store        *store
	stale        map[int64]*staleRecord
	revision     uint64 // grows with every change of the lasting state
}

// New makes a service with the published communication types, without owners
// and records.
func New(exchange *ledger.Exchange, users ...User) *Service {
	s := &Service{
		exchange: exchange,
		signing:  newSigningKey(),
		lifetime: DefaultLifetimeOfAccessToken,
		accounts: map[string]*account{},
		access:   map[string]accessToken{},
		refresh:  map[string]refreshToken{},
		store:    newStore(),
		stale:    map[int64]*staleRecord{},
	}
	for _, user := range users {
		s.accounts[user.Name] = &account{User: user}
	}
	return s
}

// request is one request after its form was read.
type request struct {
	authorization string
	query         query
	body          fields
}

// endpoint is what one method of one path does. The work runs with the
// service locked.
type endpoint struct {
	anonymous  bool
	permission Permission // on communications; empty when none is needed
	work       func(*Service, request) ledger.Answer
}

// endpoints is keyed by path in lower case, then by method.
var endpoints = func() map[string]map[string]endpoint {
	table := map[string]map[string]endpoint{
		"/user/login": {http.MethodPost: {anonymous: true, work: (*Service).login}},
		// RefreshToken takes an expired token and checks it by itself.
		"/user/refreshtoken":  {http.MethodPost: {anonymous: true, work: (*Service).refreshTokens}},
		"/common/lookup":      {http.MethodGet: {anonymous: true, work: (*Service).lookup}},
		"/common/healthcheck": {http.MethodGet: {anonymous: true, work: (*Service).healthCheck}},
		"/communication": {
			http.MethodGet:    {permission: Read, work: (*Service).readCommunication},
			http.MethodPost:   {permission: Creation, work: (*Service).createCommunication},
			http.MethodPut:    {permission: Update, work: (*Service).updateCommunication},
			http.MethodDelete: {permission: Deletion, work: (*Service).deleteCommunication},
		},
	}
	for _, names := range kinds {
		table[names.path] = map[string]endpoint{
			http.MethodGet: {work: func(s *Service, r request) ledger.Answer { return s.readOwner(names, r) }},
			http.MethodPost: {work: func(s *Service, r request) ledger.Answer {
				return failure(http.StatusNotImplemented, "The simulator does not create owners; seed them.")
			}},
			http.MethodPut:    {work: func(s *Service, r request) ledger.Answer { return s.updateOwner(names, r) }},
			http.MethodDelete: {work: func(s *Service, r request) ledger.Answer { return s.deleteOwner(names, r) }},
		}
	}
	return table
}()

// Operations are the methods and paths that the service answers, sorted, as the
// log has them.
func Operations() []string {
	var names []string
	for path, methods := range endpoints {
		for method := range methods {
			names = append(names, method+" "+path)
		}
	}
	sort.Strings(names)
	return names
}

// ServeHTTP answers one request. Paths and query names match without regard
// to case. The request is recorded with service "7g" and an operation such as
// "DELETE /communication", without its credentials.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.ToLower(r.URL.Path)
	content, readError := io.ReadAll(io.LimitReader(r.Body, largestBody+1))
	entry := ledger.Entry{
		Service:   "7g",
		Operation: r.Method + " " + path,
		Method:    r.Method,
		Path:      r.URL.Path,
		Query:     r.URL.Query(),
		Header:    loggedHeader(r.Header),
	}
	entry.Body, entry.Keys = loggedBody(path, content)
	s.exchange.Serve(w, r, entry, func(ledger.Fault) ledger.Answer {
		switch {
		case readError != nil:
			return failure(http.StatusBadRequest, "The body ended early.")
		case len(content) > largestBody:
			return failure(http.StatusRequestEntityTooLarge, "The body is too large.")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.answer(path, r, content)
	})
}

// answer checks what all endpoints have in common, then lets one work.
func (s *Service) answer(path string, r *http.Request, content []byte) ledger.Answer {
	methods, known := endpoints[path]
	if !known {
		return ledger.Answer{Status: http.StatusNotFound}
	}
	chosen, known := methods[r.Method]
	if !known {
		return ledger.Answer{Status: http.StatusMethodNotAllowed, Header: map[string]string{"Allow": allowed(methods)}}
	}
	if r.Header.Get("Version") != apiVersion {
		return failure(http.StatusBadRequest, "The header Version must be "+apiVersion+".")
	}
	q := request{authorization: r.Header.Get("Authorization"), query: parseQuery(r.URL.Query())}
	if !chosen.anonymous {
		user, answer := s.authenticate(q.authorization)
		if user == nil {
			return answer
		}
		if chosen.permission != "" && !user.may(chosen.permission) {
			return s.forbidden(chosen.permission)
		}
	}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			return failure(http.StatusUnsupportedMediaType, "The header Content-Type must be application/json.")
		}
		body, err := parseFields(content, s.dialect.camelCaseKeysOnly)
		if err != nil {
			return failure(http.StatusBadRequest, err.Error())
		}
		q.body = body
	}
	return chosen.work(s, q)
}

func allowed(methods map[string]endpoint) string {
	var names []string
	for name := range methods {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// forbidden is the answer to a user without a permission. The published
// pages name the permissions and no answer.
func (s *Service) forbidden(p Permission) ledger.Answer {
	status := http.StatusForbidden
	if s.dialect.permission200 {
		status = http.StatusOK
	}
	return failure(status, "You do not have "+string(p)+" permission for communications.")
}
