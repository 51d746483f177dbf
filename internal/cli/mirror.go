package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Version is the version under which [Offer] offers a provider.
const Version = "0.0.1"

// Module is the path of this module, in front of the packages that it builds.
const Module = "github.com/reachops/terraform-provider-reach"

// Build builds one of the module's commands into a file.
func Build(ctx context.Context, file, command string) error {
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags", "-X main.version="+Version, "-o", file, command)
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building %s: %w", command, err)
	}
	return nil
}

// Offer puts a built provider into a folder that the CLI takes for a mirror of
// the registries, and returns the CLI configuration that says so. Unlike a
// development override this works with an ordinary init, and without warnings.
func Offer(directory, built string) (configuration string, err error) {
	mirror := filepath.Join(directory, "mirror")
	// Terraform and OpenTofu look for the same source under names of their own.
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, registry, "reachops", "reach", Version, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}
		if err := os.Link(built, filepath.Join(folder, "terraform-provider-reach_v"+Version)); err != nil {
			return "", err
		}
	}
	configuration = filepath.Join(directory, "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return configuration, os.WriteFile(configuration, []byte(text), 0o600)
}
