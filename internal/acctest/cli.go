package acctest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/cli"
)

// CLI is Terraform in a folder of its own, with the provider as a process of
// its own, as it runs outside of tests. It stands in for terraform-plugin-testing
// where the provider's process matters, or a command that its steps do not know.
type CLI struct {
	t         testing.TB
	path      string
	directory string
	variables []string // beside those of the machine; the last of a name counts
}

// required names the provider in full, so that OpenTofu does not look for it in
// a registry of its own.
const required = `
terraform {
  required_providers {
    reach = { source = "registry.terraform.io/reachops/reach" }
  }
}
`

// NewCLI prepares a folder with the configuration. It uses the CLI that
// TF_ACC_TERRAFORM_PATH names, or the one on the PATH.
func NewCLI(t testing.TB, configuration string) *CLI {
	t.Helper()
	c := newCLI(t)
	c.Configure(configuration)
	return c
}

func newCLI(t testing.TB) *CLI {
	t.Helper()
	path, err := cli.Path()
	if err != nil {
		t.Fatal(err)
	}
	return &CLI{t: t, path: path, directory: t.TempDir()}
}

// Configure makes this the whole configuration of the root module.
func (c *CLI) Configure(configuration string) {
	c.t.Helper()
	c.Write("main.tf", required+configuration)
}

// Module adds a module to the folder, or replaces it. Its source is its name
// behind "./".
func (c *CLI) Module(name, configuration string) {
	c.t.Helper()
	c.Write(filepath.Join(name, "main.tf"), required+configuration)
}

// Write puts a file into the folder, in place of one of that name.
func (c *CLI) Write(name, text string) {
	c.t.Helper()
	path := filepath.Join(c.directory, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Attach lets the commands that follow use this process. Terraform still has
// to initialise the folder, but installs nothing.
func (c *CLI) Attach(provider *Provider) { c.Set("TF_REATTACH_PROVIDERS", provider.reattach) }

// Directory is the folder with the configuration, the state and all else that
// commands leave behind.
func (c *CLI) Directory() string { return c.directory }

// Set sets an environment variable for the commands that follow, and for the
// provider that they start.
func (c *CLI) Set(name, value string) { c.variables = append(c.variables, name+"="+value) }

// Install lets the commands that follow start the provider in this folder by
// themselves, as a user's would. It takes no initialising.
func (c *CLI) Install(folder string) {
	c.t.Helper()
	path := filepath.Join(c.t.TempDir(), "terraform.rc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/reachops/reach\" = %q\n  }\n  direct {}\n}\n", folder)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.Set("TF_CLI_CONFIG_FILE", path)
}

// Run runs one command and returns what it printed. The error says that it
// did not succeed.
func (c *CLI) Run(arguments ...string) (string, error) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, c.path, append(arguments, "-no-color")...)
	command.Dir = c.directory
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "TF_CLI_CONFIG_FILE=") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, c.variables...)
	printed, err := command.CombinedOutput()
	return string(printed), errors.Join(ctx.Err(), err)
}

// MustRun is Run for a command that has to succeed.
func (c *CLI) MustRun(arguments ...string) string {
	c.t.Helper()
	printed, err := c.Run(arguments...)
	if err != nil {
		c.t.Fatalf("terraform %s: %v\n%s", strings.Join(arguments, " "), err, printed)
	}
	return printed
}

// Refused runs a command that has to fail, with these texts in what it prints,
// wherever the CLI breaks its lines.
func (c *CLI) Refused(texts []string, arguments ...string) {
	c.t.Helper()
	printed, err := c.Run(arguments...)
	if err == nil {
		c.t.Fatalf("%s was to fail, and succeeded:\n%s", strings.Join(arguments, " "), printed)
	}
	words := strings.Join(strings.Fields(strings.ReplaceAll(printed, "│", " ")), " ")
	for _, text := range texts {
		if !strings.Contains(words, text) {
			c.t.Errorf("%s: %q is not in\n%s", strings.Join(arguments, " "), text, printed)
		}
	}
}

var (
	building sync.Once
	built    string
)

// BuildProvider builds the provider as it is released, once for all tests of a
// package, into the folder of [Main], and returns its path.
func BuildProvider(t testing.TB) string {
	t.Helper()
	building.Do(func() {
		path := filepath.Join(filepath.Dir(os.Getenv("TF_CLI_CONFIG_FILE")), "built", "terraform-provider-reach")
		if runtime.GOOS == "windows" {
			path += ".exe"
		}
		// Not the context of this test, which may end before that of another.
		if err := cli.Build(context.WithoutCancel(t.Context()), path, cli.Module); err != nil {
			t.Fatal(err)
		}
		built = path
	})
	if built == "" {
		t.Fatal("the provider was not built")
	}
	return built
}

// Provider is a running process of the provider.
type Provider struct {
	reattach string // for TF_REATTACH_PROVIDERS
	kill     func() error
}

var reattachConfiguration = regexp.MustCompile(`TF_REATTACH_PROVIDERS=.*?(\{.*\})`)

// StartProvider starts the provider in the way that debuggers use: it serves
// any number of commands, and Terraform does not end it.
func StartProvider(t testing.TB, path string) *Provider {
	t.Helper()
	// The socket, which a killed process leaves behind. Its path must be short.
	directory, err := os.MkdirTemp("", "reach-") //nolint:usetesting // t.TempDir would make the path too long
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(path, "-debug")
	process.Env = append(os.Environ(), "TMPDIR="+directory)
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	p := &Provider{kill: sync.OnceValue(func() error {
		err := process.Process.Kill()
		// How it ended is known.
		_ = process.Wait()
		return err
	})}
	t.Cleanup(func() {
		if err := errors.Join(p.kill(), os.RemoveAll(directory)); err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewScanner(output)
	for p.reattach == "" && lines.Scan() {
		if found := reattachConfiguration.FindStringSubmatch(lines.Text()); found != nil {
			p.reattach = found[1]
		}
	}
	if p.reattach == "" {
		t.Fatalf("the provider printed no TF_REATTACH_PROVIDERS: %v", lines.Err())
	}
	// What is left is of no interest, but must not fill the pipe.
	go func() { _, _ = io.Copy(io.Discard, output) }()
	return p
}

// Kill ends the process at once, as the system does when it runs out of
// memory, and returns when it is gone.
func (p *Provider) Kill(t testing.TB) {
	t.Helper()
	if err := p.kill(); err != nil {
		t.Error(err)
	}
}
