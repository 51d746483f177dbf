package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"filippo.io/age"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// deleted is what a journal says.
type deleted struct {
	deletions  []*deletedRecord // each record once, in the order of their last deletes
	unreadable []error          // deletion.TornError or BrokenError, of lines that were skipped
	encrypted  []int            // the numbers of lines that none of the keys given reads
	optouts    map[mailbox]bool // where a delete has recorded a Global Optout
}

// deletedRecord is a record that was deleted, perhaps several times: tried
// again after a delete that failed, or created again in between.
type deletedRecord struct {
	last    deletion.Line
	earlier []deletion.Line // of the same id, or of another that cannot be beside this one
}

// mailbox is what WhatCounts keeps opt-outs by, in each realm.
type mailbox struct {
	email, customerKey string
	deletion.Place
}

func addressOf(contact deletion.ContactEntry, at deletion.Place) mailbox {
	return mailbox{textform.Key(contact.Email), textform.Compose(contact.CustomerKey), at}
}

// collect reads a journal to its end, with keys for its encrypted lines. A record is its id in its place, whatever
// its values.
func collect(from io.Reader, keys ...age.Identity) (*deleted, error) {
	var lines []deletion.Line
	found := &deleted{optouts: map[mailbox]bool{}}
	for line, err := range deletion.Lines(from, keys...) {
		var encrypted *deletion.EncryptedError
		switch {
		case errors.As(err, &encrypted):
			found.encrypted = append(found.encrypted, encrypted.Number)
		case isUnreadable(err):
			found.unreadable = append(found.unreadable, err)
		case err != nil:
			return nil, err
		default:
			lines = append(lines, line)
			if contact, ok := line.Record.(deletion.ContactEntry); ok && line.Policy == string(deletion.Delete) {
				found.optouts[addressOf(contact, line.Place)] = true
			}
		}
	}
	var all []*deletedRecord
	for _, line := range lines {
		all = append(all, &deletedRecord{last: line})
	}
	byID := lastOfEach(all, func(line deletion.Line) string { return fmt.Sprint(line.Kind, line.ID, line.Place) })
	found.deletions = lastOfEach(byID, func(line deletion.Line) string { return fmt.Sprint(exclusive(line), line.Place) })
	return found, nil
}

// lastOfEach are the records that are last of those with one name, each with
// the others of its name as earlier ones.
func lastOfEach(all []*deletedRecord, name func(deletion.Line) string) []*deletedRecord {
	byName := map[string]*deletedRecord{}
	for _, one := range all {
		if former := byName[name(one.last)]; former != nil {
			one.earlier = slices.Concat(former.earlier, []deletion.Line{former.last}, one.earlier)
		}
		byName[name(one.last)] = one
	}
	return slices.DeleteFunc(all, func(one *deletedRecord) bool { return byName[name(one.last)] != one })
}

// exclusive is a name under which a service has one record at a time: another
// id of that name is the same record added again, or its successor. Without an
// external id, a communication that is alike in everything is taken for the
// same too, since the journal cannot tell (7g.md#uniqueness-and-formats).
func exclusive(line deletion.Line) string {
	switch record := line.Record.(type) {
	case deletion.ContactEntry:
		if record.CustomerKey != "" {
			return fmt.Sprintf("contact with key %q", textform.Compose(record.CustomerKey))
		}
		return fmt.Sprintf("contact %q %q", textform.Key(record.Email), textform.Compose(record.FirstName))
	case deletion.CommunicationEntry:
		if record.ExternalID != "" {
			return fmt.Sprintf("communication with external id %q", textform.Compose(record.ExternalID))
		}
		record.CommunicationID = 0
		return fmt.Sprintf("%#v", record)
	}
	return ""
}

// isUnreadable reports whether an error is of one line and not of the file.
func isUnreadable(err error) bool {
	var torn *deletion.TornError
	var broken *deletion.BrokenError
	return errors.As(err, &torn) || errors.As(err, &broken)
}

// summary is what there is to create, in words.
func (d *deleted) summary() string {
	count := map[string]int{}
	for _, one := range d.deletions {
		count[one.last.Kind]++
	}
	return inWords(count)
}

// inWords is a number of records of each kind.
func inWords(count map[string]int) string {
	var parts []string
	for _, kind := range []string{deletion.KindContact, deletion.KindCommunication, kindSet} {
		switch n := count[kind]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+kind)
		default:
			word, rest, _ := strings.Cut(kind, " ")
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %ss %s", n, word, rest)))
		}
	}
	if last := len(parts) - 1; last > 1 {
		parts = append([]string{strings.Join(parts[:last], ", ")}, parts[last])
	}
	return strings.Join(parts, " and ")
}
