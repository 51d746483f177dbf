package httpclient

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var errRefused = errors.New("refused")

// lookup is a load that counts its calls and answers with their number.
type lookup struct {
	mu    sync.Mutex
	calls int
	fail  map[int]error // by the number of the call
	takes time.Duration // or less, when the caller is cancelled
}

func (l *lookup) load(ctx context.Context) (int, error) {
	l.mu.Lock()
	l.calls++
	number := l.calls
	l.mu.Unlock()
	select {
	case <-time.After(l.takes):
		return number, l.fail[number]
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// result is what a caller got.
type result struct {
	value int
	err   error
}

func expect(t *testing.T, got result, value int, err error) {
	t.Helper()
	if !errors.Is(got.err, err) || err == nil && got.value != value {
		t.Errorf("got %d and the error %v, want %d and %v", got.value, got.err, value, err)
	}
}

func TestManyCallersShareOneLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache Cache[string, int]
		l := &lookup{takes: time.Second}
		var callers sync.WaitGroup
		for range 100 {
			callers.Go(func() {
				value, err := cache.Get(t.Context(), "a", l.load)
				expect(t, result{value, err}, 1, nil)
			})
		}
		callers.Wait()
		value, err := cache.Get(t.Context(), "a", l.load)
		expect(t, result{value, err}, 1, nil)
		if l.calls != 1 {
			t.Errorf("101 callers made %d loads", l.calls)
		}
	})
}

func TestKeysAreLoadedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache Cache[int, string]
		var callers sync.WaitGroup
		began := time.Now()
		for key := range 10 {
			callers.Go(func() {
				value, err := cache.Get(t.Context(), key, func(context.Context) (string, error) {
					time.Sleep(time.Second)
					return fmt.Sprint(key), nil
				})
				if value != fmt.Sprint(key) || err != nil {
					t.Errorf("key %d has the value %q and the error %v", key, value, err)
				}
			})
		}
		callers.Wait()
		if took := time.Since(began); took != time.Second {
			t.Errorf("10 loads of a second took %v: one waited for another", took)
		}
	})
}

func TestFailureIsSharedAndNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache Cache[string, int]
		l := &lookup{takes: time.Second, fail: map[int]error{1: errRefused}}
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				value, err := cache.Get(t.Context(), "a", l.load)
				expect(t, result{value, err}, 0, errRefused)
			})
		}
		callers.Wait()
		value, err := cache.Get(t.Context(), "a", l.load)
		expect(t, result{value, err}, 2, nil)
		if l.calls != 2 {
			t.Errorf("%d loads, want 2", l.calls)
		}
	})
}

// A load may fail on the end of a context of its own, such as a shorter
// deadline. That is its answer, and not a cancelled caller to stand in for.
func TestLoadThatRunsOutOfItsOwnTimeIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache, beneath Cache[string, int]
		loads := 0
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				value, err := cache.Get(t.Context(), "a", func(ctx context.Context) (int, error) {
					loads++
					ctx, cancel := context.WithTimeout(ctx, time.Second)
					defer cancel()
					return beneath.Get(ctx, "b", (&lookup{takes: time.Hour}).load)
				})
				expect(t, result{value, err}, 0, context.DeadlineExceeded)
			})
		}
		callers.Wait()
		if loads != 1 {
			t.Errorf("10 callers made %d loads", loads)
		}
	})
}

func TestWaitingCallerTakesOverFromACancelledOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache Cache[string, int]
		l := &lookup{takes: time.Hour}
		first, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		callers.Go(func() {
			value, err := cache.Get(first, "a", l.load)
			expect(t, result{value, err}, 0, context.Canceled)
		})
		synctest.Wait()
		for range 10 {
			callers.Go(func() {
				value, err := cache.Get(t.Context(), "a", l.load)
				expect(t, result{value, err}, 2, nil)
			})
		}
		synctest.Wait()
		cancel()
		callers.Wait()
		if l.calls != 2 {
			t.Errorf("%d loads, want the cancelled one and one more", l.calls)
		}
	})
}

func TestCallerStopsWaitingWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache Cache[string, int]
		l := &lookup{takes: time.Hour}
		var callers sync.WaitGroup
		callers.Go(func() {
			value, err := cache.Get(t.Context(), "a", l.load)
			expect(t, result{value, err}, 1, nil)
		})
		synctest.Wait()
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		value, err := cache.Get(short, "a", l.load)
		expect(t, result{value, err}, 0, context.DeadlineExceeded)
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("it waited %v, want 1s", waited)
		}
		callers.Wait()
		if l.calls != 1 {
			t.Errorf("%d loads, want 1", l.calls)
		}
	})
}

// What is forgotten while it loads may have been read before the change that
// made somebody forget it.
func TestForgetDuringALoad(t *testing.T) {
	tests := map[string]struct {
		fail   map[int]error
		forget func(*Cache[string, int])
		first  error
	}{
		"lets the next caller load":                        {nil, func(c *Cache[string, int]) { c.Forget("a") }, nil},
		"keeps the newer value when the older load fails":  {map[int]error{1: errRefused}, func(c *Cache[string, int]) { c.Forget("a") }, errRefused},
		"of everything lets the next caller load":          {nil, func(c *Cache[string, int]) { c.Clear() }, nil},
		"of everything keeps the newer value on a failure": {map[int]error{1: errRefused}, func(c *Cache[string, int]) { c.Clear() }, errRefused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var cache Cache[string, int]
				l := &lookup{takes: time.Minute, fail: test.fail}
				var callers sync.WaitGroup
				callers.Go(func() {
					value, err := cache.Get(t.Context(), "a", l.load)
					expect(t, result{value, err}, 1, test.first)
				})
				time.Sleep(time.Second)
				test.forget(&cache)
				value, err := cache.Get(t.Context(), "a", l.load) // ends after the first load
				expect(t, result{value, err}, 2, nil)
				callers.Wait()
				value, err = cache.Get(t.Context(), "a", l.load)
				expect(t, result{value, err}, 2, nil)
				if l.calls != 2 {
					t.Errorf("%d loads, want 2", l.calls)
				}
			})
		})
	}
}

func TestForgetDropsOneKey(t *testing.T) {
	var cache Cache[string, int]
	l := &lookup{}
	get := func(key string) result {
		value, err := cache.Get(t.Context(), key, l.load)
		return result{value, err}
	}
	cache.Forget("a") // of an empty cache
	expect(t, get("a"), 1, nil)
	expect(t, get("b"), 2, nil)
	cache.Forget("a")
	expect(t, get("b"), 2, nil)
	expect(t, get("a"), 3, nil)
	cache.Clear()
	expect(t, get("a"), 4, nil)
	expect(t, get("b"), 5, nil)
}

func TestPanicInALoadLeavesNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var cache Cache[string, int]
		var callers sync.WaitGroup
		callers.Go(func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic did not reach the caller that loads")
				}
			}()
			value, err := cache.Get(t.Context(), "a", func(context.Context) (int, error) {
				time.Sleep(time.Second)
				panic("a bug")
			})
			t.Errorf("the caller that loads got %d and the error %v", value, err)
		})
		synctest.Wait()
		l := &lookup{}
		for range 10 {
			callers.Go(func() {
				value, err := cache.Get(t.Context(), "a", l.load)
				expect(t, result{value, err}, 0, errPanicked)
			})
		}
		callers.Wait()
		value, err := cache.Get(t.Context(), "a", l.load)
		expect(t, result{value, err}, 1, nil)
	})
}

// A provider that is told to stop is in the middle of records: what it knows
// already must not fail one that was made a moment ago.
func TestCallerThatWasCancelledGetsWhatIsThere(t *testing.T) {
	t.Parallel()
	var cache Cache[string, int]
	l := &lookup{}
	if _, err := cache.Get(t.Context(), "a", l.load); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for range 100 {
		value, err := cache.Get(cancelled, "a", l.load)
		expect(t, result{value, err}, 1, nil)
	}
}
