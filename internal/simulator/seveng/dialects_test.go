package seveng_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

const (
	newPhone  = `{"communicationTypeID":2,"name":"02 5550 0000","bizEntityID":42}`
	otherName = `{"communicationID":1001,"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"accounts@example.com","bizEntityID":42}`
	otherID   = `{"communicationID":1001,"externalCommunicationId":"EMAIL-002","communicationTypeID":1,"name":"accounts@example.com","bizEntityID":42}`
	noID      = `{"communicationID":1001,"communicationTypeID":1,"name":"accounts@example.com","bizEntityID":42}`
	toPerson  = `{"communicationID":1001,"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"accounts@example.com","personID":7}`
	missing   = `{"communicationID":999,"communicationTypeID":1,"name":"accounts@example.com","bizEntityID":42}`
)

// dialectCases hold one request each, answered without and with the dialect.
// An answer is "STATUS BODY"; a wanted one may be the part that matters.
var dialectCases = []struct {
	dialect, method, path, body string
	without, with               string
}{
	{"7g-one-communication-per-owner", "POST", "/communication", newPhone, `200 {"result":true`, `BizEntity 42 is already assigned to another Communication record.`},
	{"7g-one-communication-per-owner", "PUT", "/communication", otherName, `200 {"result":true`, `200 {"result":true`},
	{"7g-duplicate-email-allowed", "POST", "/communication", `{"communicationTypeID":1,"name":"BILLING@example.com","personID":7}`, `200 {"result":false`, `200 {"result":true`},
	{"7g-format-unchecked", "POST", "/communication", `{"communicationTypeID":1,"name":"anything","personID":7}`, `200 {"result":false`, `200 {"result":true`},
	{"7g-validation-400", "POST", "/communication", `{}`, `200 {"result":false`, `400 {"result":false`},
	{"7g-validation-400", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `200 {"result":false`},

	{"7g-not-found-404", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `404 {"result":false`},
	{"7g-not-found-404", "PUT", "/communication", missing, `200 {"result":false`, `404 {"result":false`},
	{"7g-not-found-404", "DELETE", "/communication?CommunicationID=999", "", `200 {"result":false`, `404 {"result":false`},
	{"7g-not-found-404", "GET", "/person?PersonID=999", "", `200 {"result":false`, `404 {"result":false`},
	{"7g-not-found-404-empty", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `404 `},
	{"7g-not-found-400", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `400 {"result":false`},
	{"7g-not-found-null", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `200 {"result":true,"message":"","recordCount":0,"data":null}`},
	{"7g-not-found-null", "DELETE", "/communication?CommunicationID=999", "", `200 {"result":false`, `200 {"result":true,"message":"","recordCount":0,"data":null}`},
	{"7g-not-found-empty-object", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `200 {"result":true,"message":"","recordCount":0,"data":{}}`},
	{"7g-not-found-empty-array", "GET", "/communication?CommunicationID=999", "", `200 {"result":false`, `200 {"result":true,"message":"","recordCount":0,"data":[]}`},

	{"7g-put-native-id-required", "PUT", "/communication", `{"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, `200 {"result":true`, `communicationID is required`},
	{"7g-get-array", "GET", read, "", `"data":{"bizEntityID"`, `"data":[{"bizEntityID"`},
	{"7g-organisation-get-array", "GET", "/organisation?OrganisationID=9", "", `"data":{"`, `"data":[{"`},
	{"7g-message-null", "GET", read, "", `"message":"",`, `"message":null,`},
	{"7g-message-null", "DELETE", read, "", `"message":"Communication deleted successfully"`, `{"result":true,"message":null,"recordCount":0,"data":null}`},
	{"7g-delete-counts-one", "DELETE", read, "", `"recordCount":0`, `{"result":true,"message":"Communication deleted successfully","recordCount":1,"data":null}`},
	{"7g-owner-change-refused", "PUT", "/communication", toPerson, `"personID":7`, `The owner of a communication cannot be changed.`},
	{"7g-owner-change-refused", "PUT", "/communication", otherName, `200 {"result":true`, `200 {"result":true`},
	{"7g-owner-change-ignored", "PUT", "/communication", toPerson, `"personID":7`, `"name":"accounts@example.com","organisationID":null,"personID":null}`},
	{"7g-type-ids-other", "GET", "/common/lookup?Name=communicationTypeID", "", `"data":[{"id":1,"value":"Email"}`, `"data":[{"id":101,"value":"Email"}`},
	{"7g-type-ids-other", "GET", read, "", `"communicationTypeID":1,`, `"communicationTypeID":101,`},
	{"7g-type-ids-other", "POST", "/communication", newPhone, `"communicationTypeID":2,`, `Communication type 2 does not exist.`},
	{"7g-type-ids-other", "POST", "/communication", strings.Replace(newPhone, ":2", ":102", 1), `type 102 does not exist`, `"communicationTypeID":102,`},
	{"7g-type-ids-strings", "GET", "/common/lookup?Name=communicationTypeID", "", `{"id":1,`, `{"id":"1","value":"Email"}`},
	{"7g-type-ids-strings", "GET", read, "", `"communicationTypeID":1,`, `"communicationTypeID":"1",`},
	{"7g-put-external-id-ignored", "PUT", "/communication", otherID, `externalCommunicationId cannot be changed.`, `"externalCommunicationId":"EMAIL-001"`},
	{"7g-put-external-id-cleared", "PUT", "/communication", noID, `"externalCommunicationId":"EMAIL-001"`, `"externalCommunicationId":null`},
	{"7g-put-external-id-cleared", "PUT", "/communication", otherID, `cannot be changed`, `cannot be changed`},
	{"7g-workflow-refuses-delete", "DELETE", read, "", `deleted successfully`, `deleted successfully`},
	{"7g-created-201", "POST", "/communication", newPhone, `200 {"result":true`, `201 {"result":true`},
	{"7g-created-201", "PUT", "/communication", otherName, `200 {"result":true`, `200 {"result":true`},
	{"7g-camel-case-keys-only", "POST", "/communication", strings.Replace(newPhone, "name", "Name", 1), `200 {"result":true`, `name is required`},
	{"7g-camel-case-keys-only", "POST", "/communication", newPhone, `200 {"result":true`, `200 {"result":true`},
	{"7g-unset-zero", "GET", read, "", `"organisationID":null,"personID":null}`, `"externalOrganisationId":"","externalPersonId":"","name":"billing@example.com","organisationID":0,"personID":0}`},
	{"7g-unset-absent", "GET", read, "", `"organisationID":null`, `{"bizEntityID":42,"communicationID":1001,"communicationTypeID":1,"externalBizEntityId":"BE-1","externalCommunicationId":"EMAIL-001","name":"billing@example.com"}`},
	{"7g-post-external-owner-refused", "POST", "/communication", `{"communicationTypeID":2,"name":"02 5550 0000","externalBizEntityId":"BE-1"}`, `200 {"result":true`, `An owner is required`},
	{"7g-post-external-owner-refused", "PUT", "/communication", `{"communicationID":1001,"communicationTypeID":1,"name":"a@example.com","externalBizEntityId":"BE-1"}`, `200 {"result":true`, `200 {"result":true`},
	{"7g-write-answer-ids-only", "POST", "/communication", newPhone, `"name":"02 5550 0000"`, `"data":{"communicationID":1002,"externalCommunicationId":null}}`},
	{"7g-write-answer-ids-only", "PUT", "/communication", otherName, `"name"`, `"data":{"communicationID":1001,"externalCommunicationId":"EMAIL-001"}}`},
	{"7g-write-answer-null", "POST", "/communication", newPhone, `"name":"02 5550 0000"`, `{"result":true,"message":"","recordCount":1,"data":null}`},
	{"7g-name-normalised", "POST", "/communication", `{"communicationTypeID":1,"name":" Jane@Example.com ","personID":7}`, `"name":" Jane@Example.com "`, `"name":"jane@example.com"`},
	{"7g-text-composed", "POST", "/communication", `{"communicationTypeID":1,"externalCommunicationId":"Zoe\u0308","name":"Zoe\u0308@example.com","personID":7}`, "\"name\":\"Zoe\u0308@", "\"name\":\"Zo\u00eb@"},
	{"7g-text-composed", "POST", "/communication", `{"communicationTypeID":1,"externalCommunicationId":"Zoe\u0308","name":"Zoe\u0308@example.com","personID":7}`, "Id\":\"Zoe\u0308\"", "Id\":\"Zo\u00eb\""},
	{"7g-text-decomposed", "POST", "/communication", `{"communicationTypeID":1,"externalCommunicationId":"Zo\u00eb","name":"Zo\u00eb@example.com","personID":7}`, "\"name\":\"Zo\u00eb@", "\"name\":\"Zoe\u0308@"},
	{"7g-text-decomposed", "POST", "/communication", `{"communicationTypeID":1,"externalCommunicationId":"Zo\u00eb","name":"Zo\u00eb@example.com","personID":7}`, "Id\":\"Zo\u00eb\"", "Id\":\"Zoe\u0308\""},
	{"7g-windows-1252", "POST", "/communication", `{"communicationTypeID":2,"externalCommunicationId":"Zo\u00eb \ud83d\ude00","name":"02 5550 0000","personID":7}`, "Zo\u00eb \U0001f600", "Zo\xeb \\ud83d\\ude00"},
	{"7g-windows-1252-undeclared", "POST", "/communication", `{"communicationTypeID":2,"externalCommunicationId":"Zo\u00eb","name":"02 5550 0000","personID":7}`, "Zo\u00eb", "Zo\xeb"},
	{"7g-owner-in-any-case", "GET", "/BizEntity?ExternalBizEntityId=be-1", "", `No record was found`, `"externalBizEntityId":"BE-1"`},
	{"7g-owner-in-any-case", "POST", "/communication", `{"communicationTypeID":2,"name":"02 5550 0000","externalBizEntityId":"be-1"}`, `200 {"result":false`, `"externalBizEntityId":"BE-1"`},
}

// testedElsewhere are the dialects that one request does not show.
var testedElsewhere = []string{
	"7g-bare-token-only", "7g-closed-login-200", "7g-closed-login-403", "7g-expired-token-200", "7g-permission-200",
	"7g-refresh-access-token-only", "7g-refresh-bare-only", "7g-refresh-bearer-only", "7g-stale-reads",
}

func TestDialects(t *testing.T) {
	for _, c := range dialectCases {
		for _, side := range []struct{ dialect, want string }{{"", c.without}, {c.dialect, c.with}} {
			w := newWorld(t, names(side.dialect)...)
			r := w.call(c.method, c.path, c.body)
			got := statusLine(r)
			if !strings.HasPrefix(got, side.want) && (side.want == "404 " || !strings.Contains(got, side.want)) {
				t.Errorf("%s %s under %q:\n got %s\nwant %s", c.method, c.path, side.dialect, got, side.want)
			}
			if side.want == "404 " && got != side.want {
				t.Errorf("got %q, want an empty 404", got)
			}
		}
	}
}

func statusLine(r reply) string {
	return map[int]string{200: "200", 201: "201", 400: "400", 404: "404"}[r.status] + " " + r.body
}

func TestEveryDialectIsTested(t *testing.T) {
	tested := slices.Clone(testedElsewhere)
	for _, c := range dialectCases {
		tested = append(tested, c.dialect)
	}
	last := ""
	for _, d := range seveng.Dialects() {
		if !slices.Contains(tested, d.Name) {
			t.Errorf("no test shows %s", d.Name)
		}
		if d.Name <= last || !strings.HasPrefix(d.Name, "7g-") || !strings.Contains(d.Question, "? ") {
			t.Errorf("%+v: out of order, or without prefix, question or answer", d)
		}
		last = d.Name
	}
}

func TestWorkflowRefusesDelete(t *testing.T) {
	w := newWorld(t)
	w.service.ChangeCommunication(1001, func(c *seveng.Communication) { c.InWorkflow = true })
	w.want(w.call("PUT", "/communication", otherName), 200, true, "")
	if err := w.service.Set("7g-workflow-refuses-delete"); err != nil {
		t.Fatal(err)
	}
	w.want(w.call("DELETE", read, ""), 200, false, "workflow")
	w.service.Unset("7g-workflow-refuses-delete")
	w.want(w.call("DELETE", read, ""), 200, true, "deleted")
}

func TestOneCommunicationPerOwnerOnMoveAndAfterDelete(t *testing.T) {
	w := newWorld(t, "7g-one-communication-per-owner")
	const body = `{"communicationTypeID":2,"name":"02 5550 0000","personID":7}`
	w.want(w.call("POST", "/communication", body), 200, true, "")
	w.want(w.call("PUT", "/communication", toPerson), 200, false, "already assigned to another Communication record")
	w.want(w.call("DELETE", read, ""), 200, true, "")
	w.want(w.call("POST", "/communication", newPhone), 200, true, "")
}

func TestSetAndUnset(t *testing.T) {
	w := newWorld(t)
	err := w.service.Set("7g-get-array", "7g-unheard-of")
	if err == nil || !strings.Contains(err.Error(), "7g-unheard-of") || !strings.Contains(err.Error(), "7g-stale-reads") {
		t.Errorf("got %v", err)
	}
	status := func(want int) {
		t.Helper()
		if r := w.call("GET", "/communication?CommunicationID=999", ""); r.status != want {
			t.Errorf("got %d, want %d", r.status, want)
		}
	}
	if r := w.call("GET", read, ""); strings.Contains(r.body, "[") {
		t.Error("a refused Set switched something")
	}
	if err := w.service.Set("7g-not-found-404", "7g-not-found-400"); err != nil {
		t.Fatal(err)
	}
	status(400)
	w.service.Unset("7g-not-found-400")
	status(404)
	w.service.Unset()
	status(200)
}

func TestNotFoundLeavesStoreAlone(t *testing.T) {
	w := newWorld(t, "7g-not-found-null")
	before := w.service.Communications()
	w.want(w.call("PUT", "/communication", missing), 200, true, "")
	if after := w.service.Communications(); !reflect.DeepEqual(before, after) {
		t.Errorf("got %v", after)
	}
}
