package whatcounts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

func TestArgumentsComeFromQueryAndBody(t *testing.T) {
	f := start(t)
	response, err := http.Post(f.url+"?realm=plain&cmd=find", "application/x-www-form-urlencoded; charset=utf-8",
		strings.NewReader("password=open+sesame%261&email=nobody%40domain.com"))
	f.must(err)
	if got := f.body(response); got != "" {
		t.Errorf("got %q, want an empty body", got)
	}
	response, err = http.Get(f.url + "?r=plain&pwd=open%20sesame%261&c=getlistbyid&list_id=7&csv=1")
	f.must(err)
	if got := f.body(response); !strings.HasPrefix(got, `"7","Offers & more",""`) {
		t.Errorf("got %q", got)
	}
	if kind := response.Header.Get("Content-Type"); kind != "text/plain; charset=UTF-8" {
		t.Errorf("content type %q", kind)
	}
	want := []traffic.Argument{
		{Name: "realm", Value: "plain"}, {Name: "cmd", Value: "find"},
		{Name: "password", Value: "(secret)"}, {Name: "email", Value: "nobody@domain.com"},
	}
	entry := f.exchange.Log.Entries()[0]
	if !reflect.DeepEqual(entry.Arguments, want) {
		t.Errorf("arguments %v, want %v", entry.Arguments, want)
	}
	if entry.Service != "whatcounts" || entry.Operation != "find" || entry.Method != "POST" || entry.Path != "/bin/api_web" || entry.Status != 200 {
		t.Errorf("entry %+v", entry)
	}
	if entry.Header.Get("Content-Type") != "application/x-www-form-urlencoded; charset=utf-8" || entry.Query != nil {
		t.Errorf("entry %+v", entry)
	}
}

func TestArgumentNamesAndOtherBodies(t *testing.T) {
	f := start(t)
	if got := f.post("R=plain&P=x&c=find"); got != "FAILURE: Unable to determine customer account (realm)" {
		t.Errorf("argument names are case-sensitive: got %q", got)
	}
	response, err := http.Post(f.url, "text/plain", strings.NewReader("r=plain&p=x&c=find"))
	f.must(err)
	if got := f.body(response); got != "FAILURE: Unable to determine customer account (realm)" {
		t.Errorf("a body that is no form has no arguments: got %q", got)
	}
	if got := f.post("r=plain&p=open+sesame%261&c=find&email=50%zz@domain.com&exact=1"); got != "" {
		t.Errorf("a broken escape is taken as it stands: got %q", got)
	}
}

func TestCommandNames(t *testing.T) {
	for sent, logged := range map[string]string{
		"sub": "sub", "subscribe": "sub", "unsub": "unsub", "unsubscribe": "unsub",
		"delete": "delete", "deletesubid": "deletesubid", "deletebyid": "deletesubid",
		"update": "update", "change": "change", "find": "find", "findinlist": "findinlist",
		"detail": "detail", "show_opt": "show_opt", "show_optout": "show_opt",
		"show_optglobal": "show_optglobal", "show_lists": "show_lists",
		"getlistbyid": "getlistbyid", "getlistbyname": "getlistbyname",
		"getrealmsettings": "getrealmsettings", "rpt_subscribers_in_list": "rpt_subscribers_in_list",
	} {
		f := start(t)
		if got := f.send("c=" + sent); got == "FAILURE: Unknown command" {
			t.Errorf("%s is unknown", sent)
		}
		if got := f.exchange.Log.Entries()[0].Operation; got != logged {
			t.Errorf("%s is logged as %q, want %q", sent, got, logged)
		}
	}
	f := start(t)
	f.expect("c=makecoffee", "FAILURE: Unknown command")
	f.expect("", "FAILURE: Unknown command")
	if got := f.exchange.Log.Entries()[0].Operation; got != "makecoffee" {
		t.Errorf("logged as %q", got)
	}
}

