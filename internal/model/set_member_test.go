package model_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// contactSets is reach_contacts, as a kind of resource with many records. What a
// walk has to know of its contacts is in members.
type contactSets struct{ contacts }

func (contactSets) typeName() string    { return "reach_contacts" }
func (contactSets) idAttribute() string { return "subscriber_ids" }

// everybodyOn is the type of a key that names a list, for the import of a set.
const everybodyOn = "list"

func (contactSets) written(s state) config {
	if s == nil {
		return nil
	}
	block := config(maps.Clone(s))
	for _, computed := range []string{"subscriber_ids", "contact_count", "opted_out", "subscription_drift", "timeouts"} {
		delete(block, computed)
	}
	return block
}

// setRows are the contacts of a set, by their keys.
type setRows map[string]map[string]string

func rowsIn(c map[string]any) setRows {
	rows := setRows{}
	if text, isSet := c["contacts"].(string); isSet {
		if err := json.Unmarshal([]byte(text), &rows); err != nil {
			panic(err)
		}
	}
	return rows
}

func (r setRows) text() string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// with is a configuration with other rows.
func (r setRows) in(c config) config {
	changed := maps.Clone(c)
	changed["contacts"] = r.text()
	return changed
}

// member is one contact of a block, in state or in a configuration.
type member struct {
	key      string // of the row
	id       int64  // 0: in a configuration
	values   map[string]string
	lists    map[int64]int // those that it is on, with their formats
	optedOut []int64
}

func (m member) email() string { return strings.ToLower(m.values["email"]) }

// identity is what WhatCounts tells contacts apart by.
func (m member) identity() string {
	if key := m.values["customer_key"]; key != "" {
		return key
	}
	return m.email() + "," + m.values["first_name"]
}

// membersOf are the contacts of a block, of either type.
func membersOf(s map[string]any) []member {
	if s == nil {
		return nil
	}
	if _, isSet := s["contacts"]; !isSet {
		return []member{single(s)}
	}
	ids, optedOut, drift := map[string]int64{}, map[string][]int64{}, map[string]map[int64]string{}
	for name, into := range map[string]any{"subscriber_ids": &ids, "opted_out": &optedOut, "subscription_drift": &drift} {
		if text, isText := s[name].(string); isText {
			if err := json.Unmarshal([]byte(text), into); err != nil {
				panic(err)
			}
		}
	}
	var all []member
	rows := rowsIn(s)
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		m := member{key: key, id: ids[key], values: map[string]string{}, lists: subscriptionsOf(s), optedOut: optedOut[key]}
		for column, value := range rows[key] {
			if value != "" {
				m.values[column] = value
			}
		}
		for list, is := range drift[key] {
			delete(m.lists, list)
			if is != "none" {
				m.lists[list] = formatNumbers[is]
			}
		}
		m.leave()
		all = append(all, m)
	}
	return all
}

// single is the contact of a reach_contact.
func single(s map[string]any) member {
	m := member{values: map[string]string{}, lists: subscriptionsOf(s)}
	m.id, _ = s["subscriber_id"].(int64)
	for _, column := range []string{"email", "first_name", "customer_key", "last_name", "company", "city"} {
		if text, isText := s[column].(string); isText {
			m.values[column] = text
		}
	}
	custom, _ := s["custom_fields"].(map[string]any)
	for name, value := range custom {
		if text, isText := value.(string); isText {
			m.values["custom_"+name] = text
		}
	}
	optedOut, _ := s["opted_out"].([]any)
	for _, list := range optedOut {
		m.optedOut = append(m.optedOut, list.(int64))
	}
	m.leave()
	return m
}

// leave takes out the lists that the recipient has opted out of.
func (m member) leave() {
	for _, list := range m.optedOut {
		delete(m.lists, list)
	}
}

// columnsOf are the values of a contact by the columns of a set.
func columnsOf(c whatcounts.Contact) map[string]string {
	held := attributesOf(c)
	held["email"] = c.Email
	for name, value := range c.Custom {
		held["custom_"+name] = value
	}
	return held
}

