package acctest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// NewWorkspace copies a folder of configurations and initialises the copy, in
// which the CLI runs as it does for a person: it installs the provider by init,
// under its own address, and has the simulator's credentials in its environment.
func NewWorkspace(t testing.TB, folder string, sim *simulator.Simulator) *CLI {
	t.Helper()
	c := newCLI(t)
	if err := os.CopyFS(c.directory, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"TF_CLI_CONFIG_FILE": offered(t),
		"SEVENG_ENDPOINT":    sim.URL(), "SEVENG_USERNAME": Username, "SEVENG_PASSWORD": PasswordOf(Username),
		"WHATCOUNTS_ENDPOINT": sim.WhatCountsURL(), "WHATCOUNTS_REALM": Realm, "WHATCOUNTS_PASSWORD": PasswordOf(Realm),
	} {
		c.Set(name, value)
	}
	c.MustRun("init", "-input=false")
	return c
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
