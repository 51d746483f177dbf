package provider_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// A provider that dies in the middle of a delete, as it is released and as a
// process that is really killed: the journal has the record, the state has it
// too, and the next destroy ends what was begun.
func TestAccKilledProvider(t *testing.T) {
	t.Parallel()
	binary := acctest.BuildProvider(t)
	kinds := map[string]struct{ block, operation string }{
		"reach_contact.jane": {`
resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]
}
`, "delete"},
		"reach_communication.billing": {`
resource "reach_communication" "billing" {
  type  = "email"
  value = "billing@example.com"
  owner = { type = "biz_entity", id = 42 }
}
`, "DELETE /communication"},
	}
	for address, kind := range kinds {
		for moment, done := range map[string]bool{"before the delete is done": false, "before the answer leaves": true} {
			t.Run(address+" "+moment, func(t *testing.T) {
				t.Parallel()
				sim := acctest.Simulator(t)
				path := filepath.Join(t.TempDir(), "deleted.jsonl")
				terraform := acctest.NewCLI(t, acctest.ConfigurationOf(sim, acctest.Realm, fmt.Sprintf("safeguards { journal_path = %q }", path), kind.block))
				dying := acctest.StartProvider(t, binary)
				terraform.Attach(dying)
				terraform.MustRun("init")
				terraform.MustRun("apply", "-auto-approve")

				sim.Faults.Add(killing(t, kind.operation, dying, done))
				if printed, err := terraform.Run("destroy", "-auto-approve"); err == nil {
					t.Fatalf("the provider was not killed:\n%s", printed)
				}
				if got := isEmpty(sim); got != done {
					t.Fatalf("the delete was done: %v, want %v:\n%s", got, done, sim.Dump())
				}
				if lines := journalLines(t, path); len(lines) != 1 || lines[0].ID != 1001 {
					t.Errorf("not one line of the record in the journal: %+v", lines)
				}
				if listed := terraform.MustRun("state", "list"); strings.TrimSpace(listed) != address {
					t.Errorf("the state lists %q", listed)
				}

				terraform.Attach(acctest.StartProvider(t, binary))
				terraform.MustRun("destroy", "-auto-approve")
				if listed := terraform.MustRun("state", "list"); listed != "" || !isEmpty(sim) {
					t.Errorf("the state lists %q, and the services hold:\n%s", listed, sim.Dump())
				}
				if lines := journalLines(t, path); !done && len(lines) != 2 || done && len(lines) != 1 {
					t.Errorf("not one line for every delete that was sent: %+v", lines)
				}
				if got := sim.Log.Count(kind.operation); got != 1 {
					t.Errorf("%d deletes were done, want 1", got)
				}
				if optouts := sim.WhatCounts.Optouts(acctest.Realm); kind.operation == "delete" &&
					(len(optouts) != 1 || optouts[0].ListID != 0 || optouts[0].Origin != whatcounts.OriginDelete) {
					t.Errorf("not one Global Optout: %+v", optouts)
				}
			})
		}
	}
}

// killing is a fault that kills the provider when its delete arrives, or when
// the delete is done and the answer is about to leave.
func killing(t *testing.T, operation string, provider *acctest.Provider, done bool) traffic.Fault {
	if done {
		return traffic.Fault{Operation: operation, Kind: traffic.ActAfter, Do: func() { provider.Kill(t) }}
	}
	return traffic.Fault{Operation: operation, Kind: traffic.Act, Do: func() {
		provider.Kill(t)
		panic(http.ErrAbortHandler) // the request ends here, undone and not in the log
	}}
}

func isEmpty(sim *simulator.Simulator) bool {
	return len(sim.WhatCounts.Contacts(acctest.Realm)) == 0 && len(sim.SevenG.Communications()) == 0
}

// Contacts that an apply has made and that are in no state, as when the machine
// is lost or the provider is killed in the middle of a batch: the next apply ends
// with one block that imports all of them, and the one after it is done.
func TestAccLostContactsAreImportedAtOnce(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	configuration := acctest.Configuration(sim, `
resource "reach_contact" "team" {
  for_each      = toset([for number in range(12) : "person${number}@example.com"])
  email         = each.key
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]
}
`)
	terraform := acctest.NewCLI(t, configuration)
	terraform.Attach(acctest.StartProvider(t, acctest.BuildProvider(t)))
	terraform.MustRun("init")
	terraform.MustRun("apply", "-auto-approve")
	terraform.MustRun("state", "rm", "reach_contact.team")
	before := sim.Dump()

	printed, err := terraform.Run("apply", "-auto-approve")
	block := ""
	for _, text := range strings.Split(printed, "import {\n  for_each")[1:] {
		if text, _, _ = strings.Cut(text, "\n}"); len(text) > len(block) {
			block = text
		}
	}
	if err == nil || block == "" {
		t.Fatalf("no block for all (%v):\n%s", err, printed)
	}
	terraform.Configure(configuration + "import {\n  for_each" + strings.Replace(block, "NAME", "team", 1) + "\n}\n")
	terraform.MustRun("apply", "-auto-approve")
	terraform.MustRun("plan", "-detailed-exitcode") // fails where there is a change
	if listed := strings.Fields(terraform.MustRun("state", "list")); len(listed) != 12 || sim.Dump() != before {
		t.Errorf("the state lists %q, and the services hold\n%s\nafter\n%s", listed, sim.Dump(), before)
	}
}
