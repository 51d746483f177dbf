package main

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
	"github.com/reachops/terraform-provider-reach/internal/bench/usage"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// million is how many opt-outs a large realm has.
const million = 1_000_000

// aside measures what is no case.
func (w *workshop) aside(ctx context.Context, into *figures.Aside) error {
	for _, measure := range []func(context.Context, *figures.Aside) error{w.manyQuestions, w.manyOptouts, w.singles, w.starts} {
		if err := measure(ctx, into); err != nil {
			return err
		}
	}
	return nil
}

// manyQuestions counts the requests of one plan with many reach_optout.
func (w *workshop) manyQuestions(ctx context.Context, into *figures.Aside) (err error) {
	s, err := w.newStage(ctx, figures.Provider, 0, optouts(figures.OptoutSources))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if _, err := s.run(ctx, figures.Apply, 100); err != nil {
		return err
	}
	number := s.simulator.Log.Len()
	into.OptoutRequests = &number
	return nil
}

// manyOptouts measures the memory for one reach_optout in a large realm.
func (w *workshop) manyOptouts(ctx context.Context, into *figures.Aside) (err error) {
	s, err := w.newStage(ctx, figures.Provider, 0, optouts(1))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.simulator.WhatCounts.AddOptouts(realm, million, "user%d@test.example.com"); err != nil {
		return err
	}
	took, err := s.run(ctx, figures.Apply, 10)
	if err != nil {
		return err
	}
	used, err := usage.Take(s.usage)
	if err != nil {
		return err
	}
	wall, peak := took.Seconds(), float64(used.Peak)
	into.MillionWall, into.MillionPeak = &wall, &peak
	return nil
}

// singles measures one contact that nobody shares commands with, batched and
// not, in turns.
func (w *workshop) singles(ctx context.Context, into *figures.Aside) (err error) {
	const turns = 15
	service, err := simulator.Start(simulator.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, service.Close()) }()
	for range turns {
		for batchSize, into := range map[int]*[]float64{whatcounts.DefaultBatchSize: &into.SingleBatched, 1: &into.SingleUnbatched} {
			took, err := single(ctx, service.WhatCountsURL(), batchSize)
			if err != nil {
				return err
			}
			*into = append(*into, took)
		}
	}
	return nil
}

// single is how long the client takes to add one contact, in milliseconds. What
// Terraform takes around that varies by more than what is looked for.
func single(ctx context.Context, endpoint string, batchSize int) (took float64, err error) {
	client, err := whatcounts.New(whatcounts.Config{Endpoint: endpoint, Realm: realm, Password: realm + "-password", BatchSize: batchSize})
	if err != nil {
		return 0, err
	}
	began := time.Now()
	added := client.AddOne(ctx, whatcounts.NewContact{Managed: whatcounts.Managed{
		Identity:      whatcounts.Identity{Email: "single@test.example.com", FirstName: "Jane"},
		Subscriptions: []whatcounts.Subscription{{ListID: 5, Format: whatcounts.HTML}},
	}})
	took = float64(time.Since(began).Microseconds()) / 1000
	if added.Err != nil {
		return 0, added.Err
	}
	return took, client.DeleteOne(ctx, whatcounts.Deletion{Identity: added.Contact.Identity, WithoutOptout: true}).Err
}

// starts measures how long a provider takes until it can be talked to.
func (w *workshop) starts(ctx context.Context, into *figures.Aside) error {
	const turns = 15
	for range turns {
		for lane, into := range map[figures.Lane]*[]float64{figures.Provider: &into.Handshake, figures.Floor: &into.HandshakeOfFloor} {
			took, err := handshake(ctx, w.providers[lane])
			if err != nil {
				return err
			}
			*into = append(*into, float64(took.Microseconds())/1000)
		}
	}
	return nil
}

// handshake starts a provider the way Terraform does, reads the line that says
// where it listens, and ends it.
func handshake(ctx context.Context, file string) (took time.Duration, err error) {
	provider := exec.CommandContext(ctx, file)
	provider.Env = append(os.Environ(),
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6", "PLUGIN_MIN_PORT=10000", "PLUGIN_MAX_PORT=25000")
	output, err := provider.StdoutPipe()
	if err != nil {
		return 0, err
	}
	started := time.Now()
	if err := provider.Start(); err != nil {
		return 0, err
	}
	_, err = bufio.NewReader(output).ReadString('\n')
	took = time.Since(started)
	err = errors.Join(err, provider.Process.Kill())
	_ = provider.Wait() // killed, as it says
	return took, err
}
