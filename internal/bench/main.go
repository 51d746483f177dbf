// Command bench measures what the provider takes: it drives a real Terraform
// CLI against the simulator, with a provider that does nothing, with this one,
// and with curl in provisioners, in turns on one machine. What it measured goes
// into a file, and from there into a table, a plot and the guide "Performance".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
	"github.com/reachops/terraform-provider-reach/internal/bench/report"
	"github.com/reachops/terraform-provider-reach/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	chosen, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(2)
	}
	passed, err := run(ctx, chosen)
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
	}
	if err != nil || chosen.judge && !passed {
		stop()
		os.Exit(1)
	}
}

// run measures, unless there are results already, and tells what came out.
func run(ctx context.Context, chosen choices) (passed bool, err error) {
	if err := os.MkdirAll(chosen.out, 0o755); err != nil {
		return false, err
	}
	var results *figures.Results
	if chosen.from != "" {
		results, err = figures.Load(chosen.from)
	} else {
		results, err = measure(ctx, chosen)
	}
	if err != nil {
		return false, err
	}
	fmt.Print(report.Table(results))
	fmt.Print(report.Judgements(results))
	if err := write(results, chosen); err != nil {
		return false, err
	}
	return !slices.ContainsFunc(results.Judge(), func(j figures.Judgement) bool { return !j.Passed() }), nil
}

func measure(ctx context.Context, chosen choices) (results *figures.Results, err error) {
	binary, err := cli.Path()
	if err != nil {
		return nil, err
	}
	name, err := cli.Name(ctx, binary)
	if err != nil {
		return nil, err
	}
	results = &figures.Results{
		Started: time.Now().UTC().Truncate(time.Second), CPUs: runtime.NumCPU(),
		System: runtime.GOOS + "/" + runtime.GOARCH, CLI: name,
	}
	if chosen.add != "" {
		if err := results.Continue(chosen.add); err != nil {
			return nil, err
		}
	}
	if chosen.withoutCurl() {
		fmt.Println("There is no curl on this machine: its column stays empty.")
	}
	fmt.Printf("About %s on two cores that do nothing else.\n", chosen.estimate())
	shop, err := newWorkshop(ctx, binary)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, shop.close()) }()
	for round := range chosen.repeat {
		for _, w := range chosen.work {
			if err := shop.round(ctx, w, round, results); err != nil {
				return nil, err
			}
			// What takes an hour is kept as it comes.
			if err := results.Save(chosen.resultsFile()); err != nil {
				return nil, err
			}
		}
	}
	if chosen.aside {
		if err := shop.aside(ctx, &results.Aside); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// round takes one case in all its lanes. They change places from round to
// round, so that none is always the first.
func (w *workshop) round(ctx context.Context, todo work, round int, results *figures.Results) error {
	lanes := slices.Clone(todo.lanes)
	if round%2 == 1 {
		slices.Reverse(lanes)
	}
	for _, lane := range lanes {
		fmt.Printf("%5d %-14s %3d ms, -parallelism=%-3d %-5s", todo.Records, string(todo.Kind)+"s", todo.Latency, todo.Parallelism, lane)
		taken, err := w.measure(ctx, todo.Case, lane)
		if err != nil {
			fmt.Println()
			return err
		}
		for _, one := range taken {
			fmt.Printf("  %s %.2f s", one.Step, one.Wall[0])
			results.Add(one)
		}
		fmt.Println()
	}
	return nil
}

// The files that results are written into.
const (
	plotFile  = "bench.svg"
	guideFile = "templates/guides/performance.md"
	guidePlot = "docs/images/performance.svg"
)

func (c *choices) resultsFile() string { return filepath.Join(c.out, "bench.json") }

func write(results *figures.Results, chosen choices) error {
	if chosen.from == "" {
		kept := chosen.resultsFile()
		if err := results.Save(kept); err != nil {
			return err
		}
		fmt.Printf("\nThe results are in %s: ARGS=\"-from %s\" makes table, plot and guide from them again.\n", kept, kept)
	}
	plot := []byte(report.Plot(results))
	if err := os.WriteFile(filepath.Join(chosen.out, plotFile), plot, 0o644); err != nil {
		return err
	}
	fmt.Printf("\nThe plot is in %s.\n", filepath.Join(chosen.out, plotFile))
	if !chosen.guide {
		return nil
	}
	page, err := os.ReadFile(guideFile)
	if err != nil {
		return err
	}
	filled, err := report.Fill(string(page), results)
	if err != nil {
		return fmt.Errorf("%s: %w", guideFile, err)
	}
	if err := os.WriteFile(guidePlot, plot, 0o644); err != nil {
		return err
	}
	fmt.Printf("Both are in %s. make docs takes them over.\n", guideFile)
	return os.WriteFile(guideFile, []byte(filled), 0o644)
}
