package acctest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// Workspace is a copy of a folder of configurations, in which the CLI runs as
// it does for a person: it installs the provider by init, under its own
// address, and has the simulator's credentials in its environment.
type Workspace struct {
	Directory   string
	t           testing.TB
	path        string
	environment []string
}

// NewWorkspace copies a folder and initialises the copy.
func NewWorkspace(t testing.TB, folder string, sim *simulator.Simulator) *Workspace {
	t.Helper()
	path, err := cli.Path()
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{Directory: t.TempDir(), t: t, path: path}
	if err := os.CopyFS(w.Directory, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") {
			w.environment = append(w.environment, variable)
		}
	}
	w.environment = append(w.environment,
		"TF_CLI_CONFIG_FILE="+offered(t),
		"SEVENG_ENDPOINT="+sim.URL(), "SEVENG_USERNAME="+Username, "SEVENG_PASSWORD="+PasswordOf(Username),
		"WHATCOUNTS_ENDPOINT="+sim.WhatCountsURL(), "WHATCOUNTS_REALM="+Realm, "WHATCOUNTS_PASSWORD="+PasswordOf(Realm),
	)
	w.MustRun("init", "-input=false")
	return w
}

// Run runs one command and returns what it printed. The error says that it
// did not succeed.
func (w *Workspace) Run(arguments ...string) (string, error) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, w.path, append(arguments, "-no-color")...)
	command.Dir, command.Env = w.Directory, w.environment
	printed, err := command.CombinedOutput()
	return string(printed), errors.Join(ctx.Err(), err)
}

// MustRun is Run for a command that has to succeed.
func (w *Workspace) MustRun(arguments ...string) string {
	w.t.Helper()
	printed, err := w.Run(arguments...)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", strings.Join(arguments, " "), err, printed)
	}
	return printed
}

// Refused runs a command that has to fail, with these texts in what it prints,
// wherever the CLI breaks its lines.
func (w *Workspace) Refused(texts []string, arguments ...string) {
	w.t.Helper()
	printed, err := w.Run(arguments...)
	if err == nil {
		w.t.Fatalf("%s was to fail, and succeeded:\n%s", strings.Join(arguments, " "), printed)
	}
	words := strings.Join(strings.Fields(strings.ReplaceAll(printed, "│", " ")), " ")
	for _, text := range texts {
		if !strings.Contains(words, text) {
			w.t.Errorf("%s: %q is not in\n%s", strings.Join(arguments, " "), text, printed)
		}
	}
}

// Write puts a file into the folder, in place of one of that name.
func (w *Workspace) Write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.Directory, name), []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

var (
	offer     sync.Once
	offeredBy string
)

// offered builds the provider, once for all tests of a package, into the
// folder of Main, and returns a CLI configuration that takes it from there
// and reaches no registry.
func offered(t testing.TB) string {
	t.Helper()
	offer.Do(func() {
		directory := filepath.Join(filepath.Dir(os.Getenv("TF_CLI_CONFIG_FILE")), "offered")
		built := filepath.Join(directory, "terraform-provider-reach")
		if err := cli.Build(t.Context(), built, cli.Module); err != nil {
			t.Fatal(err)
		}
		configuration, err := cli.Offer(directory, built)
		if err != nil {
			t.Fatal(err)
		}
		offeredBy = configuration
	})
	if offeredBy == "" {
		t.Fatal("the provider was not built")
	}
	return offeredBy
}
