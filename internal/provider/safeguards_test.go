package provider_test

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// team is as many records in either service. The realm is the one with customer
// keys, where a contact can be replaced.
type team struct {
	count                              int    // of each kind; without any there are no blocks
	series                             string // begins the external ids and customer keys; another one replaces
	communicationPolicy, contactPolicy string // expressions; empty for null
	safeguards                         string // of the provider block, without the word
}

func (c team) configuration(sim *simulator.Simulator) string {
	policy := func(expression string) string {
		if expression == "" {
			return "null"
		}
		return expression
	}
	safeguards := ""
	if c.safeguards != "" {
		safeguards = "safeguards { " + c.safeguards + " }"
	}
	if c.count == 0 {
		return acctest.ConfigurationOf(sim, acctest.KeyedRealm, safeguards, "")
	}
	return acctest.ConfigurationOf(sim, acctest.KeyedRealm, safeguards, fmt.Sprintf(`
resource "reach_communication" "office" {
  count           = %[1]d
  type            = "email"
  value           = "office${count.index}@example.com"
  external_id     = "%[2]s-${count.index}"
  owner           = { type = "biz_entity", id = 42 }
  deletion_policy = %[3]s
}

resource "reach_contact" "person" {
  count           = %[1]d
  email           = "Person${count.index}@example.com"
  customer_key    = "%[2]s-${count.index}"
  force_sub       = true
  subscriptions   = [{ list_id = 50 }]
  deletion_policy = %[4]s
}
`, c.count, c.series, policy(c.communicationPolicy), policy(c.contactPolicy)))
}

// everybody are the addresses of a team of three.
var everybody = []string{
	"office0@example.com", "office1@example.com", "office2@example.com",
	"Person0@example.com", "Person1@example.com", "Person2@example.com",
}

// refusals checks steps that have to fail, which ExpectError cannot: each record
// must be in an error, in whatever order.
type refusals struct {
	t        *testing.T
	sim      *simulator.Simulator
	summary  string
	expected []string // addresses
	count    int      // how many of them
	before   string   // what the services hold
}

// step is a step that is refused, with errors that name count of the records that
// are expected. Whatever is refused, nothing is deleted.
func (r *refusals) step(configuration string, count int, expected ...string) resource.TestStep {
	return resource.TestStep{
		Config: configuration,
		PreConfig: func() {
			r.expected, r.count, r.before = expected, count, r.sim.Dump()
		},
		PostApplyFunc: func() { r.t.Error("the step was not refused") },
	}
}

// check is the ErrorCheck of a test case. An error that no step waits for is
// returned as it is.
func (r *refusals) check(err error) error {
	if r.expected == nil {
		return err
	}
	defer func() { r.expected = nil }()
	refused := map[string]bool{}
	for _, part := range strings.Split(err.Error(), "Error: ")[1:] {
		text := strings.Join(strings.Fields(part), " ")
		named := recordInText.FindAllStringSubmatch(text, -1)
		if !strings.HasPrefix(text, r.summary) || len(named) == 0 {
			r.t.Errorf("an unexpected error: %s", text)
		}
		for _, record := range named {
			if !slices.Contains(r.expected, record[1]) || refused[record[1]] {
				r.t.Errorf("another record, or one for the second time: %s", text)
			}
			refused[record[1]] = true
		}
	}
	if len(refused) != r.count {
		r.t.Errorf("refused are %v, want %d of %v", slices.Sorted(maps.Keys(refused)), r.count, r.expected)
	}
	expectNothingDeleted(r.t, r.sim)
	if after := r.sim.Dump(); after != r.before {
		r.t.Errorf("the services held\n%s\nand now hold\n%s", r.before, after)
	}
	return nil
}

var recordInText = regexp.MustCompile(`\b(?:communication|contact) \d+ \(([^)]+)\)`)

func expectNothingDeleted(t *testing.T, sim *simulator.Simulator) {
	t.Helper()
	for _, operation := range []string{"delete", "deletesubid", "deletebyid", "DELETE /communication"} {
		if got := sim.Log.Count(operation); got != 0 {
			t.Errorf("%s was sent %d times", operation, got)
		}
	}
}

