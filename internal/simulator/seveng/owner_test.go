package seveng_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// nested returns the names in the communications of an owner's answer.
func (w *world) nested(path string) []string {
	w.t.Helper()
	r := w.call("GET", path, "")
	w.want(r, 200, true, "")
	items, present := r.data()["communications"].([]any)
	if !present {
		w.t.Fatalf("no communications in %s", r.body)
	}
	found := []string{}
	for _, item := range items {
		object, _ := item.(map[string]any)
		found = append(found, fmt.Sprint(object["name"]))
	}
	return found
}

func TestReadOwner(t *testing.T) {
	w := newWorld(t)
	tests := []struct{ path, want string }{
		{"/BizEntity?BizEntityID=42", `{"result":true,"message":"","recordCount":1,"data":[{"accounts":[],`},
		{"/bizentity?externalBizEntityId=BE-1", `"communications":[{"bizEntityID":42,"communicationID":1001,`},
		{"/person?PersonID=7", `{"result":true,"message":null,"recordCount":1,"data":[{"addresses":[],"communications":[],"externalPersonId":"P-1","firstName":"Jane","lastName":"Smith","personID":7}]}`},
		{"/person?ExternalPersonId=P-1", `"personID":7`},
		{"/organisation?OrganisationID=9", `"data":{"addresses":[],"communications":[],"externalOrganisationId":"ORG-1",`},
		{"/organisation?externalOrganisationId=ORG-1", `"organisationID":9`},
		{"/person?PersonID=8", `"result":false,"message":"No record was found`},
		{"/organisation?ExternalOrganisationId=P-1", `"result":false,"message":"No record was found`},
		{"/person", `personID or externalPersonId is required`},
		{"/organisation", `organisationID or externalOrganisationId is required`},
		{"/person?PersonID=x", `whole number`},
		{"/bizentity?Name=x", `does not know the filter name`},
		{"/bizentity?PageSize=1001", `1000`},
	}
	for _, test := range tests {
		if r := w.call("GET", test.path, ""); r.status != 200 || !strings.Contains(r.body, test.want) {
			t.Errorf("%s: got %d %s\nwant %s in it", test.path, r.status, r.body, test.want)
		}
	}
}

func TestOwnerPages(t *testing.T) {
	w := newWorld(t)
	for id := range int64(104) {
		w.service.AddOwner(seveng.Owner{Kind: seveng.BizEntity, ID: 1000 + id})
	}
	for query, want := range map[string]int{
		"": 100, "?PageNumber=2": 5, "?pageNumber=3": 0, "?PageSize=1000": 105, "?PageSize=50&PageNumber=3": 5,
		"?PageNumber=2147483647&PageSize=1000": 0,
	} {
		r := w.call("GET", "/BizEntity"+query, "")
		rows, _ := r.object["data"].([]any)
		if len(rows) != want || r.object["recordCount"] != float64(want) {
			t.Errorf("%s: %d rows, recordCount %v, want %d", query, len(rows), r.object["recordCount"], want)
		}
	}
}

