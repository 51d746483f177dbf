// Command demo shows what the provider does, on a machine with Go and a
// Terraform CLI (or OpenTofu) and nothing else: make demo builds it together with
// the provider. It starts both services as a simulator on loopback, and takes two
// records through their lives. It checks at every step that the services hold
// what it has just announced, and exits with 1 when they do not.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "Usage: demo PROVIDER, with the provider that was built: make demo does it.")
		stop()
		os.Exit(2)
	}
	started := time.Now()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo stopped: %v\n", err)
		stop()
		os.Exit(1)
	}
	fmt.Printf("\nEvery step did what it announced, in %s. Nothing is left running or on disk.\n", time.Since(started).Round(time.Second))
}

func run(ctx context.Context, provider string) (err error) {
	d, err := newDemo(ctx, provider)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := d.close(); err == nil {
			err = closeErr
		}
	}()
	for _, step := range steps {
		if err := step(ctx, d); err != nil {
			return err
		}
	}
	return nil
}
