package contact_test

import (
	"fmt"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// unsendable are first names that other programs have stored and that no command
// can carry.
var unsendable = []string{"Ann, B", "C^em", `Dan "D"`, "Eve\x07", " Flo", "Gil\u00a0", "Hal\ufffe", "Ida\ufffd"}

// unsendableContact is one in WhatCounts and in state.
func unsendableContact(t *testing.T, first string, config map[string]any) (*acctest.Server, *simulated.Service, acctest.State) {
	t.Helper()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, config)
	must(t, sim.WhatCounts.ChangeContact(acctest.Realm, 1001, func(c *simulated.Contact) { c.First = first }))
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	return server, sim.WhatCounts, state
}

func TestNameThatCannotBeSent(t *testing.T) {
	for _, first := range unsendable {
		t.Run(fmt.Sprintf("%q", first), func(t *testing.T) {
			config := map[string]any{"email": "ann@example.com", "subscriptions": []any{subscription(5)}}
			server, held, state := unsendableContact(t, first, config)
			acctest.OneError(t, server.Plan(typeName, state, nil).Diagnostics, contact.SummaryUnsendable, "contact 1001 (ann@example.com)", "delete_without_optout")

			config["last_name"] = "Doe"
			acctest.OneError(t, server.Plan(typeName, state, config).Diagnostics, contact.SummaryUnsendable, "contact 1001 (ann@example.com)", "first_name")
			delete(config, "last_name")

			config["deletion_policy"] = "delete_without_optout"
			state, diagnostics := server.Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)
			_, diagnostics = server.Change(typeName, state, nil)
			acctest.NoErrors(t, diagnostics)
			if _, there := held.Contact(acctest.Realm, 1001); there || len(held.Optouts(acctest.Realm)) != 0 {
				t.Errorf("there %t, opt-outs %v", there, held.Optouts(acctest.Realm))
			}
		})
	}
}

func TestNameThatCannotBeSentIsChanged(t *testing.T) {
	for _, first := range unsendable {
		t.Run(fmt.Sprintf("%q", first), func(t *testing.T) {
			config := map[string]any{"email": "ann@example.com", "first_name": "Old", "subscriptions": []any{subscription(5)}}
			server, held, state := unsendableContact(t, first, config)
			config["first_name"], config["last_name"] = "Ann", "Doe"
			config["subscriptions"] = []any{subscription(6)}
			state, diagnostics := server.Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)
			if c, _ := held.Contact(acctest.Realm, 1001); c.First != "Ann" || c.Fields["last"] != "Doe" || len(held.Contacts(acctest.Realm)) != 1 {
				t.Errorf("stored is %+v", held.Contacts(acctest.Realm))
			}
			server.ExpectNoChange(typeName, state, config)
			_, diagnostics = server.Change(typeName, state, nil)
			acctest.NoErrors(t, diagnostics)
		})
	}
}

// By its address such a contact is deleted while it is alone there, and nobody is
// while others share it.
func TestNameThatCannotBeSentIsDeletedByAddress(t *testing.T) {
	for _, first := range unsendable {
		t.Run(fmt.Sprintf("%q", first), func(t *testing.T) {
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			var ids []int64
			for _, email := range []string{"ann@example.com", "bob@example.com", "bob@example.com"} {
				name := first
				if len(ids) == 2 {
					name = "Bob"
				}
				added, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: email, First: name, Subscriptions: []simulated.Subscription{{ListID: 5, Format: 2}}})
				must(t, err)
				ids = append(ids, added.ID)
			}
			one := func(target map[string]any) map[string]any {
				return map[string]any{"contacts": []any{target}, "dry_run": false, "expected_count": 1}
			}
			_, diagnostics := server.Act(deleteAction, one(map[string]any{"email": "ann@example.com"}))
			acctest.NoErrors(t, diagnostics)
			_, diagnostics = server.Act(deleteAction, one(map[string]any{"email": "bob@example.com", "first_name": first}))
			if len(acctest.Errors(diagnostics)) == 0 {
				t.Error("one of two was deleted by the address of both")
			}
			if left := sim.WhatCounts.Contacts(acctest.Realm); len(left) != 2 || left[0].ID != ids[1] {
				t.Errorf("left are %+v", left)
			}
		})
	}
}

// Values that WhatCounts, or the way back, would change are refused before
// anything is planned; others come back exactly, whether or not the service
// knows quotes.
func TestValuesThatCannotComeBack(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for _, value := range []string{
		" ", "\u00a0", "\u2003\u3000", "\t", "a\u0085b", "a\u009bb", "a\ufffeb", "a\uffffb", "a\ufdd0b", "a\U0001fffeb", "a\ufffdb",
		`"a"`, ` "a"`, `a\, b`, `a\"b`, "a^b",
	} {
		for _, config := range []map[string]any{jane(map[string]any{"last_name": value}), jane(map[string]any{"custom_fields": map[string]any{"plan": value}})} {
			acctest.OneError(t, server.Validate(typeName, config), contact.SummaryNotEncodable)
		}
	}
}

func TestValuesThatComeBack(t *testing.T) {
	for _, dialect := range []string{"", "wc-data-quotes-literal"} {
		for _, value := range []string{`Lee\`, `Lee\\`, `12" pipe`, `say "hi"`, `O'Neil`, "Zoë 李", "a\u200bb", "👩‍👩‍👧"} {
			t.Run(fmt.Sprintf("%s %q", dialect, value), func(t *testing.T) {
				sim := acctest.Simulator(t, oneOrNone(dialect)...)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				config := jane(map[string]any{"last_name": value, "custom_fields": map[string]any{"plan": value}})
				state := server.Created(typeName, config)
				state, diagnostics := server.Refresh(typeName, state)
				acctest.NoErrors(t, diagnostics)
				server.ExpectNoChange(typeName, state, config)
				if c, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); c.Fields["last"] != value || c.Custom["plan"] != value {
					t.Errorf("stored is %+v", c)
				}
				_, diagnostics = server.Change(typeName, state, nil)
				acctest.NoErrors(t, diagnostics)
			})
		}
	}
}
