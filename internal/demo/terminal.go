package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// configure makes a file of the demo the whole configuration.
func (d *demo) configure(name string) error {
	text, err := configurations.ReadFile("configuration/" + name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.cli.WorkingDir(), "main.tf"), text, 0o600)
}

// show runs a command in front of a reader: the line that a person would type,
// and as much of what it prints as is worth reading.
func (d *demo) show(line string, command func() error) (printed string, err error) {
	fmt.Printf("\n  $ %s %s\n", strings.TrimSuffix(filepath.Base(d.cli.ExecPath()), ".exe"), line)
	var said, problems bytes.Buffer
	d.cli.SetStdout(&said)
	d.cli.SetStderr(&problems)
	err = command()
	printed = said.String() + problems.String()
	quote(worthReading(printed))
	return printed, err
}

// apply applies the configuration, or what the options say.
func (d *demo) apply(ctx context.Context, line string, options ...tfexec.ApplyOption) (string, error) {
	return d.show(line, func() error { return d.cli.Apply(ctx, options...) })
}
