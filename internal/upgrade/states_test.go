package upgrade_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// writtenState is a state file and the services that it tells of.
type writtenState struct {
	text      string // of the state file
	instances map[address]acctest.Saved
	world     string // the file of the services

	configuration string // the file of its configuration
}

// address is that of a resource in resources.tf.
type address struct{ resource, name string }

func (a address) String() string { return a.resource + "." + a.name }

// writtenStates are all states in testdata by name.
func writtenStates(t *testing.T) map[string]writtenState {
	t.Helper()
	files, err := filepath.Glob("testdata/states/*/state.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no states in testdata: %v", err)
	}
	states := map[string]writtenState{}
	for _, file := range files {
		folder := filepath.Dir(file)
		written := writtenState{text: read(t, file), instances: map[address]acctest.Saved{}, world: filepath.Join(folder, "world.json"), configuration: filepath.Join(folder, "resources.tf")}
		if _, err := os.Stat(written.configuration); err != nil {
			written.configuration = "testdata/resources.tf"
		}
		var parsed struct {
			Resources []struct {
				Type, Name string
				Instances  []acctest.Saved
			}
		}
		if err := json.Unmarshal([]byte(written.text), &parsed); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, r := range parsed.Resources {
			if len(r.Instances) != 1 {
				t.Fatalf("%s: %s.%s has %d instances", file, r.Type, r.Name, len(r.Instances))
			}
			written.instances[address{r.Type, r.Name}] = r.Instances[0]
		}
		states[filepath.Base(folder)] = written
	}
	return states
}

// services starts the services as they were when the state was written.
func (s writtenState) services(t *testing.T) *simulator.Simulator {
	t.Helper()
	seed, err := simulator.ReadSeed(strings.NewReader(read(t, s.world)))
	if err != nil {
		t.Fatalf("%s: %v", s.world, err)
	}
	return simulatortest.Start(t, simulator.Options{Seed: seed})
}

// configurations are the resources of a file, by address, as Go values.
func configurations(t *testing.T, name string) map[address]map[string]any {
	t.Helper()
	file, problems := hclparse.NewParser().ParseHCLFile(name)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	content, problems := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "resource", LabelNames: []string{"type", "name"}}}})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	configured := map[address]map[string]any{}
	for _, block := range content.Blocks {
		attributes, problems := block.Body.JustAttributes()
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		config := map[string]any{}
		for name, attribute := range attributes {
			config[name] = plain(t, attribute)
		}
		configured[address{block.Labels[0], block.Labels[1]}] = config
	}
	return configured
}

// plain is the value of an attribute as acctest.Value takes it.
func plain(t *testing.T, attribute *hcl.Attribute) any {
	t.Helper()
	value, problems := attribute.Expr.Value(nil)
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	text, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		t.Fatal(err)
	}
	var converted any
	if err := json.Unmarshal(text, &converted); err != nil {
		t.Fatal(err)
	}
	return converted
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
