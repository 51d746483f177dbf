package whatcounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

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
	switch stored.CustomerKey {
	case key:
		return nil
	case "":
		return c.confirmBySearch(ctx, attempt, id, key)
	}
	return refused(attempt, fmt.Errorf("its key is %q", stored.CustomerKey), "Set customer_key to that, or leave the contact alone: another key is another contact.")
}

func (c *Client) confirmBySearch(ctx context.Context, attempt string, id int64, key string) error {
	const advice = "Check customer_key. Where WhatCounts does not show keys, leave it out and set deletion_policy = \"delete_without_optout\", which works by subscriber id."
	rows, err := c.find(ctx, attempt,
		argument{"identity_field", "customer_key"}, argument{"identity_value", key}, argument{"exact", "1"})
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
