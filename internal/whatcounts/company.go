package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/batch"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// This file lets contacts that are changed at about the same time share
// commands. What an answer means stays with the callers, each of which reads it
// for its own contact: an answer about several has totals only. Whatever is
// sent a second time is sent alone, so that one row that the service cannot take
// stands in nobody else's way for long, and gets the answer that it would have
// got without company.

// parcel is one row of a command.
type parcel struct {
	command // without its data
	record  encoded
	adds    bool // a subscribe that is to add its contact
}

// companyKey is what rows have in common that may share a command.
type companyKey struct {
	command, columns string
	adds             bool
}

func (p parcel) key() companyKey {
	var text strings.Builder
	text.WriteString(p.name)
	for _, a := range p.arguments {
		fmt.Fprintf(&text, "&%s=%s", a.name, a.value)
	}
	return companyKey{text.String(), p.record.names, p.adds}
}

// with is the command with the rows of parcels that may share it.
func with(parcels ...parcel) command {
	records := make([]encoded, 0, len(parcels))
	for _, p := range parcels {
		records = append(records, p.record)
	}
	return newCommand(parcels[0].name, append(slices.Clip(parcels[0].arguments), dataOf(records...))...)
}

// shipment is what came back for a command. Every caller whose row was in it
// judges it as if it were its own.
type shipment struct {
	refused  bool // the credentials were refused meanwhile, and nothing was sent
	response httpclient.Response
	err      error
}

func (c *Client) ship(ctx context.Context, parcels []parcel) shipment {
	if c.refusal.Load() != nil {
		return shipment{refused: true}
	}
	response, err := c.wire.Do(ctx, c.request(with(parcels...), httpclient.Once))
	return shipment{response: response, err: err}
}

// place is that of one row in a command which others may share.
type place = batch.Place[companyKey, parcel, shipment]

// itinerary are the commands of one operation that others may share, as far as
// they can be told in advance. Each is announced before the one ahead of it is
// sent: callers that come out of one command together then find each other
// announced for the next.
type itinerary struct {
	*Client
	operation *batch.Operation[companyKey, parcel, shipment]
	ahead     []parcel
	announced *place
	alone     bool // a command had an unclear outcome
}

// setOut says what will be sent, as far as is known, and announces the first
// of it. It is followed by end.
func (t *itinerary) setOut(parcels ...parcel) {
	t.operation = t.shared.Begin()
	t.ahead = parcels
	t.announce()
}

func (t *itinerary) announce() {
	if len(t.ahead) > 0 && !t.alone {
		t.announced = t.operation.Expect(t.ahead[0].key())
	}
}

// end says that nothing more will be sent.
func (t *itinerary) end() { t.operation.End() }

// take is the place for a row. What comes after the row is announced.
func (t *itinerary) take(key companyKey) *place {
	own := t.announced
	t.announced = nil
	if own != nil && own.Key() != key {
		own.Withdraw()
		own = nil
	}
	if own == nil {
		own = t.operation.Expect(key)
	}
	if i := slices.IndexFunc(t.ahead, func(p parcel) bool { return p.key() == key }); i >= 0 {
		t.ahead = t.ahead[i+1:]
	}
	t.announce()
	return own
}

// actShared sends a row, in company if there is any, and returns the answer
// with the number of rows that it is about. See [Client.act].
func (t *itinerary) actShared(ctx context.Context, attempt string, p parcel) (answer reply, rows int, err error) {
	if err := t.refusedBefore(attempt); err != nil {
		return reply{}, 1, err
	}
	if t.alone {
		answer, err := t.act(ctx, attempt, with(p))
		return answer, 1, err
	}
	sent, rows, err := t.take(p.key()).Arrive(ctx, p)
	switch {
	case errors.Is(err, batch.ErrNotSent):
		return reply{}, 1, withVerdict(attempt, ctx.Err())
	case err != nil:
		err = t.unclear(attempt, "the run was cancelled, and "+err.Error(), err)
	case sent.refused:
		return reply{}, 1, t.refusedBefore(attempt)
	default:
		answer, err = t.answered(attempt, sent.response, sent.err)
		answer, err = t.outcome(attempt, answer, err)
	}
	if isUnclear(err) {
		err = t.goAlone(err, rows)
	}
	return answer, rows, err
}

// goAlone has everything after an unclear outcome sent without company.
func (t *itinerary) goAlone(err error, rows int) error {
	t.alone = true
	if t.announced != nil {
		t.announced.Withdraw()
		t.announced = nil
	}
	var unclear *unclearOutcome
	if errors.As(err, &unclear) {
		unclear.shared = rows > 1
	}
	return err
}

// errTotals is beneath the error for an answer whose totals do not tell what
// became of each row.
var errTotals = errors.New("the totals do not add up")

// notTold is the outcome of a row about which the totals say nothing certain.
func (t *itinerary) notTold(attempt string, answer reply, rows int) error {
	return t.goAlone(t.unclear(attempt, fmt.Sprintf("%d contacts were sent with one command, and its answer does not tell what became of each: %s", rows, t.quote(answer.text)), errTotals), rows)
}

// were is how many contacts a command was about, in a sentence.
func were(rows int) string {
	if rows == 1 {
		return "one was"
	}
	return fmt.Sprintf("%d were", rows)
}
