package examples

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

// TestMocks: a module that iterates over what the data sources show is tested
// with mocks alone, and no service is asked.
func TestMocks(t *testing.T) {
	t.Parallel()
	sim := acctest.Simulator(t)
	w := acctest.NewWorkspace(t, "testdata/mocks", sim)
	if printed := w.MustRun("test"); !strings.Contains(printed, "4 passed, 0 failed") {
		t.Errorf("not every run passed:\n%s", printed)
	}
	if asked := sim.Log.Entries(); len(asked) > 0 {
		t.Errorf("a service was asked: %+v", asked)
	}
}

// TestMocksStillValidate: what the provider refuses without asking a service it
// refuses under mocks, too.
func TestMocksStillValidate(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "testdata/mocks_written", acctest.Simulator(t))
	w.Write("ann_override.tf", "resource \"reach_contact\" \"ann\" {\n  email = \"ann\"\n}\n")
	w.Write("tests/mocks.tftest.hcl", "mock_provider \"reach\" {}\n\nrun \"all\" {\n  command = plan\n}\n")
	w.Refused([]string{"Invalid e-mail address"}, "test")
}

// TestMocksOfWrittenAttributes: in an attribute that the module writes, a mock of
// Terraform fills what is computed within it. OpenTofu leaves that null, and
// refuses a mock of it.
func TestMocksOfWrittenAttributes(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, "testdata/mocks_written", acctest.Simulator(t))
	if strings.Contains(w.MustRun("version"), "OpenTofu") {
		w.Refused([]string{"Non-computed field `subscriptions` is not allowed to be overridden", "Non-computed field `owner` is not allowed to be overridden"}, "test")
		return
	}
	w.MustRun("test")
}

// TestMocksCanFillWhatIsComputed: in what a service alone decides there is no
// collection of nested attributes. A mock of Terraform cannot fill one: it takes
// an object for all elements, and makes none.
func TestMocksCanFillWhatIsComputed(t *testing.T) {
	t.Parallel()
	schema, err := acctest.NewServer(t).GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, schemas := range []map[string]*tfprotov6.Schema{schema.ResourceSchemas, schema.DataSourceSchemas, schema.EphemeralResourceSchemas} {
		for name, of := range schemas {
			expectNoCollections(t, name, of.Block.Attributes, &seen)
		}
	}
	if seen < 50 {
		t.Errorf("only %d attributes were found", seen)
	}
}

func expectNoCollections(t *testing.T, path string, attributes []*tfprotov6.SchemaAttribute, seen *int) {
	t.Helper()
	for _, attribute := range attributes {
		*seen++
		if attribute.NestedType == nil {
			continue
		}
		path := path + "." + attribute.Name
		if attribute.Computed && attribute.NestedType.Nesting != tfprotov6.SchemaObjectNestingModeSingle {
			t.Errorf("%s has nested attributes; make it a list or a set of objects", path)
		}
		expectNoCollections(t, path, attribute.NestedType.Attributes, seen)
	}
}
