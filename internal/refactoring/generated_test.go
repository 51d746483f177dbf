package refactoring_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// madeByHand are records that no block describes: with every attribute and the
// texts that are hardest to write down, and with as little as there can be.
func madeByHand() *simulator.Seed {
	const text, html, mime = 1, 2, 99
	on := func(list int64, format int) whatcounts.Subscription {
		return whatcounts.Subscription{ListID: list, Format: format}
	}
	seed := simulator.DefaultSeed()
	seed.SevenG.Owners = append(seed.SevenG.Owners, seveng.Owner{Kind: seveng.Person, ID: 70})
	seed.SevenG.Communications = []seveng.Communication{
		{ID: 101, ExternalID: "EMAIL-001", TypeID: 1, Name: "billing@example.com", Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}},
		{ID: 102, TypeID: 2, Name: "+61 2 ${0} \"x\"", Owner: seveng.OwnerKey{Kind: seveng.Person, ID: 70}},
	}
	seed.WhatCounts.Realms[0].Contacts = []whatcounts.Contact{
		{
			ID: 201, Email: "Jane@Example.com", First: "Jöhn ${n} %{if}",
			Fields: map[string]string{
				"last": "O\"Neil, ${x} %{if}", "company": "日本 \\ R&D <Pty>", "address_1": "1 High Street, # 2", "address_2": "Flat B", "city": "Sydney",
				"state": "NSW", "zip": "02000", "country": "Australia", "phone": "+61 2 0000 0000", "fax": "0",
			},
			Custom:        map[string]string{"plan": "100% \"sure\", ${plan}", "user_id": "null"},
			Subscriptions: []whatcounts.Subscription{on(5, text), on(6, html), on(7, mime)},
		},
		{ID: 202, Email: "joe@example.com", Subscriptions: []whatcounts.Subscription{on(5, text)}},
		{ID: 203, Email: "joe@example.com", First: "Joe", Subscriptions: []whatcounts.Subscription{on(5, text)}},
		{ID: 204, Email: "left@example.com"},
	}
	seed.WhatCounts.Realms[1].Contacts = []whatcounts.Contact{
		{ID: 301, Email: "kim@example.com", CustomerKey: "K-1", Subscriptions: []whatcounts.Subscription{on(50, html)}},
		{ID: 302, Email: "kim@example.com", CustomerKey: "K-2", Subscriptions: []whatcounts.Subscription{on(50, html)}},
	}
	return seed
}

// importing is a block for each record, by resource and id.
func importing(records ...[2]string) string {
	var blocks string
	for i, record := range records {
		blocks += fmt.Sprintf("import {\n  to = %s.number_%d\n  id = %q\n}\n\n", record[0], i, record[1])
	}
	return blocks
}

// What the CLI writes for the records that are imported plans as it stands, and
// changes nothing. OpenTofu, and Terraform before 1.9, leave out owner.id.
func TestAccGeneratedConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		realm   string
		records [][2]string
	}{
		"single records": {acctest.Realm, [][2]string{
			{"reach_communication", "external:EMAIL-001"}, {"reach_communication", "102"},
			{"reach_contact", "201"}, {"reach_contact", "202"}, {"reach_contact", "joe@example.com,Joe"}, {"reach_contact", "left@example.com"},
		}},
		"a set":                    {acctest.Realm, [][2]string{{"reach_contacts", "list:5"}}},
		"a set of nobody":          {acctest.Realm, [][2]string{{"reach_contacts", "list:8"}}},
		"customer keys":            {acctest.KeyedRealm, [][2]string{{"reach_contact", "301"}, {"reach_contact", "302"}}},
		"a set with customer keys": {acctest.KeyedRealm, [][2]string{{"reach_contacts", "list:50"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := simulatortest.Start(t, simulator.Options{Seed: madeByHand()})
			cli, _ := generatedBy(t, acctest.ConfigurationOf(sim, test.realm, "", importing(test.records...)))
			before := sim.Dump()
			expectImports(t, cli, len(test.records))
			if after := sim.Dump(); after != before {
				t.Errorf("the services held\n%s\nand hold\n%s", before, after)
			}
		})
	}
}

