// Package cli prepares Terraform or OpenTofu as the commands behind make need
// it: found on the machine, shielded from its settings, with providers that
// were just built in place of a registry.
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

// Name is what a CLI calls itself, such as "Terraform v1.11.4". Its number alone
// would not do: that of OpenTofu means something else.
func Name(ctx context.Context, path string) (string, error) {
	version := exec.CommandContext(ctx, path, "version")
	version.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	printed, err := version.Output()
	if err != nil {
		return "", fmt.Errorf("%s version: %w", path, err)
	}
	first, _, _ := strings.Cut(string(printed), "\n")
	return first, nil
}

// PlainEnvironment is this process's environment without what would steer the
// CLI or the provider.
func PlainEnvironment() map[string]string {
	kept := map[string]string{}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "SEVENG_") && !strings.HasPrefix(name, "WHATCOUNTS_") {
			kept[name] = value
		}
	}
	return kept
}
