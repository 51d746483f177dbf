package whatcounts

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// locks keeps two operations of this process from working on one address at
// the same time. Which contact a command means depends on who else is on the
// address, so a look and the command that relies on it belong together. The
// zero value is ready for use.
type locks struct {
	mu   sync.Mutex
	held map[string]*lock
}

type lock struct {
	taken chan struct{} // holds one element while somebody has the lock
	users int           // who has it or waits for it
}

// hold waits for the addresses, which compare without regard to case. They are
// taken in a fixed order, so that two callers never wait for each other.
func (l *locks) hold(ctx context.Context, addresses ...string) (release func(), err error) {
	keys := make([]string, 0, len(addresses))
	for _, address := range addresses {
		keys = append(keys, strings.ToLower(address))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	for i, key := range keys {
		if err := l.take(ctx, key); err != nil {
			l.release(keys[:i])
			return nil, err
		}
	}
	return func() { l.release(keys) }, nil
}

func (l *locks) take(ctx context.Context, key string) error {
	l.mu.Lock()
	if l.held == nil {
		l.held = make(map[string]*lock)
	}
	this := l.held[key]
	if this == nil {
		this = &lock{taken: make(chan struct{}, 1)}
		l.held[key] = this
	}
	this.users++
	l.mu.Unlock()
	select {
	case this.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		l.leave(key)
		return ctx.Err()
	}
}

func (l *locks) release(keys []string) {
	for _, key := range keys {
		l.mu.Lock()
		<-l.held[key].taken
		l.mu.Unlock()
		l.leave(key)
	}
}

func (l *locks) leave(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[key].users--; l.held[key].users == 0 {
		delete(l.held, key)
	}
}
