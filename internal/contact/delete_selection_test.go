package contact_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// neighbourhood is a club of three (1001 to 1003) with 1004 at another host on
// the same list, and 1005 at the club's host on another list.
func neighbourhood(t testing.TB) *simulator.Simulator {
	t.Helper()
	sim := club(t, 3)
	for _, c := range []simulated.Contact{
		{ID: 1004, Email: "guest@example.com", First: "Guest", Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}}},
		{ID: 1005, Email: "Former@Test.example.com", Subscriptions: []simulated.Subscription{{ListID: 6, Format: 2}}},
	} {
		if _, err := sim.WhatCounts.AddContact(acctest.Realm, c); err != nil {
			t.Fatal(err)
		}
	}
	return sim
}

// selecting is a configuration that deletes what it finds.
func selecting(most int, further map[string]any) map[string]any {
	config := map[string]any{"dry_run": false, "max_count": most}
	maps.Copy(config, further)
	return config
}

// Who goes and who stays, with how many looks, and what a person is told before
// and after.
func TestDeleteSelectedContacts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		selection map[string]any
		looks     map[string]int
		left      []int64
		planned   string
		told      string
	}{
		"a list":           {map[string]any{"list_id": 5}, map[string]int{"rpt_subscribers_in_list": 1}, []int64{1005}, "on list 5,", ""},
		"a pattern":        {map[string]any{"email": "*@test.EXAMPLE.com"}, map[string]int{"find": 1}, []int64{1004}, `with an address that matches "*@test.EXAMPLE.com",`, ""},
		"both":             {map[string]any{"list_id": 5, "email": "*@test.example.com"}, map[string]int{"rpt_subscribers_in_list": 1}, []int64{1004, 1005}, `on list 5 with an address that matches "*@test.example.com",`, ""},
		"a list, all of *": {map[string]any{"list_id": 6, "email": "*"}, map[string]int{"rpt_subscribers_in_list": 1}, []int64{1001, 1002, 1003, 1004}, "", ""},
		"nobody on it":     {map[string]any{"list_id": 7}, map[string]int{"rpt_subscribers_in_list": 1}, []int64{1001, 1002, 1003, 1004, 1005}, "", "There is no contact on list 7. Nothing was deleted."},
		"nobody like that": {map[string]any{"email": "nobody@*"}, map[string]int{"find": 1}, []int64{1001, 1002, 1003, 1004, 1005}, "", `There is no contact with an address that matches "nobody@*". Nothing was deleted.`},
		"a part of one":    {map[string]any{"email": "club1@test"}, map[string]int{"find": 1}, []int64{1001, 1002, 1003, 1004, 1005}, "", `There is no contact with an address that matches "club1@test". Nothing was deleted.`},
	} {
		for _, withoutOptout := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, without opt-out %t", name, withoutOptout), func(t *testing.T) {
				t.Parallel()
				sim := neighbourhood(t)
				server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": false})
				config := selecting(4, test.selection)
				config["without_optout"] = withoutOptout
				acctest.ExpectSilence(t, sim, func() {
					warnings := acctest.Warnings(server.PlanAction(deleteAction, config))
					if len(warnings) != 1 || !strings.Contains(warnings[0].Detail, "The action deletes the contacts "+test.planned) || !strings.Contains(warnings[0].Detail, "if that is at most 4 (max_count)") {
						t.Errorf("warned of\n%s", acctest.Texts(warnings))
					}
				})
				since := sim.Log.Len()
				rehearsed := maps.Clone(config)
				delete(rehearsed, "dry_run")
				_, diagnostics := server.Act(deleteAction, rehearsed)
				acctest.NoErrors(t, diagnostics)
				if sent := requests(sim, since); sent["find"] != test.looks["find"] || sent["rpt_subscribers_in_list"] != test.looks["rpt_subscribers_in_list"] || sent["detail"] != 0 {
					t.Errorf("the dry run sent %v", sent)
				}
				dry := acctest.Warnings(diagnostics)[0].Detail
				for _, c := range sim.WhatCounts.Contacts(acctest.Realm) {
					if named := strings.Contains(dry, fmt.Sprintf("  - contact %d (%s)\n", c.ID, c.Email)); named == slices.Contains(test.left, c.ID) {
						t.Errorf("%d is named %t in the dry run:\n%s", c.ID, named, dry)
					}
				}
				progress, diagnostics := server.Invoke(deleteAction, config)
				acctest.NoErrors(t, diagnostics)
				if left := leftIn(sim, acctest.Realm); !slices.Equal(left, test.left) {
					t.Errorf("left are %v", left)
				}
				if withoutOptout != (len(optedOut(sim)) == 0) && len(test.left) < 5 {
					t.Errorf("opted out are %v", optedOut(sim))
				}
				last := progress[len(progress)-1]
				if test.told != "" && last != test.told || test.told == "" && !strings.HasPrefix(last, fmt.Sprintf("%d contact", 5-len(test.left))) {
					t.Errorf("told %q", last)
				}
			})
		}
	}
}

