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
// the last. whatcounts.md#rpt_subscribers_in_list.
const pageRows = 250

// pageStep is how far apart pages begin that are read several at once. Each
// begins with the last row of the one before: two pages that do not meet there
// tell that somebody joined or left in between.
const pageStep = pageRows - 1

var memberLayout = layout{
	keys:  []string{"subscriber_id"},
	order: []string{"subscriber_id", "email", "first_name", "last_name", "created_date"},
}

var errSamePage = errors.New("it repeats the page before")

// ErrLongList says that a list has more members than it is worth to read. It is
// the error of [Client.ManyMembers] as it stands.
var ErrLongList = errors.New("the list has more members than were to be read")

// Members are all contacts on a list, in the service's order. They come in
// pages, each of which is asked for when the one before is used up, so that who
// stops early asks for no more. An error is the last of the sequence; members
// before it were yielded. One who joins or leaves while the pages are read may
// be missed, and nobody comes twice. The rows do not tell of other lists:
// Row.Lists has this one. whatcounts.md#rpt_subscribers_in_list.
func (c *Client) Members(ctx context.Context, listID int64) iter.Seq2[Row, error] {
	attempt := membersAttempt(listID)
	return func(yield func(Row, error) bool) {
		if err := checkListed(attempt, listID); err != nil {
			yield(Row{}, err)
			return
		}
		seen := make(map[int64]bool)
		for offset := 0; ; {
			page, err := c.memberPage(ctx, attempt, listID, offset)
			fresh := filter(page.rows, func(m Row) bool { return !seen[m.SubscriberID] })
			if err == nil && page.isFull() && len(fresh) == 0 {
				// Without this, a service that ignores offset would be asked for ever.
				err = c.unreadable(attempt, errSamePage)
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, member := range fresh {
				seen[member.SubscriberID] = true
				if !yield(member, nil) {
					return
				}
			}
			if !page.isFull() {
				return
			}
			offset += len(page.rows)
		}
	}
}

// Membership is what the pages of one list have shown.
type Membership struct {
	// Rows are in the service's order, and nobody comes twice. Row.Lists has this
	// list alone, in a slice that several share.
	Rows []Row
	// Complete: the pages fit together, so a contact that is not among Rows was not on
	// the list. Otherwise somebody joined or left while they were read, twice, or
	// a row could not be read for certain; look singly for whom Rows lacks.
	Complete bool
}

// ManyMembers are all contacts on a list of about as many members as expected,
// read ten pages at a time. A list with more than most members is ErrLongList,
// after little more requests than expected takes; 0 means that every list is
// read to its end. It takes a request for each 249 members, one for the rest,
// and the same again when somebody joins or leaves meanwhile.
// whatcounts.md#rpt_subscribers_in_list.
func (c *Client) ManyMembers(ctx context.Context, listID int64, expected, most int) (Membership, error) {
	if err := checkListed(membersAttempt(listID), listID); err != nil {
		return Membership{}, err
	}
	members, err := c.readMembership(ctx, listID, expected, most)
	if err == nil && !members.Complete {
		members, err = c.readMembership(ctx, listID, expected, most)
	}
	if errors.Is(err, ErrLongList) {
		return Membership{}, err
	}
	return members, notSent(membersAttempt(listID), err)
}

func (c *Client) readMembership(ctx context.Context, listID int64, expected, most int) (Membership, error) {
	attempt := membersAttempt(listID)
	var pages []memberPage
	for count := max(expected, 0)/pageStep + 1; ; count = mostAtOnce {
		first := len(pages)
		pages = append(pages, make([]memberPage, count)...)
		failed := make(chan error, count)
		each(numbers(count), mostAtOnce, func(i int) {
			if len(failed) > 0 {
				return
			}
			var err error
			if pages[first+i], err = c.memberPage(ctx, attempt, listID, (first+i)*pageStep); err != nil {
				failed <- err
			}
		})
		if len(failed) > 0 {
			return Membership{}, <-failed
		}
		if slices.ContainsFunc(pages[first:], func(page memberPage) bool { return !page.isFull() }) {
			return c.join(attempt, pages)
		}
		if first == 0 && most > 0 {
			// One page behind the most that is wanted tells whether there is more.
			behind, err := c.memberPage(ctx, attempt, listID, max(most, len(pages)*pageStep))
			if err != nil {
				return Membership{}, err
			}
			if len(behind.rows) > 0 {
				return Membership{}, ErrLongList
			}
		}
	}
}

// join puts pages that overlap by one row together.
func (c *Client) join(attempt string, pages []memberPage) (Membership, error) {
	members := Membership{Complete: true, Rows: make([]Row, 0, len(pages)*pageStep)}
	seen := make(map[int64]bool, len(pages)*pageStep)
	for i, page := range pages {
		before := len(members.Rows)
		for _, row := range page.rows {
			certain := !page.guessed || isASCII(row.Email+row.FirstName)
			members.Complete = members.Complete && certain
			if certain && !seen[row.SubscriberID] {
				seen[row.SubscriberID] = true
				members.Rows = append(members.Rows, row)
			}
		}
		if i > 0 && page.isFull() && len(members.Rows) == before {
			return Membership{}, c.unreadable(attempt, errSamePage)
		}
		members.Complete = members.Complete && (i == 0 || pages[i-1].meets(page))
	}
	return members, nil
}

// memberPage is one page.
type memberPage struct {
	rows    []Row
	guessed bool // the charset is not known
}

func (p memberPage) isFull() bool { return len(p.rows) >= pageRows }

// meets reports whether the next of overlapping pages goes on where this one
// ends.
func (p memberPage) meets(next memberPage) bool {
	if !p.isFull() {
		return len(next.rows) == 0
	}
	return len(next.rows) > 0 && p.rows[len(p.rows)-1].SubscriberID == next.rows[0].SubscriberID
}

func (c *Client) memberPage(ctx context.Context, attempt string, listID int64, offset int) (memberPage, error) {
	a, err := c.query(ctx, attempt, tableCommand("rpt_subscribers_in_list",
		argument{"list_id", strconv.FormatInt(listID, 10)}, argument{"offset", strconv.Itoa(offset)}))
	if err != nil {
		return memberPage{}, err
	}
	if a.kind == failure {
		return memberPage{}, withAdvice(c.refusedBy(attempt, a), "Check list_id: the realm may have no such list.")
	}
	page := memberPage{guessed: a.guessed}
	lists := []int64{listID}
	err = c.eachRow(attempt, a, memberLayout, func(row tableRow) error {
		id, err := row.id("subscriber_id")
		if err != nil {
			return err
		}
		email, found := row.value("email")
		if !found || !strings.Contains(email, "@") {
			return fmt.Errorf("%w: it holds no address", errMalformedRow)
		}
		page.rows = append(page.rows, Row{
			Identity: Identity{SubscriberID: id, Email: strings.TrimSpace(email), FirstName: row.text("first_name", "first")},
			LastName: row.text("last_name", "last"),
			Lists:    lists,
		})
		c.seenRow(page.rows[len(page.rows)-1])
		return nil
	})
	return page, err
}

func membersAttempt(listID int64) string {
	return fmt.Sprintf("asking for the contacts on list %d", listID)
}

func checkListed(attempt string, listID int64) error {
	if listID > 0 {
		return nil
	}
	return invalid(attempt, fmt.Sprintf("there is no list %d", listID), "Give the number of a list in list_id.")
}
