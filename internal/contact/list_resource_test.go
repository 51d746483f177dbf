package contact_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// crowd is a realm with contacts on list 5, ids from 1001. Every tenth is at
// rare.example.com, the others at example.com.
func crowd(t *testing.T, count int) *simulator.Simulator {
	t.Helper()
	seed := simulator.DefaultSeed()
	for i := range count {
		host := "example.com"
		if i%10 == 0 {
			host = "rare.example.com"
		}
		seed.WhatCounts.Realms[0].Contacts = append(seed.WhatCounts.Realms[0].Contacts, simulated.Contact{
			ID: int64(1001 + i), Email: fmt.Sprintf("user%d@%s", i, host), Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}},
		})
	}
	return simulatortest.Start(t, simulator.Options{Seed: seed})
}

// requests are the commands sent since a point in the log, each with how often.
func requests(sim *simulator.Simulator, since int) map[string]int {
	sent := map[string]int{}
	for _, entry := range sim.Log.Since(since) {
		sent[entry.Operation]++
	}
	return sent
}

// How many are listed, and what was asked for it, whatever the size of a list.
func TestListContacts(t *testing.T) {
	t.Parallel()
	var (
		onList     = map[string]any{"list_id": 5}
		inRealm    = map[string]any{"email": "@example.com"}
		both       = map[string]any{"email": "@example.com", "list_id": 5}
		rareOnList = map[string]any{"email": "@RARE.example.com", "list_id": 5}
		part       = map[string]any{"email": "user", "list_id": 5}
		exact      = map[string]any{"email": "User1@example.com", "exact": true}
		exactList  = map[string]any{"email": "user1@example.com", "exact": true, "list_id": 5}
		emptyList  = map[string]any{"list_id": 6}
		nobody     = map[string]any{"email": "nobody@", "exact": false}
	)
	pages := func(n int) map[string]int { return map[string]int{"rpt_subscribers_in_list": n} }
	once := func(commands ...string) map[string]int {
		sent := map[string]int{}
		for _, command := range commands {
			sent[command]++
		}
		return sent
	}
	for name, test := range map[string]struct {
		contacts int
		config   map[string]any
		limit    int64
		listed   int
		requests map[string]int
		cut      string
	}{
		"list, nobody on it":         {0, onList, 5000, 0, pages(1), ""},
		"list of one":                {1, onList, 5000, 1, pages(1), ""},
		"list of a full page":        {250, onList, 5000, 250, pages(2), ""},
		"list of a page and one":     {251, onList, 5000, 251, pages(2), ""},
		"list of 1200":               {1200, onList, 5000, 1200, pages(5), ""},
		"list, a limit in page one":  {1200, onList, 249, 249, pages(1), "there are more"},
		"list, a limit of one page":  {1200, onList, 250, 250, pages(2), "there are more"},
		"list, one more than a page": {1200, onList, 251, 251, pages(2), "there are more"},
		"list, the usual limit":      {1200, onList, 0, 100, pages(1), "there are more"},
		"another list":               {1200, emptyList, 5000, 0, pages(1), ""},
		"realm, none":                {0, inRealm, 5000, 0, once("find"), ""},
		"realm, one":                 {2, inRealm, 5000, 1, once("find"), ""},
		"realm, one less than most":  {276, inRealm, 5000, 248, once("find"), ""},
		"realm, a limit":             {1200, inRealm, 250, 250, once("find"), "there are perhaps more"},
		"realm, no match":            {1200, nobody, 5000, 0, once("find"), ""},
		"realm, exact":               {1200, exact, 5000, 1, once("find"), ""},
		"list and part, few":         {1200, rareOnList, 5000, 120, once("findinlist"), ""},
		"list and part, a full page": {250, part, 5000, 250, map[string]int{"findinlist": 1, "rpt_subscribers_in_list": 2}, ""},
		"list and part, one more":    {251, part, 5000, 251, map[string]int{"findinlist": 1, "rpt_subscribers_in_list": 2}, ""},
		"list and part, many":        {1200, both, 5000, 1080, map[string]int{"findinlist": 1, "rpt_subscribers_in_list": 5}, ""},
		"list and part, a limit":     {1200, both, 250, 250, once("findinlist"), "there are perhaps more"},
		"list and part, 251":         {1200, both, 251, 251, map[string]int{"findinlist": 1, "rpt_subscribers_in_list": 2}, "there are more"},
		"list and exact":             {1200, exactList, 5000, 1, once("findinlist"), ""},
		"list, as many as limit":     {250, onList, 250, 250, pages(2), ""},
		"realm, one below most":      {275, inRealm, 247, 247, once("find"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := crowd(t, test.contacts)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			before := sim.Log.Len()
			listed, diagnostics := server.List(typeName, acctest.Listing{Config: test.config, Limit: test.limit})
			acctest.NoErrors(t, diagnostics)
			if sent := requests(sim, before); !maps.Equal(sent, test.requests) {
				t.Errorf("sent %v, not %v", sent, test.requests)
			}
			acctest.ExpectCut(t, listed, test.cut)
			ids := map[any]bool{}
			for _, one := range listed {
				id := one.Identity["subscriber_id"].(int64)
				ids[id] = true
				stored, _ := sim.WhatCounts.Contact(acctest.Realm, id)
				if want := fmt.Sprintf("%s (%d)", stored.Email, id); one.DisplayName != want || one.Resource != nil {
					t.Errorf("%q is listed, not %q; resource %v", one.DisplayName, want, one.Resource)
				}
			}
			if len(listed) != test.listed || len(ids) != test.listed {
				t.Errorf("%d listed, %d of them different; not %d", len(listed), len(ids), test.listed)
			}
		})
	}
}

