// Package usage is what the bench and the command that stands before each
// measured provider tell each other.
package usage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// The environment variables that tell the command what to run, and where to
// note what that has used.
const (
	ProviderVariable = "REACH_BENCH_PROVIDER"
	FileVariable     = "REACH_BENCH_USAGE"
)

// Process is what one process of a provider has used in its life.
type Process struct {
	CPU  time.Duration `json:"cpu"`  // user and system
	Peak int64         `json:"peak"` // bytes of memory
}

// Take reads what the processes of one run of Terraform have noted, and
// empties the file. A run may start a provider several times: their CPU time
// is added up, and their peaks, one after the other, are not.
func Take(file string) (Process, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Process{}, err
	}
	var all Process
	lines := bytes.Fields(text)
	if len(lines) == 0 {
		return all, errors.New("no provider has ended by itself")
	}
	for _, line := range lines {
		var one Process
		if err := json.Unmarshal(line, &one); err != nil {
			return all, fmt.Errorf("%s: %w", file, err)
		}
		all.CPU += one.CPU
		all.Peak = max(all.Peak, one.Peak)
	}
	return all, os.Remove(file)
}
