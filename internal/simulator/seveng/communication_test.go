package seveng_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// longest is as long as a value may be, with a letter of two bytes in it.
var longest = "é" + strings.Repeat("a", 242) + "@example.com"

func TestReadCommunication(t *testing.T) {
	w := newWorld(t)
	const want = `{"result":true,"message":"","recordCount":1,"data":{"bizEntityID":42,"communicationID":1001,"communicationTypeID":1,` +
		`"externalBizEntityId":"BE-1","externalCommunicationId":"EMAIL-001","externalOrganisationId":null,"externalPersonId":null,` +
		`"name":"billing@example.com","organisationID":null,"personID":null}}`
	for _, query := range []string{"CommunicationID=1001", "ExternalCommunicationId=EMAIL-001", "externalcommunicationid=EMAIL-001",
		"CommunicationID=1001&ExternalCommunicationId=OTHER"} {
		if r := w.call("GET", "/communication?"+query, ""); r.status != 200 || r.body != want {
			t.Errorf("%s: got %d %s", query, r.status, r.body)
		}
	}
	for query, fragment := range map[string]string{
		"":                             "required",
		"?BizEntityID=42":              "required",
		"?CommunicationID=0":           "required",
		"?CommunicationID=abc":         "whole number",
		"?CommunicationID=99999999999": "32 bits",
		"?ExternalCommunicationId=" + strings.Repeat("x", 51):      "50",
		"?CommunicationID=1&ExternalCommunicationId=EMAIL-001":     "No record was found",
		"?CommunicationID=1002":                                    "No record was found",
		"?ExternalCommunicationId=email-001":                       "No record was found",
		"?ExternalCommunicationId=EMAIL-001&CommunicationID=-1001": "whole number",
	} {
		r := w.call("GET", "/communication"+query, "")
		w.want(r, 200, false, fragment)
		if !strings.HasSuffix(r.body, `"recordCount":0,"data":{}}`) {
			t.Errorf("%s: a refusal carries data {}: %s", query, r.body)
		}
	}
}

