package contact_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/conflict"
	"github.com/reachops/terraform-provider-reach/internal/contact"
	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// refusedSuccession is what the plan says when a contact would be deleted,
// opted out, and its successor refused.
var refusedSuccession = regexp.MustCompile(`(?s)` + contact.SummaryReplacement + `.*force_sub = true`)

func TestAccContact_tainted(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(sim, basic)},
			{Taint: []string{address}, Config: config(sim, basic), ExpectError: refusedSuccession},
			{
				// Meant, and possible.
				Config:           config(sim, basic+"\n  force_sub = true"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)}},
				Check: func(*terraform.State) error {
					_, err := only(sim)
					return err
				},
			},
		},
	})
	if got := sim.Log.Count("delete"); got != 2 {
		t.Errorf("%d deletes: one of the replacement that was meant, and one of the end, make 2", got)
	}
}

// A resource that is renamed with a moved block keeps its contact untouched.
// Without one it is a delete and a create, and the plan refuses it.
func TestAccContact_renamed(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	renamed := acctest.Configuration(sim, "resource \"reach_contact\" \"renamed\" {\n"+basic+"\n}\n")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config(sim, basic)},
			{Config: renamed, ExpectError: regexp.MustCompile(conflict.SummaryRenamed)},
			{
				Config:           renamed + "moved {\n  from = reach_contact.jane\n  to   = reach_contact.renamed\n}\n",
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction("reach_contact.renamed", plancheck.ResourceActionNoop)}},
			},
		},
	})
	if got := sim.Log.Count("delete"); got != 1 {
		t.Errorf("%d deletes: the one of the end makes 1", got)
	}
}

// A contact that could be added in part only is tainted. Its replacement leaves
// no opt-out that would stand in its own way, also where what is wrong with it
// was who it is.
func TestAccContact_partlyCreated(t *testing.T) {
	t.Parallel()
	for name, successor := range map[string]string{
		"same":               basic,
		"another first name": strings.ReplaceAll(basic, `"Jane"`, `"JD"`),
		"another address":    strings.ReplaceAll(basic, "jane@", "jane.doe@"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			must(t, sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 6))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{
						Config: config(sim, `
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }, { list_id = 6 }]`),
						ExpectError: regexp.MustCompile(`(?s)` + contact.SummaryIncomplete + `.*list 6.*force_sub = true.*terraform untaint`),
					},
					{
						Config:           config(sim, successor),
						ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroyBeforeCreate)}},
						Check: func(*terraform.State) error {
							if left := sim.WhatCounts.Optouts(acctest.Realm); len(left) != 1 {
								return fmt.Errorf("not only the recipient's own opt-out is there: %v", left)
							}
							_, err := only(sim)
							return err
						},
					},
				},
			})
		})
	}
}

// An address that a contact has left is free for another one at once.
func TestAddressThatWasLeftIsNotManaged(t *testing.T) {
	sim := acctest.Simulator(t)
	server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
	state := server.Created(typeName, jane(nil))
	state, diagnostics := server.Refresh(typeName, state)
	acctest.NoErrors(t, diagnostics)
	_, diagnostics = server.Change(typeName, state, jane(map[string]any{"email": "jane.doe@example.com"}))
	acctest.NoErrors(t, diagnostics)
	server.Created(typeName, jane(nil))
}

// Terraform plans the two halves of a rename in any order.
func TestRenameIsRefusedInAnyOrder(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	state := acctest.NewConfigured(t, sim, acctest.Realm, nil).Created(typeName, jane(nil))
	for name, plan := range map[string]func(server *acctest.Server) (first, second acctest.Planned){
		"delete first": func(server *acctest.Server) (acctest.Planned, acctest.Planned) {
			return server.Plan(typeName, state, nil), server.Plan(typeName, server.None(typeName), jane(nil))
		},
		"create first": func(server *acctest.Server) (acctest.Planned, acctest.Planned) {
			return server.Plan(typeName, server.None(typeName), jane(nil)), server.Plan(typeName, state, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := plan(acctest.NewConfigured(t, sim, acctest.Realm, nil))
			acctest.NoErrors(t, first.Diagnostics)
			acctest.OneError(t, second.Diagnostics, conflict.SummaryRenamed, "moved block", "force_sub = true")
		})
	}
}

// -replace plans the resource first, and then once more as if there were none.
func TestReplaceIsHeldAgainstTheSafeguardsInThePlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy     string
		safeguards map[string]any
		refused    string
	}{
		"prevent":   {policy: "prevent", refused: deletion.SummaryPrevented},
		"deletable": {policy: "delete", safeguards: map[string]any{"deletable": []any{"*@test.example.com"}}, refused: deletion.SummaryOutside},
		"limit":     {policy: "delete_without_optout", safeguards: map[string]any{"max_deletes_per_run": 0}, refused: deletion.SummaryTooMany},
		"allowed":   {policy: "delete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sim := acctest.Simulator(t)
			server := acctest.NewConfigured(t, sim, acctest.Realm, test.safeguards)
			wanted := jane(map[string]any{"deletion_policy": test.policy, "force_sub": true})
			state := server.Created(typeName, wanted)
			first := server.Plan(typeName, state, wanted)
			acctest.NoErrors(t, first.Diagnostics)
			again := server.PlanSuccessor(typeName, first, wanted).Diagnostics
			if test.refused != "" {
				acctest.OneError(t, again, test.refused, "jane@example.com")
				return
			}
			acctest.NoErrors(t, again)
			if warnings := acctest.Warnings(again); len(warnings) != 1 || warnings[0].Summary != contact.SummaryLeavesOptout || !strings.Contains(warnings[0].Detail, "If this plan deletes what it replaces") {
				t.Errorf("the plan does not warn of the delete:\n%s", acctest.Texts(again))
			}
		})
	}
}
