package contact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	simulated "github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// expectOptedOut fails the test unless the state shows an opt-out of just these
// lists.
func expectOptedOut(t *testing.T, state acctest.State, lists ...int64) {
	t.Helper()
	shown, isSet := state.Attribute("opted_out").([]any)
	var got []int64
	for _, list := range shown {
		got = append(got, list.(int64))
	}
	slices.Sort(got)
	if !isSet || !slices.Equal(got, lists) {
		t.Errorf("opted_out is %v, not %v", state.Attribute("opted_out"), lists)
	}
}

func expectGivenUp(t *testing.T, diagnostics []*tfprotov6.Diagnostic, texts ...string) {
	t.Helper()
	for _, d := range acctest.Warnings(diagnostics) {
		if d.Summary != contact.SummaryGivenUp {
			continue
		}
		for _, text := range texts {
			if !strings.Contains(d.Detail, text) {
				t.Errorf("the warning does not name %q:\n%s", text, d.Detail)
			}
		}
		return
	}
	t.Errorf("no warning tells of an opt-out:\n%s", acctest.Texts(diagnostics))
}

// expectNobodyPutBack fails the test when a list was subscribed to since the
// given request, or anything was forced.
func expectNobodyPutBack(t *testing.T, sim *simulator.Simulator, since int, list string) {
	t.Helper()
	for _, entry := range sim.Log.Since(since) {
		if _, forced := entry.Argument("force_sub"); forced {
			t.Errorf("an update forced a subscription: %v", entry)
		}
		if named, _ := entry.Argument("list_id"); entry.Operation == "sub" && named == list {
			t.Errorf("the list that was given up is subscribed to again: %v", entry)
		}
	}
}

// household is a way in which a contact can be told from others.
type household struct {
	realm  string
	config map[string]any
	lists  []int
	shared bool
}

// households are a contact alone on its address, one beside others, and the
// same in a realm with customer keys.
func households() map[string]household {
	plain, keyed := []int{5, 6, 7}, []int{50, 60, 70}
	return map[string]household{
		"alone":            {acctest.Realm, map[string]any{"first_name": "Jane"}, plain, false},
		"shared":           {acctest.Realm, map[string]any{"first_name": "Jane"}, plain, true},
		"alone, with key":  {acctest.KeyedRealm, map[string]any{"customer_key": "K-1"}, keyed, false},
		"shared, with key": {acctest.KeyedRealm, map[string]any{"customer_key": "K-1"}, keyed, true},
	}
}

// start makes a simulator with the contact, on the first two lists, and the others
// on its address. Every run of the provider is a new one: opt-outs are asked
// for once in each.
func (h household) start(t *testing.T) (sim *simulator.Simulator, run func() *acctest.Server, state acctest.State, config map[string]any) {
	t.Helper()
	seed := simulator.DefaultSeed()
	for i := range seed.WhatCounts.Realms {
		realm := &seed.WhatCounts.Realms[i].Realm
		if realm.Name == h.realm {
			realm.Lists = nil
			for _, list := range h.lists {
				realm.Lists = append(realm.Lists, simulated.List{ID: int64(list), Name: fmt.Sprint("List ", list)})
			}
		}
	}
	sim = simulatortest.Start(t, simulator.Options{Seed: seed})
	run = func() *acctest.Server { return acctest.NewConfigured(t, sim, h.realm, nil) }
	config = map[string]any{"email": "jane@example.com", "force_sub": true, "subscriptions": []any{subscription(h.lists[0]), subscription(h.lists[1])}}
	for name, value := range h.config {
		config[name] = value
	}
	state = run().Created(typeName, config)
	if h.shared {
		other := simulated.Contact{Email: "jane@example.com", First: "Ann"}
		if h.realm == acctest.KeyedRealm {
			other.CustomerKey = "K-2"
		}
		_, err := sim.WhatCounts.AddContact(h.realm, other)
		must(t, err)
	}
	return sim, run, state, config
}

