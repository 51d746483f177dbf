package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// notes are what stands above a block: when the record was deleted, the ids
// that it had, and what the block does not say by itself.
func (d *deletedRecord) notes() []string {
	lines := []string{fmt.Sprintf("Deleted %s as %s %d.", moment(d.last), d.last.Kind, d.last.ID)}
	for _, former := range slices.Backward(d.earlier) {
		line := fmt.Sprintf("Before that %s as %s %d", moment(former), former.Kind, former.ID)
		if text := label(former.Record); text != label(d.last.Record) {
			line += ", then " + text
		}
		lines = append(lines, line+".")
	}
	switch record := d.last.Record.(type) {
	case deletion.ContactEntry:
		if len(record.Subscriptions) == 0 {
			lines = append(lines, "It was on no list. WhatCounts adds a contact only to a list: name one, or take out the block.")
		}
		for _, s := range record.Subscriptions {
			if s.Format == 0 {
				lines = append(lines, fmt.Sprintf("The format of list %d is not known. Left out, it is html.", s.ListID))
			}
		}
	case deletion.CommunicationEntry:
		if record.Owner.ID != 0 && record.Owner.ExternalID != "" {
			lines = append(lines, fmt.Sprintf("The external id of its owner is %s.", record.Owner.ExternalID))
		}
	}
	return lines
}

// label is what a person calls a record.
func label(record deletion.Entry) string {
	switch record := record.(type) {
	case deletion.ContactEntry:
		text := record.Email
		if record.FirstName != "" {
			text += ", " + record.FirstName
		}
		if record.CustomerKey != "" {
			text += ", customer key " + record.CustomerKey
		}
		return text
	case deletion.CommunicationEntry:
		text := record.Value
		if record.ExternalID != "" {
			text += ", external id " + record.ExternalID
		}
		return text
	}
	return ""
}

func moment(line deletion.Line) string { return line.Time.UTC().Format(time.DateTime) + " UTC" }
