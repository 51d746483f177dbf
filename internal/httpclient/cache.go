package httpclient

import (
	"context"
	"errors"
	"sync"
)

// Cache keeps what load answered for each key. Concurrent callers wait for one
// load. Failures are handed to the callers that waited and then forgotten, so
// that a fault that does not last is not remembered. The zero value is ready for use.
type Cache[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]*entry[V]
}

type entry[V any] struct {
	done      chan struct{} // closed when the rest is set
	value     V
	err       error
	abandoned bool // the loading caller was cancelled: err is nobody else's business
}

// errPanicked is what waiting callers get when load did not return.
var errPanicked = errors.New("the look-up ended without an answer")

// Get returns the value for key, calling load when nobody has yet. A caller
// whose context ends stops waiting. When the caller that is loading is
// cancelled, a waiting one loads in its place.
func (c *Cache[K, V]) Get(ctx context.Context, key K, load func(context.Context) (V, error)) (V, error) {
	for {
		c.mu.Lock()
		e, found := c.entries[key]
		if !found {
			e = &entry[V]{done: make(chan struct{})}
			if c.entries == nil {
				c.entries = make(map[K]*entry[V])
			}
			c.entries[key] = e
		}
		c.mu.Unlock()
		if !found {
			c.load(ctx, key, e, load)
			return e.value, e.err
		}
		if !e.wait(ctx) {
			var none V
			return none, ctx.Err()
		}
		if e.abandoned && ctx.Err() == nil {
			continue
		}
		return e.value, e.err
	}
}

// Known is the value for key, and false when nobody has loaded it yet. It waits
// for nothing.
func (c *Cache[K, V]) Known(key K) (value V, known bool) {
	c.mu.Lock()
	e := c.entries[key]
	c.mu.Unlock()
	if e == nil {
		return value, false
	}
	select {
	case <-e.done:
		return e.value, e.err == nil
	default:
		return value, false
	}
}

// wait reports whether there is an answer, which counts also for a caller that
// was cancelled: one that has just made a record still has to write it down.
func (e *entry[V]) wait(ctx context.Context) bool {
	select {
	case <-e.done:
		return true
	default:
	}
	select {
	case <-e.done:
		return true
	case <-ctx.Done():
		return false
	}
}

func (c *Cache[K, V]) load(ctx context.Context, key K, e *entry[V], load func(context.Context) (V, error)) {
	e.err = errPanicked
	defer func() {
		if e.err != nil {
			c.mu.Lock()
			// Forget may have made room for a newer entry, which stays.
			if c.entries[key] == e {
				delete(c.entries, key)
			}
			c.mu.Unlock()
		}
		close(e.done)
	}()
	e.value, e.err = load(ctx)
	e.abandoned = e.err != nil && ctx.Err() != nil
}

// Forget drops the value for key: the next Get loads it again, also when a
// load is under way, since that one may have read what was true before.
func (c *Cache[K, V]) Forget(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
}

// Clear drops every value.
func (c *Cache[K, V]) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
}
