package model_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"pgregory.net/rapid"

	"github.com/reachops/terraform-provider-reach/internal/acctest"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

type contacts struct{ keyed bool }

func (contacts) typeName() string                 { return "reach_contact" }
func (contacts) idAttribute() string              { return "subscriber_id" }
func (contacts) addressAttribute() string         { return "email" }
func (contacts) keys() []any                      { return keys }
func (contacts) contents(map[string]any) []string { return nil }

func (k contacts) keyAttribute() string {
	if k.keyed {
		return "customer_key"
	}
	return ""
}

func (contacts) written(s state) config {
	if s == nil {
		return nil
	}
	block := config(maps.Clone(s))
	for _, computed := range []string{"subscriber_id", "opted_out", "timeouts"} {
		delete(block, computed)
	}
	return block
}

func (k contacts) sibling(t *rapid.T, of config) config {
	beside := maps.Clone(of)
	if k.keyed {
		beside["customer_key"] = choose(t, "customer key", keys...)
	} else {
		beside["first_name"] = optional("first name", firstNames...)(t)
	}
	return beside
}

// identities are several where the name is not managed: the contact has one
// all the same.
func (k contacts) identities(s map[string]any, record any) []string {
	if s == nil {
		return nil
	}
	if customerKey, known := s["customer_key"].(string); k.keyed && known {
		return []string{customerKey}
	}
	email := strings.ToLower(s["email"].(string))
	first, _ := s["first_name"].(string)
	held, exists := record.(whatcounts.Contact)
	if s["first_name"] == nil && exists {
		return []string{email + ",", email + "," + held.First}
	}
	return []string{email + "," + first}
}

var (
	emails     = []any{"a@test.example.com", "b@test.example.com", "C@Test.example.com"}
	firstNames = []any{"Jane", "JD"}
	keys       = []any{"K-1", "K-2", "K-3", "K-4"}
	formats    = []any{nil, "text", "html", "mime"}
	columns    = map[string]string{"last_name": "last", "company": "company", "city": "city"}
)

// confirmedList asks the recipient for a confirmation.
const confirmedList = 8

func (k contacts) draw(t *rapid.T, before config) config {
	attributes := map[string]func(*rapid.T) any{
		"email":           oneOf("email", emails...),
		"first_name":      optional("first name", firstNames...),
		"last_name":       optional("last name", "Doe", "Miller, Jr.", ""),
		"company":         optional("company", `Doe & "Sons"`, "Roe"),
		"city":            optional("city", "Sydney"),
		"custom_fields":   optional("custom fields", map[string]any{"plan": "gold"}, map[string]any{"plan": "silver", "source": "web"}, map[string]any{"plan": nil, "source": ""}),
		"subscriptions":   drawSubscriptions,
		"force_sub":       optional("force_sub", true, false),
		"deletion_policy": optional("policy", "delete", "delete_without_optout", "unsubscribe", "abandon", "prevent"),

		"override_confirmation": optional("override_confirmation", true),
	}
	required := []string{"email", "first_name", "subscriptions", "deletion_policy"}
	if k.keyed {
		attributes["customer_key"] = oneOf("customer key", keys...)
		required = append(required, "customer_key")
	}
	return revise(t, before, attributes, required...)
}

func drawSubscriptions(t *rapid.T) any {
	lists := rapid.SliceOfNDistinct(rapid.SampledFrom([]int{5, 6, 7, confirmedList}), 0, 3, rapid.ID).Draw(t, "lists")
	drawn := []any{}
	for _, list := range lists {
		drawn = append(drawn, map[string]any{"list_id": list, "format": choose(t, "format", formats...)})
	}
	return drawn
}

var formatNumbers = map[any]int{"text": 1, "html": 2, "mime": 99}

func (contacts) disagreement(s state, record any) string {
	c := record.(whatcounts.Contact)
	if !strings.EqualFold(s["email"].(string), c.Email) {
		return fmt.Sprintf("email %q is %q", s["email"], c.Email)
	}
	for name, stored := range attributesOf(c) {
		if said, managed := s[name].(string); managed && said != stored {
			return fmt.Sprintf("%s %q is %q", name, said, stored)
		}
	}
	custom, _ := s["custom_fields"].(map[string]any)
	for name, said := range custom {
		if said != nil && said != c.Custom[name] {
			return fmt.Sprintf("custom field %s %q is %q", name, said, c.Custom[name])
		}
	}
	for list, format := range subscriptionsOf(s) {
		i := slices.IndexFunc(c.Subscriptions, func(sub whatcounts.Subscription) bool { return sub.ListID == list })
		switch {
		case i < 0:
			return fmt.Sprintf("list %d is not subscribed", list)
		case i >= 0 && c.Subscriptions[i].Format != format:
			return fmt.Sprintf("the format of list %d is %d and not %d", list, c.Subscriptions[i].Format, format)
		}
	}
	return ""
}

