package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// demoVersion is the version under which the provider just built is offered
// to the CLI.
const demoVersion = "0.0.1"

// stage is what the acts share: the simulator, the CLI, and a folder that goes
// away at the end.
type stage struct {
	simulator *simulator.Simulator
	directory string
	cli       cli
}

func newStage(ctx context.Context) (*stage, error) {
	binary, name, err := findCLI(ctx)
	if err != nil {
		return nil, err
	}
	directory, err := os.MkdirTemp("", "reach-demo-")
	if err != nil {
		return nil, err
	}
	s := &stage{directory: directory}
	heading("Getting ready")
	say("Building the provider, and starting 7G and WhatCounts as a simulator on this machine.")
	if err := s.prepare(ctx, binary); err != nil {
		return nil, errors.Join(err, s.close())
	}
	say("CLI:        %s", name)
	say("7G:         %s", s.simulator.URL())
	say("WhatCounts: %s", s.simulator.WhatCountsURL())
	return s, nil
}

func (s *stage) prepare(ctx context.Context, binary string) error {
	configuration, err := offer(ctx, s.directory)
	if err != nil {
		return err
	}
	s.simulator, err = simulator.Start(simulator.Options{})
	if err != nil {
		return err
	}
	work := filepath.Join(s.directory, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		return err
	}
	s.cli = cli{binary: binary, directory: work, environment: append(plainEnvironment(),
		"TF_CLI_CONFIG_FILE="+configuration,
		"CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1", // spares the reader the hints about further commands
		"SEVENG_ENDPOINT="+s.simulator.URL(),
		"SEVENG_USERNAME=demo",
		"SEVENG_PASSWORD=demo-password",
		"WHATCOUNTS_ENDPOINT="+s.simulator.WhatCountsURL(),
		"WHATCOUNTS_REALM=demo",
		"WHATCOUNTS_PASSWORD=demo-password",
	)}
	return nil
}

func (s *stage) close() error {
	var err error
	if s.simulator != nil {
		err = s.simulator.Close()
	}
	return errors.Join(err, os.RemoveAll(s.directory))
}

// offer builds the provider into a folder that the CLI takes for a mirror of
// the registries, and returns the CLI configuration that says so. Unlike a
// development override this works with an ordinary init, and without warnings.
func offer(ctx context.Context, directory string) (string, error) {
	mirror := filepath.Join(directory, "mirror")
	built := filepath.Join(directory, "terraform-provider-reach_v"+demoVersion)
	build := exec.CommandContext(ctx, "go", "build", "-ldflags", "-X main.version="+demoVersion, "-o", built, "github.com/reachops/terraform-provider-reach")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("building the provider: %w", err)
	}
	// Terraform and OpenTofu look for the same source under names of their own.
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, registry, "reachops", "reach", demoVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", err
		}
		if err := os.Link(built, filepath.Join(folder, filepath.Base(built))); err != nil {
			return "", err
		}
	}
	configuration := filepath.Join(directory, "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return configuration, os.WriteFile(configuration, []byte(text), 0o600)
}
