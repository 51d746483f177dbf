package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// cli runs Terraform or OpenTofu in one folder.
type cli struct {
	binary      string
	directory   string
	environment []string
}

// findCLI is the CLI named by TF_ACC_TERRAFORM_PATH, else the one on the PATH.
// The second result is what it calls itself.
func findCLI(ctx context.Context) (path, name string, err error) {
	candidates := []string{"terraform", "tofu"}
	if named := os.Getenv("TF_ACC_TERRAFORM_PATH"); named != "" {
		candidates = []string{named}
	}
	for _, candidate := range candidates {
		path, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		version := exec.CommandContext(ctx, path, "version")
		version.Env = append(plainEnvironment(), "CHECKPOINT_DISABLE=1")
		printed, err := version.Output()
		if err != nil {
			return "", "", fmt.Errorf("%s version: %w", path, err)
		}
		first, _, _ := strings.Cut(string(printed), "\n")
		return path, first, nil
	}
	return "", "", fmt.Errorf("no CLI among %s; set TF_ACC_TERRAFORM_PATH to terraform or tofu, or put one of them on the PATH", strings.Join(candidates, ", "))
}

// plainEnvironment is this process's environment without what would steer the
// CLI or the provider.
func plainEnvironment() []string {
	var kept []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") && !strings.HasPrefix(variable, "SEVENG_") && !strings.HasPrefix(variable, "WHATCOUNTS_") {
			kept = append(kept, variable)
		}
	}
	return kept
}

// write makes a file of the demo the whole configuration.
func (c cli) write(name string) error {
	text, err := configurations.ReadFile("configuration/" + name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.directory, "main.tf"), text, 0o600)
}

// initialise installs the provider. What that prints is of no interest unless
// it fails.
func (c cli) initialise(ctx context.Context) error {
	printed, err := c.command(ctx, "init", "-input=false").CombinedOutput()
	if err != nil {
		return fmt.Errorf("init: %w\n%s", err, printed)
	}
	return nil
}

// command is one command of the CLI, without colours.
func (c cli) command(ctx context.Context, arguments ...string) *exec.Cmd {
	// The flag goes behind the command's name, since a saved plan comes last.
	arguments = append([]string{arguments[0], "-no-color"}, arguments[1:]...)
	command := exec.CommandContext(ctx, c.binary, arguments...)
	command.Dir, command.Env = c.directory, c.environment
	// An interrupt gives the CLI the time to write its state.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	return command
}

// run runs one command, and prints it with as much of what it said as a reader
// wants. The error says that the command ended differently than expected.
func (c cli) run(ctx context.Context, succeeds bool, arguments ...string) (string, error) {
	fmt.Printf("\n  $ %s %s\n", strings.TrimSuffix(filepath.Base(c.binary), ".exe"), strings.Join(arguments, " "))
	command := c.command(ctx, arguments...)
	var printed bytes.Buffer
	command.Stdout, command.Stderr = &printed, &printed
	err := command.Run()
	quote(worthReading(printed.String()))
	var ended *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &ended):
		return printed.String(), err
	case succeeds && err != nil:
		return printed.String(), fmt.Errorf("%s was expected to succeed, and failed", arguments[0])
	case !succeeds && err == nil:
		return printed.String(), fmt.Errorf("%s was expected to fail, and succeeded", arguments[0])
	}
	return printed.String(), nil
}
