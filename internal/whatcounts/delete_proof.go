package whatcounts

import "context"

// The totals in the answer to a delete that several contacts share prove
// nothing about one of them: a row may have met two contacts, and another row
// none. What proves it for many at once is the Global Optout that each delete
// records. The fresh ones of the realm are looked at before the command and
// after it; the look after one command is the one before the next, as long as
// nothing else was sent that records opt-outs. Whoever this does not prove is
// looked up. whatcounts.md#delete whatcounts.md#show_optglobal.

// freshOptouts are the global opt-outs of today, in whatever time zone the
// service counts: reports have days, and no times.
var freshOptouts = optoutQuery{days: 2}

// provesByOptout reports whether an opt-out that appears can only come from the
// end of this contact. Opt-outs stand on an address, so nobody else may have been
// there, and no earlier delete may have been about it: its opt-out may show late.
// A customer key says more than that, where the service shows it.
func (d *deletion) provesByOptout() bool { return d.firstOn && (d.keyed || d.alone) }

// optout is the opt-out that the delete of this contact records.
func (d *deletion) optout() addressHash {
	if d.keyed {
		return hashOfKeyed(d.Email, d.CustomerKey)
	}
	return hashOf(d.Email)
}

// optoutsBefore are the fresh opt-outs right before a command. known is false
// where the service does not tell them, or where a look costs no less than
// looking the contacts up.
func (c *Client) optoutsBefore(ctx context.Context, rows []sending) (before addressSet, known bool) {
	provable := filter(rows, func(row sending) bool { return row.deletes != nil && row.deletes.provesByOptout() })
	if len(provable) < 2 {
		return nil, false
	}
	before, err := c.shownBy(ctx, freshOptouts)
	return before, err == nil
}

// proveByOptouts notes who is proved to be gone by the opt-outs after a command
// whose answer counts everybody. It is done also when the run was cancelled
// meanwhile.
func (c *Client) proveByOptouts(ctx context.Context, rows []sending, before addressSet) {
	if !rows[0].deletes.counted {
		return
	}
	ctx, cancel := withGrace(ctx)
	defer cancel()
	after, err := c.shownBy(ctx, freshOptouts)
	if err != nil {
		return
	}
	for _, row := range rows {
		d := row.deletes
		d.proved = d.provesByOptout() && !before.contain(d.optout()) && after.contain(d.optout())
	}
}
