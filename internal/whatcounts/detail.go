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
)

// Contact is the contact with this id, in full. It takes one request. The error
// is apierror.NotFound only when the service recognisably says that the realm has no
// such contact. One form of saying so is an empty answer; it is believed when a
// search for the address email agrees, which takes a second request. email may
// be empty, and an empty answer is then apierror.Uncertain. "WhatCounts: Show
// Contact Details".
func (c *Client) Contact(ctx context.Context, id int64, email string) (Contact, error) {
	attempt := "reading contact " + strconv.FormatInt(id, 10)
	if id <= 0 {
		return Contact{}, invalid(attempt, "a subscriber id is a number above zero", "Set subscriber_id.")
	}
	var contact Contact
	var contradiction error
	err := c.consistency.Until(ctx, func(ctx context.Context) (agrees bool, err error) {
		contact, err = c.detail(ctx, attempt, id, email)
		contradiction = nil
		if errors.Is(err, errContradiction) {
			contradiction, err = err, nil
		}
		return contradiction == nil, err
	})
	if err == nil {
		err = contradiction
	}
	return contact, withVerdict(attempt, err)
}

// errContradiction is an empty answer about a contact that a search shows.
var errContradiction = errors.New("two answers contradict each other")

func (c *Client) detail(ctx context.Context, attempt string, id int64, email string) (Contact, error) {
	answer, err := c.query(ctx, attempt, newCommand("detail",
		argument{"subscriber_id", strconv.FormatInt(id, 10)}, argument{"output_format", "xml"}))
	switch {
	case err != nil:
		return Contact{}, err
	case answer.knowsNoSubscriber(id):
		return Contact{}, gone(attempt, c.reason(answer))
	case answer.said == saidFailure:
		return Contact{}, c.refusedBy(attempt, answer)
	case answer.said == saidNothing:
		return Contact{}, c.confirmAbsence(ctx, attempt, id, email)
	}
	contact, err := readDetail(answer.text)
	if err != nil {
		return Contact{}, c.unreadable(attempt, err)
	}
	if contact.SubscriberID != id {
		return Contact{}, c.unreadable(attempt, fmt.Errorf("it is about contact %d", contact.SubscriberID))
	}
	return contact, nil
}

func gone(attempt, reason string) error {
	return &apierror.Error{Kind: apierror.NotFound, Attempt: attempt, Reason: reason}
}

// readSettled reads a contact until it agrees with what was just done to it, or
// until that has been waited for long enough; the last answer then stands.
func (c *Client) readSettled(ctx context.Context, id int64, email string, agrees func(Contact) bool) (Contact, error) {
	var stored Contact
	var absent error
	err := c.consistency.Until(ctx, func(ctx context.Context) (bool, error) {
		found, err := c.Contact(ctx, id, email)
		if apierror.Is(err, apierror.NotFound) {
			absent = err // a read that is behind may not know the contact yet
			return false, nil
		}
		stored, absent = found, nil
		return err == nil && agrees(found), err
	})
	if err == nil {
		err = absent
	}
	return stored, withVerdict("reading contact "+strconv.FormatInt(id, 10), err)
}

// confirmAbsence is the verdict on an empty answer about a contact.
func (c *Client) confirmAbsence(ctx context.Context, attempt string, id int64, email string) error {
	empty := &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer is empty"}
	if email == "" {
		empty.Advice = "Without an e-mail address to search for, this does not prove that the contact is gone. Give its address, for example in the import id."
		return empty
	}
	matches, err := c.contactsOn(ctx, attempt, email)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(matches, func(m Match) bool { return m.SubscriberID == id }):
		empty.Reason += ", but a search for " + email + " shows the contact"
		empty.Cause = errContradiction
		return empty
	}
	return gone(attempt, "the answer is empty, and a search for "+email+" does not show the contact")
}

// readDetail reads the XML of one contact. "WhatCounts: Show Contact Details";
// the names of the elements are client practice 2016, and whether custom fields
// come with their prefix and formats as numbers is not known: both are read.
func readDetail(text string) (Contact, error) {
	root, err := parseElement(text)
	if err != nil {
		return Contact{}, err
	}
	records := root.parentsOf("subscriber_id")
	if len(records) != 1 {
		return Contact{}, fmt.Errorf("it holds %d contacts", len(records))
	}
	record := records[0]
	id, err := strconv.ParseInt(strings.TrimSpace(record.child("subscriber_id").text), 10, 64)
	if err != nil {
		return Contact{}, errors.New("subscriber_id is not a number")
	}
	contact := Contact{
		SubscriberID:  id,
		Email:         strings.TrimSpace(record.child("email").text),
		FirstName:     record.child("first").text,
		CustomerKey:   record.child("customer_key").text,
		Fields:        make(map[string]string),
		Custom:        record.customFields(),
		Subscriptions: readSubscriptions(record.child("lists").text, root.descendant("subscription_details")),
	}
	if contact.Email == "" {
		return Contact{}, errors.New("the e-mail address is missing")
	}
	for _, name := range standardFields {
		if value := record.child(name).text; value != "" {
			contact.Fields[name] = value
		}
	}
	return contact, nil
}

// ownElements are the parts of an answer that are neither standard columns nor
// custom fields.
var ownElements = []string{
	"subscriber_id", "realm_id", "email", "first", "customer_key", "lists", "subscription_details", "format",
	"created", "updated", "created_date", "updated_date", "date_created", "date_updated", "last_sent", "sent_flag",
}

// customFields are the custom fields of a contact. Where one name carries the
// prefix, those that do not are columns of the service.
func (e element) customFields() map[string]string {
	prefixed := make(map[string]string)
	bare := make(map[string]string)
	usesPrefix := false
	for _, child := range e.children {
		name, isPrefixed := child.name, false
		if hasPrefixFold(name, customPrefix) {
			name, isPrefixed, usesPrefix = name[len(customPrefix):], true, true
		}
		switch {
		case child.text == "" || len(child.children) > 0:
		case isPrefixed:
			prefixed[name] = child.text
		case !slices.Contains(ownElements, strings.ToLower(name)) && !slices.Contains(standardFields, strings.ToLower(name)):
			bare[name] = child.text
		}
	}
	if usesPrefix {
		return prefixed
	}
	return bare
}

// readSubscriptions joins the two places that tell of lists. The details know
// the formats. The plain list may be longer, and may also be a mere count, which
// shows when it lacks what the details have.
func readSubscriptions(lists string, details element) []Subscription {
	var subscriptions []Subscription
	for _, child := range details.children {
		if !hasPrefixFold(child.name, "list_") {
			continue
		}
		if id, err := strconv.ParseInt(child.name[len("list_"):], 10, 64); err == nil && id > 0 {
			subscriptions = append(subscriptions, Subscription{id, readFormat(child.child("format").text)})
		}
	}
	named := readLists(lists)
	for _, s := range subscriptions {
		if !slices.Contains(named, s.ListID) {
			named = nil
		}
	}
	for _, id := range named {
		if !slices.ContainsFunc(subscriptions, func(s Subscription) bool { return s.ListID == id }) {
			subscriptions = append(subscriptions, Subscription{ListID: id})
		}
	}
	slices.SortFunc(subscriptions, func(a, b Subscription) int { return cmp.Compare(a.ListID, b.ListID) })
	return subscriptions
}
