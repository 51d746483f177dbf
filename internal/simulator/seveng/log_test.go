package seveng_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

func TestLog(t *testing.T) {
	w := newWorld(t)
	start := w.exchange.Log.Len()
	w.call("POST", "/Communication", `{"externalCommunicationId":null,"CommunicationTypeID":2,"name":"123","bizEntityID":42}`)
	w.call("DELETE", "/Communication?CommunicationID=1002", "")
	entries := w.exchange.Log.Since(start)
	if len(entries) != 2 {
		t.Fatalf("got %d entries", len(entries))
	}
	post, remove := entries[0], entries[1]
	if post.Service != "7g" || post.Operation != "POST /communication" || post.Path != "/Communication" || post.Status != 200 {
		t.Errorf("got %+v", post)
	}
	if want := []string{"CommunicationTypeID", "bizEntityID", "externalCommunicationId", "name"}; !reflect.DeepEqual(post.Keys, want) {
		t.Errorf("keys %v, want %v", post.Keys, want)
	}
	if !strings.Contains(post.Body, `"externalCommunicationId":null`) || !strings.Contains(post.Answer, `"communicationID":1002`) {
		t.Errorf("body %s, answer %s", post.Body, post.Answer)
	}
	if remove.Query.Get("CommunicationID") != "1002" || remove.Header.Get("Version") != "2.0" || remove.Header.Get("Authorization") != "(secret)" {
		t.Errorf("got %+v", remove)
	}
	if n := w.exchange.Log.Count("POST /user/login"); n != 1 {
		t.Errorf("%d logins in the log", n)
	}
}

func TestLogHoldsNoSecrets(t *testing.T) {
	w := newWorld(t)
	access, refresh := w.login("correct-horse")
	w.login("wrong-horse")
	w.call("POST", "/user/login", `{"username":"ada","Password":"shouted-horse"}`)
	w.call("POST", "/User/Login", `{"username":"ada","password":"broken-horse"`)
	w.exchange.Faults.Add(traffic.Fault{Operation: "POST /user/refreshtoken", Kind: traffic.StatusAfter, Status: 500})
	w.refresh("Bearer "+access, refresh)
	access2, refresh2 := w.login("correct-horse")
	r := w.refresh(access2, refresh2)
	log, err := json.Marshal(w.exchange.Log.Entries())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []any{"horse", w.token, access, refresh, access2, refresh2, r.object["accessToken"], r.object["refreshToken"]} {
		text, _ := secret.(string)
		if text == "" || strings.Contains(string(log), text) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(string(log), `\"username\":\"ada\"`) {
		t.Error("the user name is no secret")
	}
}

func TestTruncatedLoginIsNotLogged(t *testing.T) {
	w := newWorld(t)
	w.exchange.Faults.Add(traffic.Fault{Operation: "POST /user/login", Kind: traffic.Truncate})
	r, err := http.NewRequest("POST", w.server.URL+"/user/login", strings.NewReader(`{"username":"ada","password":"correct-horse"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Version", "2.0")
	r.Header.Set("Content-Type", "application/json")
	if answer, err := w.server.Client().Do(r); err == nil {
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
	entries := w.exchange.Log.Entries()
	last := entries[len(entries)-1]
	if last.Fault != "truncate" || strings.Contains(last.Answer, "eyJ") {
		t.Errorf("got %+v", last)
	}
}

// Faults are the request log's; here it matters that the work is done or not done
// and that another actor can step in between.
func TestFaults(t *testing.T) {
	tests := []struct {
		name    string
		fault   traffic.Fault
		deleted bool
		status  int
		body    string
	}{
		{name: "500 before", fault: traffic.Fault{Kind: traffic.StatusBefore, Status: 500}, status: 500},
		{name: "500 after", fault: traffic.Fault{Kind: traffic.StatusAfter, Status: 500}, deleted: true, status: 500},
		{name: "empty after", fault: traffic.Fault{Kind: traffic.EmptyAfter}, deleted: true, status: 200},
		{name: "replaced", fault: traffic.Fault{Kind: traffic.Replace, Body: `{"result":false,"message":"odd"}`}, status: 200, body: "odd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			test.fault.Operation = "DELETE /communication"
			w.exchange.Faults.Add(test.fault)
			r := w.call("DELETE", read, "")
			if _, present := w.service.Communication(1001); present == test.deleted || r.status != test.status || !strings.Contains(r.body, test.body) {
				t.Errorf("got %d %s, the record is there: %v", r.status, r.body, present)
			}
		})
	}
	t.Run("another actor", func(t *testing.T) {
		w := newWorld(t)
		w.exchange.Faults.Add(traffic.Fault{Operation: "PUT /communication", Kind: traffic.Act, Do: func() { w.service.RemoveCommunication(1001) }})
		w.want(w.call("PUT", "/communication", otherName), 200, false, "No record")
		w.exchange.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.Act, Do: w.service.RevokeTokens})
		if r := w.call("GET", read, ""); r.status != 401 {
			t.Errorf("got %d", r.status)
		}
	})
}

func TestManyCallersAtOnce(t *testing.T) {
	w := newWorld(t, "7g-stale-reads")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				for _, c := range [][3]string{{"POST", "/communication", newPhone}, {"GET", read, ""}, {"PUT", "/communication", otherName}, {"GET", "/bizentity?BizEntityID=42", ""}} {
					r, err := http.NewRequest(c[0], w.server.URL+c[1], strings.NewReader(c[2]))
					if err != nil {
						t.Error(err)
						return
					}
					r.Header = http.Header{"Version": {"2.0"}, "Authorization": {w.token}, "Content-Type": {"application/json"}}
					answer, err := w.server.Client().Do(r)
					if err != nil {
						t.Error(err)
						return
					}
					if err := answer.Body.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			w.service.Snapshot()
		})
	}
	all.Wait()
	if n := len(w.service.Communications()); n != 41 {
		t.Errorf("%d records, want 41", n)
	}
}
