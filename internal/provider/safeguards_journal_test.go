package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// journalLines reads a journal, every line of which must be whole. One that is
// not there yet has none.
func journalLines(t *testing.T, path string) []deletion.Line {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Error(err)
	}
	var decoded []deletion.Line
	for line := range strings.Lines(string(content)) {
		var one deletion.Line
		if err := json.Unmarshal([]byte(line), &one); err != nil || !strings.HasSuffix(line, "\n") {
			t.Errorf("not a whole line: %q: %v", line, err)
		}
		decoded = append(decoded, one)
	}
	return decoded
}

// A line holds what a person would need to enter the record again, and it is
// on disk before the delete arrives at the service, which here reads it.
func TestJournalHoldsTheWholeRecord(t *testing.T) {
	person := map[string]any{
		"first_name": "Jane", "last_name": "Doe, \"JD\"", "company": "Doe & Co", "address_1": "1 High Street", "address_2": "Flat B", "city": "Sydney",
		"state": "NSW", "zip": "2000", "country": "Australia", "phone": "+61 2 0000 0000", "fax": "+61 2 0000 0001",
		"custom_fields": map[string]any{"plan": "gold", "source": "form"},
		"subscriptions": []any{map[string]any{"list_id": 50, "format": "text"}},
	}
	journalledPerson := deletion.ContactEntry{
		Identity: whatcounts.Identity{SubscriberID: 1001, Email: "person1@example.com", FirstName: "Jane", CustomerKey: "1"},
		Values: map[string]string{
			"last": "Doe, \"JD\"", "company": "Doe & Co", "address_1": "1 High Street", "address_2": "Flat B", "city": "Sydney", "state": "NSW",
			"zip": "2000", "country": "Australia", "phone": "+61 2 0000 0000", "fax": "+61 2 0000 0001", "custom_plan": "gold", "custom_source": "form",
		},
		Subscriptions: []whatcounts.Subscription{{ListID: 50, Format: whatcounts.Text}},
	}
	journalledOffice := deletion.CommunicationEntry{
		CommunicationID: 1001, ExternalID: "1", Type: "email", TypeID: 1, Value: "office1@example.com",
		Owner: deletion.OwnerEntry{Type: "biz_entity", ID: 42, ExternalID: "BE-1"},
	}
	withoutOptout := with(map[string]any{"deletion_policy": "delete_without_optout"}, person)
	tests := map[string]struct {
		kind
		config    map[string]any
		dialects  string
		operation string
		policy    deletion.Policy
		want      deletion.Entry
	}{
		"communication":                        {communications, nil, "", "DELETE /communication", deletion.Delete, journalledOffice},
		"communication, answers without nulls": {communications, nil, "7g-unset-absent 7g-get-array", "DELETE /communication", deletion.Delete, journalledOffice},
		"contact":                              {contacts, person, "", "delete", deletion.Delete, journalledPerson},
		"contact, by id":                       {contacts, withoutOptout, "", "deletesubid", deletion.DeleteWithoutOptout, journalledPerson},
		"contact whose details hide its key":   {contacts, person, "wc-detail-no-customer-key", "delete", deletion.Delete, journalledPerson},
		"the same, by id":                      {contacts, withoutOptout, "wc-detail-no-customer-key", "deletesubid", deletion.DeleteWithoutOptout, journalledPerson},
		"contact in other words":               {contacts, person, "wc-detail-custom-bare wc-detail-format-words wc-detail-subscriptions-apart", "delete", deletion.Delete, journalledPerson},
	}
	for name, test := range tests {
		for _, verified := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, verified %v", name, verified), func(t *testing.T) {
				sim := acctest.Simulator(t, strings.Fields(test.dialects)...)
				path := filepath.Join(t.TempDir(), "deleted.jsonl")
				server := acctest.NewConfigured(t, sim, acctest.KeyedRealm, map[string]any{"journal_path": path, "verify_before_delete": verified})
				record := test.created(t, server, 1, test.config)
				began := time.Now().Add(-time.Second)
				var onArrival []deletion.Line
				sim.Faults.Add(traffic.Fault{Operation: test.operation, Kind: traffic.Act, Do: func() { onArrival = journalLines(t, path) }})
				_, diagnostics := server.Change(record.typeName, record.state, nil)
				acctest.NoErrors(t, diagnostics)

				if len(onArrival) != 1 {
					t.Fatalf("%d lines when the delete arrived, want 1", len(onArrival))
				}
				line := onArrival[0]
				if line.Time.Before(began) || line.Time.After(time.Now()) {
					t.Errorf("the line is of %s", line.Time)
				}
				want := deletion.Line{Time: line.Time, Kind: strings.TrimPrefix(test.typeName, "reach_"), ID: 1001, Policy: string(test.policy), Place: deletion.Place{Endpoint: sim.WhatCountsURL(), Realm: acctest.KeyedRealm}, Record: test.want}
				if line.Kind == deletion.KindCommunication {
					want.Place = deletion.Place{Endpoint: sim.URL()}
				}
				if !reflect.DeepEqual(line, want) {
					t.Errorf("the line is %+v, want %+v", line, want)
				}
			})
		}
	}
}

