package seveng_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// world is a service with one user, the owners biz_entity 42, person 7 and
// organisation 9, and record 1001 on the first.
type world struct {
	t        *testing.T
	exchange *traffic.Exchange
	service  *seveng.Service
	server   *httptest.Server
	token    string
	header   map[string]string // replaces the usual one of a header; empty removes it
}

// reply is an answer with its body decoded when it is JSON.
type reply struct {
	status int
	body   string
	object map[string]any
}

func (r reply) result() any     { return r.object["result"] }
func (r reply) message() string { text, _ := r.object["message"].(string); return text }
func (r reply) data() map[string]any {
	switch data := r.object["data"].(type) {
	case map[string]any:
		return data
	case []any:
		if len(data) == 1 {
			object, _ := data[0].(map[string]any)
			return object
		}
	}
	return nil
}

// setTypes starts anew with these types, and logs in.
func (w *world) setTypes(types ...seveng.Type) {
	w.t.Helper()
	state := w.service.Snapshot()
	state.Types = types
	if err := w.service.Restore(state); err != nil {
		w.t.Fatal(err)
	}
	w.token, _ = w.login("correct-horse")
}

func newWorld(t *testing.T, dialects ...string) *world {
	t.Helper()
	exchange := &traffic.Exchange{}
	service := seveng.New(exchange, seveng.User{Name: "ada", Password: "correct-horse"})
	service.AddOwner(seveng.Owner{Kind: seveng.BizEntity, ID: 42, ExternalID: "BE-1", Name: "Smith Family Trust"})
	service.AddOwner(seveng.Owner{Kind: seveng.Person, ID: 7, ExternalID: "P-1", Name: "Jane Smith"})
	service.AddOwner(seveng.Owner{Kind: seveng.Organisation, ID: 9, ExternalID: "ORG-1", Name: "Smith Pty Ltd"})
	if err := service.Set(dialects...); err != nil {
		t.Fatal(err)
	}
	if _, err := service.AddCommunication(first()); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	w := &world{t: t, exchange: exchange, service: service, server: server}
	w.token, _ = w.login("correct-horse")
	return w
}

func first() seveng.Communication {
	return seveng.Communication{
		ExternalID: "EMAIL-001", TypeID: 1, Name: "billing@example.com",
		Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42},
	}
}

func (w *world) login(password string) (access, refresh string) {
	w.t.Helper()
	r := w.call("POST", "/User/Login", `{"username":"ada","password":"`+password+`"}`)
	access, _ = r.object["accessToken"].(string)
	refresh, _ = r.object["refreshToken"].(string)
	return access, refresh
}

