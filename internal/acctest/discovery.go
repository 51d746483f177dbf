package acctest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// pathVariable names the CLI to test with, for terraform-plugin-testing too.
const pathVariable = "TF_ACC_TERRAFORM_PATH"

// findCLI is the CLI that TF_ACC_TERRAFORM_PATH names, or else the one on the
// PATH. A name that leads to no CLI is an error: the tests would say something
// about another one.
func findCLI() (string, error) {
	if named := os.Getenv(pathVariable); named != "" {
		return exec.LookPath(named)
	}
	for _, candidate := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(candidate); err == nil {
			return found, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on the PATH; set " + pathVariable + " to one of them")
}

// cliVariables are what terraform-plugin-testing has to be told where the CLI
// is OpenTofu: which one it is, and where OpenTofu looks for a provider whose
// source is not given.
func cliVariables() map[string]string {
	found, err := findCLI()
	if err != nil || !strings.HasPrefix(filepath.Base(found), "tofu") {
		return nil
	}
	return map[string]string{
		pathVariable:                found,
		"TF_ACC_PROVIDER_HOST":      "registry.opentofu.org",
		"TF_ACC_PROVIDER_NAMESPACE": "hashicorp",
	}
}
