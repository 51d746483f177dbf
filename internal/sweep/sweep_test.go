package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

const realm = "demo"

// The ids of the first records.
const firstID = 1001

// What live tests leave behind, and what is like it and is nobody's business.
var (
	leftOvers  = []string{"reach-acc-1@test.example.com", "reach-acc-2@test.example.com"}
	bystanders = []string{
		"jane@example.com",
		"jane@reach-acc-1.example.com", // in the domain
		"jane.reach-acc-1@example.com", // not at the beginning
		"Reach-Acc-1@example.com",      // another letter case
		"reach-acc-@example.com",       // nothing behind it
		"reach-acc@example.com",        // not all of it
		"reach-accounts@example.com",
	}
)

// accountsWith starts both services with contacts of these addresses, and
// communications of biz_entity 42 with the same.
func accountsWith(t *testing.T, addresses []string, dialects ...string) *simulator.Simulator {
	t.Helper()
	sim := simulatortest.Start(t, simulator.Options{Dialects: append(dialects, "7g-duplicate-email-allowed")})
	for _, address := range addresses {
		_, err := sim.WhatCounts.AddContact(realm, whatcounts.Contact{Email: address, First: "reach-acc-1", Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: 2}}})
		must(t, err)
		_, err = sim.SevenG.AddCommunication(seveng.Communication{TypeID: 1, Name: address, Owner: seveng.OwnerKey{Kind: seveng.BizEntity, ID: 42}})
		must(t, err)
	}
	return sim
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// environmentOf names the accounts of a simulator.
func environmentOf(sim *simulator.Simulator) map[string]string {
	return map[string]string{
		"WHATCOUNTS_ENDPOINT": sim.WhatCountsURL(), "WHATCOUNTS_REALM": realm, "WHATCOUNTS_PASSWORD": "demo-password",
		"SEVENG_ENDPOINT": sim.URL(), "SEVENG_USERNAME": "demo", "SEVENG_PASSWORD": "demo-password",
		"REACH_TEST_OWNER": "biz_entity:42",
	}
}

// sweeps runs the command, and returns its exit code and what it printed.
func sweeps(t *testing.T, environment map[string]string, arguments ...string) (int, string) {
	t.Helper()
	var out, problems bytes.Buffer
	code := run(t.Context(), arguments, func(name string) string { return environment[name] }, &out, &problems)
	printed := out.String() + problems.String()
	for _, secret := range []string{"demo-password", "wrong-password"} {
		if strings.Contains(printed, secret) {
			t.Errorf("a password was printed:\n%s", printed)
		}
	}
	return code, printed
}

// expectLeft fails the test unless exactly these addresses are left in both
// services, and no opt-out.
func expectLeft(t *testing.T, sim *simulator.Simulator, want []string) {
	t.Helper()
	var contacts, communications []string
	for _, c := range sim.WhatCounts.Contacts(realm) {
		contacts = append(contacts, c.Email)
	}
	for _, c := range sim.SevenG.Communications() {
		communications = append(communications, c.Name)
	}
	if fmt.Sprint(contacts) != fmt.Sprint(want) || fmt.Sprint(communications) != fmt.Sprint(want) || len(sim.WhatCounts.Optouts(realm)) > 0 {
		t.Errorf("not %v are left, without an opt-out:\n%s", want, sim.Dump())
	}
}

func TestListsWhatIsLeft(t *testing.T) {
	sim := accountsWith(t, append(bystanders, leftOvers...))
	code, printed := sweeps(t, environmentOf(sim))
	const want = `WhatCounts, realm demo: contacts whose address begins with reach-acc-
  found    contact 1008  reach-acc-1@test.example.com  reach-acc-1
  found    contact 1009  reach-acc-2@test.example.com  reach-acc-1
7G, biz_entity 42: communications whose value begins with reach-acc-
  found    communication 1008  reach-acc-1@test.example.com
  found    communication 1009  reach-acc-2@test.example.com

4 records found. Nothing was deleted; make sweep ARGS=-delete deletes them for good.
`
	if code != succeeded || printed != want {
		t.Errorf("exit code %d:\n%s\nwant\n%s", code, printed, want)
	}
	expectLeft(t, sim, append(bystanders, leftOvers...))
}

