// Package cli runs Terraform or OpenTofu as the commands behind make do: found
// on the machine, shielded from its settings, with providers that were just
// built in place of a registry.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// PathVariable names the CLI to use, for terraform-plugin-testing too.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// Path is the CLI that TF_ACC_TERRAFORM_PATH names, else the one on the PATH. A
// name that leads to no CLI is an error: what follows would say something about
// another one.
func Path() (string, error) {
	if named := os.Getenv(PathVariable); named != "" {
		return exec.LookPath(named)
	}
	for _, candidate := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(candidate); err == nil {
			return found, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on the PATH; set " + PathVariable + " to one of them")
}

// Name is what a CLI calls itself, such as "Terraform v1.11.4".
func Name(ctx context.Context, path string) (string, error) {
	version := exec.CommandContext(ctx, path, "version")
	version.Env = append(PlainEnvironment(), "CHECKPOINT_DISABLE=1")
	printed, err := version.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", path, err)
	}
	first, _, _ := strings.Cut(string(printed), "\n")
	return first, nil
}

// PlainEnvironment is this process's environment without what would steer the
// CLI or the provider.
func PlainEnvironment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "SEVENG_") && !strings.HasPrefix(variable, "WHATCOUNTS_") {
			kept = append(kept, variable)
		}
	}
	return kept
}
