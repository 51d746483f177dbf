package communication_test

import (
	"fmt"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// forms are one text, whole and in pieces.
var forms = []string{"Zo\u00eb", "Zoe\u0308"}

// storedAs is a communication whose texts another program has stored in a form,
// those of its owner too.
func storedAs(t *testing.T, form string) (*simulator.Simulator, int64) {
	t.Helper()
	sim := acctest.Simulator(t)
	owner := sim.SevenG.AddOwner(simulated.Owner{Kind: simulated.BizEntity, ID: 44, ExternalID: "of " + form, Name: "Zoe"})
	return sim, addIn(t, sim, form, owner)
}

func addIn(t *testing.T, sim *simulator.Simulator, form string, owner simulated.Owner) int64 {
	t.Helper()
	added, err := sim.SevenG.AddCommunication(simulated.Communication{TypeID: 1, Name: form + "@example.com", ExternalID: form, Owner: owner.Key()})
	if err != nil {
		t.Fatal(err)
	}
	return added.ID
}

// zoe is how Terraform has it, whatever the form in 7G.
func zoe() map[string]any {
	return map[string]any{
		"type": "email", "value": forms[0] + "@example.com", "external_id": forms[0],
		"owner": map[string]any{"type": "biz_entity", "external_id": "of " + forms[0]},
	}
}

// A communication in one form is imported by the other, planned empty, changed
// in place and deleted; what names it in 7G stays as it is spelled there.
func TestCommunicationInAnotherForm(t *testing.T) {
	t.Parallel()
	for _, stored := range forms {
		for _, asked := range forms {
			for _, verify := range []bool{true, false} {
				t.Run(fmt.Sprintf("%q by %q, verify %t", stored, asked, verify), func(t *testing.T) {
					t.Parallel()
					sim, id := storedAs(t, stored)
					server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": verify})
					state, problems := server.Import(typeName, "external:"+asked, nil)
					acctest.NoErrors(t, problems)
					config := zoe()
					server.ExpectNoChange(typeName, state, config)
					config["value"] = "new@example.com"
					state, problems = server.Change(typeName, state, config)
					acctest.NoErrors(t, problems)
					if held, _ := sim.SevenG.Communication(id); held.Name != "new@example.com" || held.ExternalID != stored || held.Owner.ID != 44 {
						t.Errorf("stored is %+v", held)
					}
					config["owner"] = map[string]any{"type": "person", "id": 7}
					state, problems = server.Change(typeName, state, config)
					acctest.NoErrors(t, problems)
					config["owner"] = zoe()["owner"]
					state, problems = server.Change(typeName, state, config)
					acctest.NoErrors(t, problems)
					if held, _ := sim.SevenG.Communication(id); held.ExternalID != stored || held.Owner.ID != 44 {
						t.Errorf("moved it is %+v", held)
					}
					_, problems = server.Change(typeName, state, nil)
					acctest.NoErrors(t, problems)
					if left := sim.SevenG.Communications(); len(left) > 0 {
						t.Errorf("left is %+v", left)
					}
				})
			}
		}
	}
}

// Every search by external id finds the record by any form of it.
func TestExternalIDInAnotherFormIsFound(t *testing.T) {
	t.Parallel()
	for _, stored := range forms {
		sim, id := storedAs(t, stored)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		found, problems := server.Look(typeName, map[string]any{"external_id": forms[0]})
		acctest.NoErrors(t, problems)
		if found["communication_id"] != id {
			t.Errorf("%q: the data source shows %v", stored, found)
		}
		listed, problems := server.List(typeName, acctest.Listing{Config: map[string]any{"owner": zoe()["owner"]}})
		acctest.NoErrors(t, problems)
		if len(listed) != 1 || listed[0].Identity["communication_id"] != id {
			t.Errorf("%q: %v is listed", stored, listed)
		}
		_, problems = server.Act(deleteAction, map[string]any{"external_ids": []any{forms[0]}, "dry_run": false, "expected_count": 1})
		acctest.NoErrors(t, problems)
		if left := sim.SevenG.Communications(); len(left) > 0 {
			t.Errorf("%q: left is %+v", stored, left)
		}
	}
}

// Two records that differ in form only are told apart by native id, and refused
// where their external ids would have to.
func TestTwinsInOtherForms(t *testing.T) {
	t.Parallel()
	sim, id := storedAs(t, forms[0])
	twin := addIn(t, sim, forms[1], simulated.Owner{Kind: simulated.Person, ID: 7})
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for _, asked := range forms {
		_, problems := server.Import(typeName, "external:"+asked, nil)
		acctest.OneError(t, problems, communication.SummaryNotImported, fmt.Sprint(id), fmt.Sprint(twin), "native id")
	}
	_, problems := server.Act(deleteAction, map[string]any{"external_ids": []any{forms[0]}, "dry_run": false, "expected_count": 1})
	acctest.OneError(t, problems, communication.SummaryNotRead, fmt.Sprint(twin))
	state, problems := server.Import(typeName, fmt.Sprint(twin), nil)
	acctest.NoErrors(t, problems)
	_, problems = server.Change(typeName, state, nil)
	acctest.NoErrors(t, problems)
	if left := sim.SevenG.Communications(); len(left) != 1 || left[0].ID != id {
		t.Errorf("left is %+v", left)
	}
}

// A pattern of safeguards.deletable matches a value in any form.
func TestScopeInAnotherForm(t *testing.T) {
	t.Parallel()
	for _, stored := range forms {
		for pattern, matches := range map[string]bool{"zo\u00eb@*": true, "zoe\u0308@*": true, "zoe@*": false} {
			sim, id := storedAs(t, stored)
			server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"deletable": []any{pattern}})
			state, problems := server.Import(typeName, fmt.Sprint(id), nil)
			acctest.NoErrors(t, problems)
			_, problems = server.Change(typeName, state, nil)
			if !matches {
				acctest.OneError(t, problems, deletion.SummaryOutside)
				continue
			}
			acctest.NoErrors(t, problems)
		}
	}
}