// held is the contact as the service has it.
func (h household) held(t *testing.T, sim *simulator.Simulator) (simulated.Contact, []int64) {
	t.Helper()
	held, exists := sim.WhatCounts.Contact(h.realm, 1001)
	if !exists {
		t.Fatalf("the contact is gone:\n%s", sim.Dump())
	}
	var lists []int64
	for _, s := range held.Subscriptions {
		lists = append(lists, s.ListID)
	}
	return held, lists
}

// A recipient opts out of one list. The plan warns, nothing is planned, nobody
// is put back, and everything else about the contact can be changed.
func TestRecipientOptsOutOfOneList(t *testing.T) {
	for name, h := range households() {
		t.Run(name, func(t *testing.T) {
			sim, run, state, config := h.start(t)
			gone, kept, further := int64(h.lists[0]), h.lists[1], h.lists[2]
			expectOptedOut(t, state)
			must(t, sim.WhatCounts.OptOut(h.realm, "jane@example.com", gone))
			since := sim.Log.Len()

			server := run()
			state, diagnostics := server.Refresh(typeName, state)
			acctest.NoErrors(t, diagnostics)
			expectGivenUp(t, diagnostics, "jane@example.com", fmt.Sprint("list ", gone))
			expectOptedOut(t, state, gone)
			server.ExpectNoChange(typeName, state, config)

			steps := []struct {
				name   string
				change map[string]any
				sends  bool
				lists  []int64
				optout []int64
			}{
				{"the policy", map[string]any{"deletion_policy": "abandon"}, false, []int64{int64(kept)}, []int64{gone}},
				{"a value", map[string]any{"company": "Roe"}, true, []int64{int64(kept)}, []int64{gone}},
				{"its own format", map[string]any{"subscriptions": []any{asText(int(gone)), subscription(kept)}}, false, []int64{int64(kept)}, []int64{gone}},
				{"the format of another list", map[string]any{"subscriptions": []any{asText(int(gone)), asText(kept)}}, true, []int64{int64(kept)}, []int64{gone}},
				{"one more list", map[string]any{"subscriptions": []any{subscription(int(gone)), asText(kept), subscription(further)}}, true, []int64{int64(kept), int64(further)}, []int64{gone}},
				{"without the list", map[string]any{"subscriptions": []any{asText(kept), subscription(further)}}, false, []int64{int64(kept), int64(further)}, nil},
			}
			for _, step := range steps {
				for attribute, value := range step.change {
					config[attribute] = value
				}
				before := sim.Log.Len()
				server := run()
				state, diagnostics = server.Change(typeName, state, config)
				acctest.NoErrors(t, diagnostics)
				if sent := sim.Log.Len() > before; sent != step.sends {
					t.Errorf("%s: requests were sent: %v", step.name, sent)
				}
				expectOptedOut(t, state, step.optout...)
				refreshed, diagnostics := server.Refresh(typeName, state)
				acctest.NoErrors(t, diagnostics)
				if !refreshed.Value.Equal(state.Value) {
					t.Errorf("%s: state was %v and is read as %v", step.name, acctest.Plain(state.Value), acctest.Plain(refreshed.Value))
				}
				if _, lists := h.held(t, sim); !slices.Equal(lists, step.lists) {
					t.Errorf("%s: the contact is on %v", step.name, lists)
				}
			}
			if held, _ := h.held(t, sim); held.Fields["company"] != "Roe" {
				t.Errorf("unexpected contact: %+v", held)
			}
			expectNobodyPutBack(t, sim, since, fmt.Sprint(gone))

			config["subscriptions"] = []any{subscription(int(gone)), asText(kept), subscription(further)}
			_, diagnostics = run().Change(typeName, state, config)
			acctest.OneError(t, diagnostics, contact.SummaryOptedOut, "jane@example.com", fmt.Sprintf("remove list %d from subscriptions", gone))
		})
	}
}

