package acctest

import (
	"fmt"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

// MoveState is a resource that takes over the state of generic providers.
type MoveState struct {
	Resource string
	Record   map[string]any // a configuration
	NotRead  string         // the summary where the record is not there
	States   []ForeignState // that hold the id
	Refused  []ForeignState // that do not
}

// ForeignState is the state of a resource of another provider.
type ForeignState struct{ Provider, Type, JSON string }

// Check runs a test for each state.
func (m MoveState) Check(t *testing.T) {
	sim := Simulator(t)
	NewConfigured(t, sim, Realm, nil).Created(m.Resource, m.Record)
	for i, from := range m.States {
		t.Run(fmt.Sprint(i, " ", from.Type), func(t *testing.T) {
			server := NewConfigured(t, sim, Realm, nil)
			moved, problems := server.Move(m.Resource, from.Provider, from.Type, from.JSON)
			NoErrors(t, problems)
			OneError(t, server.Plan(m.Resource, moved, m.Record).Diagnostics, services.SummaryUnread)
			OneError(t, server.Plan(m.Resource, moved, nil).Diagnostics, services.SummaryUnread)
			server = NewConfigured(t, sim, Realm, nil)
			read, problems := server.Refresh(m.Resource, moved)
			NoErrors(t, problems)
			if !read.SameIdentity(moved) {
				t.Error("the identity changes with the first read")
			}
			server.ExpectNoChange(m.Resource, read, m.Record)
		})
	}
	for i, from := range m.Refused {
		t.Run(fmt.Sprint("refused ", i, " ", from.Type), func(t *testing.T) {
			if moved, problems := NewConfigured(t, sim, Realm, nil).Move(m.Resource, from.Provider, from.Type, from.JSON); moved.Exists() || len(Errors(problems)) != 1 {
				t.Errorf("it is moved:\n%s", Texts(problems))
			}
		})
	}
	t.Run("of a record that is not there", func(t *testing.T) {
		server := NewConfigured(t, Simulator(t), Realm, nil)
		moved, problems := server.Move(m.Resource, m.States[0].Provider, m.States[0].Type, m.States[0].JSON)
		NoErrors(t, problems)
		kept, problems := server.Refresh(m.Resource, moved)
		if OneError(t, problems, m.NotRead); !kept.Exists() {
			t.Error("it is dropped from state")
		}
	})
}
