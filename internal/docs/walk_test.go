package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/cli"
	"github.com/reachops/terraform-provider-reach/internal/simulator"
	"github.com/reachops/terraform-provider-reach/internal/simulator/simulatortest"
)

// home is a person's home folder after make install, and what else all walks
// share: the CLI under the name that the guides use, and a built simulator.
type home struct {
	environment []string
	directory   string // on the PATH
	simulator   string
	install     sync.Once
}

// newHome makes one in which nothing is installed yet.
func newHome(t *testing.T) *home {
	t.Helper()
	directory := t.TempDir()
	path, err := cli.Path()
	if err != nil {
		t.Fatal(err)
	}
	if path, err = filepath.Abs(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, filepath.Join(directory, "terraform")); err != nil {
		t.Fatal(err)
	}
	h := &home{directory: directory, simulator: filepath.Join(directory, "reach-simulator")}
	for name, value := range cli.PlainEnvironment() {
		// ADDRESS and the like are variables of make.
		if !slices.Contains([]string{"HOME", "PATH", "ADDRESS", "ARGS", "VERSION", "MAKEFLAGS", "MAKELEVEL"}, name) {
			h.environment = append(h.environment, name+"="+value)
		}
	}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} { // which would otherwise be in the new home
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		h.environment = append(h.environment, name+"="+strings.TrimSpace(string(value)))
	}
	h.environment = append(h.environment,
		"HOME="+directory, "PATH="+directory+string(os.PathListSeparator)+os.Getenv("PATH"),
		"TF_CLI_CONFIG_FILE="+os.Getenv("TF_CLI_CONFIG_FILE"), "CHECKPOINT_DISABLE=1",
		// What a person answers, and the colours that nobody sees.
		"TF_CLI_ARGS_apply=-auto-approve -input=false -no-color", "TF_CLI_ARGS_destroy=-auto-approve -input=false -no-color",
		"TF_CLI_ARGS_init=-input=false -no-color", "TF_CLI_ARGS_plan=-input=false -no-color", "TF_CLI_ARGS_test=-no-color",
		"ADDRESS=127.0.0.1:0", // of make simulator, so that nothing is in its way
	)
	if err := cli.Build(t.Context(), h.simulator, cli.Module+"/internal/simulator/reach-simulator"); err != nil {
		t.Fatal(err)
	}
	return h
}

// walk is one person's way through the commands of a page, in its order.
type walk struct {
	t           *testing.T
	page        page
	home        *home
	directory   string
	environment []string // what the simulator said to export
	left        []string // the commands that were not run yet
	interrupt   func()   // ends the simulator that is running
}

func newWalk(t *testing.T, p page, h *home) *walk {
	t.Helper()
	w := &walk{t: t, page: p, home: h, directory: t.TempDir(), left: p.shell, interrupt: func() {}}
	t.Cleanup(func() { w.interrupt() })
	return w
}

// next takes the page's next command, which has to be this one.
func (w *walk) next(command string) {
	w.t.Helper()
	if len(w.left) == 0 || w.left[0] != command {
		w.t.Fatalf("the walk comes to %q, and the page has %q", command, w.left)
	}
	w.left = w.left[1:]
}

