package whatcounts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Updated is a row of the report of changed contacts.
type Updated struct {
	SubscriberID int64
	// Digest is of all columns of the row, whatever they are: while it stays the
	// same, the row says nothing new.
	Digest string
}

// ErrNoReport is beneath the error of [Client.UpdatedBetween] where the service
// has no report that can be used: it refuses the command, or answers with rows
// that name no contact.
var ErrNoReport = errors.New("the service has no report of changed contacts")

// reportIDs are the headings under which a row may name its contact.
var reportIDs = []string{"subscriber_id", "subscriber id", "subscriberid", "contact_id", "contact id", "id"}

// reportTime is how the report takes a date.
// whatcounts.md#rpt_sub_by_update_datetime.
const reportTime = "01/02/2006 15:04:05"

// UpdatedBetween are the contacts on a list that the service reports as changed
// between two times, in its order; a contact may come more than once. Neither
// the zone of the service nor the columns of the report are documented: the times
// are sent as they are in UTC, so a caller asks with a margin of a day on both
// sides, and what a row says is given as a digest. It takes one request, and more
// where the service answers in pages. The error is [ErrNoReport] beneath an
// apierror.Refused one where there is no report, and apierror.Uncertain for an
// answer that is cut off, or that may lack rows.
// whatcounts.md#rpt_sub_by_update_datetime.
func (c *Client) UpdatedBetween(ctx context.Context, listID int64, start, end time.Time) ([]Updated, error) {
	attempt := fmt.Sprintf("asking who of list %d has changed", listID)
	if err := checkListed(attempt, listID); err != nil {
		return nil, err
	}
	arguments := []argument{
		{"list_id", strconv.FormatInt(listID, 10)},
		{"start_datetime", start.UTC().Format(reportTime)}, {"end_datetime", end.UTC().Format(reportTime)},
	}
	var all []Updated
	for {
		page, err := c.updatedPage(ctx, attempt, arguments, len(all))
		if err != nil {
			return nil, notSent(attempt, err)
		}
		// Whether the report has pages is not documented. As many rows as fill some
		// mean that there may be more.
		if len(all) > 0 && len(page) > 0 && slices.Contains(all, page[0]) {
			return nil, c.unreadable(attempt, errPerhapsMore)
		}
		all = append(all, page...)
		if len(page) == 0 || len(page)%pageRows != 0 {
			return all, nil
		}
	}
}

func (c *Client) updatedPage(ctx context.Context, attempt string, arguments []argument, offset int) (page []Updated, err error) {
	if offset > 0 {
		arguments = append(slices.Clip(arguments), argument{"offset", strconv.Itoa(offset)})
	}
	err = c.repeatStream(ctx, func() error {
		page = nil
		var headings []string
		return c.stream(ctx, attempt, tableCommand("rpt_sub_by_update_datetime", arguments...), func(status int, body io.Reader) error {
			return c.readStream(attempt, status, body, layout{keys: reportIDs}, func(row tableRow) error {
				if headings == nil {
					headings = slices.Sorted(maps.Keys(row.table.columns))
				}
				if _, named := row.value(reportIDs...); !named {
					return &apierror.Error{Kind: apierror.Refused, Attempt: attempt, Reason: "the rows do not name contacts by subscriber id"}
				}
				updated, err := readUpdated(row, headings)
				if err != nil {
					return c.unreadable(attempt, err)
				}
				page = append(page, updated)
				return nil
			})
		})
	})
	var refused *apierror.Error
	if errors.As(err, &refused) && refused.Kind == apierror.Refused {
		noReport := *refused
		noReport.Cause = ErrNoReport
		err = &noReport
	}
	return page, err
}

func readUpdated(row tableRow, headings []string) (Updated, error) {
	id, err := row.id(reportIDs...)
	sum := sha256.New()
	for _, heading := range headings {
		// A hash never fails to take what is written to it.
		_, _ = fmt.Fprintf(sum, "%q=%q\n", heading, row.text(heading))
	}
	return Updated{SubscriberID: id, Digest: hex.EncodeToString(sum.Sum(nil)[:8])}, err
}

// noteClock remembers how far the service's clock is from the own.
func (c *Client) noteClock(header http.Header) {
	if told, err := http.ParseTime(header.Get("Date")); err == nil {
		ahead := time.Until(told)
		c.clockAhead.Store(&ahead)
	}
}

// ServiceTime is what time it is by the service's own clock, to about a second:
// each answer tells it. It is false before the first one.
func (c *Client) ServiceTime() (time.Time, bool) {
	ahead := c.clockAhead.Load()
	if ahead == nil {
		return time.Time{}, false
	}
	return time.Now().Add(*ahead), true
}
