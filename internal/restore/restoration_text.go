package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// configuration is the text that creates the records again.
func (r *restoration) configuration() []byte {
	var text bytes.Buffer
	for _, line := range r.header() {
		comment(&text, line)
	}
	for _, k := range r.again {
		text.WriteByte('\n')
		for _, line := range r.applyAgain(k) {
			comment(&text, line)
		}
	}
	named := r.names()
	first := r.nameless(named)
	for i, h := range r.written {
		text.WriteByte('\n')
		for _, line := range r.notes(h) {
			comment(&text, line)
		}
		if h.unread != nil {
			continue
		}
		block, isTaken := r.block(named[i], h, first)
		putBlock(&text, block, isTaken, h.isHidden())
		for _, one := range h.rows {
			if len(one.optedOut) > 0 {
				r.putRow(&text, named[i], h, one, first)
			}
		}
	}
	return text.Bytes()
}

// nameless are the contacts without a first name that get a block, by its name.
// Such a contact can be added only while nobody else is on its address.
func (r *restoration) nameless(named []string) map[mailbox]string {
	first := map[mailbox]string{}
	for i, h := range r.written {
		contact, ok := h.record.(deletion.ContactEntry)
		if ok && h.unread == nil && !h.isHidden() && contact.FirstName == "" && contact.CustomerKey == "" && refusalOf(whatcounts.Columns[0], contact.Email) == "" {
			first[addressOf(contact, h.Place)] = named[i]
		}
	}
	return first
}

// block is the block of an instance. It reports whether a plan takes it.
func (r *restoration) block(name string, h holding, first map[mailbox]string) (text []byte, isTaken bool) {
	switch record := h.record.(type) {
	case deletion.ContactEntry:
		return r.contact(name, record, h, first)
	case deletion.CommunicationEntry:
		file := hclwrite.NewEmptyFile()
		isTaken = addCommunication(file.Body(), name, record, h.policy)
		return hclwrite.Format(file.Bytes()), isTaken
	}
	return setBlock(name, h, r.isForced(h)), true
}

// putRow writes the block of a row that cannot be in its set, whose lists are the
// same for all.
func (r *restoration) putRow(to *bytes.Buffer, set string, h holding, one row, first map[mailbox]string) {
	to.WriteByte('\n')
	comment(to, fmt.Sprintf("Contact %d, the row %q of %s.", one.id, one.key, h.address()))
	for _, line := range optedOutNotes(one.contact, one.optedOut) {
		comment(to, line)
	}
	base := identifier(deletion.KindContact, set+"_"+one.key)
	name := r.taken.first(deletion.KindContact, base, fmt.Sprintf("%s_%d", base, one.id))
	block, isTaken := r.contact(name, one.contact, h, first)
	putBlock(to, block, isTaken, h.isSuperseded() || len(one.contact.Subscriptions) == 0)
}

// contact is the block of one contact.
func (r *restoration) contact(name string, contact deletion.ContactEntry, h holding, first map[mailbox]string) (block []byte, isTaken bool) {
	where := addressOf(contact, h.Place)
	after := first[where]
	if after == name {
		after = ""
	}
	file := hclwrite.NewEmptyFile()
	isTaken = addContact(file.Body(), name, contact, h.policy, r.optouts[where], after)
	return hclwrite.Format(file.Bytes()), isTaken
}

// putBlock writes a block, behind # where it is not to be applied as it is.
func putBlock(to *bytes.Buffer, block []byte, isTaken, isHidden bool) {
	switch {
	case isHidden:
		commentOut(to, block)
	case !isTaken:
		comment(to, refusedBlock)
		commentOut(to, block)
	default:
		to.Write(block)
	}
}

// names are those of the blocks: the old ones where they can be, and else what is
// left of the address.
func (r *restoration) names() []string {
	named := make([]string, len(r.written))
	for i, h := range r.written {
		if h.isPlain() && !h.isSuperseded() && r.taken.take(kinds[h.Type], h.Name) {
			named[i] = h.Name
		}
	}
	for i, h := range r.written {
		if named[i] == "" {
			calls, _ := h.calls()
			base := identifier(kinds[h.Type], strings.Join(append(calls, h.Name, h.key()), "_"))
			named[i] = r.taken.first(kinds[h.Type], base, fmt.Sprintf("%s_%d", base, h.id))
		}
	}
	return named
}
