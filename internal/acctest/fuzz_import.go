package acctest

import (
	"strconv"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// ImportIDs is how the records of a resource are named in an import. Beside
// these names there is always the native id, a number above zero.
type ImportIDs struct {
	Resource    string
	IDAttribute string // holds the native id
	Seeds       []string
	CouldName   func(id string) bool              // any record at all
	Names       func(id string, found int64) bool // the record with this native id
}

// FuzzImport imports whatever it is given: an id leads to the record that it
// names, or to an error; one that cannot name any record is refused before a
// request.
func FuzzImport(f *testing.F, sim *simulator.Simulator, ids ImportIDs) {
	for _, id := range ids.Seeds {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || strings.ToValidUTF8(id, "") != id {
			return // without an id an identity counts, and Terraform has no other texts
		}
		sim.Log.Reset()
		state, diagnostics := NewConfigured(t, sim, Realm, nil).Import(ids.Resource, id, nil)
		number, err := strconv.ParseInt(id, 10, 64)
		numeric := err == nil && number > 0
		if !numeric && !ids.CouldName(id) && sim.Log.Len() > 0 {
			t.Fatalf("%q was asked for: %+v", id, sim.Log.Entries())
		}
		if len(Errors(diagnostics)) > 0 {
			return
		}
		if !state.Exists() {
			if !numeric {
				t.Fatalf("%q is imported as nothing, without an error", id)
			}
			return // Terraform itself says that there is no such record
		}
		found := state.Attribute(ids.IDAttribute).(int64)
		if numeric && found != number || !numeric && !ids.Names(id, found) {
			t.Fatalf("%q is imported as %v", id, Plain(state.Value))
		}
	})
}
