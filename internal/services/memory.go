package services

import (
	"os"
	"runtime/debug"
	"sync"
)

// MemoryLimit is how many bytes the provider takes before it collects garbage
// more often, for records that are resource instances of their own.
const MemoryLimit = 64 << 20

// bytesForRow are those that a row of a resource with many records takes in
// addition, in state and in plan together. Below what is in use, a limit has the
// garbage collector run all the time.
const bytesForRow = 4100

var raising sync.Mutex

// RaiseMemoryLimit makes room for a resource with so many rows. A limit that is
// set in the environment stays.
func RaiseMemoryLimit(rows int) {
	raising.Lock()
	defer raising.Unlock()
	limit := MemoryLimit + int64(rows)*bytesForRow
	if os.Getenv("GOMEMLIMIT") == "" && limit > debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(limit)
	}
}
