package deletion

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// ContactEntry is a contact of WhatCounts, whole. A line holds it under the names of
// the attributes of reach_contact, in the order of whatcounts.Columns, then its
// custom fields and its subscriptions. A text that is empty is left out, since
// WhatCounts does not tell empty from absent.
type ContactEntry whatcounts.Contact

// subscription is a contact's place on one list, as a line holds it.
type subscription struct {
	ListID int64  `json:"list_id"`
	Format string `json:"format,omitempty"` // text, html or mime; left out when WhatCounts did not show it
}

func (ContactEntry) kind() string { return KindContact }

func (c ContactEntry) id() int64 { return c.SubscriberID }

func (c ContactEntry) check() error {
	if c.Email == "" {
		return errors.New("the contact's email is missing")
	}
	for _, s := range c.Subscriptions {
		if s.ListID <= 0 {
			return fmt.Errorf("the contact has a subscription to list %d", s.ListID)
		}
	}
	return nil
}

// Text is what the contact has in a standard column.
func (c ContactEntry) Text(col whatcounts.Column) string {
	switch col.Name {
	case "email":
		return c.Email
	case "first":
		return c.FirstName
	case "customer_key":
		return c.CustomerKey
	}
	return c.Values[col.Name]
}

func (c *ContactEntry) setText(col whatcounts.Column, text string) {
	switch col.Name {
	case "email":
		c.Email = text
	case "first":
		c.FirstName = text
	case "customer_key":
		c.CustomerKey = text
	default:
		c.setValue(col.Name, text)
	}
}

func (c *ContactEntry) setValue(name, value string) {
	if c.Values == nil {
		c.Values = map[string]string{}
	}
	c.Values[name] = value
}

// CustomFields are the contact's custom fields by name, without
// whatcounts.CustomPrefix.
func (c ContactEntry) CustomFields() map[string]string {
	fields := map[string]string{}
	for column, value := range c.Values {
		if name, custom := strings.CutPrefix(column, whatcounts.CustomPrefix); custom {
			fields[name] = value
		}
	}
	return fields
}

// MarshalJSON is the contact as a line holds it.
func (c ContactEntry) MarshalJSON() ([]byte, error) {
	object := jsonObject{}
	object.add("subscriber_id", c.SubscriberID)
	for _, col := range whatcounts.Columns {
		if text := c.Text(col); text != "" || col.Name == "email" {
			object.add(col.Attribute, text)
		}
	}
	if fields := c.CustomFields(); len(fields) > 0 {
		object.add("custom_fields", fields)
	}
	subscriptions := []subscription{}
	for _, s := range c.Subscriptions {
		subscriptions = append(subscriptions, subscription{s.ListID, s.Format.String()})
	}
	object.add("subscriptions", subscriptions)
	return object.text()
}

// UnmarshalJSON reads the contact of a line.
func (c *ContactEntry) UnmarshalJSON(text []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return err
	}
	*c = ContactEntry{}
	take := func(key string, target any) error {
		value, found := object[key]
		delete(object, key)
		if !found {
			return nil
		}
		if err := unmarshal(value, target); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		return nil
	}
	if err := take("subscriber_id", &c.SubscriberID); err != nil {
		return err
	}
	for _, col := range whatcounts.Columns {
		var value string
		if err := take(col.Attribute, &value); err != nil {
			return err
		}
		if value != "" {
			c.setText(col, value)
		}
	}
	var fields map[string]string
	if err := take("custom_fields", &fields); err != nil {
		return err
	}
	for name, value := range fields {
		c.setValue(whatcounts.CustomPrefix+name, value)
	}
	var subscriptions []subscription
	if err := take("subscriptions", &subscriptions); err != nil {
		return err
	}
	for _, s := range subscriptions {
		format, err := whatcounts.ParseFormat(s.Format)
		if err != nil && s.Format != "" {
			return fmt.Errorf("subscriptions: there is no format %q", s.Format)
		}
		c.Subscriptions = append(c.Subscriptions, whatcounts.Subscription{ListID: s.ListID, Format: format})
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		return fmt.Errorf("unknown field %q", key)
	}
	return nil
}

// jsonObject is a JSON object whose keys keep their order.
type jsonObject struct {
	members bytes.Buffer
	err     error
}

func (o *jsonObject) add(key string, value any) {
	if o.members.Len() > 0 {
		o.members.WriteByte(',')
	}
	for i, part := range []any{key, value} {
		if i > 0 {
			o.members.WriteByte(':')
		}
		encoder := json.NewEncoder(&o.members)
		encoder.SetEscapeHTML(false)
		o.err = errors.Join(o.err, encoder.Encode(part))
	}
}

func (o *jsonObject) text() ([]byte, error) {
	return slices.Concat([]byte("{"), o.members.Bytes(), []byte("}")), o.err
}