// Right after a contact was made, a service may still answer that there is no
// such contact. The look for the journal must not take that for its end.
func TestJournalOfAFreshContactThatSeemsGone(t *testing.T) {
	for _, verified := range []bool{true, false} {
		for _, policy := range []string{"delete", "delete_without_optout"} {
			t.Run(fmt.Sprintf("%s, verified %v", policy, verified), func(t *testing.T) {
				sim := acctest.Simulator(t, "wc-stale-reads")
				path := filepath.Join(t.TempDir(), "deleted.jsonl")
				record := contacts.created(t, acctest.NewConfigured(t, sim, acctest.Realm, nil), 1, map[string]any{
					"customer_key": nil, "first_name": "Jane", "deletion_policy": policy, "subscriptions": []any{map[string]any{"list_id": 5}},
				})
				another := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": path, "verify_before_delete": verified})
				left, diagnostics := another.Change(record.typeName, record.state, nil)
				acctest.NoErrors(t, diagnostics)
				if left.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 || len(journalLines(t, path)) != 1 {
					t.Errorf("in state: %v, in the journal: %v\n%s", left.Exists(), journalLines(t, path), sim.Dump())
				}
			})
		}
	}
}

// Ten deletes at once, which is what Terraform does, those of contacts in
// shared commands: none is answered before all ten are in the journal.
func TestAccJournal_parallel(t *testing.T) {
	t.Parallel()
	const each, atOnce = 8, 10
	sim := acctest.Simulator(t)
	path := filepath.Join(t.TempDir(), "deleted.jsonl")
	arrive := func() {
		deadline := time.Now().Add(10 * time.Second)
		for len(journalLines(t, path)) < atOnce && time.Now().Before(deadline) {
			time.Sleep(5 * time.Millisecond)
		}
		if lines := journalLines(t, path); len(lines) < atOnce {
			t.Errorf("deletes have arrived, and the journal has %d lines", len(lines))
		}
	}
	for _, operation := range []string{"delete", "DELETE /communication"} {
		sim.Faults.Add(traffic.Fault{Operation: operation, Kind: traffic.Act, Count: -1, Do: arrive})
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: team{count: each, series: "A", safeguards: fmt.Sprintf("journal_path = %q", path)}.configuration(sim),
		}},
	})

	noted := map[string]bool{}
	for _, line := range journalLines(t, path) {
		switch record := line.Record.(type) {
		case deletion.ContactEntry:
			number := strings.TrimPrefix(record.CustomerKey, "A-")
			if want := (deletion.ContactEntry{
				Identity:      whatcounts.Identity{SubscriberID: line.ID, Email: "Person" + number + "@example.com", CustomerKey: "A-" + number},
				Subscriptions: []whatcounts.Subscription{{ListID: 50, Format: whatcounts.HTML}},
			}); !reflect.DeepEqual(record, want) {
				t.Errorf("the journal holds %+v, want %+v", record, want)
			}
			noted[record.Email] = true
		case deletion.CommunicationEntry:
			number := strings.TrimPrefix(record.ExternalID, "A-")
			if want := (deletion.CommunicationEntry{
				CommunicationID: line.ID, ExternalID: "A-" + number, Type: "email", TypeID: 1, Value: "office" + number + "@example.com",
				Owner: deletion.OwnerEntry{Type: "biz_entity", ID: 42, ExternalID: "BE-1"},
			}); record != want {
				t.Errorf("the journal holds %+v, want %+v", record, want)
			}
			noted[record.Value] = true
		}
	}
	if lines := journalLines(t, path); len(lines) != 2*each || len(noted) != 2*each {
		t.Errorf("%d lines of %d records, want one of each of %d", len(lines), len(noted), 2*each)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode != 0o600 {
		t.Errorf("the mode of the journal is %o", mode)
	}
}

// A journal that cannot be written: the plan passes, since it writes nothing,
// and the apply deletes nothing.
func TestAccJournal_unwritable(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	path := filepath.Join(t.TempDir(), "none", "deleted.jsonl")
	original := team{count: 3, series: "A", safeguards: fmt.Sprintf("journal_path = %q", path)}
	lifted := original
	lifted.safeguards = ""
	refused := &refusals{t: t, sim: sim, summary: deletion.SummaryJournal}
	destroyed := refused.step(original.configuration(sim), 6, everybody...)
	destroyed.Destroy = true
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		ErrorCheck:               refused.check,
		Steps: []resource.TestStep{
			{Config: original.configuration(sim)},
			destroyed,
			{Config: original.configuration(sim), PlanOnly: true},
			{Config: lifted.configuration(sim), PreConfig: func() { expectNothingDeleted(t, sim) }},
		},
	})
}