// An answer that may be cut is never taken for the whole.
func TestListContactsTellsWhatIsCut(t *testing.T) {
	t.Parallel()
	sim := crowd(t, 1200)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	acctest.ExpectRequests(t, sim, func() {
		listed, diagnostics := server.List(typeName, acctest.Listing{Config: map[string]any{"email": "user"}, Limit: 251})
		if len(listed) != 250 {
			t.Errorf("%d listed", len(listed))
		}
		acctest.OneError(t, diagnostics, contact.SummaryCut, "250 contacts", `"user"`, "Set list_id", "longer part of the address in email", "set limit to 250 or less")
	}, "find")
}

func TestListContactsErrors(t *testing.T) {
	t.Parallel()
	sim := crowd(t, 600)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for name, test := range map[string]struct {
		config  map[string]any
		fault   *traffic.Fault
		listed  int
		summary string
		texts   []string
		sent    []string
	}{
		"unknown list":              {map[string]any{"list_id": 4}, nil, 0, contact.SummaryNotListed, []string{"list 4", "list_id"}, []string{"rpt_subscribers_in_list"}},
		"unknown list, and a part":  {map[string]any{"email": "user", "list_id": 4}, nil, 0, contact.SummaryNotListed, []string{"list_id"}, []string{"findinlist"}},
		"a page that does not come": {map[string]any{"list_id": 5}, &traffic.Fault{Operation: "rpt_subscribers_in_list", Kind: traffic.Replace, Body: "FAILURE: out of order", Skip: 1}, 250, contact.SummaryNotListed, []string{"Out of order"}, []string{"rpt_subscribers_in_list", "rpt_subscribers_in_list"}},
		"everyone":                  {map[string]any{}, nil, 0, contact.SummaryNoScope, []string{"email", "list_id"}, nil},
		"an empty part":             {map[string]any{"email": "", "list_id": 5}, nil, 0, contact.SummaryInvalidEmail, []string{"email"}, nil},
		"exactly nobody":            {map[string]any{"exact": true, "list_id": 5}, nil, 0, contact.SummaryInvalidEmail, []string{"exact"}, nil},
		"exactly a part":            {map[string]any{"email": "user", "exact": true}, nil, 0, contact.SummaryInvalidEmail, []string{"user"}, nil},
		"what cannot be sent":       {map[string]any{"email": "a^b"}, nil, 0, contact.SummaryNotEncodable, []string{"email"}, nil},
		"a list that is none":       {map[string]any{"list_id": 0}, nil, 0, "Invalid Attribute Value", []string{"list_id"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if test.fault != nil {
				sim.Faults.Add(*test.fault)
			}
			acctest.ExpectRequests(t, sim, func() {
				listed, diagnostics := server.List(typeName, acctest.Listing{Config: test.config, Limit: 5000})
				acctest.OneError(t, diagnostics, test.summary, test.texts...)
				if len(listed) != test.listed {
					t.Errorf("%d listed", len(listed))
				}
			}, test.sent...)
		})
	}
}

// What is not known yet is not refused.
func TestListContactsValidatesWhatIsKnown(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	for _, config := range []map[string]any{{"email": acctest.Unknown}, {"list_id": acctest.Unknown}, {"email": acctest.Unknown, "exact": true}, {"email": "user", "exact": acctest.Unknown}} {
		acctest.NoErrors(t, server.ValidateListing(typeName, config))
	}
}