func asText(list int) map[string]any {
	return map[string]any{"list_id": list, "format": "text"}
}

// A global opt-out is one of every list.
func TestRecipientOptsOutGlobally(t *testing.T) {
	for name, h := range households() {
		t.Run(name, func(t *testing.T) {
			sim, run, state, config := h.start(t)
			first, second := int64(h.lists[0]), int64(h.lists[1])
			must(t, sim.WhatCounts.OptOut(h.realm, "jane@example.com", 0))
			since := sim.Log.Len()

			state, diagnostics := run().Refresh(typeName, state)
			expectGivenUp(t, diagnostics, fmt.Sprintf("lists %d, %d", first, second))
			expectOptedOut(t, state, first, second)
			config["deletion_policy"] = "abandon"
			state, diagnostics = run().Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)

			config["company"] = "Roe"
			changed, diagnostics := run().Change(typeName, state, config)
			if h.shared {
				// There a change is a subscribe, and no list is left to name.
				acctest.OneError(t, diagnostics, contact.SummaryAmbiguous, "on no list")
				delete(config, "company")
			} else {
				acctest.NoErrors(t, diagnostics)
				state = changed
			}
			more := append(slices.Clone(config["subscriptions"].([]any)), subscription(h.lists[2]))
			_, diagnostics = run().Change(typeName, state, with(config, "subscriptions", more))
			acctest.OneError(t, diagnostics, contact.SummaryOptedOut, "globally")

			config["subscriptions"] = []any{}
			state, diagnostics = run().Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)
			expectOptedOut(t, state)
			if held, lists := h.held(t, sim); len(lists) != 0 || (held.Fields["company"] == "Roe") == h.shared {
				t.Errorf("unexpected contact: %+v", held)
			}
			for _, list := range h.lists {
				expectNobodyPutBack(t, sim, since, fmt.Sprint(list))
			}
		})
	}
}

func with(config map[string]any, attribute string, value any) map[string]any {
	changed := map[string]any{attribute: value}
	for name, value := range config {
		if name != attribute {
			changed[name] = value
		}
	}
	return changed
}

// One who subscribes again has not opted out any more, although the service may
// keep its record. What then goes without a record is drift.
func TestRecipientComesBack(t *testing.T) {
	h := households()["alone"]
	sim, run, state, config := h.start(t)
	must(t, sim.WhatCounts.OptOut(h.realm, "jane@example.com", 5))
	state, _ = run().Refresh(typeName, state)
	expectOptedOut(t, state, 5)
	must(t, sim.WhatCounts.ChangeContact(h.realm, 1001, func(c *simulated.Contact) {
		c.Subscriptions = append(c.Subscriptions, simulated.Subscription{ListID: 5, Format: 2})
	}))
	server := run()
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	expectOptedOut(t, state)
	if len(acctest.Warnings(diagnostics)) != 0 {
		t.Errorf("a warning is left:\n%s", acctest.Texts(diagnostics))
	}
	server.ExpectNoChange(typeName, state, config)
}

// Whether the recipient has opted out is a question that is answered, or the
// contact is not read. A query that the service refuses tells nothing.
func TestOptoutQueryThatFails(t *testing.T) {
	for body, status := range map[string]int{"FAILURE: not allowed": 200, "<html>busy</html>": 503} {
		sim := acctest.Simulator(t)
		state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, jane(nil))
		must(t, sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 5))
		for _, query := range []string{"show_opt", "show_optglobal"} {
			sim.Faults.Add(traffic.Fault{Operation: query, Kind: traffic.Replace, Status: status, Body: body, Count: -1})
		}
		state, diagnostics := acctest.NewConfigured(t, sim, acctest.Realm, nil).Refresh(typeName, state)
		if status != 200 {
			acctest.OneError(t, diagnostics, contact.SummaryNotRead, "opt-outs")
			continue
		}
		acctest.NoErrors(t, diagnostics)
		expectOptedOut(t, state)
		if len(state.Attribute("subscriptions").([]any)) != 0 {
			t.Error("that the list was left does not show")
		}
	}
}

