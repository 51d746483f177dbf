package upgrade_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// reads are the operations that change nothing.
var reads = []string{"POST /user/login", "GET ", "find", "detail", "getrealmsettings", "show_", "rpt_"}

// expectReads fails the test when the services were asked to change something.
func expectReads(t *testing.T, sim *simulator.Simulator) {
	t.Helper()
	for _, entry := range sim.Log.Entries() {
		harmless := false
		for _, read := range reads {
			harmless = harmless || strings.HasPrefix(entry.Operation, read)
		}
		if !harmless {
			t.Errorf("a request that changes something: %s", entry.Operation)
		}
	}
}

// Every state that was ever written is read, brought up to date and planned
// without a change. What was noted under keys of its own is one note then.
func TestWrittenStatesPlanNothing(t *testing.T) {
	for name, written := range writtenStates(t) {
		configured := configurations(t, written.configuration)
		if len(written.instances) != len(configured) {
			t.Errorf("%s: the state has %d resources, the configuration %d", name, len(written.instances), len(configured))
		}
		for address, saved := range written.instances {
			t.Run(name+", "+address.String(), func(t *testing.T) {
				sim := written.services(t)
				server := acctest.NewConfigured(t, sim, acctest.Realm, nil)
				upgraded, diagnostics := server.Upgrade(address.resource, saved)
				acctest.NoErrors(t, diagnostics)
				refreshed, diagnostics := server.Refresh(address.resource, upgraded)
				acctest.NoErrors(t, diagnostics)
				if !refreshed.Exists() {
					t.Fatal("the record left state")
				}
				if refreshed.Identity == nil {
					t.Fatal("no identity after a read")
				}
				if saved.Identity != nil && !refreshed.SameIdentity(upgraded) {
					t.Error("the identity is another one after a read")
				}
				if !sameAsWritten(t, saved, upgraded, refreshed) {
					t.Errorf("drift:\n%v\nis read as\n%v", acctest.Plain(upgraded.Value), acctest.Plain(refreshed.Value))
				}
				server.ExpectNoChange(address.resource, refreshed, configured[address])
				another := acctest.NewConfigured(t, sim, acctest.Realm, nil) // with -refresh=false
				another.ExpectNoChange(address.resource, upgraded, configured[address])
				var notes map[string][]byte
				if err := json.Unmarshal(refreshed.Private, &notes); err != nil {
					t.Fatal(err)
				}
				want := []string{"note"}
				if address.resource == "reach_contacts" {
					want = append(want, "set")
				}
				if keys := slices.Sorted(maps.Keys(notes)); !slices.Equal(keys, want) {
					t.Errorf("private state has the keys %q after a read, not %q", keys, want)
				}
				expectReads(t, sim)
			})
		}
	}
}

// sameAsWritten reports whether a read has changed nothing of a state but
// attributes that are younger than it.
func sameAsWritten(t *testing.T, saved acctest.Saved, upgraded, refreshed acctest.State) bool {
	t.Helper()
	var written map[string]any
	if err := json.Unmarshal(saved.Attributes, &written); err != nil {
		t.Fatal(err)
	}
	var was, is map[string]tftypes.Value
	if upgraded.Value.As(&was) != nil || refreshed.Value.As(&is) != nil {
		t.Fatal("a state that is no object")
	}
	for name := range written {
		if !was[name].Equal(is[name]) {
			return false
		}
	}
	return true
}

// The same with a real CLI, the provider as it is released, and all resources
// at once.
func TestAccWrittenStatesPlanNothing(t *testing.T) {
	t.Parallel()
	provider := acctest.StartProvider(t, acctest.BuildProvider(t))
	for name, written := range writtenStates(t) {
		t.Run(name, func(t *testing.T) {
			sim := written.services(t)
			cli := acctest.NewCLI(t, acctest.Configuration(sim, read(t, written.configuration)))
			cli.Write("terraform.tfstate", written.text)
			cli.Attach(provider)
			cli.MustRun("init")
			// Exit code 0 says that nothing is to be done, 2 that something is.
			if printed := cli.MustRun("plan", "-detailed-exitcode"); !strings.Contains(printed, "No changes.") {
				t.Errorf("the plan does not say so:\n%s", printed)
			}
			expectReads(t, sim)
		})
	}
}
