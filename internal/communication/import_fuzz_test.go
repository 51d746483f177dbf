package communication_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// FuzzImport: an import id leads to the communication that it names, or to an
// error; one that cannot name any is refused before a request.
func FuzzImport(f *testing.F) {
	for _, id := range []string{"", "501", "+501", "0501", "-1", "0", "99999999999999999999", "external:EMAIL-001", "external:501", "external:", "External:EMAIL-001", "EMAIL-001", "external:external:x", "501 ", "external:\x00", "external:a&CommunicationID=502"} {
		f.Add(id)
	}
	sim := acctest.Simulator(f)
	state := sim.SevenG.Snapshot()
	held := map[int64]seveng.Communication{}
	for number, externalID := range []string{"EMAIL-001", "502", ""} {
		c := seveng.Communication{ID: int64(501 + number), ExternalID: externalID, TypeID: 1, Name: "a" + strconv.Itoa(number) + "@example.com", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}}
		state.Communications = append(state.Communications, c)
		held[c.ID] = c
	}
	if err := sim.SevenG.Restore(state); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || strings.ToValidUTF8(id, "") != id {
			return // without an id an identity counts, and Terraform has no other texts
		}
		sim.Log.Reset()
		state, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Import("reach_communication", id, nil)
		number, err := strconv.ParseInt(id, 10, 64)
		numeric := err == nil && number > 0
		external, isExternal := strings.CutPrefix(id, "external:")
		if !numeric && (!isExternal || external == "") && sim.Log.Len() > 0 {
			t.Fatalf("%q was asked for: %+v", id, sim.Log.Entries())
		}
		if len(acctest.Errors(diagnostics)) > 0 {
			return
		}
		if !state.Exists() {
			if !numeric {
				t.Fatalf("%q is imported as nothing, without an error", id)
			}
			return // Terraform itself says that there is no such record
		}
		found := held[state.Attribute("communication_id").(int64)]
		switch {
		case numeric && found.ID == number:
		case isExternal && strings.EqualFold(found.ExternalID, external):
		default:
			t.Fatalf("%q is imported as %+v", id, found)
		}
	})
}
