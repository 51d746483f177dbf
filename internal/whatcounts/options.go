package whatcounts

import "sync"

// Option says how a set of contacts is dealt with.
type Option func(*manner)

// AllOrNothing sends nothing unless everything can be sent: when one contact of
// the set cannot be added as it is, because it exists, is alike another, shares
// its address ambiguously, cannot be sent or has opted out, then every contact
// that stands in the way has its own error, and the others have a
// [HeldBackError]. It is for [Client.Add].
func AllOrNothing() Option { return func(how *manner) { how.allOrNothing = true } }

// OnLists names lists on which the contacts of the set are, as far as known. The
// pages of these lists then stand in for a look at each contact. It is for
// [Client.Delete]; the other calls know the lists themselves.
func OnLists(lists ...int64) Option { return func(how *manner) { how.lists = lists } }

// OnLook is told, after each batch_size and never twice at a time, how many of a
// set that is all or nothing were looked at.
func OnLook(report func(done, total int)) Option {
	return func(how *manner) { how.looks.report = report }
}

// OnProgress is told, after each batch_size and never twice at a time, how many
// contacts were dealt with. What was sent for them may still have to be read
// back.
func OnProgress(report func(done, total int)) Option {
	return func(how *manner) { how.report = report }
}

// ofSet is how a caller wants its set dealt with.
func ofSet(options []Option) *manner {
	how := &manner{atOnce: mostAtOnce, pages: true}
	for _, option := range options {
		option(how)
	}
	return how
}

// counter counts contacts, and reports that.
type counter struct {
	mu          sync.Mutex
	done, total int
	told        int                   // what was last reported
	step        int                   // how many more are worth a report
	report      func(done, total int) // may be nil
}

// add counts so many more.
func (c *counter) add(more int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done += more
	if c.report != nil && more > 0 && (c.done-c.told >= c.step || c.done == c.total) {
		c.told = c.done
		c.report(c.done, c.total)
	}
}

// count reports operations as dealt with, each once.
func (how *manner) count(some []operation) {
	more := 0
	how.mu.Lock()
	for _, o := range some {
		if p := o.state(); !p.counted {
			p.counted = true
			more++
		}
	}
	how.mu.Unlock()
	how.add(more)
}