// waiting are the lists of which a warning says that the recipient has not
// confirmed them, which no command shows.
var waiting = regexp.MustCompile(`The list (\d+) asks for confirmation`)

// inForce is the state without the subscriptions that the provider has warned
// of, and without those that it shows as opted out. It cannot warn of one that
// the service counts before it is confirmed.
func (w *walk) inForce(s state, diagnostics []*tfprotov6.Diagnostic) state {
	lists, isContact := s["subscriptions"].([]any)
	if !isContact {
		return s
	}
	warned := map[string]bool{fmt.Sprint(confirmedList): w.speaks("wc-sub-pending-counted")}
	for _, found := range waiting.FindAllStringSubmatch(acctest.Texts(acctest.Warnings(diagnostics)), -1) {
		warned[found[1]] = true
	}
	optedOut, _ := s["opted_out"].([]any)
	for _, list := range optedOut {
		warned[fmt.Sprint(list)] = true
	}
	s = maps.Clone(s)
	s["subscriptions"] = slices.DeleteFunc(slices.Clone(lists), func(each any) bool { return warned[fmt.Sprint(each.(map[string]any)["list_id"])] })
	return s
}

// attributesOf is what a contact holds of the attributes that are text.
func attributesOf(c whatcounts.Contact) map[string]string {
	held := map[string]string{"first_name": c.First, "customer_key": c.CustomerKey}
	for name, column := range columns {
		held[name] = c.Fields[column]
	}
	return held
}

// subscriptionsOf are the lists that a state or configuration names, with their formats.
func subscriptionsOf(s map[string]any) map[int64]int {
	named := map[int64]int{}
	all, _ := s["subscriptions"].([]any)
	for _, each := range all {
		sub := each.(map[string]any)
		list, isState := sub["list_id"].(int64)
		if !isState {
			list = int64(sub["list_id"].(int))
		}
		named[list] = formatNumbers["html"]
		if sub["format"] != nil {
			named[list] = formatNumbers[sub["format"]]
		}
	}
	return named
}

func (contacts) careless(s state, before, after any) string {
	was, is := before.(whatcounts.Contact), after.(whatcounts.Contact)
	held := attributesOf(is)
	for name, stored := range attributesOf(was) {
		if held[name] != stored && s[name] == nil {
			return fmt.Sprintf("%s went from %q to %q", name, stored, held[name])
		}
	}
	custom, _ := s["custom_fields"].(map[string]any)
	for name, stored := range is.Custom {
		if was.Custom[name] != stored && custom[name] == nil {
			return fmt.Sprintf("custom field %s went from %q to %q", name, was.Custom[name], stored)
		}
	}
	named := subscriptionsOf(s)
	for _, sub := range is.Subscriptions {
		_, managed := named[sub.ListID]
		wasOn := slices.ContainsFunc(was.Subscriptions, func(old whatcounts.Subscription) bool { return old.ListID == sub.ListID })
		if !wasOn && !managed {
			return fmt.Sprintf("list %d was joined", sub.ListID)
		}
	}
	return ""
}

