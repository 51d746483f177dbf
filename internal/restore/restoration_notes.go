package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

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
	if policy := r.policyOf(k.holding); !policy.Deletes() {
		lines = append(lines, underPolicy(policy))
	}
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
	if h.id == 0 {
		return "a " + kinds[h.Type] + " without an id" + in(h.Place)
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
	if policy := r.policyOf(h); !policy.Deletes() {
		lines = append(lines, underPolicy(policy))
	}
	if contact, ok := h.record.(deletion.ContactEntry); ok && len(h.optedOut) > 0 {
		return append(lines, optedOutNotes(contact, h.optedOut)...)
	}
	if h.record != nil {
		lines = append(lines, remarks(h.record)...)
	}
	return lines
}

// underPolicy tells of a record that its end may have left where it is.
func underPolicy(policy deletion.Policy) string {
	return fmt.Sprintf("Under the policy %s a destroy deletes nothing. If it is still there, import it.", policy)
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
