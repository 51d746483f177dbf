package httpclient

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const ms = time.Millisecond

// batches notes the batches that a Batcher hands on, in a bubble of its own
// time. The result of an item is its batch and its place there.
type batches struct {
	*Batcher[string, string]
	began time.Time
	takes time.Duration // until a batch is answered

	mu     sync.Mutex
	handed []string // the items of each batch, and when it was handed on
	ended  []time.Duration
}

// newBatches waits 20 ms for another item, and 100 ms at most.
func newBatches(limit int) *batches {
	b := &batches{began: time.Now(), takes: 50 * ms}
	b.Batcher = &Batcher[string, string]{Run: b.run, Limit: limit, Quiet: 20 * ms, Longest: 100 * ms, Grace: time.Second}
	return b
}

func (b *batches) run(ctx context.Context, items []string) []string {
	b.mu.Lock()
	sorted := slices.Sorted(slices.Values(items))
	b.handed = append(b.handed, fmt.Sprintf("%s at %s", strings.Join(sorted, "+"), time.Since(b.began)))
	number := len(b.handed)
	b.mu.Unlock()
	select {
	case <-time.After(b.takes):
	case <-ctx.Done():
		b.mu.Lock()
		b.ended = append(b.ended, time.Since(b.began))
		b.mu.Unlock()
	}
	results := make([]string, len(items))
	for i, item := range items {
		results[i] = fmt.Sprintf("%s of %d", item, number)
	}
	return results
}

// expect fails unless these batches were handed on.
func (b *batches) expect(t *testing.T, want ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Equal(b.handed, want) {
		t.Errorf("handed on %q, want %q", b.handed, want)
	}
}

// calls are made so many milliseconds after the start, each for a letter.
func (b *batches) calls(t *testing.T, after ...int) {
	t.Helper()
	var group sync.WaitGroup
	for i, wait := range after {
		item := string(rune('a' + i))
		group.Go(func() {
			time.Sleep(time.Duration(wait) * ms)
			if result, err := b.Do(t.Context(), item); err != nil || !strings.HasPrefix(result, item+" of ") {
				t.Errorf("%s got %q (%v)", item, result, err)
			}
		})
	}
	group.Wait()
	if b.open != nil {
		t.Error("a batch was left open")
	}
}

func TestWhenABatchIsHandedOn(t *testing.T) {
	for name, test := range map[string]struct {
		limit int
		calls []int
		want  []string
	}{
		"a lone call waits for the quiet period": {10, []int{0}, []string{"a at 20ms"}},
		"calls that come together share one":     {10, []int{0, 0, 0}, []string{"a+b+c at 20ms"}},
		"each call makes it wait again":          {10, []int{0, 15, 30, 45}, []string{"a+b+c+d at 65ms"}},
		"who comes later finds another":          {10, []int{0, 10, 31}, []string{"a+b at 30ms", "c at 51ms"}},
		"a full one does not wait":               {2, []int{0, 5, 6, 7, 8}, []string{"a+b at 5ms", "c+d at 7ms", "e at 28ms"}},
		"a limit of one never waits":             {1, []int{0, 0, 3}, []string{"a at 0s", "b at 0s", "c at 3ms"}},
		"nobody waits for ever":                  {20, []int{0, 15, 30, 45, 60, 75, 90, 105}, []string{"a+b+c+d+e+f+g at 100ms", "h at 125ms"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBatches(test.limit)
				b.calls(t, test.calls...)
				if name == "a limit of one never waits" {
					slices.Sort(b.handed) // two at the same moment
				}
				b.expect(t, test.want...)
			})
		})
	}
}

func TestACancelledCallerLeavesTheOthersAlone(t *testing.T) {
	for name, test := range map[string]struct {
		after time.Duration // the batch is handed on at 25 ms and answered at 75
		want  string
		err   error
	}{
		"before it calls":    {0, "b at 25ms", ErrNotSent},
		"while it waits":     {10 * ms, "b at 25ms", ErrNotSent},
		"once it was handed": {60 * ms, "a+b at 25ms", nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBatches(10)
				ctx, cancel := context.WithTimeout(t.Context(), test.after)
				defer cancel()
				var group sync.WaitGroup
				group.Go(func() {
					result, err := b.Do(ctx, "a")
					if !errors.Is(err, test.err) || (err == nil) != (result == "a of 1") {
						t.Errorf("the cancelled caller got %q (%v)", result, err)
					}
					if err != nil && time.Since(b.began) != test.after {
						t.Errorf("it knew after %s", time.Since(b.began))
					}
				})
				group.Go(func() {
					time.Sleep(5 * ms)
					if result, err := b.Do(t.Context(), "b"); result != "b of 1" || err != nil {
						t.Errorf("the other caller got %q (%v)", result, err)
					}
				})
				group.Wait()
				b.expect(t, test.want)
				if len(b.ended) != 0 {
					t.Errorf("the batch was cancelled after %s", b.ended)
				}
			})
		})
	}
}

func TestABatchOfNobodyIsNotHandedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatches(10)
		ctx, cancel := context.WithTimeout(t.Context(), 10*ms)
		defer cancel()
		if _, err := b.Do(ctx, "a"); !errors.Is(err, ErrNotSent) {
			t.Error(err)
		}
		time.Sleep(time.Second)
		b.expect(t)
		b.calls(t, 0)
	})
}

func TestABatchEndsWhenTheContextsOfAllItsCallersHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatches(10)
		b.takes = time.Hour
		var group sync.WaitGroup
		for i := range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Duration(100+i)*ms, cancel)
			group.Go(func() {
				// The result of a Run that was told to stop.
				if result, err := b.Do(ctx, fmt.Sprint(i)); result != fmt.Sprint(i, " of 1") || err != nil {
					t.Errorf("%d got %q (%v)", i, result, err)
				}
			})
		}
		group.Wait()
		if !slices.Equal(b.ended, []time.Duration{102 * ms}) {
			t.Errorf("it ended after %s", b.ended)
		}
	})
}

func TestWhoseContextHasEndedWaitsForTheGracePeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatches(10)
		b.takes = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 100*ms)
		defer cancel()
		other, release := context.WithTimeout(t.Context(), time.Minute)
		defer release()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := b.Do(ctx, "a"); !errors.Is(err, ErrUnanswered) || time.Since(b.began) != 1100*ms {
				t.Errorf("after %s: %v", time.Since(b.began), err)
			}
		})
		group.Go(func() {
			if result, err := b.Do(other, "b"); result != "b of 1" || err != nil {
				t.Errorf("the other got %q (%v)", result, err)
			}
		})
		group.Wait()
		if !slices.Equal(b.ended, []time.Duration{time.Minute}) {
			t.Errorf("it ended after %s", b.ended)
		}
	})
}

func TestTheContextOfABatch(t *testing.T) {
	type key struct{}
	for name, test := range map[string]struct {
		limits []time.Duration // 0: none
		want   time.Duration   // 0: none
	}{
		"one caller":      {[]time.Duration{time.Minute}, time.Minute},
		"the latest":      {[]time.Duration{time.Minute, time.Hour, time.Second}, time.Hour},
		"one has none":    {[]time.Duration{time.Minute, 0}, 0},
		"nobody has one":  {[]time.Duration{0, 0}, 0},
		"one without one": {[]time.Duration{0}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var deadline time.Time
			var value any
			b := Batcher[int, int]{Limit: len(test.limits), Quiet: time.Second, Longest: time.Second, Run: func(ctx context.Context, items []int) []int {
				deadline, _ = ctx.Deadline()
				value = ctx.Value(key{})
				return items
			}}
			var group sync.WaitGroup
			for i, limit := range test.limits {
				ctx := context.WithValue(t.Context(), key{}, i)
				if limit > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, limit)
					defer cancel()
				}
				group.Go(func() {
					time.Sleep(time.Duration(i) * ms)
					if got, err := b.Do(ctx, i); got != i || err != nil {
						t.Errorf("%s: %d got %d (%v)", name, i, got, err)
					}
				})
			}
			group.Wait()
			if deadline.IsZero() != (test.want == 0) || test.want > 0 && deadline.Sub(began) != test.want || value != 0 {
				t.Errorf("%s: the deadline is %s, the value %v", name, deadline.Sub(began), value)
			}
		})
	}
}

func TestManyCallersComeAndGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBatches(7)
		var group sync.WaitGroup
		for i := range 300 {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(20+i%90)*ms)
				defer cancel()
				time.Sleep(time.Duration(i%50) * ms)
				result, err := b.Do(ctx, fmt.Sprint(i))
				switch {
				case errors.Is(err, ErrNotSent):
				case err != nil || !strings.HasPrefix(result, fmt.Sprint(i, " of ")):
					t.Errorf("%d got %q (%v)", i, result, err)
				}
			})
		}
		group.Wait()
		synctest.Wait()
		seen := make(map[string]bool)
		for _, batch := range b.handed {
			items := strings.Split(strings.Split(batch, " ")[0], "+")
			if len(items) > 7 {
				t.Errorf("a batch has %d items", len(items))
			}
			for _, item := range items {
				if seen[item] {
					t.Errorf("%s was handed on twice", item)
				}
				seen[item] = true
			}
		}
		if b.open != nil {
			t.Error("a batch was left open")
		}
	})
}

func BenchmarkBatcher(b *testing.B) {
	for _, parallel := range []int{1, 100} {
		b.Run(fmt.Sprint(parallel), func(b *testing.B) {
			batcher := Batcher[string, string]{Limit: 500, Quiet: ms, Longest: ms, Grace: time.Second, Run: func(_ context.Context, items []string) []string { return items }}
			b.SetParallelism(parallel)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := batcher.Do(b.Context(), "item"); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