func TestDeleteOwnerCascades(t *testing.T) {
	w := newWorld(t)
	if _, err := w.service.AddCommunication(seveng.Communication{TypeID: 2, Name: "123", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}}); err != nil {
		t.Fatal(err)
	}
	r := w.call("DELETE", "/BizEntity?BizEntityID=42", "")
	if r.body != `{"result":true,"message":"BizEntity deleted successfully","recordCount":0,"data":null}` {
		t.Errorf("got %s", r.body)
	}
	w.want(w.call("GET", read, ""), 200, false, "No record")
	w.want(w.call("GET", "/communication?CommunicationID=1002", ""), 200, true, "")
	w.want(w.call("DELETE", "/BizEntity?ExternalBizEntityId=BE-1", ""), 200, false, "No record")
	w.want(w.call("DELETE", "/organisation?ExternalOrganisationId=ORG-1", ""), 200, true, "Organisation deleted successfully")
	w.want(w.call("DELETE", "/person", ""), 200, false, "required")
	w.want(w.call("DELETE", "/person?PersonID=7", ""), 200, true, "Person deleted successfully")
	if left := w.service.Communications(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestUpdateOwnerReplacesItsCommunications(t *testing.T) {
	const kept = `{"communicationID":1001,"communicationTypeID":1,"name":"billing@example.com"}`
	const second = `{"communicationID":1002,"communicationTypeID":2,"name":"02 5550 0000"}`
	tests := []struct {
		name, body, refusal string
		want                string // ids and names
	}{
		{name: "kept and changed", body: `{"bizEntityID":42,"communications":[` + kept + `,` + strings.Replace(second, "0000", "1111", 1) + `]}`, want: "1001 billing@example.com, 1002 02 5550 1111, 1003 person@example.com"},
		{name: "one left out", body: `{"bizEntityID":42,"communications":[` + second + `]}`, want: "1002 02 5550 0000, 1003 person@example.com"},
		{name: "array left out", body: `{"externalBizEntityId":"BE-1"}`, want: "1003 person@example.com"},
		{name: "one is new", body: `{"bizEntityID":42,"communications":[` + kept + `,{"communicationTypeID":1,"name":"new@example.com"}]}`, want: "1001 billing@example.com, 1003 person@example.com, 1004 new@example.com"},
		{name: "value of one that is left out", body: `{"bizEntityID":42,"communications":[{"communicationTypeID":1,"name":"billing@example.com"}]}`, want: "1003 person@example.com, 1004 billing@example.com"},
		{name: "record of another owner", body: `{"bizEntityID":42,"communications":[{"communicationID":1003,"communicationTypeID":1,"name":"x@example.com"}]}`, refusal: "not one of this"},
		{name: "record twice", body: `{"bizEntityID":42,"communications":[` + kept + `,` + kept + `]}`, refusal: "not one of this"},
		{name: "taken address", body: `{"bizEntityID":42,"communications":[{"communicationTypeID":3,"name":"0400 000 000"},{"communicationTypeID":1,"name":"Person@example.com"}]}`, refusal: "already in use"},
		{name: "not an array", body: `{"bizEntityID":42,"communications":{}}`, refusal: "array"},
		{name: "external id of another", body: `{"bizEntityID":42,"externalBizEntityId":"BE-2"}`, refusal: "already in use"},
		{name: "missing owner", body: `{"bizEntityID":43}`, refusal: "No record"},
		{name: "no id", body: `{}`, refusal: "required"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.service.AddOwner(seveng.Owner{Kind: seveng.BizEntity, ID: 50, ExternalID: "BE-2"})
			for _, c := range []seveng.Communication{
				{TypeID: 2, Name: "02 5550 0000", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}},
				{TypeID: 1, Name: "person@example.com", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}},
			} {
				if _, err := w.service.AddCommunication(c); err != nil {
					t.Fatal(err)
				}
			}
			before := w.service.Snapshot()
			r := w.call("PUT", "/BizEntity", test.body)
			if test.refusal != "" {
				w.want(r, 200, false, test.refusal)
				if after := w.service.Snapshot(); !reflect.DeepEqual(before, after) {
					t.Errorf("a refused PUT left %+v", after)
				}
				test.want = "1001 billing@example.com, 1002 02 5550 0000, 1003 person@example.com"
			} else {
				w.want(r, 200, true, "")
			}
			var got []string
			for _, c := range w.service.Communications() {
				got = append(got, fmt.Sprintf("%d %s", c.ID, c.Name))
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
			if c, present := w.service.Communication(1001); present && c.ExternalID != "EMAIL-001" {
				t.Errorf("the external id is %q", c.ExternalID)
			}
		})
	}
}

func TestUpdateOwnerChangesItsOwnFields(t *testing.T) {
	w := newWorld(t)
	w.want(w.call("PUT", "/person", `{"personID":7,"externalPersonId":"P-9","firstName":"Jo"}`), 200, true, "")
	r := w.call("GET", "/person?ExternalPersonId=P-9", "")
	if r.data()["firstName"] != "Jo" || r.data()["personID"] != 7.0 {
		t.Errorf("got %s", r.body)
	}
	w.want(w.call("PUT", "/organisation", `{"organisationID":9}`), 200, true, "")
	if owners := w.service.Snapshot().Owners; owners[2].Name != "Smith Pty Ltd" || owners[2].ExternalID != "ORG-1" {
		t.Errorf("got %v", owners)
	}
}