// A selection that is too wide, cut, out of bounds or not to be read deletes
// nobody.
func TestDeleteSelectedContactsRefusals(t *testing.T) {
	t.Parallel()
	onList := map[string]any{"list_id": 5}
	for name, test := range map[string]struct {
		safeguards map[string]any
		config     map[string]any
		fault      *traffic.Fault
		summary    string
		texts      []string
		inPlan     bool
	}{
		"named as well":        {nil, selecting(1, map[string]any{"list_id": 5, "contacts": []any{named(1)}}), nil, contact.SummaryNamedAndSelected, []string{"contacts or subscriber_ids"}, true},
		"by id as well":        {nil, selecting(1, map[string]any{"email": "club*", "subscriber_ids": []any{1001}}), nil, contact.SummaryNamedAndSelected, nil, true},
		"nothing":              {nil, selecting(1, nil), nil, deletion.SummaryEmpty, []string{"contacts", "subscriber_ids", "list_id", "email"}, true},
		"everyone":             {nil, selecting(1, map[string]any{"email": "*"}), nil, contact.SummaryInvalidPattern, []string{"list_id", "longer pattern"}, true},
		"nearly everyone":      {nil, selecting(1, map[string]any{"email": "*@*"}), nil, contact.SummaryInvalidPattern, []string{"list_id"}, true},
		"no pattern":           {nil, selecting(1, map[string]any{"email": "[^a]@test.example.com"}), nil, contact.SummaryInvalidPattern, []string{"[!a-c]"}, true},
		"an empty one":         {nil, selecting(1, map[string]any{"email": "", "list_id": 5}), nil, contact.SummaryInvalidPattern, []string{"matches nothing"}, true},
		"one of two addresses": {nil, selecting(1, map[string]any{"email": "a@b.example^victim@*"}), nil, contact.SummaryInvalidPattern, []string{"email"}, true},
		"no list":              {nil, selecting(1, map[string]any{"list_id": 0}), nil, "Invalid Attribute Value", []string{"list_id"}, true},
		"no count":             {nil, map[string]any{"list_id": 5, "dry_run": false}, nil, deletion.SummaryNoCount, nil, true},
		"past the limit":       {map[string]any{"max_deletes_per_run": 3}, map[string]any{"list_id": 5, "dry_run": false, "expected_count": 4}, nil, deletion.SummaryTooMany, []string{"4 to delete", "allows 3"}, true},
		"past it, when run":    {map[string]any{"max_deletes_per_run": 3}, selecting(10, onList), nil, deletion.SummaryTooMany, []string{"4 to delete"}, false},
		"more than the most":   {nil, selecting(3, onList), nil, deletion.SummaryTooManyFound, []string{"4 contacts", told(1), "guest@example.com"}, false},
		"fewer than expected":  {nil, map[string]any{"list_id": 5, "dry_run": false, "expected_count": 5}, nil, deletion.SummaryCount, []string{"4 contacts"}, false},
		"nobody of one":        {nil, map[string]any{"list_id": 7, "dry_run": false, "expected_count": 1}, nil, deletion.SummaryCount, []string{"0 contacts"}, false},
		"one outside":          {map[string]any{"deletable": []any{"*@test.example.com"}}, selecting(10, onList), nil, deletion.SummaryOutside, []string{"contact 1004 (guest@example.com)"}, false},
		"an unknown list":      {nil, selecting(10, map[string]any{"list_id": 99}), nil, contact.SummaryNotRead, []string{"list 99", "Nothing was deleted"}, false},
		"a list not read":      {nil, selecting(10, onList), &traffic.Fault{Operation: "rpt_subscribers_in_list", Kind: traffic.Replace, Body: "FAILURE: Out of order"}, contact.SummaryNotRead, []string{"Out of order", "Nothing was deleted"}, false},
		"a search not done":    {nil, selecting(10, map[string]any{"email": "club*"}), &traffic.Fault{Operation: "find", Kind: traffic.Replace, Body: "FAILURE: Out of order"}, contact.SummaryNotRead, []string{"Out of order", "Nothing was deleted"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := neighbourhood(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, test.safeguards)
			if test.fault != nil {
				sim.Faults.Add(*test.fault)
			}
			acctest.ExpectSilence(t, sim, func() {
				planned := server.PlanAction(deleteAction, test.config)
				if test.inPlan {
					acctest.OneError(t, planned, test.summary, test.texts...)
					return
				}
				acctest.NoErrors(t, planned)
			})
			if !test.inPlan {
				_, diagnostics := server.Invoke(deleteAction, test.config)
				acctest.OneError(t, diagnostics, test.summary, test.texts...)
			}
			if len(leftIn(sim, acctest.Realm)) != 5 || sim.Log.Count("delete")+sim.Log.Count("deletesubid") != 0 {
				t.Errorf("left are %v", leftIn(sim, acctest.Realm))
			}
		})
	}
}

