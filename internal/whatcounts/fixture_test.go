package whatcounts

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

const (
	testPassword   = `p@ss "word"&1`
	testClientAuth = "auth-code/7+8"
)

// received is one request as it came over the wire.
type received struct {
	method, target, body string
	header               http.Header
	form                 url.Values
}

// names are the arguments in the order in which they were sent.
func (r received) names() string {
	var names []string
	for _, pair := range strings.Split(r.body, "&") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// script answers commands with texts that a test lays out beforehand.
type script struct {
	*testing.T
	client *Client

	mu       sync.Mutex
	answers  map[string][]string
	requests []received
	respond  func(w http.ResponseWriter, r received) bool // may take over; nil: never
}

// newScript is a service and a client of it. Each change is made to the
// client's configuration.
func newScript(t *testing.T, change ...func(*Config)) *script {
	t.Helper()
	s := &script{T: t, answers: make(map[string][]string)}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	config := Config{
		Endpoint: server.URL + "/bin/api_web", Realm: "acme", Password: testPassword, QuietPeriod: time.Millisecond,
		Transport:   httpclient.Config{MaxRetries: 2, RetryPause: time.Millisecond},
		Consistency: httpclient.Consistency{First: time.Millisecond, Window: 20 * time.Millisecond},
	}
	for _, c := range change {
		c(&config)
	}
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.client = client
	s.on("getrealmsettings", "\"realm_id\",\"use_customer_key\",\"enable_relational_database\"\n\"1\",\"N\",\"Y\"\n")
	return s
}

// on lays out the answers to one command; the last one is repeated.
func (s *script) on(command string, answers ...string) *script {
	s.answers[command] = answers
	return s
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.Error(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		s.Error(err)
	}
	request := received{r.Method, r.RequestURI, string(body), r.Header.Clone(), form}
	s.mu.Lock()
	s.requests = append(s.requests, request)
	queue := s.answers[form.Get("c")]
	answer := "FAILURE: Unknown command"
	if len(queue) > 0 {
		answer = queue[0]
	}
	if len(queue) > 1 {
		s.answers[form.Get("c")] = queue[1:]
	}
	s.mu.Unlock()
	if s.respond != nil && s.respond(w, request) {
		return
	}
	if _, err := io.WriteString(w, answer); err != nil {
		s.Log(err)
	}
}

// sent are the commands received so far, in order, without the one about the
// realm.
func (s *script) sent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var commands []string
	for _, r := range s.requests {
		if c := r.form.Get("c"); c != "getrealmsettings" {
			commands = append(commands, c)
		}
	}
	return strings.Join(commands, " ")
}

func (s *script) count(command string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if r.form.Get("c") == command {
			n++
		}
	}
	return n
}

// last is the last request for a command.
func (s *script) last(command string) received {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range slices.Backward(s.requests) {
		if r.form.Get("c") == command {
			return r
		}
	}
	s.Fatalf("%s was never sent", command)
	return received{}
}

func (s *script) expectSent(want string) {
	s.Helper()
	if got := s.sent(); got != want {
		s.Errorf("sent %q, want %q", got, want)
	}
}

const findHeadings = "subscriber_id,email,first,last,lists\n"

// rows is an answer to find.
func rows(lines ...string) string { return findHeadings + strings.Join(lines, "\n") + "\n" }

// detailXML is an answer to detail, with extra elements in it.
func detailXML(id, email, first, lists string, extra ...string) string {
	var details strings.Builder
	for _, list := range strings.Split(lists, ",") {
		if list != "" {
			details.WriteString("<list_" + list + "><format>2</format></list_" + list + ">")
		}
	}
	return `<?xml version="1.0" encoding="UTF-8"?><data><subscriber><subscriber_id>` + id + `</subscriber_id><email>` + email +
		`</email><first>` + first + `</first>` + strings.Join(extra, "") + `<lists>` + lists + `</lists><subscription_details>` +
		details.String() + `</subscription_details></subscriber></data>`
}

func absent(id string) string {
	return "FAILURE: Specified subscriber ID " + id + " does not belong to the realm ACME"
}

const (
	subAdded   = "SUCCESS: Total Records Processed 1, Total Subscriptions 1, Records Added 1, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0"
	subUpdated = "SUCCESS: Total Records Processed 1, Total Subscriptions 1, Records Added 0, Records Updated 1, Records Ignored (Optout Error) 0, Records Failed Other Error 0"
	subPending = "SUCCESS: Total Records Processed 1, Total Subscriptions 0, Records Added 1, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0"
	subIgnored = "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 1, Records Failed Other Error 0"
	subNothing = "FAILURE: Total Records Processed 1, Total Subscriptions 0, Records Added 0, Records Updated 0, Records Ignored (Optout Error) 0, Records Failed Other Error 0"
)

// jane is the contact that most tests are about.
func jane() Managed {
	return Managed{Identity: Identity{SubscriberID: 12, Email: "jane@example.com", FirstName: "Jane"}, Subscriptions: []Subscription{{5, HTML}}}
}

func newJane() NewContact {
	contact := jane()
	contact.SubscriberID = 0
	return NewContact{Managed: contact}
}

const janeRow = `12,jane@example.com,Jane,,"5"`

// add is AddOne with its error apart.
func add(ctx context.Context, c *Client, contact NewContact) (Outcome, error) {
	outcome := c.AddOne(ctx, contact)
	return outcome, outcome.Err
}

func (s *script) add(contact NewContact) (Outcome, error) { return add(s.Context(), s.client, contact) }

// on is a contact on these lists.
func on(contact Managed, lists ...int64) Managed {
	contact.Subscriptions = nil
	for _, list := range lists {
		contact.Subscriptions = append(contact.Subscriptions, Subscription{ListID: list})
	}
	return contact
}

// clone is a copy with values of its own.
func clone(contact Managed) Managed {
	contact.Values = maps.Clone(contact.Values)
	contact.Subscriptions = slices.Clone(contact.Subscriptions)
	if contact.Values == nil {
		contact.Values = make(map[string]string)
	}
	return contact
}

func sameContact(a, b Contact) bool {
	return a.Identity == b.Identity && maps.Equal(a.Values, b.Values) && slices.Equal(a.Subscriptions, b.Subscriptions)
}

func writeText(t *testing.T, w io.Writer, text string) {
	if _, err := io.WriteString(w, text); err != nil {
		t.Log(err)
	}
}

func expectAs[E error](t *testing.T, err error, kind apierror.Kind) {
	t.Helper()
	var wanted E
	if !errors.As(err, &wanted) || !apierror.Is(err, kind) {
		t.Errorf("got %v, want a %T that is %v", err, wanted, kind)
	}
}