// differs says what a contact does not have of what is said of it. A list that
// asks for confirmation is left out.
func (m member) differs(c whatcounts.Contact) string {
	held := columnsOf(c)
	for column, said := range m.values {
		if same := held[column] == said || column == "email" && strings.EqualFold(held[column], said); !same {
			return fmt.Sprintf("%s of %q is said to be %q and is %q", column, m.key, said, held[column])
		}
	}
	for list, format := range m.lists {
		if list == confirmedList {
			continue
		}
		i := slices.IndexFunc(c.Subscriptions, func(sub whatcounts.Subscription) bool { return sub.ListID == list })
		if i < 0 || c.Subscriptions[i].Format != format {
			return fmt.Sprintf("%q is said to be on list %d in format %d, and is on %v", m.key, list, format, c.Subscriptions)
		}
	}
	return ""
}

// setAddresses are those of single contacts and as many that only sets have.
var (
	setAddresses = append([]any{"D@test.example.com", "e@test.example.com", "f@test.example.com", "g@test.example.com", "h@test.example.com", "i@test.example.com", "j@test.example.com", "k@test.example.com"}, emails...)
	rowKeys      = []any{"p", "q", "r", "s", "t", "u", "v"}
)

// drawRow draws a row, mostly on an address that no other row has.
func (k contactSets) drawRow(t *rapid.T, beside setRows) map[string]string {
	row := map[string]string{"email": choose(t, "email", setAddresses...).(string)}
	if !one(t, 5, "any address") {
		row["email"] = choose(t, "free email", beside.freeAddresses()...)
	}
	if first, named := optional("first name", firstNames...)(t).(string); named {
		row["first_name"] = first
	}
	if k.keyed {
		row["customer_key"] = "K-" + row["email"][:1]
		if one(t, 4, "any key") {
			row["customer_key"] = choose(t, "customer key", keys...).(string)
		}
	}
	drawCell(t, row)
	return row
}

func (r setRows) freeAddresses() []string {
	var free []string
	for _, address := range setAddresses {
		has := func(row map[string]string) bool { return strings.EqualFold(row["email"], address.(string)) }
		if !slices.ContainsFunc(slices.Collect(maps.Values(r)), has) {
			free = append(free, address.(string))
		}
	}
	return free
}

func drawCell(t *rapid.T, row map[string]string) {
	column := choose(t, "column", "last_name", "company", "city", "custom_plan", "custom_source")
	if value := choose(t, "value", "", "Doe", "Miller, Jr.", `Roe & "Sons"`, "gold"); value != "" {
		row[column] = value
	} else {
		delete(row, column)
	}
}

// draw draws a set, or a change of one.
func (k contactSets) draw(t *rapid.T, before config) config {
	if before == nil {
		rows := setRows{}
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			rows[choose(t, "key", rowKeys...).(string)] = k.drawRow(t, rows)
		}
		drawn := config{"contacts": rows.text()}
		k.drawWhole(t, drawn)
		return drawn
	}
	changed, rows := maps.Clone(before), rowsIn(before)
	for range rapid.IntRange(1, 3).Draw(t, "changes") {
		k.drawChange(t, changed, rows)
	}
	return rows.in(changed)
}

// drawWhole draws what is the same for all contacts of a set.
func (contactSets) drawWhole(t *rapid.T, c config) {
	subscriptions := drawSubscriptions(t).([]any)
	if len(subscriptions) == 0 {
		subscriptions = []any{map[string]any{"list_id": 5, "format": nil}}
	}
	c["subscriptions"] = subscriptions
	c["force_sub"] = optional("force_sub", true, true, false)(t)
	c["override_confirmation"] = optional("override_confirmation", true)(t)
	c["deletion_policy"] = optional("policy", "delete", "delete_without_optout", "delete_without_optout", "unsubscribe", "abandon", "prevent")(t)
}