// What a selection means is not refused before it is known.
func TestDeleteSelectedContactsPlansWhatIsKnown(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"max_deletes_per_run": 0})
	for _, config := range []map[string]any{
		selecting(5, map[string]any{"list_id": acctest.Unknown}),
		selecting(5, map[string]any{"email": acctest.Unknown}),
		selecting(5, map[string]any{"email": "*", "list_id": acctest.Unknown}),
		selecting(5, map[string]any{"contacts": acctest.Unknown, "list_id": acctest.Unknown}),
		selecting(5, map[string]any{"subscriber_ids": []any{acctest.Unknown}}),
	} {
		if told := server.PlanAction(deleteAction, config); len(told) != 0 {
			t.Errorf("%v: %s", config, acctest.Texts(told))
		}
	}
}

// A search that may be cut deletes nobody, though more would be allowed; the
// list is read to its end, in few requests.
func TestDeleteManySelectedContacts(t *testing.T) {
	t.Parallel()
	const many = 300
	pattern := map[string]any{"email": "club*@test.example.com"}
	t.Run("searched", func(t *testing.T) {
		t.Parallel()
		sim := club(t, many)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		_, diagnostics := server.Act(deleteAction, selecting(many, pattern))
		acctest.OneError(t, diagnostics, contact.SummarySelectionCut, `250 contacts for "@test.example.com"`, "list_id", "longer pattern", "Nothing was deleted")
		if left := leftIn(sim, acctest.Realm); len(left) != many {
			t.Errorf("%d are left", len(left))
		}
	})
	for _, verify := range []bool{false, true} {
		t.Run(fmt.Sprintf("on a list, verified %t", verify), func(t *testing.T) {
			t.Parallel()
			sim := club(t, many)
			server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": verify})
			config := maps.Clone(pattern)
			config["list_id"] = 5
			_, diagnostics := server.Act(deleteAction, config)
			acctest.NoErrors(t, diagnostics)
			if sim.Log.Len() > 5 {
				t.Errorf("a dry run took %v", requests(sim, 0))
			}
			since := sim.Log.Len()
			progress, diagnostics := server.Act(deleteAction, selecting(many, config))
			acctest.NoErrors(t, diagnostics)
			// Pages of the list stand in for a look at each.
			if left := leftIn(sim, acctest.Realm); len(left) != 0 || sim.Log.Len()-since > 15 {
				t.Errorf("%d are left after %v", len(left), requests(sim, since))
			}
			lines := strings.Split(progress[len(progress)-1], "\n")
			if len(lines) != many+1 || lines[1] != "  - "+told(1) || lines[many] != "  - "+told(many) {
				t.Errorf("told in %d lines, the first of which are %q", len(lines), lines[:3])
			}
		})
	}
}

