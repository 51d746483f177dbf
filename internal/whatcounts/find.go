package whatcounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// mostRows is the most that a search ever returns. As many rows as this mean
// that there may be more. whatcounts.md#find.
const mostRows = 250

var errPerhapsMore = errors.New("the answer may lack rows")

var findLayout = layout{
	keys:     []string{"subscriber_id"},
	order:    []string{"subscriber_id", "email", "first", "last", "lists"},
	required: []string{"email", "first"},
}

// Find are the contacts with exactly this address, without regard to case, and
// with this first name when one is given ("" means none). It takes one request
// for each form in which the service may hold the address. No match is an empty
// result; an answer that may be incomplete is an apierror.Uncertain error.
// whatcounts.md#find.
func (c *Client) Find(ctx context.Context, email string, firstName *string) ([]Row, error) {
	rows, err := c.contactsOn(ctx, "looking for contacts with the address "+email, email)
	if firstName == nil || err != nil {
		return rows, err
	}
	return slices.DeleteFunc(rows, func(row Row) bool { return !textform.Same(row.FirstName, *firstName) }), nil
}

// contactsOn are all contacts on an address. The rows are compared here: exact
// is the service's word for it, and its rules for letter case are not known.
func (c *Client) contactsOn(ctx context.Context, attempt, email string) ([]Row, error) {
	if email == "" {
		return nil, invalid(attempt, "no address is given; WhatCounts would return every contact", "Set email.")
	}
	if err := CheckIdentity("email", email); err != nil {
		return nil, err
	}
	rows, err := c.findForms(ctx, attempt, email, func(form string) []argument {
		return []argument{{"email", form}, {"exact", "1"}}
	})
	return slices.DeleteFunc(rows, func(row Row) bool { return !textform.SameInAnyCase(row.Email, email) }), err
}

// findForms is [Client.find] for a text in every form that the service may hold
// it in. Whether it finds one by another is not known.
// whatcounts.md#contradictions.
func (c *Client) findForms(ctx context.Context, attempt, text string, criteria func(form string) []argument) ([]Row, error) {
	var all []Row
	for _, form := range textform.All(text) {
		rows, err := c.find(ctx, attempt, criteria(form)...)
		if err != nil {
			return nil, err
		}
		all = withRows(all, rows)
	}
	return all, nil
}

// withRows are rows and more of them, each contact once.
func withRows(rows, more []Row) []Row {
	for _, row := range more {
		if !slices.ContainsFunc(rows, func(known Row) bool { return known.SubscriberID == row.SubscriberID }) {
			rows = append(rows, row)
		}
	}
	return rows
}

// find sends a search for something that decides what happens to a contact: an
// answer that may lack rows is an error.
func (c *Client) find(ctx context.Context, attempt string, criteria ...argument) ([]Row, error) {
	a, err := c.query(ctx, attempt, tableCommand("find", criteria...))
	if err != nil {
		return nil, err
	}
	rows, count, err := c.readRows(attempt, a)
	if err == nil {
		err = a.certainOfRows(attempt, rows)
	}
	if err == nil && count >= mostRows {
		return nil, &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt,
			Reason: fmt.Sprintf("the service returned %d rows, the most it ever does; there are perhaps more", count),
			Cause:  errPerhapsMore,
		}
	}
	return rows, err
}

// readRows reads the rows of a search, and counts them before repetitions of a
// contact are dropped.
func (c *Client) readRows(attempt string, a answer) (rows []Row, count int, err error) {
	if a.findsNobody() {
		return nil, 0, nil
	}
	if a.kind == failure {
		return nil, 0, c.refusedBy(attempt, a)
	}
	seen := make(map[int64]bool)
	err = c.eachRow(attempt, a, findLayout, func(cells tableRow) error {
		count++
		row, err := readRow(cells)
		if err == nil && !seen[row.SubscriberID] {
			seen[row.SubscriberID] = true
			rows = append(rows, row)
			c.seenRow(row)
		}
		return err
	})
	return rows, count, err
}

