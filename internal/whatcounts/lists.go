package whatcounts

import (
	"context"
	"fmt"
	"slices"
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
