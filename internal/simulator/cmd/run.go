// Package cmd is the command reach-simulator: it runs the simulated 7G and
// WhatCounts on a loopback port, for trying configurations and for tests of
// modules. It needs no account and reaches no network.
package cmd

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// Exit codes, as the flag package has them.
const (
	succeeded = 0
	failed    = 1
	misused   = 2
)

// Main is the command with the arguments of the process. It ends with Ctrl-C.
func Main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the command. It ends when the context does and returns the exit code.
func run(ctx context.Context, arguments []string, out, problems io.Writer) int {
	c, err := parse(arguments)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usage)
		return succeeded
	}
	if err != nil {
		fmt.Fprintf(problems, "reach-simulator: %v\nRun it with -help to see every flag.\n", err)
		return misused
	}
	switch {
	case c.listDialects:
		printDialects(out)
		return succeeded
	case c.listFaults:
		printFaults(out)
		return succeeded
	case c.printSeed:
		err = simulator.DefaultSeed().Write(out)
	default:
		err = serve(ctx, c, out)
	}
	if err != nil {
		fmt.Fprintf(problems, "reach-simulator: %v\n", err)
		return failed
	}
	return succeeded
}

// serve runs the simulator until the context ends.
func serve(ctx context.Context, c choices, out io.Writer) error {
	if c.seedFile != "" {
		seed, err := simulator.ReadSeedFile(c.seedFile)
		if err != nil {
			return err
		}
		c.options.Seed = seed
	}
	ready := readyFile(c.readyFile)
	if err := ready.remove(); err != nil {
		return err
	}
	running, err := simulator.Start(c.options)
	if err != nil {
		return err
	}
	for _, fault := range c.faults {
		running.Faults.Add(fault)
	}
	printWelcome(out, running, c)
	if err := ready.write(running.URL()); err != nil { // what was printed is there to be read by then
		return errors.Join(err, running.Close())
	}
	if !c.quiet {
		running.Log.Follow(func(e traffic.Entry) { fmt.Fprintln(out, summary(e)) })
	}
	<-ctx.Done()
	err = errors.Join(ready.remove(), running.Close())
	fmt.Fprintln(out, "Stopped.")
	return err
}