func TestCreateCommunication(t *testing.T) {
	tests := []struct {
		name, body, refusal string
		owner               seveng.OwnerKey
	}{
		{name: "native owner", body: `{"communicationID":0,"externalCommunicationId":"E2","communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}},
		{name: "external owner", body: `{"communicationTypeID":1,"name":"a@example.com","externalPersonId":"P-1"}`, owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}},
		{name: "pair", body: `{"communicationTypeID":1,"name":"a@example.com","organisationID":9,"externalOrganisationId":"ORG-1"}`, owner: seveng.OwnerKey{Kind: seveng.Organisation, ID: 9}},
		{name: "any case, numeric texts", body: `{"CommunicationID":null,"CommunicationTypeID":"1","NAME":"a@example.com","BizEntityID":"42"}`, owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}},
		{name: "unset owners", body: `{"communicationTypeID":1,"name":"a@example.com","bizEntityID":0,"externalBizEntityId":0,"personID":"","externalPersonId":"","organisationID":9,"externalOrganisationId":null}`, owner: seveng.OwnerKey{Kind: seveng.Organisation, ID: 9}},
		{name: "longest value", body: `{"communicationTypeID":1,"name":"` + longest + `","bizEntityID":42}`, owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}},
		{name: "longest external id", body: `{"externalCommunicationId":"` + strings.Repeat("x", 50) + `","communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}},
		{name: "same number twice", body: `{"communicationTypeID":3,"name":"+61 400 000 000","personID":7}`, owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}},

		{name: "with an id", body: `{"communicationID":1001,"communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, refusal: "0 or null"},
		{name: "no type", body: `{"name":"a@example.com","bizEntityID":42}`, refusal: "communicationTypeID is required"},
		{name: "unknown type", body: `{"communicationTypeID":5,"name":"a@example.com","bizEntityID":42}`, refusal: "type 5 does not exist"},
		{name: "type not a number", body: `{"communicationTypeID":"email","name":"a@example.com","bizEntityID":42}`, refusal: "whole number"},
		{name: "no value", body: `{"communicationTypeID":1,"bizEntityID":42}`, refusal: "name is required"},
		{name: "blank value", body: `{"communicationTypeID":1,"name":"  ","bizEntityID":42}`, refusal: "name is required"},
		{name: "value not a text", body: `{"communicationTypeID":2,"name":61400000000,"bizEntityID":42}`, refusal: "text"},
		{name: "value too long", body: `{"communicationTypeID":1,"name":"a` + longest + `","bizEntityID":42}`, refusal: "255"},
		{name: "external id too long", body: `{"externalCommunicationId":"` + strings.Repeat("x", 51) + `","communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, refusal: "50"},
		{name: "duplicate external id", body: `{"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"a@example.com","personID":7}`, refusal: "externalCommunicationId is already in use"},
		{name: "duplicate e-mail", body: `{"communicationTypeID":1,"name":"Billing@Example.com","personID":7}`, refusal: "e-mail address is already in use"},
		{name: "no e-mail", body: `{"communicationTypeID":1,"name":"nobody","bizEntityID":42}`, refusal: "valid e-mail"},
		{name: "domain without a dot", body: `{"communicationTypeID":1,"name":"a@localhost","bizEntityID":42}`, refusal: "valid e-mail"},
		{name: "no number", body: `{"communicationTypeID":2,"name":"call me","bizEntityID":42}`, refusal: "valid number"},
		{name: "no owner", body: `{"communicationTypeID":1,"name":"a@example.com"}`, refusal: "owner is required"},
		{name: "two owners", body: `{"communicationTypeID":1,"name":"a@example.com","bizEntityID":42,"externalPersonId":"P-1"}`, refusal: "one owner"},
		{name: "unknown owner", body: `{"communicationTypeID":1,"name":"a@example.com","personID":42}`, refusal: "Person 42 was not found"},
		{name: "unknown external owner", body: `{"communicationTypeID":1,"name":"a@example.com","externalPersonId":"BE-1"}`, refusal: "Person BE-1 was not found"},
		{name: "pair that does not match", body: `{"communicationTypeID":1,"name":"a@example.com","bizEntityID":42,"externalBizEntityId":"BE-9"}`, refusal: "different owners"},
		{name: "external owner too long", body: `{"communicationTypeID":1,"name":"a@example.com","externalPersonId":"` + strings.Repeat("x", 51) + `"}`, refusal: "50"},
		{name: "external owner not a text", body: `{"communicationTypeID":1,"name":"a@example.com","externalPersonId":7}`, refusal: "text"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.service.AddCommunication(seveng.Communication{TypeID: 3, Name: "+61 400 000 000", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}}); err != nil {
				t.Fatal(err)
			}
			before := w.service.Communications()
			r := w.call("POST", "/Communication", test.body)
			if test.refusal != "" {
				w.want(r, 200, false, test.refusal)
				if after := w.service.Communications(); !reflect.DeepEqual(after, before) {
					t.Errorf("a refused POST left %v", after)
				}
				return
			}
			w.want(r, 200, true, "")
			if r.object["recordCount"] != 1.0 || r.object["message"] != "" || r.data()["communicationID"] != 1003.0 {
				t.Errorf("got %s", r.body)
			}
			if c, _ := w.service.Communication(1003); c.Owner != test.owner {
				t.Errorf("the owner is %v, want %v", c.Owner, test.owner)
			}
			if got := w.call("GET", "/communication?CommunicationID=1003", ""); !reflect.DeepEqual(got.data(), r.data()) {
				t.Errorf("GET %v differs from POST %v", got.data(), r.data())
			}
		})
	}
}

func TestUpdateCommunication(t *testing.T) {
	unchanged := first()
	unchanged.ID = 1001
	renamed := unchanged
	renamed.Name = "accounts@example.com"
	phone := unchanged
	phone.TypeID, phone.Name = 2, "02 5550 0000"
	moved := unchanged
	moved.Owner = seveng.OwnerKey{Kind: seveng.Person, ID: 7}

	tests := []struct {
		name, body, refusal string
		want                seveng.Communication
	}{
		{name: "value", body: `{"communicationID":1001,"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"accounts@example.com","bizEntityID":42}`, want: renamed},
		{name: "by external id", body: `{"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"accounts@example.com","externalBizEntityId":"BE-1"}`, want: renamed},
		{name: "external id left out is kept", body: `{"communicationID":1001,"communicationTypeID":1,"name":"accounts@example.com","bizEntityID":42}`, want: renamed},
		{name: "type", body: `{"communicationID":1001,"communicationTypeID":2,"name":"02 5550 0000","bizEntityID":42}`, want: phone},
		{name: "owner", body: `{"communicationID":1001,"communicationTypeID":1,"name":"billing@example.com","bizEntityID":null,"externalBizEntityId":null,"personID":7}`, want: moved},
		{name: "the same again", body: `{"communicationID":1001,"communicationTypeID":1,"name":"billing@example.com","bizEntityID":42,"externalBizEntityId":"BE-1"}`, want: unchanged},

		{name: "no id", body: `{"communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, refusal: "communicationID or externalCommunicationId"},
		{name: "missing record", body: `{"communicationID":1003,"communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, refusal: "No record was found"},
		{name: "other external id", body: `{"communicationID":1001,"externalCommunicationId":"E9","communicationTypeID":1,"name":"a@example.com","bizEntityID":42}`, refusal: "cannot be changed"},
		{name: "old owner still there", body: `{"communicationID":1001,"communicationTypeID":1,"name":"a@example.com","bizEntityID":42,"personID":7}`, refusal: "one owner"},
		{name: "external id of the old owner still there", body: `{"communicationID":1001,"communicationTypeID":1,"name":"a@example.com","externalBizEntityId":"BE-1","personID":7}`, refusal: "one owner"},
		{name: "no owner", body: `{"communicationID":1001,"communicationTypeID":1,"name":"a@example.com"}`, refusal: "owner is required"},
		{name: "unknown owner", body: `{"communicationID":1001,"communicationTypeID":1,"name":"a@example.com","organisationID":1}`, refusal: "Organisation 1 was not found"},
		{name: "no value", body: `{"communicationID":1001,"communicationTypeID":1,"bizEntityID":42}`, refusal: "name is required"},
		{name: "e-mail of another record", body: `{"communicationID":1001,"communicationTypeID":1,"name":"Taken@example.com","bizEntityID":42}`, refusal: "already in use"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.service.AddCommunication(seveng.Communication{TypeID: 1, Name: "taken@example.com", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}}); err != nil {
				t.Fatal(err)
			}
			r := w.call("PUT", "/communication", test.body)
			if test.refusal != "" {
				w.want(r, 200, false, test.refusal)
				test.want = unchanged
			} else {
				w.want(r, 200, true, "")
			}
			if c, _ := w.service.Communication(1001); c != test.want {
				t.Errorf("the record is %v, want %v", c, test.want)
			}
		})
	}
}

func TestDeleteCommunication(t *testing.T) {
	const published = `{"result":true,"message":"Communication deleted successfully","recordCount":0,"data":null}`
	for _, query := range []string{"CommunicationID=1001", "ExternalCommunicationId=EMAIL-001", "CommunicationID=1001&ExternalCommunicationId=OTHER"} {
		w := newWorld(t)
		if r := w.call("DELETE", "/Communication?"+query, ""); r.status != 200 || r.body != published {
			t.Errorf("%s: got %d %s", query, r.status, r.body)
		}
		w.want(w.call("DELETE", "/Communication?"+query, ""), 200, false, "No record was found")
		w.want(w.call("GET", "/Communication?"+query, ""), 200, false, "No record was found")
	}
	w := newWorld(t)
	w.want(w.call("DELETE", "/communication", ""), 200, false, "required")
	w.want(w.call("DELETE", "/communication", `{"communicationID":1001}`), 200, false, "required")
}

func TestIDsAreNotReusedAndValuesAreFreed(t *testing.T) {
	w := newWorld(t)
	const body = `{"externalCommunicationId":"EMAIL-001","communicationTypeID":1,"name":"billing@example.com","bizEntityID":42}`
	for id := 1001; id < 1004; id++ {
		w.want(w.call("DELETE", fmt.Sprintf("/communication?CommunicationID=%d", id), ""), 200, true, "deleted")
		w.want(w.call("POST", "/communication", body), 200, true, "")
		if _, present := w.service.Communication(int64(id + 1)); !present {
			t.Errorf("record %d is not there", id+1)
		}
	}
}

func TestOnlyEmailsMustBeUnique(t *testing.T) {
	w := newWorld(t)
	w.setTypes(append(seveng.DefaultTypes(), seveng.Type{ID: 9, Name: "Portal login"})...)
	for _, body := range []string{
		`{"communicationTypeID":9,"name":"billing@example.com","personID":7}`,
		`{"communicationTypeID":9,"name":"jane@example.com","personID":7}`,
		`{"communicationTypeID":1,"name":"jane@example.com","personID":7}`,
		`{"communicationTypeID":9,"name":"jane","personID":7}`,
	} {
		w.want(w.call("POST", "/communication", body), 200, true, "")
	}
	w.want(w.call("POST", "/communication", `{"communicationTypeID":1,"name":"jane@example.com","bizEntityID":42}`), 200, false, "in use")
}
