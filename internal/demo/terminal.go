package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/cli"
)

// terminal runs Terraform or OpenTofu in one folder, in front of a reader.
type terminal struct{ cli.Folder }

// write makes a file of the demo the whole configuration.
func (t terminal) write(name string) error {
	text, err := configurations.ReadFile("configuration/" + name)
	if err != nil {
		return err
	}
	return t.Write(text)
}

// run runs one command, and prints it with as much of what it said as a reader
// wants. The error says that the command ended differently than expected.
func (t terminal) run(ctx context.Context, succeeds bool, arguments ...string) (string, error) {
	fmt.Printf("\n  $ %s %s\n", strings.TrimSuffix(filepath.Base(t.Binary), ".exe"), strings.Join(arguments, " "))
	command := t.Command(ctx, arguments...)
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
