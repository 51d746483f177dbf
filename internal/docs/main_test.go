package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// root is the folder of the repository.
const root = "../.."

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func names[Value any](of map[string]Value) []string { return slices.Sorted(maps.Keys(of)) }

// decoded is what the command writes, read as tfplugindocs reads it.
func decoded(t *testing.T) *tfjson.ProviderSchema {
	t.Helper()
	output := filepath.Join(t.TempDir(), "new", "schema.json")
	if err := run(t.Context(), output); err != nil {
		t.Fatal(err)
	}
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal([]byte(read(t, output)), &schemas); err != nil {
		t.Fatal(err)
	}
	found, present := schemas.Schemas["reach"]
	if !present {
		t.Fatal("no schema under the name that tfplugindocs looks for")
	}
	return found
}

// TestAccSchema compares what the command writes with what the CLI prints, as
// far as the one at hand knows it.
func TestAccSchema(t *testing.T) {
	t.Parallel()
	cli := acctest.NewCLI(t, "")
	cli.Install(filepath.Dir(acctest.BuildProvider(t)))
	printed := cli.MustRun("providers", "schema", "-json")
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal([]byte(printed[strings.Index(printed, "{"):]), &schemas); err != nil {
		t.Fatalf("%v in\n%s", err, printed)
	}
	want, got := schemas.Schemas["registry.terraform.io/reachops/reach"], decoded(t)
	if want == nil || len(want.ResourceSchemas) == 0 || len(want.DataSourceSchemas) == 0 {
		t.Fatalf("the CLI prints\n%s", printed)
	}
	wanted, written := reflect.ValueOf(*want), reflect.ValueOf(*got)
	for i := range wanted.NumField() {
		field := wanted.Type().Field(i)
		if !wanted.Field(i).IsZero() && !reflect.DeepEqual(wanted.Field(i).Interface(), written.Field(i).Interface()) {
			t.Errorf("%s: written is\n%s\nthe CLI prints\n%s", field.Name, indented(t, written.Field(i)), indented(t, wanted.Field(i)))
		}
	}
}

func indented(t *testing.T, value reflect.Value) string {
	t.Helper()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(value.Interface()); err != nil {
		t.Fatal(err)
	}
	return text.String()
}