func (w *world) call(method, path, body string) reply {
	w.t.Helper()
	r, err := http.NewRequest(method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Version", "2.0")
	r.Header.Set("Authorization", w.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range w.header {
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	answer, err := w.server.Client().Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	content, err := io.ReadAll(answer.Body)
	if closeErr := answer.Body.Close(); closeErr != nil {
		w.t.Error(closeErr)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	got := reply{status: answer.StatusCode, body: string(content)}
	if len(content) > 0 {
		if err := json.Unmarshal(content, &got.object); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, path, err, content)
		}
	}
	return got
}

// want checks status and result; an empty fragment is found in any message.
func (w *world) want(r reply, status int, result any, fragment string) {
	w.t.Helper()
	if r.status != status || r.result() != result || !strings.Contains(r.message(), fragment) {
		w.t.Fatalf("got %d %s, want %d, result %v and %q in the message", r.status, r.body, status, result, fragment)
	}
}

func TestWhatAllEndpointsHaveInCommon(t *testing.T) {
	tests := []struct {
		name         string
		method, path string
		body         string
		header       map[string]string
		status       int
		message      string
	}{
		{name: "path in lower case", method: "GET", path: "/communication?CommunicationID=1001", status: 200},
		{name: "path as in older text", method: "GET", path: "/Communication?communicationid=1001", status: 200},
		{name: "unknown path", method: "GET", path: "/Communications", status: 404},
		{name: "path prefix", method: "GET", path: "/api/communication?CommunicationID=1001", status: 404},
		{name: "unknown method", method: "PATCH", path: "/communication", status: 405},
		{name: "no version", method: "GET", path: "/communication?CommunicationID=1001", header: map[string]string{"Version": ""}, status: 400, message: "Version"},
		{name: "other version", method: "GET", path: "/communication?CommunicationID=1001", header: map[string]string{"Version": "1.0"}, status: 400, message: "Version"},
		{name: "no version on an anonymous endpoint", method: "GET", path: "/Common/Lookup", header: map[string]string{"Version": ""}, status: 400, message: "Version"},
		{name: "no token", method: "GET", path: "/communication?CommunicationID=1001", header: map[string]string{"Authorization": ""}, status: 401},
		{name: "unknown token", method: "GET", path: "/communication?CommunicationID=1001", header: map[string]string{"Authorization": "x.y.z"}, status: 401},
		{name: "lookup needs no token", method: "GET", path: "/common/lookup", header: map[string]string{"Authorization": ""}, status: 200},
		{name: "health needs no token", method: "GET", path: "/Common/HealthCheck", header: map[string]string{"Authorization": ""}, status: 200},
		{name: "owner needs a token", method: "GET", path: "/person?PersonID=7", header: map[string]string{"Authorization": ""}, status: 401},
		{name: "no content type", method: "POST", path: "/communication", body: "{}", header: map[string]string{"Content-Type": ""}, status: 415},
		{name: "form", method: "PUT", path: "/communication", body: "a=b", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, status: 415},
		{name: "content type with charset", method: "POST", path: "/communication", body: "{}", header: map[string]string{"Content-Type": "application/json; charset=utf-8"}, status: 200, message: "required"},
		{name: "not JSON", method: "POST", path: "/communication", body: "{", status: 400, message: "JSON"},
		{name: "not an object", method: "POST", path: "/communication", body: "[]", status: 400, message: "JSON"},
		{name: "null", method: "POST", path: "/communication", body: "null", status: 400, message: "JSON"},
		{name: "key twice", method: "POST", path: "/communication", body: `{"name":"a","Name":"b"}`, status: 400, message: "twice"},
		{name: "owners are not created", method: "POST", path: "/person", body: "{}", status: 501, message: "seed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.header = test.header
			r := w.call(test.method, test.path, test.body)
			if r.status != test.status || !strings.Contains(r.message(), test.message) {
				t.Errorf("got %d %q, want %d with %q", r.status, r.body, test.status, test.message)
			}
		})
	}
}

func TestBearerBeforeTheToken(t *testing.T) {
	for dialect, status := range map[string]int{"": 200, "7g-bare-token-only": 401} {
		t.Run(dialect, func(t *testing.T) {
			w := newWorld(t, names(dialect)...)
			w.header = map[string]string{"Authorization": "Bearer " + w.token}
			if r := w.call("GET", "/communication?CommunicationID=1001", ""); r.status != status {
				t.Errorf("got %d, want %d", r.status, status)
			}
		})
	}
}

func names(dialect string) []string {
	if dialect == "" {
		return nil
	}
	return []string{dialect}
}

func TestPermissions(t *testing.T) {
	calls := []struct {
		missing            seveng.Permission
		method, path, body string
	}{
		{seveng.Read, "GET", "/communication?CommunicationID=1001", ""},
		{seveng.Creation, "POST", "/communication", `{"communicationTypeID":2,"name":"02 5550 0000","bizEntityID":42}`},
		{seveng.Update, "PUT", "/communication", `{"communicationID":1001,"communicationTypeID":1,"name":"b@example.com","bizEntityID":42}`},
		{seveng.Deletion, "DELETE", "/communication?CommunicationID=1001", ""},
	}
	for _, c := range calls {
		t.Run(string(c.missing), func(t *testing.T) {
			w := newWorld(t)
			before := w.service.Communications()
			w.service.SetUser(seveng.User{Name: "ada", Password: "correct-horse", Missing: []seveng.Permission{c.missing}})
			w.want(w.call(c.method, c.path, c.body), 403, false, "permission")
			if err := w.service.Set("7g-permission-200"); err != nil {
				t.Fatal(err)
			}
			w.want(w.call(c.method, c.path, c.body), 200, false, "permission")
			if after := w.service.Communications(); !reflect.DeepEqual(before, after) {
				t.Errorf("the refused call changed %v into %v", before, after)
			}
			w.service.SetUser(seveng.User{Name: "ada", Password: "correct-horse"})
			w.want(w.call(c.method, c.path, c.body), 200, true, "")
		})
	}
}

func TestLookup(t *testing.T) {
	w := newWorld(t)
	tests := []struct{ query, want string }{
		{"?Name=communicationTypeID", `{"result":true,"message":"","recordCount":4,"data":[{"id":1,"value":"Email"},{"id":2,"value":"Phone"},{"id":3,"value":"Mobile"},{"id":4,"value":"Fax"}]}`},
		{"?name=communicationTypeID", `"recordCount":4`},
		{"?Name=communicationtypeid", `"result":false`},
		{"?Name=info", `{"id":"communicationTypeID","value":"InvestorCommunication.communicationTypeID"}`},
		{"", `"recordCount":9`},
		{"?Name=titleID", `{"result":true,"message":"","recordCount":0,"data":[]}`},
		{"?Name=bizEntityTypeID", `{"id":4,"value":"SMSF"}`},
	}
	for _, test := range tests {
		if r := w.call("GET", "/Common/Lookup"+test.query, ""); !strings.Contains(r.body, test.want) {
			t.Errorf("%q: got %s, want %s in it", test.query, r.body, test.want)
		}
	}
	w.service.RemoveCommunication(1001)
	w.setTypes(seveng.Type{ID: 30, Name: "Email"}, seveng.Type{ID: 31, Name: "Pager"})
	if r := w.call("GET", "/Common/Lookup?Name=communicationTypeID", ""); !strings.Contains(r.body, `"data":[{"id":30,"value":"Email"},{"id":31,"value":"Pager"}]`) {
		t.Errorf("with other types: %s", r.body)
	}
}