func readRow(cells tableRow) (Row, error) {
	id, err := cells.id("subscriber_id")
	if err != nil {
		return Row{}, err
	}
	email, found := cells.value("email")
	first, named := cells.value("first")
	if !found || !named {
		return Row{}, fmt.Errorf("%w: e-mail address or first name is missing", errMalformedRow)
	}
	return Row{
		Identity: Identity{SubscriberID: id, Email: strings.TrimSpace(email), FirstName: first},
		LastName: cells.text("last"),
		Lists:    readLists(cells.text("lists")),
	}, nil
}

// readLists reads numbers of lists, as in 5,7 or (5,7). What is no number is no
// list.
func readLists(text string) []int64 {
	var lists []int64
	for part := range strings.SplitSeq(strings.Trim(text, " ()"), ",") {
		if id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64); err == nil && id > 0 {
			lists = append(lists, id)
		}
	}
	slices.Sort(lists)
	return slices.Compact(lists)
}

// Criteria are what to search for with [Client.Search]. Email is required:
// without it the service would return everyone.
type Criteria struct {
	Email  string
	Exact  bool  // false: Email may be a part of the address
	ListID int64 // only contacts on this list; 0 for the whole realm
}

// Search are the contacts that the service finds, at most 250; more says that
// there may be others. The rows are the service's own choice: use [Client.Find]
// for anything that decides what happens to a contact.
// whatcounts.md#find whatcounts.md#findinlist.
func (c *Client) Search(ctx context.Context, criteria Criteria) (rows []Row, more bool, err error) {
	if criteria.Email == "" {
		return nil, false, invalid("searching for contacts", "no address is given; WhatCounts would return every contact", "Set email.")
	}
	if err := CheckIdentity("email", criteria.Email); err != nil {
		return nil, false, err
	}
	attempt := "searching for contacts with " + criteria.Email
	for _, form := range textform.All(criteria.Email) {
		a, err := c.query(ctx, attempt, criteria.command(form))
		if err != nil {
			return nil, false, err
		}
		found, count, err := c.readRows(attempt, a)
		if err != nil {
			return nil, false, err
		}
		rows, more = withRows(rows, found), more || count >= mostRows
	}
	if criteria.Exact {
		rows = slices.DeleteFunc(rows, func(row Row) bool { return !textform.SameInAnyCase(row.Email, criteria.Email) })
	}
	return rows, more, nil
}

// command is the search for one form of the address.
func (c Criteria) command(email string) command {
	name, arguments := "find", []argument{{"email", email}, {"exact", "0"}}
	if c.Exact {
		arguments[1].value = "1"
	}
	if c.ListID != 0 {
		name = "findinlist"
		arguments = append(arguments, argument{"list_id", strconv.FormatInt(c.ListID, 10)})
	}
	return tableCommand(name, arguments...)
}

// errNotShown is a contact whose details are as expected, and which a search for
// its address does not find.
var errNotShown = errors.New("its details show it as expected, and a search for its address does not find it")

// located is a contact that is what was expected, and who shares its address.
type located struct {
	ours   Row
	others []Row
}

// locate finds an expected contact by its address, which also shows who else is
// there. A contact that is not found is looked at by its id: apierror.NotFound
// when it does not exist, a [ChangedError] when it has become another.
func (c *Client) locate(ctx context.Context, attempt string, expected Identity, keyed bool) (located, error) {
	var at located
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		rows, err := c.contactsOn(ctx, attempt, expected.Email)
		if err != nil {
			return false, err
		}
		at = located{}
		for _, row := range rows {
			if row.SubscriberID == expected.SubscriberID && (keyed || textform.Same(inXML(row.FirstName), inXML(expected.FirstName))) {
				at.ours = row
			} else {
				at.others = append(at.others, row)
			}
		}
		if at.ours.SubscriberID != 0 {
			return true, nil
		}
		// Two answers that contradict each other are asked for again, and an address
		// is asked for as the details spell it.
		found, err := c.readExpected(ctx, attempt, expected, keyed)
		if err == nil {
			expected.Email = found.Email
		}
		return false, err
	})
	if err == nil && at.ours.SubscriberID == 0 {
		err = &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt,
			Reason: "the details of " + expected.String() + " show it as expected, a search for its address does not find it", Advice: "Try again later.", Cause: errNotShown,
		}
	}
	return at, notSent(attempt, err)
}

