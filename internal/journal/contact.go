package journal

import (
	"errors"
	"fmt"
)

// Contact is a contact of WhatCounts with its subscriptions, under the names
// of the attributes of reach_contact. A text that is empty is left out, since
// WhatCounts does not tell empty from absent.
type Contact struct {
	SubscriberID  int64             `json:"subscriber_id"`
	Email         string            `json:"email"`
	FirstName     string            `json:"first_name,omitempty"`
	CustomerKey   string            `json:"customer_key,omitempty"`
	LastName      string            `json:"last_name,omitempty"`
	Company       string            `json:"company,omitempty"`
	Address1      string            `json:"address_1,omitempty"`
	Address2      string            `json:"address_2,omitempty"`
	City          string            `json:"city,omitempty"`
	State         string            `json:"state,omitempty"`
	Zip           string            `json:"zip,omitempty"`
	Country       string            `json:"country,omitempty"`
	Phone         string            `json:"phone,omitempty"`
	Fax           string            `json:"fax,omitempty"`
	CustomFields  map[string]string `json:"custom_fields,omitempty"`
	Subscriptions []Subscription    `json:"subscriptions"`
}

// Subscription is a contact's place on one list.
type Subscription struct {
	ListID int64  `json:"list_id"`
	Format string `json:"format,omitempty"` // text, html or mime; left out when WhatCounts did not show it
}

func (Contact) kind() string { return KindContact }

func (c Contact) id() int64 { return c.SubscriberID }

func (c Contact) check() error {
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
