package httpclient

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

var errLook = errors.New("the read failed")

func TestUntilLooksAgain(t *testing.T) {
	const milli = time.Millisecond
	never := func(int) (bool, error) { return false, nil }
	tests := map[string]struct {
		pace  Consistency
		look  func(number int) (bool, error)
		times []time.Duration // of each look, counted from the first
		err   error
	}{
		"until the window is over": {DefaultConsistency, never, []time.Duration{0, 200 * milli, 600 * milli, 1400 * milli, 3000 * milli}, nil},
		"until the answer agrees": {
			DefaultConsistency, func(number int) (bool, error) { return number == 3, nil },
			[]time.Duration{0, 200 * milli, 600 * milli}, nil,
		},
		"not, when the first answer agrees": {
			DefaultConsistency, func(int) (bool, error) { return true, nil },
			[]time.Duration{0}, nil,
		},
		"until a look fails": {
			DefaultConsistency, func(number int) (bool, error) {
				if number == 2 {
					return false, errLook
				}
				return false, nil
			},
			[]time.Duration{0, 200 * milli}, errLook,
		},
		"not, when the first look fails":              {DefaultConsistency, func(int) (bool, error) { return true, errLook }, []time.Duration{0}, errLook},
		"not, with the zero pace":                     {Consistency{}, never, []time.Duration{0}, nil},
		"not, with a window alone":                    {Consistency{Window: time.Hour}, never, []time.Duration{0}, nil},
		"not, with a negative pause":                  {Consistency{First: -time.Second, Window: time.Hour}, never, []time.Duration{0}, nil},
		"not, with a pause longer than the window":    {Consistency{First: 2 * time.Second, Window: time.Second}, never, []time.Duration{0}, nil},
		"once, with a pause as long as the window":    {Consistency{First: time.Second, Window: time.Second}, never, []time.Duration{0, time.Second}, nil},
		"no more, when the next pause does not fit":   {Consistency{First: time.Second, Window: 2999 * milli}, never, []time.Duration{0, time.Second}, nil},
		"once more, when the next pause just fits in": {Consistency{First: time.Second, Window: 3 * time.Second}, never, []time.Duration{0, time.Second, 3 * time.Second}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				var times []time.Duration
				err := test.pace.Until(t.Context(), func(context.Context) (bool, error) {
					times = append(times, time.Since(began))
					return test.look(len(times))
				})
				if !errors.Is(err, test.err) {
					t.Errorf("the error is %v, want %v", err, test.err)
				}
				if !slices.Equal(times, test.times) {
					t.Errorf("it looked at %v, want %v", times, test.times)
				}
				if ended := time.Since(began); ended != times[len(times)-1] {
					t.Errorf("it ended at %v, after the last look at %v", ended, times[len(times)-1])
				}
			})
		})
	}
}

func TestUntilEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began, looks := time.Now(), 0
		err := DefaultConsistency.Until(ctx, func(context.Context) (bool, error) {
			looks++
			return false, nil
		})
		if !errors.Is(err, context.DeadlineExceeded) || looks != 3 || time.Since(began) != time.Second {
			t.Errorf("%d looks in %v, error %v", looks, time.Since(began), err)
		}
	})
}
