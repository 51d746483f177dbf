// Package batch lets calls that are made at about the same time leave as one.
//
// A lone call leaves at once. A burst leaves together, without a fixed pause,
// because it is known who is likely to come. An operation announces the calls
// that it will make ([Operation.Expect]), so those that have arrived wait for
// those on their way. Operations also tell when they end: whoever runs them,
// so many at a time, starts another one soon after that, which may come here
// too. A load leaves when nobody is left who may come, when it is full, or when
// those who may come are late: when they take longer than about three times the time
// that others have taken. The times are learned from what was seen, and limited.
//
// Nobody waits for ever. A load that has not left waits until a point in time
// that is known beforehand, whatever happens: a caller that is stuck, or never
// comes, is late after a while, and a load leaves after [longestWait] at the
// latest. A caller whose row has left waits for the answer or, once its context
// has ended, for a limited time. The lock is held for bookkeeping only, never
// while something is sent or waited for. So whatever else a caller holds while
// it waits, another one that wants it can delay a load but not stop it.
package batch

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// ErrNotSent says that a caller's context ended before its row had left. It
// never will.
var ErrNotSent = errors.New("it was not sent")

// ErrUnanswered says that a row had left, and that its caller's context ended
// and no answer came for a while after that.
var ErrUnanswered = errors.New("no answer came")

// Sending sends rows of one key together. ctx is that of the caller if there
// is only one row. Otherwise it carries the values of the first caller, and
// ends when every caller's context has.
type Sending[R, A any] func(ctx context.Context, rows []R) A

// Config says how calls leave.
type Config struct {
	Limit int // the most rows of one load; 1 sends each by itself
	// Grace is how long a caller whose context has ended still waits for the
	// answer to a row that had left.
	Grace time.Duration
	// Patience is how long a call that was announced is waited for at least; 0
	// means 20 ms. Tests that need company raise it.
	Patience time.Duration
}

// Batches are rows on their way, by key. They are safe for concurrent use.
type Batches[K comparable, R, A any] struct {
	config Config
	send   Sending[R, A]

	mu    sync.Mutex
	lines map[K]*line[R, A]
	crew  crew
}

// New makes batches that leave by way of send.
func New[K comparable, R, A any](config Config, send Sending[R, A]) *Batches[K, R, A] {
	b := &Batches[K, R, A]{config: config, send: send, lines: make(map[K]*line[R, A])}
	b.crew.coming.least = config.Patience
	return b
}

// line is what is known of one key. It exists while somebody is expected or
// waits to leave.
type line[R, A any] struct {
	expected map[any]time.Time // the places of those on their way, since when
	waiting  *load[R, A]       // nil when nobody waits
}

// load is what leaves together.
type load[R, A any] struct {
	members []*member[R]
	begun   time.Time
	wake    *time.Timer
	left    bool
	present int // members whose context has not ended, once it has left
	cancel  context.CancelFunc
	done    chan struct{} // closed when the answer is there
	answer  A
}

type member[R any] struct {
	ctx context.Context
	row R
}

// longestWait is how long a load waits at most.
const longestWait = 3 * time.Second

// Operation is something that makes calls, one after the other. It is used by
// one goroutine at a time.
type Operation[K comparable, R, A any] struct {
	batches *Batches[K, R, A]
	places  map[*Place[K, R, A]]bool // announced, and not used yet
}

// Begin starts an operation. It has to be ended.
func (b *Batches[K, R, A]) Begin() *Operation[K, R, A] {
	o := &Operation[K, R, A]{batches: b, places: make(map[*Place[K, R, A]]bool)}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.crew.begin()
	b.crew.idle(o)
	b.settleAll()
	return o
}

// End ends an operation and withdraws what it announced.
func (o *Operation[K, R, A]) End() {
	b := o.batches
	b.mu.Lock()
	defer b.mu.Unlock()
	for place := range o.places {
		delete(b.line(place.key).expected, place)
	}
	clear(o.places)
	b.crew.busy(o)
	b.crew.end()
	b.settleAll()
}

// Place is that of one call that an operation will make. It is used once.
type Place[K comparable, R, A any] struct {
	operation *Operation[K, R, A]
	key       K
}

// Expect announces a call.
func (o *Operation[K, R, A]) Expect(key K) *Place[K, R, A] {
	place := &Place[K, R, A]{o, key}
	b := o.batches
	b.mu.Lock()
	defer b.mu.Unlock()
	b.crew.busy(o)
	o.places[place] = true
	b.line(key).expected[place] = time.Now()
	b.settleAll()
	return place
}

// Key is what the place was announced for.
func (p *Place[K, R, A]) Key() K { return p.key }

// Withdraw says that the call will not be made. After Arrive it does nothing.
func (p *Place[K, R, A]) Withdraw() {
	b := p.operation.batches
	b.mu.Lock()
	defer b.mu.Unlock()
	p.leave()
	p.operation.rest()
	b.settleAll()
}

