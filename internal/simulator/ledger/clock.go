package ledger

import (
	"sync"
	"time"
)

// Clock is the time of a simulated service. It runs with the machine's clock
// until a test moves it. The zero value is ready for use.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is the simulated time, in UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().UTC().Add(c.offset)
}

// Advance moves the clock by d, which may be negative.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}
