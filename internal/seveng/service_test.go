package seveng

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

const (
	testUsername = "registrar"
	testPassword = "pa$$ word/with\"quotes"
	testToken    = "given-access-token"
)

// exchange is one request that a scripted service received.
type exchange struct {
	operation     string // "GET /communication"
	query         url.Values
	authorization string
	version       string
	contentType   string
	body          string
}

// reply is what a scripted service answers. The zero value cuts the connection.
type reply struct {
	status int
	body   string
	header map[string]string
	delay  time.Duration
}

// service is an HTTP server that answers by script and keeps what it got.
type service struct {
	*httptest.Server
	mu       sync.Mutex
	received []exchange
	answer   func(exchange) reply
}

func newService(t *testing.T, answer func(exchange) reply) *service {
	t.Helper()
	s := &service{answer: answer}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	e := exchange{
		operation:     r.Method + " " + r.URL.Path,
		query:         r.URL.Query(),
		authorization: r.Header.Get("Authorization"),
		version:       r.Header.Get("Version"),
		contentType:   r.Header.Get("Content-Type"),
		body:          string(body),
	}
	s.mu.Lock()
	s.received = append(s.received, e)
	a := s.answer(e)
	s.mu.Unlock()
	time.Sleep(a.delay)
	if a.status == 0 {
		panic(http.ErrAbortHandler)
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	if _, err := io.WriteString(w, a.body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// operations are the requests so far, in order.
func (s *service) operations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, e := range s.received {
		list = append(list, e.operation)
	}
	return list
}

// last is the newest request with an operation.
func (s *service) last(t *testing.T, operation string) exchange {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.received) - 1; i >= 0; i-- {
		if s.received[i].operation == operation {
			return s.received[i]
		}
	}
	t.Fatalf("no request %s", operation)
	return exchange{}
}

func (s *service) count(operation string) int {
	n := 0
	for _, o := range s.operations() {
		if o == operation {
			n++
		}
	}
	return n
}

// script answers each operation with its replies in turn; the last one stays.
func script(replies map[string][]reply) func(exchange) reply {
	return func(e exchange) reply {
		list := replies[e.operation]
		if len(list) == 0 {
			return reply{status: 501, body: "not scripted: " + e.operation}
		}
		if len(list) > 1 {
			replies[e.operation] = list[1:]
		}
		return list[0]
	}
}

// answers are the replies to each operation, in order: operation, reply, and so
// on.
func answers(pairs ...any) map[string][]reply {
	replies := map[string][]reply{}
	for i := 0; i < len(pairs); i += 2 {
		operation := pairs[i].(string)
		replies[operation] = append(replies[operation], pairs[i+1].(reply))
	}
	return replies
}

func ok(data string) reply {
	return reply{status: 200, body: fmt.Sprintf(`{"result":true,"message":"","recordCount":1,"data":%s}`, data)}
}

func refused(message string) reply {
	text, err := json.Marshal(message)
	if err != nil {
		panic(err)
	}
	return reply{status: 200, body: fmt.Sprintf(`{"result":false,"message":%s,"recordCount":0,"data":{}}`, text)}
}

func gone() reply { return refused("Communication was not found.") }

func broken() reply { return reply{status: 500, body: "<html>oops</html>"} }

// billing is the record that most tests are about.
var billing = Communication{ID: 12345, Spec: Spec{ExternalID: "EMAIL-001", TypeID: 1, Value: "billing@example.com",
	Owner: Owner{Kind: BizEntity, ID: 42, ExternalID: "BE-1"},
}}

// asJSON is a record as 7G shows it, complete.
func asJSON(m Communication) string {
	text := func(s string) string {
		if s == "" {
			return "null"
		}
		return fmt.Sprintf("%q", s)
	}
	fields := fmt.Sprintf(`"communicationID":%d,"externalCommunicationId":%s,"communicationTypeID":%d,"name":%q`, m.ID, text(m.ExternalID), m.TypeID, m.Value)
	for _, kind := range OwnerKinds() {
		id, external := "null", "null"
		if kind == m.Owner.Kind {
			if m.Owner.ID != 0 {
				id = fmt.Sprint(m.Owner.ID)
			}
			external = text(m.Owner.ExternalID)
		}
		fields += fmt.Sprintf(`,"%s":%s,"%s":%s`, spellings[kind].idKey, id, spellings[kind].externalKey, external)
	}
	return "{" + fields + "}"
}

// ownerJSON is an owner's own record with its communications.
func ownerJSON(owner Owner, list ...Communication) string {
	var nested []string
	for _, m := range list {
		nested = append(nested, asJSON(m))
	}
	return fmt.Sprintf(`[{"%s":%d,"%s":%q,"communications":[%s]}]`,
		spellings[owner.Kind].idKey, owner.ID, spellings[owner.Kind].externalKey, owner.ExternalID, strings.Join(nested, ","))
}

// quick is a configuration for tests: pauses are short, and three attempts are
// made after the first.
func quick(endpoint string) Config {
	return Config{
		Endpoint:    endpoint,
		Transport:   httpclient.Config{MaxRetries: 3, RetryPause: time.Millisecond, RequestTimeout: 5 * time.Second},
		Consistency: httpclient.Consistency{First: time.Millisecond, Window: 3 * time.Millisecond},
	}
}

func newClient(t *testing.T, config Config) *Client {
	t.Helper()
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// withToken is a client with a given access token.
func withToken(t *testing.T, s *service) *Client {
	t.Helper()
	config := quick(s.URL)
	config.AccessToken = testToken
	return newClient(t, config)
}

// withLogin is a client with a user name and password.
func withLogin(t *testing.T, s *service) *Client {
	t.Helper()
	config := quick(s.URL)
	config.Username, config.Password = testUsername, testPassword
	return newClient(t, config)
}

// jwt is a token that expires at a time.
func jwt(name string, expires time.Time) string {
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return encode(`{"alg":"none"}`) + "." + encode(fmt.Sprintf(`{"sub":%q,"exp":%d}`, name, expires.Unix())) + "." + encode(name)
}

func pair(access, refresh string) reply {
	return reply{status: 200, body: fmt.Sprintf(`{"accessToken":%q,"refreshToken":%q}`, access, refresh)}
}

func expectKind(t *testing.T, err error, want apierror.Kind) {
	t.Helper()
	if e := expectError(t, err, want); e == nil {
		t.Fatal("no error of a client")
	}
}

// expectError is the client's error in err, which must be of this kind.
func expectError(t *testing.T, err error, want apierror.Kind) *apierror.Error {
	t.Helper()
	var e *apierror.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want one that is %q", err, want)
	}
	if e.Kind != want {
		t.Fatalf("the error is %q, want %q: %v", e.Kind, want, err)
	}
	if e.Attempt == "" || e.Reason == "" {
		t.Errorf("the error does not say what was attempted and why it failed: %#v", e)
	}
	return e
}

func expectOperations(t *testing.T, s *service, want ...string) {
	t.Helper()
	got := s.operations()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("requests were\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func expectText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

func expectRecord(t *testing.T, got, want Communication) {
	t.Helper()
	if got != want {
		t.Errorf("record is\n  %+v\nwant\n  %+v", got, want)
	}
}

const (
	get    = "GET /communication"
	post   = "POST /communication"
	put    = "PUT /communication"
	remove = "DELETE /communication"
	owner  = "GET /BizEntity"
	login  = "POST /User/Login"
	renew  = "POST /User/RefreshToken"
	lookup = "GET /Common/Lookup"
)
