package refactoring_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// importBlock is what the refusal of a record of another place prints, wherever
// the CLI draws its frame.
var importBlock = regexp.MustCompile(`import \{\s+to = (reach_\w+)\.NAME\s+id = ("\d+")\s+\}`)

// Both services move to other addresses, and the records with them. Nothing is
// taken over in silence; either step that the error names takes over what is
// there, with one apply that changes nothing, and Terraform manages it as before.
func TestAccMovedPlace(t *testing.T) {
	t.Parallel()
	path := acctest.BuildProvider(t)
	renamed := strings.NewReplacer(`"billing" {`, `"accounts" {`, `"jane" {`, `"joan" {`).Replace(both)
	t.Run("terraform state rm", func(t *testing.T) {
		t.Parallel()
		testMovedPlace(t, path, both, "", map[string]string{"reach_communication": "billing", "reach_contact": "jane"}, "reach_communication.billing", "reach_contact.jane")
	})
	t.Run("removed", func(t *testing.T) {
		t.Parallel()
		testMovedPlace(t, path, renamed, removed("reach_communication.billing")+removed("reach_contact.jane"), map[string]string{"reach_communication": "accounts", "reach_contact": "joan"})
	})
}

// testMovedPlace takes the records over into these resources, whose names are by
// type, with what is added to the configuration for that and taken from the state.
func testMovedPlace(t *testing.T, path, resources, added string, names map[string]string, forgotten ...string) {
	provider := acctest.StartProvider(t, path)
	before, after := acctest.Simulator(t), acctest.Simulator(t)
	moved := acctest.NewCLI(t, acctest.Configuration(after, both))
	moved.Attach(provider)
	moved.MustRun("init")
	moved.MustRun("apply", "-auto-approve") // what the move has brought there

	cli := acctest.NewCLI(t, acctest.Configuration(before, both))
	cli.Attach(provider)
	cli.MustRun("init")
	cli.MustRun("apply", "-auto-approve")
	cli.Configure(acctest.Configuration(after, both))
	held, sent := after.Dump(), after.Log.Len()
	printed, err := cli.Run("plan")
	if err == nil || strings.Count(printed, services.SummaryElsewhere) != 2 || after.Log.Len() != sent {
		t.Fatalf("planned, %d requests: %v\n%s", after.Log.Len()-sent, err, printed)
	}
	for _, found := range importBlock.FindAllStringSubmatch(strings.ReplaceAll(printed, "│", " "), -1) {
		added += "import {\n  to = " + found[1] + "." + names[found[1]] + "\n  id = " + found[2] + "\n}\n"
	}
	if len(forgotten) > 0 {
		cli.MustRun(append([]string{"state", "rm"}, forgotten...)...)
	}
	cli.Configure(acctest.Configuration(after, resources+added))
	cli.MustRun("apply", "-auto-approve", "-refresh=false") // OpenTofu reads what it is to forget
	if now := after.Dump(); now != held {
		t.Errorf("the services held\n%s\nand hold\n%s", held, now)
	}
	cli.Configure(acctest.Configuration(after, resources))
	if printed := cli.MustRun("plan", "-detailed-exitcode"); !strings.Contains(printed, "No changes.") {
		t.Errorf("the plan does not say so:\n%s", printed)
	}
	cli.MustRun("destroy", "-auto-approve")
	if len(after.SevenG.Communications())+len(after.WhatCounts.Contacts(acctest.Realm)) > 0 {
		t.Errorf("left is\n%s", after.Dump())
	}
	if len(before.SevenG.Communications()) != 1 || len(before.WhatCounts.Contacts(acctest.Realm)) != 1 {
		t.Errorf("the former place holds\n%s", before.Dump())
	}
}
