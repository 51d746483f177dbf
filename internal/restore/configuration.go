package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// configuration is the text that creates everything again. from is what the
// journal is called.
func configuration(from string, found *deleted) []byte {
	var text bytes.Buffer
	for _, line := range header(from, found) {
		comment(&text, line)
	}
	named, nameless := found.names()
	for i, d := range found.deletions {
		block := func(record deletion.Entry) (text []byte, isTaken bool) {
			file := hclwrite.NewEmptyFile()
			switch record := record.(type) {
			case deletion.ContactEntry:
				where := addressOf(record, d.last.Place)
				after := nameless[where]
				if after == named[i] {
					after = ""
				}
				isTaken = addContact(file.Body(), named[i], record, d.last.Policy, found.optouts[where], after)
			case deletion.CommunicationEntry:
				isTaken = addCommunication(file.Body(), named[i], record, d.last.Policy)
			}
			return hclwrite.Format(file.Bytes()), isTaken
		}
		text.WriteByte('\n')
		for _, line := range d.notes() {
			comment(&text, line)
		}
		last, isTaken := block(d.last.Record)
		if isTaken {
			text.Write(last)
		} else {
			comment(&text, refusedBlock)
			commentOut(&text, last)
		}
		for _, former := range slices.Backward(d.earlier) {
			if earlier, _ := block(former.Record); !bytes.Equal(earlier, last) {
				text.WriteByte('\n')
				comment(&text, d.whyNot(former))
				commentOut(&text, earlier)
			}
		}
	}
	return text.Bytes()
}

// names are those of the blocks, in the order of the deletions, and those of the
// contacts without a first name. Such a contact can be added only while nobody
// else is on its address.
func (d *deleted) names() (named []string, nameless map[mailbox]string) {
	taken := names{}
	nameless = map[mailbox]string{}
	for _, one := range d.deletions {
		name := taken.of(one.last)
		named = append(named, name)
		if contact, ok := one.last.Record.(deletion.ContactEntry); ok && contact.FirstName == "" && contact.CustomerKey == "" && refusalOf(whatcounts.Columns[0], contact.Email) == "" {
			nameless[addressOf(contact, one.last.Place)] = name
		}
	}
	return named, nameless
}

// header is what there is to know before an apply. What does not concern these
// records is left out.
func header(from string, found *deleted) []string {
	lines := []string{
		fmt.Sprintf("Creates %s again, as the journal %s has them:", found.summary(), from),
		"each as it was right before it was deleted. Every record gets a new id.",
		"",
		"Before you apply:",
		"- Take out what is not to come back: a journal holds everything that was ever",
		"  deleted, on purpose or as the first half of a replacement.",
		"- This file holds personal data, as the journal does.",
		"- A record that exists, because its delete failed or because it was added",
		"  again, is best taken out too. The apply refuses to add it where the service",
		"  can tell, and prints an import block.",
	}
	contacts, forced, places := false, false, map[string]bool{}
	for _, d := range found.deletions {
		places[d.last.Kind+in(d.last.Place)] = true
		if contact, ok := d.last.Record.(deletion.ContactEntry); ok {
			contacts = true
			forced = forced || found.optouts[addressOf(contact, d.last.Place)]
		}
	}
	lines = append(lines, advice(contacts, forced, places)...)
	for _, problem := range found.unreadable {
		lines = append(lines, "- "+passedOver(problem, "the journal"))
	}
	if len(found.encrypted) > 0 {
		lines = append(lines, "- "+found.unopened("the journal", "-identity"))
	}
	return lines
}

// advice is what there is to know of these records, wherever they are read from.
// places are the kinds of record, each with where it was.
func advice(contacts, forced bool, places map[string]bool) (lines []string) {
	if forced {
		lines = append(lines,
			"- force_sub = true adds a contact although its address has opted out. WhatCounts",
			"  does not tell the opt-out that a delete records from a recipient's own: take",
			"  out everybody who has asked not to be written to.")
	}
	if contacts {
		lines = append(lines,
			"- A list that asks for confirmation asks again. override_confirmation = true",
			"  skips that.")
	}
	if perKind := map[string]bool{}; len(places) > 1 {
		for place := range places {
			kind, _, _ := strings.Cut(place, " ")
			if perKind[kind] {
				return append(lines,
					"- These records were in several places, named above each. Apply those of one",
					"  place with a provider that is configured for it.")
			}
			perKind[kind] = true
		}
	}
	return lines
}

// refusedBlock is what stands above a block that no plan takes.
const refusedBlock = "The provider cannot send what says which record this is, so that the block stands behind #. Correct what it says of it, and take off the #."

// comment writes a comment line.
func comment(to *bytes.Buffer, line string) {
	fmt.Fprintln(to, strings.TrimRight("# "+printable(line), " "))
}

// commentOut writes a block behind #. Nothing in it can end a comment.
func commentOut(to *bytes.Buffer, block []byte) {
	for line := range bytes.Lines(block) {
		fmt.Fprintf(to, "# %s", line)
	}
}

// printable is a text that does not end a comment.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return ' '
	}, text)
}
