package whatcounts

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/verdict"
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
// once per Client, which has no command that changes them. "WhatCounts: Show
// Lists"; the headings are client practice 2016.
func (c *Client) Lists(ctx context.Context) ([]List, error) {
	const attempt = "asking for the lists"
	all, err := c.allLists.Get(ctx, struct{}{}, func(ctx context.Context) ([]List, error) {
		return c.lists(ctx, attempt, newCommand("show_lists", asTable...))
	})
	return slices.Clone(all), withVerdict(attempt, err)
}

// ListByName is the list with this name. A FAILURE is verdict.Refused: how the
// service says that a list is unknown is not documented. "WhatCounts: Get List".
func (c *Client) ListByName(ctx context.Context, name string) (List, error) {
	attempt := "asking for the list " + strconv.Quote(name)
	lists, err := c.lists(ctx, attempt, newCommand("getlistbyname", append([]argument{{"list_name", name}}, asTable...)...))
	if err != nil {
		return List{}, err
	}
	if len(lists) != 1 || !strings.EqualFold(lists[0].Name, name) {
		return List{}, &verdict.Error{Kind: verdict.Refused, Attempt: attempt, Reason: "the service does not show one list of this name", Advice: "Check the name."}
	}
	return lists[0], nil
}

func (c *Client) lists(ctx context.Context, attempt string, cmd command) ([]List, error) {
	answer, err := c.query(ctx, attempt, cmd)
	if err != nil {
		return nil, err
	}
	if answer.said == saidFailure {
		return nil, c.refusedBy(attempt, answer)
	}
	var lists []List
	err = c.readAll(attempt, answer, listLayout, func(row record) error {
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
