package contact_test

import (
	"fmt"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// A contact whose name another program has stored in two pieces is the one that
// Terraform, which composes every text, manages. It is changed and deleted by
// its own spelling, and the contact of the composed name beside it stays.
func TestNameInAnotherForm(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"delete", "delete_without_optout", "unsubscribe"} {
		for _, verify := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, verify %v", policy, verify), func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				must(t, sim.Unset("wc-first-folded")) // it would have one of the two only
				var ids []int64
				for _, first := range []string{"Zoe\u0308", "Zo\u00eb"} {
					added, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{
						Email: "zoe@example.com", First: first, Fields: map[string]string{"company": "Old"},
						Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}},
					})
					must(t, err)
					ids = append(ids, added.ID)
				}
				server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"verify_before_delete": verify})
				state, problems := server.Import(typeName, fmt.Sprint(ids[0]), nil)
				acctest.NoErrors(t, problems)
				config := map[string]any{"email": "zoe@example.com", "first_name": "Zo\u00eb", "company": "New", "deletion_policy": policy, "subscriptions": []any{subscription(5)}}
				state, problems = server.Change(typeName, state, config)
				acctest.NoErrors(t, problems)
				_, problems = server.Change(typeName, state, nil)
				acctest.NoErrors(t, problems)
				for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
					switch {
					case held.ID == ids[1] && (held.Fields["company"] != "Old" || len(held.Subscriptions) != 1):
						t.Errorf("the other one was touched: %+v", held)
					case held.ID == ids[0] && (policy != "unsubscribe" || held.Fields["company"] != "New" || len(held.Subscriptions) != 0):
						t.Errorf("the contact is left as %+v", held)
					}
				}
				if left := len(sim.WhatCounts.Contacts(acctest.Realm)); policy != "unsubscribe" && left != 1 {
					t.Errorf("%d contacts are left", left)
				}
			})
		}
	}
}

// forms are one address, whole and in pieces.
var forms = []string{"zo\u00eb@example.com", "zoe\u0308@example.com"}

// storedAs is a contact whose address another program has stored in a form.
func storedAs(t *testing.T, email string) (*simulator.Simulator, int64) {
	t.Helper()
	sim := acctest.Simulator(t)
	added, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{
		Email: email, First: "Zoe", Fields: map[string]string{"company": "Old"},
		Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}},
	})
	must(t, err)
	return sim, added.ID
}

// A contact on an address in one form is found by the other, changed, and deleted
// under every policy.
func TestAddressInAnotherForm(t *testing.T) {
	t.Parallel()
	for _, stored := range forms {
		for _, asked := range forms {
			for _, policy := range []string{"delete", "delete_without_optout", "unsubscribe"} {
				t.Run(fmt.Sprintf("%q by %q, %s", stored, asked, policy), func(t *testing.T) {
					t.Parallel()
					sim, id := storedAs(t, stored)
					server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
					state, problems := server.Import(typeName, asked+",Zoe", nil)
					acctest.NoErrors(t, problems)
					config := map[string]any{"email": forms[0], "first_name": "Zoe", "company": "New", "deletion_policy": policy, "subscriptions": []any{subscription(5)}}
					state, problems = server.Change(typeName, state, config)
					acctest.NoErrors(t, problems)
					if held, _ := sim.WhatCounts.Contact(acctest.Realm, id); held.Fields["company"] != "New" || held.Email != stored {
						t.Errorf("stored is %+v", held)
					}
					_, problems = server.Change(typeName, state, nil)
					acctest.NoErrors(t, problems)
					held, there := sim.WhatCounts.Contact(acctest.Realm, id)
					if there != (policy == "unsubscribe") || len(held.Subscriptions) > 0 {
						t.Errorf("left is %+v", held)
					}
				})
			}
		}
	}
}