// A contact listed in full is the one that an import of it would read, so that
// a configuration made of it plans nothing. It takes one request for each
// contact listed and none for the others.
func TestListContactsInFull(t *testing.T) {
	t.Parallel()
	sim := family(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	var listed []acctest.Listed
	acctest.ExpectRequests(t, sim, func() {
		all, diagnostics := server.List(typeName, acctest.Listing{Config: map[string]any{"email": "@example.com"}, IncludeResource: true, Limit: 2})
		acctest.NoErrors(t, diagnostics)
		listed = all
	}, "find", "detail", "detail")
	if len(listed) != 2 || listed[0].DisplayName != "Jane Doe <family@example.com> (1001)" || listed[1].DisplayName != "John <family@example.com> (1002)" {
		t.Fatalf("listed %+v", listed)
	}
	server.ExpectListedAsImported(typeName, listed)
	server.ExpectNoChange(typeName, listed[0].State, map[string]any{
		"email": "family@example.com", "first_name": "Jane", "last_name": "Doe", "city": "Perth", "custom_fields": map[string]any{"plan": "gold"},
		"subscriptions": []any{map[string]any{"list_id": 5, "format": "html"}, map[string]any{"list_id": 6, "format": "text"}},
	})
}

// Somebody else may delete or break what was found a moment ago.
func TestListContactsWhileTheyChange(t *testing.T) {
	t.Parallel()
	config := map[string]any{"email": "@example.com"}
	t.Run("gone since", func(t *testing.T) {
		t.Parallel()
		sim := family(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.Act, Do: func() { must(t, sim.WhatCounts.RemoveContact(acctest.Realm, 1001)) }})
		listed, diagnostics := server.List(typeName, acctest.Listing{Config: config, IncludeResource: true, Limit: 2})
		acctest.NoErrors(t, diagnostics)
		if len(listed) != 2 || listed[0].Identity["subscriber_id"] != int64(1002) || listed[1].Identity["subscriber_id"] != int64(1003) {
			t.Errorf("listed %+v", listed)
		}
	})
	t.Run("cannot be read", func(t *testing.T) {
		t.Parallel()
		sim := family(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.Replace, Body: "<data></data>", Skip: 1})
		listed, diagnostics := server.List(typeName, acctest.Listing{Config: config, IncludeResource: true})
		acctest.OneError(t, diagnostics, contact.SummaryNotRead, "1002")
		if names := displayNames(listed); !slices.Equal(names, []string{"Jane Doe <family@example.com> (1001)"}) {
			t.Errorf("listed %q", names)
		}
	})
}

func displayNames(listed []acctest.Listed) []string {
	var names []string
	for _, one := range listed {
		names = append(names, one.DisplayName)
	}
	return names
}

// A service that ignores part of the question does not add to the answer.
func TestListContactsHoldsRowsAgainstTheQuestion(t *testing.T) {
	t.Parallel()
	sim := family(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	const rows = "subscriber_id,email,first,last,lists\n\"1001\",\"FAMILY@example.com\",\"\",\"\",\"\"\n\"1003\",\"single@example.com\",\"\",\"\",\"\"\n"
	for _, exact := range []bool{false, true} {
		sim.Faults.Add(traffic.Fault{Operation: "find", Kind: traffic.Replace, Body: rows})
		listed, diagnostics := server.List(typeName, acctest.Listing{Config: map[string]any{"email": "family@example.com", "exact": exact}})
		acctest.NoErrors(t, diagnostics)
		if names := displayNames(listed); !slices.Equal(names, []string{"FAMILY@example.com (1001)"}) {
			t.Errorf("exact %t: listed %q", exact, names)
		}
	}
}

// A service that has no credentials says so.
func TestListContactsWithoutWhatCounts(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t)
	acctest.NoErrors(t, server.Configure(map[string]any{}))
	_, diagnostics := server.List(typeName, acctest.Listing{Config: map[string]any{"list_id": 5}})
	acctest.OneError(t, diagnostics, "WhatCounts is not configured", "WHATCOUNTS_REALM")
}

// Covered in-process by TestListContactsInFull.
func TestAccListContacts_cli(t *testing.T) {
	t.Parallel()
	sim := family(t)
	const all = "reach_contact.all"
	jane := queryfilter.ByResourceIdentity(map[string]knownvalue.Check{"subscriber_id": knownvalue.Int64Exact(1001)})
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: acctest.Configuration(sim, `data "reach_lists" "all" {}`)},
			{
				Query: true,
				// The provider block of the step before is still there.
				Config: `
list "reach_contact" "all" {
  provider         = reach
  include_resource = true

  config {
    email = "@example.com"
  }
}
`,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength(all, 3),
					querycheck.ExpectIdentity(all, map[string]knownvalue.Check{"subscriber_id": knownvalue.Int64Exact(1003)}),
					querycheck.ExpectResourceDisplayName(all, jane, knownvalue.StringExact("Jane Doe <family@example.com> (1001)")),
					querycheck.ExpectResourceKnownValues(all, jane, []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("city"), KnownValue: knownvalue.StringExact("Perth")},
						{Path: tfjsonpath.New("subscriptions"), KnownValue: knownvalue.SetSizeExact(2)},
					}),
				},
			},
		},
	})
}

// A display name is for a person, who need not have given a name.
func TestListContactsDisplayNames(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	for _, c := range []simulated.Contact{
		{Email: "a@example.com", First: "Jane", Fields: map[string]string{"last": "Doe"}},
		{Email: "b@example.com", First: "Jane"},
		{Email: "c@example.com", Fields: map[string]string{"last": "Doe"}},
		{Email: "D@Example.com"},
	} {
		_, err := sim.WhatCounts.AddContact(acctest.Realm, c)
		must(t, err)
	}
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	listed, diagnostics := server.List(typeName, acctest.Listing{Config: map[string]any{"email": "@example.com"}})
	acctest.NoErrors(t, diagnostics)
	want := "Jane Doe <a@example.com> (1001)|Jane <b@example.com> (1002)|Doe <c@example.com> (1003)|D@Example.com (1004)"
	if got := strings.Join(displayNames(listed), "|"); got != want {
		t.Errorf("listed %s", got)
	}
}
