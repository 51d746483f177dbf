package settle

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
		pace  Pace
		look  func(number int) (bool, error)
		times []time.Duration // of each look, counted from the first
		err   error
	}{
		"until the window is over": {DefaultPace, never, []time.Duration{0, 200 * milli, 600 * milli, 1400 * milli, 3000 * milli}, nil},
		"until the answer agrees": {
			DefaultPace, func(number int) (bool, error) { return number == 3, nil },
			[]time.Duration{0, 200 * milli, 600 * milli}, nil,
		},
		"not, when the first answer agrees": {
			DefaultPace, func(int) (bool, error) { return true, nil },
			[]time.Duration{0}, nil,
		},
		"until a look fails": {
			DefaultPace, func(number int) (bool, error) {
				if number == 2 {
					return false, errLook
				}
				return false, nil
			},
			[]time.Duration{0, 200 * milli}, errLook,
		},
		"not, when the first look fails":              {DefaultPace, func(int) (bool, error) { return true, errLook }, []time.Duration{0}, errLook},
		"not, with the zero pace":                     {Pace{}, never, []time.Duration{0}, nil},
		"not, with a window alone":                    {Pace{Window: time.Hour}, never, []time.Duration{0}, nil},
		"not, with a negative pause":                  {Pace{First: -time.Second, Window: time.Hour}, never, []time.Duration{0}, nil},
		"not, with a pause longer than the window":    {Pace{First: 2 * time.Second, Window: time.Second}, never, []time.Duration{0}, nil},
		"once, with a pause as long as the window":    {Pace{First: time.Second, Window: time.Second}, never, []time.Duration{0, time.Second}, nil},
		"no more, when the next pause does not fit":   {Pace{First: time.Second, Window: 2999 * milli}, never, []time.Duration{0, time.Second}, nil},
		"once more, when the next pause just fits in": {Pace{First: time.Second, Window: 3 * time.Second}, never, []time.Duration{0, time.Second, 3 * time.Second}, nil},
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
		err := DefaultPace.Until(ctx, func(context.Context) (bool, error) {
			looks++
			return false, nil
		})
		if !errors.Is(err, context.DeadlineExceeded) || looks != 3 || time.Since(began) != time.Second {
			t.Errorf("%d looks in %v, error %v", looks, time.Since(began), err)
		}
	})
}

func TestFresh(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("Sydney", 11*60*60))
	written := func(ago time.Duration) []byte { return Mark(now.Add(-ago)) }
	tests := map[string]struct {
		note []byte
		want bool
	}{
		"a write just now":                             {written(0), true},
		"a write 29 seconds ago":                       {written(29 * time.Second), true},
		"a write 30 seconds ago":                       {written(30 * time.Second), false},
		"a write a day ago":                            {written(24 * time.Hour), false},
		"a write by a clock that is 5 seconds ahead":   {written(-5 * time.Second), true},
		"a write by a clock that is a day ahead":       {written(-24 * time.Hour), false},
		"no note":                                      {nil, false},
		"a note that is empty":                         {[]byte{}, false},
		"a note that is no JSON":                       {[]byte("yesterday"), false},
		"a note that says nothing":                     {[]byte("{}"), false},
		"a note that is null":                          {[]byte("null"), false},
		"a note as another version would have left it": {[]byte(`{"written_at":"2026-03-01T01:00:00Z"}`), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Fresh(test.note, now); got != test.want {
				t.Errorf("Fresh(%s) is %v", test.note, got)
			}
		})
	}
}
