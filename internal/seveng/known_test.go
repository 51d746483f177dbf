package seveng

import (
	"sync"
	"sync/atomic"
	"testing"
)

// Creates that look for the same record at once do not all get it.
func TestOneCreateClaimsARecord(t *testing.T) {
	t.Parallel()
	var known knownRecords
	var claimed atomic.Int32
	var creates sync.WaitGroup
	for range 20 {
		creates.Go(func() {
			if known.claim(1001, true) {
				claimed.Add(1)
			}
		})
	}
	creates.Wait()
	if claimed.Load() != 1 {
		t.Errorf("%d creates claimed the record", claimed.Load())
	}
}
