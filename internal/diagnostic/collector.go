package diagnostic

import (
	"context"
	"sync"
	"time"
)

// DefaultQuiet is how long nothing must have been asked of the provider before
// an error is held to be the last of its kind. Between one instance and the next
// Terraform takes a few milliseconds.
const DefaultQuiet = 250 * time.Millisecond

// With -parallelism=1 no other can come while one waits. After one that came
// alone the next waits for this part of the period, and for less with each that
// follows, down to a tenth of that.
const (
	loneShare = 25
	mostLone  = 10
)

// Activity is what Terraform has the provider do at a time. It asks for each
// instance by itself, so that nothing else tells whether more are to come.
type Activity struct {
	// Quiet is the period; 0 means [DefaultQuiet].
	Quiet time.Duration

	mu      sync.Mutex
	running int
	last    time.Time
}

// Begin notes a call. It lasts until the function returned is called.
func (a *Activity) Begin() (end func()) {
	a.change(1)
	return func() { a.change(-1) }
}

func (a *Activity) change(by int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.running, a.last = a.running+by, time.Now()
}

func (a *Activity) period() time.Duration {
	if a.Quiet > 0 {
		return a.Quiet
	}
	return DefaultQuiet
}

// left is for how much longer nothing may happen to make up the period.
func (a *Activity) left(period time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.running > 0 {
		return period
	}
	return period - time.Since(a.last)
}

// settle returns when no call has run for the period, or ctx has ended. It needs
// no other bound: Terraform waits for each call that is running, too.
func (a *Activity) settle(ctx context.Context, period time.Duration) {
	for left := period; left > 0 && ctx.Err() == nil; left = a.left(period) {
		select {
		case <-ctx.Done():
		case <-time.After(left):
		}
	}
}

// Collector turns what would be a diagnostic for each record into one for all of
// them. The zero value is ready.
type Collector[T any] struct {
	mu    sync.Mutex
	items []T
	lone  int // how many in a row were about one record
}

// Collect hands records in. The first caller waits until no more are to
// come, and gets them all. The others get none, at once: theirs comes out of the
// first one's call, which has not ended. It must not be called while the
// caller's own call is noted as running.
func (c *Collector[T]) Collect(ctx context.Context, activity *Activity, items ...T) []T {
	activity.change(0)
	c.mu.Lock()
	isFirst, period := len(c.items) == 0, activity.period()
	c.items = append(c.items, items...)
	if c.lone > 0 {
		period /= time.Duration(loneShare * min(c.lone, mostLone))
	}
	c.mu.Unlock()
	if !isFirst {
		return nil
	}
	activity.settle(ctx, period)
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.items
	c.items, c.lone = nil, c.lone+1
	if len(all) > 1 {
		c.lone = 0
	}
	return all
}