// Every search by address finds the contact by any form of it.
func TestAddressInAnotherFormIsFound(t *testing.T) {
	t.Parallel()
	for _, stored := range forms {
		sim, id := storedAs(t, stored)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		found, problems := server.Look(typeName, map[string]any{"email": forms[0]})
		acctest.NoErrors(t, problems)
		if found["subscriber_id"] != id {
			t.Errorf("%q: the data source shows %v", stored, found)
		}
		for _, config := range []map[string]any{{"email": forms[0], "exact": true}, {"email": "zo\u00eb"}, {"email": "ZO\u00cb@", "list_id": 5}} {
			listed, problems := server.List(typeName, acctest.Listing{Config: config})
			acctest.NoErrors(t, problems)
			if len(listed) != 1 || listed[0].Identity["subscriber_id"] != id {
				t.Errorf("%q: %v lists %v", stored, config, listed)
			}
		}
		for _, one := range []map[string]any{jane(map[string]any{"email": forms[0], "first_name": "Zoe"}), jane(map[string]any{"email": forms[0], "first_name": "zoe"})} {
			_, problems = server.Change(typeName, server.None(typeName), one)
			acctest.OneError(t, problems, contact.SummaryExists)
		}
		_, problems = server.Act(deleteAction, map[string]any{"contacts": []any{map[string]any{"email": forms[0]}}, "dry_run": false, "expected_count": 1})
		acctest.NoErrors(t, problems)
		if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) > 0 {
			t.Errorf("%q: left is %+v", stored, left)
		}
	}
}

// A pattern of safeguards.deletable matches an address in any form, and an
// opt-out stands on all forms of it.
func TestScopeInAnotherForm(t *testing.T) {
	t.Parallel()
	for _, stored := range forms {
		for _, pattern := range []string{"zo\u00eb@*", "zoe\u0308@*", "zoe@*"} {
			sim, id := storedAs(t, stored)
			server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"deletable": []any{pattern}})
			state, problems := server.Import(typeName, fmt.Sprint(id), nil)
			acctest.NoErrors(t, problems)
			planned := server.Plan(typeName, state, nil)
			if pattern == "zoe@*" {
				acctest.OneError(t, planned.Diagnostics, deletion.SummaryOutside, forms[0])
				continue
			}
			acctest.NoErrors(t, planned.Diagnostics)
			_, problems = server.Apply(typeName, state, planned)
			acctest.NoErrors(t, problems)
			again := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			optout, problems := again.Look("reach_optout", map[string]any{"email": forms[0]})
			acctest.NoErrors(t, problems)
			if optout["opted_out"] != true {
				t.Errorf("%q by %q: %v", stored, pattern, optout)
			}
		}
	}
}

// Two contacts whose addresses differ in form only share one address: neither is
// named by it alone.
func TestTwinsOnOneAddress(t *testing.T) {
	t.Parallel()
	sim, _ := storedAs(t, forms[0])
	_, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: forms[1], Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}}})
	must(t, err)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	_, problems := server.Act(deleteAction, map[string]any{"contacts": []any{map[string]any{"email": forms[0]}}, "dry_run": false, "expected_count": 1})
	acctest.OneError(t, problems, contact.SummaryAmbiguous)
	if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) != 2 {
		t.Errorf("left is %+v", left)
	}
}

// A contact is the one of a planned resource also where its name is not managed
// and stands in pieces in WhatCounts.
func TestConflictInAnotherForm(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	config := map[string]any{"email": forms[0], "subscriptions": []any{subscription(5)}}
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, config)
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) { c.First = "Zoe\u0308" }))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state, problems := server.Refresh(typeName, state)
	acctest.NoErrors(t, problems)
	server.ExpectNoChange(typeName, state, config)
	another := jane(map[string]any{"email": forms[0], "first_name": "Zo\u00eb"})
	acctest.OneError(t, server.Plan(typeName, server.None(typeName), another).Diagnostics, conflict.SummaryTwice, "1001")
}
