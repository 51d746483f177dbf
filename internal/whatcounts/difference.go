package whatcounts

import (
	"fmt"
	"strings"
	"sync"
)

// differences compares columns that were sent with what is stored.
func differences(sent []column, stored Contact) []Difference {
	var found []Difference
	for _, col := range sent {
		if value := stored.value(col.name); value != col.value {
			found = append(found, Difference{Field: attributeName(col.name), Sent: col.value, Stored: value})
		}
	}
	return found
}

// differs is the error for values that did not arrive as they were sent.
func differs(attempt string, found []Difference) error {
	return refused(attempt, &DifferenceError{found}, adviceOnDifferences(found))
}

func adviceOnDifferences(found []Difference) string {
	var advice []string
	add := func(applies func(Difference) bool, text string) {
		for _, d := range found {
			if applies(d) {
				advice = append(advice, text)
				return
			}
		}
	}
	add(func(d Difference) bool { return strings.HasPrefix(d.Field, "custom_fields[") && d.Stored == "" },
		"Check that the realm has a custom field of exactly this name (custom_fields): WhatCounts accepts unknown ones without a word and drops the value.")
	add(func(d Difference) bool { return needsQuotes(d.Sent) },
		"WhatCounts may not keep a comma or a double quote in a value: use one without them.")
	add(func(d Difference) bool { return strings.TrimSpace(d.Sent) != d.Sent },
		"WhatCounts may drop outer blanks: remove them.")
	add(func(d Difference) bool { return d.Sent == "" },
		"WhatCounts may not clear a value that once was set: clear it by hand, or give it a value.")
	if len(advice) == 0 {
		return "The rest of the record is as the service reported it. Use the stored value, or correct it by hand."
	}
	return strings.Join(advice, " ")
}

// adviceOnQuotes is for a command that did nothing and gave no reason: a
// service that does not know quotes takes a comma in a value for one column
// more.
func adviceOnQuotes(sent []column) string {
	for _, col := range sent {
		if !isIdentity(col.name) && needsQuotes(col.value) {
			return "WhatCounts may not take a comma or a double quote in " + attributeName(col.name) + ": use a value without them."
		}
	}
	return ""
}

// membershipDifferences compares the subscriptions that were asked for, and
// those that were given up, with what is stored. A format that either side does
// not know is not compared.
func membershipDifferences(wanted []Subscription, left []int64, stored Contact) []Difference {
	var found []Difference
	for _, s := range wanted {
		field := fmt.Sprintf("subscription to list %d", s.ListID)
		is, on := stored.subscription(s.ListID)
		switch {
		case !on:
			found = append(found, Difference{field, "subscribed", "not subscribed"})
		case s.Format != 0 && is.Format != 0 && s.Format != is.Format:
			found = append(found, Difference{field, s.Format.String(), is.Format.String()})
		}
	}
	for _, list := range left {
		if _, on := stored.subscription(list); on {
			found = append(found, Difference{fmt.Sprintf("subscription to list %d", list), "not subscribed", "subscribed"})
		}
	}
	return found
}

// provenNames are the custom fields that were read back as they were sent. A
// name that is misspelt loses its value without an error, so each name is
// proven once. Contacts that are added while a proof is under way are read back
// as well. The zero value is ready for use.
type provenNames struct {
	mu    sync.Mutex
	names map[string]bool
}

func (p *provenNames) has(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.names[name]
}

// add records the custom fields among columns whose arrival was seen. An empty
// value proves nothing.
func (p *provenNames) add(columns []column) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.names == nil {
		p.names = make(map[string]bool)
	}
	for _, col := range columns {
		if col.value != "" && strings.HasPrefix(col.name, customPrefix) {
			p.names[col.name] = true
		}
	}
}

// mustReadBack reports whether it is uncertain that these columns arrive.
func (c *Client) mustReadBack(columns []column) bool {
	for _, col := range columns {
		if col.isUncertain() || strings.HasPrefix(col.name, customPrefix) && !c.customFields.has(col.name) {
			return true
		}
	}
	return false
}
