package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"

	"github.com/reachops/terraform-provider-reach/internal/bench/figures"
	"github.com/reachops/terraform-provider-reach/internal/bench/usage"
	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
)

// workshop is what all measurements share: the CLI, and the providers, built.
type workshop struct {
	directory     string
	terraform     string
	configuration string                  // of the CLI
	providers     map[figures.Lane]string // the files to run
}

// packages are the commands that are built for the lanes.
var packages = map[figures.Lane]string{
	figures.Floor:    cli.Module + "/internal/bench/floor",
	figures.Provider: cli.Module,
}

func newWorkshop(ctx context.Context, terraform string) (*workshop, error) {
	directory, err := os.MkdirTemp("", "reach-bench-")
	if err != nil {
		return nil, err
	}
	w := &workshop{directory: directory, terraform: terraform, providers: map[figures.Lane]string{}}
	if err := w.build(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *workshop) build(ctx context.Context) error {
	for lane, command := range packages {
		w.providers[lane] = filepath.Join(w.directory, string(lane))
		if err := cli.Build(ctx, w.providers[lane], command); err != nil {
			return err
		}
	}
	measured := filepath.Join(w.directory, "measured")
	if err := cli.Build(ctx, measured, cli.Module+"/internal/bench/measured"); err != nil {
		return err
	}
	var err error
	w.configuration, err = cli.Offer(w.directory, measured)
	return err
}

func (w *workshop) close() error { return os.RemoveAll(w.directory) }

// stage is one folder of the CLI with services of its own.
type stage struct {
	directory string
	terraform *tfexec.Terraform
	simulator *simulator.Simulator
	usage     string // file
}

// newStage starts both services and initialises a folder. The folder's
// provider is that of the lane.
func (w *workshop) newStage(ctx context.Context, lane figures.Lane, latency time.Duration, configuration files) (*stage, error) {
	directory, err := os.MkdirTemp(w.directory, "stage-")
	if err != nil {
		return nil, err
	}
	started, err := simulator.Start(simulator.Options{Latency: latency})
	if err != nil {
		return nil, err
	}
	s := &stage{directory: directory, simulator: started, usage: filepath.Join(directory, "usage")}
	variables := map[string]string{
		"TF_CLI_CONFIG_FILE":   w.configuration,
		"SEVENG_ENDPOINT":      started.URL(),
		"WHATCOUNTS_ENDPOINT":  started.WhatCountsURL(),
		"WHATCOUNTS_REALM":     realm,
		"WHATCOUNTS_PASSWORD":  realm + "-password",
		usage.ProviderVariable: w.providers[lane],
		usage.FileVariable:     s.usage,
	}
	err = s.write(configuration)
	if err == nil {
		err = s.logIn(ctx, lane, variables)
	}
	if err == nil {
		s.terraform, err = newTerraform(directory, w.terraform, variables)
	}
	if err == nil {
		err = s.terraform.Init(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// newTerraform is the CLI in a folder, in the plain environment and with these
// variables.
func newTerraform(directory, path string, variables map[string]string) (*tfexec.Terraform, error) {
	terraform, err := tfexec.NewTerraform(directory, path)
	if err != nil {
		return nil, err
	}
	environment := cli.PlainEnvironment()
	environment["CHECKPOINT_DISABLE"] = "1"
	maps.Copy(environment, variables)
	return terraform, terraform.SetEnv(environment)
}

// The simulator's own user and realm.
const (
	username = "demo"
	realm    = "demo"
)

// logIn gives the provider a user name, and scripts a token: hardly anybody
// would log in for every record.
func (s *stage) logIn(ctx context.Context, lane figures.Lane, variables map[string]string) error {
	if lane != figures.Curl {
		variables["SEVENG_USERNAME"], variables["SEVENG_PASSWORD"] = username, username+"-password"
		return nil
	}
	body := fmt.Sprintf(`{"username":%q,"password":%q}`, username, username+"-password")
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.simulator.URL()+"/User/Login", strings.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Version", "2.0")
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var tokens struct{ AccessToken string }
	if err := json.NewDecoder(answer.Body).Decode(&tokens); err != nil || tokens.AccessToken == "" {
		return fmt.Errorf("the simulator's login answers %s: %w", answer.Status, err)
	}
	variables["SEVENG_ACCESS_TOKEN"] = tokens.AccessToken
	return nil
}

// write replaces the files of the folder.
func (s *stage) write(configuration files) error {
	for name, text := range configuration {
		if err := os.WriteFile(filepath.Join(s.directory, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (s *stage) close() error { return s.simulator.Close() }

// run takes one step and returns how long it took. A plan that finds something
// to do is an error.
func (s *stage) run(ctx context.Context, step figures.Step, parallelism int) (time.Duration, error) {
	started := time.Now()
	different, err := false, error(nil)
	switch at := tfexec.Parallelism(parallelism); step {
	case figures.Apply, figures.Change:
		err = s.terraform.Apply(ctx, at)
	case figures.Plan:
		different, err = s.terraform.Plan(ctx, at)
	case figures.Destroy:
		err = s.terraform.Apply(ctx, at, tfexec.Destroy(true))
	}
	took := time.Since(started)
	if different {
		err = errors.New("there is something to do")
	}
	if err != nil {
		return took, fmt.Errorf("terraform %s: %s", step, lastOf(err.Error()))
	}
	return took, nil
}

// lastOf is the end of what a command printed: of hundreds of alike errors,
// the last ones do.
func lastOf(printed string) string {
	const enough = 4000
	if len(printed) > enough {
		return "…" + printed[len(printed)-enough:]
	}
	return printed
}
