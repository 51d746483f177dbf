package communication_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// An owner's external id in another letter case is the other owner that has
// it, or an error that shows the spelling; never a record in a wrong place,
// and never Terraform's words for a fault of the provider.
func TestOwnerInAnotherLetterCase(t *testing.T) {
	t.Parallel()
	of := func(externalID string) map[string]any {
		config := maps.Clone(phone)
		config["owner"] = map[string]any{"type": "biz_entity", "external_id": externalID}
		return config
	}
	for name, dialects := range map[string][]string{
		"told apart":                        nil,
		"found in any case":                 {"7g-owner-in-any-case"},
		"in any case, answers with ids":     {"7g-owner-in-any-case", "7g-write-answer-ids-only"},
		"in any case, owner by id in POSTs": {"7g-owner-in-any-case", "7g-post-external-owner-refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, dialects...)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			none := server.None(typeName)
			if made, diagnostics := server.Change(typeName, none, of("be-1")); made.Exists() || !strings.Contains(acctest.Texts(diagnostics), "be-1") {
				t.Errorf("a create for be-1 says\n%s", acctest.Texts(diagnostics))
			}
			if n := len(sim.SevenG.Communications()); n != 0 {
				t.Errorf("%d communications after it", n)
			}
			state := server.Created(typeName, of("BE-1"))
			kept, diagnostics := server.Change(typeName, state, of("be-1"))
			if text := acctest.Texts(acctest.Errors(diagnostics)); !strings.Contains(text, `Write owner.external_id as "BE-1"`) {
				t.Errorf("a change to be-1 says\n%s", text)
			}
			if owner := kept.Attribute("owner"); owner.(map[string]any)["external_id"] != "BE-1" {
				t.Errorf("in state is %v", owner)
			}

			before := sim.SevenG.Snapshot()
			before.Owners = append(before.Owners, simulated.Owner{Kind: simulated.BizEntity, ID: 44, ExternalID: "be-1", Name: "Nguyen Super Fund"})
			if err := sim.SevenG.Restore(before); err != nil {
				t.Fatal(err)
			}
			server = acctest.NewConfigured(t, sim, acctest.Realm, nil)
			moved, diagnostics := server.Change(typeName, state, of("be-1"))
			acctest.NoErrors(t, diagnostics)
			if held := sim.SevenG.Communications(); len(held) != 1 || held[0].Owner.ID != 44 {
				t.Errorf("with two owners 7G holds %v", held)
			}
			if owner := moved.Attribute("owner"); owner.(map[string]any)["external_id"] != "be-1" {
				t.Errorf("in state is %v", owner)
			}
		})
	}
}
