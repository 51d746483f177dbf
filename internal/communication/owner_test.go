package communication_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
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

// Configuration that Terraform generates names an owner by both ids. So both are
// taken where they are one owner's, and nothing is written where they are not.
func TestOwnerByBothIDs(t *testing.T) {
	t.Parallel()
	of := func(owner map[string]any) map[string]any {
		config := maps.Clone(phone)
		config["owner"] = owner
		return config
	}
	one := of(map[string]any{"type": "biz_entity", "id": 42, "external_id": "BE-1"})
	mixed := of(map[string]any{"type": "biz_entity", "id": 42, "external_id": "BE-9"})
	both := func(t *testing.T, dialects ...string) (*simulator.Simulator, *acctest.Server) {
		sim := acctest.Simulator(t, dialects...)
		sim.SevenG.AddOwner(simulated.Owner{Kind: simulated.BizEntity, ID: 45, ExternalID: "BE-9", Name: "Second"})
		return sim, acctest.NewConfigured(t, sim, acctest.Realm, nil)
	}
	for name, dialects := range map[string][]string{"": nil, "answers with ids": {"7g-write-answer-ids-only"}, "owner by id in POSTs": {"7g-post-external-owner-refused"}} {
		t.Run("one owner's, "+name, func(t *testing.T) {
			t.Parallel()
			sim, server := both(t, dialects...)
			state := server.Created(typeName, one)
			if held := sim.SevenG.Communications(); len(held) != 1 || held[0].Owner.ID != 42 {
				t.Errorf("7G holds %v", held)
			}
			if planned := server.Plan(typeName, state, one); !planned.State.Value.Equal(state.Value) {
				t.Errorf("the next plan is not empty: %v", planned.State)
			}
			acctest.OneError(t, acctest.Errors(server.Plan(typeName, state, mixed).Diagnostics), communication.SummaryOwnerIDs)
			moved, problems := server.Change(typeName, state, of(map[string]any{"type": "biz_entity", "id": 45, "external_id": "BE-9"}))
			acctest.NoErrors(t, problems)
			if owner := moved.Attribute("owner").(map[string]any); owner["id"] != int64(45) || owner["external_id"] != "BE-9" {
				t.Errorf("in state is %v", owner)
			}
		})
		t.Run("two owners', "+name, func(t *testing.T) {
			t.Parallel()
			sim, server := both(t, dialects...)
			made, problems := server.Change(typeName, server.None(typeName), mixed)
			if held := sim.SevenG.Communications(); made.Exists() || len(held) != 0 || !strings.Contains(acctest.Texts(acctest.Errors(problems)), `has the external id "BE-1" and not "BE-9"`) {
				t.Errorf("7G holds %v after\n%s", held, acctest.Texts(problems))
			}
			state := server.Created(typeName, of(map[string]any{"type": "person", "id": 7}))
			kept, problems := server.Change(typeName, state, mixed)
			if held := sim.SevenG.Communications(); held[0].Owner.ID != 7 || len(acctest.Errors(problems)) != 1 {
				t.Errorf("7G holds %v and state %v after\n%s", held, kept.Attribute("owner"), acctest.Texts(problems))
			}
		})
	}
	t.Run("the owner cannot be read", func(t *testing.T) {
		t.Parallel()
		sim, server := both(t)
		sim.Faults.Add(traffic.Fault{Operation: "GET /bizentity", Kind: traffic.StatusBefore, Status: 403, Count: -1})
		made, problems := server.Change(typeName, server.None(typeName), one)
		if held := sim.SevenG.Communications(); made.Exists() || len(held) != 0 || !strings.Contains(acctest.Texts(acctest.Errors(problems)), "reading biz_entity 42") {
			t.Errorf("7G holds %v after\n%s", held, acctest.Texts(problems))
		}
	})
}

// Some CLIs generate an owner without its native id. A record that exists keeps
// the owner that it has; one that is to be made has none to keep.
func TestOwnerByItsTypeAlone(t *testing.T) {
	t.Parallel()
	of := func(kind string, more map[string]any) map[string]any {
		config := maps.Clone(phone)
		config["owner"] = map[string]any{"type": kind}
		maps.Copy(config, more)
		return config
	}
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	created := maps.Clone(phone)
	created["owner"] = map[string]any{"type": "person", "external_id": "P-2"}
	state := server.Created(typeName, created)
	server.ExpectNoChange(typeName, state, of("person", nil))
	acctest.OneError(t, acctest.Errors(server.Plan(typeName, state, of("biz_entity", nil)).Diagnostics), communication.SummaryOwner, "owner.id")
	state, problems := server.Change(typeName, state, of("person", map[string]any{"value": "0400 000 000"}))
	acctest.NoErrors(t, problems)
	if held := sim.SevenG.Communications(); len(held) != 1 || held[0].Owner.ID != 8 || held[0].Name != "0400 000 000" {
		t.Errorf("7G holds %v", held)
	}
	acctest.OneError(t, acctest.Errors(server.Plan(typeName, server.None(typeName), of("person", nil)).Diagnostics), communication.SummaryOwner, "owner.id")
	planned := server.Plan(typeName, state, of("person", map[string]any{"external_id": "PHONE-9"}))
	if len(planned.Replace) == 0 && len(acctest.Errors(planned.Diagnostics)) == 0 {
		t.Error("another external id is neither a replacement nor refused")
	}
}
