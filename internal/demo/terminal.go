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
func (s *stage) configure(name string) error {
	text, err := configurations.ReadFile("configuration/" + name)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.cli.WorkingDir(), "main.tf"), text, 0o600)
}

// show runs a command in front of a reader: the line that a person would type,
// and as much of what it prints as is worth reading.
func (s *stage) show(line string, command func() error) (printed string, err error) {
	fmt.Printf("\n  $ %s %s\n", strings.TrimSuffix(filepath.Base(s.cli.ExecPath()), ".exe"), line)
	var said, problems bytes.Buffer
	s.cli.SetStdout(&said)
	s.cli.SetStderr(&problems)
	err = command()
	printed = said.String() + problems.String()
	quote(worthReading(printed))
	return printed, err
}

// apply applies the configuration, or what the options say.
func (s *stage) apply(ctx context.Context, line string, options ...tfexec.ApplyOption) (string, error) {
	return s.show(line, func() error { return s.cli.Apply(ctx, options...) })
}
