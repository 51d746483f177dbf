package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// demo is what the steps share: the simulator, the CLI, and a folder that goes
// away at the end.
type demo struct {
	simulator *simulator.Simulator
	directory string
	terminal  *terminal
}

// newDemo starts what the steps need, with a provider that was built.
func newDemo(ctx context.Context, provider string) (*demo, error) {
	binary, err := cli.Path()
	if err != nil {
		return nil, err
	}
	name, err := cli.Name(ctx, binary)
	if err != nil {
		return nil, err
	}
	if provider, err = filepath.Abs(provider); err != nil {
		return nil, err
	}
	// Beside the provider, which is linked into it.
	directory, err := os.MkdirTemp(filepath.Dir(provider), "run-")
	if err != nil {
		return nil, err
	}
	d := &demo{directory: directory}
	heading("Getting ready")
	say("Starting 7G and WhatCounts as a simulator on this machine.")
	if err := d.prepare(binary, provider); err != nil {
		return nil, errors.Join(err, d.close())
	}
	say("CLI:        %s", name)
	say("7G:         %s", d.simulator.URL())
	say("WhatCounts: %s", d.simulator.WhatCountsURL())
	return d, nil
}

func (d *demo) prepare(binary, provider string) error {
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
	d.terminal = newTerminal(work, binary, map[string]string{
		"TF_CLI_CONFIG_FILE":  configuration,
		"TF_CLI_ARGS":         "-no-color",
		"CHECKPOINT_DISABLE":  "1",
		"SEVENG_ENDPOINT":     d.simulator.URL(),
		"SEVENG_USERNAME":     "demo",
		"SEVENG_PASSWORD":     "demo-password",
		"WHATCOUNTS_ENDPOINT": d.simulator.WhatCountsURL(),
		"WHATCOUNTS_REALM":    "demo",
		"WHATCOUNTS_PASSWORD": "demo-password",
	})
	return nil
}

func (d *demo) close() error {
	var err error
	if d.simulator != nil {
		err = d.simulator.Close()
	}
	return errors.Join(err, os.RemoveAll(d.directory))
}
