package httpclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// timeline is when each request arrived, counted from the first.
type timeline struct {
	mu    sync.Mutex
	times []time.Time
}

func (l *timeline) note() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.times = append(l.times, time.Now())
	return len(l.times)
}

func (l *timeline) pauses() []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var pauses []time.Duration
	for i := 1; i < len(l.times); i++ {
		pauses = append(pauses, l.times[i].Sub(l.times[i-1]))
	}
	return pauses
}

var anyRead = Request{Class: Repeatable, Method: http.MethodGet, URL: "https://example.com/"}

func TestPausesGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived timeline
		c := newScripted(Config{MaxRetries: 5}, func(*http.Request) (*http.Response, error) {
			arrived.note()
			return answerOf(503), nil
		})
		if _, err := c.Do(t.Context(), anyRead); err != nil {
			t.Fatal(err)
		}
		pauses := arrived.pauses()
		if len(pauses) != 5 {
			t.Fatalf("the pauses are %v, want 5", pauses)
		}
		for i, pause := range pauses {
			if longest := defaultRetryPause << i; pause < longest/2 || pause > longest {
				t.Errorf("pause %d is %v, want %v to %v", i, pause, longest/2, longest)
			}
		}
	})
}

func TestPausesOfManyCallersDiffer(t *testing.T) {
	asksForASecond := answerOf(429, "Retry-After", "1")
	for name, response := range map[string]*http.Response{"own pause": nil, "pause the service asks for": asksForASecond} {
		t.Run(name, func(t *testing.T) {
			seen := make(map[time.Duration]bool)
			for range 50 {
				seen[jitteredBackoff(time.Second, time.Minute, 0, response)] = true
			}
			if len(seen) < 40 {
				t.Errorf("50 callers have %d different pauses", len(seen))
			}
		})
	}
}

func TestPauseIsNeverLongerThanTheLongest(t *testing.T) {
	for _, number := range []int{8, 20, 62, 63, 64, 1000} {
		if pause := jitteredBackoff(defaultRetryPause, longestRetryPause, number, nil); pause < longestRetryPause/2 || pause > longestRetryPause {
			t.Errorf("pause %d is %v", number, pause)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	const notRepeated = -1
	// The clock of a synctest bubble starts at a whole second, as HTTP dates need.
	in := func(d time.Duration) func() string {
		return func() string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	}
	plain := func(value string) func() string { return func() string { return value } }
	tests := map[string]struct {
		status int
		value  func() string
		limit  time.Duration // of the whole operation; 0 means none
		least  time.Duration
	}{
		"in seconds is waited for":                          {429, plain("7"), 0, 7 * time.Second},
		"as a date is waited for":                           {429, in(7 * time.Second), 0, 7 * time.Second},
		"is waited for with HTTP 503 too":                   {503, plain("7"), 0, 7 * time.Second},
		"of zero seconds leaves the client's own pause":     {429, plain("0"), 0, 125 * time.Millisecond},
		"in the past leaves the client's own pause":         {429, in(-time.Hour), 0, 125 * time.Millisecond},
		"that is no time leaves the client's own pause":     {429, plain("soon"), 0, 125 * time.Millisecond},
		"that is negative leaves the client's own pause":    {429, plain("-5"), 0, 125 * time.Millisecond},
		"within the time that is left is waited for":        {429, plain("7"), 8 * time.Second, 7 * time.Second},
		"beyond the time that is left ends with the answer": {429, plain("7"), 6 * time.Second, notRepeated},
		"of an hour ends with the answer":                   {429, plain("3600"), 0, notRepeated},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.limit > 0 {
					limited, cancel := context.WithTimeout(ctx, test.limit)
					defer cancel()
					ctx = limited
				}
				var arrived timeline
				c := newScripted(Config{MaxRetries: 3}, func(*http.Request) (*http.Response, error) {
					if arrived.note() == 1 {
						return answerOf(test.status, "Retry-After", test.value()), nil
					}
					return answerOf(200), nil
				})
				began := time.Now()
				got, err := c.Do(ctx, anyRead)
				if err != nil {
					t.Fatal(err)
				}
				if test.least == notRepeated {
					if got.Status != test.status || time.Since(began) != 0 {
						t.Errorf("the answer is %d after %v, want %d at once", got.Status, time.Since(began), test.status)
					}
					return
				}
				if pauses := arrived.pauses(); len(pauses) != 1 || pauses[0] < test.least || pauses[0] > test.least+defaultRetryPause {
					t.Errorf("the pauses are %v, want one of %v to %v", pauses, test.least, test.least+defaultRetryPause)
				}
			})
		})
	}
}

func TestRateHoldsOverConcurrentCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived timeline
		c := newScripted(Config{RequestsPerSecond: 10}, func(*http.Request) (*http.Response, error) {
			arrived.note()
			return answerOf(200), nil
		})
		var callers sync.WaitGroup
		for range 20 {
			callers.Go(func() {
				if _, err := c.Do(t.Context(), anyRead); err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		pauses := arrived.pauses()
		if len(pauses) != 19 {
			t.Fatalf("%d requests arrived, want 20", len(pauses)+1)
		}
		for _, pause := range pauses {
			if pause < 99*time.Millisecond || pause > 101*time.Millisecond {
				t.Errorf("two requests arrived %v apart, want 100ms", pause)
			}
		}
	})
}

func TestRateHoldsForRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived timeline
		c := newScripted(Config{RequestsPerSecond: 0.1, MaxRetries: 3}, func(*http.Request) (*http.Response, error) {
			arrived.note()
			return answerOf(503), nil
		})
		if _, err := c.Do(t.Context(), anyRead); err != nil {
			t.Fatal(err)
		}
		for _, pause := range arrived.pauses() {
			if pause < 9999*time.Millisecond {
				t.Errorf("a retry came after %v, want 10s", pause)
			}
		}
	})
}

func TestWithoutARateNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newScripted(Config{}, func(*http.Request) (*http.Response, error) { return answerOf(200), nil })
		began := time.Now()
		for range 100 {
			if _, err := c.Do(t.Context(), anyRead); err != nil {
				t.Fatal(err)
			}
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("100 requests waited %v", waited)
		}
	})
}

func TestWaitForTheRateIsCutShort(t *testing.T) {
	tests := map[string]struct {
		end    func(context.Context) (context.Context, context.CancelFunc)
		after  time.Duration
		reason string
		cause  error
	}{
		"at once, when the time that is left is not enough": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, 5*time.Second)
			},
			0, "requests_per_second", errNoTurn,
		},
		"as soon as the run is cancelled": {
			func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(time.Second, cancel)
				return ctx, cancel
			},
			time.Second, "the run was cancelled", context.Canceled,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				arrived := 0
				c := newScripted(Config{RequestsPerSecond: 0.1, MaxRetries: 3}, func(*http.Request) (*http.Response, error) {
					arrived++
					return answerOf(200), nil
				})
				if _, err := c.Do(t.Context(), anyRead); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := test.end(t.Context())
				defer cancel()
				began := time.Now()
				_, err := c.Do(ctx, anyRead)
				failure := failureOf(t, err)
				if failure.Sent || !strings.Contains(failure.Reason, test.reason) || !errors.Is(err, test.cause) {
					t.Errorf("sent %v, reason %q, error beneath %v", failure.Sent, failure.Reason, errors.Unwrap(err))
				}
				if took := time.Since(began); took != test.after {
					t.Errorf("the wait took %v, want %v", took, test.after)
				}
				if arrived != 1 {
					t.Errorf("%d requests arrived, want 1", arrived)
				}
			})
		})
	}
}

// The retry has no turn within the time that is left: the error names the rate
// and still knows that the first attempt arrived.
func TestRetryWithoutATurnNamesTheRate(t *testing.T) {
	s := newService(t, func(_ int, w http.ResponseWriter, r *http.Request) { status(503)(w, r) })
	config := quick()
	config.RequestsPerSecond = 0.001
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := New(config).Do(ctx, Request{Class: Repeatable, Method: http.MethodGet, URL: s.URL})
	failure := failureOf(t, err)
	if !failure.Sent || !strings.Contains(failure.Reason, "requests_per_second") {
		t.Errorf("sent %v, reason %q", failure.Sent, failure.Reason)
	}
}

// A client's own repetition waits as long as the service asked for, or not at
// all where that is longer than there is time or patience for.
func TestPause(t *testing.T) {
	t.Parallel()
	client := New(quick())
	short, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for name, test := range map[string]struct {
		ctx   context.Context
		asked time.Duration
		want  bool
	}{
		"nothing asked for":       {t.Context(), 0, true},
		"asked for":               {t.Context(), 30 * time.Millisecond, true},
		"more than is left":       {short, time.Minute, false},
		"more than anybody waits": {t.Context(), time.Hour, false},
	} {
		started := time.Now()
		got := client.Pause(test.ctx, 0, test.asked)
		waited := time.Since(started)
		if got != test.want || got && waited < test.asked || !got && waited > 500*time.Millisecond {
			t.Errorf("%s: %v after %s", name, got, waited)
		}
	}
}
