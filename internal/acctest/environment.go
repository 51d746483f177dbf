// Package acctest is what the acceptance tests share: the Terraform CLI and
// its surroundings, a simulator for each test, and calls of the provider
// in-process, for what the CLI on a machine may be too old to show.
package acctest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/provider"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// pace keeps the provider's pauses short enough for tests.
var pace = provider.Pace{
	Others:      5 * time.Millisecond,
	Retry:       5 * time.Millisecond,
	Consistency: httpclient.Consistency{First: 2 * time.Millisecond, Window: 200 * time.Millisecond},
	Quiet:       3 * time.Millisecond,
	Errors:      20 * time.Millisecond,
}

// providerVariables are the environment variables that would reach into a
// test from the machine it runs on.
var providerVariables = []string{
	"SEVENG_ENDPOINT", "SEVENG_ACCESS_TOKEN", "SEVENG_USERNAME", "SEVENG_PASSWORD",
	"WHATCOUNTS_ENDPOINT", "WHATCOUNTS_REALM", "WHATCOUNTS_PASSWORD", "WHATCOUNTS_API_CLIENT", "WHATCOUNTS_CLIENT_AUTH",
}

// Main runs the tests of a package with a Terraform CLI that is shielded from
// the machine: an empty CLI configuration of its own, no look-up of newer
// versions, no credentials of real accounts.
func Main(m *testing.M) {
	for _, name := range providerVariables {
		if err := os.Unsetenv(name); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	MainLive(m)
}

// MainUnder is Main for a package whose simulators speak these dialects, unless
// a test unsets them.
func MainUnder(m *testing.M, dialects ...string) {
	spoken = dialects
	Main(m)
}

// spoken are the dialects of every simulator of a package.
var spoken []string

// MainLive is Main for tests that work on the real accounts which the
// environment names.
func MainLive(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	directory, err := os.MkdirTemp("", "reach-acceptance-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := os.RemoveAll(directory); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	configuration := filepath.Join(directory, "terraform.rc")
	if err := os.WriteFile(configuration, nil, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	variables := map[string]string{"TF_CLI_CONFIG_FILE": configuration, "CHECKPOINT_DISABLE": "1"}
	maps.Copy(variables, cliVariables())
	for name, value := range variables {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}

// Factories hands the provider to the CLI, in this process.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"reach": providerserver.NewProtocol6WithError(provider.NewWithPace("test", pace)()),
	}
}

// Simulator starts both services for one test, with the given dialects and those
// of its package.
func Simulator(t testing.TB, dialects ...string) *simulator.Simulator {
	t.Helper()
	return simulatortest.Start(t, simulator.Options{Dialects: slices.Concat(spoken, dialects)})
}

// Credentials of the simulator's own user and realms. The password of each is
// its name and "-password".
const (
	Username   = "demo"
	Realm      = "demo"
	KeyedRealm = "keyed" // with customer keys
)

// PasswordOf is the simulator's password of a user or realm.
func PasswordOf(name string) string { return name + "-password" }

// Configuration is a provider block for the simulator, followed by more.
func Configuration(s *simulator.Simulator, more string) string {
	return ConfigurationOf(s, Realm, "", more)
}

// ConfigurationOf is Configuration for another realm, with a safeguards block.
func ConfigurationOf(s *simulator.Simulator, realm, safeguards, more string) string {
	return fmt.Sprintf(`
provider "reach" {
  seveng {
    endpoint = %q
    username = %q
    password = %q
  }
  whatcounts {
    endpoint = %q
    realm    = %q
    password = %q
  }
  %s
}
%s`, s.URL(), Username, PasswordOf(Username), s.WhatCountsURL(), realm, PasswordOf(realm), safeguards, more)
}
