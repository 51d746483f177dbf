package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// decoded is what the command writes, read as tfplugindocs reads it.
func decoded(t *testing.T) *tfjson.ProviderSchema {
	t.Helper()
	var written bytes.Buffer
	if err := write(t.Context(), &written); err != nil {
		t.Fatal(err)
	}
	return decode(t, written.Bytes())
}

func decode(t *testing.T, written []byte) *tfjson.ProviderSchema {
	t.Helper()
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(written, &schemas); err != nil {
		t.Fatal(err)
	}
	found, present := schemas.Schemas["reach"]
	if !present {
		t.Fatal("no schema under the name that tfplugindocs looks for")
	}
	return found
}

func TestRunWritesFileInNewFolder(t *testing.T) {
	t.Parallel()
	output := filepath.Join(t.TempDir(), "bin", "schema.json")
	if err := run(t.Context(), output); err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	decode(t, written)
}