// Deleting spares everybody else, in whatever way the services answer.
func TestDeletesWhatIsLeftAndNothingElse(t *testing.T) {
	for _, dialects := range [][]string{
		nil,
		{"wc-only-deletebyid", "7g-get-array"},
		{"wc-find-missing-fails", "7g-unset-absent"},
		{"wc-detail-missing-empty", "7g-not-found-404"},
		{"wc-stale-reads", "7g-stale-reads"},
	} {
		t.Run(strings.Join(dialects, ", "), func(t *testing.T) {
			t.Parallel()
			sim := accountsWith(t, append(bystanders, leftOvers...), dialects...)
			code, printed := sweeps(t, environmentOf(sim), "-delete")
			if code != succeeded || !strings.Contains(printed, "4 records found, 4 deleted.") {
				t.Errorf("exit code %d:\n%s", code, printed)
			}
			expectLeft(t, sim, bystanders)
			if sim.Log.Count("delete") > 0 {
				t.Error("contacts were deleted by address, which leaves an opt-out")
			}
		})
	}
}

// In a realm with customer keys an address may have several contacts, and not
// every service shows the keys.
func TestRealmWithCustomerKeys(t *testing.T) {
	for _, dialects := range [][]string{nil, {"wc-detail-no-customer-key"}} {
		sim := accountsWith(t, nil, dialects...)
		for key, address := range []string{leftOvers[0], leftOvers[0], bystanders[0]} {
			_, err := sim.WhatCounts.AddContact("keyed", whatcounts.Contact{Email: address, CustomerKey: fmt.Sprint(key)})
			must(t, err)
		}
		environment := environmentOf(sim)
		environment["WHATCOUNTS_REALM"], environment["WHATCOUNTS_PASSWORD"] = "keyed", "keyed-password"
		code, printed := sweeps(t, environment, "-delete")
		if left := sim.WhatCounts.Contacts("keyed"); code != succeeded || len(left) != 1 || left[0].Email != bystanders[0] || len(sim.WhatCounts.Optouts("keyed")) > 0 {
			t.Errorf("%v: exit code %d:\n%s%s", dialects, code, printed, sim.Dump())
		}
	}
}

func TestSecondSweepFindsNothing(t *testing.T) {
	sim := accountsWith(t, append(bystanders, leftOvers...))
	sweeps(t, environmentOf(sim), "-delete")
	if code, printed := sweeps(t, environmentOf(sim)); code != succeeded || !strings.Contains(printed, "Nothing was found.") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	expectLeft(t, sim, bystanders)
}

// A search shows 250 contacts at most, some of which are nobody's business.
func TestDeletesMoreThanOneSearchShows(t *testing.T) {
	addresses := []string{bystanders[3]}
	for i := range 260 {
		addresses = append(addresses, fmt.Sprintf("reach-acc-%d@test.example.com", i))
	}
	sim := accountsWith(t, addresses)
	environment := environmentOf(sim)
	delete(environment, "REACH_TEST_OWNER")

	code, printed := sweeps(t, environment)
	if code != failed || !strings.Contains(printed, "249 records found.") || !strings.Contains(printed, "perhaps more than these") {
		t.Errorf("the list ended with %d:\n%s", code, printed)
	}
	code, printed = sweeps(t, environment, "-delete")
	if code != succeeded || !strings.Contains(printed, "260 records found, 260 deleted.") {
		t.Errorf("the sweep ended with %d:\n%s", code, printed)
	}
	if left := sim.WhatCounts.Contacts(realm); len(left) != 1 || left[0].Email != bystanders[3] {
		t.Errorf("%d contacts are left", len(left))
	}
}

// A whole page of others hides what may be behind it, which is said.
func TestOthersThatFillASearch(t *testing.T) {
	var addresses []string
	for i := range 250 {
		addresses = append(addresses, fmt.Sprintf("jane%d@reach-acc-1.example.com", i))
	}
	sim := accountsWith(t, append(addresses, leftOvers...))
	environment := environmentOf(sim)
	delete(environment, "REACH_TEST_OWNER")
	code, printed := sweeps(t, environment, "-delete")
	if code != failed || !strings.Contains(printed, "perhaps more") || len(sim.WhatCounts.Contacts(realm)) != 252 {
		t.Errorf("the sweep ended with %d:\n%s", code, printed)
	}
}

