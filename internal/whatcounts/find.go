package whatcounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// mostRows is the most that a search ever returns. As many rows as this mean
// that there may be more. "WhatCounts: Find Contact".
const mostRows = 250

var errPerhapsMore = errors.New("the answer may lack rows")

var findLayout = layout{
	keys:     []string{"subscriber_id"},
	order:    []string{"subscriber_id", "email", "first", "last", "lists"},
	required: []string{"email", "first"},
}

// FindContacts are the contacts with exactly this address, without regard to
// case, and with this first name when one is given ("" means none). It takes
// one request. No match is an empty result; an answer that may be incomplete
// is a apierror.Uncertain error. "WhatCounts: Find Contact".
func (c *Client) FindContacts(ctx context.Context, email string, firstName *string) ([]Match, error) {
	matches, err := c.contactsOn(ctx, "looking for contacts with the address "+email, email)
	if firstName == nil || err != nil {
		return matches, err
	}
	return slices.DeleteFunc(matches, func(m Match) bool { return m.FirstName != *firstName }), nil
}

// contactsOn are all contacts on an address. The rows are compared here: exact
// is the service's word for it, and its rules for letter case are not known.
func (c *Client) contactsOn(ctx context.Context, attempt, email string) ([]Match, error) {
	if email == "" {
		return nil, invalid(attempt, "no address is given; WhatCounts would return every contact", "Set email.")
	}
	if err := CheckIdentity("email", email); err != nil {
		return nil, err
	}
	matches, err := c.find(ctx, attempt, argument{"email", email}, argument{"exact", "1"})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(matches, func(m Match) bool { return !strings.EqualFold(m.Email, email) }), nil
}

// find sends a search for something that decides what happens to a contact:
// an answer that may lack rows is an error.
func (c *Client) find(ctx context.Context, attempt string, criteria ...argument) ([]Match, error) {
	answer, err := c.query(ctx, attempt, newCommand("find", append(criteria, asTable...)...))
	if err != nil {
		return nil, err
	}
	matches, rows, err := c.readMatches(attempt, answer)
	if err == nil && rows >= mostRows {
		return nil, &apierror.Error{
			Kind: apierror.Uncertain, Attempt: attempt,
			Reason: fmt.Sprintf("the service returned %d rows, the most it ever does; there are perhaps more", rows),
			Cause:  errPerhapsMore,
		}
	}
	return matches, err
}

// readMatches reads the rows of a search, and counts them before repetitions
// of a contact are dropped.
func (c *Client) readMatches(attempt string, answer reply) (matches []Match, rows int, err error) {
	if answer.findsNothing() {
		return nil, 0, nil
	}
	if answer.said == saidFailure {
		return nil, 0, c.refusedBy(attempt, answer)
	}
	err = c.readAll(attempt, answer, findLayout, func(row record) error {
		rows++
		match, err := readMatch(row)
		if err == nil && !slices.ContainsFunc(matches, func(m Match) bool { return m.SubscriberID == match.SubscriberID }) {
			matches = append(matches, match)
		}
		return err
	})
	return matches, rows, err
}

func readMatch(row record) (Match, error) {
	id, err := row.id("subscriber_id")
	if err != nil {
		return Match{}, err
	}
	email, found := row.value("email")
	first, named := row.value("first")
	if !found || !named {
		return Match{}, fmt.Errorf("%w: e-mail address or first name is missing", errMalformedRow)
	}
	return Match{
		SubscriberID: id,
		Email:        strings.TrimSpace(email),
		FirstName:    first,
		LastName:     row.text("last"),
		Lists:        readLists(row.text("lists")),
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

// Search is what to look for with [Client.SearchContacts]. Email is required:
// without it the service would return everyone.
type Search struct {
	Email  string
	Exact  bool  // false: Email may be a part of the address
	ListID int64 // only contacts on this list; 0 for the whole realm
}

// SearchContacts are the contacts that the service finds, at most 250; more
// says that there may be others. The rows are the service's own choice: use
// [Client.FindContacts] for anything that decides what happens to a contact.
// "WhatCounts: Find Contact, Find Contact in List".
func (c *Client) SearchContacts(ctx context.Context, search Search) (matches []Match, more bool, err error) {
	attempt := "searching for contacts with " + search.Email
	if search.Email == "" {
		return nil, false, invalid("searching for contacts", "no address is given; WhatCounts would return every contact", "Set email.")
	}
	if err := CheckIdentity("email", search.Email); err != nil {
		return nil, false, err
	}
	arguments := []argument{{"email", search.Email}, {"exact", "0"}}
	if search.Exact {
		arguments[1].value = "1"
	}
	name := "find"
	if search.ListID != 0 {
		name = "findinlist"
		arguments = append(arguments, argument{"list_id", strconv.FormatInt(search.ListID, 10)})
	}
	answer, err := c.query(ctx, attempt, newCommand(name, append(arguments, asTable...)...))
	if err != nil {
		return nil, false, err
	}
	matches, rows, err := c.readMatches(attempt, answer)
	if search.Exact {
		matches = slices.DeleteFunc(matches, func(m Match) bool { return !strings.EqualFold(m.Email, search.Email) })
	}
	return matches, rows >= mostRows, err
}
