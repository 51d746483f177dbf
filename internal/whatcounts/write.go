package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Every change goes through the same phases for all contacts of a set at once:
// check what can be sent, look who is there, write in commands of up to
// Config.BatchSize rows, judge the answers, and read back whatever they do not
// prove. What was sent and is not certain is looked at before anything is sent
// again, and then sent alone: what becomes of one contact must not depend on the
// others.

// operation is one contact on its way to its outcome.
type operation interface {
	state() *progress
	// addresses are held while the operation is under way.
	addresses() []string
	// apart are names that no two operations of one round may have in common.
	apart() []string
	// check refuses what cannot be asked for, before anything is sent.
	check(ctx context.Context) error
	// look finds out who is there, and refuses what would reach another contact.
	// again says that commands were sent before, with an unknown outcome.
	look(ctx context.Context, again bool) error
	// prepare reads what has to be known right before the first command.
	prepare(ctx context.Context) error
	// ready is called once, in the order of the command, never twice at a time,
	// right before the first one.
	ready(ctx context.Context) error
	// writes are the commands that are left, in order.
	writes(ctx context.Context) ([]write, error)
	// readBack finds out what became of the commands. It finishes the operation
	// or leaves the rest to the next round.
	readBack(ctx context.Context)
	// gaveUp is the error for an outcome that stays unknown.
	gaveUp(err error) error
}

// progress is how far an operation has come.
type progress struct {
	attempt   string
	outcome   Outcome
	finished  bool
	stopped   bool  // no further command is sent in this round
	uncertain error // the last command may have been done or not
	shared    bool  // it was about other contacts too
	alone     bool  // commands are sent without those of others
	repeats   int
	prepared  bool // prepare was called
	begun     bool // ready was called
	counted   bool // it was reported as done
	waited    bool // what does not show by now has been waited for long enough
}

func (p *progress) state() *progress { return p }

func (p *progress) prepare(context.Context) error { return nil }

func (p *progress) ready(context.Context) error { return nil }

// window is how long what does not show is still looked for.
func (p *progress) window(usual httpclient.Consistency) httpclient.Consistency {
	if p.waited {
		return httpclient.Consistency{}
	}
	return usual
}

// finish is the end of an operation.
func (p *progress) finish(err error) { p.outcome.Err, p.finished = err, true }

// write is one row of a command, or a command about one contact.
type write struct {
	attempt string
	command // without its data
	row     record
	// judge reads the answer for this row. An error that marks an uncertain
	// outcome has the contact read back; any other ends the operation, or is
	// handed to failed where that is set.
	judge  func(a answer, rows int) error
	failed func(err error)
	// optouts: the command may change what the opt-out queries show.
	optouts bool
}

// key is what rows have in common that may share a command.
func (w write) key() string { return fmt.Sprintf("%s %v %s", w.name, w.arguments, w.row.names) }

// mostAtOnce is how many requests a call about many contacts has under way.
const mostAtOnce = 10

// manner is how a set is taken through the phases.
type manner struct {
	atOnce       int
	counter               // reports what is done
	looks        counter  // reports who was looked at before anything is sent
	allOrNothing bool     // nobody is written to unless everybody can be
	pages        bool     // list pages may stand in for single looks
	lists        []int64  // on which the contacts of the set are, as far as known
	wave         int      // how many are prepared and sent before the next ones; 0 means ten commands
	read         *listing // what pages showed before the first command
}

// run takes a set of operations to their outcomes.
func (c *Client) run(ctx context.Context, set []operation, how *manner) []Outcome {
	how.total, how.looks.total = len(set), len(set)
	how.step, how.looks.step = c.batchSize, c.batchSize
	if how.wave == 0 {
		how.wave = c.batchSize * mostAtOnce
	}
	each(set, how.atOnce, func(o operation) {
		if err := o.check(ctx); err != nil {
			o.state().finish(err)
		}
	})
	how.done = len(set) - len(open(set))
	if how.allOrNothing {
		c.runWhole(ctx, set, how)
	} else {
		for _, round := range rounds(open(set)) {
			for some := range slices.Chunk(c.runListed(ctx, round, how), c.batchSize) {
				c.runTogether(ctx, some, how)
				how.count(some)
			}
		}
	}
	outcomes := make([]Outcome, len(set))
	for i, o := range set {
		outcomes[i] = o.state().outcome
	}
	return outcomes
}