// The address of somebody who has opted out changes. That puts nobody back, in
// this apply or in any other, and by anybody.
func TestOptoutOutlivesTheAddress(t *testing.T) {
	for _, by := range []string{"Terraform", "somebody else"} {
		t.Run(by, func(t *testing.T) {
			h := households()["alone"]
			sim, run, state, config := h.start(t)
			must(t, sim.WhatCounts.OptOut(h.realm, "jane@example.com", 5))
			state, _ = run().Refresh(typeName, state)
			since := sim.Log.Len()
			config["email"] = "jane.doe@example.com"
			if by == "Terraform" {
				changed, diagnostics := run().Change(typeName, state, config)
				acctest.NoErrors(t, diagnostics)
				state = changed
			} else {
				must(t, sim.WhatCounts.ChangeContact(h.realm, 1001, func(c *simulated.Contact) { c.Email = "jane.doe@example.com" }))
			}
			for range 2 {
				server := run()
				refreshed, diagnostics := server.Refresh(typeName, state)
				acctest.NoErrors(t, diagnostics)
				state = refreshed
				expectOptedOut(t, state, 5)
				server.ExpectNoChange(typeName, state, config)
			}
			expectNobodyPutBack(t, sim, since, "5")

			// Taken out and added again it is a decision, and the new address is free.
			server := run()
			state, diagnostics := server.Change(typeName, state, with(config, "subscriptions", []any{subscription(6)}))
			acctest.NoErrors(t, diagnostics)
			state, diagnostics = server.Change(typeName, state, config)
			acctest.NoErrors(t, diagnostics)
			expectOptedOut(t, state)
			if _, lists := h.held(t, sim); !slices.Equal(lists, []int64{5, 6}) {
				t.Errorf("the contact is on %v", lists)
			}
		})
	}
}

// What an update did before it failed is kept, and so is what the recipient has
// given up: the next apply does not try to put anybody back.
func TestOptoutIsKeptByAnUpdateThatFails(t *testing.T) {
	h := households()["alone"]
	sim, run, state, config := h.start(t)
	must(t, sim.WhatCounts.OptOut(h.realm, "jane@example.com", 5))
	state, _ = run().Refresh(typeName, state)
	sim.Faults.Add(traffic.Fault{Operation: "update", Kind: traffic.Replace, Body: "FAILURE: not today", Count: -1})
	config["email"], config["last_name"] = "jane.doe@example.com", "Doe"
	state, diagnostics := run().Change(typeName, state, config)
	acctest.OneError(t, diagnostics, contact.SummaryNotUpdated, "Not today")
	expectOptedOut(t, state, 5)
	sim.Faults.Clear()
	state, diagnostics = run().Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	state, diagnostics = run().Change(typeName, state, config)
	acctest.NoErrors(t, diagnostics)
	expectOptedOut(t, state, 5)
	if _, lists := h.held(t, sim); !slices.Equal(lists, []int64{6}) {
		t.Errorf("the contact is on %v", lists)
	}
}

// The policy that only ends subscriptions has nothing to send for one that the
// recipient has ended.
func TestUnsubscribeAfterAnOptout(t *testing.T) {
	sim := acctest.Simulator(t)
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, jane(map[string]any{"deletion_policy": "unsubscribe"}))
	must(t, sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 5))
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state, _ = server.Refresh(typeName, state)
	acctest.ExpectRequests(t, sim, func() {
		left, diagnostics := server.Change(typeName, state, nil)
		acctest.NoErrors(t, diagnostics)
		if left.Exists() {
			t.Error("the contact is still in state")
		}
	})
}

