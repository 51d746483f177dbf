package whatcounts

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// Contact is the contact with this id, in full. It takes one request. The error
// is apierror.NotFound only when the service recognisably says that the realm
// has no such contact. One form of saying so is an empty answer; it is believed
// when a search for the address email agrees, which takes a second request.
// email may be empty, and an empty answer is then apierror.Uncertain.
// whatcounts.md#detail.
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
	return contact, notSent(attempt, err)
}

// errContradiction is an empty answer about a contact that a search shows.
var errContradiction = errors.New("two answers contradict each other")

func (c *Client) detail(ctx context.Context, attempt string, id int64, email string) (Contact, error) {
	a, err := c.query(ctx, attempt, newCommand("detail",
		argument{"subscriber_id", strconv.FormatInt(id, 10)}, argument{"output_format", "xml"}))
	switch {
	case err != nil:
		return Contact{}, err
	case a.knowsNoContact(id):
		return Contact{}, notFound(attempt, c.quote(a.rest))
	case a.kind == failure:
		return Contact{}, c.refusedBy(attempt, a)
	case a.kind == empty:
		return Contact{}, c.confirmAbsence(ctx, attempt, id, email)
	}
	contact, err := readDetail(a.text)
	if err != nil {
		return Contact{}, c.unreadable(attempt, err)
	}
	c.seen(contact)
	if contact.SubscriberID != id {
		return Contact{}, c.unreadable(attempt, fmt.Errorf("it is about contact %d", contact.SubscriberID))
	}
	return contact, a.certainOf(attempt, contact)
}

// confirmAbsence is the error for an empty answer about a contact.
func (c *Client) confirmAbsence(ctx context.Context, attempt string, id int64, email string) error {
	unclear := &apierror.Error{Kind: apierror.Uncertain, Attempt: attempt, Reason: "the answer is empty"}
	if email == "" {
		unclear.Advice = "Without an e-mail address to search for, this does not prove that the contact is gone. Give its address, for example in the import id."
		return unclear
	}
	rows, err := c.contactsOn(ctx, attempt, email)
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(rows, func(row Row) bool { return row.SubscriberID == id }):
		unclear.Reason += ", but a search for " + email + " shows the contact"
		unclear.Cause = errContradiction
		return unclear
	}
	return notFound(attempt, "the answer is empty, and a search for "+email+" does not show the contact")
}

// readUntil reads a contact until it agrees with what was just done to it, or
// until that has been waited for long enough; the last answer then stands.
func (c *Client) readUntil(ctx context.Context, id int64, email string, agrees func(Contact) bool) (Contact, error) {
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
	return stored, notSent("reading contact "+strconv.FormatInt(id, 10), err)
}

// readExpected is the contact in full, when it is the one expected.
func (c *Client) readExpected(ctx context.Context, attempt string, expected Identity, keyed bool) (Contact, error) {
	found, err := c.Contact(ctx, expected.SubscriberID, expected.Email)
	if err == nil && !expected.isSame(found.Identity, keyed) {
		err = changedSince(attempt, expected, found.Identity)
	}
	return found, err
}

// readDetail reads the XML of one contact. Whether custom fields come with their
// prefix, and formats as numbers or as words, is not known: both are read.
// whatcounts.md#detail.
func readDetail(text string) (Contact, error) {
	root, err := readXML(text)
	if err != nil {
		return Contact{}, err
	}
	records := root.parentsOf("subscriber_id")
	if len(records) != 1 {
		return Contact{}, fmt.Errorf("it holds %d contacts", len(records))
	}
	record := records[0]
	id, err := strconv.ParseInt(strings.TrimSpace(record.child("subscriber_id").text()), 10, 64)
	if err != nil {
		return Contact{}, errors.New("subscriber_id is not a number")
	}
	contact := Contact{
		Identity: Identity{
			SubscriberID: id,
			Email:        strings.TrimSpace(record.child("email").text()),
			FirstName:    record.child("first").text(),
			CustomerKey:  record.child("customer_key").text(),
		},
		Values:        record.customFields(),
		Subscriptions: readSubscriptions(record.child("lists").text(), root.descendant("subscription_details")),
	}
	if contact.Email == "" {
		return Contact{}, errors.New("the e-mail address is missing")
	}
	for _, col := range ValueColumns() {
		if value := record.child(col.Name).text(); value != "" {
			contact.Values[col.Name] = value
		}
	}
	return contact, nil
}

