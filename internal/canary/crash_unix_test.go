//go:build unix

package canary_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// install lets Terraform start the provider through a script that notes its
// process.
func (w *world) install(folder string) {
	w.Helper()
	through := w.TempDir()
	script := fmt.Sprintf("#!/bin/sh\necho $$ > '%s'\nexec '%s' \"$@\"\n", filepath.Join(through, "process"), filepath.Join(folder, "terraform-provider-reach"))
	if err := os.WriteFile(filepath.Join(through, "terraform-provider-reach"), []byte(script), 0o700); err != nil {
		w.Fatal(err)
	}
	w.processFile = filepath.Join(through, "process")
	w.terraform.Install(through)
}

// crash ends the provider in the middle of a request in the way of a panic: the
// runtime prints every goroutine, which Terraform shows and logs.
func (w *world) crash() {
	w.Helper()
	var once sync.Once
	w.sim.Faults.Add(traffic.Fault{Operation: "detail", Kind: traffic.Act, Count: -1, Do: func() {
		once.Do(func() {
			text, err := os.ReadFile(w.processFile)
			if err != nil {
				w.Error(err)
				return
			}
			process, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err == nil {
				err = syscall.Kill(process, syscall.SIGQUIT)
			}
			if err != nil {
				w.Error(err)
			}
		})
	}})
	w.mustFail("a plan whose provider crashes", "Error: ", "plan", "-input=false")
	w.sim.Faults.Clear()
	if logged, err := os.ReadFile(filepath.Join(w.folder, "terraform.log")); err != nil || !strings.Contains(string(logged), "SIGQUIT") || !strings.Contains(string(logged), "goroutine ") {
		w.Errorf("the provider left no stacks in the log: %v", err)
	}
}