// isExact reports whether the contact's own columns address it and nobody else:
// by key, by e-mail and first name, or by being alone on the address.
func (at located) isExact(contact Identity, keyed bool) bool {
	return keyed || contact.hasName() || len(at.others) == 0
}

// spelled is a contact as the service spells it, which is how a command names
// it. A first name that names nobody stays empty. Only the details tell a
// customer key.
func (c *Client) spelled(ctx context.Context, contact Identity, at located, keyed bool) (Identity, error) {
	contact.Email = at.ours.Email
	if contact.FirstName != "" {
		contact.FirstName = at.ours.FirstName
	}
	if !keyed || !textform.HasOthers(contact.CustomerKey) {
		return contact, nil
	}
	stored, err := c.Contact(ctx, contact.SubscriberID, contact.Email)
	contact.CustomerKey = cmp.Or(stored.CustomerKey, contact.CustomerKey)
	return contact, err
}

// everyone is who is on the address.
func (at located) everyone() []Row { return append([]Row{at.ours}, at.others...) }

// Resolve finds the contact that each identity names, and sends nothing that
// changes one. An identity is an address, with a first name where several
// contacts share it, and with a customer key where the realm has those. One that
// has a subscriber id is looked at as [Client.Delete] verifies it, and one that
// is nothing but an id is read in full. It takes one request for each; a customer-key realm takes one more for each contact on the
// address.
func (c *Client) Resolve(ctx context.Context, identities []Identity) []Resolution {
	resolutions := make([]Resolution, len(identities))
	each(numbers(len(identities)), mostAtOnce, func(i int) {
		resolutions[i].Contact, _, resolutions[i].Err = c.resolve(ctx, "looking for "+identities[i].String(), identities[i])
	})
	var named keySet
	for i := range resolutions {
		if r := &resolutions[i]; r.Err == nil && !named.add(strconv.FormatInt(r.Contact.SubscriberID, 10)) {
			r.Err = repeated("looking for "+identities[i].String(), r.Contact.Identity)
		}
	}
	return resolutions
}

// resolve finds the one contact that an identity names, and whether it is alone
// on its address.
func (c *Client) resolve(ctx context.Context, attempt string, wanted Identity) (found Contact, alone bool, err error) {
	if wanted == (Identity{SubscriberID: wanted.SubscriberID}) {
		found, err = c.Contact(ctx, wanted.SubscriberID, "")
		return found, false, err
	}
	if err := wanted.checkStored(); err != nil {
		return Contact{}, false, err
	}
	keyed, err := c.isKeyed(ctx, attempt, wanted.CustomerKey)
	if err == nil && keyed && wanted.CustomerKey == "" && wanted.SubscriberID == 0 {
		err = keyRequired(attempt)
	}
	if err != nil {
		return Contact{}, false, err
	}
	if wanted.SubscriberID != 0 {
		d := &deletion{Client: c, progress: progress{attempt: attempt}, Deletion: Deletion{Identity: wanted}, keyed: keyed}
		err := d.verify(ctx)
		return d.outcome.Contact, d.alone, err
	}
	rows, err := c.contactsLeft(ctx, attempt, wanted.Email)
	if err != nil {
		return Contact{}, false, err
	}
	alone = len(rows) == 1
	if wanted.FirstName != "" {
		rows = slices.DeleteFunc(rows, func(row Row) bool { return !textform.Same(row.FirstName, wanted.FirstName) })
	}
	if keyed {
		if rows, err = c.thoseWithKey(ctx, attempt, rows, wanted.CustomerKey); err != nil {
			return Contact{}, false, err
		}
	}
	switch len(rows) {
	case 0:
		return Contact{}, false, notFound(attempt, "no such contact is found")
	case 1:
		return rows[0].contact(wanted), alone, nil
	}
	return Contact{}, false, refused(attempt, &AmbiguousError{rows}, "Set first_name to name one of them.")
}
