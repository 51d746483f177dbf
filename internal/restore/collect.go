package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// deleted is what a journal says.
type deleted struct {
	deletions []*deletedRecord // each record once, in the order of their last deletes
	torn      []int            // the numbers of lines that were cut short
	optouts   map[address]bool // where a delete has recorded a Global Optout
}

// deletedRecord is a record that was deleted, perhaps several times: created again
// in between, or tried again after a delete that failed.
type deletedRecord struct {
	last    deletion.Line
	earlier []deletion.Line
	taken   bool // a later line has taken its place
}

// address is what WhatCounts keeps opt-outs by.
type address struct{ email, customerKey string }

func addressOf(contact deletion.ContactEntry) address {
	return address{strings.ToLower(contact.Email), contact.CustomerKey}
}

// collect reads a journal to its end.
func collect(from io.Reader) (*deleted, error) {
	found := &deleted{optouts: map[address]bool{}}
	byIdentity := map[string]*deletedRecord{} // the last one of each
	for line, err := range deletion.Lines(from) {
		var torn *deletion.TornError
		switch {
		case errors.As(err, &torn):
			found.torn = append(found.torn, torn.Number)
		case err != nil:
			return nil, err
		default:
			found.add(line, byIdentity)
		}
	}
	found.deletions = slices.DeleteFunc(found.deletions, func(d *deletedRecord) bool { return d.taken })
	return found, nil
}

// add takes a line in. Where it is about a record that was deleted before, it
// takes the place of the earlier lines: it is the record as it was last.
func (d *deleted) add(line deletion.Line, byIdentity map[string]*deletedRecord) {
	if contact, ok := line.Record.(deletion.ContactEntry); ok && line.Policy == string(deletion.Delete) {
		d.optouts[addressOf(contact)] = true
	}
	whole := &deletedRecord{last: line}
	for _, identity := range identities(line) {
		if former, known := byIdentity[identity]; known && !former.taken {
			former.taken = true
			whole.earlier = append(append(whole.earlier, former.earlier...), former.last)
		}
	}
	d.deletions = append(d.deletions, whole)
	for _, one := range append(whole.earlier, line) {
		for _, identity := range identities(one) {
			byIdentity[identity] = whole
		}
	}
}

// identities are the names under which a service would refuse or mix up a
// second record beside this one, and the id that it had.
func identities(line deletion.Line) []string {
	names := []string{fmt.Sprintf("%s %d", line.Kind, line.ID)}
	switch record := line.Record.(type) {
	case deletion.ContactEntry:
		if record.CustomerKey != "" {
			return append(names, fmt.Sprintf("contact with key %q", record.CustomerKey))
		}
		return append(names, fmt.Sprintf("contact %q %q", strings.ToLower(record.Email), record.FirstName))
	case deletion.CommunicationEntry:
		if record.ExternalID != "" {
			names = append(names, fmt.Sprintf("communication with external id %q", record.ExternalID))
		}
		value, owner := record.Value, fmt.Sprintf("%s %d", record.Owner.Type, record.Owner.ID)
		if strings.Contains(value, "@") {
			value = strings.ToLower(strings.TrimSpace(value))
		}
		if record.Owner.ID == 0 {
			owner = fmt.Sprintf("%s %q", record.Owner.Type, record.Owner.ExternalID)
		}
		return append(names, fmt.Sprintf("communication %q of type %d on %s", value, record.TypeID, owner))
	}
	return names
}

// summary is what there is to create, in words.
func (d *deleted) summary() string {
	count := map[string]int{}
	for _, one := range d.deletions {
		count[one.last.Kind]++
	}
	var parts []string
	for _, kind := range []string{deletion.KindContact, deletion.KindCommunication} {
		switch n := count[kind]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+kind)
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, kind))
		}
	}
	return strings.Join(parts, " and ")
}
