// Package seveng is a simulated 7G Registry Platform, reduced to
// communications and what they hang on: login, lookup and the three kinds of
// owner. It is written from internal/reference/7g.md alone, and where that
// knows of a contradiction it has dialects.
package seveng

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// apiVersion is the one value of the Version header, 7g.md#conventions. A
// request without it is refused, so that a client that forgets it is caught.
const apiVersion = "2.0"

// largestBody bounds what is read of a request. The limit of the real
// service is not known, 7g.md#limits.
const largestBody = 4 << 20

// Service is the simulated service. It is safe for concurrent use.
type Service struct {
	*traffic.Dialects
	exchange *traffic.Exchange
	signing  []byte // key of the access tokens, new in every process

	mu       sync.Mutex
	lifetime time.Duration
	accounts map[string]*account
	access   map[string]accessToken
	refresh  map[string]refreshToken
	store    *store
	stale    map[int64]*staleRecord
}

// New makes a service with the published communication types, without owners
// and records.
func New(exchange *traffic.Exchange, users ...User) *Service {
	s := &Service{
		Dialects: traffic.NewDialects(Dialects()),
		exchange: exchange,
		signing:  newSigningKey(),
		lifetime: DefaultLifetimeOfAccessToken,
		store:    newStore(),
	}
	s.forgetSessions()
	for _, user := range users {
		s.accounts[user.Name] = &account{User: user}
	}
	return s
}

// forgetSessions forgets users, tokens and what reads are still stale.
func (s *Service) forgetSessions() {
	s.accounts = map[string]*account{}
	s.access = map[string]accessToken{}
	s.refresh = map[string]refreshToken{}
	s.stale = map[int64]*staleRecord{}
}

// request is one request after it was read. Both sets of fields are there,
// also when they are empty.
type request struct {
	authorization string
	query         *fields
	body          *fields
}

// endpoint is what one method of one path does. The work runs with the
// service locked. Its error is a refusal, or errNotFound.
type endpoint struct {
	anonymous  bool
	permission Permission // on communications; empty when none is needed
	work       func(*Service, request) (traffic.Answer, error)
}

// endpoints is keyed by path in lower case, then by method, 7g.md#endpoints.
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
		of := func(work func(*Service, kindNames, request) (traffic.Answer, error)) endpoint {
			return endpoint{work: func(s *Service, r request) (traffic.Answer, error) { return work(s, names, r) }}
		}
		table[names.path] = map[string]endpoint{
			http.MethodGet:    of((*Service).readOwner),
			http.MethodPost:   of((*Service).createOwner),
			http.MethodPut:    of((*Service).updateOwner),
			http.MethodDelete: of((*Service).deleteOwner),
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
	slices.Sort(names)
	return names
}

// ServeHTTP answers one request. Paths and query names match without regard
// to case. The request is recorded with service "7g" and an operation such as
// "DELETE /communication", without its credentials.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	content, readError := io.ReadAll(io.LimitReader(r.Body, largestBody+1))
	s.exchange.Serve(w, r, entryOf(r, content), func(traffic.Fault) traffic.Answer {
		switch {
		case readError != nil:
			return failure(http.StatusBadRequest, "The body ended early.")
		case len(content) > largestBody:
			return failure(http.StatusRequestEntityTooLarge, "The body is too large.")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.inCharset(s.answer(r, content))
	})
}

// inCharset is 40 in 7g.md#contradictions. JSON has a way to write what the
// charset lacks.
func (s *Service) inCharset(answer traffic.Answer) traffic.Answer {
	chosen := s.Latest(windows1252, windows1252Undeclared)
	if chosen == "" {
		return answer
	}
	return answer.InWindows1252(chosen == windows1252, func(letter rune) string {
		var escaped strings.Builder
		for _, unit := range utf16.Encode([]rune{letter}) {
			fmt.Fprintf(&escaped, `\u%04x`, unit)
		}
		return escaped.String()
	})
}

// answer checks what all endpoints have in common, then lets one work.
func (s *Service) answer(r *http.Request, content []byte) traffic.Answer {
	methods, known := endpoints[strings.ToLower(r.URL.Path)]
	if !known {
		return empty(http.StatusNotFound)
	}
	chosen, known := methods[r.Method]
	if !known {
		answer := empty(http.StatusMethodNotAllowed)
		answer.Header = map[string]string{"Allow": strings.Join(slices.Sorted(maps.Keys(methods)), ", ")}
		return answer
	}
	if r.Header.Get("Version") != apiVersion {
		return failure(http.StatusBadRequest, "The header Version must be "+apiVersion+".")
	}
	q := request{authorization: r.Header.Get("Authorization"), query: parseQuery(r.URL.Query()), body: &fields{}}
	if !chosen.anonymous {
		user, answer := s.authenticate(q.authorization)
		if user == nil {
			return answer
		}
		if chosen.permission != "" && slices.Contains(user.Missing, chosen.permission) {
			return s.forbidden(chosen.permission)
		}
	}
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
			return failure(http.StatusUnsupportedMediaType, "The header Content-Type must be application/json.")
		}
		body, err := parseBody(content, s.On(camelCaseKeysOnly))
		if err != nil {
			return failure(http.StatusBadRequest, err.Error())
		}
		q.body = body
	}
	answer, err := chosen.work(s, q)
	var missing notFoundError
	switch {
	case errors.As(err, &missing):
		return s.notFound(missing)
	case err != nil:
		return s.refused(err)
	}
	return answer
}

// forbidden is the answer to a user without a permission, 7g.md#permissions.
func (s *Service) forbidden(p Permission) traffic.Answer {
	status := http.StatusForbidden
	if s.On(permission200) {
		status = http.StatusOK
	}
	return failure(status, "You do not have "+string(p)+" permission for communications.")
}
