package refactoring_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/communication"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// The bodies of two resources of each kind.
const (
	billing = `
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", id = 42 }
`
	jane = `
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]
`
	both     = `resource "reach_communication" "billing" {` + billing + "}\n" + `resource "reach_contact" "jane" {` + jane + "}\n"
	inModule = "module \"people\" {\n  source = \"./people\"\n}\n"
)

// arrangement is what a configuration is made of.
type arrangement struct {
	root    string
	modules map[string]string // by name
}

// rearranged applies one arrangement, then another, and returns what the CLI
// printed about the plan of the second, and how that ended. Under these
// safeguards no plan may delete anything.
func rearranged(t *testing.T, provider string, sim *simulator.Simulator, before, after arrangement) (cli *acctest.CLI, planned string, err error) {
	t.Helper()
	cli = acctest.NewCLI(t, "")
	cli.Attach(acctest.StartProvider(t, provider))
	arrange := func(a arrangement) {
		cli.Configure(acctest.ConfigurationOf(sim, acctest.Realm, "safeguards { deletable = [] }", a.root))
		for name, text := range a.modules {
			cli.Module(name, text)
		}
		cli.MustRun("init")
	}
	arrange(before)
	cli.MustRun("apply", "-auto-approve")
	arrange(after)
	held, sent := sim.Dump(), sim.Log.Len()
	printed, err := cli.Run("plan")
	if err == nil {
		cli.MustRun("apply", "-auto-approve")
	}
	if now := sim.Dump(); now != held {
		t.Errorf("the services held\n%s\nand hold\n%s", held, now)
	}
	for _, entry := range sim.Log.Since(sent) {
		if !slices.Contains([]string{"POST /user/login", "GET /common/lookup", "getrealmsettings", "GET /communication", "detail", "find", "rpt_subscribers_in_list", "rpt_sub_by_update_datetime"}, entry.Operation) {
			t.Errorf("more than a look at the records: %s", entry.Operation)
		}
	}
	return cli, printed, err
}

// expectNoDelete fails the test when a plan speaks of a delete.
func expectNoDelete(t *testing.T, planned string) {
	t.Helper()
	for _, text := range []string{contact.SummaryLeavesOptout, contact.SummaryLeavesNoOptout, communication.SummaryPermanent, "will be destroyed", "must be replaced", "will be created"} {
		if strings.Contains(planned, text) {
			t.Errorf("the plan speaks of a delete (%s):\n%s", text, planned)
		}
	}
}

// A configuration that is rearranged leaves its records as they are.
func TestAccRefactoring(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	t.Run("moved", func(t *testing.T) { testMoved(t, provider) })
	t.Run("removed", func(t *testing.T) { testRemoved(t, provider) })
	t.Run("neither", func(t *testing.T) { testNeither(t, provider) })
}

// A record that gets another address in the configuration is the same record.
func testMoved(t *testing.T, provider string) {
	t.Parallel()
	cases := map[string]struct {
		before, after arrangement
		addresses     []string
	}{
		"renamed": {
			arrangement{root: both},
			arrangement{root: strings.NewReplacer(`"billing" {`, `"accounts" {`, `"jane" {`, `"joan" {`).Replace(both) +
				moved("reach_communication.billing", "reach_communication.accounts") + moved("reach_contact.jane", "reach_contact.joan")},
			[]string{"reach_communication.accounts", "reach_contact.joan"},
		},
		"into a module": {
			arrangement{root: both},
			arrangement{
				root: inModule + moved("reach_communication.billing", "module.people.reach_communication.billing") +
					moved("reach_contact.jane", "module.people.reach_contact.jane"),
				modules: map[string]string{"people": both},
			},
			[]string{"module.people.reach_communication.billing", "module.people.reach_contact.jane"},
		},
		"with a module that is renamed and repeated": {
			arrangement{root: inModule, modules: map[string]string{"people": both}},
			arrangement{root: `module "staff" {
  source   = "./people"
  for_each = toset(["sydney"])
}
` + moved("module.people", `module.staff["sydney"]`)},
			[]string{`module.staff["sydney"].reach_communication.billing`, `module.staff["sydney"].reach_contact.jane`},
		},
		"from count to for_each": {
			arrangement{root: strings.ReplaceAll(both, "\" {\n", "\" {\n  count = 1\n")},
			arrangement{root: strings.ReplaceAll(both, "\" {\n", "\" {\n  for_each = toset([\"one\"])\n") +
				moved("reach_communication.billing[0]", `reach_communication.billing["one"]`) + moved("reach_contact.jane[0]", `reach_contact.jane["one"]`)},
			[]string{`reach_communication.billing["one"]`, `reach_contact.jane["one"]`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			cli, planned, err := rearranged(t, provider, sim, c.before, c.after)
			if err != nil {
				t.Fatalf("the plan failed:\n%s", planned)
			}
			expectNoDelete(t, planned)
			if strings.Contains(planned, "Warning:") || !strings.Contains(planned, "0 to add, 0 to change, 0 to destroy") {
				t.Errorf("the plan warns, or is not one of moves alone:\n%s", planned)
			}
			if got := strings.Fields(cli.MustRun("state", "list")); !slices.Equal(got, c.addresses) {
				t.Errorf("the state lists %q, not %q", got, c.addresses)
			}
		})
	}
}

func moved(from, to string) string {
	return "moved {\n  from = " + from + "\n  to   = " + to + "\n}\n"
}

// What shows that the safeguards of these tests would stop a delete: without
// such blocks the plan is refused.
func testNeither(t *testing.T, provider string) {
	t.Parallel()
	sim := acctest.Simulator(t)
	_, planned, err := rearranged(t, provider, sim, arrangement{root: both}, arrangement{})
	if err == nil || strings.Count(planned, "Error: "+deletion.SummaryOutside) != 1 || !strings.Contains(planned, "(billing@example.com)") || !strings.Contains(planned, "(jane@example.com)") {
		t.Errorf("the plan was not refused once, for both records (%v):\n%s", err, planned)
	}
}

// A record that leaves the configuration with a removed block stays.
func testRemoved(t *testing.T, provider string) {
	t.Parallel()
	sim := acctest.Simulator(t)
	cli, planned, err := rearranged(t, provider, sim, arrangement{root: both},
		arrangement{root: removed("reach_communication.billing") + removed("reach_contact.jane")})
	if err != nil {
		t.Fatalf("the plan failed:\n%s", planned)
	}
	expectNoDelete(t, planned)
	if got := cli.MustRun("state", "list"); got != "" {
		t.Errorf("the state lists %q", got)
	}
	if len(sim.WhatCounts.Contacts(acctest.Realm)) != 1 || len(sim.SevenG.Communications()) != 1 {
		t.Errorf("a record is gone:\n%s", sim.Dump())
	}
}

func removed(from string) string {
	return "removed {\n  from = " + from + "\n  lifecycle {\n    destroy = false\n  }\n}\n"
}
