package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// holding is an instance with what it holds: a record, or the rows of a set.
type holding struct {
	instance
	id            int64
	policy        string
	record        deletion.Entry // without the lists that the recipient has opted out of
	optedOut      []int64
	rows          []row
	subscriptions []whatcounts.Subscription // of a set
	unread        error                     // why it cannot be written
}

// row is a contact of a set.
type row struct {
	key      string
	id       int64
	contact  deletion.ContactEntry // on the lists of the set that it has not opted out of
	optedOut []int64
}

// isSuperseded reports whether something else has, or gets, the address.
func (h holding) isSuperseded() bool { return h.Deposed || h.Replaced }

// isHidden reports whether the block stands behind #: the address is another's, or
// the recipient of a contact has opted out of all its lists.
func (h holding) isHidden() bool {
	contact, ok := h.record.(deletion.ContactEntry)
	return h.isSuperseded() || ok && len(h.optedOut) > 0 && len(contact.Subscriptions) == 0
}

// contacts are the contacts of the instance.
func (h holding) contacts() (all []deletion.ContactEntry) {
	if contact, ok := h.record.(deletion.ContactEntry); ok {
		all = append(all, contact)
	}
	for _, row := range h.rows {
		all = append(all, row.contact)
	}
	return all
}

// read is what an instance holds.
func (i instance) read() holding {
	h := holding{instance: i}
	h.unread = errors.Join(i.take("deletion_policy", &h.policy))
	switch i.Type {
	case contactType:
		contact, err := contactOf(i.Attributes)
		h.unread = errors.Join(h.unread, err, i.take("opted_out", &h.optedOut))
		contact.Subscriptions = without(contact.Subscriptions, h.optedOut)
		h.id, h.record = contact.SubscriberID, contact
	case communicationType:
		communication, err := communicationOf(i.Attributes)
		h.unread = errors.Join(h.unread, err)
		h.id, h.record = communication.CommunicationID, communication
	case setType:
		h.unread = errors.Join(h.unread, h.readRows())
	}
	return h
}

// take reads an attribute, which may be null or absent.
func (i instance) take(name string, target any) error {
	value := i.Attributes[name]
	if len(value) == 0 {
		return nil
	}
	if err := json.Unmarshal(value, target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// takeJSON is take for an attribute that holds JSON as a text.
func (i instance) takeJSON(name string, target any) error {
	var text string
	if err := i.take(name, &text); err != nil || text == "" {
		return err
	}
	if err := json.Unmarshal([]byte(text), target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// contactOf is the contact that the attributes of a reach_contact say. The journal
// has it under the same names.
func contactOf(attributes map[string]json.RawMessage) (contact deletion.ContactEntry, err error) {
	kept := map[string]json.RawMessage{}
	names := []string{"subscriber_id", "custom_fields", "subscriptions"}
	for _, col := range whatcounts.Columns {
		names = append(names, col.Attribute)
	}
	for _, name := range names {
		if value := attributes[name]; len(value) > 0 {
			kept[name] = value
		}
	}
	err = reencode(kept, &contact)
	maps.DeleteFunc(contact.Values, func(_, value string) bool { return value == "" })
	if err == nil && contact.Email == "" {
		err = errors.New("its email is not known")
	}
	return contact, err
}

// communicationOf is the communication that the attributes of a
// reach_communication say.
func communicationOf(attributes map[string]json.RawMessage) (communication deletion.CommunicationEntry, err error) {
	err = reencode(attributes, &communication)
	owner := communication.Owner
	if err == nil && (communication.Type == "" || communication.Value == "" || owner.Type == "" || owner.ID == 0 && owner.ExternalID == "") {
		err = errors.New("its type, its value or its owner is not known")
	}
	return communication, err
}

func reencode(from, to any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, to)
}

// readRows reads the contacts of a reach_contacts.
func (h *holding) readRows() error {
	rows, ids, optedOut := map[string]map[string]json.RawMessage{}, map[string]int64{}, map[string][]int64{}
	lists, err := contactOf(map[string]json.RawMessage{"subscriptions": h.Attributes["subscriptions"], "email": json.RawMessage(`"-"`)})
	if err := errors.Join(err, h.takeJSON("contacts", &rows), h.takeJSON("subscriber_ids", &ids), h.takeJSON("opted_out", &optedOut)); err != nil {
		return err
	}
	h.subscriptions = lists.Subscriptions
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		columns, fields := rows[key], map[string]json.RawMessage{}
		for column, value := range columns {
			if name, custom := strings.CutPrefix(column, whatcounts.CustomPrefix); custom {
				fields[name] = value
			}
		}
		var err error
		if columns["custom_fields"], err = json.Marshal(fields); err != nil {
			return err
		}
		contact, err := contactOf(columns)
		if err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
		contact.SubscriberID, contact.Subscriptions = ids[key], without(h.subscriptions, optedOut[key])
		h.rows = append(h.rows, row{key, ids[key], contact, optedOut[key]})
	}
	if len(rows) == 0 {
		return errors.New("it holds no contacts, or they are not known")
	}
	return nil
}

func without(all []whatcounts.Subscription, lists []int64) []whatcounts.Subscription {
	return slices.DeleteFunc(slices.Clone(all), func(s whatcounts.Subscription) bool { return slices.Contains(lists, s.ListID) })
}
