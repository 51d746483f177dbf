// Command docs writes the provider's schema in the JSON form of "terraform
// providers schema -json", for tfplugindocs. It asks the provider in this
// process instead of a Terraform CLI: a CLI leaves out what it does not know
// itself, and the pages of that would be missing.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/reachops/terraform-provider-reach/internal/provider"
)

func main() {
	output := flag.String("o", "", "file to write; left out, the schema is printed")
	flag.Parse()
	if err := run(context.Background(), *output); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, output string) error {
	var schema bytes.Buffer
	if err := write(ctx, &schema); err != nil {
		return err
	}
	if output == "" {
		_, err := schema.WriteTo(os.Stdout)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o755); err != nil {
		return err
	}
	return os.WriteFile(output, schema.Bytes(), 0o644)
}

// write prints the schema as indented JSON.
func write(ctx context.Context, to io.Writer) error {
	described, err := describe(ctx, providerserver.NewProtocol6(provider.New("dev")())())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(described)
}
