package batch

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

// service answers loads with their number, and remembers them.
type service struct {
	mu    sync.Mutex
	loads []string // the rows of each, and when it left
	began time.Time
	takes time.Duration
	ended []error // of the contexts of loads that did not live to see their answer
}

func (s *service) send(ctx context.Context, rows []string) int {
	s.mu.Lock()
	slices.Sort(rows)
	s.loads = append(s.loads, fmt.Sprintf("%s at %s", strings.Join(rows, "+"), time.Since(s.began)))
	number := len(s.loads)
	s.mu.Unlock()
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		s.mu.Lock()
		s.ended = append(s.ended, ctx.Err())
		s.mu.Unlock()
	}
	return number
}

func (s *service) expect(t *testing.T, want ...string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.loads, want) {
		t.Errorf("left %q, want %q", s.loads, want)
	}
}

const ms = time.Millisecond

// world is a service and batches of it, within a bubble of its own time.
func world(t *testing.T, limit int, test func(t *testing.T, b *Batches[string, string, int], s *service)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &service{began: time.Now(), takes: 50 * ms}
		test(t, New[string](Config{Limit: limit, Grace: time.Second}, s.send), s)
		synctest.Wait()
	})
}

// call is an operation of one call, which needs so long to come to it.
func call(ctx context.Context, b *Batches[string, string, int], key, row string, needs time.Duration) (number, rows int, err error) {
	operation := b.Begin()
	defer operation.End()
	place := operation.Expect(key)
	time.Sleep(needs)
	return place.Arrive(ctx, row)
}

func TestALoneCallLeavesAtOnce(t *testing.T) {
	world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
		for i := range 3 {
			if number, rows, err := call(t.Context(), b, "k", fmt.Sprint(i), 7*ms); number != i+1 || rows != 1 || err != nil {
				t.Errorf("call %d: %d, %d rows (%v)", i, number, rows, err)
			}
			time.Sleep(time.Duration(i) * 40 * ms)
		}
		s.expect(t, "0 at 7ms", "1 at 64ms", "2 at 161ms")
	})
}

func TestABurstLeavesWhenEverybodyIsThere(t *testing.T) {
	world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
		var group sync.WaitGroup
		for i := range 5 {
			group.Go(func() {
				time.Sleep(time.Duration(i) * 5 * ms)
				number, rows, err := call(t.Context(), b, "k", fmt.Sprint(i), 30*ms)
				if number != 1 || rows != 5 || err != nil {
					t.Errorf("call %d: %d, %d rows (%v)", i, number, rows, err)
				}
			})
		}
		group.Wait()
		s.expect(t, "0+1+2+3+4 at 50ms")
	})
}

func TestKeysDoNotMixAndAFullLoadLeaves(t *testing.T) {
	world(t, 2, func(t *testing.T, b *Batches[string, string, int], s *service) {
		var group sync.WaitGroup
		for i, key := range []string{"a", "b", "a", "b", "a"} {
			group.Go(func() {
				time.Sleep(time.Duration(i) * ms)
				if _, _, err := call(t.Context(), b, key, key+fmt.Sprint(i), 10*ms); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		s.expect(t, "a0+a2 at 12ms", "b1+b3 at 13ms", "a4 at 14ms")
	})
	world(t, 1, func(t *testing.T, b *Batches[string, string, int], s *service) {
		var group sync.WaitGroup
		for i := range 3 {
			group.Go(func() { _, _, _ = call(t.Context(), b, "k", fmt.Sprint(i), time.Duration(i)*ms) })
		}
		group.Wait()
		s.expect(t, "0 at 0s", "1 at 1ms", "2 at 2ms")
	})
}

func TestWhoIsLateIsNotWaitedFor(t *testing.T) {
	world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
		var group sync.WaitGroup
		for name, needs := range map[string]time.Duration{"a": 20 * ms, "b": 22 * ms, "stuck": time.Hour} {
			group.Go(func() {
				if _, _, err := call(t.Context(), b, "k", name, needs); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		// Callers need about 20 ms, so who needs more than about 40 is late.
		s.expect(t, "a+b at 60.75ms", "stuck at 1h0m0s")
	})
}

func TestWhoWithdrawsIsNotWaitedFor(t *testing.T) {
	world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
		failing := b.Begin()
		place := failing.Expect("k")
		go func() {
			time.Sleep(12 * ms)
			place.Withdraw()
			failing.End()
		}()
		other := b.Begin()
		if _, rows, err := other.Expect("k").Arrive(t.Context(), "a"); rows != 1 || err != nil {
			t.Error(rows, err)
		}
		other.End()
		// Another operation may take the place of the one that failed.
		s.expect(t, "a at 32ms")
	})
}

// Of so many operations at a time, a new one begins when one ends.
func TestOperationsThatFollowOthersFindCompany(t *testing.T) {
	const parallel, many = 10, 200
	world(t, 500, func(t *testing.T, b *Batches[string, string, int], s *service) {
		var group sync.WaitGroup
		next := make(chan int)
		for range parallel {
			group.Go(func() {
				for i := range next {
					time.Sleep(time.Duration(i*7%13) * ms) // what lies between two operations
					operation := b.Begin()
					place := operation.Expect("k")
					time.Sleep(50*ms + time.Duration(i*5%11)*ms)
					if _, _, err := place.Arrive(t.Context(), fmt.Sprint(i)); err != nil {
						t.Error(err)
					}
					time.Sleep(50*ms + time.Duration(i*3%17)*ms)
					operation.End()
				}
			})
		}
		for i := range many {
			next <- i
		}
		close(next)
		group.Wait()
		if got, most := len(s.loads), many/parallel*3/2; got > most {
			t.Errorf("%d calls left in %d loads, want at most %d: %q", many, got, most, s.loads)
		}
		if took, most := time.Since(s.began), many/parallel*230*ms; took > most {
			t.Errorf("it took %s, want at most %s", took, most)
		}
	})
}

func TestNobodyWaitsForEver(t *testing.T) {
	world(t, 500, func(t *testing.T, b *Batches[string, string, int], s *service) {
		// Others announce themselves all the time, and never come.
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				for ctx.Err() == nil {
					operation := b.Begin()
					operation.Expect("k")
					time.Sleep(15 * ms)
					operation.End()
				}
			})
		}
		time.Sleep(ms)
		started := time.Now()
		if _, _, err := call(t.Context(), b, "k", "a", 0); err != nil {
			t.Error(err)
		}
		if waited := time.Since(started) - s.takes; waited > longestWait {
			t.Errorf("it waited for %s", waited)
		}
		cancel()
		group.Wait()
	})
}

