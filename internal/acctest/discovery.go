package acctest

import (
	"path/filepath"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/cli"
)

// cliVariables are what terraform-plugin-testing has to be told where the CLI
// is OpenTofu: which one it is, and where OpenTofu looks for a provider whose
// source is not given.
func cliVariables() map[string]string {
	found, err := cli.Path()
	if err != nil || !strings.HasPrefix(filepath.Base(found), "tofu") {
		return nil
	}
	return map[string]string{
		cli.PathVariable:            found,
		"TF_ACC_PROVIDER_HOST":      "registry.opentofu.org",
		"TF_ACC_PROVIDER_NAMESPACE": "hashicorp",
	}
}
