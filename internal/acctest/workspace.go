package acctest

import (
	"os"
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

// offered returns a CLI configuration that takes the built provider from a
// folder and reaches no registry.
func offered(t testing.TB) string {
	t.Helper()
	configuration, err := cli.Offer(t.TempDir(), BuildProvider(t))
	if err != nil {
		t.Fatal(err)
	}
	return configuration
}