func TestACancelledCallerLeavesTheOthersAlone(t *testing.T) {
	tests := map[string]struct {
		after    time.Duration // from the start; the load leaves at 20 ms and is answered at 70
		loads    string
		rows     int
		err      error
		othersOf int
	}{
		"before it arrives": {10 * ms, "b at 35ms", 0, ErrNotSent, 1},
		"while it waits":    {30 * ms, "b at 35ms", 0, ErrNotSent, 1},
		"once it has left":  {60 * ms, "a+b at 35ms", 2, nil, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
				ctx, cancel := context.WithTimeout(t.Context(), test.after)
				defer cancel()
				var group sync.WaitGroup
				group.Go(func() {
					if _, rows, err := call(ctx, b, "k", "a", 20*ms); rows != test.rows || !errors.Is(err, test.err) {
						t.Errorf("the cancelled caller got %d rows (%v)", rows, err)
					}
				})
				group.Go(func() {
					if _, rows, err := call(t.Context(), b, "k", "b", 35*ms); rows != test.othersOf || err != nil {
						t.Errorf("the other caller got %d rows (%v)", rows, err)
					}
				})
				group.Wait()
				if len(s.ended) != 0 || len(s.loads) != 1 || !strings.HasPrefix(s.loads[0], strings.Split(test.loads, " ")[0]) {
					t.Errorf("left %q, ended were %v; want %s", s.loads, s.ended, test.loads)
				}
			})
		})
	}
}

func TestALoadEndsWhenAllItsCallersAreGone(t *testing.T) {
	world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
		s.takes = time.Hour
		var group sync.WaitGroup
		for i := range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), 100*ms+time.Duration(i)*ms)
			group.Go(func() {
				defer cancel()
				// The answer of a service that was told to stop.
				if number, rows, err := call(ctx, b, "k", fmt.Sprint(i), 5*ms); number != 1 || rows != 3 || err != nil {
					t.Errorf("call %d: %d, %d rows (%v)", i, number, rows, err)
				}
			})
		}
		group.Wait()
		if took := time.Since(s.began); took != 102*ms || len(s.ended) != 1 {
			t.Errorf("it took %s, ended were %v", took, s.ended)
		}
	})
	world(t, 10, func(t *testing.T, b *Batches[string, string, int], s *service) {
		// One of two goes on waiting for an answer that does not come.
		s.takes = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 100*ms)
		defer cancel()
		other, release := context.WithTimeout(t.Context(), time.Minute)
		defer release()
		var group sync.WaitGroup
		group.Go(func() {
			if _, _, err := call(ctx, b, "k", "a", 5*ms); !errors.Is(err, ErrUnanswered) || time.Since(s.began) != 1100*ms {
				t.Errorf("after %s: %v", time.Since(s.began), err)
			}
		})
		group.Go(func() {
			if _, rows, err := call(other, b, "k", "b", 5*ms); rows != 2 || err != nil {
				t.Errorf("%d rows (%v)", rows, err)
			}
		})
		group.Wait()
	})
}

func TestNothingIsLeftBehind(t *testing.T) {
	world(t, 7, func(t *testing.T, b *Batches[string, string, int], s *service) {
		var group sync.WaitGroup
		for i := range 300 {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(20+i%90)*ms)
				defer cancel()
				time.Sleep(time.Duration(i%50) * ms)
				operation := b.Begin()
				defer operation.End()
				places := []*Place[string, string, int]{operation.Expect(fmt.Sprint("k", i%3)), operation.Expect("z")}
				time.Sleep(time.Duration(i%17) * ms)
				if i%5 == 0 {
					return
				}
				_, rows, err := places[0].Arrive(ctx, fmt.Sprint(i))
				if err == nil && (rows < 1 || rows > 7) {
					t.Errorf("%d rows", rows)
				}
				if i%4 == 0 {
					places[1].Withdraw()
				}
			})
		}
		group.Wait()
		b.mu.Lock()
		defer b.mu.Unlock()
		if len(b.lines) != 0 || len(b.crew.resting) != 0 {
			t.Errorf("left are %d lines and %d operations", len(b.lines), len(b.crew.resting))
		}
	})
}

func BenchmarkBatches(b *testing.B) {
	for _, parallel := range []int{1, 100} {
		b.Run(fmt.Sprint(parallel), func(b *testing.B) {
			batches := New[string](Config{Limit: 500, Grace: time.Second}, func(_ context.Context, rows []string) int { return len(rows) })
			b.SetParallelism(parallel)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					operation := batches.Begin()
					if _, _, err := operation.Expect("k").Arrive(b.Context(), "row"); err != nil {
						b.Error(err)
					}
					operation.End()
				}
			})
		})
	}
}
