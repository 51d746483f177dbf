package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// stage is what the acts share: the simulator, the CLI, and a folder that goes
// away at the end.
type stage struct {
	simulator *simulator.Simulator
	directory string
	cli       *tfexec.Terraform
}

func newStage(ctx context.Context) (*stage, error) {
	binary, err := cli.Path()
	if err != nil {
		return nil, err
	}
	name, err := cli.Name(ctx, binary)
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
	provider := filepath.Join(s.directory, "terraform-provider-reach")
	if err := cli.Build(ctx, provider, cli.Module); err != nil {
		return err
	}
	configuration, err := cli.Offer(s.directory, provider)
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
	s.cli, err = cli.New(work, binary, map[string]string{
		"TF_CLI_CONFIG_FILE":  configuration,
		"SEVENG_ENDPOINT":     s.simulator.URL(),
		"SEVENG_USERNAME":     "demo",
		"SEVENG_PASSWORD":     "demo-password",
		"WHATCOUNTS_ENDPOINT": s.simulator.WhatCountsURL(),
		"WHATCOUNTS_REALM":    "demo",
		"WHATCOUNTS_PASSWORD": "demo-password",
	})
	return err
}

func (s *stage) close() error {
	var err error
	if s.simulator != nil {
		err = s.simulator.Close()
	}
	return errors.Join(err, os.RemoveAll(s.directory))
}