// write puts a file into the folder that the person works in.
func (w *walk) write(name, text string) {
	w.t.Helper()
	path := filepath.Join(w.directory, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// runs runs the page's next commands, each of which succeeds.
func (w *walk) runs(commands ...string) string {
	w.t.Helper()
	var all string
	for _, command := range commands {
		w.next(command)
		printed, err := w.shell(w.directory, command)
		if err != nil {
			w.t.Fatalf("%s: %v\n%s", command, err, printed)
		}
		all += printed
	}
	return all
}

// also runs a command that is not on the page, and succeeds.
func (w *walk) also(command string) string {
	w.t.Helper()
	w.left = append([]string{command}, w.left...)
	return w.runs(command)
}

// moves goes on in another folder, with these files alone: another machine's.
func (w *walk) moves(files ...string) {
	w.t.Helper()
	from := w.directory
	w.directory = w.t.TempDir()
	for _, file := range files {
		w.write(file, read(w.t, filepath.Join(from, file)))
	}
}

// builds puts a program of the release into the person's path.
func (w *walk) builds(name, folder string) {
	w.t.Helper()
	if err := cli.Build(w.t.Context(), filepath.Join(filepath.Dir(w.home.simulator), name), cli.Module+folder); err != nil {
		w.t.Fatal(err)
	}
}

// isRefused runs the page's next command, which fails with a message.
func (w *walk) isRefused(command, summary string) {
	w.t.Helper()
	w.next(command)
	if printed, err := w.shell(w.directory, command); err == nil || !strings.Contains(printed, summary) {
		w.t.Fatalf("%s was to fail with %q: %v\n%s", command, summary, err, printed)
	}
}

// installs runs make install, which other walks may have done.
func (w *walk) installs() {
	w.t.Helper()
	w.home.install.Do(func() {
		if printed, err := w.shell(root, "make install"); err != nil {
			w.t.Fatalf("make install: %v\n%s", err, printed)
		}
	})
}

// inCheckout runs the page's next command in the root of the repository, with
// other names of files, so that it leaves nothing there.
func (w *walk) inCheckout(command string, files ...string) string {
	w.t.Helper()
	w.next(command)
	printed, err := w.shell(root, strings.NewReplacer(files...).Replace(command))
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", command, err, printed)
	}
	return printed
}

func (w *walk) shell(directory, command string) (string, error) {
	w.t.Helper()
	shell := exec.CommandContext(w.t.Context(), "sh", "-c", command)
	shell.Dir, shell.Env = directory, slices.Concat(w.home.environment, w.environment)
	printed, err := shell.CombinedOutput()
	return string(printed), err
}

var (
	exported = regexp.MustCompile(`(?m)^ *export ([A-Z_]+)=(\S+)$`)
	port     = regexp.MustCompile(`127\.0\.0\.1:\d+`)
)

// simulate starts the simulator where the page leaves it to the reader.
func (w *walk) simulate() {
	w.t.Helper()
	w.left = append([]string{"make simulator"}, w.left...)
	w.simulates("make simulator")
}

// simulateWorld is simulate for a simulator that starts from a seed.
func (w *walk) simulateWorld(seed *simulator.Seed) {
	w.t.Helper()
	var world strings.Builder
	if err := seed.Write(&world); err != nil {
		w.t.Fatal(err)
	}
	w.write("world.json", world.String())
	command := `make simulator ARGS="-seed world.json"`
	w.left = append([]string{command}, w.left...)
	w.simulates(command)
}

// simulates runs the page's next command, a make simulator, in place of the one
// before, and returns what it prints: until it listens, or until it ends where
// it only prints something. Make itself says what it would run, so that a built
// simulator can do it in place of go run, which outlives an interrupt.
func (w *walk) simulates(command string) string {
	w.t.Helper()
	w.interrupt()
	w.interrupt = func() {}
	w.next(command)
	recipe, err := w.shell(root, port.ReplaceAllString(strings.Replace(command, "make ", "make -n --no-print-directory ", 1), "127.0.0.1:0"))
	program := "go run ./internal/simulator/reach-simulator"
	if err != nil || !strings.HasPrefix(recipe, program) {
		w.t.Fatalf("%s: %v\n%s", command, err, recipe)
	}
	shell := exec.CommandContext(w.t.Context(), "sh", "-c", "exec "+strings.Replace(recipe, program, w.home.simulator, 1))
	shell.Dir, shell.Env = w.directory, w.home.environment
	out := &simulatortest.Screen{}
	shell.Stdout, shell.Stderr = out, out
	if err := shell.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan struct{})
	var failure error
	go func() {
		defer close(ended)
		failure = shell.Wait()
	}()
	for {
		select {
		case <-ended:
			if failure != nil {
				w.t.Fatalf("%s: %v\n%s", command, failure, out)
			}
			return out.String()
		case <-time.After(10 * time.Millisecond):
		}
		if strings.Contains(out.String(), "Ctrl-C ends it") {
			w.interrupt = func() {
				_ = shell.Process.Signal(os.Interrupt) // Ctrl-C; it may have ended by itself
				<-ended
			}
			w.environment = nil
			for _, found := range exported.FindAllStringSubmatch(out.String(), -1) {
				w.environment = append(w.environment, found[1]+"="+found[2])
			}
			return out.String()
		}
	}
}

// exports takes the page's next commands, which have to be those that the
// simulator printed, but for the port.
func (w *walk) exports() {
	w.t.Helper()
	shown := map[string]string{}
	for len(w.left) > 0 && exported.MatchString(w.left[0]) {
		found := exported.FindStringSubmatch(w.left[0])
		shown[found[1]] = port.ReplaceAllString(found[2], "")
		w.left = w.left[1:]
	}
	printed := map[string]string{}
	for _, variable := range w.environment {
		name, value, _ := strings.Cut(variable, "=")
		printed[name] = port.ReplaceAllString(value, "")
	}
	if !maps.Equal(shown, printed) {
		w.t.Errorf("the page exports %v, the simulator prints %v", shown, printed)
	}
}
