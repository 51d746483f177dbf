package whatcounts

import (
	"fmt"
	"maps"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// Diff is what has to be done to make one contact into another.
type Diff struct {
	Email       bool // compared without regard to case
	FirstName   bool
	CustomerKey bool
	Values      []string       // columns to set, by the names of WhatCounts
	Join        []Subscription // lists to be put on
	Reformat    []Subscription // lists whose format differs
	Leave       []int64        // lists to be taken off
}

// Compare is the one comparison of two contacts. A value that from has and to
// lacks is to be cleared; what neither names is left alone. What only to names
// is to be set, also when it is to be empty, since from says nothing of what is
// stored. A format that is not known is no difference.
func Compare(from, to Managed) Diff {
	d := Diff{
		Email:       !textform.SameInAnyCase(from.Email, to.Email),
		FirstName:   !textform.Same(from.FirstName, to.FirstName),
		CustomerKey: !textform.Same(from.CustomerKey, to.CustomerKey),
	}
	names := maps.Clone(from.Values)
	if names == nil {
		names = make(map[string]string)
	}
	maps.Copy(names, to.Values)
	for _, name := range slices.SortedFunc(maps.Keys(names), byPosition) {
		was, known := from.Values[name]
		is, named := to.Values[name]
		if !textform.Same(was, is) || named && !known {
			d.Values = append(d.Values, name)
		}
	}
	for _, s := range to.Subscriptions {
		was, on := subscriptionTo(from.Subscriptions, s.ListID)
		switch {
		case !on:
			d.Join = append(d.Join, s)
		case s.Format != 0 && was.Format != 0 && was.Format != s.Format:
			d.Reformat = append(d.Reformat, s)
		}
	}
	for _, s := range from.Subscriptions {
		if !to.On(s.ListID) {
			d.Leave = append(d.Leave, s.ListID)
		}
	}
	return d
}

// Missing is what a stored contact lacks of what is wanted. Not every answer
// shows the customer key, so one that is missing has not changed.
func Missing(stored Contact, wanted Managed) Diff {
	was := stored.ManagedBy(wanted)
	if was.CustomerKey == "" || wanted.CustomerKey == "" {
		was.CustomerKey = wanted.CustomerKey
	}
	return Compare(was, wanted)
}

// None reports whether nothing has to be done.
func (d Diff) None() bool {
	return !d.Email && !d.FirstName && !d.CustomerKey && len(d.Values) == 0 && len(d.Join) == 0 && len(d.Reformat) == 0 && len(d.Leave) == 0
}

// Difference is one value that was asked for and is stored as another.
type Difference struct {
	Field  string // the attribute, or "subscription to list 5"
	Sent   string
	Stored string
}

// between are the differences that d stands for, in words.
func (d Diff) between(stored Contact, wanted Managed) []Difference {
	var found []Difference
	if d.Email {
		found = append(found, Difference{"email", wanted.Email, stored.Email})
	}
	if d.FirstName {
		found = append(found, Difference{"first_name", wanted.FirstName, stored.FirstName})
	}
	for _, name := range d.Values {
		found = append(found, Difference{AttributeName(name), wanted.Values[name], stored.Values[name]})
	}
	for _, s := range d.Join {
		found = append(found, Difference{subscriptionField(s.ListID), "subscribed", "not subscribed"})
	}
	for _, s := range d.Reformat {
		was, _ := subscriptionTo(stored.Subscriptions, s.ListID)
		found = append(found, Difference{subscriptionField(s.ListID), s.Format.String(), was.Format.String()})
	}
	for _, list := range d.Leave {
		found = append(found, Difference{subscriptionField(list), "not subscribed", "subscribed"})
	}
	return found
}

func subscriptionField(list int64) string { return fmt.Sprintf("subscription to list %d", list) }
