package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

const requiresReach = `
terraform {
  required_providers {
    reach = { source = "registry.terraform.io/reachops/reach" }
  }
}
`

const everywhere = `
module "people" {
  source = "./people"
}

resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jöhn $${n}"
  last_name     = "O\"Neil, %%{if}"
  zip           = "02000"
  custom_fields = { plan = "gold" }
  subscriptions = [{ list_id = 5 }, { list_id = 6, format = "text" }]
}

resource "reach_contact" "kept_clean" {
  count           = 2
  email           = "tester${count.index}@example.com"
  subscriptions   = [{ list_id = 6 }]
  deletion_policy = "delete_without_optout"
}

resource "reach_communication" "billing" {
  type        = "email"
  value       = "billing@example.com"
  external_id = "E-1"
  owner       = { type = "biz_entity", external_id = "BE-1" }
}

resource "reach_contacts" "members" {
  contacts = jsonencode({
    ann = { email = "ann@example.com", first_name = "Ann", custom_plan = "\"gold\", $${x}" }
    bob = { email = "bob@example.com", zip = "0800", company = "" }
  })
  subscriptions = [{ list_id = 7, format = "mime" }]
}
`

const people = requiresReach + `
resource "reach_contact" "newsletter" {
  for_each      = toset(["eve.b", "finn"])
  email         = "${each.key}@example.com"
  subscriptions = [{ list_id = 5 }]
}
`

// The disk of the run is gone and the state is elsewhere: what was pulled before
// the destroy, and the plan of the destroy, bring everybody back, and a plan after
// that is empty.
func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	folder := t.TempDir()
	for name, text := range map[string]string{
		"terraform.tf": requiresReach + acctest.StateBackend(t), "main.tf": everywhere, "people/main.tf": people,
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := acctest.NewWorkspace(t, folder, sim)
	at := func(name string) string { return filepath.Join(w.Directory(), name) }
	w.MustRun("apply", "-auto-approve", "-input=false")
	if err := sim.WhatCounts.OptOut(acctest.Realm, "jane@example.com", 6); err != nil {
		t.Fatal(err)
	}
	w.MustRun("apply", "-refresh-only", "-auto-approve", "-input=false")
	before, formerIDs := held(sim, acctest.Realm)
	if len(formerIDs) != 8 {
		t.Fatalf("%d records were made:\n%s", len(formerIDs), sim.Dump())
	}
	w.Write("pulled.json", w.MustRun("state", "pull"))
	w.MustRun("plan", "-destroy", "-input=false", "-out=destroy.plan")
	w.Write("plan.json", w.MustRun("show", "-json", "destroy.plan"))
	w.MustRun("apply", "-input=false", "destroy.plan")
	if _, left := held(sim, acctest.Realm); len(left) != 0 {
		t.Fatalf("still there: %v", left)
	}
	_, again, problems := command("-config", w.Directory(), at("pulled.json"))
	if blocks := evaluated(t, []byte(again)); len(blocks) != 0 {
		t.Errorf("blocks that are still there are written again:\n%s", again)
	}
	expect(t, "what is applied again ("+problems+")", again, "apply again, with \"finn\" among its instances and force_sub = true in it.", "(line 6 of ", "opted out of list 6")
	w.Write("main.tf", "")

	_, ofPlan, problems := command(at("plan.json"))
	expect(t, "what comes of the plan ("+problems+")", ofPlan, "the plan plan.json deletes")
	code, ofState, problems := command("-config", w.Directory(), "-o", at("restored.tf"), at("pulled.json"))
	if code != succeeded {
		t.Fatalf("%d %s %s", code, ofState, problems)
	}
	written, err := os.ReadFile(at("restored.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if fromState, fromPlan := evaluated(t, functionless(written)), evaluated(t, functionless([]byte(ofPlan))); !reflect.DeepEqual(fromState, fromPlan) {
		t.Errorf("of the state:\n%s\nof the plan:\n%s", written, ofPlan)
	}
	expect(t, "the configuration", string(written), `resource "reach_contact" "jane" {`, `resource "reach_communication" "billing" {`, `resource "reach_contacts" "members" {`,
		`# module.people.reach_contact.newsletter["eve.b"] was contact `, " in the realm demo at "+sim.WhatCountsURL(), "# reach_contact.kept_clean[0] was contact ")
	w.MustRun("apply", "-auto-approve", "-input=false")
	if after, _ := held(sim, acctest.Realm); !reflect.DeepEqual(after, before) {
		t.Errorf("the services held\n%+v\nand hold again\n%+v", before, after)
	}
	if left := optedOutOf(sim, 6); left != 1 {
		t.Errorf("%d opt-outs of list 6 are left:\n%s", left, sim.Dump())
	}
	if printed, err := w.Run("plan", "-input=false", "-detailed-exitcode"); err != nil {
		t.Errorf("a plan after that is not empty: %v\n%s", err, printed)
	}
}

// optedOutOf is how many have opted out of a list.
func optedOutOf(sim *simulator.Simulator, list int64) (count int) {
	for _, optout := range sim.WhatCounts.Optouts(acctest.Realm) {
		if optout.ListID == list {
			count++
		}
	}
	return count
}

// functionless is a configuration without jsonencode, which evaluated does not
// know.
func functionless(text []byte) []byte {
	return []byte(strings.ReplaceAll(string(text), "jsonencode(", "("))
}