// A record that became another one after it was found stays: looked at before
// its delete, and once more right before it.
func TestRecordThatBecomesAnother(t *testing.T) {
	toSomebody := func(sim *simulator.Simulator) func() {
		return func() {
			must(t, sim.WhatCounts.ChangeContact(realm, firstID, func(c *whatcounts.Contact) { c.Email = "jane@example.com" }))
		}
	}
	toAnotherCase := func(sim *simulator.Simulator) func() {
		return func() {
			must(t, sim.WhatCounts.ChangeContact(realm, firstID, func(c *whatcounts.Contact) { c.Email = "REACH-ACC-1@test.example.com" }))
		}
	}
	cases := map[string]struct {
		operation string
		become    func(*simulator.Simulator) func()
	}{
		"a contact, before it is read":                 {"detail", toSomebody},
		"a contact, after it is read":                  {"getrealmsettings", toSomebody},
		"a contact, in another case":                   {"detail", toAnotherCase},
		"a contact, in another case, after it is read": {"getrealmsettings", toAnotherCase},
		"a communication": {"GET /communication", func(sim *simulator.Simulator) func() {
			return func() {
				sim.SevenG.ChangeCommunication(firstID, func(c *seveng.Communication) { c.Name = "jane@example.com" })
			}
		}},
		"a communication of another owner": {"GET /communication", func(sim *simulator.Simulator) func() {
			return func() { sim.SevenG.ChangeCommunication(firstID, func(c *seveng.Communication) { c.Owner.ID = 43 }) }
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := accountsWith(t, leftOvers[:1])
			sim.Faults.Add(ledger.Fault{Operation: c.operation, Kind: ledger.Act, Do: c.become(sim)})
			code, printed := sweeps(t, environmentOf(sim), "-delete")
			if code != failed || !strings.Contains(printed, "2 records found, 1 deleted.") || !strings.Contains(printed, "  kept     ") {
				t.Errorf("exit code %d:\n%s", code, printed)
			}
			if left := len(sim.WhatCounts.Contacts(realm)) + len(sim.SevenG.Communications()); left != 1 {
				t.Errorf("%d records are left:\n%s", left, sim.Dump())
			}
		})
	}
}