func (k contactSets) drawChange(t *rapid.T, c config, rows setRows) {
	held := slices.Sorted(maps.Keys(rows))
	change := choose(t, "change", "a row more", "a row more", "a row less", "a value", "a value", "another address", "another first name", "another key", "swap", "pass on", "the whole")
	if len(held) == 0 || len(held) == 1 && (change == "swap" || change == "pass on") {
		change = "a row more"
	}
	key, other := "", choose(t, "key", rowKeys...).(string)
	if len(held) > 0 {
		key = choose(t, "row", held...)
	}
	switch change {
	case "a row more":
		rows[other] = k.drawRow(t, rows)
	case "a row less":
		delete(rows, key)
	case "a value":
		drawCell(t, rows[key])
	case "another address":
		rows[key]["email"] = choose(t, "email", setAddresses...).(string)
	case "another first name":
		delete(rows[key], "first_name")
		if first, named := optional("first name", firstNames...)(t).(string); named {
			rows[key]["first_name"] = first
		}
	case "another key":
		row := rows[key]
		delete(rows, key)
		rows[other] = row
	case "swap":
		another := choose(t, "other row", held...)
		rows[key]["email"], rows[another]["email"] = rows[another]["email"], rows[key]["email"]
	case "pass on":
		another := choose(t, "other row", held...)
		if another != key {
			rows[another]["email"] = rows[key]["email"]
			delete(rows, key)
		}
	case "the whole":
		k.drawWhole(t, c)
	}
}

// keeps are the ids that a configuration keeps of a block in state: of a set, the
// rows whose contact it names, and those whose key it gives to another one.
func keeps(before, wanted []member, isSet bool) map[int64]bool {
	kept, taken := map[int64]bool{}, map[int]bool{}
	for _, same := range []func(was, is member) bool{
		func(was, is member) bool { return was.key == is.key && was.identity() == is.identity() },
		func(was, is member) bool { return was.identity() == is.identity() },
		func(was, is member) bool {
			return was.values["customer_key"] == "" && is.values["customer_key"] != "" && was.email()+","+was.values["first_name"] == is.email()+","+is.values["first_name"]
		},
		func(was, is member) bool {
			another := was.values["customer_key"] != "" && is.values["customer_key"] != "" && was.values["customer_key"] != is.values["customer_key"]
			return (was.key == is.key || !isSet) && !another
		},
	} {
		for _, was := range before {
			for i, is := range wanted {
				if !kept[was.id] && !taken[i] && same(was, is) {
					kept[was.id], taken[i] = true, true
				}
			}
		}
	}
	return kept
}

func (o *outcome) isSet() bool { return o.typeName() == "reach_contacts" }

// members are the contacts in state; wants are those of the configuration.
func (r *resource) members() []member { return membersOf(r.plain()) }
func (o *outcome) wants() []member    { return membersOf(o.config) }
func (o *outcome) had() []member      { return membersOf(o.stateBefore()) }

// removed are the contacts in state that a plan gives up.
func (o *outcome) removed() []member {
	if !o.ends && !o.isSet() {
		return nil
	}
	kept := map[int64]bool{}
	if o.config != nil && (o.isSet() || !o.ends) {
		kept = keeps(o.had(), o.wants(), o.isSet())
	}
	return slices.DeleteFunc(o.had(), func(m member) bool { return kept[m.id] })
}

// stays are the ids in state that a plan keeps.
func (o *outcome) stays() map[int64]bool {
	ids := map[int64]bool{}
	for _, m := range o.had() {
		ids[m.id] = true
	}
	for _, m := range o.removed() {
		delete(ids, m.id)
	}
	return ids
}

// forgotten reports whether the end of a contact was left to another block.
func (o *outcome) forgotten(m member) bool {
	for _, warning := range acctest.Warnings(o.diagnostics) {
		if warning.Summary == summaryForgotten && strings.Contains(warning.Detail, fmt.Sprint(m.id)) {
			return true
		}
	}
	return false
}
