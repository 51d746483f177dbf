package seveng

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/settle"
)

const (
	firstPause   = 250 * time.Millisecond
	longestPause = 30 * time.Second
	// lastLook is how long a call whose context has ended may still take to
	// find out what became of a write.
	lastLook = 5 * time.Second
)

// busy is a service's wish to be left alone for a while.
type busy struct{ after time.Duration }

// Error says how long.
func (b *busy) Error() string { return "7G asks to wait " + b.after.String() }

// pause waits before a write is sent again: longer each time, spread so that
// many callers do not come back together, and as long as the service asked
// for in its answer. It reports false when ctx ends first.
func (c *Client) pause(ctx context.Context, number int, failed error) bool {
	wait := c.retryTime
	if wait == 0 {
		wait = firstPause
	}
	for range number {
		wait = min(2*wait, longestPause)
	}
	wait = wait/2 + rand.N(wait/2+1)
	var b *busy
	if errors.As(failed, &b) {
		wait = max(wait, b.after)
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		c.transport.Repeating(ctx, "the last attempt brought no usable answer, and nothing shows that it was done")
		return true
	}
}

// afterwards is a context for finding out what became of a write. It outlives
// ctx by a few seconds: a run that is cancelled, or whose time is over, must
// still learn whether it left a record behind.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return ctx, func() {}
	}
	return context.WithTimeout(context.WithoutCancel(ctx), lastLook)
}

// lookUntil repeats look while it contradicts a write that was, or may have
// been, done just now: 7G does not say how soon a write can be read.
func lookUntil(ctx context.Context, pace settle.Pace, look func(context.Context) (agrees bool, err error)) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	return pace.Until(ctx, look)
}
