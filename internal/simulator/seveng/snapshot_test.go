package seveng_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

func TestSnapshotSurvivesJSON(t *testing.T) {
	w := newWorld(t)
	w.want(w.call("POST", "/communication", newPhone), 200, true, "")
	w.want(w.call("DELETE", "/communication?CommunicationID=1002", ""), 200, true, "")
	w.service.AddOwner(seveng.Owner{Kind: seveng.Person, Name: "No Id"})
	w.service.SetUser(seveng.User{Name: "eve", Password: "x", Disabled: true, Missing: []seveng.Permission{seveng.Deletion}})
	saved, err := json.Marshal(w.service.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	var loaded seveng.Snapshot
	if err := json.Unmarshal(saved, &loaded); err != nil {
		t.Fatal(err)
	}
	other := seveng.New(&traffic.Exchange{})
	if err := other.Restore(loaded); err != nil {
		t.Fatal(err)
	}
	if got, want := other.Snapshot(), w.service.Snapshot(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	added, err := other.AddCommunication(seveng.Communication{TypeID: 2, Name: "123", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}})
	if err != nil || added.ID != 1003 {
		t.Errorf("got %v, %v: the id of a deleted record came back", added, err)
	}
}

func TestSnapshotByHand(t *testing.T) {
	owner := seveng.OwnerKey{Kind: seveng.Person, ID: 101}
	service := seveng.New(&traffic.Exchange{})
	err := service.Restore(seveng.Snapshot{
		Owners: []seveng.Owner{{Kind: seveng.Person}, {Kind: seveng.Person, ID: 7}},
		Communications: []seveng.Communication{
			{TypeID: 1, Name: "b@example.com", Owner: owner},
			{ID: 5000, TypeID: 1, Name: "a@example.com", Owner: owner},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if ids := service.Communications(); ids[0].ID != 5000 || ids[1].ID != 5001 {
		t.Errorf("got %v", ids)
	}
}

func TestSnapshotThatDoesNotFit(t *testing.T) {
	person := []seveng.Owner{{Kind: seveng.Person, ID: 7, ExternalID: "P-1"}}
	good := seveng.Communication{ID: 1, ExternalID: "E1", TypeID: 1, Name: "a@example.com", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 7}}
	with := func(change func(*seveng.Communication)) []seveng.Communication {
		changed := good
		changed.ID, changed.ExternalID = 2, "E2"
		change(&changed)
		return []seveng.Communication{good, changed}
	}
	tests := []struct {
		name, want string
		from       seveng.Snapshot
	}{
		{"user twice", "once", seveng.Snapshot{Users: []seveng.User{{Name: "a"}, {Name: "a"}}}},
		{"user without a name", "once", seveng.Snapshot{Users: []seveng.User{{}}}},
		{"unknown kind", "biz_entity", seveng.Snapshot{Owners: []seveng.Owner{{Kind: "company", ID: 1}}}},
		{"owner twice", "twice", seveng.Snapshot{Owners: append(person, seveng.Owner{Kind: seveng.Person, ID: 7})}},
		{"external id of owner twice", "twice", seveng.Snapshot{Owners: append(person, seveng.Owner{Kind: seveng.Person, ExternalID: "P-1"})}},
		{"external id of owner too long", "50", seveng.Snapshot{Owners: []seveng.Owner{{Kind: seveng.Person, ExternalID: strings.Repeat("x", 51)}}}},
		{"id twice", "twice", seveng.Snapshot{Owners: person, Communications: with(func(c *seveng.Communication) { c.ID = 1 })}},
		{"external id twice", "already in use", seveng.Snapshot{Owners: person, Communications: with(func(c *seveng.Communication) { c.ExternalID = "E1" })}},
		{"unknown owner", "Person 8", seveng.Snapshot{Owners: person, Communications: with(func(c *seveng.Communication) { c.Owner.ID = 8 })}},
		{"unknown type", "type 9", seveng.Snapshot{Owners: person, Communications: with(func(c *seveng.Communication) { c.TypeID = 9 })}},
		{"no name", "name is required", seveng.Snapshot{Owners: person, Communications: with(func(c *seveng.Communication) { c.Name = "" })}},
		{"external id too long", "50", seveng.Snapshot{Owners: person, Communications: with(func(c *seveng.Communication) { c.ExternalID = strings.Repeat("x", 51) })}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			before := w.service.Snapshot()
			err := w.service.Restore(test.from)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
			if !reflect.DeepEqual(before, w.service.Snapshot()) {
				t.Error("a refused snapshot changed the state")
			}
		})
	}
}

func TestAddCommunicationFollowsTheRules(t *testing.T) {
	w := newWorld(t)
	owner := seveng.OwnerKey{Kind: seveng.Person, ID: 7}
	for fragment, c := range map[string]seveng.Communication{
		"already in use":  {TypeID: 1, Name: "billing@example.com", Owner: owner},
		"may have been":   {ID: 1000, TypeID: 2, Name: "123", Owner: owner},
		"does not exist":  {TypeID: 7, Name: "123", Owner: owner},
		"was not found":   {TypeID: 2, Name: "123", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 8}},
		"kind of owner":   {TypeID: 2, Name: "123"},
		"name is requir":  {TypeID: 2, Owner: owner},
		"50 characters":   {TypeID: 2, Name: "123", ExternalID: strings.Repeat("x", 51), Owner: owner},
		"valid e-mail":    {TypeID: 1, Name: "123", Owner: owner},
		"externalCommuni": {TypeID: 2, Name: "123", ExternalID: "EMAIL-001", Owner: owner},
	} {
		if _, err := w.service.AddCommunication(c); err == nil || !strings.Contains(err.Error(), fragment) {
			t.Errorf("%+v: got %v, want %q in it", c, err, fragment)
		}
	}
	added, err := w.service.AddCommunication(seveng.Communication{ID: 12345, TypeID: 2, Name: "123", Owner: owner})
	if err != nil || added.ID != 12345 {
		t.Errorf("got %v, %v", added, err)
	}
}
