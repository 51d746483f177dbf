package sweep

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/reachops/terraform-provider-reach/internal/live"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
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

var (
	deletes = flag.Bool("delete", false, "for -sweep: delete what is found, for good; contacts by id, so that no Global Optout is asked for")
	prefix  = flag.String("prefix", live.Prefix, "for -sweep: only addresses that begin so; it begins with "+live.Prefix)
)

// TestMain runs the sweepers where there is -sweep, and else the tests.
func TestMain(m *testing.M) {
	for name, sweeps := range map[string]func(context.Context, io.Writer, func(string) string, Options) error{
		"reach_contact": Contacts, "reach_communication": Communications,
	} {
		resource.AddTestSweepers(name, &resource.Sweeper{Name: name, F: func(string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
			defer stop()
			return sweeps(ctx, os.Stdout, os.Getenv, Options{Prefix: *prefix, Delete: *deletes})
		}})
	}
	resource.TestMain(m)
}

// sweeps runs both sweepers, and returns what they printed and their errors.
func sweeps(t *testing.T, environment map[string]string, options Options) (string, error) {
	t.Helper()
	var out bytes.Buffer
	if options.Prefix == "" {
		options.Prefix = live.Prefix
	}
	lookUp := func(name string) string { return environment[name] }
	err := errors.Join(Contacts(t.Context(), &out, lookUp, options), Communications(t.Context(), &out, lookUp, options))
	for _, secret := range []string{"demo-password", "wrong-password"} {
		if strings.Contains(fmt.Sprint(out.String(), err), secret) {
			t.Errorf("a password was printed:\n%s%v", &out, err)
		}
	}
	return out.String(), err
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
	printed, err := sweeps(t, environmentOf(sim), Options{})
	const want = `WhatCounts, realm demo: contacts whose address begins with reach-acc-
  found    contact 1008  reach-acc-1@test.example.com  reach-acc-1
  found    contact 1009  reach-acc-2@test.example.com  reach-acc-1
2 records found. Nothing was deleted; make sweep ARGS=-delete deletes them for good.
7G, biz_entity 42: communications whose value begins with reach-acc-
  found    communication 1008  reach-acc-1@test.example.com
  found    communication 1009  reach-acc-2@test.example.com
2 records found. Nothing was deleted; make sweep ARGS=-delete deletes them for good.
`
	if err != nil || printed != want {
		t.Errorf("the error is %v:\n%s\nwant\n%s", err, printed, want)
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
			printed, err := sweeps(t, environmentOf(sim), Options{Delete: true})
			if err != nil || strings.Count(printed, "2 records found, 2 deleted.") != 2 {
				t.Errorf("the error is %v:\n%s", err, printed)
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
		printed, err := sweeps(t, environment, Options{Delete: true})
		if left := sim.WhatCounts.Contacts("keyed"); err != nil || len(left) != 1 || left[0].Email != bystanders[0] || len(sim.WhatCounts.Optouts("keyed")) > 0 {
			t.Errorf("%v: the error is %v:\n%s%s", dialects, err, printed, sim.Dump())
		}
	}
}

func TestSecondSweepFindsNothing(t *testing.T) {
	sim := accountsWith(t, append(bystanders, leftOvers...))
	if printed, err := sweeps(t, environmentOf(sim), Options{Delete: true}); err != nil {
		t.Errorf("the error is %v:\n%s", err, printed)
	}
	if printed, err := sweeps(t, environmentOf(sim), Options{}); err != nil || !strings.Contains(printed, "Nothing was found.") {
		t.Errorf("the error is %v:\n%s", err, printed)
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

	printed, err := sweeps(t, environment, Options{})
	if err == nil || !strings.Contains(printed, "249 records found.") || !strings.Contains(printed, "perhaps more than these") {
		t.Errorf("the list ended with %v:\n%s", err, printed)
	}
	printed, err = sweeps(t, environment, Options{Delete: true})
	if err != nil || !strings.Contains(printed, "260 records found, 260 deleted.") {
		t.Errorf("the sweep ended with %v:\n%s", err, printed)
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
	printed, err := sweeps(t, environment, Options{Delete: true})
	if err == nil || !strings.Contains(printed, "perhaps more") || len(sim.WhatCounts.Contacts(realm)) != 252 {
		t.Errorf("the sweep ended with %v:\n%s", err, printed)
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
			sim.Faults.Add(traffic.Fault{Operation: c.operation, Kind: traffic.Act, Do: c.become(sim)})
			printed, err := sweeps(t, environmentOf(sim), Options{Delete: true})
			if err == nil || !strings.Contains(printed, "1 records found, 0 deleted.") || !strings.Contains(printed, "1 records found, 1 deleted.") || !strings.Contains(printed, "  kept     ") {
				t.Errorf("the error is %v:\n%s", err, printed)
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
	sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.Act, Do: func() { must(t, sim.WhatCounts.RemoveContact(realm, firstID)) }})
	sim.Faults.Add(traffic.Fault{Operation: "GET /communication", Kind: traffic.Act, Do: func() { sim.SevenG.RemoveCommunication(firstID) }})
	printed, err := sweeps(t, environmentOf(sim), Options{Delete: true})
	if err != nil || strings.Count(printed, "2 records found, 1 deleted.") != 2 || strings.Count(printed, "  gone     ") != 2 {
		t.Errorf("the error is %v:\n%s", err, printed)
	}
	expectLeft(t, sim, nil)
}

// One record that cannot be deleted does not keep the others.
func TestGoesOnAfterAFailure(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	// Both names of the command.
	sim.Faults.Add(traffic.Fault{Operation: "deletesubid", Kind: traffic.Replace, Body: "FAILURE: not today", Count: 2})
	sim.Faults.Add(traffic.Fault{Operation: "DELETE /communication", Kind: traffic.Replace, Body: `{"result":false,"message":"in use"}`})
	printed, err := sweeps(t, environmentOf(sim), Options{Delete: true})
	if err == nil || strings.Count(printed, "2 records found, 1 deleted.") != 2 || !strings.Contains(printed, "not today") || !strings.Contains(printed, "in use") {
		t.Errorf("the error is %v:\n%s", err, printed)
	}
	expectLeft(t, sim, leftOvers[:1])
}

// A service that records an opt-out all the same is told of.
func TestOptOutThatNobodyAskedFor(t *testing.T) {
	sim := accountsWith(t, leftOvers[:1], "wc-deletesubid-optout")
	printed, err := sweeps(t, environmentOf(sim), Options{Delete: true})
	if err == nil || !strings.Contains(printed, "Global Optout although none was asked for: reach-acc-1@test.example.com") {
		t.Errorf("the error is %v:\n%s", err, printed)
	}
}

// Wrong credentials are tried once: three failed logins lock an account.
func TestWrongCredentials(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	environment := environmentOf(sim)
	environment["WHATCOUNTS_PASSWORD"], environment["SEVENG_PASSWORD"] = "wrong-password", "wrong-password"
	printed, err := sweeps(t, environment, Options{Delete: true})
	if err == nil || strings.Count(printed, "credentials refused") != 2 || sim.Log.Count("POST /user/login") != 1 {
		t.Errorf("the error is %v, %d logins:\n%s", err, sim.Log.Count("POST /user/login"), printed)
	}
	expectLeft(t, sim, leftOvers)
}

// What names no account, or might find more than test records, sends nothing.
func TestMisuse(t *testing.T) {
	cases := map[string]struct {
		prefix string
		change map[string]string
		want   string
	}{
		"a short prefix":         {"reach", nil, "has to begin with reach-acc-"},
		"another prefix":         {"jane-doe-and-others", nil, "has to begin with reach-acc-"},
		"no account":             {"", map[string]string{"WHATCOUNTS_REALM": "", "REACH_TEST_OWNER": ""}, "no account is named"},
		"no environment of 7G":   {"", map[string]string{"SEVENG_ENDPOINT": ""}, "set SEVENG_ENDPOINT"},
		"no credentials of 7G":   {"", map[string]string{"SEVENG_USERNAME": "", "SEVENG_PASSWORD": ""}, "set SEVENG_USERNAME"},
		"no password":            {"", map[string]string{"WHATCOUNTS_PASSWORD": ""}, "WHATCOUNTS_PASSWORD"},
		"an owner of no kind":    {"", map[string]string{"REACH_TEST_OWNER": "company:42"}, "biz_entity:42"},
		"an owner without an id": {"", map[string]string{"REACH_TEST_OWNER": "biz_entity"}, "biz_entity:42"},
		"clear text, 7G":         {"", map[string]string{"SEVENG_ENDPOINT": "http://test.example.com"}, "SEVENG_ENDPOINT: it would send credentials"},
		"clear text, WhatCounts": {"", map[string]string{"WHATCOUNTS_ENDPOINT": "http://test.example.com"}, "WHATCOUNTS_ENDPOINT: it would send credentials"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sim := accountsWith(t, leftOvers)
			environment := environmentOf(sim)
			for variable, value := range c.change {
				environment[variable] = value
			}
			if printed, err := sweeps(t, environment, Options{Prefix: c.prefix, Delete: true}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v:\n%s", err, printed)
			}
			if sim.Log.Len() > 0 {
				t.Errorf("%d requests were sent", sim.Log.Len())
			}
		})
	}
}

// The command of make sweep: nothing is deleted without -delete, an empty
// prefix is refused, and a sweeper that fails does not keep the other.
func TestSweepFlags(t *testing.T) {
	sim := accountsWith(t, append(bystanders, leftOvers...))
	command := func(arguments ...string) (string, error) {
		command := exec.CommandContext(t.Context(), os.Args[0], append([]string{"-sweep=accounts", "-sweep-allow-failures"}, arguments...)...)
		for name, value := range environmentOf(sim) {
			command.Env = append(command.Env, name+"="+value)
		}
		printed, err := command.CombinedOutput()
		return string(printed), err
	}
	if printed, err := command(); err != nil || strings.Count(printed, "2 records found. Nothing was deleted") != 2 {
		t.Errorf("the list ended with %v:\n%s", err, printed)
	}
	if printed, err := command("-delete", "-prefix="); err == nil || strings.Count(printed, "has to begin with reach-acc-") < 2 {
		t.Errorf("an empty prefix ended with %v:\n%s", err, printed)
	}
	expectLeft(t, sim, append(bystanders, leftOvers...))
	if printed, err := command("-delete"); err != nil || strings.Count(printed, "2 records found, 2 deleted.") != 2 {
		t.Errorf("the sweep ended with %v:\n%s", err, printed)
	}
	expectLeft(t, sim, bystanders)
}

// A longer prefix narrows the sweep.
func TestLongerPrefix(t *testing.T) {
	sim := accountsWith(t, leftOvers)
	if printed, err := sweeps(t, environmentOf(sim), Options{Delete: true, Prefix: "reach-acc-2"}); err != nil {
		t.Errorf("the error is %v:\n%s", err, printed)
	}
	expectLeft(t, sim, leftOvers)
}

// Each service can be swept alone.
func TestOneServiceAlone(t *testing.T) {
	for left, unset := range map[string]string{"7G": "WHATCOUNTS_REALM", "WhatCounts": "REACH_TEST_OWNER"} {
		sim := accountsWith(t, leftOvers)
		environment := environmentOf(sim)
		delete(environment, unset)
		if printed, err := sweeps(t, environment, Options{}); err != nil || !strings.HasPrefix(printed, left) || !strings.Contains(printed, "2 records found.") {
			t.Errorf("%s ended with %v:\n%s", left, err, printed)
		}
	}
}