// generatedBy is what a plan has generated for a configuration, where it lies
// beside it.
func generatedBy(t *testing.T, configuration string) (*acctest.CLI, string) {
	t.Helper()
	cli := acctest.NewCLI(t, configuration)
	cli.Install(filepath.Dir(acctest.BuildProvider(t)))
	printed, err := cli.Run("plan", "-generate-config-out=generated.tf")
	generated, unwritten := os.ReadFile(filepath.Join(cli.Directory(), "generated.tf"))
	if unwritten != nil {
		t.Fatalf("%v, %v\n%s", err, unwritten, printed)
	}
	return cli, string(generated)
}

// expectImports applies imports that change nothing, after which nothing is left
// to do.
func expectImports(t *testing.T, cli *acctest.CLI, count int) {
	t.Helper()
	if printed := cli.MustRun("apply", "-auto-approve"); !strings.Contains(printed, fmt.Sprintf("Plan: %d to import, 0 to add, 0 to change, 0 to destroy.", count)) {
		t.Errorf("applied was\n%s", printed)
	}
	cli.MustRun("plan", "-detailed-exitcode")
}

// What the service stores and no command can carry is generated all the same, and
// refused with the name of the attribute. Ignoring it, as the guide says, is the
// way to manage the rest of the contact.
func TestAccGeneratedTextThatCannotBeSent(t *testing.T) {
	t.Parallel()
	seed := madeByHand()
	odd := &seed.WhatCounts.Realms[0].Contacts[3]
	odd.First, odd.Fields = "Ann, B", map[string]string{"last": "O^Neil"}
	sim := simulatortest.Start(t, simulator.Options{Seed: seed})
	before := sim.Dump()
	cli, generated := generatedBy(t, acctest.Configuration(sim, importing([2]string{"reach_contact", "204"})))
	cli.Refused([]string{contact.SummaryNotEncodable, "first_name", "last_name"}, "plan")
	ignored := regexp.MustCompile(`(?m)^ +(first|last)_name .*\n`).ReplaceAllString(generated, "")
	cli.Write("generated.tf", strings.Replace(ignored, "{\n", "{\n  lifecycle {\n    ignore_changes = [first_name, last_name]\n  }\n", 1))
	expectImports(t, cli, 1)
	if after := sim.Dump(); after != before {
		t.Errorf("the services held\n%s\nand hold\n%s", before, after)
	}
}

// Newer CLIs generate configuration of what a list resource yields. It holds
// whatever the record does, and is planned for the record that the list names.
func TestListedConfigurationPlans(t *testing.T) {
	t.Parallel()
	computed := []string{"communication_id", "type_id", "subscriber_id", "opted_out"}
	for name, test := range map[string]struct {
		resource string
		config   map[string]any
		count    int
	}{
		"communications, owner with both ids": {"reach_communication", map[string]any{"owner": map[string]any{"type": "biz_entity", "id": 42}}, 1},
		"communications, owner with one id":   {"reach_communication", map[string]any{"owner": map[string]any{"type": "person", "id": 70}}, 1},
		"contacts":                            {"reach_contact", map[string]any{"email": "@example.com"}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := simulatortest.Start(t, simulator.Options{Seed: madeByHand()})
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			listed, problems := server.List(test.resource, acctest.Listing{Config: test.config, IncludeResource: true})
			acctest.NoErrors(t, problems)
			if len(listed) != test.count {
				t.Errorf("%d records are listed", len(listed))
			}
			for _, one := range listed {
				imported, problems := server.Import(test.resource, "", one.Identity)
				acctest.NoErrors(t, problems)
				for _, attribute := range computed {
					delete(one.Resource, attribute)
				}
				server.ExpectNoChange(test.resource, imported, one.Resource)
			}
		})
	}
}
