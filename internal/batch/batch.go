// Package batch lets calls that are made at about the same time leave as one.
//
// A lone call leaves at once. So that a burst leaves together, callers announce
// themselves as soon as they know that they will come ([Batches.Expect]): those
// that have arrived wait for those that are on their way, and leave when
// everybody is there, when they are as many as may leave together, or when who
// is missing is late. Nobody is waited for who has not been announced, so
// there is no fixed pause.
//
// Nobody waits for ever. Who has arrived waits for others until a point in time
// that is known beforehand: a caller is late after about twice the time that
// callers have needed so far, and whatever is announced meanwhile, a load
// leaves after a few times that. Who has left waits for the answer, or, once its
// context has ended, for a limited time. The lock is held for bookkeeping only,
// never while something is sent or waited for. So whatever else a caller holds,
// another caller that waits for it delays a load and cannot stop it.
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

// Batches are rows on their way, by key. They are safe for concurrent use.
type Batches[K comparable, R, A any] struct {
	limit int
	grace time.Duration
	send  Sending[R, A]

	mu      sync.Mutex
	lines   map[K]*line[R, A]
	typical time.Duration // from an announcement to the arrival, on average
}

// New makes batches of at most limit rows. grace is how long a caller whose
// context has ended still waits for the answer to a row that had left.
func New[K comparable, R, A any](limit int, grace time.Duration, send Sending[R, A]) *Batches[K, R, A] {
	return &Batches[K, R, A]{limit: limit, grace: grace, send: send, lines: make(map[K]*line[R, A])}
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

// How long callers are waited for. A load that has waited for so many times
// the patience for one caller leaves, whoever is expected.
const (
	shortestPatience = 20 * time.Millisecond
	longestPatience  = time.Second
	patienceOfALoad  = 5
)

// patience is after which time a caller is late.
func (b *Batches[K, R, A]) patience() time.Duration {
	return min(max(2*b.typical, shortestPatience), longestPatience)
}

// Place is that of one caller. It is used once, by one goroutine at a time.
type Place[K comparable, R, A any] struct {
	batches *Batches[K, R, A]
	key     K
}

// Expect announces a caller. It has to end in Arrive or Withdraw; more of them
// do no harm.
func (b *Batches[K, R, A]) Expect(key K) *Place[K, R, A] {
	place := &Place[K, R, A]{b, key}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.line(key).expected[place] = time.Now()
	return place
}

// Key is what the place was announced for.
func (p *Place[K, R, A]) Key() K { return p.key }

// Withdraw says that the caller will not come. After Arrive it does nothing.
func (p *Place[K, R, A]) Withdraw() {
	p.batches.mu.Lock()
	defer p.batches.mu.Unlock()
	p.batches.depart(p, false)
}

// Arrive sends a row in company, and returns the answer with the number of
// rows that it is about. The error is [ErrNotSent] or [ErrUnanswered].
func (p *Place[K, R, A]) Arrive(ctx context.Context, row R) (answer A, rows int, err error) {
	if ctx.Err() != nil {
		p.Withdraw()
		return answer, 0, ErrNotSent
	}
	b := p.batches
	own := &member[R]{ctx, row}
	b.mu.Lock()
	l := b.line(p.key)
	if l.waiting == nil {
		l.waiting = &load[R, A]{begun: time.Now(), done: make(chan struct{})}
	}
	boarded := l.waiting
	boarded.members = append(boarded.members, own)
	b.depart(p, true)
	b.mu.Unlock()

	select {
	case <-boarded.done:
		return boarded.answer, len(boarded.members), nil
	case <-ctx.Done():
	}
	if !b.leave(p.key, boarded, own) {
		return answer, 0, ErrNotSent
	}
	late := time.NewTimer(b.grace)
	defer late.Stop()
	select {
	case <-boarded.done:
		return boarded.answer, len(boarded.members), nil
	case <-late.C:
		return answer, len(boarded.members), ErrUnanswered
	}
}

// leave is for a member whose context has ended. It reports whether its row
// had left.
func (b *Batches[K, R, A]) leave(key K, from *load[R, A], own *member[R]) (left bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if from.left {
		if from.present--; from.present == 0 {
			from.cancel()
		}
		return true
	}
	from.members = slices.DeleteFunc(from.members, func(m *member[R]) bool { return m == own })
	l := b.lines[key]
	if len(from.members) == 0 {
		from.stopWaiting()
		l.waiting = nil
	}
	b.settle(key, l)
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

// depart takes a caller from those that are on their way. The lock is held.
func (b *Batches[K, R, A]) depart(p *Place[K, R, A], arrived bool) {
	l := b.lines[p.key]
	if l == nil {
		return
	}
	since, expected := l.expected[p]
	delete(l.expected, p)
	if arrived && expected {
		b.learn(time.Since(since))
	}
	b.settle(p.key, l)
}

// learn adds one caller's time on its way to the average, in which new ones
// count for more than old ones.
func (b *Batches[K, R, A]) learn(needed time.Duration) {
	needed = min(needed, longestPatience)
	if b.typical == 0 {
		b.typical = needed
	}
	b.typical += (needed - b.typical) / 8
}

// settle sends what waits if there is nobody to wait for, and otherwise sees
// to it that it is looked at again in time. The lock is held.
func (b *Batches[K, R, A]) settle(key K, l *line[R, A]) {
	if waiting := l.waiting; waiting != nil {
		if pause := b.pause(l); pause > 0 && len(waiting.members) < b.limit {
			waiting.stopWaiting()
			waiting.wake = time.AfterFunc(pause, func() {
				b.mu.Lock()
				defer b.mu.Unlock()
				if !waiting.left && l.waiting == waiting {
					b.settle(key, l)
				}
			})
		} else {
			l.waiting = nil
			b.dispatch(waiting)
		}
	}
	if l.waiting == nil && len(l.expected) == 0 && b.lines[key] == l {
		delete(b.lines, key)
	}
}

// pause is how long it is worth to wait for those on their way.
func (b *Batches[K, R, A]) pause(l *line[R, A]) time.Duration {
	patience := b.patience()
	var pause time.Duration
	for _, since := range l.expected {
		pause = max(pause, patience-time.Since(since))
	}
	return min(pause, patienceOfALoad*patience-time.Since(l.waiting.begun))
}

func (l *load[R, A]) stopWaiting() {
	if l.wake != nil {
		l.wake.Stop()
	}
}

// dispatch sends a load. The lock is held.
func (b *Batches[K, R, A]) dispatch(l *load[R, A]) {
	l.stopWaiting()
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
