package whatcounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// byName deletes targets by their columns, many with one command.
func (b *bulkDelete) byName(ctx context.Context, queue []int) {
	var nameless []int
	for len(queue) > 0 {
		var batch []int
		for len(batch) < b.batchSize && len(queue) > 0 {
			var some []int
			some, queue = b.take(queue, b.batchSize-len(batch))
			b.look(ctx, some)
			for _, i := range b.refuseRepeated(some) {
				if b.namesByAddress(i) {
					nameless = append(nameless, i)
				} else {
					batch = append(batch, i)
				}
			}
		}
		b.deleteBatch(ctx, batch, false)
		b.report()
	}
	for len(nameless) > 0 {
		var batch []int
		batch, nameless = b.take(nameless, b.batchSize)
		b.deleteBatch(ctx, batch, true)
		b.report()
	}
}

// deleteBatch deletes targets whose columns are the same. Their addresses are
// held together, so that nobody in this process comes between the last look
// and the command.
func (b *bulkDelete) deleteBatch(ctx context.Context, batch []int, lookAgain bool) {
	if len(batch) == 0 {
		return
	}
	addresses := make([]string, 0, len(batch))
	for _, i := range batch {
		addresses = append(addresses, b.contact(i).Email)
	}
	release, err := b.addresses.hold(ctx, addresses...)
	if err != nil {
		b.failAll(batch, err)
		return
	}
	defer release()
	if lookAgain {
		b.look(ctx, batch)
		batch = b.left(batch)
	}
	b.sendBatch(ctx, b.prepare(ctx, batch))
}

func (b *bulkDelete) failAll(batch []int, err error) {
	for _, i := range batch {
		b.fail(i, err)
	}
}

// prepare calls Before for every target, and returns those that may go.
func (b *bulkDelete) prepare(ctx context.Context, batch []int) []int {
	errs := make([]error, len(batch))
	concurrently(len(batch), func(n int) { errs[n] = b.readWhole(ctx, batch[n]) })
	for n, i := range batch {
		if errs[n] == nil {
			errs[n] = ctx.Err()
		}
		if errs[n] == nil {
			errs[n] = b.callBefore(i)
		}
		if errs[n] != nil {
			b.fail(i, errs[n])
		}
	}
	return b.left(batch)
}

// sendBatch sends one command, and again for those of whom it is not known
// whether it arrived and who are still there.
func (b *bulkDelete) sendBatch(ctx context.Context, batch []int) {
	for try := 0; len(batch) > 0; try++ {
		err := b.send(ctx, batch)
		batch = b.left(batch)
		if err == nil || len(batch) == 0 {
			b.alone(ctx, batch)
			return
		}
		if try >= b.retries || !b.pause(ctx, try) {
			b.failAll(batch, notDone("", err))
			return
		}
		if b.namesByAddress(batch[0]) {
			b.alone(ctx, batch) // which looks at the address once more
			return
		}
	}
}

// send sends one command and settles what its answer, or a look, tells. Those
// without a result after it are still there. The error is that of a command
// whose answer was lost.
func (b *bulkDelete) send(ctx context.Context, batch []int) error {
	records := make([]encoded, 0, len(batch))
	for _, i := range batch {
		record, err := encode(b.contact(i).toDelete(b.keyed))
		if err != nil {
			b.fail(i, err)
			continue
		}
		records = append(records, record)
	}
	if batch = b.left(batch); len(batch) == 0 {
		return nil
	}
	attempt := fmt.Sprintf("deleting %d contacts", len(batch))
	answer, err := b.act(ctx, attempt, newCommand("delete", dataOf(records...)))
	b.optouts.Clear()
	if err != nil && !isUnclear(err) {
		b.failAll(batch, err)
		return nil
	}
	users, counted := answer.countDeleted()
	switch {
	case err == nil && counted && users == len(batch):
		for _, i := range batch {
			b.conclude(i, Deleted, nil)
		}
		return nil
	case err == nil && counted && users > len(batch):
		b.failAll(batch, deletedMore(attempt, len(batch), users))
		return nil
	}
	gone := Deleted
	if answer.deletesNothing() || counted && users == 0 {
		gone = AlreadyGone
	}
	outcome := err
	if err == nil {
		outcome = b.refusedBy(attempt, answer)
	}
	b.lookForGone(ctx, attempt, batch, gone, outcome)
	return err
}

// deletedMore is the error for a delete that reached more than was asked for.
func deletedMore(attempt string, rows, users int) error {
	return &apierror.Error{
		Kind: apierror.Uncertain, Attempt: attempt,
		Reason: fmt.Sprintf("more was deleted than asked for: the service says that it deleted %d contacts, where %s meant", users, were(rows)),
		Advice: "Check everyone on this address in WhatCounts. A delete cannot be undone.",
	}
}

// lookForGone looks, for a while, who of a batch is gone. Those still there
// have no result after it. It goes on for a moment after the run is cancelled:
// what was done has to be told.
func (b *bulkDelete) lookForGone(ctx context.Context, attempt string, batch []int, gone DeleteResult, outcome error) {
	ctx, cancel := withGrace(ctx)
	defer cancel()
	errs := make(map[int]error, len(batch))
	// Every error is that of a contact, and recorded as such.
	_ = b.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		batch = b.left(batch)
		found := make([]error, len(batch))
		concurrently(len(batch), func(n int) {
			_, found[n] = b.readExpected(ctx, b.attempt(batch[n]), b.contact(batch[n]), b.keyed)
		})
		for n, i := range batch {
			if apierror.Is(found[n], apierror.NotFound) {
				b.conclude(i, gone, nil)
			}
			errs[i] = found[n]
		}
		return len(b.left(batch)) == 0, nil
	})
	for _, i := range b.left(batch) {
		var changed *ChangedError
		switch err := errs[i]; {
		case errors.As(err, &changed):
			b.fail(i, err)
		case err != nil:
			b.fail(i, notReadBack(attempt, outcome, err, "Look for the contact in WhatCounts."))
		}
	}
}

// alone deletes targets that a shared command left there, each by itself: its
// answer says why.
func (b *bulkDelete) alone(ctx context.Context, batch []int) {
	concurrently(len(batch), func(n int) {
		i := batch[n]
		d := &deletion{itinerary: &itinerary{Client: b.Client, alone: true}, attempt: b.attempt(i), target: b.contact(i), keyed: b.keyed, byAddress: true}
		d.send = d.sendDelete
		if _, err := d.carryOut(ctx); err != nil {
			b.fail(i, err)
			return
		}
		b.conclude(i, Deleted, nil)
	})
}