// No more are deleted by one action than a person can read.
func TestDeleteSelectedContactsOfAHugeList(t *testing.T) {
	t.Parallel()
	sim := club(t, deletion.MostNamed+300)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	_, diagnostics := server.Act(deleteAction, selecting(20_000, map[string]any{"list_id": 5}))
	acctest.OneError(t, diagnostics, deletion.SummaryTooManyNamed, "more than 10000 contacts on list 5", "Nothing was deleted")
	if pages := sim.Log.Count("rpt_subscribers_in_list"); pages != 41 {
		t.Errorf("%d pages were read", pages)
	}
}

// In a realm with customer keys the key is read from the details, since no list
// shows it, and only where a delete needs it.
func TestDeleteSelectedContactsByKey(t *testing.T) {
	t.Parallel()
	const hidden = "wc-detail-no-customer-key"
	for name, test := range map[string]struct {
		dialects []string
		config   map[string]any
		left     []int64
	}{
		"on a list":                   {nil, map[string]any{"list_id": 50}, []int64{4}},
		"by a pattern":                {nil, map[string]any{"email": "family@*"}, []int64{}},
		"by ids":                      {nil, map[string]any{"subscriber_ids": []any{1, 3}}, []int64{2, 4}},
		"by id and by key":            {nil, map[string]any{"subscriber_ids": []any{1}, "contacts": []any{map[string]any{"email": "family@test.example.com", "customer_key": "K3"}}}, []int64{2, 4}},
		"by subscriber id":            {nil, map[string]any{"list_id": 50, "without_optout": true}, []int64{4}},
		"keys hidden":                 {[]string{hidden}, map[string]any{"list_id": 50}, nil},
		"keys hidden, by ids":         {[]string{hidden}, map[string]any{"subscriber_ids": []any{1, 3}}, nil},
		"keys hidden, and not needed": {[]string{hidden}, map[string]any{"list_id": 50, "without_optout": true}, []int64{4}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := simulator.DefaultSeed()
			for i := range 4 {
				list := int64(50)
				if i == 3 {
					list = 51
					seed.WhatCounts.Realms[1].Realm.Lists = append(seed.WhatCounts.Realms[1].Realm.Lists, simulated.List{ID: list, Name: "Others"})
				}
				seed.WhatCounts.Realms[1].Contacts = append(seed.WhatCounts.Realms[1].Contacts, simulated.Contact{
					ID: int64(1 + i), Email: "family@test.example.com", CustomerKey: fmt.Sprintf("K%d", i+1), Subscriptions: []simulated.Subscription{{ListID: list, Format: 2}},
				})
			}
			sim := simulatortest.Start(t, simulator.Options{Seed: seed, Dialects: test.dialects})
			server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
			rehearsed := maps.Clone(test.config)
			for _, config := range []map[string]any{rehearsed, selecting(4, test.config)} {
				_, diagnostics := server.Act(deleteAction, config)
				if test.left == nil {
					acctest.OneError(t, diagnostics, contact.SummaryKeyNotShown, "contact 1 (family@test.example.com)", "without_optout = true", "Nothing was deleted")
					continue
				}
				acctest.NoErrors(t, diagnostics)
			}
			if left := leftIn(sim, acctest.KeyedRealm); !slices.Equal(left, test.left) && (test.left != nil || len(left) != 4) {
				t.Errorf("left are %v", left)
			}
		})
	}
}

