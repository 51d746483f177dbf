package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Records with every field, and with what is hardest to write down again.
const contacts = `
resource "reach_contact" "whole" {
  email         = "Jane+News@Example.com"
  first_name    = "Jöhn $${n} %%{if}"
  last_name     = "O\"Neil, $${x} %%{if} $$$${y}"
  company       = "日本 \\ R&D <Pty>"
  address_1     = "1 High Street, # 2"
  address_2     = "Flat \"B\""
  city          = "Sydney"
  state         = "NSW"
  zip           = "02000"
  country       = "Australia"
  phone         = "+61 2 0000 0000"
  fax           = "+61 2 0000 0001"
  custom_fields = { plan = "100% \"sure\", $${plan}", source = "1e3", user_id = "null" }
  subscriptions = [{ list_id = 5 }, { list_id = 6, format = "text" }, { list_id = 7, format = "mime" }]
  depends_on    = [reach_contact.nameless]
}

# The same address and another first name is another contact, and so is none.
resource "reach_contact" "other" {
  email         = "jane+news@example.com"
  first_name    = "Joan"
  subscriptions = [{ list_id = 5, format = "mime" }]
  depends_on    = [reach_contact.nameless]
}

resource "reach_contact" "nameless" {
  email         = "jane+news@example.com"
  subscriptions = [{ list_id = 7, format = "text" }]
}

resource "reach_contact" "without_optout" {
  email           = "tester@test.example.com"
  subscriptions   = [{ list_id = 6 }]
  deletion_policy = "delete_without_optout"
}
`

const keyedContacts = `
resource "reach_contact" "one" {
  email         = "jane@example.com"
  customer_key  = "$${1} é"
  first_name    = "Jane"
  custom_fields = { plan = "gold" }
  subscriptions = [{ list_id = 50, format = "text" }]
}

# The same address with another key is another contact.
resource "reach_contact" "two" {
  email         = "jane@example.com"
  customer_key  = "2"
  first_name    = "Jane"
  subscriptions = [{ list_id = 50 }]
}
`

const communications = `
resource "reach_communication" "whole" {
  type        = "EMAIL"
  value       = "Billing@Example.com"
  external_id = "E \"1\" $${x} %%{y}"
  owner       = { type = "biz_entity", external_id = "BE-1" }
}

resource "reach_communication" "number" {
  type  = "mobile"
  value = "+61 400 000 000"
  owner = { type = "person", id = 7 }
}

resource "reach_communication" "text" {
  type        = "Chat Name"
  value       = "line one\nline \"two\" \\ $${three} %%{four} 日本語"
  external_id = "CHAT-1"
  owner       = { type = "organisation", id = 9 }
}
`

// world is a simulator whose 7G knows a type of free text.
func world(t *testing.T, dialects ...string) *simulator.Simulator {
	t.Helper()
	seed := simulator.DefaultSeed()
	seed.SevenG.Types = append(seed.SevenG.Types, seveng.Type{ID: 9, Name: "Chat Name"})
	return simulatortest.Start(t, simulator.Options{Seed: seed, Dialects: dialects})
}

// holdings are the records of both services without what a record cannot keep:
// ids and times.
type holdings struct {
	contacts       []whatcounts.Contact
	communications []seveng.Communication
}

// held is what the services hold, and the ids that it has.
func held(sim *simulator.Simulator, realm string) (holdings, map[string]bool) {
	now, ids := holdings{}, map[string]bool{}
	for _, contact := range sim.WhatCounts.Contacts(realm) {
		ids[fmt.Sprint("contact ", contact.ID)] = true
		contact.ID, contact.Created, contact.Updated = 0, time.Time{}, time.Time{}
		contact.Subscriptions = slices.Clone(contact.Subscriptions)
		for i := range contact.Subscriptions {
			contact.Subscriptions[i].Created = time.Time{}
		}
		now.contacts = append(now.contacts, contact)
	}
	for _, communication := range sim.SevenG.Communications() {
		ids[fmt.Sprint("communication ", communication.ID)] = true
		communication.ID = 0
		now.communications = append(now.communications, communication)
	}
	slices.SortFunc(now.contacts, func(a, b whatcounts.Contact) int {
		return strings.Compare(a.Email+a.First+a.CustomerKey, b.Email+b.First+b.CustomerKey)
	})
	slices.SortFunc(now.communications, func(a, b seveng.Communication) int { return strings.Compare(a.Name, b.Name) })
	return now, ids
}

// fillIn gives each contact a value that Terraform does not manage. It goes
// with the contact, and has to come back with it.
func fillIn(sim *simulator.Simulator, realm string) error {
	for _, contact := range sim.WhatCounts.Contacts(realm) {
		if contact.Custom["source"] != "" {
			continue
		}
		err := sim.WhatCounts.ChangeContact(realm, contact.ID, func(c *whatcounts.Contact) {
			c.Custom = maps.Clone(c.Custom)
			if c.Custom == nil {
				c.Custom = map[string]string{}
			}
			c.Custom["source"] = "by hand"
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lifetime applies a configuration, finds the second plan empty, and destroys
// what it made. It returns what the services held in between.
func lifetime(t *testing.T, sim *simulator.Simulator, realm, journal, resources string) (during holdings, ids map[string]bool) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ConfigurationOf(sim, realm, fmt.Sprintf("safeguards { journal_path = %q }", journal), resources),
			Check: func(*terraform.State) error {
				err := fillIn(sim, realm)
				during, ids = held(sim, realm)
				return err
			},
		}},
		CheckDestroy: func(*terraform.State) error {
			if _, left := held(sim, realm); len(left) > 0 {
				return fmt.Errorf("still there: %v", left)
			}
			return nil
		},
	})
	return during, ids
}

// What is deleted can be brought back from the journal alone, as often as it is
// deleted.
func TestRoundTrip(t *testing.T) {
	tests := map[string]struct {
		realm, resources string
		records          int
		dialects         []string
	}{
		"ordinary realm, and 7G":                  {acctest.Realm, contacts + communications, 7, nil},
		"customer-key realm":                      {acctest.KeyedRealm, keyedContacts, 2, nil},
		"details that hide the customer key":      {acctest.KeyedRealm, keyedContacts, 2, []string{"wc-detail-no-customer-key"}},
		"force_sub that leaves the opt-out":       {acctest.Realm, contacts, 4, []string{"wc-force-sub-keeps-optout"}},
		"7G that answers with less than it knows": {acctest.Realm, communications, 3, []string{"7g-unset-absent", "7g-write-answer-ids-only"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := world(t, test.dialects...)
			path := filepath.Join(t.TempDir(), "deleted.jsonl")
			before, formerIDs := lifetime(t, sim, test.realm, path, test.resources)
			if len(formerIDs) != test.records {
				t.Fatalf("%d records were made, not %d:\n%s", len(formerIDs), test.records, sim.Dump())
			}
			rounds := 2
			if len(test.dialects) > 0 {
				rounds = 1
			}
			for round := range rounds {
				found, err := journalAt(path)
				if err != nil {
					t.Fatal(err)
				}
				if len(found.deletions) != test.records {
					t.Fatalf("round %d: %d records in the journal, not %d", round, len(found.deletions), test.records)
				}
				after, ids := lifetime(t, sim, test.realm, path, string(configuration("deleted.jsonl", found)))
				if !reflect.DeepEqual(after, before) {
					t.Errorf("round %d: the services held\n%+v\nand hold again\n%+v", round, before, after)
				}
				for id := range ids {
					if formerIDs[id] {
						t.Errorf("round %d: %s is still the same record", round, id)
					}
				}
			}
		})
	}
}
