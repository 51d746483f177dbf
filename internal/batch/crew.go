package batch

import (
	"cmp"
	"slices"
	"time"
)

// crew are the operations that run at a time. Whoever runs them replaces one
// that has ended by another, as Terraform does with resources: from the end of
// one, the next can be foreseen. The zero value is ready for use. Its user
// holds a lock.
type crew struct {
	resting map[any]time.Time // operations without a call in sight, since when
	ended   []time.Time       // of operations that were not replaced yet, the latest last

	coming   span // from an announcement to the call
	ending   span // from the last call of an operation to its end
	starting span // from the end of an operation to the beginning of the next
}

// forgotten is after which time an operation that was not replaced never will
// be.
const forgotten = 10 * time.Second

func (c *crew) begin() {
	if last := len(c.ended) - 1; last >= 0 {
		// The latest one is replaced: if fewer operations are run than before,
		// those that are not replaced grow old, and are not waited for.
		c.starting.learn(time.Since(c.ended[last]))
		c.ended = c.ended[:last]
	}
}

func (c *crew) end() {
	c.ended = slices.DeleteFunc(c.ended, func(end time.Time) bool { return time.Since(end) > forgotten })
	c.ended = append(c.ended, time.Now())
}

// idle notes that an operation runs without a call in sight.
func (c *crew) idle(operation any) {
	if c.resting == nil {
		c.resting = make(map[any]time.Time)
	}
	c.resting[operation] = time.Now()
}

// busy notes that an operation that may have rested does not any more.
func (c *crew) busy(operation any) {
	if since, rested := c.resting[operation]; rested {
		c.ending.learn(time.Since(since))
		delete(c.resting, operation)
	}
}

// pause is how long it is worth to wait for operations that are about to end,
// and for those that take the place of others.
func (c *crew) pause() time.Duration {
	var pause time.Duration
	for _, since := range c.resting {
		pause = max(pause, c.ending.patience()-time.Since(since))
	}
	if last := len(c.ended) - 1; last >= 0 {
		pause = max(pause, c.starting.patience()-time.Since(c.ended[last]))
	}
	return pause
}

// span is how long something usually takes. The zero value knows nothing yet.
type span struct {
	typical time.Duration
	least   time.Duration // to be patient for; 0 means shortestPatience
}

// What takes longer than longestPatience is not waited for to its end, and
// what is not known yet is waited for as long as shortestPatience.
const (
	shortestPatience = 20 * time.Millisecond
	longestPatience  = 2 * time.Second
)

// learn adds a time to the average, in which the last ones count most.
func (s *span) learn(taken time.Duration) {
	taken = min(taken, longestPatience)
	if s.typical == 0 {
		s.typical = taken
	}
	s.typical += (taken - s.typical) / 8
}

// patience is after which time something is late.
func (s *span) patience() time.Duration {
	return min(max(3*s.typical, cmp.Or(s.least, shortestPatience)), longestPatience)
}