// ownElements are the parts of an answer that are neither standard columns nor
// custom fields.
var ownElements = []string{
	"subscriber_id", "realm_id", "lists", "subscription_details", "format",
	"created", "updated", "created_date", "updated_date", "date_created", "date_updated", "last_sent", "sent_flag",
}

// customFields are the custom fields of a contact, with their prefix. Where one
// name carries the prefix, those that do not are columns of the service.
func (e element) customFields() map[string]string {
	prefixed, bare := make(map[string]string), make(map[string]string)
	usesPrefix := false
	for _, child := range e.Children {
		name, isPrefixed := child.XMLName.Local, false
		if hasPrefixFold(name, CustomPrefix) {
			name, isPrefixed, usesPrefix = name[len(CustomPrefix):], true, true
		}
		known := slices.Contains(ownElements, strings.ToLower(name)) || columnPosition(strings.ToLower(name)) < len(Columns)
		switch {
		case child.text() == "" || len(child.Children) > 0:
		case isPrefixed:
			prefixed[CustomPrefix+name] = child.text()
		case !known:
			bare[CustomPrefix+name] = child.text()
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
	for _, child := range details.Children {
		if !hasPrefixFold(child.XMLName.Local, "list_") {
			continue
		}
		if id, err := strconv.ParseInt(child.XMLName.Local[len("list_"):], 10, 64); err == nil && id > 0 {
			subscriptions = append(subscriptions, Subscription{id, readFormat(child.child("format").text())})
		}
	}
	named := readLists(lists)
	if slices.ContainsFunc(subscriptions, func(s Subscription) bool { return !slices.Contains(named, s.ListID) }) {
		named = nil
	}
	for _, id := range named {
		if _, detailed := subscriptionTo(subscriptions, id); !detailed {
			subscriptions = append(subscriptions, Subscription{ListID: id})
		}
	}
	slices.SortFunc(subscriptions, func(a, b Subscription) int { return cmp.Compare(a.ListID, b.ListID) })
	return subscriptions
}

// element is one element of an XML answer. The root's name and letter case vary,
// so elements are found by the names beneath it.
type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

// readXML reads an answer that has to be one whole element.
func readXML(text string) (element, error) {
	if !strings.HasPrefix(text, "<") {
		return element{}, errors.New("it is not XML")
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Entity = xml.HTMLEntity
	// The whole answer is UTF-8 by now, whatever it declares.
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var root element
	if err := decoder.Decode(&root); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is not XML")
		}
		return element{}, err
	}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return element{}, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			return element{}, errors.New("it goes on after its end")
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" {
				return element{}, errors.New("it has text outside of its root")
			}
		}
	}
}

// text is the text of an element, empty when it is nothing but white space.
func (e element) text() string {
	if strings.TrimSpace(e.Text) == "" {
		return ""
	}
	return e.Text
}

// child is the first child of this name in any letter case, or an empty
// element.
func (e element) child(name string) element {
	for _, child := range e.Children {
		if strings.EqualFold(child.XMLName.Local, name) {
			return child
		}
	}
	return element{}
}

// parentsOf are the elements that have a child of this name.
func (e element) parentsOf(name string) []element {
	var parents []element
	if e.child(name).XMLName.Local != "" {
		parents = append(parents, e)
	}
	for _, child := range e.Children {
		parents = append(parents, child.parentsOf(name)...)
	}
	return parents
}

// descendant is the first element of this name, however deep, or an empty one.
func (e element) descendant(name string) element {
	if found := e.child(name); found.XMLName.Local != "" {
		return found
	}
	for _, child := range e.Children {
		if found := child.descendant(name); found.XMLName.Local != "" {
			return found
		}
	}
	return element{}
}
