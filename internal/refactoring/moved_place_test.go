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
// taken over in silence; the step that the error names takes over what is
// there, with one apply that changes nothing, and Terraform manages it as before.
func TestAccMovedPlace(t *testing.T) {
	t.Parallel()
	provider := acctest.StartProvider(t, acctest.BuildProvider(t))
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
	imports := ""
	for _, found := range importBlock.FindAllStringSubmatch(strings.ReplaceAll(printed, "│", " "), -1) {
		name := map[string]string{"reach_communication": "billing", "reach_contact": "jane"}[found[1]]
		imports += "import {\n  to = " + found[1] + "." + name + "\n  id = " + found[2] + "\n}\n"
		cli.MustRun("state", "rm", found[1]+"."+name)
	}
	cli.Configure(acctest.Configuration(after, both+imports))
	cli.MustRun("apply", "-auto-approve")
	if now := after.Dump(); now != held {
		t.Errorf("the services held\n%s\nand hold\n%s", held, now)
	}
	cli.Configure(acctest.Configuration(after, both))
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
