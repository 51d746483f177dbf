package httpclient

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrNotSent says that a caller's context ended before its item was handed on.
// It never will be.
var ErrNotSent = errors.New("it was not sent")

// ErrUnanswered says that an item was handed on, that its caller's context has
// ended, and that no result came for a while after that.
var ErrUnanswered = errors.New("no answer came")

// Batcher collects the calls that are made at about the same time and hands
// their items on together: when no other has come for Quiet, when the first has
// waited for Longest, or when Limit of them are there. Callers whose batch has
// just ended often come again, one after the other, so a batch that is smaller
// than the one before waits for Patience in place of Quiet, and one that is as
// large for a quarter of it. The fields are set before the first call.
type Batcher[T, R any] struct {
	// Run gets one or more items and returns as many results, in their order. Its
	// context carries the values of the first caller; it ends when the context
	// of every caller has.
	Run func(ctx context.Context, items []T) []R
	// Limit is the most items of one batch; 1 hands each on at once.
	Limit int
	// Quiet is how long a batch waits for another item.
	Quiet time.Duration
	// Patience is how long a batch waits for another item while it is smaller
	// than the one that ended a moment ago; 0 means Quiet.
	Patience time.Duration
	// Longest is how long a batch waits at most.
	Longest time.Duration
	// Grace is how long a caller whose context has ended still waits for the
	// result of an item that was handed on.
	Grace time.Duration

	mu    sync.Mutex
	open  *batch[T, R] // nil when nobody waits
	size  int          // of the batches that ended last
	ended time.Time    // when it did
}

// momentAgo is how long the size of a batch says something about the next one.
const momentAgo = time.Second

type batch[T, R any] struct {
	opened  time.Time
	timer   *time.Timer
	callers []caller[T, R]
	waiting int // callers whose context has not ended
	closed  bool
	cancel  context.CancelFunc
	done    chan struct{} // closed when the results are there
}

type caller[T, R any] struct {
	ctx    context.Context
	item   T
	gone   bool // its context ended before the batch was handed on
	result R
}

// Do hands item on, together with those of other callers if there are any, and
// returns its result. The error is [ErrNotSent] or [ErrUnanswered].
func (b *Batcher[T, R]) Do(ctx context.Context, item T) (R, error) {
	var none R
	if ctx.Err() != nil {
		return none, ErrNotSent
	}
	in, place := b.join(ctx, item)
	select {
	case <-in.done:
		return in.callers[place].result, nil
	case <-ctx.Done():
	}
	if !b.leave(in, place) {
		return none, ErrNotSent
	}
	timer := time.NewTimer(b.Grace)
	defer timer.Stop()
	select {
	case <-in.done:
		return in.callers[place].result, nil
	case <-timer.C:
		return none, ErrUnanswered
	}
}

func (b *Batcher[T, R]) join(ctx context.Context, item T) (*batch[T, R], int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open == nil {
		opened := &batch[T, R]{opened: time.Now(), done: make(chan struct{})}
		opened.timer = time.AfterFunc(b.Quiet, func() { b.close(opened) })
		b.open = opened
	}
	in := b.open
	in.callers = append(in.callers, caller[T, R]{ctx: ctx, item: item})
	in.waiting++
	if in.waiting >= b.Limit {
		b.handOn(in)
	} else {
		in.timer.Reset(min(b.wait(in), b.Longest-time.Since(in.opened)))
	}
	return in, len(in.callers) - 1
}

// wait is how long a batch waits for another item: long while it is smaller than
// the one before, and hardly at all once it is as large.
func (b *Batcher[T, R]) wait(in *batch[T, R]) time.Duration {
	switch {
	case b.size < 2 || in.opened.Sub(b.ended) > momentAgo:
		return b.Quiet
	case in.waiting < b.size:
		return max(b.Quiet, b.Patience)
	}
	return b.Quiet / 4
}

func (b *Batcher[T, R]) close(in *batch[T, R]) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handOn(in)
}

// handOn is called with the lock held.
func (b *Batcher[T, R]) handOn(in *batch[T, R]) {
	if in.closed {
		return
	}
	in.closed = true
	in.timer.Stop()
	if b.open == in {
		b.open = nil
	}
	if in.waiting > 0 {
		go b.run(in)
	}
}

func (b *Batcher[T, R]) run(in *batch[T, R]) {
	defer close(in.done)
	b.mu.Lock()
	var items []T
	var places []int
	var ctxs []context.Context
	for i, one := range in.callers {
		if !one.gone {
			items, places, ctxs = append(items, one.item), append(places, i), append(ctxs, one.ctx)
		}
	}
	if len(items) == 0 {
		b.mu.Unlock()
		return
	}
	ctx, cancel := untilLast(ctxs)
	in.cancel = cancel
	if in.waiting == 0 { // every context ended meanwhile
		cancel()
	}
	b.mu.Unlock()
	defer cancel()
	for i, result := range b.Run(ctx, items) {
		in.callers[places[i]].result = result
	}
	b.mu.Lock()
	b.size, b.ended = max(len(items), b.size/2), time.Now()
	b.mu.Unlock()
}

// untilLast has the values of the first context and the latest of their
// deadlines.
func untilLast(ctxs []context.Context) (context.Context, context.CancelFunc) {
	if len(ctxs) == 1 {
		return context.WithCancel(ctxs[0])
	}
	values := context.WithoutCancel(ctxs[0])
	var latest time.Time
	for _, ctx := range ctxs {
		deadline, limited := ctx.Deadline()
		if !limited {
			return context.WithCancel(values)
		}
		if deadline.After(latest) {
			latest = deadline
		}
	}
	return context.WithDeadline(values, latest)
}

// leave notes that a caller's context has ended, and reports whether its item
// was handed on.
func (b *Batcher[T, R]) leave(in *batch[T, R], place int) (handedOn bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	in.waiting--
	if !in.closed {
		in.callers[place].gone = true
		return false
	}
	if in.waiting == 0 && in.cancel != nil {
		in.cancel()
	}
	return true
}
