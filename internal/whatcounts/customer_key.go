package whatcounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// isKeyed reports whether a contact with this customer key, which may be
// empty, is addressed by it. A key that the realm does not use is refused: as a
// column that the service ignores, it would leave the address alone to say
// which contact is meant.
func (c *Client) isKeyed(ctx context.Context, attempt, key string) (bool, error) {
	realm, err := c.Realm(ctx)
	switch {
	case err != nil:
		return false, err
	case key != "" && !realm.Known:
		return false, invalid(attempt, "the service does not say whether this realm tells contacts apart by customer key", "Remove customer_key, or ask WhatCounts to enable the command getrealmsettings.")
	case key != "" && !realm.CustomerKeys:
		return false, invalid(attempt, "this realm does not tell contacts apart by customer key", "Remove customer_key.")
	}
	return realm.CustomerKeys, nil
}

// ConfirmCustomerKey is nil when WhatCounts shows that the contact with this
// subscriber id has the key: in its details, or, where those show no key, by a
// search for it. It is for contacts whose key was not known so far. The error
// is a *apierror.Error: Invalid when the realm has no keys, Refused when the key
// is another contact's or cannot be confirmed.
func (c *Client) ConfirmCustomerKey(ctx context.Context, id int64, email, key string) error {
	attempt := fmt.Sprintf("confirming that contact %d (%s) has the customer key %q", id, email, key)
	if err := CheckIdentity("customer_key", key); err != nil {
		return err
	}
	if _, err := c.isKeyed(ctx, attempt, key); err != nil {
		return err
	}
	stored, err := c.Contact(ctx, id, email)
	if err != nil {
		return err
	}
	switch {
	case textform.Same(stored.CustomerKey, key):
		return nil
	case stored.CustomerKey == "":
		return c.confirmBySearch(ctx, attempt, id, key)
	}
	return refused(attempt, fmt.Errorf("its key is %q", stored.CustomerKey), "Set customer_key to that, or leave the contact alone: another key is another contact.")
}

// findByKey asks the service itself for a customer key.
func (c *Client) findByKey(ctx context.Context, attempt, key string) ([]Row, error) {
	return c.findForms(ctx, attempt, key, func(form string) []argument {
		return []argument{{"identity_field", "customer_key"}, {"identity_value", form}, {"exact", "1"}}
	})
}

func (c *Client) confirmBySearch(ctx context.Context, attempt string, id int64, key string) error {
	const advice = "Check customer_key. Where WhatCounts does not show keys, leave it out and set deletion_policy = \"delete_without_optout\", which works by subscriber id."
	rows, err := c.findByKey(ctx, attempt, key)
	switch {
	case apierror.Is(err, apierror.Refused) || errors.Is(err, errPerhapsMore) || err == nil && len(rows) > mostOfOneKey:
		return refused(attempt, errors.New("WhatCounts neither shows the key nor searches by it"), advice)
	case err != nil:
		return err
	}
	for _, row := range rows {
		if row.SubscriberID == id {
			return nil
		}
	}
	return refused(attempt, errNotFoundByKey, advice)
}

var errNotFoundByKey = errors.New("a search for the key does not find this contact")

// thoseWithKey are the contacts whose details show the key, or, where details
// show none, which a search for the key finds.
func (c *Client) thoseWithKey(ctx context.Context, attempt string, rows []Row, key string) ([]Row, error) {
	var having []Row
	for _, row := range rows {
		stored, err := c.Contact(ctx, row.SubscriberID, row.Email)
		if err == nil && stored.CustomerKey == "" {
			if err = c.confirmBySearch(ctx, attempt, row.SubscriberID, key); err == nil {
				stored.CustomerKey = key
			}
		}
		switch {
		case apierror.Is(err, apierror.NotFound), errors.Is(err, errNotFoundByKey):
		case err != nil:
			return nil, err
		case textform.Same(stored.CustomerKey, key):
			having = append(having, row)
		}
	}
	return having, nil
}

// mostOfOneKey is more contacts than can have one key, spellings of it included.
// A search that finds more has ignored the key.
const mostOfOneKey = 5

// lookByKey asks for the key. Whether the service can search by it is not
// documented, so finding nothing proves nothing, and rows are read in full. A
// service that shows it cannot is not asked again. whatcounts.md#contradictions.
func (w *addition) lookByKey(ctx context.Context) error {
	if w.noKeySearch.Load() {
		return nil
	}
	rows, err := w.findByKey(ctx, w.attempt, w.wanted.CustomerKey)
	if apierror.Is(err, apierror.Refused) || errors.Is(err, errPerhapsMore) || len(rows) > mostOfOneKey {
		w.noKeySearch.Store(true)
		return nil
	}
	if err != nil {
		return err
	}
	holder, silent, err := w.withKey(ctx, rows)
	if err == nil && holder.SubscriberID == 0 && len(rows) == 1 && len(silent) == 1 {
		holder = silent[0] // found by its key, though its details do not show it
	}
	if err != nil || holder.SubscriberID == 0 {
		return err
	}
	return w.exists(rows, holder.SubscriberID)
}

// withKey is the one of rows that has the wanted customer key. Those whose
// details show no key are returned as well.
func (w *addition) withKey(ctx context.Context, rows []Row) (holder Row, silent []Row, err error) {
	for _, row := range rows {
		found, err := w.Contact(ctx, row.SubscriberID, row.Email)
		switch {
		case apierror.Is(err, apierror.NotFound):
		case err != nil:
			return Row{}, nil, err
		case textform.Same(found.CustomerKey, w.wanted.CustomerKey):
			return row, nil, nil
		case found.CustomerKey == "":
			silent = append(silent, row)
		}
	}
	return Row{}, silent, nil
}
