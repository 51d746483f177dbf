package httpclient

import (
	"context"
	"time"
)

// Consistency says how long a read that contradicts a fresh write is repeated,
// and how soon for the first time. Neither service documents how soon a write
// can be read, so such a read is not believed at once. Pauses double.
type Consistency struct {
	First  time.Duration
	Window time.Duration
}

// DefaultConsistency looks again after 0.2, 0.6, 1.4 and 3.0 seconds.
var DefaultConsistency = Consistency{First: 200 * time.Millisecond, Window: 3 * time.Second}

// Until calls look until it reports that the answer agrees with what is known,
// until it fails, or until the window is over; the last answer then stands. It
// returns the error of look, or that of ctx. The zero Consistency looks once.
func (p Consistency) Until(ctx context.Context, look func(context.Context) (agrees bool, err error)) error {
	var waited time.Duration
	for pause := p.First; ; pause *= 2 {
		agrees, err := look(ctx)
		if err != nil || agrees || pause <= 0 || waited+pause > p.Window {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
		waited += pause
	}
}
