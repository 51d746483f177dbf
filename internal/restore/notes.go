package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/services"
)

// notes are what stands above a block: when the record was deleted, the ids
// that it had, and what the block does not say by itself.
func (d *deletedRecord) notes() []string {
	lines := []string{fmt.Sprintf("Deleted %s as %s %d%s.", moment(d.last), d.last.Kind, d.last.ID, in(d.last.Place))}
	for _, former := range slices.Backward(d.earlier) {
		line := fmt.Sprintf("Before that %s as %s %d", moment(former), former.Kind, former.ID)
		if text := label(former.Record); text != label(d.last.Record) {
			line += ", then " + text
		}
		if communication, ok := former.Record.(deletion.CommunicationEntry); ok && former.ID != d.last.ID && communication.ExternalID == "" {
			line += ", alike in everything. If both were there at once, copy the block under another name"
		}
		lines = append(lines, line+".")
	}
	return append(lines, remarks(d.last.Record)...)
}

// remarks are what a block does not say of its record by itself.
func remarks(record deletion.Entry) (lines []string) {
	switch record := record.(type) {
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

// whyNot is what stands above a block that is a comment: the record of an
// earlier line that was not as the last one is.
func (d *deletedRecord) whyNot(former deletion.Line) string {
	if former.ID == d.last.ID {
		return fmt.Sprintf("As it was %s:", moment(former))
	}
	return fmt.Sprintf("Deleted %s as %s %d, which cannot be beside %d. In its place:", moment(former), former.Kind, former.ID, d.last.ID)
}

// passedOver tells of a line that could not be read.
func passedOver(problem error, journal string) string {
	var torn *deletion.TornError
	if errors.As(problem, &torn) {
		return fmt.Sprintf("Line %d of %s is cut short and was skipped: its delete was not sent.", torn.Number, journal)
	}
	var broken *deletion.BrokenError
	errors.As(problem, &broken)
	return fmt.Sprintf("Line %d of %s cannot be read (%v) and was skipped, with the record that it may hold. Correct the line, and restore again.", broken.Number, journal, broken.Cause)
}

// unopened tells of encrypted lines that could not be read. identity is the file of
// keys, where one was named.
func (d *deleted) unopened(journal, identity string) string {
	lines := fmt.Sprintf("Line %d of %s is encrypted", d.encrypted[0], journal)
	if more := len(d.encrypted) - 1; more > 0 {
		lines = fmt.Sprintf("Line %d of %s and %d more are encrypted", d.encrypted[0], journal, more)
	}
	if identity == "" {
		return lines + ". Name the file of the secret key that reads it: -identity key.txt."
	}
	return fmt.Sprintf("%s for other keys than those of %s. Name the key whose public one was in safeguards.journal_recipients at that time.", lines, identity)
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

// in is a place behind a record, and nothing where it is not known.
func in(place deletion.Place) string {
	if place == (deletion.Place{}) {
		return ""
	}
	return " in " + services.Origin{Endpoint: place.Endpoint, Realm: place.Realm}.String()
}

func moment(line deletion.Line) string { return line.Time.UTC().Format(time.DateTime) + " UTC" }