// rounds keeps operations apart that would meet, in the order in which they
// came.
func rounds(set []operation) [][]operation {
	var all [][]operation
	next := make(map[string]int)
	for _, o := range set {
		names := o.apart()
		round := 0
		for _, name := range names {
			round = max(round, next[name])
		}
		for _, name := range names {
			next[name] = round + 1
		}
		if round == len(all) {
			all = append(all, nil)
		}
		all[round] = append(all[round], o)
	}
	return all
}

// runTogether takes operations whose addresses differ through look, write, judge
// and read back until each has its outcome. Nobody else in this process works on
// their addresses meanwhile.
func (c *Client) runTogether(ctx context.Context, set []operation, how *manner) {
	release, held := c.holdAll(ctx, set)
	if held {
		defer release()
		c.lookAt(ctx, set, how, false)
		c.runLookedAt(ctx, open(set), how)
	}
}

// holdAll waits for the addresses of a set. Where that is cancelled, nothing was
// sent for anybody.
func (c *Client) holdAll(ctx context.Context, set []operation) (release func(), held bool) {
	var addresses []string
	for _, o := range set {
		addresses = append(addresses, o.addresses()...)
	}
	release, err := c.addresses.hold(ctx, addresses...)
	if err != nil {
		for _, o := range set {
			o.state().finish(notSent(o.state().attempt, err))
		}
	}
	return release, err == nil
}

func (c *Client) lookAt(ctx context.Context, set []operation, how *manner, again bool) {
	each(set, how.atOnce, func(o operation) {
		if err := o.look(ctx, again); err != nil {
			o.state().finish(err)
		}
	})
}

// runLookedAt takes operations that were just looked at, and whose addresses are
// held, to their outcomes.
func (c *Client) runLookedAt(ctx context.Context, set []operation, how *manner) {
	for len(set) > 0 {
		before, known := c.optoutsBefore(ctx, set)
		for wave := range slices.Chunk(set, how.wave) {
			each(wave, how.atOnce, func(o operation) { prepareOnce(ctx, o) })
			c.send(ctx, open(wave), how)
		}
		if known {
			c.proveByOptouts(ctx, open(set), before, how)
		}
		c.readBackByPages(ctx, open(set), how)
		each(open(set), how.atOnce, func(o operation) { o.readBack(ctx) })
		toLook := c.toRepeat(ctx, open(set))
		set = open(set)
		c.lookAt(ctx, toLook, how, true)
		set = open(set)
	}
}

func prepareOnce(ctx context.Context, o operation) {
	p := o.state()
	if p.prepared {
		return
	}
	p.prepared = true
	if err := o.prepare(ctx); err != nil {
		p.finish(err)
	}
}

// makeReady drops the rows of a command whose operation refuses to begin.
func (c *Client) makeReady(ctx context.Context, rows []sending) []sending {
	c.beforeWrite.Lock()
	defer c.beforeWrite.Unlock()
	return filter(rows, func(row sending) bool {
		p := row.of.state()
		if !p.begun {
			p.begun = true
			if err := row.of.ready(ctx); err != nil {
				p.finish(err)
			}
		}
		return !p.finished
	})
}

// open are the operations that have no outcome yet.
func open(set []operation) []operation {
	return filter(set, func(o operation) bool { return !o.state().finished })
}

// send sends what is left to be sent: the first commands of all operations, then
// their second ones, and so on. Equal commands are sent as one.
func (c *Client) send(ctx context.Context, set []operation, how *manner) {
	left := make([][]write, len(set))
	each(numbers(len(set)), how.atOnce, func(i int) {
		p := set[i].state()
		p.uncertain, p.stopped, p.shared, p.waited = nil, false, false, false
		var err error
		if left[i], err = set[i].writes(ctx); err != nil {
			p.finish(err)
		}
	})
	for step := 0; ; step++ {
		commands := c.combine(set, left, step)
		if len(commands) == 0 {
			return
		}
		each(commands, how.atOnce, func(command []sending) {
			c.sendCommand(ctx, command)
			if len(set) > c.batchSize {
				how.count(lastOf(command))
			}
		})
	}
}

