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

// demo is what the steps share: the simulator, the CLI, and a folder that goes
// away at the end.
type demo struct {
	simulator *simulator.Simulator
	directory string
	cli       *tfexec.Terraform
}

func newDemo(ctx context.Context) (*demo, error) {
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
	d := &demo{directory: directory}
	heading("Getting ready")
	say("Building the provider, and starting 7G and WhatCounts as a simulator on this machine.")
	if err := d.prepare(ctx, binary); err != nil {
		return nil, errors.Join(err, d.close())
	}
	say("CLI:        %s", name)
	say("7G:         %s", d.simulator.URL())
	say("WhatCounts: %s", d.simulator.WhatCountsURL())
	return d, nil
}

func (d *demo) prepare(ctx context.Context, binary string) error {
	provider := filepath.Join(d.directory, "terraform-provider-reach")
	if err := cli.Build(ctx, provider, cli.Module); err != nil {
		return err
	}
	configuration, err := cli.Offer(d.directory, provider)
	if err != nil {
		return err
	}
	d.simulator, err = simulator.Start(simulator.Options{})
	if err != nil {
		return err
	}
	work := filepath.Join(d.directory, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		return err
	}
	d.cli, err = cli.New(work, binary, map[string]string{
		"TF_CLI_CONFIG_FILE":  configuration,
		"SEVENG_ENDPOINT":     d.simulator.URL(),
		"SEVENG_USERNAME":     "demo",
		"SEVENG_PASSWORD":     "demo-password",
		"WHATCOUNTS_ENDPOINT": d.simulator.WhatCountsURL(),
		"WHATCOUNTS_REALM":    "demo",
		"WHATCOUNTS_PASSWORD": "demo-password",
	})
	return err
}

func (d *demo) close() error {
	var err error
	if d.simulator != nil {
		err = d.simulator.Close()
	}
	return errors.Join(err, os.RemoveAll(d.directory))
}
