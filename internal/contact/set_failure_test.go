package contact_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Everybody who stands in the way of a set is told in one error, and nothing is
// written.
func TestSetStandsInTheWay(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for i := range 23 {
		_, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: fmt.Sprintf("P%d@example.com", i+1), First: "Jane"})
		must(t, err)
	}
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "p30@example.com", 0))
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "p31@example.com", 5))
	state, diagnostics := server.Change(setName, server.None(setName), newsletter(people(40), nil))
	acctest.OneError(t, diagnostics, contact.SummaryRowsExist, "23 of the contacts exist", "and 3 more", `id = "list:5"`, "2 of the addresses have opted out", "p30@example.com", "p31@example.com", "force_sub")
	if state.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 23 || sim.Log.Count("sub") != 0 {
		t.Errorf("something was written:\n%s", sim.Dump())
	}
	forced := newsletter(people(40).with(func() rows {
		without := rows{}
		for i := range 23 {
			without[fmt.Sprintf("p%d", i+1)] = nil
		}
		return without
	}()), map[string]any{"force_sub": true})
	state = server.Created(setName, forced)
	settled(t, server, state, forced)
}

// What was done before a failure is in state, the next apply completes it, and
// nothing is done twice.
func TestSetFailsHalfWay(t *testing.T) {
	const batch = 10
	before, after := people(24), people(36)
	for i := range 12 {
		delete(after, fmt.Sprintf("p%d", i+1))
		after[fmt.Sprintf("p%d", i+13)]["company"] = "Other"
	}
	for _, operation := range []string{"sub", "update", "delete", "find", "rpt_subscribers_in_list", "show_optglobal"} {
		for _, kind := range []traffic.FaultKind{traffic.StatusBefore, traffic.StatusAfter, traffic.CutAfter, traffic.Replace, traffic.Partial} {
			t.Run(fmt.Sprintf("%s, %s", operation, kind), func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				server := acctest.NewServer(t)
				acctest.NoErrors(t, server.Configure(map[string]any{"whatcounts": map[string]any{
					"endpoint": sim.WhatCountsURL(), "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm), "batch_size": batch, "max_retries": 0,
				}}))
				fault := traffic.Fault{Operation: operation, Kind: kind, Status: 500, Skip: 1, Count: 3, Rows: 4}
				if kind == traffic.Replace {
					fault.Body = "FAILURE: not today"
				}
				state := server.None(setName)
				for step, config := range []map[string]any{newsletter(before, nil), newsletter(after, nil), nil} {
					sim.Faults.Add(fault)
					for try := 0; ; try++ {
						changed, diagnostics := server.Change(setName, state, config)
						sim.Faults.Clear()
						if !changed.Exists() && config != nil && len(sim.WhatCounts.Contacts(acctest.Realm)) > 0 {
							t.Fatalf("step %d: contacts were lost:\n%s", step, acctest.Texts(diagnostics))
						}
						if changed.Exists() {
							changed, _ = server.Refresh(setName, changed)
							expectRows(t, sim, changed, rowsOf(t, changed))
						}
						state = changed
						if len(acctest.Errors(diagnostics)) == 0 {
							break
						}
						if try == 3 {
							t.Fatalf("step %d does not end:\n%s", step, acctest.Texts(diagnostics))
						}
					}
					switch step {
					case 0:
						expectRows(t, sim, state, before)
					case 1:
						expectRows(t, sim, state, after)
						settled(t, server, state, config)
					}
				}
				if state.Exists() || len(sim.WhatCounts.Contacts(acctest.Realm)) != 0 {
					t.Errorf("something is left:\n%s", sim.Dump())
				}
			})
		}
	}
}

// A row that has an address alone is given its first value, and that fails after
// it was sent: the state manages what may have been written.
func TestSetRowGetsItsFirstValue(t *testing.T) {
	for column, value := range map[string]string{"company": "Doe", "custom_plan": "gold", "first_name": "Jane"} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
			state := server.Created(setName, newsletter(rows{"a": {"email": "a@example.com"}}, nil))
			planned := server.Plan(setName, state, newsletter(rows{"a": {"email": "a@example.com", column: value}}, nil))
			acctest.NoErrors(t, planned.Diagnostics)
			sim.Faults.Add(traffic.Fault{Operation: "update", Kind: traffic.StatusAfter, Status: 500, Count: -1})
			sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.StatusBefore, Status: 500, Count: -1})
			state, diagnostics := server.Apply(setName, state, planned)
			acctest.OneError(t, diagnostics, contact.SummaryRowsFailed, "a@example.com")
			sim.Faults.Clear()
			state, diagnostics = server.Refresh(setName, state)
			acctest.NoErrors(t, diagnostics)
			without := newsletter(rows{"a": {"email": "a@example.com"}}, nil)
			if column == "first_name" { // a name belongs to who the contact is, and stays
				without = newsletter(rows{"a": {"email": "a@example.com", column: value}}, nil)
			}
			state, diagnostics = server.Change(setName, state, without)
			acctest.NoErrors(t, diagnostics)
			settled(t, server, state, without)
			for _, held := range sim.WhatCounts.Contacts(acctest.Realm) {
				if held.Fields["company"]+held.Custom["plan"] != "" {
					t.Errorf("%+v", held)
				}
			}
		})
	}
}

