package seveng

import (
	"context"
	"errors"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// lastLook is how long a call whose context has ended may still take to find
// out what became of a write.
const lastLook = 5 * time.Second

// busy is a service's wish to be left alone for a while.
type busy struct{ after time.Duration }

// Error says how long.
func (b *busy) Error() string { return "7G asks to wait " + b.after.String() }

// pause waits before a request is sent again, and as long as the service asked
// for in the answer that failed. It reports false when there is no time for it.
func (c *Client) pause(ctx context.Context, number int, failed error) bool {
	var b *busy
	if !errors.As(failed, &b) {
		b = &busy{}
	}
	return c.wire.Pause(ctx, number, b.after)
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
func lookUntil(ctx context.Context, pace httpclient.Consistency, look func(context.Context) (agrees bool, err error)) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	return pace.Until(ctx, look)
}