// What has become of a contact between the selection and its delete decides, and
// the others go.
func TestSelectedContactsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	changed := func(change func(*simulated.Contact)) func(*testing.T, *simulator.Simulator) {
		return func(t *testing.T, sim *simulator.Simulator) {
			must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1002, change))
		}
	}
	for name, test := range map[string]struct {
		meanwhile func(*testing.T, *simulator.Simulator)
		told      []string
		left      []int64
	}{
		"renamed":      {changed(func(c *simulated.Contact) { c.First = "Somebody else" }), []string{"1 refused", "Somebody else"}, []int64{1002}},
		"out of scope": {changed(func(c *simulated.Contact) { c.Email = "real@example.com" }), []string{"1 refused", "real@example.com"}, []int64{1002}},
		"off the list": {changed(func(c *simulated.Contact) { c.Subscriptions = []simulated.Subscription{{ListID: 6, Format: 2}} }), []string{"1 refused", "no longer on list 5"}, []int64{1002}},
		"on no list":   {changed(func(c *simulated.Contact) { c.Subscriptions = nil }), []string{"1 refused", "no longer on list 5"}, []int64{1002}},
		"on more lists": {changed(func(c *simulated.Contact) {
			c.Subscriptions = append(c.Subscriptions, simulated.Subscription{ListID: 6, Format: 2})
		}), nil, []int64{}},
		"gone": {func(t *testing.T, sim *simulator.Simulator) {
			must(t, sim.WhatCounts.RemoveContact(acctest.Realm, 1002))
		}, nil, []int64{}},
	} {
		for way, by := range map[string]struct {
			safeguards map[string]any
			count      int
			look       traffic.Fault
		}{
			"verified":  {nil, 3, traffic.Fault{Operation: "find"}},
			"by pages":  {nil, 30, traffic.Fault{Operation: "rpt_subscribers_in_list", Skip: 1}},
			"journaled": {map[string]any{"verify_before_delete": false, "journal_path": filepath.Join(t.TempDir(), "deleted.jsonl")}, 3, traffic.Fault{Operation: "detail"}},
		} {
			for _, withoutOptout := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, without opt-out %t", name, way, withoutOptout), func(t *testing.T) {
					t.Parallel()
					sim := club(t, by.count)
					settings := map[string]any{"deletable": []any{"*@test.example.com"}}
					maps.Copy(settings, by.safeguards)
					server := acctest.NewConfigured(t, sim, acctest.Realm, settings)
					look := by.look
					look.Kind, look.Do = traffic.Act, func() { test.meanwhile(t, sim) }
					sim.Faults.Add(look)
					config := selecting(by.count, map[string]any{"list_id": 5})
					config["without_optout"] = withoutOptout
					progress, diagnostics := server.Act(deleteAction, config)
					if test.told == nil {
						acctest.NoErrors(t, diagnostics)
					} else {
						acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, slices.Concat(test.told, []string{fmt.Sprintf("%d contacts deleted", by.count-1), "contact 1002"})...)
					}
					if name == "gone" && !strings.Contains(progress[len(progress)-1], "1 already gone:\n  - "+told(2)) {
						t.Errorf("told %q", progress[len(progress)-1])
					}
					if left := leftIn(sim, acctest.Realm); !slices.Equal(left, test.left) && len(left)+len(test.left) > 0 {
						t.Errorf("left are %v", left)
					}
				})
			}
		}
	}
}

