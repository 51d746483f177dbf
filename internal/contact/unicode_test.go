package contact_test

import (
	"fmt"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
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
