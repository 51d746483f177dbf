package whatcounts

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// fixture is a service behind real HTTP with two realms: "plain", an ordinary
// one, and "keyed", with customer keys. List 5 and 7 are ordinary, 9 asks for
// confirmation.
type fixture struct {
	*Service
	exchange *traffic.Exchange
	t        testing.TB
	url      string
	realm    string
}

const password = "open sesame&1"

func start(t testing.TB, dialects ...string) *fixture {
	t.Helper()
	exchange := &traffic.Exchange{}
	lists := []List{
		{ID: 5, Name: "News", Description: "Weekly \"news\", short", FolderID: 2},
		{ID: 7, Name: "Offers & more"},
		{ID: 9, Name: "Quiet", Confirmation: true},
	}
	service := New(exchange,
		Realm{Name: "plain", Password: password, Lists: lists, APIClients: map[string]string{"terraform": "code-1"}},
		Realm{Name: "keyed", Password: password, Lists: lists, CustomerKeys: true},
		Realm{Name: "closed", Password: password, APIDisabled: true},
		Realm{Name: "fenced", Password: password, ApprovedAddresses: []string{"192.0.2.1"}},
	)
	if err := service.Set(dialects...); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return &fixture{Service: service, exchange: exchange, t: t, url: server.URL + ServletPath, realm: "plain"}
}

// send posts one command with the credentials of the fixture's realm in front.
func (f *fixture) send(command string) string {
	f.t.Helper()
	return f.post("r=" + f.realm + "&p=open+sesame%261&" + command)
}

// post sends a form as it stands; "+" is a blank and "%" begins an escape.
func (f *fixture) post(form string) string {
	f.t.Helper()
	response, err := http.Post(f.url, "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		f.t.Fatal(err)
	}
	return f.body(response)
}

func (f *fixture) body(response *http.Response) string {
	f.t.Helper()
	defer func() {
		if err := response.Body.Close(); err != nil {
			f.t.Error(err)
		}
	}()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		f.t.Errorf("status %d, want 200", response.StatusCode)
	}
	return string(body)
}

// expect sends a command and compares the answer with a pattern.
func (f *fixture) expect(command, pattern string) {
	f.t.Helper()
	if got := f.send(command); !fits(got, pattern) {
		f.t.Errorf("%s\n got %q\nwant %q", command, got, pattern)
	}
}

// fits compares a text with a pattern in which "…" stands for anything.
func fits(text, pattern string) bool {
	parts := strings.Split(pattern, "…")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	if len(parts) == 1 {
		return text == pattern
	}
	text = text[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// contact adds a contact to the fixture's realm.
func (f *fixture) contact(c Contact) Contact {
	f.t.Helper()
	added, err := f.AddContact(f.realm, c)
	if err != nil {
		f.t.Fatal(err)
	}
	return added
}

// must stops a test that could not set its scene.
func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// names lists the contacts of the fixture's realm as "e-mail/first/lists".
func (f *fixture) names() string {
	var names []string
	for _, c := range f.Contacts(f.realm) {
		names = append(names, fmt.Sprintf("%s/%s/%s", c.Email, c.First, listIDs(&c)))
	}
	return strings.Join(names, " ")
}

// optouts lists the opt-outs of the fixture's realm as "e-mail/list/origin".
func (f *fixture) optouts() string {
	var records []string
	for _, o := range f.Optouts(f.realm) {
		records = append(records, fmt.Sprintf("%s/%d/%s", o.Email, o.ListID, o.Origin))
	}
	return strings.Join(records, " ")
}

func (f *fixture) expectNames(want string) {
	f.t.Helper()
	if got := f.names(); got != want {
		f.t.Errorf("contacts are %q, want %q", got, want)
	}
}

func (f *fixture) expectOptouts(want string) {
	f.t.Helper()
	if got := f.optouts(); got != want {
		f.t.Errorf("opt-outs are %q, want %q", got, want)
	}
}
