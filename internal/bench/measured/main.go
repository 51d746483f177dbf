//go:build unix

// Command measured stands where Terraform expects a provider: it runs the one
// that REACH_BENCH_PROVIDER names, and adds what that process has used to the
// file that REACH_BENCH_USAGE names, as one line of JSON. It adds a few
// milliseconds to the start of a provider, of every one that is compared.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/reachops/terraform-provider-reach/internal/bench/usage"
)

func main() {
	// Terraform gets an interrupt as well, and ends its providers itself.
	signal.Ignore(os.Interrupt)
	provider := exec.Command(os.Getenv(usage.ProviderVariable), os.Args[1:]...)
	provider.Stdin, provider.Stdout, provider.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := provider.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		log.Fatal(err)
	}
	if err := note(provider.ProcessState); err != nil {
		log.Fatal(err)
	}
	if ended != nil {
		os.Exit(1)
	}
}

func note(ended *os.ProcessState) error {
	used, ok := ended.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("this system does not tell what a process has used")
	}
	peak := int64(used.Maxrss) << 10 //nolint:unconvert // it is shorter on some systems
	if runtime.GOOS == "darwin" {
		peak >>= 10 // the one system that counts bytes
	}
	line, err := json.Marshal(usage.Process{CPU: ended.UserTime() + ended.SystemTime(), Peak: peak})
	if err != nil {
		return err
	}
	file, err := os.OpenFile(os.Getenv(usage.FileVariable), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(line, '\n'))
	return errors.Join(err, file.Close())
}
