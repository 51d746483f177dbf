package provider_test

import (
	"slices"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
)

// TestOneRunAsksOnce plans many data sources that need the same answers, with
// a real CLI and the provider as a process of its own.
func TestOneRunAsksOnce(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	if _, err := sim.SevenG.AddCommunication(seveng.Communication{TypeID: 1, Name: "billing@example.com", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}}); err != nil {
		t.Fatal(err)
	}
	terraform := acctest.NewCLI(t, acctest.Configuration(sim, `
data "reach_optout" "many" {
  count = 100
  email = "user${count.index}@test.example.com"
}

data "reach_lists" "many" {
  count = 20
}

data "reach_communication_types" "many" {
  count = 20
}

data "reach_communications" "many" {
  count = 20
  owner = { type = "biz_entity", id = 42 }
}
`))
	terraform.Attach(acctest.StartProvider(t, acctest.BuildProvider(t)))
	terraform.MustRun("init", "-input=false")
	terraform.MustRun("plan", "-input=false", "-parallelism=100")
	var sent []string
	for _, entry := range sim.Log.Entries() {
		sent = append(sent, entry.Operation)
	}
	slices.Sort(sent)
	want := []string{"GET /bizentity", "GET /common/lookup", "POST /user/login", "show_lists", "show_optglobal"}
	if !slices.Equal(sent, want) {
		t.Errorf("the run sent %q, not %q", sent, want)
	}
}
