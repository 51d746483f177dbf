package seveng_test

import (
	"reflect"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// names of the record as the next reads see it; "-" is not found.
func (w *world) next(path string, reads int) []string {
	w.t.Helper()
	var seen []string
	for range reads {
		r := w.call("GET", path, "")
		name, _ := r.data()["name"].(string)
		if r.result() == false {
			name = "-"
		}
		seen = append(seen, name)
	}
	return seen
}

func TestStaleReads(t *testing.T) {
	const (
		old = "billing@example.com"
		new = "accounts@example.com"
	)
	tests := []struct {
		name, method, path, body string
		read                     string
		want                     []string
	}{
		{"after a create", "POST", "/communication", `{"externalCommunicationId":"E2","communicationTypeID":1,"name":"accounts@example.com","personID":7}`, "/communication?CommunicationID=1002", []string{"-", "-", new, new}},
		{"after a create, by external id", "POST", "/communication", `{"externalCommunicationId":"E2","communicationTypeID":1,"name":"accounts@example.com","personID":7}`, "/communication?ExternalCommunicationId=E2", []string{"-", "-", new, new}},
		{"after an update", "PUT", "/communication", otherName, read, []string{old, old, new}},
		{"after an update, by external id", "PUT", "/communication", otherName, "/communication?ExternalCommunicationId=EMAIL-001", []string{old, old, new}},
		{"after a delete", "DELETE", read, "", read, []string{old, old, "-"}},
		{"after a delete, by external id", "DELETE", read, "", "/communication?ExternalCommunicationId=EMAIL-001", []string{old, old, "-"}},
		{"after the owner went", "DELETE", "/bizentity?BizEntityID=42", "", read, []string{old, old, "-"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, "7g-stale-reads")
			w.want(w.call(test.method, test.path, test.body), 200, true, "")
			if got := w.next(test.read, len(test.want)); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestStaleReadsShareTheirCountButNotWithOtherRecords(t *testing.T) {
	w := newWorld(t, "7g-stale-reads")
	w.want(w.call("POST", "/communication", newPhone), 200, true, "")
	w.want(w.call("PUT", "/communication", otherName), 200, true, "")
	if got := w.next("/communication?CommunicationID=1002", 3); !reflect.DeepEqual(got, []string{"-", "-", "02 5550 0000"}) {
		t.Errorf("the new record: %v", got)
	}
	w.next(read, 1)
	if got := w.next("/communication?ExternalCommunicationId=EMAIL-001", 2); got[0] != "billing@example.com" || got[1] != "accounts@example.com" {
		t.Errorf("the changed record: %v", got)
	}
}

func TestStaleExternalIDThatFoundANewRecord(t *testing.T) {
	w := newWorld(t, "7g-stale-reads")
	w.want(w.call("DELETE", read, ""), 200, true, "")
	w.want(w.call("POST", "/communication", `{"externalCommunicationId":"EMAIL-001","communicationTypeID":2,"name":"123","personID":7}`), 200, true, "")
	if got := w.next("/communication?ExternalCommunicationId=EMAIL-001", 3); !reflect.DeepEqual(got, []string{"billing@example.com", "billing@example.com", "123"}) {
		t.Errorf("got %v", got)
	}
}

func TestStaleOwnerLists(t *testing.T) {
	w := newWorld(t, "7g-stale-reads")
	lists := func(path string) (seen [][]string) {
		for range 3 {
			seen = append(seen, w.nested(path))
		}
		return seen
	}
	w.want(w.call("PUT", "/communication", toPerson), 200, true, "")
	if got := lists("/bizentity?BizEntityID=42"); !reflect.DeepEqual(got, [][]string{{"billing@example.com"}, {"billing@example.com"}, {}}) {
		t.Errorf("the old owner: %v", got)
	}
	if got := lists("/person?PersonID=7"); !reflect.DeepEqual(got, [][]string{{}, {}, {"accounts@example.com"}}) {
		t.Errorf("the new owner: %v", got)
	}
	w.want(w.call("PUT", "/person", `{"personID":7}`), 200, true, "")
	if got := lists("/person?PersonID=7"); !reflect.DeepEqual(got, [][]string{{"accounts@example.com"}, {"accounts@example.com"}, {}}) {
		t.Errorf("after the owner's PUT: %v", got)
	}
}

func TestAnotherActorIsSeenAtOnce(t *testing.T) {
	w := newWorld(t, "7g-stale-reads")
	w.want(w.call("PUT", "/communication", otherName), 200, true, "")
	if !w.service.ChangeCommunication(1001, func(c *seveng.Communication) { c.Name, c.ID = "moved@example.com", 5 }) {
		t.Error("there is such a record")
	}
	if got := w.next(read, 1); got[0] != "moved@example.com" {
		t.Errorf("got %v", got)
	}
	if !w.service.RemoveCommunication(1001) || w.service.RemoveCommunication(1001) ||
		w.service.ChangeCommunication(1001, func(*seveng.Communication) {}) {
		t.Error("the answer whether there was such a record is wrong")
	}
	if got := w.next(read, 1); got[0] != "-" {
		t.Errorf("got %v", got)
	}
}