// sending is a row of a command, and whose it is.
type sending struct {
	write
	of   operation
	last bool // nothing more is sent for it in this round
}

// lastOf are the operations for which this command was the last of its round.
func lastOf(command []sending) []operation {
	var done []operation
	for _, row := range command {
		if row.last {
			done = append(done, row.of)
		}
	}
	return done
}

// combine puts the rows of one step into commands.
func (c *Client) combine(set []operation, left [][]write, step int) [][]sending {
	var commands [][]sending
	last := make(map[string]int) // the newest command of a key
	for i, o := range set {
		p := o.state()
		if p.finished || p.stopped || p.uncertain != nil || step >= len(left[i]) {
			continue
		}
		w := left[i][step]
		key := w.key()
		at, found := last[key]
		if p.alone || w.row.names == "" || !found || len(commands[at]) == c.batchSize {
			at = len(commands)
			commands = append(commands, nil)
			if !p.alone && w.row.names != "" {
				last[key] = at
			}
		}
		commands[at] = append(commands[at], sending{w, o, step == len(left[i])-1})
	}
	return commands
}

// sendCommand sends one command and judges its answer for each row.
func (c *Client) sendCommand(ctx context.Context, rows []sending) {
	if rows = c.makeReady(ctx, rows); len(rows) == 0 {
		return
	}
	cmd := rows[0].command
	if rows[0].row.names != "" {
		records := make([]record, len(rows))
		for i, row := range rows {
			records[i] = row.row
		}
		cmd.arguments = append(slices.Clip(cmd.arguments), dataOf(records))
	}
	a, sendErr := c.act(ctx, rows[0].attempt, cmd)
	if rows[0].optouts {
		c.optouts.Clear()
	}
	for _, row := range rows {
		err, p := sendErr, row.of.state()
		if err == nil {
			err = row.judge(a, len(rows))
		} else {
			err = concerning(row.attempt, err)
		}
		if sendErr == nil || isUncertain(sendErr) {
			p.outcome.Sent = true
		}
		switch {
		case isUncertain(err):
			p.uncertain, p.shared, p.alone = err, len(rows) > 1, true
		case err != nil && row.failed != nil:
			row.failed(err)
		case err != nil:
			p.finish(err)
		}
	}
}

// toRepeat pauses, and returns those operations whose last command had an
// unknown outcome and is sent once more, by itself. A command that several
// contacts shared does not count as an attempt. The others are given up.
func (c *Client) toRepeat(ctx context.Context, set []operation) []operation {
	var again []operation
	pause, try := false, 0
	for _, o := range set {
		p := o.state()
		if p.uncertain == nil {
			continue
		}
		answered := errors.Is(p.uncertain, errTotals)
		if ctx.Err() != nil || !answered && !p.shared && p.repeats >= c.retries {
			p.finish(o.gaveUp(p.uncertain))
			continue
		}
		if !answered {
			pause, try = true, max(try, p.repeats)
			if !p.shared {
				p.repeats++
			}
		}
		again = append(again, o)
	}
	if pause && !c.pause(ctx, try) {
		for _, o := range again {
			o.state().finish(o.gaveUp(o.state().uncertain))
		}
		return nil
	}
	return again
}

// each calls do with every item, a few at a time, and returns when all calls
// have.
func each[T any](items []T, atOnce int, do func(T)) {
	var workers sync.WaitGroup
	next := make(chan T)
	for range min(len(items), max(atOnce, 1)) {
		workers.Go(func() {
			for item := range next {
				do(item)
			}
		})
	}
	for _, item := range items {
		next <- item
	}
	close(next)
	workers.Wait()
}

func filter[T any](items []T, keep func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(items), func(item T) bool { return !keep(item) })
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// grace is how long a contact that was just sent is still looked for after the
// run was cancelled. Without its id it would be lost from the state.
const grace = 15 * time.Second

// withGrace is ctx, except that it ends a little after ctx does.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(grace, cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() {
		stop()
		cancel()
	}
}

func keysOf(addresses ...string) []string {
	for i := range addresses {
		addresses[i] = textform.Key(addresses[i])
	}
	return addresses
}
