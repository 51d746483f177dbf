package contact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// expectElsewhere holds a provider to leaving a contact of another place alone:
// it is not asked for, not changed and not deleted, where another one has its id there.
func expectElsewhere(t *testing.T, sim *simulator.Simulator, realm string, state acctest.State, places ...string) {
	t.Helper()
	for _, verify := range []bool{true, false} {
		server := acctest.NewConfigured(t, sim, realm, map[string]any{"verify_before_delete": verify})
		before := sim.Log.Len()
		_, diagnostics := server.Refresh(typeName, state)
		acctest.OneError(t, diagnostics, services.SummaryElsewhere, append(places, "whatcounts.realm (WHATCOUNTS_REALM)", "terraform state rm", `id = "1001"`)...)
		// What follows reaches the provider with -refresh=false.
		_, diagnostics = server.Change(typeName, state, jane(map[string]any{"last_name": "Doe"}))
		acctest.OneError(t, diagnostics, services.SummaryElsewhere, places...)
		kept, diagnostics := server.Change(typeName, state, nil)
		acctest.OneError(t, diagnostics, services.SummaryElsewhere, places...)
		if !kept.Exists() || sim.Log.Len() != before {
			t.Errorf("in state %v, asked %d times", kept.Exists(), sim.Log.Len()-before)
		}
	}
	server := acctest.NewConfigured(t, sim, realm, map[string]any{"deletion_policy": "abandon"})
	if left, diagnostics := server.Change(typeName, state, nil); left.Exists() || len(acctest.Errors(diagnostics)) > 0 {
		t.Errorf("it is not forgotten:\n%s", acctest.Texts(diagnostics))
	}
}

// noteOf is what the provider remembers of a record beside its attributes.
func noteOf(t *testing.T, state acctest.State) string {
	t.Helper()
	var private map[string][]byte
	if err := json.Unmarshal(state.Private, &private); err != nil {
		t.Fatal(err)
	}
	return string(private["note"])
}

// withNote is the state with another note.
func withNote(t *testing.T, state acctest.State, note string) acctest.State {
	t.Helper()
	private, err := json.Marshal(map[string][]byte{"note": []byte(note)})
	if err != nil {
		t.Fatal(err)
	}
	state.Private = private
	return state
}

// A contact of another realm, or of a realm of the same name at another address,
// is somebody else.
func TestContactOfAnotherPlace(t *testing.T) {
	t.Parallel()
	home, other := acctest.Simulator(t), acctest.Simulator(t)
	state := acctest.NewConfigured(t, home, acctest.Realm, nil).Created(typeName, jane(nil))
	expectElsewhere(t, home, acctest.KeyedRealm, state, "realm "+acctest.Realm+" at "+home.WhatCountsURL(), "realm "+acctest.KeyedRealm)

	acctest.NewConfigured(t, other, acctest.Realm, nil).Created(typeName, jane(map[string]any{"email": "ahmed@example.com"}))
	expectElsewhere(t, other, acctest.Realm, state, home.WhatCountsURL(), other.WhatCountsURL())
	if left := other.WhatCounts.Contacts(acctest.Realm); len(left) != 1 || left[0].Email != "ahmed@example.com" {
		t.Errorf("the other place holds %v", left)
	}

	server := acctest.NewConfigured(t, home, acctest.Realm, nil)
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
}

// A state that remembers the realm alone is read, changed and deleted there, and
// remembers the address from then on.
func TestContactThatRemembersItsRealm(t *testing.T) {
	t.Parallel()
	home, other := acctest.Simulator(t), acctest.Simulator(t)
	state := acctest.NewConfigured(t, home, acctest.Realm, nil).Created(typeName, jane(nil))
	full := `"origin":"` + home.WhatCountsURL() + `","realm":"` + acctest.Realm + `"`
	note := noteOf(t, state)
	former := withNote(t, state, strings.ReplaceAll(note, full, `"origin":"`+acctest.Realm+`"`))
	if noteOf(t, former) == note {
		t.Fatalf("the note is another one: %s", note)
	}
	expectElsewhere(t, home, acctest.KeyedRealm, former, "seen in the realm "+acctest.Realm+",")
	server := acctest.NewConfigured(t, home, acctest.Realm, nil)
	read, diagnostics := server.Refresh(typeName, former)
	acctest.NoErrors(t, diagnostics)
	if note := noteOf(t, read); !strings.Contains(note, full) {
		t.Errorf("the note is %s", note)
	}
	acctest.NewConfigured(t, other, acctest.Realm, nil).Created(typeName, jane(nil))
	expectElsewhere(t, other, acctest.Realm, read, other.WhatCountsURL())
	_, diagnostics = server.Change(typeName, former, nil)
	acctest.NoErrors(t, diagnostics)
}