// A name that a list shows in an undeclared charset is a guess, by which nobody
// is deleted.
func TestSelectedContactsWhoseNameIsAGuess(t *testing.T) {
	t.Parallel()
	sim := club(t, 1)
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) { c.First = "S\u00f8ren" }))
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": false})
	const guessed = "subscriber_id,email,first_name,last_name,created_date\n\"1001\",\"club1@test.example.com\",\"S\xb3ren\",\"\",\"\"\n"
	sim.Faults.Add(traffic.Fault{Operation: "rpt_subscribers_in_list", Kind: traffic.Replace, Body: guessed})
	_, diagnostics := server.Act(deleteAction, selecting(1, map[string]any{"list_id": 5}))
	acctest.OneError(t, diagnostics, deletion.SummaryNotDeleted, "1 refused", "found contact 1001")
	if sim.Log.Count("delete") != 0 || len(leftIn(sim, acctest.Realm)) != 1 {
		t.Errorf("sent %v", requests(sim, 0))
	}
}

// Subscriber ids name contacts as addresses do, beside them as well.
func TestDeleteContactsByID(t *testing.T) {
	t.Parallel()
	sim := club(t, 4)
	journal := filepath.Join(t.TempDir(), "deleted.jsonl")
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": journal, "deletable": []any{"*@test.example.com"}})
	config := selecting(5, map[string]any{"subscriber_ids": []any{1001, 4711, 1003}, "contacts": []any{named(2)}})
	progress, diagnostics := server.Act(deleteAction, config)
	acctest.NoErrors(t, diagnostics)
	want := fmt.Sprintf("3 contacts deleted:\n  - %s\n  - %s\n  - %s\n1 already gone:\n  - subscriber id 4711", told(2), told(1), told(3))
	if got := progress[len(progress)-1]; got != want {
		t.Errorf("told\n%s", got)
	}
	if left := leftIn(sim, acctest.Realm); !slices.Equal(left, []int64{1004}) {
		t.Errorf("left are %v", left)
	}
	if lines, err := os.ReadFile(journal); err != nil || strings.Count(string(lines), "\n") != 3 {
		t.Errorf("the journal is %s (%v)", lines, err)
	}
	_, diagnostics = server.Act(deleteAction, selecting(5, map[string]any{"subscriber_ids": []any{1004}, "contacts": []any{named(4)}}))
	acctest.OneError(t, diagnostics, contact.SummaryNamedTwice, "Club4@test.example.com", "subscriber id 1004")
	acctest.OneError(t, server.PlanAction(deleteAction, selecting(5, map[string]any{"subscriber_ids": []any{1004, 1004}})), "Duplicate List Value", "1004")
}

// An id of which the service says nothing may be wrong: that is told, and
// nothing is deleted.
func TestDeleteContactsByIDOfWhichNothingIsSaid(t *testing.T) {
	t.Parallel()
	sim := club(t, 1)
	must(t, sim.WhatCounts.Set("wc-detail-missing-empty"))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	_, diagnostics := server.Act(deleteAction, selecting(5, map[string]any{"subscriber_ids": []any{1001, 4711}}))
	acctest.OneError(t, diagnostics, contact.SummaryNotRead, "contact 4711", "Nothing was deleted")
	if left := leftIn(sim, acctest.Realm); len(left) != 1 {
		t.Errorf("left are %v", left)
	}
}

// A pattern means an address in whatever form WhatCounts holds it, on a list and
// in a search.
func TestDeleteSelectedContactsInAnotherForm(t *testing.T) {
	t.Parallel()
	const composed, apart = "zo\u00eb", "zoe\u0308"
	for _, selection := range []map[string]any{
		{"list_id": 5, "email": composed + "@*"},
		{"email": composed + "@test.example.com"},
		{"email": strings.ToUpper(composed) + "@*", "list_id": 5},
	} {
		for _, withoutOptout := range []bool{false, true} {
			sim := club(t, 1)
			_, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: apart + "@test.example.com", First: apart, Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}}})
			must(t, err)
			server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"deletable": []any{composed + "@*"}})
			config := selecting(1, selection)
			config["without_optout"] = withoutOptout
			_, diagnostics := server.Act(deleteAction, config)
			acctest.NoErrors(t, diagnostics)
			if left := leftIn(sim, acctest.Realm); !slices.Equal(left, []int64{1001}) {
				t.Errorf("%v: left are %v", config, left)
			}
		}
	}
}