// Each refusal, in each plan that would delete, with a real CLI. A step of the
// test framework saves its plan to a file and applies that; a plan that fails
// is never applied. terraform destroy and terraform apply plan the same way.
func TestAccSafeguards(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		team    team
		summary string
		refused []string // addresses
		count   int      // how many of them
	}{
		"prevent on every resource": {
			team{communicationPolicy: `"prevent"`, contactPolicy: `"prevent"`}, deletion.SummaryPrevented, everybody, 6,
		},
		"prevent on one of six": {
			team{contactPolicy: `count.index == 1 ? "prevent" : null`}, deletion.SummaryPrevented, []string{"Person1@example.com"}, 1,
		},
		"prevent as the provider's default": {
			team{safeguards: `deletion_policy = "prevent"`}, deletion.SummaryPrevented, everybody, 6,
		},
		"outside the scope": {
			team{safeguards: `deletable = ["pERSON[2-9]@EXAMPLE.com", "*@test.example.com"]`}, deletion.SummaryOutside, everybody[:5], 5,
		},
		"past the limit, both services together": {
			team{safeguards: `max_deletes_per_run = 1`}, deletion.SummaryTooMany, everybody, 5,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			refused := &refusals{t: t, sim: sim, summary: c.summary}
			c.team.count, c.team.series = 3, "A"
			original := c.team.configuration(sim)

			destroyed := refused.step(original, c.count, c.refused...)
			destroyed.Destroy = true
			// The policy that was last applied counts: to change it in the same
			// step, or to remove it with the block, lifts nothing.
			removed := team{safeguards: c.team.safeguards}
			replaced := team{count: 3, series: "B", safeguards: c.team.safeguards}
			lifted := team{count: 3, series: "A", communicationPolicy: `"delete"`, contactPolicy: `"delete"`}

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				ErrorCheck:               refused.check,
				Steps: []resource.TestStep{
					{Config: original},
					destroyed,
					refused.step(removed.configuration(sim), c.count, c.refused...),
					refused.step(replaced.configuration(sim), c.count, c.refused...),
					{Config: original, PlanOnly: true},
					{Config: lifted.configuration(sim), PreConfig: func() { expectNothingDeleted(t, sim) }},
				},
			})
			if refused.expected != nil {
				t.Error("a step was not checked")
			}
			if left := len(sim.SevenG.Communications()) + len(sim.WhatCounts.Contacts(acctest.KeyedRealm)); left != 0 {
				t.Errorf("%d records are left although the refusal was lifted", left)
			}
		})
	}
}

// A count that shrinks is refused in the plan. A tainted communication shows in
// no plan that the provider sees, and is refused when it comes to its delete; of
// a contact it sees that the one to be added is in state already.
func TestAccSafeguards_countAndTaint(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	guarded := team{count: 3, series: "A", safeguards: `deletion_policy = "prevent"`}
	shrunk, lifted := guarded, guarded
	shrunk.count, lifted.safeguards = 1, ""
	refused := &refusals{t: t, sim: sim, summary: deletion.SummaryPrevented}
	taintedOffice := refused.step(guarded.configuration(sim), 1, "office0@example.com")
	taintedOffice.Taint = []string{"reach_communication.office[0]"}
	// Office 0 is tainted still.
	taintedPerson := refused.step(guarded.configuration(sim), 2, "office0@example.com", "Person2@example.com")
	taintedPerson.Taint = []string{"reach_contact.person[2]"}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		ErrorCheck:               refused.check,
		Steps: []resource.TestStep{
			{Config: guarded.configuration(sim)},
			refused.step(shrunk.configuration(sim), 4, "office1@example.com", "office2@example.com", "Person1@example.com", "Person2@example.com"),
			taintedOffice,
			taintedPerson,
			{Config: lifted.configuration(sim), PreConfig: func() { expectNothingDeleted(t, sim) }},
		},
	})
}

// The option -replace is refused in the plan. And a plan file that a refusal has left behind cannot be applied.
func TestAccSafeguards_replaceOption(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	guarded := team{count: 1, series: "A", safeguards: `deletion_policy = "prevent"`}
	terraform := acctest.NewCLI(t, guarded.configuration(sim))
	terraform.Attach(acctest.StartProvider(t, acctest.BuildProvider(t)))
	terraform.MustRun("init")
	terraform.MustRun("apply", "-auto-approve")
	both := []string{"office0@example.com", "Person0@example.com"}
	for _, run := range []struct {
		expected  []string
		arguments []string
	}{
		{both[:1], []string{"plan", "-replace=reach_communication.office[0]"}},
		{both[1:], []string{"plan", "-replace=reach_contact.person[0]"}},
		{both, []string{"destroy", "-auto-approve"}},
		{both, []string{"plan", "-destroy", "-out=destroy.tfplan"}},
	} {
		printed, err := terraform.Run(run.arguments...)
		if err == nil {
			t.Fatalf("terraform %s was not refused:\n%s", strings.Join(run.arguments, " "), printed)
		}
		refused := &refusals{t: t, sim: sim, summary: deletion.SummaryPrevented, expected: run.expected, count: len(run.expected), before: sim.Dump()}
		if err := refused.check(errors.New(printed)); err != nil {
			t.Error(err)
		}
	}
	if printed, err := terraform.Run("apply", "destroy.tfplan"); err == nil {
		t.Errorf("a refused plan was applied:\n%s", printed)
	}
	expectNothingDeleted(t, sim)
	terraform.MustRun("plan", "-detailed-exitcode") // fails where there is a change
}

// A setting that is misspelt is refused by name, beside one that is not: within
// an attribute Terraform drops it silently, and what it guards is open.
func TestMisspeltSettingsAreRefused(t *testing.T) {
	t.Parallel()
	var misspelt []string
	var blocks strings.Builder
	server := acctest.NewServer(t)
	for block, settings := range server.ProviderSettings() {
		fmt.Fprintf(&blocks, "  %s {\n", block)
		for _, setting := range settings {
			fmt.Fprintf(&blocks, "    %[1]s  = null\n    %[1]sx = null\n", setting)
			misspelt = append(misspelt, fmt.Sprintf(`An argument named "%sx" is not expected here`, setting))
		}
		blocks.WriteString("  }\n")
	}
	if len(misspelt) < 20 {
		t.Fatalf("only %d settings are tried", len(misspelt))
	}
	terraform := acctest.NewCLI(t, "provider \"reach\" {\n"+blocks.String()+"}\ndata \"reach_lists\" \"all\" {}\n")
	terraform.Install(filepath.Dir(acctest.BuildProvider(t)))
	terraform.Refused(misspelt, "validate")
}