func (k contacts) excuse(w *walk, o *outcome) string {
	own := o.own()
	addresses := []string{}
	for _, named := range []any{o.config["email"], o.stateBefore()["email"]} {
		if address, isOne := named.(string); isOne {
			addresses = append(addresses, strings.ToLower(address))
		}
	}
	held, _ := w.before[own].(whatcounts.Contact)
	why, shared := "", false
	w.met(func(id key, record any) {
		other, isOne := record.(whatcounts.Contact)
		switch {
		case !isOne || id == own || id == o.key():
		case slices.Contains(addresses, strings.ToLower(other.Email)) && !k.keyed:
			why = "others are on the address"
		case slices.Contains(addresses, strings.ToLower(other.Email)) && o.config != nil && held.Email != "" && !strings.EqualFold(held.Email, o.config["email"].(string)):
			why = "others are on the new address"
		case k.keyed && o.config != nil && o.config["customer_key"] == other.CustomerKey:
			why = "the key is taken"
		case slices.Contains(addresses, strings.ToLower(other.Email)):
			shared = true // values are set by subscribing once more
		}
	})
	if k.keyed && w.speaks("wc-detail-no-customer-key") {
		why = "an import does not show the key"
	}
	if why != "" || o.config == nil {
		return why
	}
	for _, r := range w.resources {
		if s := r.plain(); r != o.resource && s["email"] != nil && slices.Contains(addresses, strings.ToLower(s["email"].(string))) {
			return "another resource has the address in state"
		}
	}
	joins := subscriptionsOf(o.config)
	if o.creates && len(joins) == 0 {
		return "nobody is added to no list"
	}
	moves := !o.creates && !strings.EqualFold(held.Email, o.config["email"].(string))
	for _, sub := range held.Subscriptions {
		_, managed := subscriptionsOf(o.stateBefore())[sub.ListID]
		_, stays := joins[sub.ListID]
		switch {
		case !o.creates && !moves:
			delete(joins, sub.ListID)
		case moves && !managed && !stays:
			joins[sub.ListID] = sub.Format // it comes along
		}
	}
	optedOut, _ := o.stateBefore()["opted_out"].([]any)
	for _, list := range optedOut {
		delete(joins, list.(int64))
	}
	if shared && len(joins) == 0 && len(held.Subscriptions) == 0 {
		return "others are on the address, and there is no list to change it by"
	}
	for _, optout := range w.sim.WhatCounts.Optouts(w.realm) {
		stands := slices.Contains(addresses, strings.ToLower(optout.Email)) || optout.CustomerKey != "" && optout.CustomerKey == o.config["customer_key"]
		_, ofList := joins[optout.ListID]
		if stands && (optout.ListID == 0 || ofList) && (len(joins) > 0 || shared || moves) && (!o.creates || o.config["force_sub"] != true) {
			return "an opt-out stands against it"
		}
	}
	switch {
	case w.speaks("wc-data-quotes-literal"):
		return "values that need quotes arrive with them"
	case w.speaks("wc-sub-keeps-columns") && shared:
		return "values do not change by subscribing once more"
	case w.speaks("wc-data-empty-keeps"):
		return "values cannot be cleared"
	case w.speaks("wc-data-empty-first-any") && o.config["first_name"] == nil && held.First != "":
		return "a first name cannot be cleared"
	case w.speaks("wc-update-needs-list") && len(held.Subscriptions) == 0:
		return "the contact is on no list, and update does not find it"
	case w.speaks("wc-identity-customer-key-unsupported"):
		return "update has nothing to tell contacts apart by"
	}
	return ""
}

func (k contacts) importIDs(w *walk, record any) []string {
	c := record.(whatcounts.Contact)
	ids := []string{fmt.Sprint(c.ID)}
	alone := true
	for _, id := range w.before.keys() {
		other, isOne := w.before[id].(whatcounts.Contact)
		alone = alone && (!isOne || other.ID == c.ID || !strings.EqualFold(other.Email, c.Email))
	}
	if alone {
		ids = append(ids, c.Email)
	}
	if c.First != "" && !k.keyed {
		ids = append(ids, c.Email+","+c.First)
	}
	return ids
}

// unmanaged are the names and values that a contact holds beside those that
// the state and the configuration name.
func unmanaged(c whatcounts.Contact, named ...map[string]any) map[string]string {
	held := attributesOf(c)
	for name, value := range c.Custom {
		held["custom "+name] = value
	}
	for _, sub := range c.Subscriptions {
		held[fmt.Sprint("list ", sub.ListID)] = fmt.Sprint(sub.Format)
	}
	maps.DeleteFunc(held, func(name, value string) bool {
		if value == "" {
			return true
		}
		for _, each := range named {
			custom, _ := each["custom_fields"].(map[string]any)
			_, listed := subscriptionsOf(each)[listOf(name)]
			if each[name] != nil || custom[strings.TrimPrefix(name, "custom ")] != nil || listed {
				return true
			}
		}
		return false
	})
	return held
}

func listOf(name string) int64 {
	var list int64
	if _, err := fmt.Sscanf(name, "list %d", &list); err != nil {
		return 0
	}
	return list
}
