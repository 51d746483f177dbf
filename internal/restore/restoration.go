package main

import (
	"bytes"
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// restoration is how the records of a state come back.
type restoration struct {
	from    string // what the state is called
	isPlan  bool
	policy  deletion.Policy // of records whose state names none
	written []holding       // those that get a block
	again   []kept          // those whose block is still there
	optouts map[mailbox]bool
	taken   names
}

// kept is an instance whose block is in the configuration.
type kept struct {
	holding
	where string
}

// restorationOf sorts the records of a state by whether their blocks are still in
// a configuration, of which there may be none.
func restorationOf(from string, s *state, f *folder, policy deletion.Policy) (*restoration, error) {
	r := &restoration{from: from, isPlan: s.isPlan, policy: policy, optouts: map[mailbox]bool{}, taken: names{}}
	if f != nil {
		for address := range f.resources {
			resourceType, name, _ := strings.Cut(address, ".")
			r.taken.take(kinds[resourceType], name)
		}
	}
	for _, i := range s.instances {
		h := i.read()
		// A contact whose create has failed in part goes without an opt-out, and so
		// may one that has a successor.
		if r.policyOf(h) == deletion.Delete && !h.Tainted && !h.isSuperseded() {
			for _, contact := range h.contacts() {
				r.optouts[addressOf(contact, h.Place)] = true
			}
		}
		where, err := f.block(i)
		switch {
		case err != nil:
			return nil, err
		case where != "" && !h.isSuperseded():
			r.again = append(r.again, kept{h, where})
		default:
			r.written = append(r.written, h)
		}
	}
	return r, nil
}

// policyOf is the policy that an instance was deleted under.
func (r *restoration) policyOf(h holding) deletion.Policy {
	return cmp.Or(deletion.Policy(h.policy), r.policy)
}

// isForced reports whether a delete has recorded an opt-out of a contact of the
// instance.
func (r *restoration) isForced(h holding) bool {
	return slices.ContainsFunc(h.contacts(), func(c deletion.ContactEntry) bool { return r.optouts[addressOf(c, h.Place)] })
}

// isEmpty reports whether there is nothing to create again.
func (r *restoration) isEmpty() bool { return len(r.written)+len(r.again) == 0 }

// unread are the instances that cannot be written.
func (r *restoration) unread() (all []holding) {
	for _, h := range r.written {
		if h.unread != nil {
			all = append(all, h)
		}
	}
	return all
}

// summary is what has blocks, in words.
func (r *restoration) summary() string {
	count := map[string]int{}
	for _, h := range r.written {
		if h.unread == nil && !h.isHidden() {
			count[kinds[h.Type]]++
		}
	}
	return cmp.Or(inWords(count), "nothing")
}

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
	first := map[mailbox]string{} // the contact without a first name, which is added before the others
	for i, h := range r.written {
		if contact, ok := h.record.(deletion.ContactEntry); ok && h.unread == nil && !h.isHidden() && contact.FirstName == "" && contact.CustomerKey == "" && refusalOf(whatcounts.Columns[0], contact.Email) == "" {
			first[addressOf(contact, h.Place)] = named[i]
		}
	}
	for i, h := range r.written {
		text.WriteByte('\n')
		for _, line := range r.notes(h) {
			comment(&text, line)
		}
		if h.unread != nil {
			continue
		}
		var block []byte
		isTaken := true
		switch record := h.record.(type) {
		case deletion.ContactEntry:
			block, isTaken = r.contact(named[i], record, h, first)
		case deletion.CommunicationEntry:
			file := hclwrite.NewEmptyFile()
			isTaken = addCommunication(file.Body(), named[i], record, h.policy)
			block = hclwrite.Format(file.Bytes())
		default:
			block = setBlock(named[i], h, r.isForced(h))
		}
		putBlock(&text, block, isTaken, h.isHidden())
		for _, row := range h.rows {
			if len(row.optedOut) == 0 {
				continue
			}
			text.WriteByte('\n')
			comment(&text, fmt.Sprintf("Contact %d, the row %q of %s.", row.id, row.key, h.address()))
			for _, line := range optedOutNotes(row.contact, row.optedOut) {
				comment(&text, line)
			}
			name := r.taken.first(deletion.KindContact, identifier(deletion.KindContact, named[i]+"_"+row.key), fmt.Sprintf("contact_%d", row.id))
			block, isTaken := r.contact(name, row.contact, h, first)
			putBlock(&text, block, isTaken, h.isSuperseded() || len(row.contact.Subscriptions) == 0)
		}
	}
	return text.Bytes()
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

// header is what there is to know before an apply.
func (r *restoration) header() []string {
	lines := []string{
		fmt.Sprintf("Creates %s again, as the state %s has them.", r.summary(), r.from),
		"Every record gets a new id.",
		"",
		"Before you apply:",
		"- Take out what is not to come back, and what was not deleted: a state holds",
		"  everything that Terraform managed. The apply refuses to add what exists where",
		"  the service can tell, and prints an import block.",
	}
	if r.isPlan {
		lines[0] = fmt.Sprintf("Creates %s again, which the plan %s deletes.", r.summary(), r.from)
		lines = append(lines[:4],
			"- Take out what is not to come back, and what was not deleted: the plan may not",
			"  have been applied, or not in full. The apply refuses to add what exists where",
			"  the service can tell, and prints an import block.")
	}
	lines = append(lines,
		"- A state holds what Terraform managed. Other fields and subscriptions of a record",
		"  are in the journal alone, where one was kept, and so is what was changed since.",
		"- This file holds personal data, as the state does.",
		"- timeouts, lifecycle, provider and the like are not in a state, or not written.")
	contacts, forced, places := false, false, map[string]bool{}
	all := r.written
	for _, k := range r.again {
		all = append(slices.Clip(all), k.holding)
	}
	for _, h := range all {
		kind := kinds[h.Type]
		if kind == kindSet {
			kind = deletion.KindContact
		}
		places[kind+in(h.Place)] = true
		contacts = contacts || len(h.contacts()) > 0
		forced = forced || r.isForced(h)
	}
	if forced && r.policy == deletion.Delete {
		lines = append(lines,
			"- Where the state names no deletion_policy, that of the provider counted. It is",
			"  taken for delete, which records an opt-out. Where safeguards.deletion_policy is",
			"  another, restore with -policy.")
	}
	return append(lines, advice(contacts, forced, places)...)
}

// applyAgain is what stands in place of a block that is still in the configuration.
func (r *restoration) applyAgain(k kept) []string {
	line := fmt.Sprintf("%s was %s. Its block is still there (%s): apply again", k.address(), k.what(), filepath.ToSlash(k.where))
	var needs []string
	if key := k.key(); key != "" {
		needs = append(needs, key+" among its instances")
	}
	if r.isForced(k.holding) {
		needs = append(needs, "force_sub = true in it")
	}
	if len(needs) > 0 {
		line += ", with " + strings.Join(needs, " and ")
	}
	lines := []string{line + "."}
	if len(k.optedOut) > 0 {
		lines = append(lines, fmt.Sprintf("Its recipient has opted out of %s: take that out of its subscriptions first.", listsInWords(k.optedOut)))
	}
	for _, row := range k.rows {
		if len(row.optedOut) > 0 {
			lines = append(lines, fmt.Sprintf("The recipient of %q has opted out of %s: take the row out first, or give it a block of its own without that.", row.key, listsInWords(row.optedOut)))
		}
	}
	if k.unread != nil {
		lines = append(lines, fmt.Sprintf("What the state holds of it cannot be read (%v).", k.unread))
	}
	return lines
}

// what is the record of an instance in words.
func (h holding) what() string {
	if h.Type == setType {
		return fmt.Sprintf("a set of %d contacts%s", len(h.rows), in(h.Place))
	}
	return fmt.Sprintf("%s %d%s", kinds[h.Type], h.id, in(h.Place))
}

// notes are what stands above a block.
func (r *restoration) notes(h holding) []string {
	lines := []string{fmt.Sprintf("%s was %s.", h.address(), h.what())}
	if h.unread != nil {
		return append(lines, fmt.Sprintf("It is not written: %v.", h.unread))
	}
	switch {
	case h.Deposed:
		lines = append(lines, "It is deposed: its successor was made at the same address, and its own delete was left. It stands behind #.")
	case h.Replaced:
		lines = append(lines, "The plan makes a successor at the same address. It stands behind #.")
	case h.Module != "" || h.key() != "":
		lines = append(lines, "A block here cannot have that address. To have it back there, add it where the address comes from, and take out this block.")
	}
	if h.Tainted {
		lines = append(lines, "It was tainted. Where its create had failed in part, its delete has recorded no opt-out; where the apply names one that it has, add force_sub = true.")
	}
	for _, name := range h.Sensitive {
		lines = append(lines, fmt.Sprintf("The configuration had %s as sensitive. It stands here for all to read.", name))
	}
	switch policy := r.policyOf(h); policy {
	case deletion.Delete, deletion.DeleteWithoutOptout:
	default:
		lines = append(lines, fmt.Sprintf("Under the policy %s a destroy deletes nothing. If it is still there, import it.", policy))
	}
	if contact, ok := h.record.(deletion.ContactEntry); ok && len(h.optedOut) > 0 {
		return append(lines, optedOutNotes(contact, h.optedOut)...)
	}
	if h.record != nil {
		lines = append(lines, remarks(h.record)...)
	}
	return lines
}

// optedOutNotes tell of lists that are left out of a block.
func optedOutNotes(contact deletion.ContactEntry, optedOut []int64) []string {
	if len(contact.Subscriptions) == 0 {
		return []string{fmt.Sprintf("Its recipient has opted out of %s, and it was on no other. It stands behind #.", listsInWords(optedOut))}
	}
	return []string{fmt.Sprintf("Its recipient has opted out of %s, which is left out.", listsInWords(optedOut))}
}

func listsInWords(ids []int64) string {
	var words []string
	for _, id := range ids {
		words = append(words, fmt.Sprintf("list %d", id))
	}
	return strings.Join(words, " and ")
}
