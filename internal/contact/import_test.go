package contact_test

import (
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// What the configuration of an imported contact leaves out is taken from the
// contact, as the guide about imports warns; the import itself changes nothing.
func TestImportTakesOverEverything(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	server.Created(typeName, jane(map[string]any{
		"last_name": "Doe", "custom_fields": map[string]any{"plan": "gold"}, "subscriptions": []any{subscription(5), subscription(6)},
	}))
	before := sim.Dump()
	imported, diagnostics := server.Import(typeName, "jane@example.com,Jane", nil)
	acctest.NoErrors(t, diagnostics)
	if after := sim.Dump(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	_, diagnostics = server.Change(typeName, imported, jane(nil))
	acctest.NoErrors(t, diagnostics)
	left := sim.WhatCounts.Contacts(acctest.Realm)[0]
	if left.First != "Jane" || left.Fields["last"] != "" || left.Custom["plan"] != "" || len(left.Subscriptions) != 1 {
		t.Errorf("left is %+v", left)
	}
}
