package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
	"github.com/reachops/terraform-provider-reach/internal/bench/usage"
)

// measure takes all steps of a case in one lane.
func (w *workshop) measure(ctx context.Context, c figures.Case, lane figures.Lane) (taken []figures.Measurement, err error) {
	s, err := w.newStage(ctx, lane, time.Duration(c.Latency)*time.Millisecond, configuration(lane, c, false))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, step := range figures.Steps(c.Kind) {
		one, err := s.measure(ctx, c, lane, step)
		if err != nil {
			return nil, fmt.Errorf("%d %ss, %s, %s: %w", c.Records, c.Kind, lane, step, err)
		}
		taken = append(taken, one)
	}
	return taken, nil
}

func (s *stage) measure(ctx context.Context, c figures.Case, lane figures.Lane, step figures.Step) (figures.Measurement, error) {
	if step == figures.Change {
		if err := s.write(configuration(lane, c, true)); err != nil {
			return figures.Measurement{}, err
		}
	}
	s.simulator.Log.Reset()
	took, err := s.run(ctx, step, c.Parallelism)
	if err != nil {
		return figures.Measurement{}, err
	}
	one := figures.Measurement{Case: c, Lane: lane, Step: step, Wall: []float64{took.Seconds()}, Requests: map[string]int{}}
	maps.Copy(one.Requests, s.simulator.Log.Counts())
	if lane != figures.Curl {
		used, err := usage.Take(s.usage)
		if err != nil {
			return one, err
		}
		one.CPU, one.Peak = []float64{used.CPU.Seconds()}, []float64{float64(used.Peak)}
	}
	return one, s.check(c, lane, step)
}

// check holds what the services keep against what the step was to do: a lane
// that is fast because it does not do its work must not win.
func (s *stage) check(c figures.Case, lane figures.Lane, step figures.Step) error {
	want := c.Records
	if lane == figures.Floor || step == figures.Destroy {
		want = 0
	}
	held := len(s.simulator.SevenG.Communications())
	if c.Kind != figures.Communication {
		held = len(s.simulator.WhatCounts.Contacts(realm))
	}
	if held != want {
		return fmt.Errorf("the service holds %d records where %d were expected", held, want)
	}
	return nil
}
