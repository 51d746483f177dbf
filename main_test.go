package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/cli"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// TestWhatAPersonSees runs the provider by hand, as it is released.
func TestWhatAPersonSees(t *testing.T) {
	t.Parallel()
	provider := acctest.BuildProvider(t)
	introduction := `Terraform provider "reach", version ` + cli.Version + ". Terraform starts it"
	tests := map[string]struct {
		argument string
		code     int
		want     string
	}{
		"nothing":          {"", 2, introduction},
		"-help":            {"-help", 0, introduction},
		"-version":         {"-version", 0, cli.Version},
		"an unknown flag":  {"-serve", 2, introduction},
		"a stray argument": {"version", 2, introduction},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			command := exec.CommandContext(t.Context(), provider, strings.Fields(test.argument)...)
			for _, variable := range os.Environ() {
				if !strings.HasPrefix(variable, handshake) {
					command.Env = append(command.Env, variable)
				}
			}
			printed, err := command.CombinedOutput()
			if command.ProcessState.ExitCode() != test.code || !strings.Contains(string(printed), test.want) {
				t.Errorf("exit code %d, want %d, and %q in\n%s(%v)", command.ProcessState.ExitCode(), test.code, test.want, printed, err)
			}
		})
	}
}

// TestAccVersionReachesBothServices starts the released provider by Terraform
// and looks at what the services are told about who asks.
func TestAccVersionReachesBothServices(t *testing.T) {
	t.Parallel()
	const configuration = `
terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}
data "reach_communication_types" "all" {}
data "reach_lists" "all" {}
`
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	sim := acctest.Simulator(t)
	workspace := acctest.NewWorkspace(t, folder, sim)
	workspace.MustRun("apply", "-auto-approve", "-input=false")
	told := map[string]bool{}
	for _, entry := range sim.Log.Entries() {
		agent := entry.Header.Get("User-Agent")
		if want := "terraform-provider-reach/" + cli.Version + " (terraform "; !strings.HasPrefix(agent, want) {
			t.Errorf("%s was asked by %q, want %q", entry.Operation, agent, want)
		}
		told[entry.Service] = true
	}
	if len(told) != 2 {
		t.Errorf("services asked: %v, want both", told)
	}
}

// TestManifestNamesTheProtocol reads the manifest as the registry does. The
// protocol is the one whose server main starts.
func TestManifestNamesTheProtocol(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("terraform-registry-manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Version  int
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 || strings.Join(manifest.Metadata.Protocols, " ") != "6.0" {
		t.Errorf("the manifest is %+v, and the provider speaks protocol 6", manifest)
	}
}
