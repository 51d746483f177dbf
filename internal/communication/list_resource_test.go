package communication_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// owning is a listing of one owner's communications.
func owning(owner map[string]any) map[string]any { return map[string]any{"owner": owner} }

// However many an owner has, they come from one request, in full too.
func TestListCommunications(t *testing.T) {
	t.Parallel()
	native := map[string]any{"type": "biz_entity", "id": 42}
	external := map[string]any{"type": "biz_entity", "external_id": "BE-1"}
	for name, test := range map[string]struct {
		held   int
		owner  map[string]any
		full   bool
		limit  int64
		listed int
		cut    string
	}{
		"none":                         {0, native, true, 5000, 0, ""},
		"one":                          {1, native, false, 5000, 1, ""},
		"one, in full, by external id": {1, external, true, 5000, 1, ""},
		"250":                          {250, native, false, 5000, 250, ""},
		"251, in full":                 {251, native, true, 5000, 251, ""},
		"1200":                         {1200, native, false, 5000, 1200, ""},
		"1200, a limit":                {1200, external, true, 2, 2, "there are more"},
		"1200, the usual limit":        {1200, native, false, 0, 100, "there are more"},
		"as many as the limit":         {100, native, false, 0, 100, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := simulator.DefaultSeed()
			for i := range test.held {
				seed.SevenG.Communications = append(seed.SevenG.Communications, simulated.Communication{
					ID: int64(2000 - i), TypeID: 2, Name: fmt.Sprintf("+61 2 0000 %04d", i), Owner: simulated.OwnerKey{Kind: simulated.BizEntity, ID: 42},
				})
			}
			sim := simulatortest.Start(t, simulator.Options{Seed: seed})
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			acctest.ExpectRequests(t, sim, func() {
				listed, diagnostics := server.List(typeName, acctest.Listing{Config: owning(test.owner), Limit: test.limit, IncludeResource: test.full})
				acctest.NoErrors(t, diagnostics)
				if len(listed) != test.listed {
					t.Fatalf("%d listed", len(listed))
				}
				acctest.ExpectCut(t, listed, test.cut)
				for i, one := range listed {
					id := int64(2001 - test.held + i)
					if want := fmt.Sprintf("phone +61 2 0000 %04d (%d)", 2000-id, id); one.DisplayName != want || one.Identity["communication_id"] != id || (one.Resource != nil) != test.full {
						t.Errorf("listed %+v, not %s", one, want)
					}
				}
			}, "GET /bizentity")
		})
	}
}

// A communication listed in full is the one that an import of it would read.
func TestListCommunicationsInFull(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"7g-type-ids-other", "7g-unset-absent", "7g-unset-zero"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t, dialect)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			server.Created(typeName, billing(nil))
			server.Created(typeName, billing(map[string]any{"type": "mobile", "value": "+61 400 000 000", "external_id": nil}))
			listed, diagnostics := server.List(typeName, acctest.Listing{Config: owning(map[string]any{"type": "biz_entity", "external_id": "BE-1"}), IncludeResource: true})
			acctest.NoErrors(t, diagnostics)
			if len(listed) != 2 || listed[0].DisplayName != "email billing@example.com (1001)" || listed[1].DisplayName != "mobile +61 400 000 000 (1002)" {
				t.Fatalf("listed %+v", listed)
			}
			server.ExpectListedAsImported(typeName, listed)
			server.ExpectNoChange(typeName, listed[0].State, billing(nil))
		})
	}
}

func TestListCommunicationsErrors(t *testing.T) {
	t.Parallel()
	sim := household(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for name, test := range map[string]struct {
		owner   any
		summary string
		texts   []string
		sent    []string
	}{
		"unknown owner":    {map[string]any{"type": "person", "id": 4711}, communication.SummaryNotListed, []string{"person 4711"}, []string{"GET /person"}},
		"no id":            {map[string]any{"type": "person"}, communication.SummaryOwner, []string{"owner.id", "neither"}, nil},
		"two owners' ids":  {map[string]any{"type": "person", "id": 7, "external_id": "P-2"}, communication.SummaryNotListed, []string{`person 7 has the external id "P-1" and not "P-2"`}, []string{"GET /person"}},
		"no such kind":     {map[string]any{"type": "family", "id": 7}, "Invalid Attribute Value Match", []string{"biz_entity"}, nil},
		"an id that is no": {map[string]any{"type": "person", "id": 0}, "Invalid Attribute Value", []string{"id"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.ExpectRequests(t, sim, func() {
				listed, diagnostics := server.List(typeName, acctest.Listing{Config: map[string]any{"owner": test.owner}})
				acctest.OneError(t, diagnostics, test.summary, test.texts...)
				if len(listed) != 0 {
					t.Errorf("listed %+v", listed)
				}
			}, test.sent...)
		})
	}
	t.Run("7G is not configured", func(t *testing.T) {
		alone := acctest.NewServer(t)
		acctest.NoErrors(t, alone.Configure(map[string]any{}))
		_, diagnostics := alone.List(typeName, acctest.Listing{Config: owning(map[string]any{"type": "person", "id": 7})})
		acctest.OneError(t, diagnostics, "7G is not configured", "SEVENG_ACCESS_TOKEN")
	})
}

// Covered in-process by TestListCommunicationsInFull.
func TestAccListCommunications_cli(t *testing.T) {
	t.Parallel()
	sim := household(t)
	const all = "reach_communication.all"
	first := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"communication_id": knownvalue.Int64Exact(1001)})
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: acctest.Configuration(sim, `data "reach_communication_types" "all" {}`)},
			{
				Query: true,
				// The provider block of the step before is still there.
				Config: `
list "reach_communication" "all" {
  provider         = reach
  include_resource = true

  config {
    owner = { type = "biz_entity", id = 42 }
  }
}
`,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength(all, 2),
					querycheck.ExpectIdentity(all, map[string]knownvalue.Check{"communication_id": knownvalue.Int64Exact(1002)}),
					querycheck.ExpectResourceDisplayName(all, first, knownvalue.StringExact("email billing@example.com (1001)")),
					querycheck.ExpectResourceKnownValues(all, first, []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("value"), KnownValue: knownvalue.StringExact("billing@example.com")},
					}),
				},
			},
		},
	})
}
