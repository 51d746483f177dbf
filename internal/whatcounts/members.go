package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// pageRows is how many rows a full page of the report has. A page with fewer is
// the last. "WhatCounts: rpt_subscribers_in_list".
const pageRows = 250

var memberLayout = layout{
	keys:  []string{"subscriber_id"},
	order: []string{"subscriber_id", "email", "first_name", "last_name", "created_date"},
}

var errSamePage = errors.New("it repeats the page before")

// Members are all contacts on a list, in the service's order. They come in
// pages, each of which is asked for when the one before is used up, so that who
// stops early asks for no more. An error is the last of the sequence; members
// before it were yielded. One who joins or leaves while the pages are read may
// be missed, and nobody comes twice. The rows do not tell of other lists:
// Match.Lists has this one. "WhatCounts: rpt_subscribers_in_list".
func (c *Client) Members(ctx context.Context, listID int64) iter.Seq2[Match, error] {
	attempt := fmt.Sprintf("asking for the contacts on list %d", listID)
	return func(yield func(Match, error) bool) {
		if listID <= 0 {
			yield(Match{}, invalid(attempt, fmt.Sprintf("there is no list %d", listID), "Give the number of a list in list_id."))
			return
		}
		seen := make(map[int64]bool)
		for offset := 0; ; {
			page, rows, err := c.memberPage(ctx, attempt, listID, offset)
			page = slices.DeleteFunc(page, func(m Match) bool { return seen[m.SubscriberID] })
			if err == nil && rows >= pageRows && len(page) == 0 {
				// Without this, a service that ignores offset would be asked for ever.
				err = c.unreadable(attempt, errSamePage)
			}
			if err != nil {
				yield(Match{}, err)
				return
			}
			for _, member := range page {
				seen[member.SubscriberID] = true
				if !yield(member, nil) {
					return
				}
			}
			if rows < pageRows {
				return
			}
			offset += rows
		}
	}
}

// memberPage is one page, and how many rows it came with.
func (c *Client) memberPage(ctx context.Context, attempt string, listID int64, offset int) (page []Match, rows int, err error) {
	answer, err := c.query(ctx, attempt, newCommand("rpt_subscribers_in_list", append([]argument{
		{"list_id", strconv.FormatInt(listID, 10)}, {"offset", strconv.Itoa(offset)},
	}, asTable...)...))
	if err != nil {
		return nil, 0, err
	}
	if answer.said == saidFailure {
		return nil, 0, withAdvice(c.refusedBy(attempt, answer), "Check list_id: the realm may have no such list.")
	}
	err = c.readAll(attempt, answer, memberLayout, func(row record) error {
		rows++
		id, err := row.id("subscriber_id")
		if err != nil {
			return err
		}
		email, found := row.value("email")
		if !found || !strings.Contains(email, "@") {
			return fmt.Errorf("%w: it holds no address", errMalformedRow)
		}
		page = append(page, Match{
			SubscriberID: id,
			Email:        strings.TrimSpace(email),
			FirstName:    row.text("first_name", "first"),
			LastName:     row.text("last_name", "last"),
			Lists:        []int64{listID},
		})
		return nil
	})
	return page, rows, err
}
