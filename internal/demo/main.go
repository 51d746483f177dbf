// Command demo shows what the provider does, on a machine with Go and a
// Terraform CLI (or OpenTofu) and nothing else: it builds the provider, starts
// both services as a simulator on loopback, and takes two records through
// their lives. It checks at every step that the services hold what it has just
// announced, and exits with 1 when they do not.
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
	started := time.Now()
	if err := run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo stopped: %v\n", err)
		stop()
		os.Exit(1)
	}
	fmt.Printf("\nEvery step did what it announced, in %s. Nothing is left running or on disk.\n", time.Since(started).Round(time.Second))
}

func run(ctx context.Context) (err error) {
	d, err := newDemo(ctx)
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
