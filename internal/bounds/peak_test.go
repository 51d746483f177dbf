package bounds_test

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// peak is the most memory that this process has taken so far: what the system
// says where it says it, otherwise what the runtime has asked the system for.
func peak(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return int64(memory.Sys)
	}
	for line := range strings.Lines(string(status)) {
		if text, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, err := strconv.ParseInt(strings.Fields(text)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kilobytes << 10
		}
	}
	t.Fatalf("the system does not tell of VmHWM:\n%s", status)
	return 0
}
