package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// Identity is a resource, and what has to be known of it to hold its identity
// to what is promised of every one.
type Identity struct {
	Resource    string
	IDAttribute string         // of the resource and of its identity
	NotImported string         // the summary where an identity names nothing
	Record      map[string]any // a configuration
	Changed     map[string]any // another one of the same record
	ImportIDs   []string       // all that name it once it is changed
	Remove      func(sim *simulator.Simulator, id int64) error
}

// Check runs a test for each promise.
func (i Identity) Check(t *testing.T) {
	t.Run("after every call", i.afterEveryCall)
	t.Run("of an older state", i.ofAnOlderState)
	t.Run("that names nothing", i.namingNothing)
}

// afterEveryCall: it is there, and the same one, also when the record is gone.
func (i Identity) afterEveryCall(t *testing.T) {
	t.Parallel()
	sim := Simulator(t)
	server := NewConfigured(t, sim, Realm, nil)
	created := server.Created(i.Resource, i.Record)
	id := created.Attribute(i.IDAttribute).(int64)
	states := map[string]State{"create": created}
	after := func(call string, state State, problems []*tfprotov6.Diagnostic) {
		t.Helper()
		NoErrors(t, problems)
		states[call] = state
	}
	refreshed, problems := server.Refresh(i.Resource, created)
	after("refresh", refreshed, problems)
	changed, problems := server.Change(i.Resource, refreshed, i.Changed)
	after("update", changed, problems)
	imported, problems := server.Import(i.Resource, "", map[string]any{i.IDAttribute: id})
	after("import by identity", imported, problems)
	for _, name := range i.ImportIDs {
		imported, problems := server.Import(i.Resource, name, nil)
		after("import of "+name, imported, problems)
	}
	if err := i.Remove(sim, id); err != nil {
		t.Fatal(err)
	}
	gone, problems := server.Refresh(i.Resource, changed)
	after("refresh of what is gone", gone, problems)
	if gone.Exists() {
		t.Error("a record that is gone is still in state")
	}
	for call, state := range states {
		if !state.SameIdentity(created) {
			t.Errorf("the identity is missing or another one after %s", call)
		}
	}
}

// ofAnOlderState: a state from before there were identities gets one from
// whatever comes first.
func (i Identity) ofAnOlderState(t *testing.T) {
	t.Parallel()
	server := NewConfigured(t, Simulator(t), Realm, nil)
	created := server.Created(i.Resource, i.Record)
	older := created
	older.Identity = nil
	refreshed, problems := server.Refresh(i.Resource, older)
	NoErrors(t, problems)
	changed, problems := server.Change(i.Resource, older, i.Changed)
	NoErrors(t, problems)
	for call, state := range map[string]State{"refresh": refreshed, "update": changed} {
		if !state.SameIdentity(created) {
			t.Errorf("the identity is missing or another one after %s", call)
		}
	}
}

// namingNothing: an import by an identity without an id is refused unasked.
func (i Identity) namingNothing(t *testing.T) {
	t.Parallel()
	sim := Simulator(t)
	server := NewConfigured(t, sim, Realm, nil)
	ExpectSilence(t, sim, func() {
		for _, id := range []any{0, -1, nil} {
			_, problems := server.Import(i.Resource, "", map[string]any{i.IDAttribute: id})
			OneError(t, problems, i.NotImported, i.IDAttribute, "above zero")
		}
	})
}