// Another address is refused as it would be in a create, whatever force_sub
// says, and the contact is as it was.
func TestAddressThatHasOptedOut(t *testing.T) {
	for name, h := range households() {
		if h.shared {
			continue // its address cannot change
		}
		for _, list := range []int{0, h.lists[0], h.lists[2]} {
			t.Run(fmt.Sprint(name, " ", list), func(t *testing.T) {
				sim, run, state, config := h.start(t)
				must(t, sim.WhatCounts.OptOut(h.realm, "gone@example.com", int64(list)))
				config["email"], config["company"] = "Gone@example.com", "Roe"
				if list == h.lists[2] {
					config["subscriptions"] = append(config["subscriptions"].([]any), subscription(list))
				}
				before, _ := h.held(t, sim)
				left, diagnostics := run().Change(typeName, state, config)
				acctest.OneError(t, diagnostics, contact.SummaryOptedOut, "Gone@example.com", "force_sub", "email")
				after, lists := h.held(t, sim)
				if !left.Value.Equal(state.Value) || after.Email != "jane@example.com" || after.Fields["company"] != "" || len(lists) != len(before.Subscriptions) {
					t.Errorf("something was changed: %+v, %v", after, acctest.Plain(left.Value))
				}
			})
		}
	}
}

// A contact on no list is imported, changed and put on one; one that has lists
// may leave all of them. Adding one to none is refused in the plan.
func TestContactOnNoList(t *testing.T) {
	sim := acctest.Simulator(t)
	_, err := sim.WhatCounts.AddContact(acctest.Realm, simulated.Contact{Email: "jane@example.com", First: "Jane"})
	must(t, err)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	none := jane(map[string]any{"subscriptions": []any{}})
	before := sim.Log.Len()
	refused := acctest.NewConfigured(t, sim, acctest.Realm, nil).Plan(typeName, server.None(typeName), none)
	acctest.OneError(t, refused.Diagnostics, contact.SummaryNoList, "subscriptions", "import")
	if sim.Log.Len() != before+sim.Log.Count("getrealmsettings") {
		t.Error("the plan asked for more than the settings of the realm")
	}

	state, diagnostics := server.Import(typeName, "1001", nil)
	acctest.NoErrors(t, diagnostics)
	expectOptedOut(t, state)
	server.ExpectNoChange(typeName, state, none)
	none["company"] = "Roe"
	state, diagnostics = server.Change(typeName, state, none)
	acctest.NoErrors(t, diagnostics)
	state, diagnostics = server.Change(typeName, state, jane(map[string]any{"company": "Roe"}))
	acctest.NoErrors(t, diagnostics)
	state, diagnostics = server.Change(typeName, state, none)
	acctest.NoErrors(t, diagnostics)
	server.ExpectNoChange(typeName, state, none)
	if held, _ := sim.WhatCounts.Contact(acctest.Realm, 1001); len(held.Subscriptions) != 0 || held.Fields["company"] != "Roe" || len(sim.WhatCounts.Optouts(acctest.Realm)) != 0 {
		t.Errorf("unexpected contact:\n%s", sim.Dump())
	}
	_, diagnostics = server.Change(typeName, state, nil)
	acctest.NoErrors(t, diagnostics)
}

// What is not known before the apply says nothing about opt-outs either.
func TestOptedOutThatIsNotKnown(t *testing.T) {
	h := households()["alone"]
	sim, run, state, config := h.start(t)
	must(t, sim.WhatCounts.OptOut(h.realm, "jane@example.com", 5))
	server := run()
	state, _ = server.Refresh(typeName, state)
	planned := server.Plan(typeName, state, with(config, "subscriptions", []any{map[string]any{"list_id": acctest.Unknown}, subscription(6)}))
	acctest.NoErrors(t, planned.Diagnostics)
	if planned.State.Attribute("opted_out") != acctest.Unknown {
		t.Errorf("opted_out is planned as %v", planned.State.Attribute("opted_out"))
	}
	planned = server.Plan(typeName, state, with(config, "email", acctest.Unknown))
	acctest.NoErrors(t, planned.Diagnostics)
	expectOptedOut(t, planned.State, 5)
}
