package seveng

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

// Type is one kind of communication, such as Email.
type Type struct {
	ID   int64
	Name string
}

const (
	typeCategory = "communicationTypeID"
	attemptTypes = "looking up the types of communications"
)

// Types are the types a communication can have, in 7G's order. They are asked
// for once in the life of the client, whatever the number of callers, and
// without logging in for it. The error is a *apierror.Error and is not
// remembered (7g.md#lookup).
func (c *Client) Types(ctx context.Context) ([]Type, error) {
	types, err := c.types.Get(ctx, typeCategory, c.lookUpTypes)
	return slices.Clone(types), c.cached(attemptTypes, err)
}

// KnownTypes is what [Client.Types] has answered in this run, and nil when nobody
// has asked yet. It sends nothing.
func (c *Client) KnownTypes() []Type {
	types, _ := c.types.Known(typeCategory)
	return slices.Clone(types)
}

func (c *Client) lookUpTypes(ctx context.Context) ([]Type, error) {
	a, err := c.call(ctx, request{
		attempt:   attemptTypes,
		method:    http.MethodGet,
		path:      "/Common/Lookup",
		query:     url.Values{"Name": {typeCategory}},
		anonymous: true,
	})
	if err != nil {
		return nil, err
	}
	types, err := parseTypes(a.data)
	if err != nil {
		return nil, c.unreadable(attemptTypes, err.Error(), adviceTryAgain, err)
	}
	names := make(map[int64]string, len(types))
	for _, t := range types {
		names[t.ID] = t.Name
	}
	c.typeNames.Store(&names)
	return types, nil
}

func parseTypes(data json.RawMessage) ([]Type, error) {
	var rows []json.RawMessage
	if json.Unmarshal(data, &rows) != nil || len(rows) == 0 {
		return nil, errors.New("the answer lists no types")
	}
	types := make([]Type, 0, len(rows))
	for number, row := range rows {
		fields, ok := readObject(row)
		if !ok {
			return nil, fmt.Errorf("row %d is not a record", number+1)
		}
		r := reader{object: fields}
		t := Type{ID: r.number("id"), Name: r.text("value")}
		if r.err != nil {
			return nil, fmt.Errorf("row %d: %w", number+1, r.err)
		}
		if t.ID == 0 || t.Name == "" {
			return nil, fmt.Errorf("row %d lacks its id or its name", number+1)
		}
		types = append(types, t)
	}
	return types, nil
}