// tainted is a set whose create has failed half way.
func tainted(t *testing.T, server *acctest.Server, config map[string]any, fail func()) acctest.State {
	t.Helper()
	fail()
	state, diagnostics := server.Change(setName, server.None(setName), config)
	if !state.Exists() || len(acctest.Errors(diagnostics)) != 1 {
		t.Fatalf("it did not fail half way:\n%s", acctest.Texts(diagnostics))
	}
	return state
}

// replaceTainted is what Terraform does with a tainted instance: it reads it,
// plans the create alone, and, in another process, deletes with the private state
// of that plan, plans the create again and creates.
func replaceTainted(t *testing.T, start func() *acctest.Server, state acctest.State, config map[string]any, refresh bool) (acctest.State, string) {
	t.Helper()
	planning, applying := start(), start()
	if refresh {
		refreshed, diagnostics := planning.Refresh(setName, state)
		acctest.NoErrors(t, diagnostics)
		state = refreshed
	}
	create := planning.Plan(setName, planning.None(setName), config)
	acctest.NoErrors(t, create.Diagnostics)
	end := acctest.Planned{State: acctest.State{Value: planning.None(setName).Value, Private: create.State.Private}, Config: planning.None(setName).Value}
	left, diagnostics := applying.Apply(setName, state, end)
	if len(acctest.Errors(diagnostics)) > 0 {
		return left, acctest.Texts(diagnostics)
	}
	again := applying.Plan(setName, applying.None(setName), config)
	acctest.NoErrors(t, again.Diagnostics)
	made, diagnostics := applying.Apply(setName, applying.None(setName), again)
	acctest.NoErrors(t, diagnostics)
	return made, acctest.Texts(create.Diagnostics)
}

// A set whose create failed is completed by the next apply. Nothing is deleted for
// that, also where the configuration has changed meanwhile.
func TestTaintedSetIsTakenOver(t *testing.T) {
	for name, changed := range map[string]rows{
		"as it was":     people(30),
		"another":       people(35).with(rows{"p1": {"email": "p1@example.com", "first_name": "Jane", "company": "Other"}}),
		"fewer of them": people(30).with(rows{"p3": nil}),
	} {
		t.Run(name, func(t *testing.T) {
			sim := acctest.Simulator(t)
			start := func() *acctest.Server {
				server := acctest.NewServer(t)
				acctest.NoErrors(t, server.Configure(map[string]any{"whatcounts": map[string]any{
					"endpoint": sim.WhatCountsURL(), "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm), "batch_size": 10, "max_retries": 0,
				}}))
				return server
			}
			state := tainted(t, start(), newsletter(people(30), nil), func() {
				sim.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: not today", Skip: 1, Count: -1})
			})
			sim.Faults.Clear()
			half := rowsOf(t, state)
			expectRows(t, sim, state, half)
			ids := attributeOf(t, state, "subscriber_ids")

			kept, text := replaceTainted(t, start, state, newsletter(changed, nil), false)
			if !strings.Contains(text, contact.SummaryNotTakenOver) || !strings.Contains(text, "terraform untaint") {
				t.Errorf("without a refresh it says %s", text)
			}
			expectRows(t, sim, kept, half)

			made, text := replaceTainted(t, start, state, newsletter(changed, nil), true)
			if !strings.Contains(text, contact.SummaryTakenOver) {
				t.Errorf("the plan says %s", text)
			}
			expectRows(t, sim, made, changed)
			now := attributeOf(t, made, "subscriber_ids")
			for key := range half {
				if _, wanted := changed[key]; wanted && now[key] != ids[key] {
					t.Errorf("%s was %v and is %v", key, ids[key], now[key])
				}
			}
			settled(t, start(), made, newsletter(changed, nil))
			if name != "fewer of them" && sim.Log.Count("delete") > 0 {
				t.Error("something was deleted")
			}
		})
	}
}

