package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Folder is one working folder of the CLI.
type Folder struct {
	Binary      string
	Directory   string
	Environment []string // of every command
}

// Write makes text the whole configuration.
func (f Folder) Write(text []byte) error {
	return os.WriteFile(filepath.Join(f.Directory, "main.tf"), text, 0o600)
}

// Initialise installs the provider. What that prints is of no interest unless
// it fails.
func (f Folder) Initialise(ctx context.Context) error {
	printed, err := f.Command(ctx, "init", "-input=false").CombinedOutput()
	if err != nil {
		return fmt.Errorf("init: %w\n%s", err, printed)
	}
	return nil
}

// Command is one command of the CLI, without colours.
func (f Folder) Command(ctx context.Context, arguments ...string) *exec.Cmd {
	// The flag goes behind the command's name, since a saved plan comes last.
	arguments = append([]string{arguments[0], "-no-color"}, arguments[1:]...)
	command := exec.CommandContext(ctx, f.Binary, arguments...)
	command.Dir, command.Env = f.Directory, f.Environment
	// An interrupt gives the CLI the time to write its state.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	return command
}
