package contact_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// FuzzImport: an import id leads to the contact that it names, or to an error;
// one that cannot name any contact is refused before a request.
func FuzzImport(f *testing.F) {
	for _, id := range []string{"", "1001", "+1001", "01001", "-1", "0", "99999999999999999999", "jane@example.com", "JANE@example.com,Jane", "jane@example.com,", "jane@example.com,Joan,x", "bob@example.com", "@", ",", "a^b@example.com", "jane@example.com ", "external:1", "\x00@"} {
		f.Add(id)
	}
	sim := acctest.Simulator(f)
	held := map[int64]whatcounts.Contact{}
	for _, contact := range []whatcounts.Contact{{Email: "jane@example.com", First: "Jane"}, {Email: "jane@example.com", First: "Joan"}, {Email: "bob@example.com"}} {
		contact.Subscriptions = []whatcounts.Subscription{{ListID: 5, Format: 2}}
		added, err := sim.WhatCounts.AddContact(acctest.Realm, contact)
		if err != nil {
			f.Fatal(err)
		}
		held[added.ID] = added
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" || strings.ToValidUTF8(id, "") != id {
			return // without an id an identity counts, and Terraform has no other texts
		}
		sim.Log.Reset()
		state, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Import("reach_contact", id, nil)
		number, err := strconv.ParseInt(id, 10, 64)
		numeric := err == nil && number > 0
		email, first, named := strings.Cut(id, ",")
		if !numeric && !strings.Contains(email, "@") && sim.Log.Len() > 0 {
			t.Fatalf("%q was asked for: %+v", id, sim.Log.Entries())
		}
		if len(acctest.Errors(diagnostics)) > 0 {
			return
		}
		if !state.Exists() {
			if !numeric {
				t.Fatalf("%q is imported as nothing, without an error", id)
			}
			return // Terraform itself says that there is no such record
		}
		found := held[state.Attribute("subscriber_id").(int64)]
		switch {
		case numeric && found.ID == number:
		case !numeric && strings.EqualFold(found.Email, email) && (!named || found.First == first):
		default:
			t.Fatalf("%q is imported as %+v", id, found)
		}
	})
}
