package upgrade_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

var update = flag.Bool("update", false, "record the promises of the schemas as they are now, unless they break one")

// A schema that breaks what the states of its version rely on gets another
// version.
func TestSchemasKeepTheirPromises(t *testing.T) {
	for resource, now := range promises(t) {
		t.Run(resource, func(t *testing.T) {
			recorded, found := recordedPromise(t, resource, now.Version)
			if problems := recorded.brokenBy(now); found && len(problems) > 0 {
				t.Fatalf("version %d of the schema breaks its promise: %s. Raise Version in the schema and upgrade the states of version %d", now.Version, strings.Join(problems, "; "), now.Version)
			}
			if *update {
				record(t, resource, now)
				return
			}
			if !found || !reflect.DeepEqual(recorded, now) {
				t.Errorf("what version %d of the schema promises is not recorded yet: run go test ./internal/upgrade -update", now.Version)
			}
		})
	}
}

// Of every version of every schema there is a state that it has written.
func TestEveryVersionHasAState(t *testing.T) {
	type version struct {
		resource string
		number   int64
	}
	written := map[version]bool{}
	for _, state := range writtenStates(t) {
		for address, saved := range state.instances {
			written[version{address.resource, saved.SchemaVersion}] = true
		}
	}
	for resource, now := range promises(t) {
		for number := range now.Version + 1 {
			if !written[version{resource, number}] {
				t.Errorf("no state in testdata is of version %d of %s", number, resource)
			}
		}
	}
}

func TestPromisesAreBroken(t *testing.T) {
	cases := map[string]struct {
		change func(attributes, identity map[string]attribute)
		want   []string
	}{
		"nothing":                    {func(_, _ map[string]attribute) {}, nil},
		"a new optional attribute":   {func(a, _ map[string]attribute) { a["new"] = attribute{Type: "tftypes.String", Mode: optional} }, nil},
		"a new computed attribute":   {func(a, _ map[string]attribute) { a["new"] = attribute{Type: "tftypes.String", Mode: computed} }, nil},
		"a new required attribute":   {func(a, _ map[string]attribute) { a["new"] = attribute{Type: "tftypes.String", Mode: required} }, []string{"new is new and required"}},
		"an attribute is gone":       {func(a, _ map[string]attribute) { delete(a, "value") }, []string{"value is gone"}},
		"another type":               {func(a, _ map[string]attribute) { a["value"] = attribute{Type: "tftypes.Number", Mode: required} }, []string{"value was tftypes.String and is tftypes.Number"}},
		"another nesting":            {func(a, _ map[string]attribute) { o := a["owner"]; o.Nesting = "LIST"; a["owner"] = o }, []string{"owner was SINGLE and is LIST"}},
		"a nested attribute is gone": {func(a, _ map[string]attribute) { delete(a["owner"].Attributes, "id") }, []string{"owner.id is gone"}},
		"no longer required":         {func(a, _ map[string]attribute) { a["value"] = attribute{Type: "tftypes.String", Mode: optional} }, nil},
		"required now":               {func(a, _ map[string]attribute) { a["external_id"] = attribute{Type: "tftypes.String", Mode: required} }, []string{"external_id was optional, computed and is required"}},
		"no longer computed":         {func(a, _ map[string]attribute) { a["external_id"] = attribute{Type: "tftypes.String", Mode: optional} }, []string{"external_id was optional, computed and is optional"}},
		"an identity of another type": {func(_, i map[string]attribute) {
			i["communication_id"] = attribute{Type: "tftypes.String", Mode: required}
		}, []string{"identity.communication_id was tftypes.Number and is tftypes.String"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			before, after := example(), example()
			c.change(after.Attributes, after.Identity)
			if got := before.brokenBy(after); !slices.Equal(got, c.want) {
				t.Errorf("broken by %q, not %q", got, c.want)
			}
		})
	}
}

// example is a promise with something of everything.
func example() promise {
	return promise{
		Attributes: map[string]attribute{
			"value":       {Type: "tftypes.String", Mode: required},
			"external_id": {Type: "tftypes.String", Mode: optionalComputed},
			"owner": {Nesting: "SINGLE", Mode: required, Attributes: map[string]attribute{
				"id": {Type: "tftypes.Number", Mode: optionalComputed},
			}},
		},
		Identity: map[string]attribute{"communication_id": {Type: "tftypes.Number", Mode: required}},
	}
}

// promises are those of the schemas as they are now, by resource.
func promises(t *testing.T) map[string]promise {
	t.Helper()
	server := acctest.NewServer(t)
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]promise{}
	for resource, schema := range schemas.ResourceSchemas {
		all[resource] = promiseOf(schema, identities.IdentitySchemas[resource])
	}
	return all
}

func promiseFile(resource string, version int64) string {
	return filepath.Join("testdata", "schemas", fmt.Sprintf("%s.v%d.json", resource, version))
}

func recordedPromise(t *testing.T, resource string, version int64) (recorded promise, found bool) {
	t.Helper()
	text, err := os.ReadFile(promiseFile(resource, version))
	if errors.Is(err, fs.ErrNotExist) {
		return promise{}, false
	}
	if err == nil {
		err = json.Unmarshal(text, &recorded)
	}
	if err != nil {
		t.Fatal(err)
	}
	return recorded, true
}

func record(t *testing.T, resource string, now promise) {
	t.Helper()
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(promiseFile(resource, now.Version), append(text, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}