// leave takes the place from those expected. The lock is held.
func (p *Place[K, R, A]) leave() (since time.Time, expected bool) {
	l := p.operation.batches.line(p.key)
	since, expected = l.expected[p]
	delete(l.expected, p)
	delete(p.operation.places, p)
	return since, expected
}

// rest notes that the operation goes on without a call in sight, if that is
// so. The lock is held.
func (o *Operation[K, R, A]) rest() {
	if len(o.places) == 0 {
		o.batches.crew.idle(o)
	}
}

// Arrive sends a row in company, and returns the answer with the number of
// rows that it is about. The error is [ErrNotSent] or [ErrUnanswered].
func (p *Place[K, R, A]) Arrive(ctx context.Context, row R) (answer A, rows int, err error) {
	if ctx.Err() != nil {
		p.Withdraw()
		return answer, 0, ErrNotSent
	}
	b := p.operation.batches
	boarded, own := b.board(ctx, p, row)
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		p.operation.rest()
		b.settleAll()
	}()
	select {
	case <-boarded.done:
		return boarded.answer, len(boarded.members), nil
	case <-ctx.Done():
	}
	if !b.disembark(p.key, boarded, own) {
		return answer, 0, ErrNotSent
	}
	late := time.NewTimer(b.config.Grace)
	defer late.Stop()
	select {
	case <-boarded.done:
		return boarded.answer, len(boarded.members), nil
	case <-late.C:
		return answer, len(boarded.members), ErrUnanswered
	}
}

// board adds a row to the load that waits, and begins one if there is none.
func (b *Batches[K, R, A]) board(ctx context.Context, p *Place[K, R, A], row R) (*load[R, A], *member[R]) {
	own := &member[R]{ctx, row}
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.line(p.key)
	if l.waiting == nil {
		l.waiting = &load[R, A]{begun: time.Now(), done: make(chan struct{})}
	}
	boarded := l.waiting
	boarded.members = append(boarded.members, own)
	if since, expected := p.leave(); expected {
		b.crew.coming.learn(time.Since(since))
	}
	b.crew.busy(p.operation)
	b.settleAll()
	return boarded, own
}

// disembark is for a member whose context has ended. It reports whether its
// row had left.
func (b *Batches[K, R, A]) disembark(key K, from *load[R, A], own *member[R]) (left bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if from.left {
		if from.present--; from.present == 0 {
			from.cancel()
		}
		return true
	}
	from.members = slices.DeleteFunc(from.members, func(m *member[R]) bool { return m == own })
	if len(from.members) == 0 {
		from.stopWaking()
		b.lines[key].waiting = nil
	}
	b.settleAll()
	return false
}

// line is that of a key. The lock is held.
func (b *Batches[K, R, A]) line(key K) *line[R, A] {
	l := b.lines[key]
	if l == nil {
		l = &line[R, A]{expected: make(map[any]time.Time)}
		b.lines[key] = l
	}
	return l
}

// settleAll sends the loads for which there is nobody to wait, and sees to it
// that the others are looked at again in time. It is called whenever something
// has changed, with the lock held.
func (b *Batches[K, R, A]) settleAll() {
	for key, l := range b.lines {
		if l.waiting != nil {
			b.settle(l)
		}
		if l.waiting == nil && len(l.expected) == 0 {
			delete(b.lines, key)
		}
	}
}

func (b *Batches[K, R, A]) settle(l *line[R, A]) {
	waiting := l.waiting
	pause := b.pause(l)
	if pause <= 0 || len(waiting.members) >= b.config.Limit {
		l.waiting = nil
		b.dispatch(waiting)
		return
	}
	waiting.stopWaking()
	waiting.wake = time.AfterFunc(pause, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.settleAll()
	})
}

// pause is how long it is worth to wait, if nothing else happens.
func (b *Batches[K, R, A]) pause(l *line[R, A]) time.Duration {
	pause := b.crew.pause()
	for _, since := range l.expected {
		pause = max(pause, b.crew.coming.patience()-time.Since(since))
	}
	return min(pause, longestWait-time.Since(l.waiting.begun))
}

func (l *load[R, A]) stopWaking() {
	if l.wake != nil {
		l.wake.Stop()
	}
}

// dispatch sends a load. The lock is held.
func (b *Batches[K, R, A]) dispatch(l *load[R, A]) {
	l.stopWaking()
	l.left, l.present = true, len(l.members)
	ctx := l.members[0].ctx
	if len(l.members) > 1 {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, l.cancel = context.WithCancel(ctx)
	rows := make([]R, 0, len(l.members))
	for _, m := range l.members {
		rows = append(rows, m.row)
	}
	go func() {
		defer l.cancel()
		l.answer = b.send(ctx, rows)
		close(l.done)
	}()
}