// A tainted set that is untainted is completed as any other.
func TestTaintedSetIsUntainted(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewServer(t)
	acctest.NoErrors(t, server.Configure(map[string]any{"whatcounts": map[string]any{
		"endpoint": sim.WhatCountsURL(), "realm": acctest.Realm, "password": acctest.PasswordOf(acctest.Realm), "batch_size": 10, "max_retries": 0,
	}}))
	config := newsletter(people(30), nil)
	state := tainted(t, server, config, func() {
		sim.Faults.Add(traffic.Fault{Operation: "sub", Kind: traffic.Replace, Body: "FAILURE: not today", Skip: 2, Count: -1})
	})
	sim.Faults.Clear()
	state, diagnostics := server.Change(setName, state, config)
	acctest.NoErrors(t, diagnostics)
	expectRows(t, sim, state, people(30))
	settled(t, server, state, config)
}

// Every row is in the journal before it is deleted, and stays where the journal
// cannot be written.
func TestSetJournal(t *testing.T) {
	sim := acctest.Simulator(t)
	journal := filepath.Join(t.TempDir(), "deleted.jsonl")
	server := acctest.NewConfigured(t, sim, acctest.Realm, map[string]any{"journal_path": journal})
	state := server.Created(setName, newsletter(people(12), nil))
	state, diagnostics := server.Change(setName, state, newsletter(people(10), nil))
	acctest.NoErrors(t, diagnostics)
	text, err := os.ReadFile(journal)
	must(t, err)
	if lines := strings.Count(string(text), "\n"); lines != 2 || !strings.Contains(string(text), "p11@example.com") || !strings.Contains(string(text), "Company 12") {
		t.Errorf("the journal is\n%s", text)
	}
	planned := server.Plan(setName, state, nil)
	acctest.NoErrors(t, planned.Diagnostics)
	must(t, os.Remove(journal))
	must(t, os.Mkdir(journal, 0o700))
	left, diagnostics := server.Apply(setName, state, planned)
	acctest.OneError(t, diagnostics, deletion.SummaryJournal)
	expectRows(t, sim, left, people(10))
}

// A set is imported with everybody on a list. What several share an address for
// is in the key.
func TestSetImport(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	for _, c := range []simulated.Contact{
		{Email: "Ann@example.com", First: "Ann", Fields: map[string]string{"company": "A & Co"}},
		{Email: "bob@example.com", Custom: map[string]string{"plan": "gold"}},
		{Email: "family@example.com", First: "Jane"},
		{Email: "family@example.com", First: "Joan"},
	} {
		c.Subscriptions = []simulated.Subscription{{ListID: 6, Format: 1}, {ListID: 7, Format: 2}}
		_, err := sim.WhatCounts.AddContact(acctest.Realm, c)
		must(t, err)
	}
	_, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: "other@example.com", Subscriptions: []simulated.Subscription{{ListID: 7, Format: 2}}})
	must(t, err)
	want := rows{
		"Ann@example.com":         {"email": "Ann@example.com", "first_name": "Ann", "company": "A & Co"},
		"bob@example.com":         {"email": "bob@example.com", "custom_plan": "gold"},
		"family@example.com,Jane": {"email": "family@example.com", "first_name": "Jane"},
		"family@example.com,Joan": {"email": "family@example.com", "first_name": "Joan"},
	}
	config := newsletter(want, map[string]any{"subscriptions": []any{map[string]any{"list_id": 6, "format": "text"}}})
	for id, identity := range map[string]map[string]any{"list:6": nil, "": {"list_id": 6, "realm": acctest.Realm}} {
		state, diagnostics := server.Import(setName, id, identity)
		acctest.NoErrors(t, diagnostics)
		if held := rowsOf(t, state); fmt.Sprint(held) != fmt.Sprint(map[string]map[string]any(want)) {
			t.Errorf("imported are\n%v, not\n%v", held, want)
		}
		server.ExpectNoChange(setName, state, config)
		server = acctest.NewConfigured(t, sim, acctest.Realm, nil)
		settled(t, server, state, config)
		server = acctest.NewConfigured(t, sim, acctest.Realm, nil)
	}
	for id, identity := range map[string]map[string]any{"6": nil, "list:x": nil, "list:0": nil, "list:99": nil, "": {"list_id": 6, "realm": "elsewhere"}} {
		_, diagnostics := server.Import(setName, id, identity)
		acctest.OneError(t, diagnostics, contact.SummaryNotImported)
	}
}