// A record that somebody else deletes meanwhile is no problem.
func TestRecordThatIsGone(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	sim.Faults.Add(ledger.Fault{Operation: "detail", Kind: ledger.Act, Do: func() { must(t, sim.WhatCounts.RemoveContact(realm, firstID)) }})
	sim.Faults.Add(ledger.Fault{Operation: "GET /communication", Kind: ledger.Act, Do: func() { sim.SevenG.RemoveCommunication(firstID) }})
	code, printed := sweeps(t, environmentOf(sim), "-delete")
	if code != succeeded || !strings.Contains(printed, "4 records found, 2 deleted.") || strings.Count(printed, "  gone     ") != 2 {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	expectLeft(t, sim, nil)
}

// One record that cannot be deleted does not keep the others.
func TestGoesOnAfterAFailure(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	// Both names of the command.
	sim.Faults.Add(ledger.Fault{Operation: "deletesubid", Kind: ledger.Replace, Body: "FAILURE: not today", Count: 2})
	sim.Faults.Add(ledger.Fault{Operation: "DELETE /communication", Kind: ledger.Replace, Body: `{"result":false,"message":"in use"}`})
	code, printed := sweeps(t, environmentOf(sim), "-delete")
	if code != failed || !strings.Contains(printed, "4 records found, 2 deleted.") || !strings.Contains(printed, "not today") || !strings.Contains(printed, "in use") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	expectLeft(t, sim, leftOvers[:1])
}

// A service that records an opt-out all the same is told of.
func TestOptOutThatNobodyAskedFor(t *testing.T) {
	sim := accountsWith(t, leftOvers[:1], "wc-deletesubid-optout")
	code, printed := sweeps(t, environmentOf(sim), "-delete")
	if code != failed || !strings.Contains(printed, "Global Optout although none was asked for: reach-acc-1@test.example.com") {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
}

// Wrong credentials are tried once: three failed logins lock an account.
func TestWrongCredentials(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	environment := environmentOf(sim)
	environment["WHATCOUNTS_PASSWORD"], environment["SEVENG_PASSWORD"] = "wrong-password", "wrong-password"
	code, printed := sweeps(t, environment, "-delete")
	if code != failed || strings.Count(printed, "credentials refused") != 2 || sim.Log.Count("POST /user/login") != 1 {
		t.Errorf("exit code %d, %d logins:\n%s", code, sim.Log.Count("POST /user/login"), printed)
	}
	expectLeft(t, sim, leftOvers)
}

// What names no account, or might find more than test records, sends nothing.
func TestMisuse(t *testing.T) {
	cases := map[string]struct {
		arguments []string
		change    map[string]string
		want      string
	}{
		"an empty prefix":        {[]string{"-delete", "-prefix", ""}, nil, "has to begin with reach-acc-"},
		"a short prefix":         {[]string{"-delete", "-prefix", "reach"}, nil, "has to begin with reach-acc-"},
		"another prefix":         {[]string{"-delete", "-prefix", "jane-doe-and-others"}, nil, "has to begin with reach-acc-"},
		"an argument":            {[]string{"delete"}, nil, "unexpected argument"},
		"an unknown flag":        {[]string{"-force"}, nil, "-force"},
		"no account":             {nil, map[string]string{"WHATCOUNTS_REALM": "", "REACH_TEST_OWNER": ""}, "no account is named"},
		"no environment of 7G":   {nil, map[string]string{"SEVENG_ENDPOINT": ""}, "set SEVENG_ENDPOINT"},
		"no credentials of 7G":   {nil, map[string]string{"SEVENG_USERNAME": "", "SEVENG_PASSWORD": ""}, "set SEVENG_USERNAME"},
		"no password":            {nil, map[string]string{"WHATCOUNTS_PASSWORD": ""}, "WHATCOUNTS_PASSWORD"},
		"an owner of no kind":    {nil, map[string]string{"REACH_TEST_OWNER": "company:42"}, "biz_entity:42"},
		"an owner without an id": {nil, map[string]string{"REACH_TEST_OWNER": "biz_entity"}, "biz_entity:42"},
		"clear text, 7G":         {nil, map[string]string{"SEVENG_ENDPOINT": "http://test.example.com"}, "SEVENG_ENDPOINT: it would send credentials"},
		"clear text, WhatCounts": {nil, map[string]string{"WHATCOUNTS_ENDPOINT": "http://test.example.com"}, "WHATCOUNTS_ENDPOINT: it would send credentials"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sim := accountsWith(t, leftOvers)
			environment := environmentOf(sim)
			for variable, value := range c.change {
				environment[variable] = value
			}
			code, printed := sweeps(t, environment, c.arguments...)
			if code != misused || !strings.Contains(printed, c.want) || !strings.Contains(printed, "Usage:") {
				t.Errorf("exit code %d:\n%s", code, printed)
			}
			if sim.Log.Len() > 0 {
				t.Errorf("%d requests were sent", sim.Log.Len())
			}
		})
	}
}

// A longer prefix narrows the sweep.
func TestLongerPrefix(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	if code, printed := sweeps(t, environmentOf(sim), "-delete", "-prefix", "reach-acc-2"); code != succeeded {
		t.Errorf("exit code %d:\n%s", code, printed)
	}
	expectLeft(t, sim, leftOvers)
}

// Each service can be swept alone.
func TestOneServiceAlone(t *testing.T) {
	for left, unset := range map[string]string{"7G": "WHATCOUNTS_REALM", "WhatCounts": "REACH_TEST_OWNER"} {
		sim := accountsWith(t, leftOvers)
		environment := environmentOf(sim)
		delete(environment, unset)
		if code, printed := sweeps(t, environment); code != succeeded || !strings.HasPrefix(printed, left) || !strings.Contains(printed, "2 records found.") {
			t.Errorf("%s ended with %d:\n%s", left, code, printed)
		}
	}
}

func TestHelp(t *testing.T) {
	var out bytes.Buffer
	if code := run(t.Context(), []string{"-help"}, nil, &out, io.Discard); code != succeeded || out.String() != usage {
		t.Errorf("exit code %d:\n%s", code, &out)
	}
}
