package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

func keyedConfig(key any, email string) map[string]any {
	return map[string]any{"email": email, "customer_key": key, "subscriptions": []any{subscription(50)}}
}

// In a realm with customer keys the key is who the contact is.
func TestCustomerKeyRealm(t *testing.T) {
	for _, dialect := range []string{"", "wc-detail-no-customer-key", "wc-identity-customer-key-unsupported", "wc-realm-settings-xml", "wc-realm-settings-headings"} {
		t.Run(dialect, func(t *testing.T) {
			sim, server := keyed(t, oneOrNone(dialect)...)
			one := server.Created(typeName, keyedConfig("11293", "jane@example.com"))
			two := server.Created(typeName, keyedConfig("11294", "jane@example.com")) // the same address, another contact
			if held := sim.WhatCounts.Contacts(acctest.KeyedRealm); len(held) != 2 || held[0].CustomerKey != "11293" {
				t.Fatalf("unexpected records:\n%s", sim.Dump())
			}
			for _, s := range []acctest.State{one, two} {
				refreshed, diagnostics := server.Refresh(typeName, s)
				acctest.NoErrors(t, diagnostics)
				if !refreshed.Value.Equal(s.Value) {
					t.Errorf("the refresh differs: %v", acctest.Plain(refreshed.Value))
				}
			}
			config := keyedConfig("11293", "jane@example.com")
			config["last_name"] = "Doe"
			one, diagnostics := server.Change(typeName, one, config)
			acctest.NoErrors(t, diagnostics)
			_, diagnostics = server.Change(typeName, one, nil)
			acctest.NoErrors(t, diagnostics)
			if held := sim.WhatCounts.Contacts(acctest.KeyedRealm); len(held) != 1 || held[0].CustomerKey != "11294" || held[0].Fields["last"] != "" {
				t.Errorf("the other contact was touched:\n%s", sim.Dump())
			}
		})
	}
}

// The key and the realm have to fit, and what state shows is enough to say so
// in the plan.
func TestCustomerKeyMustFit(t *testing.T) {
	t.Run("a realm with keys refuses a contact without", func(t *testing.T) {
		sim, server := keyed(t)
		_, diagnostics := server.Change(typeName, server.None(typeName), keyedConfig(nil, "john@example.com"))
		acctest.OneError(t, diagnostics, contact.SummaryCustomerKey, "customer_key")
		if sim.Log.Count("sub") != 0 {
			t.Error("the contact was sent")
		}
	})
	t.Run("an ordinary realm refuses a key", func(t *testing.T) {
		sim := acctest.Simulator(t)
		server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
		_, diagnostics := server.Change(typeName, server.None(typeName), jane(map[string]any{"customer_key": "1"}))
		acctest.OneError(t, diagnostics, contact.SummaryCustomerKey, "customer_key")
		if sim.Log.Count("sub") != 0 {
			t.Error("the contact was sent")
		}
	})
	t.Run("the key cannot be removed", func(t *testing.T) {
		_, server := keyed(t)
		state := server.Created(typeName, keyedConfig("1", "jane@example.com"))
		acctest.OneError(t, server.Plan(typeName, state, keyedConfig(nil, "jane@example.com")).Diagnostics, contact.SummaryCustomerKey, "\"1\"")
	})
	t.Run("a replacement that could not succeed is refused", func(t *testing.T) {
		_, server := keyed(t)
		state := server.Created(typeName, keyedConfig("1", "jane@example.com"))
		acctest.OneError(t, server.Plan(typeName, state, keyedConfig("2", "jane@example.com")).Diagnostics, contact.SummaryReplacement, "force_sub = true")
		forced := keyedConfig("2", "jane@example.com")
		forced["force_sub"] = true
		planned := server.Plan(typeName, state, forced)
		acctest.NoErrors(t, planned.Diagnostics)
		if len(planned.Replace) != 1 || len(acctest.Warnings(planned.Diagnostics)) != 1 {
			t.Errorf("no visible replacement: %v\n%s", planned.Replace, acctest.Texts(planned.Diagnostics))
		}
	})
}

func keyed(t *testing.T, dialects ...string) (*simulator.Simulator, *acctest.Server) {
	t.Helper()
	sim := acctest.Simulator(t, dialects...)
	return sim, acctest.NewConfigured(t, sim, acctest.KeyedRealm, nil)
}

// A key that an import could not see is taken over once it is confirmed, and
// only if it is this contact's.
func TestCustomerKeyAfterImport(t *testing.T) {
	for _, dialect := range []string{"", "wc-detail-no-customer-key"} {
		t.Run(dialect, func(t *testing.T) {
			sim, server := keyed(t, oneOrNone(dialect)...)
			server.Created(typeName, keyedConfig("11293", "jane@example.com"))
			server.Created(typeName, keyedConfig("11294", "jane@example.com"))
			imported, diagnostics := server.Import(typeName, "1001", nil)
			acctest.NoErrors(t, diagnostics)
			if dialect != "" {
				_, diagnostics = server.Change(typeName, imported, keyedConfig("11294", "jane@example.com"))
				acctest.OneError(t, diagnostics, contact.SummaryNotUpdated, "customer_key")
			}
			state, diagnostics := server.Change(typeName, imported, keyedConfig("11293", "jane@example.com"))
			acctest.NoErrors(t, diagnostics)
			_, diagnostics = server.Change(typeName, state, nil)
			acctest.NoErrors(t, diagnostics)
			if held := sim.WhatCounts.Contacts(acctest.KeyedRealm); len(held) != 1 || held[0].CustomerKey != "11294" {
				t.Errorf("not the one contact was deleted:\n%s", sim.Dump())
			}
		})
	}
}
