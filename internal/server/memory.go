package server

import (
	"os"
	"runtime/debug"

	"github.com/reachops/terraform-provider-reach/internal/services"
)

// SpendMemory trades memory for time: left alone, the garbage collector keeps
// a process of 10 MB at 10 MB, and takes a quarter of its CPU time for that.
// What is set in the environment stays.
func SpendMemory() {
	const percent = 250 // of what is in use, may be garbage; less of it above the limit
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(services.MemoryLimit)
	}
}
