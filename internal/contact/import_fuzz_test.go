package contact_test

import (
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// FuzzImport: an import id leads to the contact that it names, or to an error;
// one that cannot name any contact is refused before a request.
func FuzzImport(f *testing.F) {
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
	acctest.FuzzImport(f, sim, acctest.ImportIDs{
		Resource: typeName, IDAttribute: "subscriber_id",
		Seeds: []string{"", "1001", "+1001", "01001", "-1", "0", "99999999999999999999", "jane@example.com", "JANE@example.com,Jane", "jane@example.com,", "jane@example.com,Joan,x", "bob@example.com", "@", ",", "a^b@example.com", "jane@example.com ", "external:1", "\x00@"},
		CouldName: func(id string) bool {
			email, _, _ := strings.Cut(id, ",")
			return strings.Contains(email, "@")
		},
		Names: func(id string, found int64) bool {
			email, first, named := strings.Cut(id, ",")
			return strings.EqualFold(held[found].Email, email) && (!named || held[found].First == first)
		},
	})
}
