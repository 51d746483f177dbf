package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/cli"
)

// terminal is a folder in which the CLI runs, with the variables that a person
// would export.
type terminal struct {
	directory, cli string
	environment    []string
}

// newTerminal is the CLI in a folder, in the plain environment and with these
// variables.
func newTerminal(directory, binary string, variables map[string]string) *terminal {
	t := &terminal{directory: directory, cli: binary}
	environment := cli.PlainEnvironment()
	maps.Copy(environment, variables)
	for name, value := range environment {
		t.environment = append(t.environment, name+"="+value)
	}
	return t
}

// command is the CLI with the arguments that a line has.
func (t *terminal) command(ctx context.Context, line string) *exec.Cmd {
	command := exec.CommandContext(ctx, t.cli, strings.Fields(line)...)
	command.Dir, command.Env = t.directory, t.environment
	return command
}

// configure makes a file of the demo the whole configuration.
func (d *demo) configure(name string) error {
	text, err := configurations.ReadFile("configuration/" + name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.terminal.directory, "main.tf"), text, 0o600)
}

// terraform runs a command in front of a reader: the line that a person would
// type, and as much of what it prints as is worth reading.
func (d *demo) terraform(ctx context.Context, line string) (printed string, err error) {
	fmt.Printf("\n  $ %s %s\n", strings.TrimSuffix(filepath.Base(d.terminal.cli), ".exe"), line)
	output, err := d.terminal.command(ctx, line).CombinedOutput()
	quote(worthReading(string(output)))
	return string(output), err
}
