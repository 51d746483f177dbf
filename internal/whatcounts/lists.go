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

// List is one list of the realm.
type List struct {
	ID          int64
	Name        string
	Description string
}

var (
	listIDs          = []string{"list number", "list id", "list_id", "id"}
	listNames        = []string{"list name", "list_name", "name"}
	listDescriptions = []string{"list description", "description"}
	listLayout       = layout{keys: listIDs, order: []string{listIDs[0], listNames[0], listDescriptions[0]}}
)

// Lists are all lists of the realm, in the service's order. They are asked for
// once per Client, which has no command that changes them.
// whatcounts.md#show_lists.
func (c *Client) Lists(ctx context.Context) ([]List, error) {
	const attempt = "asking for the lists"
	all, err := c.allLists.Get(ctx, struct{}{}, func(ctx context.Context) ([]List, error) {
		return c.readLists(ctx, attempt)
	})
	return slices.Clone(all), notSent(attempt, err)
}

func (c *Client) readLists(ctx context.Context, attempt string) ([]List, error) {
	a, err := c.query(ctx, attempt, tableCommand("show_lists"))
	if err != nil {
		return nil, err
	}
	if a.kind == failure {
		return nil, c.refusedBy(attempt, a)
	}
	var lists []List
	err = c.eachRow(attempt, a, listLayout, func(row tableRow) error {
		id, err := row.id(listIDs...)
		if err != nil {
			return err
		}
		name, found := row.value(listNames...)
		if !found {
			return fmt.Errorf("%w: the name is missing", errMalformedRow)
		}
		lists = append(lists, List{ID: id, Name: name, Description: row.text(listDescriptions...)})
		return nil
	})
	return lists, err
}

// pageRows is how many rows a full page of the report has. A page with fewer is
// the last. whatcounts.md#rpt_subscribers_in_list.
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
// Row.Lists has this one. whatcounts.md#rpt_subscribers_in_list.
func (c *Client) Members(ctx context.Context, listID int64) iter.Seq2[Row, error] {
	attempt := fmt.Sprintf("asking for the contacts on list %d", listID)
	return func(yield func(Row, error) bool) {
		if listID <= 0 {
			yield(Row{}, invalid(attempt, fmt.Sprintf("there is no list %d", listID), "Give the number of a list in list_id."))
			return
		}
		seen := make(map[int64]bool)
		for offset := 0; ; {
			page, rows, err := c.memberPage(ctx, attempt, listID, offset)
			page = slices.DeleteFunc(page, func(m Row) bool { return seen[m.SubscriberID] })
			if err == nil && rows >= pageRows && len(page) == 0 {
				// Without this, a service that ignores offset would be asked for ever.
				err = c.unreadable(attempt, errSamePage)
			}
			if err != nil {
				yield(Row{}, err)
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
func (c *Client) memberPage(ctx context.Context, attempt string, listID int64, offset int) (page []Row, rows int, err error) {
	a, err := c.query(ctx, attempt, tableCommand("rpt_subscribers_in_list",
		argument{"list_id", strconv.FormatInt(listID, 10)}, argument{"offset", strconv.Itoa(offset)}))
	if err != nil {
		return nil, 0, err
	}
	if a.kind == failure {
		return nil, 0, withAdvice(c.refusedBy(attempt, a), "Check list_id: the realm may have no such list.")
	}
	err = c.eachRow(attempt, a, memberLayout, func(row tableRow) error {
		rows++
		id, err := row.id("subscriber_id")
		if err != nil {
			return err
		}
		email, found := row.value("email")
		if !found || !strings.Contains(email, "@") {
			return fmt.Errorf("%w: it holds no address", errMalformedRow)
		}
		page = append(page, Row{
			Identity: Identity{SubscriberID: id, Email: strings.TrimSpace(email), FirstName: row.text("first_name", "first")},
			LastName: row.text("last_name", "last"),
			Lists:    []int64{listID},
		})
		return nil
	})
	return page, rows, err
}