func TestRowsAreLogged(t *testing.T) {
	f := start(t)
	f.send(`c=delete&d=email,first+^jane@domain.com,"Jayne,+Ann"^john@domain.com`)
	want := []map[string]string{
		{"email": "jane@domain.com", "first": "Jayne, Ann"},
		{"email": "john@domain.com"},
	}
	if got := f.exchange.Log.Entries()[0].Rows; !reflect.DeepEqual(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
}

func TestSecretsAreNotLogged(t *testing.T) {
	f := start(t)
	for _, form := range []string{
		"r=plain&p=hunter2&c=find", "r=plain&pwd=hunter2&c=find", "r=plain&password=hunter2&c=find",
		"r=plain&PWD=hunter2&c=find", "r=plain&p=hunter2&api_client=terraform&client_auth=hunter2&c=find",
	} {
		f.post(form)
	}
	f.must(f.Set("wc-byte-order-mark"))
	f.post("r=plain&p=hunter2&c=find")
	f.exchange.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.Truncate, Count: -1})
	if response, err := http.Post(f.url, "application/x-www-form-urlencoded", strings.NewReader("r=plain&p=hunter2&c=find")); err == nil {
		f.must(response.Body.Close())
	}
	logged, err := json.Marshal(f.exchange.Log.Entries())
	f.must(err)
	if strings.Contains(string(logged), "hunter2") || strings.Contains(string(logged), "sesame") {
		t.Errorf("the log holds a password: %s", logged)
	}
	want := "FAILURE: Password ((secret)) doesn't match entry for API user credentials in database or 127.0.0.1 isn't an approved IP"
	entries := f.exchange.Log.Entries()
	if entries[0].Answer != want {
		t.Errorf("logged answer %q, want %q", entries[0].Answer, want)
	}
	if cut := entries[len(entries)-1].Answer; cut == "" || !strings.HasPrefix("\ufeff"+want+"\r\n", cut) {
		t.Errorf("logged answer of a cut transfer: %q", cut)
	}
}

func TestFaultsApply(t *testing.T) {
	f := start(t)
	f.contact(Contact{Email: "jane@domain.com"})
	f.exchange.Faults.Add(traffic.Fault{Operation: "delete", Kind: traffic.EmptyAfter})
	f.expect("c=delete&data=email^jane@domain.com", "")
	f.expectNames("")
	f.exchange.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.Act, Do: func() {
		f.contact(Contact{Email: "john@domain.com"})
	}})
	f.expect("c=find&email=john@domain.com", "1002 john@domain.com \n")
}

func TestConcurrentUse(t *testing.T) {
	f := start(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			f.send(fmt.Sprintf("c=sub&list_id=5&format=2&data=email^user%d@domain.com", i))
			f.send("c=find&email=user&exact=0")
			f.Snapshot()
			if err := f.Set("wc-byte-order-mark"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := len(f.Contacts("plain")); got != 8 {
		t.Errorf("%d contacts, want 8", got)
	}
}

func TestOtherPathsAndMethods(t *testing.T) {
	f := start(t)
	for _, test := range []struct {
		method, url string
		status      int
	}{
		{http.MethodPost, strings.TrimSuffix(f.url, "api_web"), http.StatusNotFound},
		{http.MethodPut, f.url, http.StatusMethodNotAllowed},
	} {
		request, err := http.NewRequest(test.method, test.url, nil)
		f.must(err)
		response, err := http.DefaultClient.Do(request)
		f.must(err)
		if err := response.Body.Close(); err != nil {
			t.Error(err)
		}
		if response.StatusCode != test.status {
			t.Errorf("%s %s: status %d, want %d", test.method, test.url, response.StatusCode, test.status)
		}
	}
	if f.exchange.Log.Len() != 2 {
		t.Errorf("%d entries, want 2", f.exchange.Log.Len())
	}
}

func TestActionsIgnoreOutputFormat(t *testing.T) {
	f := start(t)
	f.expect("c=delete&data=email^jane@domain.com&output_format=xml&headers=1", "SUCCESS: 1 record(s) procesed. 0 users deleted")
}
